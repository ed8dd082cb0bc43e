// `explain`: why. A check: what it catches and what to do. A reach or a consequence: its evidence, what it unlocks,
// how to cut it (explain_reach.c). The worst case: how it comes about, and the sum behind its score. Reads a report,
// given or made by an audit here and now; so it says nothing that the report does not hold.
#include "cli/explain.h"

#include <string.h>

#include "checks/evaluate.h"
#include "cli/cli.h"
#include "cli/out.h"
#include "cli/stored.h"
#include "model/score.h"
#include "reports/phrases.h"

enum { WIDTH = 80, LABEL = 11 };

static void say_check(struct ra_text *t, const struct ra_check *c)
{
    ra_text_item(t, c->id, LABEL, RA_TINT_BOLD, c->title);
    ra_text_item(t, "Catches", LABEL, RA_TINT_NONE, c->catches);
    ra_text_item(t, "Remedy", LABEL, RA_TINT_NONE, c->remedy);
    ra_text_item(t, "See", LABEL, RA_TINT_NONE, "reachaudit-checks(7)");
}

void ra_explain_step(struct ra_text *t, const struct ra_step *s, unsigned hang, const char *lead)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    for (size_t i = 0; i < s->n_needs; i++)
        ra_buf_printf(&b, "%s%s", i ? ", " : "", s->needs[i]);
    ra_buf_printf(&b, "%sgives %s (rule %s; %s, %s)", s->n_needs ? " " : "", s->gives, s->rule,
                  ra_certainty_name(s->certainty), ra_when_name(s->when));
    ra_text_item(t, lead, hang, RA_TINT_NONE, ra_buf_view(&b).p);
}

// ---- the worst case -------------------------------------------------------------------------------

enum { DEEPEST = 16 }; // a report that goes in circles ends here

// What a step builds on comes before it.
static void walk(struct ra_text *t, struct ra_arena *a, const struct ra_stored_report *r, const char *id, unsigned depth,
                 unsigned *n)
{
    size_t at = ra_stored_step(r, id);
    if (at == RA_NO_PLACE || depth > DEEPEST)
        return;
    const struct ra_step *s = &r->verdict.steps[at];
    for (size_t i = 0; i < s->n_needs; i++)
        if (strncmp(s->needs[i], "so:", 3) == 0) {
            walk(t, a, r, s->needs[i], depth + 1, n);
            break; // a rule builds on one consequence
        }
    ra_explain_step(t, s, 5, ra_strfmt(a, "%3u.", ++*n));
}

static void say_sum(struct ra_text *t, const char *lead, enum ra_radius radius, int score,
                    const struct ra_score_terms *terms)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    ra_phrase_sum(&b, radius, score, terms);
    ra_text_item(t, lead, LABEL + 2, RA_TINT_NONE, b.p);
    if (terms->n == 0)
        return;
    ra_buf_clear(&b);
    ra_phrase_terms(&b, radius, terms);
    ra_text_item(t, "", LABEL + 2, RA_TINT_NONE, b.p);
    if (ra_score_of(radius, terms->severity, terms->certain, terms->n) != score)
        ra_text_itemf(t, "", LABEL + 2, "This is not the %d of the report: another version made it.", score);
}

static void say_worst_case(struct ra_text *t, struct ra_arena *a, const struct ra_stored_report *r)
{
    const struct ra_worst *w = &r->verdict.worst;
    unsigned n = 0;
    ra_text_itemf(t, "", 0, "%s: %s.", ra_verdict_name(r->verdict.verdict), w->sentence);
    ra_text_itemf(t, "Worst case", LABEL + 2, "%s, score %d", ra_radius_name(w->radius), w->score);
    ra_text_itemf(t, "Proved", LABEL + 2, "%s, score %d", ra_radius_name(w->proved.radius), w->proved.score);
    if (w->consequence) {
        ra_text_item(t, "Consequence", LABEL + 2, RA_TINT_NONE, w->consequence);
        ra_text_heading(t, "Step by step");
        walk(t, a, r, w->consequence, 0, &n);
    }
    ra_text_heading(t, "The score");
    ra_text_item(t, "", 0, RA_TINT_NONE, ra_phrase_score);
    say_sum(t, "Worst case", w->radius, w->score, &w->terms);
    say_sum(t, "Proved", w->proved.radius, w->proved.score, &w->proved.terms);
    if (r->verdict.n_cuts)
        ra_text_heading(t, "How to cut it");
    for (size_t i = 0; i < r->verdict.n_cuts; i++)
        ra_text_itemf(t, "  -", 4, "%s.", r->verdict.cuts[i].remedy);
}

static int explain_report(struct ra_arena *a, const struct ra_options *o, const struct ra_self *self, struct ra_text *t,
                          struct ra_error *err)
{
    const char *what = o->args.items[0], *file = o->args.n == 2 ? o->args.items[1] : NULL;
    struct ra_stored_report r;
    if (ra_stored_open(a, file, o, self, &r, err))
        return err->code;
    if (strcmp(what, "worst-case") == 0)
        say_worst_case(t, a, &r);
    else if (!ra_explain_reach(t, a, &r, what))
        return ra_fail(err, RA_E_USAGE, "%.150s: not in %.150s", what, file ? file : "the report of this process");
    return 0;
}

int ra_command_explain(int argc, char **argv, const struct ra_self *self);
int ra_command_explain(int argc, char **argv, const struct ra_self *self)
{
    RA_CLEANUP(ra_arena_free) struct ra_arena a = {0};
    RA_CLEANUP(ra_buf_free) struct ra_buf out = {0};
    struct ra_text t = {.out = &out, .width = WIDTH};
    struct ra_options o;
    struct ra_error err = {0};
    int status;
    if (!ra_command_begin(&a, argc, argv, RA_ON_EXPLAIN, &o, &status))
        return status;
    const char *what = o.args.n ? o.args.items[0] : "";
    const struct ra_check *check = ra_check_find(what);
    if (o.args.n < 1 || o.args.n > 2 || (check && o.args.n > 1))
        ra_fail(&err, RA_E_USAGE, "explain: needs a CHECK, a REACH [REPORT] or worst-case [REPORT]");
    else if (check)
        say_check(&t, check);
    else if (strcmp(what, "worst-case") != 0 && !strchr(what, ':'))
        ra_fail(&err, RA_E_USAGE, "%.200s: no such check (`list checks` names them), and no id of a reach", what);
    else
        explain_report(&a, &o, self, &t, &err);
    if (!err.code)
        ra_out_stdout(ra_buf_view(&out), &err);
    return err.code ? ra_command_fail(&err) : RA_EXIT_PASS;
}

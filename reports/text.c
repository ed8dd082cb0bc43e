// The report for people, 80 columns, in the order of reading: what the verdict is, what was audited, the worst
// case and how it comes about. What to do about it is in text_parts.c. Holds no data, decides nothing.
#include "reports/text.h"

#include <string.h>

#include "reports/phrases.h"

enum { LABEL = 13 }; // columns of "Worst case   "

static void headline(struct ra_text *t, const struct ra_verdict *v)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf line = {0};
    ra_report_sentence(v, &line);
    const char *colon = strchr(line.p, ':');
    char lead[16] = "";
    size_t n = (size_t)(colon - line.p) + 1;
    memcpy(lead, line.p, n < sizeof lead ? n : 0);
    static const enum ra_tint tint[] = {RA_TINT_GOOD, RA_TINT_BAD, RA_TINT_DOUBT};
    ra_text_item(t, lead, 0, tint[v->verdict], colon + 1);
}

// A label and the phrase that `say` makes of one part of the report.
#define SAY(t, label, say, ...)                          \
    do {                                                 \
        RA_CLEANUP(ra_buf_free) struct ra_buf said = {0}; \
        say(&said, __VA_ARGS__);                         \
        ra_text_item(t, label, LABEL, RA_TINT_NONE, said.p); \
    } while (0)

static void number(struct ra_text *t, const char *label, enum ra_radius radius, int score, const char *how)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    ra_phrase_number(&b, radius, score);
    ra_text_itemf(t, label, LABEL, "%s, %s", b.p, how);
}

static void how(struct ra_text *t, const struct ra_verdict *v)
{
    if (!v->worst.n_path)
        return;
    ra_text_heading(t, "How it would happen");
    for (size_t i = 0; i < v->worst.n_path; i++) {
        const struct ra_step *s = &v->steps[v->worst.path[i]];
        RA_CLEANUP(ra_buf_free) struct ra_buf b = {0}, lead = {0};
        ra_buf_printf(&lead, "%3zu.", i + 1);
        ra_phrase_step(&b, s);
        ra_text_item(t, lead.p, 5, RA_TINT_NONE, b.p);
        if (t->verbose) {
            ra_buf_clear(&b);
            if (s->n_needs)
                ra_buf_puts(&b, "from ");
            ra_phrase_ids(&b, s->needs, s->n_needs, s->n_needs);
            ra_buf_printf(&b, "%sfollows %s", s->n_needs ? " " : "", s->gives);
            ra_text_item(t, "", 5, RA_TINT_NONE, b.p);
        }
    }
}

// Curing the worst one alone would not open the gate.
static void alone(struct ra_text *t, const struct ra_verdict *v)
{
    size_t n = 0, shown = 0;
    for (size_t i = 0; i < v->n_consequences; i++) {
        const struct ra_consequence *c = &v->consequences[i];
        if (!ra_phrase_fails_alone(v, c))
            continue;
        if (n++ == 0)
            ra_text_heading(t, "Each of these would be enough to fail alone");
        if (!t->verbose && shown == RA_TEXT_MOST)
            continue;
        shown++;
        const char *sentence = v->steps[c->step].sentence;
        ra_text_itemf(t, "  -", 4, "%s (%s)", sentence ? sentence : c->id, ra_radius_name(c->radius));
    }
    ra_text_more(t, n, shown);
}

static void reasons(struct ra_text *t, const struct ra_verdict *v)
{
    if (v->verdict == RA_VERDICT_PASS || !v->n_reasons)
        return;
    ra_text_heading(t, ra_phrase_why(v));
    size_t most = t->verbose ? v->n_reasons : RA_TEXT_MOST;
    for (size_t i = 0; i < v->n_reasons && i < most; i++)
        ra_text_item(t, "  -", 4, RA_TINT_NONE, v->reasons[i]);
    ra_text_more(t, v->n_reasons, most);
}

static void trifecta(struct ra_text *t, const struct ra_worst *w)
{
    ra_text_heading(t, "The lethal trifecta, and who is watching");
    for (size_t i = 0; i < RA_COUNT(w->legs); i++) {
        const struct ra_leg *leg = &w->legs[i];
        RA_CLEANUP(ra_buf_free) struct ra_buf b = {0}, label = {0};
        ra_buf_printf(&label, "  %s", ra_phrase_leg(i));
        ra_buf_puts(&b, ra_phrase_leg_state(w, i));
        if (leg->n_reaches) {
            ra_buf_puts(&b, ": ");
            ra_phrase_ids(&b, leg->reaches, leg->n_reaches, t->verbose ? leg->n_reaches : 3);
        }
        ra_text_item(t, label.p, 19, RA_TINT_NONE, b.p);
    }
}

void ra_text_worst(struct ra_text *t, const struct ra_inventory *inv, const struct ra_verdict *v)
{
    ra_buf_putc(t->out, '\n');
    SAY(t, "Audited", ra_phrase_target, inv);
    SAY(t, "Box", ra_phrase_box, &inv->target.box);
    SAY(t, "Profile", ra_phrase_profile, &v->profile);
    number(t, "Worst case", v->worst.radius, v->worst.score, "with every unknown at its worst");
    number(t, "Proved", v->worst.proved.radius, v->worst.proved.score, "from what was measured alone");
    reasons(t, v);
    how(t, v);
    alone(t, v);
    trifecta(t, &v->worst);
}

void ra_report_text(const struct ra_inventory *inv, const struct ra_verdict *v, const struct ra_report_options *o,
                    struct ra_buf *out)
{
    struct ra_text t = {.out = out, .width = o->width, .colour = o->colour, .verbose = o->verbose};
    headline(&t, v);
    if (o->quiet)
        return;
    ra_text_worst(&t, inv, v);
    ra_text_remedies(&t, inv, v);
    ra_text_findings(&t, v);
    ra_text_coverage(&t, inv);
    ra_buf_putc(out, '\n');
    ra_text_itemf(&t, "", 0, "Exit status %d (%s).", v->exit_status, ra_verdict_name(v->verdict));
}

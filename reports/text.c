// The report for people, 80 columns, in the order of reading: what the verdict is, what was audited, the worst
// case and how it comes about. What to do about it is in text_parts.c. Holds no data, decides nothing.
#include "reports/text.h"

#include <inttypes.h>
#include <string.h>

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

static void who(struct ra_text *t, const struct ra_inventory *inv)
{
    const struct ra_target_facts *f = &inv->target;
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    const char *kind = f->kind ? f->kind : "self";
    ra_buf_puts(&b, strcmp(kind, "self") == 0 ? "this process" : kind);
    if (f->locator && strcmp(f->locator, kind) != 0)
        ra_buf_printf(&b, " %s", f->locator);
    if (f->uid >= 0)
        ra_buf_printf(&b, ", uid %" PRId64, f->uid);
    if (f->gid >= 0)
        ra_buf_printf(&b, " gid %" PRId64, f->gid);
    if (f->hostname)
        ra_buf_printf(&b, ", on %s", f->hostname);
    if (f->worktree)
        ra_buf_printf(&b, ", in %s", f->worktree);
    if (inv->stamp) {
        char when[RA_STAMP_BYTES];
        ra_report_stamp(inv->now_s, when);
        ra_buf_printf(&b, ", at %s", when);
    }
    ra_text_item(t, "Audited", LABEL, RA_TINT_NONE, ra_buf_view(&b).p);
}

static void box(struct ra_text *t, const struct ra_box *box)
{
    const char *kind = box->kind ? box->kind : "unknown";
    if (strcmp(kind, "none") == 0)
        ra_text_itemf(t, "Box", LABEL, "none: nothing separates this process from the machine%s%s%s",
                      box->evidence ? " (" : "", box->evidence ? box->evidence : "", box->evidence ? ")" : "");
    else
        ra_text_itemf(t, "Box", LABEL, "%s%s%s%s%s", kind, box->shared_kernel ? ", on the host's kernel" : "",
                      box->evidence ? " (" : "", box->evidence ? box->evidence : "", box->evidence ? ")" : "");
}

static void profile(struct ra_text *t, const struct ra_profile_facts *p)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    ra_buf_printf(&b, "%s: accepts a worst case up to %s (%s)", p->name, ra_radius_name(p->radius),
                  ra_radius_phrase(p->radius));
    if (p->score >= 0)
        ra_buf_printf(&b, " and a score up to %d", p->score);
    ra_buf_printf(&b, "; findings of %s severity and above count", ra_severity_name(p->fail_on));
    ra_text_item(t, "Profile", LABEL, RA_TINT_NONE, ra_buf_view(&b).p);
}

static void numbers(struct ra_text *t, const struct ra_worst *w)
{
    ra_text_itemf(t, "Worst case", LABEL, "%s (%s), score %d of 100, with every unknown at its worst",
                  ra_radius_name(w->radius), ra_radius_phrase(w->radius), w->score);
    ra_text_itemf(t, "Proved", LABEL, "%s (%s), score %d of 100, from what was measured alone",
                  ra_radius_name(w->proved.radius), ra_radius_phrase(w->proved.radius), w->proved.score);
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
        ra_buf_puts(&b, s->sentence ? s->sentence : s->rule);
        if (s->certainty != RA_CERTAINTY_CERTAIN || s->when != RA_WHEN_NOW)
            ra_buf_printf(&b, " (%s, %s)", ra_certainty_name(s->certainty), ra_when_name(s->when));
        ra_text_item(t, lead.p, 5, RA_TINT_NONE, b.p);
        if (t->verbose) {
            ra_buf_clear(&b);
            if (s->n_needs)
                ra_buf_puts(&b, "from ");
            ra_text_ids(&b, s->needs, s->n_needs, s->n_needs);
            ra_buf_printf(&b, "%sfollows %s", s->n_needs ? " " : "", s->gives);
            ra_text_item(t, "", 5, RA_TINT_NONE, b.p);
        }
    }
}

// Other consequences that pass the limit by themselves: curing the worst one alone would not open the gate.
static bool fails_alone(const struct ra_verdict *v, const struct ra_consequence *c)
{
    return c->proved && !c->dormant && c->certainty >= RA_CERTAINTY_LIKELY && c->radius > v->profile.radius &&
           (!v->worst.consequence || strcmp(c->id, v->worst.consequence) != 0);
}

static void alone(struct ra_text *t, const struct ra_verdict *v)
{
    size_t n = 0, shown = 0;
    for (size_t i = 0; i < v->n_consequences; i++) {
        const struct ra_consequence *c = &v->consequences[i];
        if (!fails_alone(v, c))
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
    ra_text_heading(t, v->verdict == RA_VERDICT_FAIL ? "Why it fails" : "Why it cannot be decided");
    size_t most = t->verbose ? v->n_reasons : RA_TEXT_MOST;
    for (size_t i = 0; i < v->n_reasons && i < most; i++)
        ra_text_item(t, "  -", 4, RA_TINT_NONE, v->reasons[i]);
    ra_text_more(t, v->n_reasons, most);
}

static void trifecta(struct ra_text *t, const struct ra_worst *w)
{
    static const char *const label[] = {"  private data", "  untrusted input", "  way out", "  unsupervised"};
    ra_text_heading(t, "The lethal trifecta, and who is watching");
    for (size_t i = 0; i < RA_COUNT(w->legs); i++) {
        const struct ra_leg *leg = &w->legs[i];
        RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
        switch (leg->state) {
        case RA_STATE_PRESENT:
            ra_buf_puts(&b, "yes");
            break;
        case RA_STATE_DENIED:
        case RA_STATE_ABSENT:
            ra_buf_puts(&b, i == 3 ? "no" : "none seen");
            break;
        case RA_STATE_UNKNOWN:
            ra_buf_puts(&b, "unknown, so taken as yes");
            break;
        }
        if (leg->n_reaches) {
            ra_buf_puts(&b, ": ");
            ra_text_ids(&b, leg->reaches, leg->n_reaches, t->verbose ? leg->n_reaches : 3);
        }
        ra_text_item(t, label[i], 19, RA_TINT_NONE, b.p);
    }
}

void ra_text_worst(struct ra_text *t, const struct ra_inventory *inv, const struct ra_verdict *v)
{
    ra_buf_putc(t->out, '\n');
    who(t, inv);
    box(t, &inv->target.box);
    profile(t, &v->profile);
    numbers(t, &v->worst);
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

// The second half of the report for people: what to do, what would settle the unknown, what is asleep, the
// findings, and what was looked at. Never says that nothing was found without how much was looked at.
#include "reports/text.h"

#include <inttypes.h>
#include <string.h>

#include "reports/phrases.h"

static void to_pass(struct ra_text *t, const struct ra_verdict *v)
{
    if (!v->n_cuts)
        return;
    ra_text_heading(t, v->cut_exact ? "To pass, do these (the smallest set)" : "To pass, do these");
    for (size_t i = 0; i < v->n_cuts; i++) {
        RA_CLEANUP(ra_buf_free) struct ra_buf lead = {0}, cuts = {0};
        ra_buf_printf(&lead, "%3zu.", i + 1);
        ra_text_item(t, lead.p, 5, RA_TINT_NONE, v->cuts[i].remedy);
        if (!v->cuts[i].n_cuts)
            continue;
        ra_buf_puts(&cuts, "cuts ");
        ra_phrase_ids(&cuts, v->cuts[i].cuts, v->cuts[i].n_cuts, t->verbose ? v->cuts[i].n_cuts : 4);
        ra_text_item(t, "", 5, RA_TINT_NONE, cuts.p);
    }
}

static void to_know_more(struct ra_text *t, const struct ra_inventory *inv)
{
    size_t n = 0, shown = 0;
    bool online = false;
    for (size_t i = 0; i < inv->n_reaches; i++) {
        const struct ra_reach *r = inv->reaches[i];
        if (!ra_phrase_unknown_first(inv, i))
            continue;
        if (n++ == 0)
            ra_text_heading(t, "To know more");
        online |= r->settled_by && strncmp(r->settled_by, "--online", 8) == 0;
        if (!t->verbose && shown == RA_TEXT_MOST)
            continue;
        shown++;
        RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
        ra_phrase_unknown(&b, inv, i, t->verbose ? inv->n_reaches : 3);
        ra_text_item(t, "  -", 4, RA_TINT_NONE, b.p);
    }
    ra_text_more(t, n, shown);
    if (online)
        ra_text_item(t, "  -", 4, RA_TINT_NONE, "--online asks the services themselves, with at most 300 requests that only read; --online --dry-run names the hosts first");
}

static void dormant(struct ra_text *t, const struct ra_inventory *inv, const struct ra_verdict *v)
{
    size_t n = 0, shown = 0;
    for (size_t i = 0; i < inv->n_reaches; i++) {
        RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
        if (!ra_phrase_asleep(&b, inv, v, i))
            continue;
        if (n++ == 0)
            ra_text_heading(t, "Asleep: no way out was found, so these cannot act from here");
        if (!t->verbose && shown == RA_TEXT_MOST)
            continue;
        shown++;
        ra_text_item(t, "  -", 4, RA_TINT_NONE, b.p);
    }
    ra_text_more(t, n, shown);
}

static void exceptions(struct ra_text *t, const struct ra_verdict *v)
{
    if (!v->n_waivers && !v->n_overrides)
        return;
    ra_text_heading(t, "Exceptions that the profile makes");
    for (size_t i = 0; i < v->n_waivers + v->n_overrides; i++) {
        RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
        if (i < v->n_waivers)
            ra_phrase_waiver(&b, &v->waivers[i]);
        else
            ra_phrase_override(&b, &v->overrides[i - v->n_waivers]);
        ra_text_item(t, "  -", 4, RA_TINT_NONE, b.p);
    }
}

void ra_text_remedies(struct ra_text *t, const struct ra_inventory *inv, const struct ra_verdict *v)
{
    to_pass(t, v);
    to_know_more(t, inv);
    ra_text_before_use(t, v);
    dormant(t, inv, v);
    exceptions(t, v);
}

static void finding(struct ra_text *t, const struct ra_finding *f)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf lead = {0}, b = {0};
    ra_buf_printf(&lead, "  %-7s %s", ra_status_name(f->status), ra_severity_name(f->severity));
    const bool told = f->n_reaches == 0 && f->message && *f->message; // nothing else tells two of a check apart
    ra_buf_puts(&b, told ? f->message : f->title);
    if (f->n_reaches)
        ra_buf_puts(&b, ": ");
    ra_phrase_ids(&b, f->reaches, f->n_reaches, t->verbose ? f->n_reaches : 1);
    ra_buf_printf(&b, " [%s]", f->check);
    enum ra_tint tint = RA_TINT_NONE;
    if (f->status == RA_STATUS_FAIL && f->severity >= RA_SEVERITY_HIGH)
        tint = RA_TINT_BAD;
    ra_text_item(t, lead.p, 20, tint, b.p);
    if (!t->verbose)
        return;
    if (f->message && *f->message && !told)
        ra_text_item(t, "", 20, RA_TINT_NONE, f->message);
    if (f->remedy && *f->remedy)
        ra_text_itemf(t, "", 20, "Remedy: %s", f->remedy);
    if (f->waiver)
        ra_text_itemf(t, "", 20, "Waived: %s", f->waiver);
}

static bool worth_a_line(const struct ra_text *t, const struct ra_finding *f)
{
    return t->verbose || f->status == RA_STATUS_FAIL || f->status == RA_STATUS_UNKNOWN || f->status == RA_STATUS_WAIVED;
}

void ra_text_findings(struct ra_text *t, const struct ra_verdict *v)
{
    size_t n = 0, shown = 0, most = t->verbose ? v->n_findings : RA_TEXT_MOST;
    for (size_t i = 0; i < v->n_findings; i++)
        n += worth_a_line(t, &v->findings[i]);
    if (!n)
        return;
    if (n > most)
        ra_text_heading(t, "Findings (the ten that matter most)");
    else
        ra_text_heading(t, "Findings");
    for (size_t i = 0; i < v->n_findings && shown < most; i++)
        if (worth_a_line(t, &v->findings[i])) {
            finding(t, &v->findings[i]);
            shown++;
        }
    ra_text_more(t, n, shown);
}

void ra_text_coverage(struct ra_text *t, const struct ra_inventory *inv)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0}, gap = {0};
    size_t gaps;
    ra_phrase_looked(&b, inv, &gaps);
    ra_buf_putc(t->out, '\n');
    ra_text_itemf(t, "", 0, "Looked at %s%s", b.p, gaps ? "; not seen:" : "; nothing was left out.");
    size_t shown = 0, most = t->verbose ? gaps : RA_TEXT_MOST;
    for (size_t i = 0; i < inv->n_coverage; i++) {
        const struct ra_coverage *c = inv->coverage[i];
        ra_buf_clear(&b);
        ra_buf_printf(&b, "  %s", c->collector);
        ra_buf_clear(&gap);
        if (shown < most && ra_phrase_gap(&gap, inv, c)) {
            ra_text_item(t, b.p, 12, RA_TINT_NONE, gap.p);
            shown++;
        }
        for (size_t k = 0; k < c->n_not_seen && shown < most; k++, shown++)
            ra_text_item(t, b.p, 12, RA_TINT_NONE, c->not_seen[k]);
    }
    ra_text_more(t, gaps, shown);
    ra_buf_clear(&b);
    for (size_t i = 0; i < inv->n_coverage; i++)
        if (ra_phrase_never_there(inv, inv->coverage[i]))
            ra_buf_printf(&b, "%s%s", b.n ? ", " : "Such a target has no: ", inv->coverage[i]->collector);
    if (b.n)
        ra_text_item(t, "", 0, RA_TINT_NONE, b.p);
    ra_buf_clear(&b);
    for (size_t i = 0; i < inv->n_coverage; i++)
        ra_buf_printf(&b, "%s%s %" PRIu64, i ? ", " : "Places by surface: ", inv->coverage[i]->collector,
                      inv->coverage[i]->looked);
    if (b.n)
        ra_text_item(t, "", 0, RA_TINT_NONE, b.p);
}

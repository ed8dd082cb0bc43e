// The second half of the report for people: what to do, what would settle the unknown, what is asleep, the
// findings, and what was looked at. Never says that nothing was found without how much was looked at.
#include "reports/text.h"

#include <inttypes.h>
#include <string.h>

#include "model/target.h"

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
        ra_text_ids(&cuts, v->cuts[i].cuts, v->cuts[i].n_cuts, t->verbose ? v->cuts[i].n_cuts : 4);
        ra_text_item(t, "", 5, RA_TINT_NONE, cuts.p);
    }
}

// What one and the same question would settle is one line.
static bool settled_before(const struct ra_inventory *inv, size_t at)
{
    const char *by = inv->reaches[at]->settled_by;
    for (size_t i = 0; by && i < at; i++)
        if (inv->reaches[i]->state == RA_STATE_UNKNOWN && inv->reaches[i]->settled_by &&
            strcmp(inv->reaches[i]->settled_by, by) == 0)
            return true;
    return false;
}

static void unknown_line(struct ra_text *t, const struct ra_inventory *inv, size_t at)
{
    const struct ra_reach *first = inv->reaches[at];
    enum ra_radius ceiling = first->ceiling;
    size_t n = 1;
    RA_CLEANUP(ra_buf_free) struct ra_buf ids = {0};
    ra_buf_puts(&ids, first->id);
    for (size_t i = at + 1; first->settled_by && i < inv->n_reaches; i++) {
        const struct ra_reach *r = inv->reaches[i];
        if (r->state != RA_STATE_UNKNOWN || !r->settled_by || strcmp(r->settled_by, first->settled_by) != 0)
            continue;
        ceiling = r->ceiling > ceiling ? r->ceiling : ceiling;
        if (++n <= 3 || t->verbose)
            ra_buf_printf(&ids, ", %s", r->id);
    }
    if (n > 3 && !t->verbose)
        ra_buf_printf(&ids, " and %zu more", n - 3);
    ra_text_itemf(t, "  -", 4, "%s may be as much as %s%s%s", ids.p, ra_radius_name(ceiling),
                  first->settled_by ? "; settled by: " : "", first->settled_by ? first->settled_by : "");
}

static void to_know_more(struct ra_text *t, const struct ra_inventory *inv)
{
    size_t n = 0, shown = 0;
    bool online = false;
    for (size_t i = 0; i < inv->n_reaches; i++) {
        const struct ra_reach *r = inv->reaches[i];
        if (r->state != RA_STATE_UNKNOWN || settled_before(inv, i))
            continue;
        if (n++ == 0)
            ra_text_heading(t, "To know more");
        online |= r->settled_by && strncmp(r->settled_by, "--online", 8) == 0;
        if (!t->verbose && shown == RA_TEXT_MOST)
            continue;
        shown++;
        unknown_line(t, inv, i);
    }
    ra_text_more(t, n, shown);
    if (online)
        ra_text_item(t, "  -", 4, RA_TINT_NONE, "--online belongs to a later version: this one asks nothing (0 hosts, 0 requests)");
}

static void dormant(struct ra_text *t, const struct ra_inventory *inv, const struct ra_verdict *v)
{
    size_t n = 0, shown = 0;
    for (size_t i = 0; i < inv->n_reaches; i++) {
        if (!v->reaches[i].dormant || ra_kind_is_secret(inv->reaches[i]->kind)) // its places stand for it
            continue;
        if (n++ == 0)
            ra_text_heading(t, "Asleep: no way out was found, so these cannot act from here");
        if (!t->verbose && shown == RA_TEXT_MOST)
            continue;
        shown++;
        const struct ra_reach *r = inv->reaches[i];
        ra_text_itemf(t, "  -", 4, "%s would be %s%s%s%s", r->id, ra_radius_name(v->reaches[i].radius),
                      r->title ? " (" : "", r->title ? r->title : "", r->title ? ")" : "");
    }
    ra_text_more(t, n, shown);
}

static void exceptions(struct ra_text *t, const struct ra_verdict *v)
{
    if (!v->n_waivers && !v->n_overrides)
        return;
    ra_text_heading(t, "Exceptions that the profile makes");
    for (size_t i = 0; i < v->n_waivers; i++) {
        const struct ra_waiver_used *w = &v->waivers[i];
        ra_text_itemf(t, "  -", 4, "waives %s for %s (%s; line %u): %s%s%s%s%s", w->check, w->reach, w->status, w->line,
                      w->reason, w->owner ? ", says " : "", w->owner ? w->owner : "",
                      w->expires ? ", until " : "", w->expires ? w->expires : "");
    }
    for (size_t i = 0; i < v->n_overrides; i++) {
        const struct ra_override_used *o = &v->overrides[i];
        ra_text_itemf(t, "  -", 4, "counts %s%s as %s (line %u)%s%s", o->grant ? "grant:" : "",
                      o->grant ? o->grant : o->check, o->grant ? o->radius : o->severity, o->line, o->reason ? ": " : "", o->reason ? o->reason : "");
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
    ra_buf_puts(&b, f->title);
    if (f->n_reaches)
        ra_buf_puts(&b, ": ");
    ra_text_ids(&b, f->reaches, f->n_reaches, t->verbose ? f->n_reaches : 1);
    ra_buf_printf(&b, " [%s]", f->check);
    enum ra_tint tint = RA_TINT_NONE;
    if (f->status == RA_STATUS_FAIL && f->severity >= RA_SEVERITY_HIGH)
        tint = RA_TINT_BAD;
    ra_text_item(t, lead.p, 20, tint, b.p);
    if (!t->verbose)
        return;
    if (f->message && *f->message)
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

// What such a target cannot have is no gap: nothing runs in a root file system.
static bool never_there(const struct ra_inventory *inv, const struct ra_coverage *c)
{
    return c->status == RA_RUN_UNSUPPORTED && ra_target_is_static(inv->target.kind);
}

// A surface that was not seen whole, and whose lines do not say so already.
static bool needs_status(const struct ra_inventory *inv, const struct ra_coverage *c)
{
    return !never_there(inv, c) && (c->reason || (c->status != RA_RUN_RAN && !c->n_not_seen));
}

struct sight {
    uint64_t looked;
    size_t surfaces, lines;
};

static struct sight add_up(const struct ra_inventory *inv)
{
    struct sight s = {0};
    for (size_t i = 0; i < inv->n_coverage; i++) {
        const struct ra_coverage *c = inv->coverage[i];
        s.looked += c->looked;
        s.surfaces += c->status == RA_RUN_RAN || c->status == RA_RUN_PARTIAL;
        s.lines += c->n_not_seen + needs_status(inv, c);
    }
    return s;
}

void ra_text_coverage(struct ra_text *t, const struct ra_inventory *inv)
{
    struct sight s = add_up(inv);
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    ra_buf_putc(t->out, '\n');
    ra_text_itemf(t, "", 0, "Looked at %" PRIu64 " place%s in %zu surface%s%s", s.looked, s.looked == 1 ? "" : "s",
                  s.surfaces, s.surfaces == 1 ? "" : "s",
                  s.lines ? "; not seen:" : "; nothing was left out.");
    size_t shown = 0, most = t->verbose ? s.lines : RA_TEXT_MOST;
    for (size_t i = 0; i < inv->n_coverage; i++) {
        const struct ra_coverage *c = inv->coverage[i];
        ra_buf_clear(&b);
        ra_buf_printf(&b, "  %s", c->collector);
        if (needs_status(inv, c) && shown < most) {
            ra_text_itemf(t, b.p, 12, "%s%s%s", ra_run_name(c->status), c->reason ? ": " : "", c->reason ? c->reason : "");
            shown++;
        }
        for (size_t k = 0; k < c->n_not_seen && shown < most; k++, shown++)
            ra_text_item(t, b.p, 12, RA_TINT_NONE, c->not_seen[k]);
    }
    ra_text_more(t, s.lines, shown);
    ra_buf_clear(&b);
    for (size_t i = 0; i < inv->n_coverage; i++)
        if (never_there(inv, inv->coverage[i]))
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

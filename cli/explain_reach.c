// `explain REACH`: how one thing is known, what it unlocks, what the checks say of it, and which of the remedies that
// lead to pass take it away.
#include <stdlib.h>
#include <string.h>

#include "cli/explain.h"

enum { LABEL = 11, BULLET = 4 };

static bool holds(const char *const *list, size_t n, const char *id)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], id) == 0)
            return true;
    return false;
}

// ---- what is known --------------------------------------------------------------------------------

static void say_evidence(struct ra_text *t, const struct ra_reach *r)
{
    ra_text_heading(t, "Evidence");
    for (size_t i = 0; i < r->n_evidence; i++) {
        const struct ra_evidence *e = &r->evidence[i];
        RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
        ra_buf_printf(&b, "%s by %s: %s", ra_method_name(e->method), e->collector, ra_errno_name(e->outcome));
        if (e->source.path)
            ra_buf_printf(&b, ", path %s", e->source.path);
        if (e->source.line)
            ra_buf_printf(&b, ", line %u", e->source.line);
        if (e->source.column)
            ra_buf_printf(&b, ", column %u", e->source.column);
        if (e->source.call)
            ra_buf_printf(&b, ", call %s", e->source.call);
        ra_text_item(t, "  -", BULLET, RA_TINT_NONE, ra_buf_view(&b).p);
    }
}

static void say_details(struct ra_text *t, const struct ra_reach *r)
{
    for (size_t i = 0; i < r->n_details; i++) {
        const struct ra_detail *d = &r->details[i];
        switch (d->type) {
        case RA_DETAIL_TEXT: ra_text_item(t, d->key, LABEL, RA_TINT_NONE, d->text); break;
        case RA_DETAIL_NUMBER: ra_text_itemf(t, d->key, LABEL, "%lld", (long long)d->number); break;
        case RA_DETAIL_FLAG: ra_text_item(t, d->key, LABEL, RA_TINT_NONE, d->number ? "yes" : "no"); break;
        }
    }
}

static void say_facts(struct ra_text *t, const struct ra_reach *r, const struct ra_reach_view *view)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    ra_text_item(t, "", 0, RA_TINT_NONE, r->id);
    ra_text_item(t, "Where", LABEL, RA_TINT_NONE, r->locator);
    ra_buf_puts(&b, ra_state_name(r->state));
    for (unsigned bit = 0, n = 0; bit < RA_ACCESS_BITS; bit++)
        if (r->access >> bit & 1)
            ra_buf_printf(&b, "%s%s", n++ ? ", " : "; access: ", ra_access_name(bit));
    ra_text_item(t, "State", LABEL, RA_TINT_NONE, b.p);
    ra_buf_clear(&b);
    ra_buf_printf(&b, "%s, severity %s", ra_radius_name(view->radius), ra_severity_name(view->severity));
    if (r->ceiling)
        ra_buf_printf(&b, "; at most %s", ra_radius_name(r->ceiling));
    if (view->dormant)
        ra_buf_puts(&b, "; dormant, because no way out was found");
    ra_text_item(t, "Radius", LABEL, RA_TINT_NONE, b.p);
    if (r->settled_by)
        ra_text_item(t, "Settled by", LABEL, RA_TINT_NONE, r->settled_by);
    say_details(t, r);
}

// ---- what it unlocks ------------------------------------------------------------------------------

enum { MOST = 40 }; // steps told in full

struct rest { // one need of one step
    const char *need;
    size_t step;
};

static int by_need(const void *a, const void *b)
{
    const struct rest *x = a, *y = b;
    int c = strcmp(x->need, y->need);
    return c ? c : x->step < y->step ? -1 : x->step > y->step;
}

static struct rest *sorted_needs(struct ra_arena *a, const struct ra_verdict *v, size_t *ret_n)
{
    size_t n = 0;
    for (size_t i = 0; i < v->n_steps; i++)
        n += v->steps[i].n_needs;
    struct rest *all = ra_new_array(a, struct rest, n + 1);
    *ret_n = n;
    n = 0;
    for (size_t i = 0; i < v->n_steps; i++)
        for (size_t k = 0; k < v->steps[i].n_needs; k++)
            all[n++] = (struct rest){v->steps[i].needs[k], i};
    if (n > 1)
        qsort(all, n, sizeof *all, by_need);
    return all;
}

static size_t first_of(const struct rest *all, size_t n, const char *need)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (strcmp(all[mid].need, need) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static void say_step(struct ra_text *t, const struct ra_stored_report *r, const struct ra_step *s)
{
    size_t so = ra_stored_consequence(r, s->gives);
    ra_explain_step(t, s, BULLET, "  -");
    if (so != RA_NO_PLACE)
        ra_text_itemf(t, "", BULLET, "That is radius %s, severity %s.",
                      ra_radius_name(r->verdict.consequences[so].radius),
                      ra_severity_name(r->verdict.consequences[so].severity));
}

// Everything that rests on it, through however many steps.
static void say_unlocks(struct ra_text *t, struct ra_arena *a, const struct ra_stored_report *r, const char *id,
                        bool *told)
{
    const struct ra_verdict *v = &r->verdict;
    const char **ids = ra_new_array(a, const char *, v->n_steps + 1);
    size_t n = 0, n_all;
    struct rest *all = sorted_needs(a, v, &n_all);
    ids[n++] = id;
    for (size_t at = 0; at < n; at++)
        for (size_t i = first_of(all, n_all, ids[at]); i < n_all && strcmp(all[i].need, ids[at]) == 0; i++) {
            const struct ra_step *s = &v->steps[all[i].step];
            if (told[all[i].step])
                continue;
            if (n == 1)
                ra_text_heading(t, "What it unlocks");
            told[all[i].step] = true;
            ids[n++] = s->gives;
            if (n <= MOST + 1)
                say_step(t, r, s);
        }
    if (n > MOST + 1)
        ra_text_itemf(t, "  -", BULLET, "And %zu more steps.", n - MOST - 1);
    const struct ra_leg *way = &v->worst.legs[2];
    if (holds(way->reaches, way->n_reaches, id) && n == 1)
        ra_text_heading(t, "What it unlocks");
    if (holds(way->reaches, way->n_reaches, id))
        ra_text_itemf(t, "  -", BULLET, way->n_reaches == 1 ? "It is the only way out: without it every credential is "
                                                              "dormant."
                                                            : "It is one of %zu ways out; each of them wakes every "
                                                              "credential that can be read.",
                      way->n_reaches);
}

static void say_derivation(struct ra_text *t, const struct ra_stored_report *r, const char *id)
{
    size_t at = ra_stored_step(r, id);
    if (at == RA_NO_PLACE)
        return;
    ra_text_heading(t, "How it comes about");
    ra_explain_step(t, &r->verdict.steps[at], BULLET, "  -");
}

// ---- what to do -----------------------------------------------------------------------------------

static bool concerns(const struct ra_finding *f, const char *id)
{
    return holds(f->reaches, f->n_reaches, id);
}

static void say_findings(struct ra_text *t, const struct ra_stored_report *r, const char *id)
{
    bool any = false;
    for (size_t i = 0; i < r->verdict.n_findings; i++) {
        const struct ra_finding *f = &r->verdict.findings[i];
        if (!concerns(f, id))
            continue;
        if (!any)
            ra_text_heading(t, "What the checks say");
        any = true;
        ra_text_itemf(t, "  -", BULLET, "%s, %s [%s]: %s", ra_status_name(f->status), ra_severity_name(f->severity),
                      f->check, f->message);
    }
}

// A remedy of to_pass names reaches, or where they are many, checks.
static bool cuts(const struct ra_stored_report *r, const struct ra_cut *cut, const char *id)
{
    if (holds(cut->cuts, cut->n_cuts, id))
        return true;
    for (size_t i = 0; i < r->verdict.n_findings; i++) {
        const struct ra_finding *f = &r->verdict.findings[i];
        bool blocks = f->status == RA_STATUS_FAIL || f->status == RA_STATUS_UNKNOWN;
        if (blocks && concerns(f, id) && holds(cut->cuts, cut->n_cuts, f->check))
            return true;
    }
    return false;
}

// Something else that what it unlocks needs, such as the way out: without that it sleeps.
static bool disarms(const struct ra_stored_report *r, const struct ra_cut *cut, const char *id, const bool *unlocked)
{
    for (size_t i = 0; i < r->verdict.n_steps; i++)
        for (size_t k = 0; unlocked[i] && k < r->verdict.steps[i].n_needs; k++)
            if (strcmp(r->verdict.steps[i].needs[k], id) != 0 && cuts(r, cut, r->verdict.steps[i].needs[k]))
                return true;
    return false;
}

static void say_cuts(struct ra_text *t, struct ra_arena *a, const struct ra_stored_report *r, const char *id,
                     const bool *unlocked)
{
    const struct ra_verdict *v = &r->verdict;
    const char **said = ra_new_array(a, const char *, v->n_cuts + v->n_findings + 1);
    size_t n = 0;
    ra_text_heading(t, "How to cut it");
    for (size_t i = 0; i < v->n_cuts; i++) {
        bool itself = cuts(r, &v->cuts[i], id);
        if (!itself && !disarms(r, &v->cuts[i], id, unlocked))
            continue;
        ra_text_itemf(t, "  -", BULLET, "%s. (%s%s)", v->cuts[i].remedy,
                      v->n_cuts == 1 ? "The one step to pass" : ra_strfmt(a, "One of the %zu steps to pass", v->n_cuts),
                      itself ? "" : "; it takes away what this needs to do harm");
        said[n++] = v->cuts[i].remedy;
    }
    for (size_t i = 0; i < v->n_findings; i++) {
        const struct ra_finding *f = &v->findings[i];
        if (!concerns(f, id) || !*f->remedy || holds(said, n, f->remedy))
            continue;
        ra_text_itemf(t, "  -", BULLET, "%s. (%s)", f->remedy, f->check);
        said[n++] = f->remedy;
    }
    if (n == 0)
        ra_text_item(t, "  -", BULLET, RA_TINT_NONE, "No check asks for it: nothing that the profile limits rests on it.");
}

bool ra_explain_reach(struct ra_text *t, struct ra_arena *a, const struct ra_stored_report *r, const char *id)
{
    size_t reach = ra_stored_reach(r, id), so = ra_stored_consequence(r, id);
    if (reach != RA_NO_PLACE) {
        say_facts(t, r->inv.reaches[reach], &r->verdict.reaches[reach]);
        say_evidence(t, r->inv.reaches[reach]);
    } else if (so != RA_NO_PLACE) {
        const struct ra_consequence *c = &r->verdict.consequences[so];
        ra_text_item(t, "", 0, RA_TINT_NONE, id);
        ra_text_itemf(t, "Radius", LABEL, "%s, severity %s (%s, %s)", ra_radius_name(c->radius),
                      ra_severity_name(c->severity), ra_certainty_name(c->certainty), ra_when_name(c->when));
        say_derivation(t, r, id);
    } else {
        return false;
    }
    bool *unlocked = ra_new_array(a, bool, r->verdict.n_steps + 1);
    say_unlocks(t, a, r, id, unlocked);
    say_findings(t, r, id);
    if (reach != RA_NO_PLACE)
        say_cuts(t, a, r, id, unlocked);
    return true;
}

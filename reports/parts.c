// The facts that several formats need in the same form. Writes no format.
#include "reports/parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "reports/phrases.h"

// ---- checks ---------------------------------------------------------------------------------------

#define RA_REMEDY(n, text) RA_UNUSED static const char remedy_##n[] = text;
#include "checks/remedies.def"
#undef RA_REMEDY
static const struct ra_check_text texts[] = {
#define RA_CHECK(n, id, title, catches, remedy, ref) {id, title, catches, remedy_##remedy},
#include "checks/checks.def"
#undef RA_CHECK
};

const struct ra_check_text *ra_check_text(size_t i)
{
    return i < RA_COUNT(texts) ? &texts[i] : NULL;
}

size_t ra_check_text_find(const char *id)
{
    for (size_t i = 0; i < RA_COUNT(texts); i++)
        if (strcmp(texts[i].id, id) == 0)
            return i;
    return RA_NO_CHECK;
}

// ---- reaches ----------------------------------------------------------------------------------------

static int by_name(const void *a, const void *b)
{
    const struct ra_reach *const *x = a, *const *y = b;
    return strcmp((*x)->id, (*y)->id);
}

struct ra_by_id ra_by_id(struct ra_arena *a, const struct ra_inventory *inv)
{
    struct ra_by_id all = {ra_new_array(a, const struct ra_reach *, inv->n_reaches + 1), inv->n_reaches};
    for (size_t i = 0; i < all.n; i++)
        all.sorted[i] = inv->reaches[i];
    if (all.n > 1)
        qsort(all.sorted, all.n, sizeof(*all.sorted), by_name);
    return all;
}

const struct ra_reach *ra_by_id_find(const struct ra_by_id *all, const char *id)
{
    const struct ra_reach key = {.id = id}, *wanted = &key;
    const struct ra_reach **found = all->n ? bsearch(&wanted, all->sorted, all->n, sizeof(*all->sorted), by_name) : NULL;
    return found ? *found : NULL;
}

// The first evidence that names a line, else the first that names a path.
bool ra_place_of(const struct ra_reach *r, struct ra_place *ret)
{
    const struct ra_source *best = NULL;
    for (size_t i = 0; i < r->n_evidence; i++) {
        const struct ra_source *s = &r->evidence[i].source;
        if (s->path && *s->path && (!best || (s->line && !best->line)))
            best = s;
    }
    if (best)
        *ret = (struct ra_place){best->path, best->line, best->column};
    else if (r->kind == RA_KIND_FILE && r->locator && r->locator[0] == '/')
        *ret = (struct ra_place){.path = r->locator};
    else
        return false;
    return true;
}

const char *ra_place_in_worktree(const struct ra_inventory *inv, const char *path)
{
    const char *tree = inv->target.worktree;
    if (!tree || tree[0] != '/' || !ra_path_inside(path, tree))
        return NULL;
    path += strlen(tree);
    return path + strspn(path, "/");
}

// ---- findings ---------------------------------------------------------------------------------------

bool ra_finding_counts(const struct ra_verdict *v, const struct ra_finding *f)
{
    return f->severity >= v->profile.fail_on;
}

struct ra_tally ra_tally(const struct ra_verdict *v)
{
    struct ra_tally t = {0};
    for (size_t i = 0; i < v->n_findings; i++) {
        t.by[v->findings[i].status][v->findings[i].severity]++;
        t.status[v->findings[i].status]++;
    }
    return t;
}

void ra_tally_words(struct ra_buf *out, const struct ra_tally *t)
{
    static const enum ra_status order[] = {RA_STATUS_FAIL, RA_STATUS_UNKNOWN, RA_STATUS_WAIVED, RA_STATUS_PASS,
                                           RA_STATUS_NOT_APPLICABLE};
    bool any = false;
    for (size_t i = 0; i < RA_COUNT(order); i++) {
        if (!t->status[order[i]])
            continue;
        ra_buf_printf(out, "%s%zu %s", any ? ", " : "", t->status[order[i]], ra_status_name(order[i]));
        any = true;
    }
    if (!any)
        ra_buf_puts(out, "no findings");
}

bool ra_surface_gap(struct ra_buf *out, const struct ra_inventory *inv, const struct ra_coverage *c, size_t most)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf why = {0};
    bool said = ra_phrase_gap(&why, inv, c);
    if (!said && (c->n_not_seen == 0 || ra_phrase_never_there(inv, c)))
        return false;
    if (!out)
        return true;
    ra_buf_printf(out, "%s: %s", c->collector, said ? why.p : ra_run_name(c->status));
    if (c->n_not_seen)
        ra_buf_puts(out, "; not seen: ");
    for (size_t i = 0; i < c->n_not_seen && i < most; i++)
        ra_buf_printf(out, "%s%s", i ? "; " : "", c->not_seen[i]);
    if (c->n_not_seen > most)
        ra_buf_printf(out, "%s%zu more", most ? " and " : "", c->n_not_seen - most);
    return true;
}

const char *ra_verdict_word(enum ra_judgement v)
{
    switch (v) {
    case RA_VERDICT_PASS:
        return "PASS";
    case RA_VERDICT_FAIL:
        return "FAIL";
    case RA_VERDICT_INCOMPLETE:
        return "INCOMPLETE";
    }
    return "INCOMPLETE";
}

// Puts an inventory in canonical order and takes out what must not be in it: duplicates, absent reaches, and any
// secret that was learnt only after a text had come in.
#include <stdlib.h>
#include <string.h>

#include "model/index.h"
#include "model/join.h"
#include "model/scrub.h"

// The kind before the colon is no text from outside: were "password" learnt, no id of that kind may change.
static const char *seal_id(struct ra_arena *a, const char *id)
{
    const char *colon = strchr(id, ':');
    if (!colon)
        return ra_scrub_keep(a, id);
    const char *rest = ra_scrub_keep(a, colon + 1);
    return rest == colon + 1 ? id : ra_strfmt(a, "%.*s:%s", (int)(colon - id), id, rest);
}

static void seal_reach(struct ra_arena *a, struct ra_reach *r)
{
    r->id = seal_id(a, r->id);
    r->locator = ra_scrub_keep(a, r->locator);
    r->role = ra_scrub_keep(a, r->role);
    r->ref = ra_scrub_keep(a, r->ref);
    r->title = ra_scrub_keep(a, r->title);
    r->settled_by = ra_scrub_keep(a, r->settled_by);
    for (size_t i = 0; i < r->n_details; i++)
        r->details[i].text = ra_scrub_keep(a, r->details[i].text);
    for (size_t i = 0; i < r->n_evidence; i++)
        r->evidence[i].source.path = ra_scrub_keep(a, r->evidence[i].source.path);
}

static void seal_facts(struct ra_inventory *inv)
{
    struct ra_arena *a = inv->arena;
    struct ra_target_facts *t = &inv->target;
    t->locator = ra_scrub_keep(a, t->locator);
    t->hostname = ra_scrub_keep(a, t->hostname);
    t->worktree = ra_scrub_keep(a, t->worktree);
    t->home = ra_scrub_keep(a, t->home);
    t->box.evidence = ra_scrub_keep(a, t->box.evidence);
    for (size_t i = 0; i < inv->asked.n_hosts; i++)
        inv->asked.hosts[i] = ra_scrub_keep(a, inv->asked.hosts[i]);
    for (size_t i = 0; i < inv->n_links; i++) {
        inv->links[i].from = seal_id(a, inv->links[i].from);
        inv->links[i].to = seal_id(a, inv->links[i].to);
    }
    for (size_t i = 0; i < inv->n_coverage; i++) {
        struct ra_coverage *c = inv->coverage[i];
        c->reason = ra_scrub_keep(a, c->reason);
        for (size_t j = 0; j < c->n_not_seen; j++)
            c->not_seen[j] = ra_scrub_keep(a, c->not_seen[j]);
    }
}

static int by_key(const void *x, const void *y)
{
    const struct ra_detail *a = x, *b = y;
    int c = strcmp(a->key, b->key);
    return c ? c : ra_compare_detail_value(a, b);
}

static int by_evidence(const void *x, const void *y)
{
    return ra_compare_evidence(x, y);
}

static int by_link(const void *x, const void *y)
{
    const struct ra_link *a = x, *b = y;
    int c = strcmp(a->rule, b->rule);
    if (!c)
        c = strcmp(a->from, b->from);
    return c ? c : strcmp(a->to, b->to);
}

static int by_text(const void *x, const void *y)
{
    const char *const *a = x, *const *b = y;
    return strcmp(*a, *b);
}

static int by_id(const void *x, const void *y)
{
    const struct ra_reach *const *a = x, *const *b = y;
    return strcmp((*a)->id, (*b)->id);
}

// Sorts and keeps the first of equals.
static size_t sort_unique(void *items, size_t n, size_t size, int (*compare)(const void *, const void *))
{
    char *p = items;
    size_t kept = 0;
    if (n)
        qsort(items, n, size, compare);
    for (size_t i = 0; i < n; i++)
        if (!kept || compare(p + (kept - 1) * size, p + i * size) != 0) {
            if (kept != i)
                memcpy(p + kept * size, p + i * size, size);
            kept++;
        }
    return kept;
}

static void order_reach(struct ra_reach *r)
{
    if (r->ceiling < r->least)
        r->ceiling = r->least;
    if (r->n_details)
        qsort(r->details, r->n_details, sizeof *r->details, by_key);
    r->n_evidence = sort_unique(r->evidence, r->n_evidence, sizeof *r->evidence, by_evidence);
}

// Two ids can become one when a secret in them is replaced.
static void join_same(struct ra_inventory *inv)
{
    size_t kept = 0;
    for (size_t i = 0; i < inv->n_reaches; i++) {
        struct ra_reach *r = inv->reaches[i];
        if (kept && strcmp(inv->reaches[kept - 1]->id, r->id) == 0)
            ra_join_reach(inv->arena, inv->reaches[kept - 1], r);
        else
            inv->reaches[kept++] = r;
    }
    inv->n_reaches = kept;
}

static void drop_absent(struct ra_inventory *inv)
{
    size_t kept = 0;
    for (size_t i = 0; i < inv->n_reaches; i++)
        if (inv->reaches[i]->state != RA_STATE_ABSENT)
            inv->reaches[kept++] = inv->reaches[i];
    inv->n_reaches = kept;
}

void ra_inventory_freeze(struct ra_inventory *inv)
{
    if (inv->frozen)
        return;
    seal_facts(inv);
    for (size_t i = 0; i < inv->n_reaches; i++)
        seal_reach(inv->arena, inv->reaches[i]);
    if (inv->n_reaches)
        qsort(inv->reaches, inv->n_reaches, sizeof *inv->reaches, by_id);
    join_same(inv);
    drop_absent(inv);
    for (size_t i = 0; i < inv->n_reaches; i++)
        order_reach(inv->reaches[i]);
    inv->n_links = sort_unique(inv->links, inv->n_links, sizeof *inv->links, by_link);
    for (size_t i = 0; i < inv->n_coverage; i++) {
        struct ra_coverage *c = inv->coverage[i];
        c->n_not_seen = sort_unique(c->not_seen, c->n_not_seen, sizeof *c->not_seen, by_text);
    }
    inv->index = NULL; // a frozen inventory is searched by its order
    inv->frozen = true;
}

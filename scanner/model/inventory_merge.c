// Joins the inventory of another process of the same audit. Everything is copied: the other's arena may end.
#include <string.h>

#include "model/index.h"
#include "model/join.h"

static const char *copy(struct ra_arena *a, const char *text)
{
    return text ? ra_strdup(a, text) : NULL;
}

static struct ra_detail copy_detail(struct ra_arena *a, struct ra_detail d)
{
    d.key = copy(a, d.key);
    d.text = copy(a, d.text);
    return d;
}

static struct ra_evidence copy_evidence(struct ra_arena *a, struct ra_evidence e)
{
    e.collector = copy(a, e.collector);
    e.source.path = copy(a, e.source.path);
    e.source.call = copy(a, e.source.call);
    return e;
}

static struct ra_reach *copy_reach(struct ra_arena *a, const struct ra_reach *from)
{
    struct ra_reach *r = ra_new(a, struct ra_reach);
    *r = *from;
    r->id = copy(a, from->id);
    r->locator = copy(a, from->locator);
    r->role = copy(a, from->role);
    r->ref = copy(a, from->ref);
    r->title = copy(a, from->title);
    r->settled_by = copy(a, from->settled_by);
    r->details = NULL;
    r->evidence = NULL;
    r->n_details = r->cap_details = r->n_evidence = r->cap_evidence = 0;
    for (size_t i = 0; i < from->n_details; i++)
        ra_join_detail(a, r, copy_detail(a, from->details[i]));
    for (size_t i = 0; i < from->n_evidence; i++)
        ra_push_evidence(a, r, copy_evidence(a, from->evidence[i]));
    return r;
}

static uint64_t sum(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static void merge_coverage(struct ra_inventory *inv, const struct ra_coverage *from)
{
    struct ra_coverage *c = ra_coverage_add(inv, from->collector);
    if (from->status > c->status) // ran < partial < skipped < unsupported < failed
        c->status = from->status;
    c->looked = sum(c->looked, from->looked);
    c->present = sum(c->present, from->present);
    c->denied = sum(c->denied, from->denied);
    c->absent = sum(c->absent, from->absent);
    c->unknown = sum(c->unknown, from->unknown);
    for (size_t i = 0; i < from->n_not_seen; i++)
        ra_coverage_not_seen(inv, c, from->not_seen[i]);
    c->reason = ra_join_text(c->reason, copy(inv->arena, from->reason));
}

static int64_t join_number(int64_t a, int64_t b) // -1 = not known
{
    return a < 0 ? b : b < 0 || a < b ? a : b;
}

static void merge_target(struct ra_arena *a, struct ra_target_facts *to, const struct ra_target_facts *from)
{
    to->kind = ra_join_text(to->kind, copy(a, from->kind));
    to->locator = ra_join_text(to->locator, copy(a, from->locator));
    to->uid = join_number(to->uid, from->uid);
    to->gid = join_number(to->gid, from->gid);
    to->hostname = ra_join_text(to->hostname, copy(a, from->hostname));
    to->worktree = ra_join_text(to->worktree, copy(a, from->worktree));
    to->home = ra_join_text(to->home, copy(a, from->home));
    to->box.kind = ra_join_text(to->box.kind, copy(a, from->box.kind));
    to->box.shared_kernel |= from->box.shared_kernel;
    to->box.evidence = ra_join_text(to->box.evidence, copy(a, from->box.evidence));
}

void ra_inventory_merge(struct ra_inventory *inv, const struct ra_inventory *other)
{
    merge_target(inv->arena, &inv->target, &other->target);
    for (size_t i = 0; i < other->n_reaches; i++) {
        struct ra_reach *r = copy_reach(inv->arena, other->reaches[i]);
        struct ra_reach *known = ra_index_find(inv->index, r->id);
        if (known) {
            ra_join_reach(inv->arena, known, r);
        } else {
            ra_push_reach(inv, r);
            ra_index_put(inv->arena, inv->index, r);
        }
    }
    for (size_t i = 0; i < other->n_links; i++)
        ra_link_add(inv, other->links[i].rule, other->links[i].from, other->links[i].to);
    for (size_t i = 0; i < other->n_coverage; i++)
        merge_coverage(inv, other->coverage[i]);
}

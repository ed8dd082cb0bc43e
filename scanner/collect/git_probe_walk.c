// Which commits are reachable from these tips and from none of those? Newest first from both sides until they meet,
// as git itself does, with a cap on what is visited. Reads commits only, never a tree; a commit that is not here is
// where history ends.
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "collect/git_probe_internal.h"

enum { HIDDEN = 1, MISSING = 2, QUEUED = 4, EXPANDED = 8, COUNTED = 16, PARTLY = 32 };
// Clocks of committers differ: so many commits more are visited after both sides seem to have met.
enum { SLOP = 64, NONE = -1 };

struct node {
    git_oid id;
    int64_t date_s;
    uint32_t parents, n_parents; // in w->parents
    uint32_t flags, stamp;
    uint64_t count; // with COUNTED: of its own history; PARTLY: at least
};
struct ra_git_walk {
    struct ra_arena *arena;
    git_odb *odb;
    struct node *nodes;
    git_oid *parents;
    uint32_t *heap, *stack; // indices of nodes; the heap has the newest on top
    int32_t *table;         // open addressing; NONE = empty
    size_t n, cap_nodes, n_parents, cap_parents, n_heap, cap_heap, n_stack, cap_stack, n_table;
    size_t open; // queued and not hidden
    int64_t oldest_s; // of those expanded and not hidden
    uint64_t steps;
    uint32_t stamp;
    bool capped, cut, cut_hidden, hides;
};

void ra_git_ids_add(struct ra_arena *a, struct ra_git_ids *ids, const git_oid *id)
{
    if (ids->n && git_oid_equal(&ids->items[ids->n - 1], id)) // many refs share a tip with their neighbour
        return;
    ids->items = ra_grow(a, ids->items, ids->n, &ids->cap, sizeof *ids->items);
    ids->items[ids->n++] = *id;
}

// ---- commits by id --------------------------------------------------------------------------------

static size_t slot_of(const struct ra_git_walk *w, const git_oid *id)
{
    uint64_t hash;
    memcpy(&hash, id->id, sizeof hash);
    size_t at = (hash * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (w->n_table - 1);
    while (w->table[at] != NONE && !git_oid_equal(&w->nodes[w->table[at]].id, id))
        at = (at + 1) & (w->n_table - 1);
    return at;
}

static void widen_table(struct ra_git_walk *w)
{
    w->n_table = w->n_table ? 2 * w->n_table : 1024;
    w->table = ra_new_array(w->arena, int32_t, w->n_table);
    memset(w->table, 0xff, w->n_table * sizeof *w->table);
    for (size_t i = 0; i < w->n; i++)
        w->table[slot_of(w, &w->nodes[i].id)] = (int32_t)i;
}

// "committer NAME <MAIL> SECONDS ZONE"
static int64_t date_of(struct ra_span line)
{
    struct ra_span word;
    uint64_t s;
    for (ptrdiff_t at; (at = ra_span_chr(line, '>')) >= 0;)
        line = ra_span_cut(line, (size_t)at + 1, line.n);
    return ra_span_word(&line, &word) && ra_span_u64(word, 10, &s) && s < INT64_MAX ? (int64_t)s : 0;
}

static void parse(struct ra_git_walk *w, struct node *n, struct ra_span text)
{
    struct ra_span line;
    n->parents = (uint32_t)w->n_parents;
    while (ra_span_line(&text, &line) && !ra_span_starts(line, "committer ")) {
        git_oid id;
        if (!ra_span_starts(line, "parent ") || line.n != 7 + GIT_OID_HEXSZ ||
            git_oid_fromstrn(&id, line.p + 7, GIT_OID_HEXSZ))
            continue;
        if (w->n_parents >= 4 * (size_t)RA_GIT_MAX_COMMITS) {
            w->capped = true;
            break;
        }
        w->parents = ra_grow(w->arena, w->parents, w->n_parents, &w->cap_parents, sizeof id);
        w->parents[w->n_parents++] = id;
        n->n_parents++;
    }
    n->date_s = date_of(line);
}

static uint32_t get(struct ra_git_walk *w, const git_oid *id)
{
    if (2 * (w->n + 1) > w->n_table)
        widen_table(w);
    size_t slot = slot_of(w, id);
    if (w->table[slot] != NONE)
        return (uint32_t)w->table[slot];
    w->nodes = ra_grow(w->arena, w->nodes, w->n, &w->cap_nodes, sizeof *w->nodes);
    w->table[slot] = (int32_t)w->n;
    struct node *n = &w->nodes[w->n];
    *n = (struct node){.id = *id};
    git_odb_object *o = NULL;
    if (git_odb_exists_ext(w->odb, id, GIT_ODB_LOOKUP_NO_REFRESH) && git_odb_read(&o, w->odb, id) == 0 &&
        git_odb_object_type(o) == GIT_OBJECT_COMMIT)
        parse(w, n, (struct ra_span){git_odb_object_data(o), git_odb_object_size(o)});
    else
        n->flags |= MISSING;
    git_odb_object_free(o);
    return (uint32_t)w->n++;
}

// ---- the queue ------------------------------------------------------------------------------------

static bool newer(const struct ra_git_walk *w, uint32_t a, uint32_t b)
{
    int64_t x = w->nodes[a].date_s, y = w->nodes[b].date_s;
    return x != y ? x > y : a < b;
}

static void push(struct ra_git_walk *w, uint32_t node)
{
    struct node *n = &w->nodes[node];
    if (n->flags & (QUEUED | EXPANDED | MISSING))
        return;
    n->flags |= QUEUED;
    w->open += !(n->flags & HIDDEN);
    w->heap = ra_grow(w->arena, w->heap, w->n_heap, &w->cap_heap, sizeof *w->heap);
    size_t at = w->n_heap++;
    for (; at && newer(w, node, w->heap[(at - 1) / 2]); at = (at - 1) / 2)
        w->heap[at] = w->heap[(at - 1) / 2];
    w->heap[at] = node;
}

static uint32_t pop(struct ra_git_walk *w)
{
    uint32_t top = w->heap[0], last = w->heap[--w->n_heap];
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < w->n_heap; at = child) {
        if (child + 1 < w->n_heap && newer(w, w->heap[child + 1], w->heap[child]))
            child++;
        if (!newer(w, w->heap[child], last))
            break;
        w->heap[at] = w->heap[child];
    }
    if (w->n_heap)
        w->heap[at] = last;
    struct node *n = &w->nodes[top];
    n->flags = (n->flags & ~(unsigned)QUEUED) | EXPANDED;
    w->open -= !(n->flags & HIDDEN);
    return top;
}

static void remember(struct ra_git_walk *w, uint32_t node)
{
    w->stack = ra_grow(w->arena, w->stack, w->n_stack, &w->cap_stack, sizeof *w->stack);
    w->stack[w->n_stack++] = node;
}

// With everything below it that was already passed as not hidden.
static void hide(struct ra_git_walk *w, uint32_t node)
{
    remember(w, node);
    while (w->n_stack) {
        struct node *n = &w->nodes[w->stack[--w->n_stack]];
        if (n->flags & HIDDEN)
            continue;
        n->flags |= HIDDEN;
        w->open -= (n->flags & QUEUED) != 0;
        if (!(n->flags & EXPANDED))
            continue;
        uint32_t first = n->parents, end = n->parents + n->n_parents;
        for (uint32_t i = first; i < end; i++)
            remember(w, get(w, &w->parents[i]));
    }
}

static void expand(struct ra_git_walk *w, uint32_t node)
{
    bool hidden = w->nodes[node].flags & HIDDEN;
    uint32_t first = w->nodes[node].parents, end = first + w->nodes[node].n_parents;
    if (!hidden && w->nodes[node].date_s < w->oldest_s)
        w->oldest_s = w->nodes[node].date_s;
    for (uint32_t i = first; i < end; i++) {
        uint32_t parent = get(w, &w->parents[i]);
        if (w->nodes[parent].flags & MISSING)
            *(hidden ? &w->cut_hidden : &w->cut) = true;
        if (hidden)
            hide(w, parent);
        push(w, parent);
    }
}

struct ra_git_walk *ra_git_walk_run(struct ra_git_probe *p, struct ra_arena *a, const struct ra_git_ids *from,
                                    const struct ra_git_ids *not_from)
{
    struct ra_git_walk *w = ra_new(a, struct ra_git_walk);
    *w = (struct ra_git_walk){.arena = a, .oldest_s = INT64_MAX, .hides = not_from->n > 0};
    widen_table(w);
    if (git_repository_odb(&w->odb, p->repo)) {
        ra_git_probe_failed(p, "objects");
        w->cut = w->cut_hidden = true;
        return w;
    }
    for (size_t i = 0; i < not_from->n; i++) {
        uint32_t node = get(w, &not_from->items[i]);
        w->cut_hidden |= (w->nodes[node].flags & MISSING) != 0;
        hide(w, node);
        push(w, node);
    }
    for (size_t i = 0; i < from->n; i++)
        push(w, get(w, &from->items[i]));
    for (size_t slop = SLOP; w->n_heap;) {
        if (w->open == 0 && (w->oldest_s == INT64_MAX || (w->nodes[w->heap[0]].date_s < w->oldest_s && --slop == 0)))
            break;
        if (w->n > RA_GIT_MAX_COMMITS || w->capped) {
            w->capped = true;
            break;
        }
        expand(w, pop(w));
    }
    git_odb_free(w->odb);
    w->odb = NULL;
    return w;
}

// ---- answers --------------------------------------------------------------------------------------

static bool counts(const struct node *n)
{
    return !(n->flags & (HIDDEN | MISSING));
}

uint64_t ra_git_walk_count(const struct ra_git_walk *w)
{
    uint64_t n = 0;
    for (size_t i = 0; i < w->n; i++)
        n += counts(&w->nodes[i]);
    return n;
}

bool ra_git_walk_sure(const struct ra_git_walk *w)
{
    return !w->cut_hidden && !(w->capped && w->hides);
}

bool ra_git_walk_more(const struct ra_git_walk *w)
{
    return w->capped || w->cut;
}

static const struct node *find(const struct ra_git_walk *w, const git_oid *id)
{
    size_t slot = slot_of(w, id);
    return w->table[slot] == NONE ? NULL : &w->nodes[w->table[slot]];
}

bool ra_git_walk_has(const struct ra_git_walk *w, const git_oid *id)
{
    const struct node *n = find(w, id);
    return n && !(n->flags & MISSING);
}

// Of several histories that join: each commit once, by looking at all of them.
static void count_each(struct ra_git_walk *w, uint32_t node)
{
    uint64_t n = 0;
    w->stamp++;
    remember(w, node);
    w->nodes[node].stamp = w->stamp;
    for (; w->n_stack && w->steps < RA_GIT_MAX_STEPS; w->steps++) {
        const struct node *at = &w->nodes[w->stack[--w->n_stack]];
        n++;
        for (uint32_t i = at->parents; i < at->parents + at->n_parents; i++) {
            size_t slot = slot_of(w, &w->parents[i]);
            struct node *parent = w->table[slot] == NONE ? NULL : &w->nodes[w->table[slot]];
            if (!parent || !counts(parent) || parent->stamp == w->stamp)
                continue;
            parent->stamp = w->stamp;
            remember(w, (uint32_t)w->table[slot]);
        }
    }
    w->nodes[node].count = n;
    w->nodes[node].flags |= COUNTED | (w->n_stack ? PARTLY : 0u);
    w->n_stack = 0;
}

// The one parent that counts; NONE for none, and *ret_join where there are several.
static int32_t only_parent(const struct ra_git_walk *w, const struct node *n, bool *ret_join)
{
    int32_t one = NONE;
    *ret_join = false;
    for (uint32_t i = n->parents; i < n->parents + n->n_parents; i++) {
        int32_t parent = w->table[slot_of(w, &w->parents[i])];
        if (parent == NONE || !counts(&w->nodes[parent]) || parent == one)
            continue;
        *ret_join |= one != NONE;
        one = parent;
    }
    return one;
}

uint64_t ra_git_walk_from(struct ra_git_walk *w, const git_oid *tip, bool *ret_more)
{
    size_t slot = slot_of(w, tip);
    *ret_more = w->capped || w->cut;
    if (w->table[slot] == NONE || !counts(&w->nodes[w->table[slot]]))
        return 0;
    // Down a line without joins, each commit has one more than its parent; so each is passed once for all tips.
    uint64_t below = 0;
    uint32_t partly = 0;
    bool join = false;
    for (int32_t at = w->table[slot]; at != NONE; w->steps++) {
        struct node *n = &w->nodes[at];
        int32_t parent = n->flags & COUNTED ? NONE : only_parent(w, n, &join);
        if (!(n->flags & COUNTED) && join)
            count_each(w, (uint32_t)at), n = &w->nodes[at];
        if (n->flags & COUNTED) {
            below = n->count;
            partly = n->flags & PARTLY;
            break;
        }
        remember(w, (uint32_t)at);
        at = parent;
    }
    while (w->n_stack) {
        struct node *n = &w->nodes[w->stack[--w->n_stack]];
        n->count = ++below;
        n->flags |= COUNTED | partly;
    }
    *ret_more |= partly != 0;
    return below;
}

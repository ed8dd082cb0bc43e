// The ground that a closure stands on: which reaches take part, which of them carry bytes out, which place gives which
// secret. Reaches are indexed by trait, so that a rule visits only those it may concern.
#include "checks/closure_ground.h"

#include <string.h>

enum ra_severity ra_severity_of(enum ra_radius radius)
{
    switch (radius) {
    case RA_RADIUS_NOTHING: return RA_SEVERITY_INFO;
    case RA_RADIUS_SANDBOX:
    case RA_RADIUS_WORKTREE: return RA_SEVERITY_LOW;
    case RA_RADIUS_GRANT: return RA_SEVERITY_MEDIUM;
    case RA_RADIUS_PERSON: return RA_SEVERITY_HIGH;
    case RA_RADIUS_ORGANIZATION: return RA_SEVERITY_CRITICAL;
    }
    return RA_SEVERITY_CRITICAL;
}

size_t ra_reach_index(const struct ra_inventory *inv, const char *id)
{
    size_t at;
    RA_SEARCH(at, inv->n_reaches, strcmp(inv->reaches[at]->id, id) < 0);
    return at < inv->n_reaches && strcmp(inv->reaches[at]->id, id) == 0 ? at : RA_NO_INDEX;
}

// Whoever commands the host through a socket or a capability needs no other way out for bytes. Both are told by
// collectors whose unknown is a channel too, so that losing sight of them wakes as much.
bool ra_reach_in_class(const struct ra_reach *r, enum ra_class class)
{
    bool own = (r->kind == RA_KIND_SOCKET || r->kind == RA_KIND_CAPABILITY) &&
               r->traits & (RA_TRAIT_HOST_ROOT | RA_TRAIT_HOST_USER);
    switch (class) {
    case RA_CLASS_NOTHING: return false;
    case RA_CLASS_CHANNEL: return own || r->traits & RA_TRAIT_CHANNEL;
    case RA_CLASS_ROUTE: // however narrow: what an agent signs for, or a service that it leads to, may be just there
        return r->traits & (RA_TRAIT_OPEN_ROUTE | RA_TRAIT_PROXY | RA_TRAIT_ROUTE);
    case RA_CLASS_COUNT: return false;
    }
    return false;
}

static void find_active(struct ra_ground *w)
{
    const struct ra_inventory *inv = w->inv;
    w->c->active = ra_new_array(w->arena, bool, inv->n_reaches + 1);
    for (size_t i = 0; i < inv->n_reaches; i++) {
        enum ra_state s = inv->reaches[i]->state;
        w->c->active[i] = s == RA_STATE_PRESENT || (w->c->worst && s == RA_STATE_UNKNOWN);
        for (unsigned t = 0; w->c->active[i] && t < RA_TRAIT_COUNT; t++)
            w->n_by_trait[t] += inv->reaches[i]->traits >> t & 1;
    }
    for (unsigned t = 0; t < RA_TRAIT_COUNT; t++) {
        w->by_trait[t] = ra_new_array(w->arena, size_t, w->n_by_trait[t] + 1);
        w->n_by_trait[t] = 0;
    }
    for (size_t i = 0; i < inv->n_reaches; i++)
        for (unsigned t = 0; w->c->active[i] && t < RA_TRAIT_COUNT; t++)
            if (inv->reaches[i]->traits >> t & 1)
                w->by_trait[t][w->n_by_trait[t]++] = i;
}

static bool unknown(const struct ra_ground *w, size_t i)
{
    return i != RA_NO_INDEX && w->inv->reaches[i]->state == RA_STATE_UNKNOWN;
}

// What a person would name first: a route to anywhere, then one that leads past the proxy, then a proxy, then the rest;
// by id among equals.
static int openness(const struct ra_reach *r)
{
    if (r->traits & RA_TRAIT_OPEN_ROUTE)
        return 3;
    if (ra_detail_find(r, "gateway") && !ra_detail_find(r, "leads-to"))
        return 2;
    return r->traits & RA_TRAIT_PROXY ? 1 : 0;
}

static bool names_better(const struct ra_ground *w, size_t i, size_t best)
{
    if (best == RA_NO_INDEX || unknown(w, best) != unknown(w, i))
        return best == RA_NO_INDEX || unknown(w, best); // a present one makes the step certain
    return openness(w->inv->reaches[i]) > openness(w->inv->reaches[best]);
}

static void find_ways(struct ra_ground *w)
{
    for (int class = 0; class < RA_CLASS_COUNT; class++) {
        size_t best = RA_NO_INDEX;
        for (size_t i = 0; i < w->inv->n_reaches; i++) {
            if (!w->c->active[i] || !ra_reach_in_class(w->inv->reaches[i], (enum ra_class)class))
                continue;
            w->c->blind_way[class] |= unknown(w, i);
            if (names_better(w, i, best))
                best = i;
        }
        w->c->way[class] = best;
    }
}

// A file gives its secret only to who may read it; the other kinds of places were found by reading them.
static bool place_gives(const struct ra_ground *w, size_t i)
{
    const struct ra_reach *r = w->inv->reaches[i];
    return w->c->active[i] && (r->kind != RA_KIND_FILE || r->access & RA_READ || r->state == RA_STATE_UNKNOWN);
}

static bool live_secret(const struct ra_ground *w, size_t i)
{
    const struct ra_reach *r = w->inv->reaches[i];
    return w->c->active[i] && ra_kind_is_secret(r->kind) && r->traits & RA_TRAIT_LIVE;
}

static int by_place(const void *a, const void *b)
{
    const struct ra_held *x = a, *y = b;
    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    return x->secret < y->secret ? -1 : x->secret > y->secret;
}

// A live secret of which no place is told (LIVE says that its value was read) stands for its own place.
static void find_held(struct ra_ground *w)
{
    const struct ra_inventory *inv = w->inv;
    bool *placed = ra_new_array(w->arena, bool, inv->n_reaches + 1);
    struct ra_held *held = ra_new_array(w->arena, struct ra_held, inv->n_links + inv->n_reaches + 1);
    size_t n = 0;
    for (size_t i = 0; i < inv->n_links; i++) {
        const struct ra_link *l = &inv->links[i];
        if (strcmp(l->rule, "holds") != 0)
            continue;
        size_t place = ra_reach_index(inv, l->from), secret = ra_reach_index(inv, l->to);
        if (place == RA_NO_INDEX || secret == RA_NO_INDEX)
            continue;
        placed[secret] = true;
        if (place_gives(w, place) && live_secret(w, secret))
            held[n++] = (struct ra_held){place, secret};
    }
    for (size_t i = 0; i < inv->n_reaches; i++)
        if (live_secret(w, i) && !placed[i])
            held[n++] = (struct ra_held){i, i};
    if (n > 1)
        qsort(held, n, sizeof(*held), by_place);
    w->c->held = held;
    w->c->n_held = n;
}

void ra_ground_find(struct ra_ground *w)
{
    find_active(w);
    find_ways(w);
    find_held(w);
    ra_ground_grants(w);
}

size_t ra_scope_of(const struct ra_inventory *inv, size_t reach)
{
    const struct ra_reach *r = inv->reaches[reach];
    const char *what = r->kind == RA_KIND_UNKNOWN ? strchr(r->id, ':') + 1 : "", *slash = strrchr(what, '/');
    size_t at, n = slash ? (size_t)(slash - what) : 0;
    RA_SEARCH(at, inv->n_reaches, strncmp(inv->reaches[at]->id, what, n) < 0); // an id is below all that it begins
    bool found = n && at < inv->n_reaches && strncmp(inv->reaches[at]->id, what, n) == 0 && !inv->reaches[at]->id[n];
    return found && ra_kind_is_secret(inv->reaches[at]->kind) ? at : RA_NO_INDEX;
}

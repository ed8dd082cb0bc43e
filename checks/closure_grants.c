// Who gives which right: a secret that is held, a socket that signs, a key that such a socket holds. A right whose giver
// is not held gives nothing, however well it is known; one that nobody could settle counts like its giver's scope. And
// which tool server acts with which secret.
#include <stdlib.h>
#include <string.h>

#include "checks/closure_ground.h"

struct holder { // per reach, of secrets
    size_t place, signer; // the surest place that gives it; the surest socket that signs with it
    bool blind;           // one of the places is unknown
};

static bool surer(const struct ra_ground *w, size_t i, size_t than)
{
    return than == RA_NO_INDEX || (w->inv->reaches[than]->state == RA_STATE_UNKNOWN &&
                                   w->inv->reaches[i]->state != RA_STATE_UNKNOWN);
}

static bool signs(const struct ra_ground *w, size_t i)
{
    return i != RA_NO_INDEX && w->c->active[i] && w->inv->reaches[i]->traits & RA_TRAIT_SIGNER;
}

static struct holder *holders(const struct ra_ground *w)
{
    const struct ra_inventory *inv = w->inv;
    struct holder *all = ra_new_array(w->arena, struct holder, inv->n_reaches + 1);
    for (size_t i = 0; i < inv->n_reaches; i++)
        all[i].place = all[i].signer = RA_NO_INDEX;
    for (size_t i = 0; i < w->c->n_held; i++) {
        struct holder *h = &all[w->c->held[i].secret];
        if (surer(w, w->c->held[i].place, h->place))
            h->place = w->c->held[i].place;
        h->blind |= inv->reaches[w->c->held[i].place]->state == RA_STATE_UNKNOWN;
    }
    for (size_t i = 0; i < inv->n_links; i++) {
        size_t from = strcmp(inv->links[i].rule, "holds") == 0 ? ra_reach_index(inv, inv->links[i].from) : RA_NO_INDEX;
        size_t to = signs(w, from) ? ra_reach_index(inv, inv->links[i].to) : RA_NO_INDEX;
        if (to != RA_NO_INDEX && w->c->active[to] && surer(w, from, all[to].signer))
            all[to].signer = from;
    }
    return all;
}

static int by_grant(const void *a, const void *b)
{
    const struct ra_given *x = a, *y = b;
    if (x->grant != y->grant)
        return x->grant < y->grant ? -1 : 1;
    if (x->secret != y->secret)
        return x->secret < y->secret ? -1 : 1;
    if (x->class != y->class)
        return x->class < y->class ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

static int by_user(const void *a, const void *b)
{
    const struct ra_used *x = a, *y = b;
    if (x->user != y->user)
        return x->user < y->user ? -1 : 1;
    return x->secret < y->secret ? -1 : x->secret > y->secret;
}

static void find_used(struct ra_ground *w, const struct holder *all)
{
    const struct ra_inventory *inv = w->inv;
    struct ra_used *used = ra_new_array(w->arena, struct ra_used, inv->n_links + 1);
    size_t n = 0;
    for (size_t i = 0; i < inv->n_links; i++) {
        size_t from = strcmp(inv->links[i].rule, "uses") == 0 ? ra_reach_index(inv, inv->links[i].from) : RA_NO_INDEX;
        size_t to = from == RA_NO_INDEX ? RA_NO_INDEX : ra_reach_index(inv, inv->links[i].to);
        if (to != RA_NO_INDEX && w->c->active[from] && all[to].place != RA_NO_INDEX)
            used[n++] = (struct ra_used){from, to, all[to].place};
    }
    if (n > 1)
        qsort(used, n, sizeof(*used), by_user);
    w->c->used = used;
    w->c->n_used = n;
}

void ra_ground_grants(struct ra_ground *w)
{
    const struct ra_inventory *inv = w->inv;
    struct holder *all = holders(w);
    find_used(w, all);
    struct ra_given *given = ra_new_array(w->arena, struct ra_given, 3 * inv->n_links + 1);
    size_t n = 0;
    for (size_t i = 0; i < inv->n_links; i++) {
        if (strcmp(inv->links[i].rule, "gives") != 0)
            continue;
        size_t from = ra_reach_index(inv, inv->links[i].from), to = ra_reach_index(inv, inv->links[i].to);
        if (from == RA_NO_INDEX || to == RA_NO_INDEX || !w->c->active[to] || inv->reaches[to]->kind != RA_KIND_GRANT)
            continue;
        if (all[from].place != RA_NO_INDEX)
            given[n++] = (struct ra_given){to, from, all[from].place, RA_CLASS_CHANNEL, all[from].blind};
        if (all[from].signer != RA_NO_INDEX)
            given[n++] = (struct ra_given){to, from, all[from].signer, RA_CLASS_ROUTE, false};
        if (signs(w, from))
            given[n++] = (struct ra_given){to, RA_NO_INDEX, from, RA_CLASS_ROUTE, false};
    }
    if (n > 1)
        qsort(given, n, sizeof(*given), by_grant);
    w->c->given = given;
    w->c->n_given = n;
}

// ---- what others ask of the links -------------------------------------------------------------------

static int compared(const struct ra_link *l, const char *rule, const char *from)
{
    int c = strcmp(l->rule, rule);
    return c ? c : strcmp(l->from, from);
}

// Links of a frozen inventory are sorted by rule, then by where they begin.
const struct ra_link *ra_gives_of(const struct ra_inventory *inv, const char *id, size_t *ret_n)
{
    size_t at, n = 0;
    RA_SEARCH(at, inv->n_links, compared(&inv->links[at], "gives", id) < 0);
    while (at + n < inv->n_links && compared(&inv->links[at + n], "gives", id) == 0)
        n++;
    *ret_n = n;
    return n ? &inv->links[at] : NULL;
}

static enum ra_radius widest(const struct ra_reach *r)
{
    return r->ceiling > r->least ? r->ceiling : r->least;
}

enum ra_radius *ra_reaches_open(struct ra_arena *a, const struct ra_inventory *inv)
{
    enum ra_radius *all = ra_new_array(a, enum ra_radius, inv->n_reaches + 1);
    for (size_t i = 0; i < inv->n_reaches; i++)
        all[i] = widest(inv->reaches[i]);
    for (size_t i = 0; i < inv->n_links; i++) {
        bool gives = strcmp(inv->links[i].rule, "gives") == 0;
        size_t from = gives ? ra_reach_index(inv, inv->links[i].from) : RA_NO_INDEX;
        size_t to = from == RA_NO_INDEX ? RA_NO_INDEX : ra_reach_index(inv, inv->links[i].to);
        const struct ra_reach *r = to == RA_NO_INDEX ? NULL : inv->reaches[to];
        if (r && r->kind == RA_KIND_GRANT && r->state != RA_STATE_DENIED && widest(r) > all[from])
            all[from] = widest(r);
    }
    return all;
}

// The id held against "unknown:ID/".
static int about(const char *id, const char *secret, size_t n)
{
    const size_t lead = strlen("unknown:");
    int c = strncmp(id, "unknown:", lead);
    c = c ? c : strncmp(id + lead, secret, n);
    return c ? c : (unsigned char)id[lead + n] - '/';
}

bool ra_scope_unknown(const struct ra_inventory *inv, size_t secret)
{
    const char *of = inv->reaches[secret]->id;
    size_t at, n = strlen(of);
    RA_SEARCH(at, inv->n_reaches, about(inv->reaches[at]->id, of, n) < 0);
    for (; at < inv->n_reaches && about(inv->reaches[at]->id, of, n) == 0; at++)
        if (ra_scope_of(inv, at) == secret && inv->reaches[at]->state == RA_STATE_UNKNOWN)
            return true;
    return false;
}

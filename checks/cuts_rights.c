// What stands in the way of a right at a service, and of a tool server that acts with a secret: everything that gives the
// secret, everywhere it is. Told as groups of remedies, like all else that cuts.c weighs.
#include "checks/cuts_internal.h"

static size_t first_given(const struct ra_cutter *k, size_t grant)
{
    size_t at;
    RA_SEARCH(at, k->j->worst.n_given, k->j->worst.given[at].grant < grant);
    return at;
}

// A right falls with every place of everything that gives it, with the ways out, or at the service itself. What the
// profile allows is meant to stay: the task needs it, so that it is narrowed and not taken away.
struct right_groups {
    struct ra_cut_group holders, self;
    bool signers; // all that give it: they need a route
};

static void right_groups(struct ra_cutter *k, size_t grant, struct right_groups *g)
{
    const struct ra_closure *c = &k->j->worst;
    ra_cut_member(k, &g->self, grant, false);
    k->involved[grant] = true;
    for (size_t i = first_given(k, grant); i < c->n_given && c->given[i].grant == grant; i++) {
        size_t secret = c->given[i].secret, giver = secret == RA_NO_INDEX ? c->given[i].place : secret;
        g->signers &= c->given[i].class == RA_CLASS_ROUTE;
        if (ra_judge_allowed(k->j, giver)) {
            ra_cut_member(k, &g->holders, grant, false);
            continue;
        }
        size_t at = secret == RA_NO_INDEX || c->given[i].class == RA_CLASS_ROUTE ? c->n_held : ra_cut_first_of(k, secret);
        if (at == c->n_held) {
            ra_cut_member(k, &g->holders, c->given[i].place, false);
            k->involved[c->given[i].place] = true;
        }
        for (; at < c->n_held && k->by_secret[at].secret == secret; at++) {
            ra_cut_member(k, &g->holders, k->by_secret[at].place, false);
            k->involved[k->by_secret[at].place] = true;
        }
    }
}

// Of one right, or of all that end the tree for good.
void ra_cut_right(struct ra_cutter *k, const struct ra_fact *f, struct ra_obstacle *o)
{
    const struct ra_closure *c = &k->j->worst;
    const unsigned traits = ra_rule_row(f->rule)->traits;
    struct right_groups g = {.signers = true};
    if (f->rule == RA_RULE_GRANTED)
        right_groups(k, f->grant, &g);
    for (size_t i = c->start[RA_RULE_GRANTED]; f->rule != RA_RULE_GRANTED && i < c->start[RA_RULE_GRANTED + 1]; i++)
        if ((k->j->inv->reaches[c->facts[i].grant]->traits & traits) == traits)
            right_groups(k, c->facts[i].grant, &g);
    const enum ra_class class = g.signers ? RA_CLASS_ROUTE : RA_CLASS_CHANNEL;
    ra_cut_way(o, &g.holders);
    if (c->way[class] == RA_NO_INDEX || !ra_judge_allowed(k->j, c->way[class]))
        ra_cut_way(o, &k->classes[class]);
    ra_cut_way(o, &g.self);
    if (f->rule == RA_RULE_GRANTED)
        return;
    const struct ra_fact *tree = ra_closure_find(c, RA_RULE_WORKTREE, RA_NO_INDEX);
    struct ra_cut_group own = {0};
    ra_cut_shared(k, tree, &own);
    ra_cut_way(o, &own);
}

// A tool server also falls with every place of every secret that it acts with.
void ra_cut_tools(struct ra_cutter *k, size_t user, struct ra_obstacle *o)
{
    const struct ra_closure *c = &k->j->worst;
    struct ra_cut_group places = {0};
    size_t at;
    RA_SEARCH(at, c->n_used, c->used[at].user < user);
    for (size_t secret; at < c->n_used && c->used[at].user == user; at++)
        for (size_t i = ra_cut_first_of(k, secret = c->used[at].secret); i < c->n_held && k->by_secret[i].secret == secret;
             i++) {
            ra_cut_member(k, &places, k->by_secret[i].place, false);
            k->involved[k->by_secret[i].place] = true;
        }
    ra_cut_way(o, &places);
}

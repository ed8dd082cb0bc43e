// Scopes of classic and OAuth tokens into permissions. GitHub's header leaves implied scopes out, so the table writes
// them out. Says nothing about roles and rules: a scope is what the token would let the account do.
#include "providers/github.h"

enum where { PRIVATE, PUBLIC, REST };
static const struct scope {
    const char *name;
    enum where where;
    const char *gives;
} scopes[] = {
#define RA_GH_SCOPE(name, where, gives) {name, where, gives},
#include "providers/github_scopes.def"
#undef RA_GH_SCOPE
};

static void give(struct ra_gh_set *set, const char *gives, struct ra_evidence from)
{
    struct ra_span rest = ra_span_of(gives), item;
    enum ra_gh_permission permission;
    while (rest.n && ra_span_until(&rest, ',', &item)) {
        ptrdiff_t at = ra_span_chr(item, '=');
        if (at < 0 || !ra_gh_permission_parse(ra_span_cut(item, 0, (size_t)at), &permission))
            continue;
        enum ra_gh_level level = ra_gh_level_parse(ra_span_cut(item, (size_t)at + 1, item.n));
        if (level > set->of[permission].least)
            set->of[permission] = (struct ra_gh_bound){level, level, NULL, from};
    }
}

void ra_gh_unknown_name(struct ra_gh *g, struct ra_span name, const char *why, struct ra_evidence from)
{
    ra_grant_add(g->p, RA_RIGHT_GITHUB_UNKNOWN_SCOPE, ra_gh_object(g, ra_strndup(g->p->arena, name)), false,
                 RA_STATE_UNKNOWN, why, from);
}

void ra_gh_scopes(struct ra_gh *g, struct ra_span header, struct ra_evidence from)
{
    struct ra_gh_set *const sets[] = {[PRIVATE] = &g->on_private, [PUBLIC] = &g->on_public, [REST] = &g->on_rest};
    struct ra_span rest = header, item;
    for (size_t i = 0; i < RA_COUNT(sets); i++)
        ra_gh_set_all(sets[i], RA_GH_NO, RA_GH_NO, NULL, from);
    while (rest.n && ra_span_until(&rest, ',', &item)) {
        bool known = false;
        item = ra_span_trim(item);
        for (size_t i = 0; i < RA_COUNT(scopes); i++)
            if (ra_span_is(item, scopes[i].name)) {
                known = true;
                give(sets[scopes[i].where], scopes[i].gives, from);
            }
        if (!known && item.n) // an empty header is a token without scopes
            ra_gh_unknown_name(g, item, "a scope that this program does not know", from);
    }
    ra_credential_fact(g->p, "scopes", header.n ? ra_strndup(g->p->arena, header) : "none");
}

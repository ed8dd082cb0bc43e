// The part of a profile that says how far a right reaches: reading it, and applying it to an inventory before anything
// follows from it. Unlike allow, deny and waive it changes radius and score, so that every report lists it.
#include "checks/profile_internal.h"

#include <string.h>

#include "checks/judge.h"

static int item(struct ra_profile_reader *r, const struct ra_json *v, struct ra_grant_radius *g)
{
    int rc = ra_profile_object(r, v, "an item of 'grants'", "locator radius reason");
    const struct ra_json *radius = NULL;
    *g = (struct ra_grant_radius){.line = v->line};
    for (const struct ra_json *f = rc ? NULL : v->child; f && !rc; f = f->next) {
        if (ra_span_is(f->key, "locator")) {
            rc = ra_profile_pattern(r, f, &g->locator);
        } else if (ra_span_is(f->key, "radius")) {
            radius = f;
            rc = ra_profile_radius(r, f, &g->radius);
        } else {
            rc = ra_profile_text(r, f, &g->reason);
        }
    }
    if (!rc && (!g->locator || !radius || !g->reason))
        rc = ra_fail_at(r->err, v->line, v->column, "an item of 'grants' needs '%s'",
                        !g->locator ? "locator" : !radius ? "radius" : "reason");
    return rc;
}

int ra_profile_grants(struct ra_profile_reader *r, const struct ra_json *v, struct ra_profile *ret)
{
    size_t more;
    int rc = ra_profile_array(r, v, "grants", &more);
    if (rc || !more)
        return rc;
    struct ra_grant_radius *all = ra_new_array(r->arena, struct ra_grant_radius, ret->n_grants + more);
    if (ret->n_grants)
        memcpy(all, ret->grants, ret->n_grants * sizeof(*all));
    size_t at = ret->n_grants;
    for (const struct ra_json *m = v->child; m; m = m->next) {
        rc = item(r, m, &all[at++]);
        if (rc)
            return rc;
    }
    ret->grants = all;
    ret->n_grants = at;
    return 0;
}

// ---- applying it ------------------------------------------------------------------------------------

const struct ra_grant_radius *ra_grant_radius_of(struct ra_arena *a, const struct ra_profile *p, const struct ra_reach *r)
{
    if (r->kind != RA_KIND_GRANT)
        return NULL;
    const char *text = p->n_grants ? ra_id_decode(a, r->id + strlen("grant:")) : NULL;
    for (size_t i = p->n_grants; i-- > 0;)
        if ((r->locator && ra_pattern_matches(p->grants[i].locator, r->locator)) ||
            ra_pattern_matches(p->grants[i].locator, text))
            return &p->grants[i];
    return NULL;
}

// What is unknown of a credential, or of the sockets that sign, may turn out to be such a right.
static bool may_hide_rights(const struct ra_reach *r)
{
    static const char *const of[] = {"unknown:token:", "unknown:key:", "unknown:password:", "unknown:sockets"};
    for (size_t i = 0; i < RA_COUNT(of); i++)
        if (r->kind == RA_KIND_UNKNOWN && strncmp(r->id, of[i], strlen(of[i])) == 0)
            return true;
    return false;
}

const struct ra_inventory *ra_profile_applied(struct ra_arena *a, const struct ra_inventory *inv,
                                              const struct ra_profile *p)
{
    enum ra_radius most = RA_RADIUS_NOTHING;
    for (size_t i = 0; i < p->n_grants; i++)
        most = p->grants[i].radius > most ? p->grants[i].radius : most;
    if (p->n_grants == 0)
        return inv;
    struct ra_inventory *ret = ra_new(a, struct ra_inventory);
    *ret = *inv;
    ret->reaches = ra_new_array(a, struct ra_reach *, inv->n_reaches + 1);
    for (size_t i = 0; i < inv->n_reaches; i++) {
        const struct ra_grant_radius *g = ra_grant_radius_of(a, p, inv->reaches[i]);
        ret->reaches[i] = inv->reaches[i];
        if (!g && !(may_hide_rights(inv->reaches[i]) && inv->reaches[i]->ceiling < most))
            continue;
        struct ra_reach *copy = ra_new(a, struct ra_reach);
        *copy = *inv->reaches[i];
        copy->ceiling = g ? g->radius : most;
        copy->least = g ? g->radius : copy->least;
        ret->reaches[i] = copy;
    }
    return ret;
}

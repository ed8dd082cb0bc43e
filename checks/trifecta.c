// The lethal trifecta by name: private data, untrusted input, a way out; and whether anybody watches. It explains and
// changes no number.
#include <string.h>

#include "checks/judge.h"

enum leg { PRIVATE_DATA, UNTRUSTED_INPUT, WAY_OUT, UNSUPERVISED };

static bool stands_on(const struct ra_judge *j, enum leg leg, size_t i)
{
    const struct ra_reach *r = j->inv->reaches[i];
    unsigned access = r->state == RA_STATE_UNKNOWN ? ~0u : r->access;
    switch (leg) {
    case PRIVATE_DATA:
        if (ra_kind_is_secret(r->kind) && r->traits & RA_TRAIT_LIVE)
            return true;
        if (r->traits & RA_TRAIT_PRIVATE_SOURCE && j->profile->source_private)
            return true;
        if (r->traits & (RA_TRAIT_HOST_FILES | RA_TRAIT_HOME_FILES) && access & RA_READ)
            return true;
        // a surface that may hold secrets
        return r->kind == RA_KIND_UNKNOWN && r->ceiling >= RA_RADIUS_ORGANIZATION &&
               ra_scope_of(j->inv, i) == RA_NO_INDEX;
    case UNTRUSTED_INPUT: // whoever can fetch reads what strangers wrote
        return r->traits & (RA_TRAIT_UNTRUSTED | RA_TRAIT_OPEN_ROUTE | RA_TRAIT_PROXY);
    case WAY_OUT: return ra_reach_in_class(r, RA_CLASS_CHANNEL);
    case UNSUPERVISED: return false;
    }
    return false;
}

static void fill(struct ra_judge *j, struct ra_leg *leg, enum leg which)
{
    const struct ra_inventory *inv = j->inv;
    size_t n = 0;
    leg->state = RA_STATE_ABSENT;
    for (size_t i = 0; i < inv->n_reaches; i++)
        n += j->worst.active[i] && stands_on(j, which, i);
    leg->reaches = ra_new_array(j->arena, const char *, n + 1);
    for (size_t i = 0; i < inv->n_reaches; i++) {
        if (!j->worst.active[i] || !stands_on(j, which, i))
            continue;
        leg->reaches[leg->n_reaches++] = inv->reaches[i]->id;
        if (ra_judge_present(j, i))
            leg->state = RA_STATE_PRESENT;
        else if (leg->state == RA_STATE_ABSENT)
            leg->state = RA_STATE_UNKNOWN;
    }
}

void ra_trifecta(struct ra_judge *j)
{
    static const char *const names[] = {"private_data", "untrusted_input", "way_out", "unsupervised"};
    for (int i = 0; i < 4; i++) {
        struct ra_leg *leg = &j->v->worst.legs[i];
        leg->name = names[i];
        if (i != UNSUPERVISED)
            fill(j, leg, (enum leg)i);
        if (i == WAY_OUT && j->worst.shipped && leg->state == RA_STATE_ABSENT)
            leg->state = RA_STATE_UNKNOWN; // of what does not run yet, it cannot be asked
        if (i == UNSUPERVISED) // whoever samples does not see every step
            leg->state = strcmp(j->profile->supervision, "full") == 0 ? RA_STATE_ABSENT : RA_STATE_PRESENT;
    }
}

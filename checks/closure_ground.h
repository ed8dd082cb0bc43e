// Shared by the files that make a closure; nobody else includes it.
#ifndef RA_CHECKS_CLOSURE_GROUND_H
#define RA_CHECKS_CLOSURE_GROUND_H

#include "checks/closure.h"

struct ra_ground {
    struct ra_arena *arena;
    const struct ra_inventory *inv;
    const struct ra_profile *profile;
    struct ra_closure *c;
    size_t cap;
    size_t *by_trait[RA_TRAIT_COUNT], n_by_trait[RA_TRAIT_COUNT];
};

void ra_ground_find(struct ra_ground *w);   // fills active, way, blind_way, held, given and the index
void ra_ground_grants(struct ra_ground *w); // closure_grants.c: given, used

#endif

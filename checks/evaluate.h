// Holds a profile against the closure of a frozen inventory. Pure: no clock, no file, no network.
#ifndef RA_CHECKS_EVALUATE_H
#define RA_CHECKS_EVALUATE_H

#include "checks/profile.h"
#include "model/verdict.h"

// *ret lives in `a`. Never fails: what cannot be decided is incomplete.
void ra_evaluate(struct ra_arena *a, const struct ra_inventory *inv, const struct ra_profile *profile,
                 struct ra_verdict *ret);

struct ra_check { // one row of checks.def, for `list checks`, `explain` and reachaudit-checks(7)
    const char *id, *title, *catches, *remedy; // {it} in remedy stands for what it is about
    const char *ref;                           // catalogue id or NULL
};
const struct ra_check *ra_check_row(size_t i); // NULL past the end
const struct ra_check *ra_check_find(const char *id);

#endif

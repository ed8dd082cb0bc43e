// The tightest profile that an inventory passes, as text: a starting point that says what is within reach now.
#ifndef RA_CHECKS_PROFILE_INIT_H
#define RA_CHECKS_PROFILE_INIT_H

#include "checks/evaluate.h"

// Appends YAML (reachaudit-profile(5)) that passes on this inventory; each line that lets something be ends in
// "# review". Printable ASCII only, no date: the same inventory gives the same bytes. RA_E_USAGE, with what would be
// needed, where the worst case is wider than `most`; RA_E_INTERNAL where what was written does not pass after all.
int ra_profile_init(struct ra_arena *a, const struct ra_inventory *inv, enum ra_radius most, struct ra_buf *out,
                    struct ra_error *err);

#endif

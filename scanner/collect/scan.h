// Runs the collectors over a host and yields the frozen inventory.
#ifndef RA_COLLECT_SCAN_H
#define RA_COLLECT_SCAN_H

#include "host/host.h"
#include "model/inventory.h"

struct ra_scan_options {
    const char **only, **skip; // collector names, checked by the caller
    size_t n_only, n_skip;
    bool connect;
    bool stamp;
    bool in_process; // no child per collector (fault tests)
    const char *target_kind, *target_locator;
    const char *profiles[4]; // files that the judge was given, absolute; self/tamper looks at them
    size_t n_profiles;
    // Services are to be asked: called once before the inventory is frozen, with all that the collectors saw and, where
    // `hold`, the credentials they hold (providers/held.h). May add grants, and frees what it no longer needs of `held`. Without `hold` none is kept for it.
    void (*ask)(void *arg, struct ra_inventory *inv, struct ra_buf *held);
    void *ask_arg;
    bool hold;
    // Told of each surface that will be looked at, and, in its own process, when that is over; may be NULL.
    void (*progress)(const char *collector, bool finished);
};

// Never fails as a whole: what did not run is in coverage, with its unknown. inv lives in `a`, frozen.
// inv->asked is the caller's: set before the call, the rest zero.
void ra_scan(struct ra_arena *a, struct ra_host *host, const struct ra_scan_options *options,
             struct ra_inventory *inv);

#endif

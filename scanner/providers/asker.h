// One audit's asking, from what the collectors hold to grants: which credentials are asked about and where, what the
// user is told before the first byte, and each provider's run. Touches no process and prints nothing: see cli/asker.c.
#ifndef RA_PROVIDERS_ASKER_H
#define RA_PROVIDERS_ASKER_H

#include "providers/where.h"

struct ra_asker {
    struct ra_ask_world *world;
    struct ra_consent consent;
    const struct ra_inventory *seen; // all that the collectors saw
    int64_t now_s;
    bool dry_run; // say what would be asked, and stop
    // A line for the person who runs this, before the first byte.
    void (*say)(void *arg, const char *line);
    // What one credential may do: an inventory to be merged, frozen. Called once a credential asked about.
    void (*found)(void *arg, const struct ra_inventory *inv);
    // Every place where this secret belongs was asked and told all (dead: none knew it). After its last `found`.
    void (*settled)(void *arg, const char *secret_id, bool dead);
    // Nothing more is to be asked about this value, which lies in `held`; may be NULL.
    void (*spent)(void *arg, struct ra_span value);
    void *arg;
};

void ra_asker_run(const struct ra_asker *asker, struct ra_span held);
// An inventory for grants of one secret: holds the secret and its place (or NULL) already.
void ra_asker_inventory(const struct ra_asker *asker, struct ra_arena *a, const struct ra_reach *secret,
                        const struct ra_reach *place, struct ra_inventory *ret);

#endif

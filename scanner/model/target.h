// What can be audited, and which surfaces such a thing can have at all.
#ifndef RA_MODEL_TARGET_H
#define RA_MODEL_TARGET_H

#include <stdbool.h>
#include <stddef.h>

enum ra_target_class { // a set, so that a collector's row names all that it runs on
    RA_TARGET_LIVE = 1 << 0,
    RA_TARGET_ROOT = 1 << 1,
    RA_TARGET_IMAGE = 1 << 2,
    RA_TARGET_DECLARED = 1 << 3,
};
struct ra_target_kind { // one row of targets.def
    const char *name;
    enum ra_target_class class;
    bool built;
};

const struct ra_target_kind *ra_target_kind(size_t i);               // NULL past the end
const struct ra_target_kind *ra_target_kind_find(const char *name);  // NULL where unknown; name may be NULL
// Files or a declaration, and nothing that runs: whoever gets it has what is in it. An unknown kind is not.
bool ra_target_is_static(const char *kind);

#endif

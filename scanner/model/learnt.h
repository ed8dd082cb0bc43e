// The values that scrub.c looks for; private to it. Values are kept as runs of bytes: short ones whole,
// others as every run of 16 bytes in them.
#ifndef RA_MODEL_LEARNT_H
#define RA_MODEL_LEARNT_H

#include <stdbool.h>

#include "base/span.h"

enum { RA_LEARNT_LEAST_BYTES = 6, RA_LEARNT_RUN_BYTES = 16 };

enum ra_learnt_flag {
    RA_LEARNT_BASE64 = 1, // the characters beside it carry bits of the value too
    RA_LEARNT_LONG = 2,   // a piece of something long
};
// scrub.c: does the whole value look like a secret to anybody, learnt or not?
bool ra_scrub_has_shape(struct ra_span value);
struct ra_learnt_hit {
    size_t n; // bytes from the place asked about; 0 = no hit
    unsigned flags;
};
// The longest learnt run that begins at text[at].
struct ra_learnt_hit ra_learnt_at(struct ra_span text, size_t at);

#endif

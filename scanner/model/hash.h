// A keyed hash for tables inside this process. The key differs with every run, so that nobody can
// prepare names that all fall into one slot; nothing printed may depend on it.
#ifndef RA_MODEL_HASH_H
#define RA_MODEL_HASH_H

#include "base/span.h"

uint64_t ra_hash(struct ra_span s);

#endif

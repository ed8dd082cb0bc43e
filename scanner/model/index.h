// id -> reach, so that a hundred thousand reaches are added in a time that grows with their number.
// Private to the inventory. Lives in the inventory's arena; order never follows from it.
#ifndef RA_MODEL_INDEX_H
#define RA_MODEL_INDEX_H

#include "model/inventory.h"

struct ra_index *ra_index_new(struct ra_arena *a, size_t expected);
void ra_index_put(struct ra_arena *a, struct ra_index *x, struct ra_reach *r); // an id that is not there yet
struct ra_reach *ra_index_find(const struct ra_index *x, const char *id);

#endif

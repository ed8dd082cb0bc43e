// The numbers of a closure: how far its worst consequence spreads, and the score inside that band.
#ifndef RA_CHECKS_SCORE_H
#define RA_CHECKS_SCORE_H

#include "checks/closure.h"
#include "model/verdict.h"

struct ra_score {
    enum ra_radius radius;
    int score;    // 0..100
    struct ra_score_terms terms;
    size_t fact;  // the worst consequence, by the order of the design; RA_NO_INDEX where nothing follows
};
void ra_score_make(struct ra_arena *a, const struct ra_inventory *inv, const struct ra_closure *c,
                   struct ra_score *ret);
// The band of a radius and a place in it: severity 0..4, certain, n consequences at that radius.
int ra_score_of(enum ra_radius radius, enum ra_severity severity, bool certain, size_t n);
// The same in two steps, for `explain`: x, from 0 to 39, and the band it is laid on.
int ra_score_sum(enum ra_severity severity, bool certain, size_t n);
void ra_score_band(enum ra_radius radius, int *ret_base, int *ret_width);

#endif

// The numbers of a closure: how far its worst consequence spreads, and the score inside that band.
#ifndef RA_CHECKS_SCORE_H
#define RA_CHECKS_SCORE_H

#include "checks/closure.h"
#include "model/score.h"
#include "model/verdict.h"

struct ra_score {
    enum ra_radius radius;
    int score;    // 0..100
    struct ra_score_terms terms;
    size_t fact;  // the worst consequence, by the order of the design; RA_NO_INDEX where nothing follows
};
void ra_score_make(struct ra_arena *a, const struct ra_inventory *inv, const struct ra_closure *c,
                   struct ra_score *ret);

#endif

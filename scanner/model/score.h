// The sum behind a score (reachaudit(1), "Score"): what the judge counts with, and what a report says again.
#ifndef RA_MODEL_SCORE_H
#define RA_MODEL_SCORE_H

#include <stddef.h>

#include "base/words.h"

// x, from 0 to 39: severity 0..4, certain, n consequences at that radius.
int ra_score_sum(enum ra_severity severity, bool certain, size_t n);
// The band that x is laid on: score = base + width * x / 39.
void ra_score_band(enum ra_radius radius, int *ret_base, int *ret_width);
// Both in one step: 0..100.
int ra_score_of(enum ra_radius radius, enum ra_severity severity, bool certain, size_t n);

#endif

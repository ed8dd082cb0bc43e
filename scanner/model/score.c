// The sum behind a score: the radius gives the band; severity, certainty and the number of consequences at that radius
// give the place in it. Knows no inventory and counts nothing itself.
#include "model/score.h"

static const struct {
    int base, width;
} bands[] = {
    [RA_RADIUS_NOTHING] = {0, 0},  [RA_RADIUS_SANDBOX] = {1, 8},  [RA_RADIUS_WORKTREE] = {10, 19},
    [RA_RADIUS_GRANT] = {30, 19},  [RA_RADIUS_PERSON] = {50, 29}, [RA_RADIUS_ORGANIZATION] = {80, 20},
};

int ra_score_sum(enum ra_severity severity, bool certain, size_t n)
{
    int more = n > 4 ? 3 : n > 0 ? (int)n - 1 : 0;
    return 8 * (int)severity + 4 * (int)certain + more;
}

void ra_score_band(enum ra_radius radius, int *ret_base, int *ret_width)
{
    *ret_base = bands[radius].base;
    *ret_width = bands[radius].width;
}

int ra_score_of(enum ra_radius radius, enum ra_severity severity, bool certain, size_t n)
{
    return bands[radius].base + bands[radius].width * ra_score_sum(severity, certain, n) / 39;
}

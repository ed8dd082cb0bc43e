// Obstacles on the way to pass, and the choice of remedies that fells them all.
#ifndef RA_CHECKS_CUTS_H
#define RA_CHECKS_CUTS_H

#include <stddef.h>

enum { RA_EXACT_REMEDIES = 12, RA_MAX_GROUPS = 4, RA_MAX_MASKS = 32, RA_MAX_OBSTACLES = 512 };

struct ra_cut_group { // falls when each mask meets the chosen set
    size_t n;
    unsigned masks[RA_MAX_MASKS];
};
struct ra_obstacle { // falls when one group falls
    size_t n;
    struct ra_cut_group groups[RA_MAX_GROUPS];
};

// The remedies (each one bit of `bits`) that fell every obstacle: the smallest set for up to RA_EXACT_REMEDIES of
// them, among equals the one whose last bit comes first; a good one beyond.
unsigned ra_cut_choose(const struct ra_obstacle *all, size_t n_all, const unsigned *bits, size_t n);

#endif

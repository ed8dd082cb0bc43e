// Where each consequence stands in the picture: rings of the radii, dots that never touch. Whole numbers only, in
// tenths of a unit, so that the same report has the same bytes everywhere. Private to the HTML report.
#ifndef RA_REPORTS_HTML_RINGS_H
#define RA_REPORTS_HTML_RINGS_H

#include "base/arena.h"
#include "model/verdict.h"

enum {
    RA_RINGS = RA_RADIUS_ORGANIZATION + 1,
    RA_RING_CENTRE = 2000, // both coordinates
    RA_DOT = 42,           // radius of a dot
    RA_BADGE = 82,         // radius of a numbered one
};
enum ra_mark {
    RA_MARK_PROVED,   // in this ring, from what was measured
    RA_MARK_ASSUMED,  // in this ring with every unknown at its worst
    RA_MARK_ASLEEP,   // would be in this ring if there were a way out
    RA_MARK_POSSIBLE, // needs a flaw, or a person to help
};
enum { RA_MARKS = RA_MARK_POSSIBLE + 1 };
struct ra_dot {
    const struct ra_consequence *c;
    enum ra_radius ring;
    enum ra_mark mark;
    unsigned step; // number on the worst path, from 1; 0: not on it
    bool shown;    // false: counted only, the ring is full
    int x, y;
};
struct ra_rings {
    struct ra_dot *dots; // in the verdict's order
    size_t n;
    size_t in[RA_RINGS], more[RA_RINGS]; // all of a ring; of them not shown
};

int ra_ring_outer(enum ra_radius ring); // its outer edge
// Lives in `a`.
void ra_rings_place(struct ra_arena *a, const struct ra_verdict *v, struct ra_rings *ret);
const struct ra_dot *ra_rings_step(const struct ra_rings *rings, unsigned step); // NULL where it has no dot
const char *ra_mark_phrase(enum ra_mark mark);

#endif

// Shared by the files that find out what stands in the way of pass; nobody else includes it.
#ifndef RA_CHECKS_CUTS_INTERNAL_H
#define RA_CHECKS_CUTS_INTERNAL_H

#include "checks/cuts.h"
#include "checks/judge.h"

struct ra_cutter {
    struct ra_judge *j;
    struct ra_obstacle *all;
    size_t n, cap;
    bool whole; // false: something cannot be cut, or was too much to hold
    bool *involved;
    struct ra_cut_group classes[RA_CLASS_COUNT];
    struct ra_cut_group shared[RA_RULE_COUNT]; // of rules with one consequence for all, once made
    bool has_shared[RA_RULE_COUNT];
    struct ra_held *by_secret; // worst.held in that order
};

// One more reach that must go before the group falls. `write`: the harm comes from writing.
void ra_cut_member(struct ra_cutter *k, struct ra_cut_group *g, size_t reach, bool write);
// One more group whose fall fells the obstacle; none where a member cannot be cut.
void ra_cut_way(struct ra_obstacle *o, const struct ra_cut_group *g);
// All reaches that give a consequence without a subject; made once a rule, whatever builds on it.
void ra_cut_shared(struct ra_cutter *k, const struct ra_fact *f, struct ra_cut_group *ret);
// Where the places of a secret begin in by_secret.
size_t ra_cut_first_of(const struct ra_cutter *k, size_t secret);

void ra_cut_right(struct ra_cutter *k, const struct ra_fact *f, struct ra_obstacle *o); // cuts_rights.c
void ra_cut_tools(struct ra_cutter *k, size_t user, struct ra_obstacle *o);             // cuts_rights.c

#endif

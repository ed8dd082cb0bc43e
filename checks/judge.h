// What the files of the judge share while one inventory is held against one profile. Private to checks/.
#ifndef RA_CHECKS_JUDGE_H
#define RA_CHECKS_JUDGE_H

#include "checks/closure.h"
#include "checks/evaluate.h"
#include "checks/score.h"

enum ra_remedy {
#define RA_REMEDY(n, text) RA_REMEDY_##n,
#include "checks/remedies.def"
#undef RA_REMEDY
    RA_REMEDY_COUNT
};
enum ra_check_id {
#define RA_CHECK(n, ...) RA_CHECK_##n,
#include "checks/checks.def"
#undef RA_CHECK
    RA_CHECK_COUNT
};
const char *ra_remedy_text(enum ra_remedy remedy);
enum ra_remedy ra_check_remedy(enum ra_check_id check);

struct ra_draft { // a finding before the profile had its say
    enum ra_check_id check;
    enum ra_status status;
    enum ra_severity severity;
    enum ra_certainty certainty;
    enum ra_radius radius;
    const size_t *reaches; // indices; the first is what it is about
    size_t n_reaches;
    const size_t *facts; // of the worst closure, that it rests on
    size_t n_facts;
    const char *message;
    const char *it; // what {it} of the remedy stands for, where no reach is it
    const char *remedy; // NULL = the check's row, with {it} filled
    unsigned line;
    bool later;
    bool fixed; // allow does not speak to it
};

struct ra_kept { // what cuts.c needs of a finding
    struct ra_finding finding;
    enum ra_check_id check;
    const size_t *reaches, *facts;
    size_t n_reaches, n_facts;
};

struct ra_judge {
    struct ra_arena *arena;
    const struct ra_inventory *inv;
    const struct ra_profile *profile;
    struct ra_closure proved, worst;
    struct ra_score proved_score, worst_score;
    enum ra_radius *opens; // per reach
    bool no_box;
    struct ra_kept *findings;
    size_t n_findings, cap_findings;
    bool *waiver_used; // per waiver of the profile
    struct ra_verdict *v;
};

// findings.c: applies overrides, allow and waivers to a draft and keeps it.
void ra_judge_add(struct ra_judge *j, const struct ra_draft *draft);
// Line of the profile that allows the reach itself, wherever it is; 0 = none. What is denied is never allowed.
unsigned ra_judge_allowed(struct ra_judge *j, size_t reach);
// Line of the first matcher of the list that matches the reach by locator or by the text of its id; 0 = none.
unsigned ra_judge_matched(struct ra_judge *j, const struct ra_matcher *list, size_t n, size_t reach, bool whole_access);
const char *ra_judge_words(struct ra_judge *j, const char *template, const struct ra_draft *draft);

// profile_grants.c: the inventory with the radii that the profile sets, or itself where it sets none; the line that sets
// a right's, or NULL.
const struct ra_inventory *ra_profile_applied(struct ra_arena *a, const struct ra_inventory *inv,
                                              const struct ra_profile *p);
const struct ra_grant_radius *ra_grant_radius_of(struct ra_arena *a, const struct ra_profile *p,
                                                 const struct ra_reach *r);

void ra_tell_steps(struct ra_judge *j);   // tell.c: steps and consequences
void ra_tell_worst(struct ra_judge *j);   // the worst case, assumed and proved
void ra_tell_reaches(struct ra_judge *j); // radius, severity and dormancy of each reach

void ra_check_secrets(struct ra_judge *j);      // checks_secrets.c
void ra_check_grants(struct ra_judge *j);       // checks_grants.c: what held secrets let the run do elsewhere
void ra_check_consequences(struct ra_judge *j); // checks_consequences.c
void ra_check_surfaces(struct ra_judge *j);     // checks_surfaces.c: egress, descriptors, working tree
void ra_check_agents(struct ra_judge *j);       // checks_agent.c
void ra_check_declared(struct ra_judge *j);    // checks_declared.c: promises that do not hold
void ra_check_self(struct ra_judge *j);         // checks_self.c: the audit's own program and profile
void ra_check_blind(struct ra_judge *j);        // checks_blind.c
void ra_check_profile(struct ra_judge *j);      // checks_profile.c: deny, needs
void ra_waivers_finish(struct ra_judge *j);     // waivers.c: expired and unused ones, the list of all

// waivers.c: the waiver that covers a finding, or NULL; marks it used.
const struct ra_waiver *ra_waiver_for(struct ra_judge *j, const struct ra_draft *draft);
const char *ra_coverage_gap(struct ra_judge *j, const char *collector); // NULL where seen whole or never possible
void ra_trifecta(struct ra_judge *j);
void ra_cuts(struct ra_judge *j);
// cuts_remedies.c: the set of remedies (1 << enum ra_remedy) each of which takes the reach away. `write`: the harm comes
// from writing, so that read-only is enough.
unsigned ra_remedies_of(const struct ra_judge *j, const struct ra_reach *r, bool write);
// remedies_work.c: how what these reaches of kind worktree hold is saved; NULL where saves.def knows none of them.
const char *ra_save_words(struct ra_judge *j, const size_t *reaches, size_t n);
bool ra_finding_blocks(const struct ra_judge *j, const struct ra_finding *f);

static inline bool ra_judge_present(const struct ra_judge *j, size_t i)
{
    return j->inv->reaches[i]->state == RA_STATE_PRESENT;
}

#endif

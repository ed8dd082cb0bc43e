// The verdict: what the judge made of a frozen inventory and a profile. Plain data; reports print it and add
// nothing. All strings live in one arena. Schema: fields of "reachaudit-report/1" (design section 5).
#ifndef RA_MODEL_VERDICT_H
#define RA_MODEL_VERDICT_H

#include "model/inventory.h"

struct ra_step {
    const char *rule;
    const char **needs; // ids of reaches or consequences
    size_t n_needs;
    const char *gives;
    enum ra_certainty certainty;
    enum ra_when when;
    const char *sentence; // one clause for people: "the docker socket gives root on the host"
};

struct ra_consequence {
    const char *id; // "so:host-root", "so:disclosed/env:GITHUB_TOKEN"
    enum ra_radius radius;
    enum ra_severity severity;
    enum ra_certainty certainty;
    enum ra_when when;
    bool proved;  // holds without any unknown at its ceiling
    bool dormant; // would be `dormant_radius` if a way out were there
    enum ra_radius dormant_radius;
    size_t step;  // index into steps: its surest, then shortest derivation
    enum ra_radius proved_radius; // where proved: how far, with every unknown at its least; may be less than `radius`
};

struct ra_finding {
    const char *check; // stable id, "secret/disclosed"
    const char *ref;
    const char *title;
    enum ra_status status;
    enum ra_severity severity;
    enum ra_certainty certainty;
    enum ra_radius radius;
    const char **reaches; // ids: places and secrets
    size_t n_reaches;
    size_t *path; // indices into steps, first to last
    size_t n_path;
    const char *message, *remedy;
    unsigned profile_line; // 0 = none
    const char *waiver;    // reason, or NULL
    bool later; // listed under "before you use the result"
};

struct ra_leg { // of the trifecta
    const char *name; // "private_data", "untrusted_input", "way_out", "unsupervised"
    enum ra_state state;
    const char **reaches;
    size_t n_reaches;
};

struct ra_cut {
    const char *remedy;
    const char **cuts; // check ids or reach ids
    size_t n_cuts;
};

struct ra_waiver_used {
    const char *check, *reach, *reason, *owner, *expires;
    const char *status; // "used", "unused", "expired"
    unsigned line;
};

struct ra_override_used { // the severity of a check, or the radius of rights; the other pair is NULL
    const char *check, *severity;
    const char *grant, *radius; // grant: a pattern of locators
    const char *reason;
    unsigned line;
};

struct ra_profile_facts {
    const char *name, *digest, *unknown, *source, *supervision;
    enum ra_radius radius;
    int score; // -1 = none
    enum ra_severity fail_on;
};

// What a score is made of (reachaudit(1), "Score"), so that a reader can do the sum again.
struct ra_score_terms {
    enum ra_severity severity; // the gravest at that radius
    bool certain;              // one of them is certain, or may be for all that was seen
    size_t n;                  // how many there are; 0 where nothing follows or it is not told
};

struct ra_worst {
    enum ra_radius radius;
    int score;
    struct ra_score_terms terms;
    const char *sentence;    // one plain sentence, present tense
    const char *consequence; // id, or NULL where nothing follows
    size_t *path;            // indices into steps
    size_t n_path;
    struct { // same, with every unknown at its least
        enum ra_radius radius;
        int score;
        struct ra_score_terms terms;
        const char *consequence;
        const char *sentence;
    } proved;
    struct ra_leg legs[4];
};

struct ra_verdict {
    enum ra_judgement verdict;
    int exit_status; // 0 pass, 1 fail, 3 incomplete
    struct ra_profile_facts profile;
    struct ra_worst worst;
    struct ra_step *steps;
    size_t n_steps;
    struct ra_consequence *consequences; // sorted by radius (largest first), then id
    size_t n_consequences;
    struct ra_finding *findings; // sorted: status fail, unknown, waived, pass; severity; check; first reach
    size_t n_findings;
    bool cut_exact;
    struct ra_cut *cuts;
    size_t n_cuts;
    struct ra_waiver_used *waivers;
    size_t n_waivers;
    struct ra_override_used *overrides;
    size_t n_overrides;
    const char **missing; // needs that are proved missing
    size_t n_missing;
    const char **reasons; // why not pass, one line each, most important first
    size_t n_reasons;
    struct ra_reach_view { // what a report says of each reach beside the inventory, same order as inv->reaches
        enum ra_radius radius;
        enum ra_severity severity;
        bool dormant;
    } *reaches;
};

#endif

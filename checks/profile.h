// The contract: a profile in YAML (reachaudit-profile(5)), the built-in ones as text compiled in. Every mistake
// is an error with line and column; unknown keys, wrong types and duplicates are mistakes.
#ifndef RA_CHECKS_PROFILE_H
#define RA_CHECKS_PROFILE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/words.h"
#include "model/kinds.h"

struct ra_matcher { // of allow, deny, needs
    bool any_kind;
    enum ra_kind kind;
    const char *locator; // pattern or NULL; '*' stops at '/' and ':', "**" does not; variables replaced
    const char *role;    // or NULL
    unsigned access;     // 0 = any
    const char *in;      // allow only: pattern of the ids of places; the secret is allowed there and nowhere else
    unsigned line;
};
struct ra_waiver {
    const char *check, *reach, *reason, *owner, *expires;
    int64_t expires_s; // end of that day, UTC
    unsigned line;
};
struct ra_override {
    const char *check;
    enum ra_severity severity;
    const char *reason;
    unsigned line;
};
struct ra_grant_radius { // how far a right reaches, where its provider's table does not know
    const char *locator; // pattern, as in a matcher
    enum ra_radius radius;
    const char *reason;
    unsigned line;
};
struct ra_profile {
    const char *name, *summary;
    char digest[65]; // SHA-256 of the text read
    enum ra_radius radius;
    int score; // -1 = none
    enum ra_severity fail_on;
    enum ra_certainty certainty;
    bool unknown_warns;
    bool source_private;
    const char *supervision; // "none", "sampled", "full"
    bool must_see_all;       // every collector that exists for the target
    const char **must_see;
    size_t n_must_see;
    struct ra_matcher *allow, *deny, *needs;
    size_t n_allow, n_deny, n_needs;
    struct ra_waiver *waive;
    size_t n_waive;
    struct ra_override *overrides;
    size_t n_overrides;
    struct ra_grant_radius *grants; // the last that matches counts
    size_t n_grants;
    bool gate; // not from the text: gate asks, so that a pass starts something
};
struct ra_profile_vars {
    const char *worktree, *home; // for ${worktree} and ${home}; NULL = variable is an error
};

// One of the built-in names, or NULL. `i` counts from 0 for listing.
const char *ra_profile_builtin_name(size_t i);
const char *ra_profile_builtin_text(const char *name);
// Reads `text`; `extends: NAME` reaches built-ins; `base` (may be NULL) is the text of an extended file, read by the
// caller (the judge opens nothing).
int ra_profile_read(struct ra_arena *a, struct ra_span text, struct ra_span base, const struct ra_profile_vars *vars,
                    struct ra_profile *ret, struct ra_error *err);
// What `extends` names in this text, so that the caller can open it before the judge is confined; NULL = none.
int ra_profile_extends(struct ra_arena *a, struct ra_span text, const char **ret, struct ra_error *err);
bool ra_matcher_matches(const struct ra_matcher *m, enum ra_kind kind, const char *locator, const char *role,
                        unsigned access);

#endif

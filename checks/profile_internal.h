// What the files of the profile reader share; no other file of the judge needs the readers.
#ifndef RA_CHECKS_PROFILE_INTERNAL_H
#define RA_CHECKS_PROFILE_INTERNAL_H

#include "checks/profile.h"
#include "parse/json.h"

struct ra_profile_reader {
    struct ra_arena *arena;
    const struct ra_profile_vars *vars;
    struct ra_error *err;
};

bool ra_pattern_matches(const char *pattern, const char *text);
bool ra_pattern_is_all(const char *pattern); // stars only

// Each reads one value of the profile into *ret; 0, or an error with the position of what is wrong.
int ra_profile_text(struct ra_profile_reader *r, const struct ra_json *v, const char **ret);
int ra_profile_pattern(struct ra_profile_reader *r, const struct ra_json *v, const char **ret); // with ${variables}
int ra_profile_object(struct ra_profile_reader *r, const struct ra_json *v, const char *what, const char *keys);
int ra_profile_array(struct ra_profile_reader *r, const struct ra_json *v, const char *what, size_t *ret_n);
int ra_profile_radius(struct ra_profile_reader *r, const struct ra_json *v, enum ra_radius *ret);
int ra_profile_severity(struct ra_profile_reader *r, const struct ra_json *v, enum ra_severity *ret);
// Appends to what an extended profile gave already.
int ra_profile_matchers(struct ra_profile_reader *r, const struct ra_json *v, const char *what,
                        struct ra_matcher **list, size_t *n);
int ra_profile_waivers(struct ra_profile_reader *r, const struct ra_json *v, struct ra_profile *ret);
int ra_profile_overrides(struct ra_profile_reader *r, const struct ra_json *v, struct ra_profile *ret);
int ra_profile_grants(struct ra_profile_reader *r, const struct ra_json *v, struct ra_profile *ret);
int ra_profile_names(struct ra_profile_reader *r, const struct ra_json *v, struct ra_profile *ret);

#endif

// Does a pattern of the profile match a reach? '*' stops at '/' and ':', "**" stops nowhere. Nothing else is special.
#include "checks/profile_internal.h"

#include <string.h>

// Only the last star of each kind is retried, so the time is bounded by the product of both lengths.
bool ra_pattern_matches(const char *pattern, const char *text)
{
    const char *star = NULL, *star_at = NULL, *deep = NULL, *deep_at = NULL;
    for (;;) {
        if (pattern[0] == '*' && pattern[1] == '*') {
            pattern += 2;
            deep = pattern, deep_at = text, star = NULL;
            continue;
        }
        if (pattern[0] == '*') {
            star = ++pattern, star_at = text;
            continue;
        }
        if (*pattern == 0 && *text == 0)
            return true;
        if (*text && *pattern == *text) {
            pattern++, text++;
            continue;
        }
        if (star && *star_at && *star_at != '/' && *star_at != ':') {
            pattern = star, text = ++star_at;
            continue;
        }
        if (deep && *deep_at) {
            pattern = deep, text = ++deep_at, star = NULL;
            continue;
        }
        return false;
    }
}

bool ra_pattern_is_all(const char *pattern)
{
    return *pattern && pattern[strspn(pattern, "*")] == 0;
}

bool ra_matcher_matches(const struct ra_matcher *m, enum ra_kind kind, const char *locator, const char *role,
                        unsigned access)
{
    if (!m->any_kind && m->kind != kind)
        return false;
    if (m->role && (!role || strcmp(m->role, role) != 0))
        return false;
    if (m->access && !(m->access & access))
        return false;
    return !m->locator || (locator && ra_pattern_matches(m->locator, locator));
}

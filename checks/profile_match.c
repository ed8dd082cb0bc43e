// Does a pattern of the profile match a reach? '*' stops at '/' and ':', "**" stops nowhere. Nothing else is special.
#include "checks/profile_internal.h"

#include <string.h>

#include "base/path.h"

bool ra_pattern_matches(const char *pattern, const char *text)
{
    return ra_glob(pattern, text, "/:", 0);
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

// The rows of checks.def and remedies.def, for `list checks`, `explain` and the judge.
#include <string.h>

#include "checks/judge.h"

#define RA_REMEDY(n, text) static const char remedy_##n[] = text;
#include "checks/remedies.def"
#undef RA_REMEDY
static const char *const remedies[] = {
#define RA_REMEDY(n, text) remedy_##n,
#include "checks/remedies.def"
#undef RA_REMEDY
};
static const enum ra_remedy remedy_of[] = {
#define RA_CHECK(n, id, title, catches, remedy, ref) RA_REMEDY_##remedy,
#include "checks/checks.def"
#undef RA_CHECK
};
static const struct ra_check checks[] = {
#define RA_CHECK(n, id, title, catches, remedy, ref) {id, title, catches, remedy_##remedy, ref},
#include "checks/checks.def"
#undef RA_CHECK
};

const char *ra_remedy_text(enum ra_remedy remedy)
{
    return remedies[remedy];
}

enum ra_remedy ra_check_remedy(enum ra_check_id check)
{
    return remedy_of[check];
}

const struct ra_check *ra_check_row(size_t i)
{
    return i < RA_COUNT(checks) ? &checks[i] : NULL;
}

const struct ra_check *ra_check_find(const char *id)
{
    for (size_t i = 0; id && i < RA_COUNT(checks); i++)
        if (strcmp(checks[i].id, id) == 0)
            return &checks[i];
    return NULL;
}

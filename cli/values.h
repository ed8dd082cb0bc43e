// One function an option of options.def: checks the value and puts it into the options. Private to cli/.
#ifndef RA_CLI_VALUES_H
#define RA_CLI_VALUES_H

#include "cli/options.h"

#define RA_OPTION(id, name, letter, takes, on, metavar, help) \
    int ra_take_##id(struct ra_options *o, struct ra_arena *a, const char *value, struct ra_error *err);
#include "cli/options.def"
#undef RA_OPTION

void ra_strings_add(struct ra_arena *a, struct ra_strings *s, const char *item);
const char *ra_consent(size_t i); // what --online takes; NULL past the end
// A date (its first second, UTC) or an RFC 3339 time.
bool ra_date_parse(const char *text, int64_t *ret_unix_s);

#endif

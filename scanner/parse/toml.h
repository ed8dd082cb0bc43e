// TOML 1.0, the reading half, as a tree of the same nodes as JSON (tables are objects, dates are strings) with
// line and column. Duplicate keys and redefined tables are errors, as TOML demands.
#ifndef RA_PARSE_TOML_H
#define RA_PARSE_TOML_H

#include "parse/json.h"

int ra_toml_parse(struct ra_arena *a, struct ra_span input, struct ra_json **ret, struct ra_error *err);

#endif

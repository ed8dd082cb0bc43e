// Strings, numbers and dates of TOML. Private to scanner/parse.
#ifndef RA_PARSE_TOML_VALUE_H
#define RA_PARSE_TOML_VALUE_H

#include "parse/reader.h"

// The cursor is on a quote. Keys are never multi-line.
int ra_toml_string(struct ra_reader *r, bool key, struct ra_span *ret);
// true, false, a number (without its underscores) or a date (a string), at the cursor.
int ra_toml_scalar(struct ra_reader *r, struct ra_json *v);

#endif

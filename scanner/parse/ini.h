// INI-like files (AWS, pip, git config, .npmrc, .env): sections and key = value lines with their line number.
#ifndef RA_PARSE_INI_H
#define RA_PARSE_INI_H

#include <stdbool.h>

#include "base/span.h"

struct ra_ini {
    struct ra_span rest;    // start: the whole input
    struct ra_span section; // "" before the first; git: `remote "origin"` is section `remote.origin`
    unsigned line;          // of the current entry
    bool git;               // git config syntax (quotes, subsections, continuation lines)
};
// Next key = value; false at the end. Comments (# ;) and blank lines are skipped; values are trimmed and, if quoted
// by one pair of quotes, unquoted. Spans borrow from the input. A key without '=' has an empty value.
bool ra_ini_next(struct ra_ini *it, struct ra_span *ret_key, struct ra_span *ret_value);
// Next NAME=value of a dotenv file: `export ` prefix, quotes and trailing comments handled.
bool ra_dotenv_next(struct ra_span *rest, unsigned *line, struct ra_span *ret_key, struct ra_span *ret_value);

#endif

// INI-like files (AWS, pip, git config, .npmrc, .env): sections and key = value lines with their line number.
#ifndef RA_PARSE_INI_H
#define RA_PARSE_INI_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/span.h"

enum { RA_INI_SECTION_BYTES = 512 };

struct ra_ini {
    struct ra_span rest;    // start: the whole input
    struct ra_span section; // "" before the first; git: `remote "origin"` is section `remote.origin`
    unsigned line;          // of the current entry; start: 0
    bool git;               // git config syntax (quotes, subsections, continuation lines)
    unsigned lines_read;
    size_t indent;                          // of the current entry
    char section_text[RA_INI_SECTION_BYTES]; // git: what `section` borrows; longer names are cut
};
// Next key = value; false at the end. Comments (# ;) and blank lines are skipped; values are trimmed and, if quoted
// by one pair of quotes, unquoted. Spans borrow from the input (git sections from *it, until the next call). A key
// without '=' has an empty value.
// Outside git, "key: value" is an entry too, and indented lines that are no entries of their own (pip's lists)
// belong to the value above them, line breaks included.
// git: keys and the first part of sections are not case-sensitive (the section is lowered); escapes, inner quotes
// and continued lines are left in the value as written: ra_git_value decodes them. Source: git-config(1).
bool ra_ini_next(struct ra_ini *it, struct ra_span *ret_key, struct ra_span *ret_value);
// A git value as git reads it, from ra_ini_next's.
char *ra_git_value(struct ra_arena *a, struct ra_span value);
// Next NAME=value of a dotenv file: `export ` prefix, quotes and trailing comments handled. Quoted values may span
// lines; escapes are left as written. *line starts at 0 and is then the line on which the entry ends.
bool ra_dotenv_next(struct ra_span *rest, unsigned *line, struct ra_span *ret_key, struct ra_span *ret_value);

#endif

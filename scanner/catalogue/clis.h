// The programs that may be logged in, as rows of clis.def in their order; nothing here looks at the disk.
#ifndef RA_CATALOGUE_CLIS_H
#define RA_CATALOGUE_CLIS_H

#include <stddef.h>

enum ra_cli_row_type { RA_CLI_ROW_CLI, RA_CLI_ROW_VARIABLE, RA_CLI_ROW_FILE, RA_CLI_ROW_FACT };
enum ra_cli_what { RA_CLI_LOGIN, RA_CLI_IDENTITY, RA_CLI_PROFILE, RA_CLI_CONTEXT, RA_CLI_CURRENT, RA_CLI_EXPIRES,
                   RA_CLI_RENEWS, RA_CLI_RUNS, RA_CLI_KEY_ID, RA_CLI_WHATS };
enum ra_cli_form { RA_CLI_INI, RA_CLI_GIT, RA_CLI_JSON, RA_CLI_TOML, RA_CLI_YAML, RA_CLI_NETRC, RA_CLI_TEXT,
                   RA_CLI_EXISTS };

struct ra_cli_row {
    enum ra_cli_row_type type;
    enum ra_cli_what what;  // VARIABLE, FACT
    enum ra_cli_form form;  // FILE
    const char *text;       // CLI: name; VARIABLE: name; FILE: pattern; FACT: path
    const char *more;       // CLI: title; FILE: override or NULL; FACT: prefix of a helper or NULL
};
extern const struct ra_cli_row ra_cli_rows[];
extern const size_t ra_n_cli_rows;

// The row of a program by its name, NULL where it holds no login. Its own rows follow it, up to the next one's.
const struct ra_cli_row *ra_cli_row(const char *name);
// The row after `row` while it belongs to the same program, else NULL.
const struct ra_cli_row *ra_cli_next(const struct ra_cli_row *row);

#endif

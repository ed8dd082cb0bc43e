// The rows of clis.def as one array, and where a program's rows begin and end.
#include "catalogue/clis.h"

#include <string.h>

#include "base/compiler.h"

const struct ra_cli_row ra_cli_rows[] = {
#define RA_CLI(name, title) {.type = RA_CLI_ROW_CLI, .text = name, .more = title},
#define RA_CLI_VARIABLE(w, name) {.type = RA_CLI_ROW_VARIABLE, .what = RA_CLI_##w, .text = name},
#define RA_CLI_FILE(pattern, override, f) {.type = RA_CLI_ROW_FILE, .form = RA_CLI_##f, .text = pattern, .more = override},
#define RA_CLI_FACT(w, path) {.type = RA_CLI_ROW_FACT, .what = RA_CLI_##w, .text = path},
#define RA_CLI_HELPER(prefix, path) {.type = RA_CLI_ROW_FACT, .what = RA_CLI_RUNS, .text = path, .more = prefix},
#include "catalogue/clis.def"
#undef RA_CLI
#undef RA_CLI_VARIABLE
#undef RA_CLI_FILE
#undef RA_CLI_FACT
#undef RA_CLI_HELPER
};
const size_t ra_n_cli_rows = RA_COUNT(ra_cli_rows);

const struct ra_cli_row *ra_cli_row(const char *name)
{
    for (size_t i = 0; i < ra_n_cli_rows; i++)
        if (ra_cli_rows[i].type == RA_CLI_ROW_CLI && strcmp(ra_cli_rows[i].text, name) == 0)
            return &ra_cli_rows[i];
    return NULL;
}

const struct ra_cli_row *ra_cli_next(const struct ra_cli_row *row)
{
    const struct ra_cli_row *next = row + 1;
    return next < ra_cli_rows + ra_n_cli_rows && next->type != RA_CLI_ROW_CLI ? next : NULL;
}

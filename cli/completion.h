// What a shell may complete, taken from the tables that parse the command line. Private to cli/.
#ifndef RA_CLI_COMPLETION_H
#define RA_CLI_COMPLETION_H

#include "cli/cli.h"

// Words, separated by blanks. "@files" stands for the names of files, "@list" before the others for a list of them with
// commas; a word that ends in ':' or '=' is not whole. All live in `a`.
const char *ra_complete_commands(struct ra_arena *a);
const char *ra_complete_options(struct ra_arena *a, enum ra_on on);             // "--profile= --no-connect"
const char *ra_complete_value(struct ra_arena *a, const struct ra_option_row *row);
// The first argument of a command, or one after it, read off its synopsis.
const char *ra_complete_argument(struct ra_arena *a, const struct ra_command *c, bool later);

void ra_completion_bash(struct ra_arena *a, struct ra_buf *out);
void ra_completion_zsh(struct ra_arena *a, struct ra_buf *out);
void ra_completion_fish(struct ra_arena *a, struct ra_buf *out);

#endif

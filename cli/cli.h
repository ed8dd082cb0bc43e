// What the subcommands share: options, the pipe (keeper, scanner, judge) and exit statuses.
#ifndef RA_CLI_H
#define RA_CLI_H

#include "base/arena.h"
#include "base/error.h"
#include "cli/options.h"
#include "host/host.h"

enum { RA_EXIT_PASS = 0, RA_EXIT_FAIL = 1, RA_EXIT_USAGE = 2, RA_EXIT_INCOMPLETE = 3, RA_EXIT_INTERNAL = 4 };

struct ra_command { // one row of commands.def
    const char *name;
    enum ra_on on;
    const char *synopsis, *summary;
    // argv[0] is the first word after the subcommand's name; answers the exit status
    int (*run)(int argc, char **argv, const struct ra_self *self);
};
extern const struct ra_command ra_commands[];
extern const size_t ra_n_commands;
const struct ra_command *ra_command_find(const char *name); // NULL where there is none

// Runs what the command line names: a subcommand, or audit.
int ra_dispatch(int argc, char **argv, const struct ra_self *self);

// Parses a subcommand's options and answers --help and --version. True where the command goes on; otherwise
// *ret_status is what to exit with, all being said.
bool ra_command_begin(struct ra_arena *a, int argc, char **argv, enum ra_on on, struct ra_options *ret, int *ret_status);
// Says *err on stderr; answers RA_EXIT_USAGE or RA_EXIT_INTERNAL by its code.
int ra_command_fail(const struct ra_error *err);

// --help: of the program (24 lines), or of one subcommand.
void ra_help(struct ra_buf *out);
void ra_help_command(const struct ra_command *c, struct ra_buf *out);

#endif

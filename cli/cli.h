// What the subcommands share: options, the pipe (keeper, scanner, judge) and exit statuses.
#ifndef RA_CLI_H
#define RA_CLI_H

#include "base/arena.h"
#include "base/error.h"
#include "host/host.h"

enum { RA_EXIT_PASS = 0, RA_EXIT_FAIL = 1, RA_EXIT_USAGE = 2, RA_EXIT_INCOMPLETE = 3, RA_EXIT_INTERNAL = 4 };

struct ra_command { // one row of commands.def
    const char *name, *synopsis, *summary;
    int (*run)(int argc, char **argv, const struct ra_self *self); // exit status
};
extern const struct ra_command ra_commands[];
extern const size_t ra_n_commands;

#endif

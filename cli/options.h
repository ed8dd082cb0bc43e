// What the command line asked for. Read by one table (options.def); names nothing that does not exist: an unknown
// option, collector, profile, format or consent is an error that names the option.
#ifndef RA_CLI_OPTIONS_H
#define RA_CLI_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "reports/report.h"

enum ra_on { // subcommands, as a set
    RA_ON_AUDIT = 1 << 0,
    RA_ON_GATE = 1 << 1,
    RA_ON_SNAPSHOT = 1 << 2,
    RA_ON_EVALUATE = 1 << 3,
    RA_ON_EXPLAIN = 1 << 4,
    RA_ON_PROFILE = 1 << 5,
    RA_ON_LIST = 1 << 6,
    RA_ON_DIFF = 1 << 7,
    RA_ON_RENDER = 1 << 8,
    RA_ON_MERGE = 1 << 9,
    RA_ON_COMPLETION = 1 << 10,
    RA_ON_TOKEN = 1 << 11,
    RA_ON_EVERY = (1 << 16) - 1,
};

struct ra_strings {
    const char **items;
    size_t n, cap;
};

struct ra_output {
    const struct ra_report_format *format;
    const char *file; // NULL = stdout
};

struct ra_options {
    const char *profile;                 // NULL = the default
    const char *target_kind, *target_at; // "self"/"self", "recorded"/DIR, "rootfs"/DIR, "pid"/N
    struct ra_strings online, hosts, only, skip;
    struct ra_strings args; // what is neither option nor value
    struct ra_output *outputs;
    size_t n_outputs, cap_outputs;
    const char *file; // -o
    const char *record, *replay; // directories of answers, or NULL
    const char *from; // merge: a list of names; "-" = standard input
    int64_t now_s;    // -1 = the clock
    int refuse;       // 0 = not given
    enum ra_radius radius; // profile init: the widest that it may print
    bool no_connect, stamp, dry_run, verbose, quiet, help, version;
    char **command; // gate: what follows "--", NULL-terminated; NULL where there was no "--"
};

struct ra_option_row {
    const char *name;
    char letter;
    enum { RA_TAKES_NOTHING, RA_TAKES_VALUE, RA_TAKES_MAYBE } takes;
    unsigned on; // set of enum ra_on
    const char *metavar, *help;
    int (*take)(struct ra_options *o, struct ra_arena *a, const char *value, struct ra_error *err);
};
const struct ra_option_row *ra_option_row(size_t i); // NULL past the end

// Reads argv[0..argc-1], without program and subcommand. Strings are borrowed from argv or live in `a`. Options and
// arguments may be mixed; after "--" all are arguments (gate: the command). RA_E_USAGE with a sentence in *err.
int ra_options_parse(struct ra_arena *a, int argc, char **argv, enum ra_on on, struct ra_options *ret,
                     struct ra_error *err);
// The one target in o->args, or self; kinds of the design that do not exist yet are said to be so.
int ra_options_target(struct ra_options *o, struct ra_error *err);
// Looks like a target, so that `reachaudit recorded:DIR` is an audit.
bool ra_is_target(const char *arg);

#endif

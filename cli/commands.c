// Finds the subcommand; without one it is audit.
#include <string.h>

#include "cli/cli.h"
#include "cli/out.h"

#define RA_COMMAND(n, on, synopsis, summary) int ra_command_##n(int argc, char **argv, const struct ra_self *self);
#include "cli/commands.def"
#undef RA_COMMAND
const struct ra_command ra_commands[] = {
#define RA_COMMAND(n, on, synopsis, summary) {#n, RA_ON_##on, synopsis, summary, ra_command_##n},
#include "cli/commands.def"
#undef RA_COMMAND
};
const size_t ra_n_commands = RA_COUNT(ra_commands);

const struct ra_command *ra_command_find(const char *name)
{
    for (size_t i = 0; i < ra_n_commands; i++)
        if (strcmp(ra_commands[i].name, name) == 0)
            return &ra_commands[i];
    return NULL;
}

int ra_command_fail(const struct ra_error *err)
{
    ra_out_fail(err);
    return err->code == RA_E_USAGE || err->code == RA_E_INPUT ? RA_EXIT_USAGE : RA_EXIT_INTERNAL;
}

static int print(struct ra_buf *text)
{
    struct ra_error err = {0};
    return ra_out_stdout(ra_buf_view(text), &err) ? ra_command_fail(&err) : RA_EXIT_PASS;
}

bool ra_command_begin(struct ra_arena *a, int argc, char **argv, enum ra_on on, struct ra_options *ret, int *ret_status)
{
    struct ra_error err = {0};
    RA_CLEANUP(ra_buf_free) struct ra_buf text = {0};
    if (ra_options_parse(a, argc, argv, on, ret, &err)) {
        *ret_status = ra_command_fail(&err);
        return false;
    }
    if (!ret->help && !ret->version)
        return true;
    if (ret->version)
        ra_buf_puts(&text, "reachaudit " RA_VERSION "\n");
    else
        for (size_t i = 0; i < ra_n_commands; i++)
            if (ra_commands[i].on == on)
                ra_help_command(&ra_commands[i], &text);
    *ret_status = print(&text);
    return false;
}

int ra_dispatch(int argc, char **argv, const struct ra_self *self)
{
    const char *first = argc > 1 ? argv[1] : NULL;
    const struct ra_command *c = first ? ra_command_find(first) : NULL;
    if (c)
        return c->run(argc - 2, argv + 2, self);
    if (first && (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0)) {
        RA_CLEANUP(ra_buf_free) struct ra_buf text = {0};
        ra_help(&text);
        return print(&text);
    }
    if (first && first[0] != '-' && !strchr(first, ':') && !ra_is_target(first)) {
        ra_out_error("%s: no such command; `reachaudit --help` names them", first);
        return RA_EXIT_USAGE;
    }
    return ra_command_find("audit")->run(argc > 1 ? argc - 1 : 0, argv + 1, self);
}

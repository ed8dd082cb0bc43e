// --help, from the same tables that parse the command line. The general one fits a screen of 24 lines by 80.
#include "cli/cli.h"

enum { COLUMN = 22 };

static void option(const struct ra_option_row *row, struct ra_buf *out)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf left = {0};
    ra_buf_puts(&left, "  ");
    if (row->letter)
        ra_buf_printf(&left, "-%c, ", row->letter);
    ra_buf_printf(&left, "--%s", row->name);
    if (row->takes == RA_TAKES_MAYBE)
        ra_buf_printf(&left, "[=%s]", row->metavar);
    else if (row->metavar)
        ra_buf_printf(&left, " %s", row->metavar);
    ra_buf_printf(out, "%-*s %s\n", COLUMN, ra_buf_view(&left).p, row->help);
}

static void options(unsigned on, unsigned but, struct ra_buf *out)
{
    const struct ra_option_row *row;
    for (size_t i = 0; (row = ra_option_row(i)); i++)
        if (row->on & on && !(row->on & but))
            option(row, out);
}

void ra_help(struct ra_buf *out)
{
    ra_buf_puts(out, "Usage: reachaudit [COMMAND] [TARGET] [OPTION]...\n"
                     "What could the worst iteration of a coding agent reach from here?\n");
    for (size_t i = 0; i < ra_n_commands; i++)
        ra_buf_printf(out, "  %-*s %s\n", COLUMN - 2, ra_commands[i].name, ra_commands[i].summary);
    ra_buf_puts(out, "Options of audit (COMMAND --help shows those of a command):\n");
    options(RA_ON_AUDIT, RA_ON_LIST, out);
    ra_buf_puts(out, "Exit status: 0 pass, 1 fail, 2 usage, 3 incomplete, 4 internal error.\n");
}

void ra_help_command(const struct ra_command *c, struct ra_buf *out)
{
    ra_buf_printf(out, "Usage: reachaudit %s %s\n%s\n", c->name, c->synopsis, c->summary);
    options(c->on, 0, out);
}

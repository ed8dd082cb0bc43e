// --help, from the same tables that parse the command line. The general one fits a screen of 24 lines by 80.
#include "cli/cli.h"

enum { COLUMN = 22, NAME_COLUMN = 11, WIDTH = 80 };

static void spell(const struct ra_option_row *row, struct ra_buf *out)
{
    ra_buf_puts(out, " ");
    if (row->letter)
        ra_buf_printf(out, "-%c, ", row->letter);
    ra_buf_printf(out, "--%s", row->name);
    if (row->takes == RA_TAKES_MAYBE)
        ra_buf_printf(out, "[=%s]", row->metavar);
    else if (row->metavar)
        ra_buf_printf(out, " %s", row->metavar);
}

static void option(const struct ra_option_row *row, struct ra_buf *out)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf left = {0};
    ra_buf_puts(&left, " ");
    spell(row, &left);
    ra_buf_printf(out, "%-*s %s\n", COLUMN, ra_buf_view(&left).p, row->help);
}

static void options(unsigned on, struct ra_buf *out)
{
    const struct ra_option_row *row;
    for (size_t i = 0; (row = ra_option_row(i)); i++)
        if (row->on & on)
            option(row, out);
}

// The options of audit by name alone, as many on a line as fit: what they do would not fit the screen.
static void options_in_short(struct ra_buf *out)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf line = {0}, one = {0};
    const struct ra_option_row *row;
    for (size_t i = 0; (row = ra_option_row(i)); i++) {
        if (!(row->on & RA_ON_AUDIT))
            continue;
        ra_buf_clear(&one);
        spell(row, &one);
        if (line.n && line.n + 1 + one.n > WIDTH) {
            ra_buf_printf(out, "%s\n", line.p);
            ra_buf_clear(&line);
        }
        ra_buf_puts(&line, " ");
        ra_buf_span(&line, ra_buf_view(&one));
    }
    ra_buf_printf(out, "%s\n", ra_buf_view(&line).p);
}

void ra_help(struct ra_buf *out)
{
    ra_buf_puts(out, "Usage: reachaudit [COMMAND] [TARGET] [OPTION]...\n"
                     "What could the worst iteration of a coding agent reach from here?\n");
    for (size_t i = 0; i < ra_n_commands; i++)
        if (*ra_commands[i].summary)
            ra_buf_printf(out, "  %-*s %s\n", NAME_COLUMN, ra_commands[i].name, ra_commands[i].summary);
    ra_buf_puts(out, "Options of audit; COMMAND --help says what they do, and which a command has:\n");
    options_in_short(out);
    ra_buf_puts(out, "Exit status: 0 pass, 1 fail, 2 usage, 3 incomplete, 4 internal error.\n");
}

void ra_help_command(const struct ra_command *c, struct ra_buf *out)
{
    ra_buf_printf(out, "Usage: reachaudit %s %s\n", c->name, c->synopsis);
    if (*c->summary)
        ra_buf_printf(out, "%s\n", c->summary);
    options(c->on, out);
}

// The script for fish, which parses options by itself: one `complete` line for each option of each command, and the
// arguments that the tables know.
#include <string.h>

#include "cli/completion.h"

static void quoted(struct ra_buf *out, const char *s)
{
    ra_buf_putc(out, '\'');
    for (; *s; s++) {
        if (*s == '\'' || *s == '\\')
            ra_buf_putc(out, '\\');
        ra_buf_putc(out, *s);
    }
    ra_buf_putc(out, '\'');
}

static const char *without_marks(struct ra_arena *a, const char *words)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    struct ra_span rest = ra_span_of(words), w;
    while (ra_span_word(&rest, &w))
        if (w.p[0] != '@') {
            ra_buf_puts(&b, b.n ? " " : "");
            ra_buf_span(&b, w);
        }
    return ra_strndup(a, ra_buf_view(&b));
}

static void option(struct ra_arena *a, struct ra_buf *out, const struct ra_command *c, const struct ra_option_row *row)
{
    const char *words = row->takes == RA_TAKES_NOTHING ? "" : ra_complete_value(a, row);
    ra_buf_printf(out, "complete -c reachaudit -n '__reachaudit_on %s' -l %s", c->name, row->name);
    if (row->letter)
        ra_buf_printf(out, " -s %c", row->letter);
    ra_buf_puts(out, " -d ");
    quoted(out, row->help);
    if (row->takes == RA_TAKES_VALUE)
        ra_buf_puts(out, strstr(words, "@files") ? " -r -F" : " -x");
    if (strstr(words, "@list"))
        ra_buf_printf(out, " -a '(__reachaudit_list %s)'", without_marks(a, words));
    else if (*without_marks(a, words))
        ra_buf_printf(out, " -a '%s'", without_marks(a, words));
    ra_buf_putc(out, '\n');
}

static void arguments(struct ra_arena *a, struct ra_buf *out, const struct ra_command *c, bool later)
{
    const char *words = ra_complete_argument(a, c, later), *plain = without_marks(a, words);
    const char *when = ra_strfmt(a, "complete -c reachaudit -n '__reachaudit_on %s; and %s__reachaudit_first'", c->name,
                                 later ? "not " : "");
    if (*plain)
        ra_buf_printf(out, "%s -a '%s'\n", when, plain);
    if (strstr(words, "@files"))
        ra_buf_printf(out, "%s -F\n", when);
}

static const char helpers[] =
    "function __reachaudit_command\n"
    "    set -l typed (commandline -opc)\n"
    "    set -q typed[2]; or return 1\n"
    "    if contains -- $typed[2] $__reachaudit_commands\n"
    "        echo $typed[2]\n"
    "    else\n"
    "        echo audit\n"
    "    end\n"
    "end\n\n"
    "function __reachaudit_none\n"
    "    not __reachaudit_command >/dev/null\n"
    "end\n\n"
    "function __reachaudit_on\n"
    "    set -l command (__reachaudit_command); or set command audit\n"
    "    test $command = $argv[1]\n"
    "end\n\n"
    "function __reachaudit_first\n"
    "    set -l typed (commandline -opc)\n"
    "    set -l skip 0\n"
    "    set -l n 0\n"
    "    for word in $typed[2..-1]\n"
    "        if test $skip = 1\n"
    "            set skip 0\n"
    "        else if contains -- $word $__reachaudit_takes\n"
    "            set skip 1\n"
    "        else if not string match -q -- '-*' $word\n"
    "            set n (math $n + 1)\n"
    "        end\n"
    "    end\n"
    "    if contains -- \"$typed[2]\" $__reachaudit_commands\n"
    "        test $n -le 1\n"
    "    else\n"
    "        test $n -eq 0\n"
    "    end\n"
    "end\n\n"
    "function __reachaudit_list\n"
    "    set -l before (string match -r -- '^(?:--[a-z-]+=)?(.*,)?' (commandline -ct))[2]\n"
    "    set -q before[1]; or set before ''\n"
    "    for word in $argv\n"
    "        echo $before$word\n"
    "    end\n"
    "end\n\n"
    "complete -c reachaudit -f\n"
    "complete -c reachaudit -n '__reachaudit_on gate; and contains -- -- (commandline -opc)' -a '(__fish_complete_command)'\n";

void ra_completion_fish(struct ra_arena *a, struct ra_buf *out)
{
    const struct ra_option_row *row;
    ra_buf_puts(out, "# Completions of reachaudit for fish, made from its own tables by `reachaudit completion fish`.\n");
    ra_buf_printf(out, "set -g __reachaudit_commands %s completion\nset -g __reachaudit_takes", ra_complete_commands(a));
    for (size_t i = 0; (row = ra_option_row(i)); i++) {
        if (row->takes == RA_TAKES_VALUE)
            ra_buf_printf(out, " --%s", row->name);
        if (row->takes == RA_TAKES_VALUE && row->letter)
            ra_buf_printf(out, " -%c", row->letter);
    }
    ra_buf_printf(out, "\n\n%s", helpers);
    for (size_t i = 0; i < ra_n_commands; i++) {
        const struct ra_command *c = &ra_commands[i];
        if (*c->summary) {
            ra_buf_printf(out, "complete -c reachaudit -n __reachaudit_none -a %s -d ", c->name);
            quoted(out, c->summary);
            ra_buf_putc(out, '\n');
        }
        arguments(a, out, c, false);
        arguments(a, out, c, true);
        for (size_t k = 0; (row = ra_option_row(k)); k++)
            if (row->on & (unsigned)c->on)
                option(a, out, c, row);
    }
}

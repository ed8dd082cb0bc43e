// Prints reachaudit-checks(7) from the rows of checks.def, so that the page cannot say something else than the
// program. `tests/man/run.py` compares; `--update` writes the page anew.
#include <stdio.h>
#include <string.h>

#include "checks/evaluate.h"

// mdoc reads a leading dot or quote as a request, and a backslash as an escape.
static void line(const char *text)
{
    if (*text == '.' || *text == '\'')
        fputs("\\&", stdout);
    for (; *text; text++)
        if (*text == '\\')
            fputs("\\e", stdout);
        else
            putchar(*text);
    putchar('\n');
}

static void section(const char *id)
{
    printf(".Ss Checks of %.*s\n.Bl -tag -width Ds\n", (int)strcspn(id, "/"), id);
}

int main(void)
{
    const struct ra_check *c, *before = NULL;
    puts(".Dd November 21, 2026\n.Dt REACHAUDIT-CHECKS 7\n.Os\n.Sh NAME\n.Nm reachaudit-checks\n"
         ".Nd what the checks of reachaudit catch, and what to do about it\n.Sh DESCRIPTION\n"
         "Each check of\n.Xr reachaudit 1\nhas an id that never changes its meaning.\n"
         "A finding names the check, the reaches it is about and the steps that lead there;\n"
         ".Ql reachaudit explain Ar check\nprints the text that stands here.\n"
         "In a remedy {it} stands for what the finding is about, and words in capitals for what you choose.");
    for (size_t i = 0; (c = ra_check_row(i)); before = c, i++) {
        size_t n = strcspn(c->id, "/");
        if (!before || strncmp(before->id, c->id, n + 1) != 0) {
            if (before)
                puts(".El");
            section(c->id);
        }
        printf(".It Cm %s\n", c->id);
        line(c->title);
        puts(".Pp");
        printf("Catches: ");
        line(c->catches);
        puts(".Pp");
        printf("Remedy: ");
        line(c->remedy);
    }
    puts(".El\n.Sh SEE ALSO\n.Xr reachaudit 1 ,\n.Xr reachaudit-profile 5 ,\n.Xr reachaudit-report 5");
    return 0;
}

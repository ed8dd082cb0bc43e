// Which programs make an allow rule on them an allow rule on everything? A lookup in catalogue/programs.def, after
// stepping over wrappers that agents look through. It parses no shell.
#include <string.h>

#include "collect/agent_internal.h"

struct class {
    enum ra_agent_program class;
    const char *const *names;
};
#define RA_PROGRAM(class, ...) {RA_PROGRAM_##class, (const char *const[]){__VA_ARGS__, NULL}},
static const struct class classes[] = {
#include "catalogue/programs.def"
};
#undef RA_PROGRAM

static bool wrapper(struct ra_span word)
{
    static const char *const names[] = {"timeout", "time", "nice", "nohup", "stdbuf", "command", "builtin", "noglob"};
    for (size_t i = 0; i < RA_COUNT(names); i++)
        if (ra_span_is(word, names[i]))
            return true;
    return false;
}

static struct ra_span base_of(struct ra_span word)
{
    for (ptrdiff_t at; (at = ra_span_chr(word, '/')) >= 0;)
        word = ra_span_cut(word, (size_t)at + 1, word.n);
    while (word.n && (word.p[word.n - 1] == '*' || word.p[word.n - 1] == ':'))
        word.n--;
    return word;
}

// Sub-commands that only show something still run what .gitattributes and config name, not what arguments name.
static bool git_shows(struct ra_span rest)
{
    static const char *const names[] = {"status", "diff", "log", "show", "blame", "branch", "rev-parse", "ls-files"};
    struct ra_span word;
    if (!ra_span_word(&rest, &word))
        return false;
    word = base_of(word);
    for (size_t i = 0; i < RA_COUNT(names); i++)
        if (ra_span_is(word, names[i]))
            return true;
    return false;
}

enum ra_agent_program ra_agent_program(struct ra_span command, const char **ret_name)
{
    struct ra_span word = {"", 0};
    *ret_name = NULL;
    bool past_wrapper = false;
    while (ra_span_word(&command, &word)) {
        bool skip = ra_span_chr(word, '=') > 0 || wrapper(word) ||
                    (past_wrapper && (word.p[0] == '-' || (word.p[0] >= '0' && word.p[0] <= '9')));
        past_wrapper = past_wrapper || wrapper(word);
        if (!skip)
            break;
        word = (struct ra_span){"", 0};
    }
    word = base_of(word);
    for (size_t i = 0; word.n && i < RA_COUNT(classes); i++)
        for (const char *const *n = classes[i].names; *n; n++)
            if (ra_span_is(word, *n)) {
                *ret_name = *n;
                return strcmp(*n, "git") == 0 && git_shows(command) ? RA_PROGRAM_EXEC_CFG : classes[i].class;
            }
    return RA_PROGRAM_OTHER;
}

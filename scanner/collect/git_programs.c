// Which settings of a repository make git run a program when a person next uses it there? Names the setting and its
// program; never the arguments, which may hold a secret. Runs nothing, and judges nothing: some of them are the
// person's own tools.
#include <string.h>

#include "collect/git_internal.h"

// section, subsection ("*": any), key. Sources: git-config(1), gitattributes(5), gitcredentials(7).
static const struct {
    const char *section, *key;
    bool nested;      // has a subsection
    bool shell_only;  // a program only where the value begins with "!"
    const char *word; // values that are none
} rows[] = {
    {"core", "fsmonitor", false, false, "true"},
    {"core", "sshcommand", false, false, NULL},
    {"core", "hookspath", false, false, NULL},
    {"core", "pager", false, false, NULL},
    {"core", "editor", false, false, NULL},
    {"core", "askpass", false, false, NULL},
    {"core", "gitproxy", false, false, NULL},
    {"core", "alternaterefscommand", false, false, NULL},
    {"sequence", "editor", false, false, NULL},
    {"credential", "helper", false, false, NULL},
    {"credential", "helper", true, false, NULL},
    {"filter", "clean", true, false, NULL},
    {"filter", "smudge", true, false, NULL},
    {"filter", "process", true, false, NULL},
    {"diff", "external", false, false, NULL},
    {"diff", "command", true, false, NULL},
    {"diff", "textconv", true, false, NULL},
    {"merge", "driver", true, false, NULL},
    {"difftool", "cmd", true, false, NULL},
    {"mergetool", "cmd", true, false, NULL},
    {"browser", "cmd", true, false, NULL},
    {"man", "cmd", true, false, NULL},
    {"interactive", "difffilter", false, false, NULL},
    {"gpg", "program", false, false, NULL},
    {"gpg", "program", true, false, NULL},
    {"gpg", "defaultkeycommand", true, false, NULL},
    {"trailer", "command", true, false, NULL},
    {"trailer", "cmd", true, false, NULL},
    {"tar", "command", true, false, NULL},
    {"remote", "uploadpack", true, false, NULL},
    {"remote", "receivepack", true, false, NULL},
    {"remote", "vcs", true, false, NULL},
    {"uploadpack", "packobjectshook", false, false, NULL},
    {"submodule", "update", true, true, NULL},
    {"include", "path", false, false, NULL},
    {"includeif", "path", true, false, NULL},
};

static bool plain_word(struct ra_span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./~+-", s.p[i]) || !s.p[i])
            return false;
    return s.n > 0;
}

static void name_it(struct ra_collect *c, struct ra_reach *about, const char *setting, struct ra_span value)
{
    struct ra_span rest = value, word = {"", 0};
    bool shell = ra_span_starts(value, "!");
    if (shell)
        rest = ra_span_cut(rest, 1, rest.n);
    ra_span_word(&rest, &word);
    bool more = ra_span_trim(rest).n > 0;
    const char *shown = !plain_word(word) ? "a shell command"
                        : more            ? ra_strfmt(c->arena, "%s ...", ra_scrub_span(c->arena, word))
                                          : ra_scrub_span(c->arena, word);
    ra_reach_text(c->inv, about, ra_strfmt(c->arena, "runs.%s", setting), shown);
}

void ra_git_program(struct ra_collect *c, struct ra_reach *about, struct ra_span section, struct ra_span key,
                    struct ra_span value)
{
    ptrdiff_t dot = ra_span_chr(section, '.');
    struct ra_span first = dot >= 0 ? ra_span_cut(section, 0, (size_t)dot) : section;
    char *name = ra_strndup(c->arena, key); // in small letters, as git config --list prints it
    for (char *at = name; *at; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
    const char *setting = ra_strfmt(c->arena, "%s.%s", ra_scrub_span(c->arena, section), name);
    if (value.n == 0)
        return;
    if (ra_span_is_nocase(first, "alias")) {
        if (ra_span_starts(value, "!"))
            name_it(c, about, setting, value);
        return;
    }
    if (ra_span_is_nocase(first, "remote") && ra_span_starts_nocase(value, "ext::")) {
        ra_reach_text(c->inv, about, ra_strfmt(c->arena, "runs.%s", setting), "a shell command");
        return;
    }
    for (size_t i = 0; i < RA_COUNT(rows); i++) {
        if (!ra_span_is_nocase(first, rows[i].section) || !ra_span_is_nocase(key, rows[i].key) ||
            rows[i].nested != (dot >= 0) || (rows[i].shell_only && !ra_span_starts(value, "!")) ||
            (rows[i].word && (ra_span_is_nocase(value, rows[i].word) || ra_span_is_nocase(value, "false") ||
                              ra_span_is(value, "1") || ra_span_is(value, "0"))))
            continue;
        name_it(c, about, setting, value);
    }
}

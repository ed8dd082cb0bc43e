// One command of a list in sudoers(5), with what stands before it: runas, options, tags, digests.
#include <string.h>

#include "parse/sudoers_parts.h"

static bool tag(struct ra_span *s, struct ra_sudo_command *at)
{
    static const struct {
        const char *word;
        int no_password, setenv; // -1 says nothing
    } tags[] = {{"NOPASSWD", 1, -1},    {"PASSWD", 0, -1},        {"SETENV", -1, 1},       {"NOSETENV", -1, 0},
                {"EXEC", -1, -1},       {"NOEXEC", -1, -1},       {"FOLLOW", -1, -1},      {"NOFOLLOW", -1, -1},
                {"MAIL", -1, -1},       {"NOMAIL", -1, -1},       {"LOG_INPUT", -1, -1},   {"NOLOG_INPUT", -1, -1},
                {"LOG_OUTPUT", -1, -1}, {"NOLOG_OUTPUT", -1, -1}, {"INTERCEPT", -1, -1},   {"NOINTERCEPT", -1, -1}};
    size_t colon = ra_sudo_end(*s, ":/ \t");
    struct ra_span word = ra_span_cut(*s, 0, colon), rest = ra_span_trim(ra_span_cut(*s, colon, s->n));
    if (!ra_span_starts(rest, ":"))
        return false;
    for (size_t i = 0; i < RA_COUNT(tags); i++)
        if (ra_span_is(word, tags[i].word)) {
            at->no_password = tags[i].no_password < 0 ? at->no_password : tags[i].no_password;
            at->setenv = tags[i].setenv < 0 ? at->setenv : tags[i].setenv;
            *s = ra_span_trim(ra_span_cut(rest, 1, rest.n));
            return true;
        }
    return false;
}

// "TIMEOUT=5m", "CWD=/srv": upper case and an equals sign. Only those about time narrow the rule.
static bool option(struct ra_span *s, struct ra_sudo_command *at)
{
    size_t n = 0;
    while (n < s->n && ((s->p[n] >= 'A' && s->p[n] <= 'Z') || s->p[n] == '_'))
        n++;
    if (n == 0 || n >= s->n || s->p[n] != '=')
        return false;
    at->limited |= ra_span_starts(*s, "NOTBEFORE") || ra_span_starts(*s, "NOTAFTER") || ra_span_starts(*s, "CHROOT");
    size_t end = ra_sudo_end(*s, " \t");
    *s = ra_span_trim(ra_span_cut(*s, end, s->n));
    return true;
}

// "sha256:4f3a..., sha512:... /bin/x": the digest narrows the rule, since the file may have changed.
static bool digest(struct ra_span *s, struct ra_sudo_command *at)
{
    if (!ra_span_starts(*s, "sha"))
        return false;
    size_t colon = ra_sudo_end(*s, ":/");
    if (colon > 8 || colon >= s->n || s->p[colon] != ':')
        return false;
    struct ra_span rest = ra_span_trim(ra_span_cut(*s, colon + 1, s->n));
    size_t end = ra_sudo_end(rest, " \t,");
    rest = ra_span_trim(ra_span_cut(rest, end, rest.n));
    if (ra_span_starts(rest, ","))
        rest = ra_span_trim(ra_span_cut(rest, 1, rest.n));
    *s = rest;
    at->limited = true;
    return true;
}

// Where a command ends: at a comma; a pattern between ^ and $ may hold one.
static size_t command_end(struct ra_span s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\\')
            i++;
        else if (s.p[i] == ',')
            return i;
        else if (s.p[i] == '^' && (i == 0 || s.p[i - 1] == ' ' || s.p[i - 1] == '\t'))
            while (i + 1 < s.n && !(s.p[i] == '$' && strchr(" \t,", s.p[i + 1])))
                i++;
    }
    return s.n;
}

bool ra_sudo_command_next(struct ra_span *rest, struct ra_sudo_command *at)
{
    struct ra_span s = ra_span_trim(*rest);
    while (s.n && s.p[0] == ',')
        s = ra_span_trim(ra_span_cut(s, 1, s.n));
    at->negated = at->limited = false;
    if (s.n == 0)
        return false;
    for (bool more = true; more && s.n;) {
        if (s.p[0] == '(') {
            size_t end = ra_sudo_end(s, ")");
            at->runas = ra_span_trim(ra_span_cut(s, 1, end - 1));
            s = ra_span_trim(ra_span_cut(s, end + 1, s.n));
        } else if (s.p[0] == '!') {
            at->negated = !at->negated;
            s = ra_span_trim(ra_span_cut(s, 1, s.n));
        } else {
            more = tag(&s, at) || option(&s, at) || digest(&s, at);
        }
    }
    size_t end = command_end(s);
    at->text = ra_span_trim(ra_span_cut(s, 0, end));
    *rest = ra_span_cut(s, end + 1, s.n);
    return true;
}

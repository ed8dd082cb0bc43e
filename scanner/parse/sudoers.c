// Reads sudoers(5) into aliases, entries and defaults. Resolves nothing: an alias may be defined after its use.
#include "parse/sudoers.h"

#include <string.h>

#include "base/buf.h"
#include "base/path.h"
#include "parse/sudoers_parts.h"

enum { MAX_INCLUDES = 32, MAX_LINES = 4096 }; // nested (sudo itself stops at 128); lines kept of each sort

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct ra_span skip(struct ra_span s, size_t n)
{
    return ra_span_trim(ra_span_cut(s, n, s.n));
}

size_t ra_sudo_end(struct ra_span s, const char *stops)
{
    bool quoted = false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '\\')
            i++;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && c && strchr(stops, c))
            return i;
    }
    return s.n;
}

char *ra_sudo_plain(struct ra_arena *a, struct ra_span s)
{
    char *text = ra_alloc(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"' && i + 1 < s.n && s.p[i + 1] == '"') {
            text[n++] = '"';
            text[n++] = '"';
            i++;
            continue;
        }
        if (s.p[i] == '"' || (i && blank(s.p[i]) && blank(s.p[i - 1])))
            continue;
        if (s.p[i] == '\\' && i + 1 < s.n)
            i++;
        text[n++] = s.p[i] ? s.p[i] : '?';
    }
    text[n] = 0;
    return text;
}

bool ra_sudo_item(struct ra_span *rest, struct ra_span *ret, bool *ret_negated)
{
    *ret_negated = false;
    do {
        struct ra_span s = ra_span_trim(*rest);
        if (s.n == 0)
            return false;
        size_t end = ra_sudo_end(s, ",");
        *ret = ra_span_trim(ra_span_cut(s, 0, end));
        *rest = ra_span_cut(s, end + 1, s.n);
    } while (ret->n == 0);
    while (ret->n && ret->p[0] == '!') {
        *ret_negated = !*ret_negated;
        *ret = skip(*ret, 1);
    }
    return true;
}

// A list of users ends at the first blank that no comma or exclamation mark is next to.
static size_t users_end(struct ra_span s)
{
    bool quoted = false, open = true; // open: an item must follow
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!quoted && blank(c)) {
            size_t next = i;
            while (next < s.n && blank(s.p[next]))
                next++;
            if (!open && (next == s.n || s.p[next] != ','))
                return i;
            i = next - 1;
            continue;
        }
        if (c == '\\')
            i++;
        else if (c == '"')
            quoted = !quoted;
        open = !quoted && (c == ',' || c == '!');
    }
    return s.n;
}

static bool upper(char c) // what the name of an alias is made of
{
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool alias_line(struct ra_sudoers *s, struct ra_span line)
{
    static const struct {
        const char *word;
        char kind;
    } words[] = {{"User_Alias", 'u'}, {"Runas_Alias", 'r'}, {"Host_Alias", 'h'}, {"Cmnd_Alias", 'c'}, {"Cmd_Alias", 'c'}};
    struct ra_span rest = line, word;
    char kind = 0;
    if (!ra_span_word(&rest, &word))
        return false;
    for (size_t i = 0; i < RA_COUNT(words); i++)
        if (ra_span_is(word, words[i].word))
            kind = words[i].kind;
    if (!kind)
        return false;
    // "A = x, y : B = z"; a digest's colon has no name with an equals sign after it.
    while ((rest = ra_span_trim(rest)).n) {
        size_t eq = ra_sudo_end(rest, "=");
        struct ra_span name = ra_span_trim(ra_span_cut(rest, 0, eq)), list;
        rest = ra_span_cut(rest, eq + 1, rest.n);
        size_t end = 0;
        for (;;) {
            end += ra_sudo_end(ra_span_cut(rest, end, rest.n), ":");
            struct ra_span after = ra_span_trim(ra_span_cut(rest, end + 1, rest.n));
            size_t letters = 0;
            while (letters < after.n && upper(after.p[letters]))
                letters++;
            if (end >= rest.n || (letters && skip(after, letters).n && skip(after, letters).p[0] == '='))
                break;
            end++;
        }
        list = ra_span_trim(ra_span_cut(rest, 0, end));
        rest = ra_span_cut(rest, end + 1, rest.n);
        if (name.n == 0 || list.n == 0 || s->n_aliases == MAX_LINES) {
            s->n_odd++;
            continue;
        }
        s->aliases = ra_grow(s->arena, s->aliases, s->n_aliases, &s->cap_aliases, sizeof *s->aliases);
        s->aliases[s->n_aliases++] = (struct ra_sudo_alias){kind, name, list};
    }
    return true;
}

static bool defaults_line(struct ra_sudoers *s, struct ra_span line)
{
    if (!ra_span_starts(line, "Defaults") || line.n == 8)
        return false;
    struct ra_sudo_default d = {0};
    struct ra_span rest = ra_span_cut(line, 8, line.n);
    if (strchr(":@>!", rest.p[0])) {
        d.scope = rest.p[0];
        rest = skip(rest, 1);
        size_t end = users_end(rest);
        d.list = ra_span_cut(rest, 0, end);
        rest = ra_span_cut(rest, end, rest.n);
    } else if (!blank(rest.p[0])) {
        return false;
    }
    d.settings = ra_span_trim(rest);
    if (s->n_defaults == MAX_LINES) {
        s->n_odd++;
        return true;
    }
    s->defaults = ra_grow(s->arena, s->defaults, s->n_defaults, &s->cap_defaults, sizeof *s->defaults);
    s->defaults[s->n_defaults++] = d;
    return true;
}

static bool include_line(struct ra_sudoers *s, const char *path, struct ra_span line)
{
    static const char *const words[] = {"includedir", "include"};
    for (size_t i = 0; i < RA_COUNT(words); i++) {
        struct ra_span rest = ra_span_cut(line, 1, line.n);
        if ((line.p[0] != '#' && line.p[0] != '@') || !ra_span_starts(rest, words[i]) ||
            rest.n == strlen(words[i]) || !blank(rest.p[strlen(words[i])]))
            continue;
        char *file = ra_sudo_plain(s->arena, skip(rest, strlen(words[i])));
        if (!s->include || s->depth >= MAX_INCLUDES || !*file) {
            s->n_odd++;
            return true;
        }
        s->depth++;
        s->include(s->arg, s, ra_path_join(s->arena, ra_path_dir(s->arena, path), file), i == 0);
        s->depth--;
        return true;
    }
    return false;
}

// Where one "hosts = commands" ends: at a colon that is no tag's, no digest's and not within parentheses. Only there
// does a list of hosts with its own equals sign follow.
static size_t commands_end(struct ra_span s)
{
    size_t last = 0; // just after the last equals sign
    for (size_t at = 0; at < s.n; at = last) {
        size_t n = ra_sudo_end(ra_span_cut(s, at, s.n), "=");
        if (at + n >= s.n)
            break;
        last = at + n + 1;
    }
    for (size_t at = 0; at < last; at++) {
        at += ra_sudo_end(ra_span_cut(s, at, s.n), ":(");
        if (at < s.n && s.p[at] == '(') {
            at += ra_sudo_end(ra_span_cut(s, at, s.n), ")");
            continue;
        }
        struct ra_span before = ra_span_cut(s, 0, at);
        while (before.n && blank(before.p[before.n - 1]))
            before.n--;
        size_t letters = before.n;
        while (letters && ((before.p[letters - 1] | 32) >= 'a') && ((before.p[letters - 1] | 32) <= 'z'))
            letters--;
        struct ra_span word = ra_span_cut(before, letters, before.n);
        bool tag = ra_span_ends(word, "PASSWD") || ra_span_ends(word, "SETENV") || ra_span_ends(word, "EXEC") ||
                   ra_span_ends(word, "FOLLOW") || ra_span_ends(word, "MAIL") || ra_span_ends(word, "INTERCEPT") ||
                   ra_span_ends(word, "LOG_INPUT") || ra_span_ends(word, "INPUT") || ra_span_ends(word, "OUTPUT") ||
                   ra_span_starts(ra_span_cut(before, before.n > 6 ? before.n - 6 : 0, 6), "sha");
        if (at < last && !tag)
            return at;
    }
    return s.n;
}

static void entry_line(struct ra_sudoers *s, struct ra_span line)
{
    size_t end = users_end(line);
    struct ra_span users = ra_span_cut(line, 0, end), rest = ra_span_trim(ra_span_cut(line, end, line.n));
    bool any = false;
    while (rest.n) {
        size_t eq = ra_sudo_end(rest, "=");
        if (eq == rest.n)
            break;
        struct ra_sudo_entry e = {.users = users, .hosts = ra_span_trim(ra_span_cut(rest, 0, eq))};
        rest = ra_span_cut(rest, eq + 1, rest.n);
        size_t to = commands_end(rest);
        e.commands = ra_span_trim(ra_span_cut(rest, 0, to));
        rest = ra_span_trim(ra_span_cut(rest, to + 1, rest.n));
        if (e.hosts.n == 0 || e.commands.n == 0 || s->n_entries == MAX_LINES)
            continue;
        s->entries = ra_grow(s->arena, s->entries, s->n_entries, &s->cap_entries, sizeof *s->entries);
        s->entries[s->n_entries++] = e;
        any = true;
    }
    s->n_odd += !any;
}

// A '#' starts a comment, unless it is a number of a user or group or an include.
static struct ra_span without_comment(struct ra_span s)
{
    bool quoted = false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\\')
            i++;
        else if (s.p[i] == '"')
            quoted = !quoted;
        else if (s.p[i] == '#' && !quoted && !(i + 1 < s.n && s.p[i + 1] >= '0' && s.p[i + 1] <= '9'))
            return ra_span_cut(s, 0, i);
    }
    return s;
}

static void one_line(struct ra_sudoers *s, const char *path, struct ra_span line)
{
    line = ra_span_trim(line);
    if (line.n == 0 || include_line(s, path, line))
        return;
    line = ra_span_trim(without_comment(line));
    if (line.n && !alias_line(s, line) && !defaults_line(s, line))
        entry_line(s, line);
}

void ra_sudoers_add(struct ra_sudoers *s, const char *path, struct ra_span text)
{
    struct ra_buf joined RA_CLEANUP(ra_buf_free) = {0};
    struct ra_span line;
    while (ra_span_line(&text, &line)) {
        bool more = line.n && line.p[line.n - 1] == '\\';
        ra_buf_add(&joined, line.p, line.n - more);
        if (more) {
            ra_buf_putc(&joined, ' ');
            continue;
        }
        struct ra_span whole = {ra_strndup(s->arena, ra_buf_view(&joined)), joined.n};
        joined.n = 0;
        one_line(s, path, whole);
    }
    if (joined.n)
        one_line(s, path, (struct ra_span){ra_strndup(s->arena, ra_buf_view(&joined)), joined.n});
}

// Which sessions of the SSH client are open already? Their sockets lie where ControlPath of its settings says; what a
// token of that value stands for is any name. Reads settings, connects to nothing. Source: ssh_config(5).
#include <errno.h>
#include <string.h>

#include "base/path.h"
#include "collect/sockets.h"

enum { MAX_DEPTH = 4, MAX_FILES = 64 }; // includes within includes; files in all

static const struct ra_socket_row session = {"K006", "ControlPath", false, RA_SOCKET_NONE, RA_RADIUS_GRANT,
                                             RA_RADIUS_PERSON, "open SSH session"};

struct settings {
    struct ra_sockets *s;
    unsigned depth;
    size_t n_files;
};

static void read_file(struct settings *t, const char *path, const char *folder);

// "%r@%h:%p" becomes stars; "~", "%d" and ${VARIABLE} are what they are.
static char *pattern_of(struct ra_collect *c, struct ra_span value)
{
    struct ra_buf out RA_CLEANUP(ra_buf_free) = {0};
    for (size_t i = 0; i < value.n; i++) {
        char ch = value.p[i], next = i + 1 < value.n ? value.p[i + 1] : 0;
        if (ch == '~' && i == 0 && (next == '/' || !next)) {
            ra_buf_puts(&out, c->home ? c->home : "");
        } else if (ch == '%' && next) {
            i++;
            if (next == 'd')
                ra_buf_puts(&out, c->home ? c->home : "");
            else
                ra_buf_puts(&out, next == '%' ? "%" : "*");
        } else if (ch == '$' && next == '{') {
            struct ra_span rest = ra_span_cut(value, i + 2, value.n);
            ptrdiff_t end = ra_span_chr(rest, '}');
            const char *v = end < 0 ? NULL : ra_host_getenv(c->host, ra_strndup(c->arena, ra_span_cut(rest, 0, (size_t)end)));
            ra_buf_puts(&out, v ? v : "*");
            i += end < 0 ? 1 : (size_t)end + 2;
        } else {
            ra_buf_putc(&out, ch);
        }
    }
    return out.n && out.p[0] == '/' ? ra_path_clean(c->arena, out.p) : NULL;
}

static void include(struct settings *t, struct ra_span value, const char *folder)
{
    struct ra_collect *c = t->s->c;
    struct ra_span word;
    while (ra_span_word(&value, &word)) {
        char *path = ra_strndup(c->arena, word);
        path = path[0] == '~' && c->home ? ra_strfmt(c->arena, "%s%s", c->home, path + 1) : ra_path_join(c->arena, folder, path);
        if (!strchr(path, '*')) {
            read_file(t, path, folder);
            continue;
        }
        struct ra_names names;
        char *dir = ra_path_dir(c->arena, path);
        struct ra_reply r = ra_host_list(c->host, c->arena, dir, 0, &names);
        if (ra_looked(c, r, RA_ON_PATH) == RA_STATE_UNKNOWN)
            ra_unseen(c, "sessions", ra_strfmt(c->arena, "SSH settings in %s", dir), r, dir);
        for (size_t i = 0; i < names.n; i++)
            if (ra_path_match(ra_path_base(path), names.items[i].name))
                read_file(t, ra_path_join(c->arena, dir, names.items[i].name), folder);
    }
}

static void one_line(struct settings *t, struct ra_span line, const char *folder)
{
    line = ra_span_trim(line);
    size_t n = 0;
    while (n < line.n && line.p[n] != ' ' && line.p[n] != '\t' && line.p[n] != '=')
        n++;
    struct ra_span keyword = ra_span_cut(line, 0, n), value = ra_span_trim(ra_span_cut(line, n, line.n));
    if (ra_span_starts(value, "="))
        value = ra_span_trim(ra_span_cut(value, 1, value.n));
    if (value.n > 1 && value.p[0] == '"' && value.p[value.n - 1] == '"')
        value = ra_span_cut(value, 1, value.n - 2);
    if (ra_span_is_nocase(keyword, "include")) {
        include(t, value, folder);
    } else if (ra_span_is_nocase(keyword, "controlpath") && !ra_span_is_nocase(value, "none")) {
        char *pattern = pattern_of(t->s->c, value);
        if (pattern)
            ra_sockets_at(t->s, &session, pattern);
    }
}

static void read_file(struct settings *t, const char *path, const char *folder)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    struct ra_collect *c = t->s->c;
    if (t->depth == MAX_DEPTH || t->n_files++ == MAX_FILES)
        return;
    struct ra_reply r = ra_collect_read(c, path, &text);
    if (r.err && ra_state_of(r, RA_ON_PATH) == RA_STATE_UNKNOWN && r.err != EINVAL)
        ra_unseen(c, "sessions", ra_strfmt(c->arena, "SSH settings in %s", path), r, path);
    if (r.err)
        return;
    t->depth++;
    struct ra_span rest = ra_buf_view(&text), line;
    while (ra_span_line(&rest, &line))
        one_line(t, line, folder);
    t->depth--;
}

void ra_sockets_sessions(struct ra_sockets *s)
{
    struct settings t = {.s = s};
    struct ra_collect *c = s->c;
    if (c->home)
        read_file(&t, ra_strfmt(c->arena, "%s/.ssh/config", c->home), ra_strfmt(c->arena, "%s/.ssh", c->home));
    read_file(&t, "/etc/ssh/ssh_config", "/etc/ssh");
}

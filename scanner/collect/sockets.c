// Which control sockets and agents are here, and who answers them? Looks for every row of sockets.def, then (where
// there is a box) for any other socket whose listener lives outside. What may be connected, and what is only looked
// at, is the row's word; nothing but an agent's list request is ever sent.
#include "collect/sockets.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"

static const size_t max_matches = 256; // of one pattern; more are left to the walk

static void read_bound(struct ra_sockets *s)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    struct ra_collect *c = s->c;
    struct ra_reply r = ra_host_read(c->host, "/proc/net/unix", 16 * RA_MAX_FILE_BYTES, &text);
    if (ra_looked(c, r, RA_ON_PATH) != RA_STATE_PRESENT || r.truncated)
        return;
    s->bound_known = true;
    struct ra_span rest = ra_buf_view(&text);
    struct ra_unix_line line;
    while (ra_unix_next(&rest, &line)) {
        // A bound datagram socket takes bytes without listening.
        if ((!line.listening && line.type != 2) || line.path.n == 0)
            continue;
        s->bound = ra_grow(c->arena, s->bound, s->n_bound, &s->cap_bound, sizeof *s->bound);
        s->bound[s->n_bound++] = (struct ra_bound){ra_strndup(c->arena, line.path), line.inode};
    }
}

bool ra_sockets_first(struct ra_sockets *s, uint64_t dev, uint64_t ino)
{
    for (size_t i = 0; i < s->n_done; i++)
        if (s->done[i].dev == dev && s->done[i].ino == ino)
            return false;
    s->done = ra_grow(s->c->arena, s->done, s->n_done, &s->cap_done, sizeof *s->done);
    s->done[s->n_done].dev = dev;
    s->done[s->n_done++].ino = ino;
    return true;
}

static void one_path(struct ra_sockets *s, const struct ra_socket_row *row, const char *path)
{
    struct ra_stat st;
    struct ra_reply r = ra_host_stat(s->c->host, path, &st);
    enum ra_state state = ra_looked(s->c, r, RA_ON_PATH);
    if (state == RA_STATE_UNKNOWN)
        ra_unseen(s->c, "paths", ra_strfmt(s->c->arena, "%s (%s)", path, row->title), r, path);
    if (state == RA_STATE_PRESENT && st.type == 's' && ra_sockets_first(s, st.dev, st.ino))
        ra_sockets_tell(s, path, row);
}

// Existing paths that match; '*' stays inside one element. A directory that may not be listed hides what matches.
static void expand(struct ra_sockets *s, const struct ra_socket_row *row, const char *base, const char *rest,
                   size_t *matches)
{
    struct ra_arena *a = s->c->arena;
    const char *star = strchr(rest, '*');
    if (!star) {
        one_path(s, row, ra_strfmt(a, "%s%s", base, rest));
        return;
    }
    size_t from = (size_t)(star - rest);
    while (from > 0 && rest[from - 1] != '/')
        from--;
    size_t to = from + strcspn(rest + from, "/");
    char *dir = ra_strfmt(a, "%s%.*s", base, (int)from, rest);
    char *element = ra_strndup(a, (struct ra_span){rest + from, to - from});
    struct ra_names names;
    struct ra_reply r = ra_host_list(s->c->host, a, dir, 0, &names);
    enum ra_state state = ra_looked(s->c, r, RA_ON_PATH);
    if (state == RA_STATE_UNKNOWN)
        ra_unseen(s->c, "paths", ra_strfmt(a, "%s (%s)", dir, row->title), r, dir);
    if (state != RA_STATE_PRESENT)
        return;
    for (size_t i = 0; i < names.n && *matches < max_matches; i++)
        if (ra_path_match(element, names.items[i].name)) {
            ++*matches;
            expand(s, row, ra_strfmt(a, "%s%s", dir, names.items[i].name), rest + to, matches);
        }
}

// The path inside "unix:///run/x.sock", "unix:path=/run/x,guid=1", "/tmp/tmux-1000/default,77,0"; "@name" for
// "unix:abstract=name"; NULL where the value names no unix socket.
static char *address_of(struct ra_arena *a, const char *value)
{
    struct ra_span v = ra_span_of(value);
    static const char *const prefixes[] = {"unix:path=", "unix://", "unix:"};
    bool abstract = ra_span_starts(v, "unix:abstract=");
    if (abstract)
        v = ra_span_cut(v, strlen("unix:abstract="), v.n);
    for (size_t i = 0; i < RA_COUNT(prefixes) && !abstract; i++)
        if (ra_span_starts(v, prefixes[i])) {
            v = ra_span_cut(v, strlen(prefixes[i]), v.n);
            break;
        }
    for (size_t i = 0; i < v.n; i++)
        if (v.p[i] == ',' || v.p[i] == ';')
            v.n = i;
    if (abstract && v.n)
        return ra_strfmt(a, "@%.*s", (int)v.n, v.p);
    return v.n && (v.p[0] == '/' || v.p[0] == '@') ? ra_strndup(a, v) : NULL;
}

static char *run_directory(struct ra_sockets *s)
{
    const char *named = ra_host_getenv(s->c->host, "XDG_RUNTIME_DIR");
    return named && named[0] == '/' ? ra_path_clean(s->c->arena, named)
                                    : ra_strfmt(s->c->arena, "/run/user/%u", (unsigned)s->c->host->self->euid);
}

static void abstract_names(struct ra_sockets *s, const struct ra_socket_row *row, const char *pattern)
{
    for (size_t i = 0; i < s->n_bound; i++)
        if (s->bound[i].name[0] == '@' && ra_path_match(pattern, s->bound[i].name))
            ra_sockets_tell(s, s->bound[i].name, row);
}

static void one_row(struct ra_sockets *s, const struct ra_socket_row *row, const char *run)
{
    size_t matches = 0;
    const char *p = row->pattern;
    if (strncmp(p, "env:", 4) == 0) {
        const char *value = ra_host_getenv(s->c->host, p + 4);
        char *address = value ? address_of(s->c->arena, value) : NULL;
        if (!address)
            return;
        if (address[0] == '@')
            abstract_names(s, row, address);
        else
            one_path(s, row, ra_path_clean(s->c->arena, address));
    } else if (p[0] == '@') {
        abstract_names(s, row, p);
    } else if (p[0] == '~') {
        if (s->c->home)
            expand(s, row, s->c->home, p + 1, &matches);
    } else if (strncmp(p, "$XR", 3) == 0) {
        expand(s, row, run, p + 3, &matches);
    } else {
        expand(s, row, "", p, &matches);
    }
}

int ra_collect_sockets(struct ra_collect *c, struct ra_error *err);
int ra_collect_sockets(struct ra_collect *c, struct ra_error *err)
{
    (void)err;
    struct ra_sockets s = {.c = c};
    ra_boxed(c, &s.boxed, &s.unboxed);
    ra_view_read(c->arena, c->host, &s.view);
    read_bound(&s);
    if (!s.unboxed)
        ra_owners_read(c->arena, c->host, &s.view, &s.owners);
    char *run = run_directory(&s);
    const struct ra_socket_row *row;
    for (size_t i = 0; (row = ra_socket_row(i)) != NULL; i++)
        one_row(&s, row, run);
    // Without a box there is no outside: the account and its machine are reached anyway.
    if (!s.unboxed)
        ra_sockets_walk(&s);
    return 0;
}

// Which control sockets and agents are here, and who answers them? Looks for every row of sockets.def, then (where
// there is a box) for any other socket whose listener lives outside. What may be connected, and what is only looked
// at, is the row's word; nothing but an agent's list request is ever sent.
#include "collect/sockets.h"
#include "parse/netlink.h"

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
        s->bound[s->n_bound++] = (struct ra_bound){.name = ra_strndup(c->arena, line.path), .inode = line.inode};
    }
}

static void read_files(struct ra_sockets *s)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    struct ra_nl_unix at;
    bool bad = false;
    struct ra_reply r = ra_host_netlink(s->c->host, RA_NL_UNIX, &text);
    if (ra_looked(s->c, r, RA_ON_SYSCALL) != RA_STATE_PRESENT) // sockets at paths are then nobody's for sure
        return;
    for (struct ra_span rest = ra_buf_view(&text); ra_nl_next_unix(&rest, &at, &bad);)
        for (size_t i = 0; at.has_file && i < s->n_bound; i++)
            if (s->bound[i].inode == at.inode) {
                s->bound[i].has_file = true;
                s->bound[i].file_ino = at.file_ino;
                s->bound[i].file_dev = at.file_dev;
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

static void add_run(struct ra_sockets *s, const char *dir)
{
    for (size_t i = 0; i < s->n_runs; i++)
        if (strcmp(s->runs[i], dir) == 0)
            return;
    s->runs = ra_grow(s->c->arena, s->runs, s->n_runs, &s->cap_runs, sizeof *s->runs);
    s->runs[s->n_runs++] = dir;
}

// The user's own, and those of other people that are in sight: a box often runs as another user than the host's.
static void run_directories(struct ra_sockets *s)
{
    static const char *const all = "/run/user";
    struct ra_collect *c = s->c;
    struct ra_names names;
    const char *named = ra_host_getenv(c->host, "XDG_RUNTIME_DIR");
    if (named && named[0] == '/')
        add_run(s, ra_path_clean(c->arena, named));
    add_run(s, ra_strfmt(c->arena, "/run/user/%u", (unsigned)c->host->self->euid));
    struct ra_reply r = ra_host_list(c->host, c->arena, all, 0, &names);
    if (ra_looked(c, r, RA_ON_PATH) == RA_STATE_UNKNOWN || r.truncated)
        ra_unseen(c, "paths", "run directories of other people", r, all);
    for (size_t i = 0; i < names.n && i < max_matches; i++)
        add_run(s, ra_strfmt(c->arena, "%s/%s", all, names.items[i].name));
}

static void abstract_names(struct ra_sockets *s, const struct ra_socket_row *row, const char *pattern)
{
    for (size_t i = 0; i < s->n_bound; i++)
        if (s->bound[i].name[0] == '@' && ra_path_match(pattern, s->bound[i].name))
            ra_sockets_tell(s, s->bound[i].name, row);
}

void ra_sockets_at(struct ra_sockets *s, const struct ra_socket_row *row, const char *pattern)
{
    size_t matches = 0;
    expand(s, row, "", pattern, &matches);
}

// "env:NAME", or "env:NAME/rest" where the variable names a directory. A bare name lies in the run directory.
static void by_variable(struct ra_sockets *s, const struct ra_socket_row *row, const char *name)
{
    struct ra_arena *a = s->c->arena;
    const char *rest = strchr(name, '/');
    char *variable = ra_strndup(a, (struct ra_span){name, strcspn(name, "/")});
    const char *value = ra_host_getenv(s->c->host, variable);
    if (!value || !*value)
        return;
    if (rest) {
        size_t matches = 0;
        if (value[0] == '/')
            expand(s, row, ra_path_clean(a, value), rest, &matches);
        return;
    }
    char *address = address_of(a, value);
    if (!address && !strpbrk(value, "/:"))
        address = ra_strfmt(a, "%s/%s", s->runs[0], value);
    if (address && address[0] == '@')
        abstract_names(s, row, address);
    else if (address)
        one_path(s, row, ra_path_clean(a, address));
}

// Where a variable moves a directory, both are looked at: the socket may be older than the variable.
static void by_base(struct ra_sockets *s, const struct ra_socket_row *row)
{
    static const struct {
        const char *prefix, *variable, *below;
    } bases[] = {{"$XC", "XDG_CONFIG_HOME", "/.config"}, {"$XD", "XDG_DATA_HOME", "/.local/share"},
                 {"$XK", "XDG_CACHE_HOME", "/.cache"}};
    struct ra_arena *a = s->c->arena;
    const char *p = row->pattern;
    size_t matches = 0;
    for (size_t i = 0; i < RA_COUNT(bases); i++) {
        const char *moved = ra_host_getenv(s->c->host, bases[i].variable);
        if (strncmp(p, bases[i].prefix, 3) != 0)
            continue;
        if (moved && moved[0] == '/')
            expand(s, row, ra_path_clean(a, moved), p + 3, &matches);
        if (s->c->home)
            expand(s, row, ra_strfmt(a, "%s%s", s->c->home, bases[i].below), p + 3, &matches);
    }
}

static void one_row(struct ra_sockets *s, const struct ra_socket_row *row)
{
    const char *p = row->pattern;
    size_t matches = 0;
    if (strncmp(p, "env:", 4) == 0) {
        by_variable(s, row, p + 4);
    } else if (p[0] == '@') {
        abstract_names(s, row, p);
    } else if (p[0] == '~') {
        if (s->c->home)
            expand(s, row, s->c->home, p + 1, &matches);
    } else if (strncmp(p, "$XR", 3) == 0) {
        for (size_t i = 0; i < s->n_runs; i++)
            expand(s, row, s->runs[i], p + 3, &matches);
    } else if (p[0] == '$') {
        by_base(s, row);
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
    if (s.n_bound)
        read_files(&s);
    if (!s.unboxed)
        ra_owners_read(c->arena, c->host, &s.view, &s.owners);
    run_directories(&s);
    const struct ra_socket_row *row;
    for (size_t i = 0; (row = ra_socket_row(i)) != NULL; i++)
        one_row(&s, row);
    ra_sockets_sessions(&s);
    ra_sockets_keyring(&s);
    // Without a box there is no outside: the account and its machine are reached anyway.
    if (!s.unboxed)
        ra_sockets_walk(&s);
    return 0;
}

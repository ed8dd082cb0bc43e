// Is any other socket near whose listener lives outside the box? Walks every mount but the kernel's own, reading
// names and types only, capped by count; then the abstract names of our network namespace. Connects to nothing.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "collect/sockets.h"

struct walk {
    struct ra_sockets *s;
    char **todo; // directories
    size_t n, cap;
    size_t visited;  // entries so far
    size_t n_hidden; // directories that can be entered but not listed, and other blind spots
    struct ra_reply hidden;
    const char *hidden_path;
    size_t n_closed; // directories from outside that permission closes
    struct ra_reply closed;
    const char *closed_path;
    bool cut;
};

static void push(struct walk *w, char *dir)
{
    w->todo = ra_grow(w->s->c->arena, w->todo, w->n, &w->cap, sizeof *w->todo);
    w->todo[w->n++] = dir;
}

static void blind(struct walk *w, struct ra_reply r, const char *path)
{
    if (w->n_hidden++ == 0)
        w->hidden = r, w->hidden_path = path;
}

// Closed to the run by permission alone, which root does not ask for. Of directories the first is told for all: what
// lies in them was not seen. Only what is not the box's own can hold a socket of somebody outside.
static void closed_socket(struct walk *w, struct ra_reply r, const char *path)
{
    struct ra_collect *c = w->s->c;
    if (w->s->unboxed || (r.err != EACCES && r.err != EPERM))
        return;
    ra_reach_add(c->inv, RA_KIND_SOCKET, ra_id(c->arena, RA_KIND_SOCKET, path, NULL), path, RA_STATE_DENIED,
                 ra_seen(c, RA_METHOD_OBSERVED, r, path))->title = "a socket that the run may not connect to";
}

// Programs and libraries of the host, where nothing listens.
static bool of_programs(const struct ra_mount *m)
{
    static const char *const all[] = {"/usr", "/nix/store"};
    for (size_t i = 0; i < RA_COUNT(all); i++)
        if (ra_path_inside(m->root, all[i]) || (strcmp(m->root, "/") == 0 && strcmp(m->point, all[i]) == 0))
            return true;
    return false;
}

static void closed_directory(struct walk *w, struct ra_reply r, const char *path, const struct ra_mount *on)
{
    if (w->s->unboxed || (r.err != EACCES && r.err != EPERM) || !on || ra_mount_is_own(on) || ra_fs_is_pseudo(on->fstype) ||
        of_programs(on))
        return;
    if (!w->closed_path || strcmp(path, w->closed_path) < 0)
        w->closed_path = ra_strdup(w->s->c->arena, path), w->closed = r;
    w->n_closed++;
}

static void tell_closed(struct walk *w)
{
    struct ra_collect *c = w->s->c;
    if (!w->n_closed)
        return;
    struct ra_reach *at = ra_reach_add(c->inv, RA_KIND_MOUNT, ra_id(c->arena, RA_KIND_MOUNT, w->closed_path, "closed"),
                                       w->closed_path, RA_STATE_DENIED,
                                       ra_seen(c, RA_METHOD_ATTEMPTED, w->closed, w->closed_path));
    at->title = "directories from outside that are closed to the run";
    ra_reach_number(c->inv, at, "directories", (int64_t)w->n_closed);
}

// The topmost mount at exactly this point.
static const struct ra_mount *mounted_at(const struct walk *w, const char *dir)
{
    const struct ra_mount *top = NULL;
    for (size_t i = 0; i < w->s->view.n_mounts; i++)
        if (strcmp(w->s->view.mounts[i].point, dir) == 0)
            top = &w->s->view.mounts[i];
    return top;
}

static bool skipped(struct walk *w, const char *dir)
{
    const struct ra_mount *m = mounted_at(w, dir);
    if (!m)
        return false;
    if (ra_fs_is_remote(m->fstype)) {
        blind(w, (struct ra_reply){ETIMEDOUT, "mountinfo", false}, dir);
        return true;
    }
    w->s->c->cover->looked++;
    w->s->c->cover->present++;
    return ra_fs_is_pseudo(m->fstype);
}

static void socket_at(struct walk *w, const char *path)
{
    struct ra_sockets *s = w->s;
    struct ra_stat st;
    struct ra_reply r = ra_host_lstat(s->c->host, path, &st);
    if (ra_state_of(r, RA_ON_PATH) == RA_STATE_UNKNOWN)
        blind(w, r, path);
    if (r.err || st.type != 's' || !ra_sockets_first(s, st.dev, st.ino))
        return;
    const struct ra_bound *b = ra_sockets_bound(s, path);
    if (b && ra_sockets_where_bound(s, b) == RA_WHERE_INSIDE) {
        s->c->cover->looked++;
        s->c->cover->present++;
        return;
    }
    r = ra_host_access(s->c->host, path, W_OK);
    if (ra_state_of(r, RA_ON_PATH) != RA_STATE_DENIED) {
        ra_sockets_tell(s, path, NULL);
        return;
    }
    ra_looked(s->c, r, RA_ON_PATH); // without the right to write it cannot be connected
    closed_socket(w, r, path);
}

static void one_directory(struct walk *w, const char *dir)
{
    struct ra_arena scratch RA_CLEANUP(ra_arena_free) = {0};
    struct ra_collect *c = w->s->c;
    struct ra_names names;
    struct ra_reply r = ra_host_list(c->host, &scratch, dir, RA_MAX_WALK_ENTRIES, &names);
    if (r.err) {
        enum ra_state state = ra_state_of(r, RA_ON_PATH);
        if (state == RA_STATE_ABSENT)
            return;
        ra_looked(c, r, RA_ON_PATH);
        // Not to be listed and not to be entered: nothing below can be connected.
        if (state != RA_STATE_DENIED ||
            ra_state_of(ra_host_access(c->host, dir, X_OK), RA_ON_PATH) != RA_STATE_DENIED)
            blind(w, r, ra_strdup(c->arena, dir));
        else
            closed_directory(w, r, dir, ra_mount_of(&w->s->view, dir));
        return;
    }
    w->cut |= r.truncated;
    w->visited += names.n;
    for (size_t i = 0; i < names.n; i++) {
        char type = names.items[i].type;
        const char *name = names.items[i].name;
        if (type != 'd' && type != 's' && type != '?')
            continue;
        char *path = ra_strfmt(type == 'd' ? c->arena : &scratch, "%s/%s", dir[1] ? dir : "", name);
        struct ra_stat st;
        if (type == '?') {
            struct ra_reply told = ra_host_lstat(c->host, path, &st);
            path = ra_strdup(c->arena, path);
            if (ra_state_of(told, RA_ON_PATH) == RA_STATE_UNKNOWN)
                blind(w, told, path);
            if (told.err)
                continue;
            type = st.type;
        }
        if (type == 'd' && !skipped(w, path))
            push(w, path);
        else if (type == 's')
            socket_at(w, ra_strdup(c->arena, path));
    }
}

// What the walk from the root does not meet: a socket mounted by itself, where the directory still tells the type of
// the file beneath it, and a directory mounted somewhere inside a pseudo file system.
static void mount_points(struct walk *w)
{
    const struct ra_view *v = &w->s->view;
    for (size_t i = 0; i < v->n_mounts; i++) {
        const struct ra_mount *m = &v->mounts[i];
        struct ra_stat st;
        if (ra_fs_is_pseudo(m->fstype) || ra_fs_is_remote(m->fstype))
            continue;
        struct ra_reply r = ra_host_lstat(w->s->c->host, m->point, &st);
        if (ra_state_of(r, RA_ON_PATH) == RA_STATE_UNKNOWN)
            blind(w, r, m->point);
        closed_directory(w, r, m->point, m);
        const struct ra_mount *above = r.err ? NULL : ra_mount_of(v, ra_path_dir(w->s->c->arena, m->point));
        if (r.err == 0 && st.type == 's')
            socket_at(w, m->point);
        else if (above && st.type == 'd' && ra_fs_is_pseudo(above->fstype))
            push(w, ra_strdup(w->s->c->arena, m->point));
    }
}

static void walk_mounts(struct ra_sockets *s)
{
    struct walk w = {.s = s};
    struct ra_collect *c = s->c;
    mount_points(&w);
    push(&w, ra_strdup(c->arena, "/"));
    while (w.n > 0 && !w.cut) {
        char *dir = w.todo[--w.n];
        one_directory(&w, dir);
        w.cut |= w.visited > RA_MAX_WALK_ENTRIES;
    }
    if (w.cut)
        ra_unseen(c, "walk", ra_strfmt(c->arena, "directories beyond the first %d entries", RA_MAX_WALK_ENTRIES),
                  (struct ra_reply){E2BIG, "readdir", false}, NULL);
    tell_closed(&w);
    if (w.n_hidden)
        ra_unseen(c, "walk",
                  ra_strfmt(c->arena, "%zu %s that may hold a socket, first %s", w.n_hidden,
                            w.n_hidden == 1 ? "directory" : "directories", w.hidden_path),
                  w.hidden, w.hidden_path);
}

// Whoever shares our network namespace reaches abstract names without any file.
static void abstract_names(struct ra_sockets *s)
{
    if (!s->bound_known) {
        ra_unseen(s->c, "abstract", "abstract sockets", (struct ra_reply){EIO, "read", false}, "/proc/net/unix");
        return;
    }
    for (size_t i = 0; i < s->n_bound; i++) {
        const struct ra_bound *b = &s->bound[i];
        if (b->name[0] != '@' || ra_sockets_where_bound(s, b) == RA_WHERE_INSIDE ||
            ra_reach_find(s->c->inv, ra_id(s->c->arena, RA_KIND_SOCKET, b->name, NULL)))
            continue;
        ra_sockets_tell(s, b->name, NULL);
    }
}

void ra_sockets_walk(struct ra_sockets *s)
{
    if (!s->view.mounts_whole) {
        ra_unseen(s->c, "walk", "sockets on the mounts: the mount table could not be read", s->view.mounts_reply,
                  "/proc/self/mountinfo");
    } else {
        walk_mounts(s);
    }
    abstract_names(s);
}

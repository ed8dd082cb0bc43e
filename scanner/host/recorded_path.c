// Finds a name inside a recorded root as the recorded machine would: absolute links start at root/, ".." never
// climbs above it. Walks element by element over open directories and reads links itself. There is no other
// way: the confined scanner may not use openat2, whose flags a filter cannot see.
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "host/recorded.h"

enum { MAX_LINKS = 40, MAX_DEPTH = 128 }; // as the kernel counts links; deeper trees answer ENAMETOOLONG

struct walk {
    const struct ra_recorded *r;
    int dirs[MAX_DEPTH]; // dirs[0] = root, borrowed; the rest ours
    size_t ends[MAX_DEPTH]; // length of path when dirs[i] was reached
    size_t depth;        // index of the directory we are in
    char path[PATH_MAX]; // where we are, as recorded; no slash at the end
    size_t n;
    char todo[2 * PATH_MAX]; // what is left to walk
    unsigned links;
};

static void leave_dir(struct walk *w)
{
    if (w->depth)
        close(w->dirs[w->depth--]);
    w->n = w->ends[w->depth];
    w->path[w->n] = 0;
}

static int push_name(struct walk *w, const char *name)
{
    size_t n = strlen(name);
    if (w->n + 1 + n >= sizeof w->path)
        return ENAMETOOLONG;
    w->path[w->n++] = '/';
    memcpy(w->path + w->n, name, n + 1);
    w->n += n;
    return ra_recorded_error_at(w->r, w->path);
}

static void pop_name(struct walk *w)
{
    w->n = w->ends[w->depth];
    w->path[w->n] = 0;
}

// Takes the next element off todo. False at the end; *ret_last where nothing but slashes follows.
static bool next_name(struct walk *w, char name[NAME_MAX + 1], bool *ret_last, int *ret_err)
{
    char *at = w->todo + strspn(w->todo, "/");
    size_t n = strcspn(at, "/");
    *ret_err = n > NAME_MAX ? ENAMETOOLONG : 0;
    if (!n || *ret_err)
        return false;
    memcpy(name, at, n);
    name[n] = 0;
    at += n;
    *ret_last = !at[strspn(at, "/")];
    memmove(w->todo, at, strlen(at) + 1);
    return true;
}

// Puts a link's target before what is left to walk.
static int follow_link(struct walk *w, const char *name)
{
    char target[PATH_MAX], rest[sizeof w->todo];
    ssize_t n = readlinkat(w->dirs[w->depth], name, target, sizeof target - 1);
    if (n < 0)
        return errno;
    if (++w->links > MAX_LINKS)
        return ELOOP;
    target[n] = 0;
    memcpy(rest, w->todo, strlen(w->todo) + 1);
    if ((size_t)n + strlen(rest) + 2 > sizeof w->todo)
        return ENAMETOOLONG;
    snprintf(w->todo, sizeof w->todo, "%s%s", target, rest);
    pop_name(w);
    while (target[0] == '/' && w->depth)
        leave_dir(w);
    return 0;
}

static int enter(struct walk *w, const char *name)
{
    if (w->depth + 1 == MAX_DEPTH)
        return ENAMETOOLONG;
    int fd = openat(w->dirs[w->depth], name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return errno;
    w->dirs[++w->depth] = fd;
    w->ends[w->depth] = w->n;
    return 0;
}

static int finish(struct walk *w, const char *name, const struct stat *st, struct ra_recorded_place *ret)
{
    ret->dir = fcntl(w->dirs[w->depth], F_DUPFD_CLOEXEC, 0);
    if (ret->dir < 0)
        return errno;
    ret->st = *st;
    snprintf(ret->name, sizeof ret->name, "%s", name);
    snprintf(ret->path, sizeof ret->path, "%s", w->n ? w->path : "/");
    return 0;
}

static int finish_here(struct walk *w, struct ra_recorded_place *ret)
{
    struct stat st;
    if (fstat(w->dirs[w->depth], &st))
        return errno;
    return finish(w, ".", &st, ret);
}

// One element. *done when the place is found.
static int step(struct walk *w, const char *name, bool last, bool follow, struct ra_recorded_place *ret, bool *done)
{
    struct stat st;
    if (strcmp(name, ".") == 0)
        return 0;
    if (strcmp(name, "..") == 0) {
        leave_dir(w);
        return 0;
    }
    int err = push_name(w, name);
    if (err)
        return err;
    if (fstatat(w->dirs[w->depth], name, &st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT)) {
        err = errno;
        ret->socket = last && err == ENOENT ? ra_recorded_socket_at(w->r, w->path) : NULL;
        if (!ret->socket)
            return err;
        st = (struct stat){.st_mode = S_IFSOCK | 0777, .st_uid = ret->socket->peer.uid, .st_nlink = 1};
    }
    if (S_ISLNK(st.st_mode) && !(last && !follow))
        return follow_link(w, name);
    if (!last)
        return S_ISDIR(st.st_mode) ? enter(w, name) : ENOTDIR;
    *done = true;
    return finish(w, name, &st, ret);
}

int ra_recorded_find(const struct ra_recorded *r, const char *path, bool follow, struct ra_recorded_place *ret)
{
    char name[NAME_MAX + 1];
    struct walk w = {.r = r, .dirs = {r->root}};
    bool last = false, done = false;
    int err = path[0] ? path[0] == '/' ? 0 : EINVAL : ENOENT;
    ret->socket = NULL;
    if (!err && strlen(path) >= PATH_MAX)
        err = ENAMETOOLONG;
    if (!err) {
        memcpy(w.todo, path, strlen(path) + 1);
        err = ra_recorded_error_at(r, "/");
    }
    while (!err && !done && next_name(&w, name, &last, &err))
        err = step(&w, name, last, follow, ret, &done);
    if (!err && !done)
        err = finish_here(&w, ret);
    while (w.depth)
        leave_dir(&w);
    return err;
}

void ra_recorded_leave(struct ra_recorded_place *place)
{
    close(place->dir);
}

int ra_recorded_error_at(const struct ra_recorded *r, const char *path)
{
    for (size_t i = 0; i < r->n_errors; i++)
        if (ra_path_inside(path, r->errors[i].path))
            return r->errors[i].err;
    return 0;
}

const struct ra_recorded_socket *ra_recorded_socket_at(const struct ra_recorded *r, const char *address)
{
    for (size_t i = 0; i < r->n_sockets; i++)
        if (strcmp(r->sockets[i].address, address) == 0)
            return &r->sockets[i];
    return NULL;
}

const struct ra_recorded_owner *ra_recorded_owner_at(const struct ra_recorded *r, const char *path)
{
    for (size_t i = 0; i < r->n_owners; i++)
        if (strcmp(r->owners[i].path, path) == 0)
            return &r->owners[i];
    return NULL;
}

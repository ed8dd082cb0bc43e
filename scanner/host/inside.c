// Finds a name inside a root directory, element by element over open directories, and reads links itself. There is
// no other way: the confined scanner may not use openat2, whose flags a filter cannot see. A root that changes while
// it is walked leads nowhere else either: what is opened is always a name of a directory held open.
#include "host/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { MAX_LINKS = 40, MAX_DEPTH = 128 }; // as the kernel counts links; deeper trees answer ENAMETOOLONG

struct walk {
    const struct ra_inside *in;
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
    return w->in->refused ? w->in->refused(w->in->owner, w->path) : 0;
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
    int err = w->in->link ? w->in->link(w->in->owner, w->dirs[w->depth], w->path, target, sizeof target) : 0;
    if (err)
        return err;
    memcpy(rest, w->todo, strlen(w->todo) + 1);
    if (strlen(target) + strlen(rest) + 2 > sizeof w->todo)
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

// ---- mounts below the root ------------------------------------------------------------------------

// Source: statx(2); false where the kernel does not tell (before Linux 5.8).
static bool mount_id_of(int dir, const char *name, uint64_t *ret)
{
    struct statx sx;
    if (statx(dir, name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | (name[0] ? 0 : AT_EMPTY_PATH), STATX_MNT_ID, &sx) ||
        !(sx.stx_mask & STATX_MNT_ID))
        return false;
    *ret = sx.stx_mnt_id;
    return true;
}

int ra_inside_settle(struct ra_inside *in)
{
    struct stat st;
    if (fstat(in->root, &st))
        return errno;
    in->dev = st.st_dev;
    in->has_mount_id = mount_id_of(in->root, "", &in->mount_id);
    return 0;
}

static bool made_up(int fd)
{
    static const unsigned long kinds[] = {PROC_SUPER_MAGIC,   SYSFS_MAGIC,   DEVPTS_SUPER_MAGIC, CGROUP_SUPER_MAGIC,
                                          CGROUP2_SUPER_MAGIC, DEBUGFS_MAGIC, TRACEFS_MAGIC,      SECURITYFS_MAGIC,
                                          BPF_FS_MAGIC,        PSTOREFS_MAGIC, BINFMTFS_MAGIC,    NSFS_MAGIC};
    struct statfs fs;
    bool found = false;
    for (size_t i = 0; fstatfs(fd, &fs) == 0 && i < RA_COUNT(kinds) && !found; i++)
        found = (unsigned long)fs.f_type == kinds[i];
    return found;
}

// 0 where the name lies on the root's own mount.
static int mounted_here(const struct walk *w, const char *name, const struct stat *st)
{
    uint64_t id;
    int dir = w->dirs[w->depth];
    if (w->in->has_mount_id && mount_id_of(dir, name, &id) ? id == w->in->mount_id : st->st_dev == w->in->dev)
        return 0;
    int fd = openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return errno;
    int err = made_up(fd) ? ENOENT : EXDEV;
    close(fd);
    return err;
}

static int finish(struct walk *w, const char *name, const struct stat *st, struct ra_inside_place *ret)
{
    ret->dir = fcntl(w->dirs[w->depth], F_DUPFD_CLOEXEC, 0);
    if (ret->dir < 0)
        return errno;
    ret->st = *st;
    snprintf(ret->name, sizeof ret->name, "%s", name);
    snprintf(ret->path, sizeof ret->path, "%s", w->n ? w->path : "/");
    return 0;
}

static int finish_here(struct walk *w, struct ra_inside_place *ret)
{
    struct stat st;
    if (fstat(w->dirs[w->depth], &st))
        return errno;
    return finish(w, ".", &st, ret);
}

// One element. *done when the place is found.
static int step(struct walk *w, const char *name, bool last, bool follow, struct ra_inside_place *ret, bool *done)
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
        ret->stands_in = last && err == ENOENT && w->in->stand_in && w->in->stand_in(w->in->owner, w->path, &st);
        if (!ret->stands_in)
            return err;
    } else if (w->in->one_mount && (err = mounted_here(w, name, &st)) != 0) {
        return err;
    }
    if (S_ISLNK(st.st_mode) && !(last && !follow))
        return follow_link(w, name);
    if (!last)
        return S_ISDIR(st.st_mode) ? enter(w, name) : ENOTDIR;
    *done = true;
    return finish(w, name, &st, ret);
}

int ra_inside_find(const struct ra_inside *in, const char *path, bool follow, struct ra_inside_place *ret)
{
    char name[NAME_MAX + 1];
    struct walk w = {.in = in, .dirs = {in->root}};
    bool last = false, done = false;
    int err = path[0] ? path[0] == '/' ? 0 : EINVAL : ENOENT;
    ret->stands_in = false;
    if (!err && strlen(path) >= PATH_MAX)
        err = ENAMETOOLONG;
    if (!err) {
        memcpy(w.todo, path, strlen(path) + 1);
        err = in->refused ? in->refused(in->owner, "/") : 0;
    }
    while (!err && !done && next_name(&w, name, &last, &err))
        err = step(&w, name, last, follow, ret, &done);
    if (!err && !done)
        err = finish_here(&w, ret);
    while (w.depth)
        leave_dir(&w);
    return err;
}

void ra_inside_leave(struct ra_inside_place *place)
{
    close(place->dir);
}

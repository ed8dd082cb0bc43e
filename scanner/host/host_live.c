// This machine, asked with plain calls. Nothing here creates, changes, waits or connects beyond what the
// question says; unix sockets and netlink are in host_net.c, the children that try system calls in
// host_probe.c.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "host/inner.h"

struct live {
    struct ra_host host;
    int64_t now_override;
    struct ra_probed probed[RA_PROBE_COUNT];
};

// O_NOATIME leaves no trace on the file; it is for owners only, so that others open without it.
static int open_quietly(const char *path, int flags)
{
    flags |= O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    int fd = open(path, flags | O_NOATIME);
    if (fd < 0 && errno == EPERM)
        fd = open(path, flags);
    return fd;
}

// AT_NO_AUTOMOUNT: looking must not mount anything.
static int stat_quietly(const char *path, bool follow, struct stat *st)
{
    return fstatat(AT_FDCWD, path, st, AT_NO_AUTOMOUNT | (follow ? 0 : AT_SYMLINK_NOFOLLOW)) ? errno : 0;
}

// What stands at /proc must be the kernel's own: a directory or a file put in its place tells whatever its maker likes.
// Links to files and roots of processes lead elsewhere rightly.
static bool claims_to_be_proc(const char *path)
{
    static const char *const elsewhere[] = {"/fd/", "/root", "/cwd", "/exe"};
    bool proc = strncmp(path, "/proc", 5) == 0 && (path[5] == '/' || path[5] == 0);
    for (size_t i = 0; proc && i < RA_COUNT(elsewhere); i++)
        proc = !strstr(path + 5, elsewhere[i]);
    return proc;
}

static struct ra_reply live_read(struct ra_host *h, const char *path, int64_t offset, size_t max_bytes,
                                 struct ra_buf *out)
{
    (void)h;
    struct stat st;
    int err = stat_quietly(path, true, &st);
    if (err)
        return ra_answer(err, "stat");
    if (!S_ISREG(st.st_mode))
        return ra_answer(EINVAL, "type");
    int fd = open_quietly(path, 0);
    if (fd < 0)
        return ra_answer(errno, "open");
    struct ra_reply reply;
    if (fstat(fd, &st)) // the name may stand for something else by now
        reply = ra_answer(errno, "fstat");
    else if (!S_ISREG(st.st_mode))
        reply = ra_answer(EINVAL, "type");
    else if (claims_to_be_proc(path) && !ra_is_proc(fd))
        reply = ra_answer(EINVAL, "fstatfs");
    else
        reply = ra_read_fd(fd, (uint64_t)st.st_size, offset, max_bytes, out);
    close(fd);
    return reply;
}

static struct ra_reply live_list(struct ra_host *h, struct ra_arena *a, const char *path, size_t max,
                                 struct ra_names *ret)
{
    (void)h;
    int fd = open_quietly(path, O_DIRECTORY);
    if (fd < 0)
        return ra_answer(errno, "open");
    if (claims_to_be_proc(path) && !ra_is_proc(fd)) {
        close(fd);
        return ra_answer(EINVAL, "fstatfs");
    }
    return ra_list_fd(fd, a, max, ret);
}

static struct ra_reply live_stat(struct ra_host *h, const char *path, bool follow, struct ra_stat *ret)
{
    (void)h;
    struct stat st;
    int err = stat_quietly(path, follow, &st);
    if (!err)
        ra_stat_fill(&st, ret);
    return ra_answer(err, follow ? "stat" : "lstat");
}

static struct ra_reply live_readlink(struct ra_host *h, struct ra_arena *a, const char *path, char **ret)
{
    (void)h;
    char target[PATH_MAX];
    ssize_t n = readlink(path, target, sizeof target);
    if (n < 0)
        return ra_answer(errno, "readlink");
    if (claims_to_be_proc(path)) {
        int fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
        bool real = fd < 0 || ra_is_proc(fd); // gone since: the answer was the kernel's or is worth nothing
        if (fd >= 0)
            close(fd);
        if (!real)
            return ra_answer(EINVAL, "fstatfs");
    }
    *ret = ra_strndup(a, (struct ra_span){target, (size_t)n});
    return (struct ra_reply){.call = "readlink", .truncated = (size_t)n == sizeof target};
}

// The raw calls: the C library would fall back to comparing permission bits. A filter may refuse the newer call
// with EPERM, so what that one refuses is asked again in the plain form (which looks with the real ids).
static struct ra_reply live_access(struct ra_host *h, const char *path, int mode)
{
    (void)h;
    if (syscall(SYS_faccessat2, AT_FDCWD, path, mode, AT_EACCESS) == 0)
        return ra_answer(0, "faccessat2");
    if (errno != EPERM && errno != ENOSYS)
        return ra_answer(errno, "faccessat2");
    return ra_answer(syscall(SYS_faccessat, AT_FDCWD, path, mode) ? errno : 0, "faccessat");
}

static struct ra_reply live_statfs(struct ra_host *h, const char *path, struct ra_fs *ret)
{
    (void)h;
    struct statvfs vfs;
    if (statvfs(path, &vfs))
        return ra_answer(errno, "statfs");
    ra_fs_fill(&vfs, ret);
    return ra_answer(0, "statfs");
}

// The name is looked at first, since for some devices opening alone is already an act.
static struct ra_reply live_open_write(struct ra_host *h, const char *path)
{
    (void)h;
    struct stat st;
    int err = stat_quietly(path, false, &st);
    if (err)
        return ra_answer(err, "lstat");
    char type = ra_type_of_mode(st.st_mode);
    bool openable = type == 'f' || type == 'l' || // O_NOFOLLOW answers ELOOP for a link
                    ((type == 'c' || type == 'b') && ra_device_is_calm(path, type, major(st.st_rdev), minor(st.st_rdev)));
    if (!openable)
        return ra_answer(EINVAL, "type");
    int fd = open(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return ra_answer(errno, "open");
    close(fd);
    return ra_answer(0, "open");
}

static struct ra_reply live_file_caps(struct ra_host *h, const char *path, struct ra_buf *out)
{
    (void)h;
    char attribute[64];
    ssize_t n = getxattr(path, "security.capability", attribute, sizeof attribute);
    if (n < 0)
        return ra_answer(errno, "getxattr");
    ra_buf_add(out, attribute, (size_t)n);
    return ra_answer(0, "getxattr");
}

static struct ra_reply live_exchange(struct ra_host *h, const char *address, struct ra_span request,
                                     struct ra_buf *reply, struct ra_peer *peer)
{
    (void)h;
    return ra_unix_exchange(address, request, reply, peer);
}

static struct ra_reply live_bus(struct ra_host *h, const char *address, struct ra_span request, size_t n_replies,
                                struct ra_buf *out)
{
    (void)h;
    return ra_unix_bus(address, request, n_replies, out);
}

static struct ra_reply live_netlink(struct ra_host *h, enum ra_netlink what, struct ra_buf *out)
{
    (void)h;
    return ra_netlink_dump(what, out);
}

static struct ra_reply live_probe(struct ra_host *h, enum ra_probe what, int64_t *ret_value)
{
    const struct ra_probed *p = &((const struct live *)(const void *)h)->probed[what];
    *ret_value = p->value;
    return ra_answer(p->err, p->call);
}

static struct ra_reply live_child(struct ra_host *h, void (*work)(void *arg, struct ra_buf *out), void *arg,
                                  struct ra_buf *out)
{
    (void)h;
    return ra_work_in_child(work, arg, out);
}

static struct ra_reply live_now(struct ra_host *h, int64_t *ret_unix_s)
{
    return ra_clock(((const struct live *)(const void *)h)->now_override, ret_unix_s);
}

static void live_close(struct ra_host *h)
{
    (void)h; // all of it lives in the arena
}

static const struct ra_host_ops live_ops = {
    .read = live_read,
    .list = live_list,
    .stat = live_stat,
    .readlink = live_readlink,
    .access = live_access,
    .statfs = live_statfs,
    .open_write = live_open_write,
    .file_caps = live_file_caps,
    .exchange = live_exchange,
    .bus = live_bus,
    .netlink = live_netlink,
    .probe = live_probe,
    .child = live_child,
    .now = live_now,
    .close = live_close,
};

struct ra_host *ra_host_live(struct ra_arena *a, const struct ra_self *self, int64_t now_override)
{
    struct live *l = ra_new(a, struct live);
    l->host = (struct ra_host){.ops = &live_ops, .self = self, .kind = "live", .live = true};
    l->now_override = now_override;
    ra_probe_all(l->probed);
    return &l->host;
}

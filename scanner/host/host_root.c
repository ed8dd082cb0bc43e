// A directory as the root of a file system that nobody runs. Its audited process is assumed to be root, so that
// everything in it is within reach; nobody writes it. Opens nothing outside the directory, no device, no FIFO, no
// socket, and asks nothing of the machine it runs on.
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "host/inside.h"

struct root {
    struct ra_host host;
    struct ra_self self;
    struct ra_inside in;
    uid_t uid; // who owns the directory: whoever unpacked it
    gid_t gid;
    int64_t now_override;
};

static const struct root *root_of(const struct ra_host *h)
{
    return (const struct root *)(const void *)h;
}

// A refusal was meant for the auditor; root would have been let in.
static struct ra_reply for_root(struct ra_reply r)
{
    if (r.err == EACCES || r.err == EPERM)
        r.err = RA_NOT_TOLD;
    return r;
}

static struct ra_reply root_read(struct ra_host *h, const char *path, int64_t offset, size_t max_bytes,
                                 struct ra_buf *out)
{
    return for_root(ra_inside_read(&root_of(h)->in, path, offset, max_bytes, out));
}

static struct ra_reply root_list(struct ra_host *h, struct ra_arena *a, const char *path, size_t max,
                                 struct ra_names *ret)
{
    return for_root(ra_inside_list(&root_of(h)->in, a, path, max, ret));
}

static struct ra_reply root_stat(struct ra_host *h, const char *path, bool follow, struct ra_stat *ret)
{
    const struct root *r = root_of(h);
    struct ra_reply reply = for_root(ra_inside_stat(&r->in, path, follow, ret));
    if (ret->uid == r->uid)
        ret->uid = 0;
    if (ret->gid == r->gid)
        ret->gid = 0;
    return reply;
}

static struct ra_reply root_readlink(struct ra_host *h, struct ra_arena *a, const char *path, char **ret)
{
    return for_root(ra_inside_readlink(&root_of(h)->in, a, path, ret));
}

// The mode of what is there; 0 or an errno.
static int mode_of(const struct ra_host *h, const char *path, bool follow, mode_t *ret)
{
    struct ra_inside_place place;
    int err = ra_inside_find(&root_of(h)->in, path, follow, &place);
    if (err)
        return for_root(ra_answer(err, "")).err;
    *ret = place.st.st_mode;
    ra_inside_leave(&place);
    return 0;
}

static struct ra_reply root_access(struct ra_host *h, const char *path, int mode)
{
    mode_t found;
    int err = mode_of(h, path, true, &found);
    if (!err && (mode & X_OK) && !S_ISDIR(found) && !(found & 0111))
        err = EACCES;
    if (!err && (mode & W_OK))
        err = EROFS;
    return ra_answer(err, "faccessat");
}

static struct ra_reply root_statfs(struct ra_host *h, const char *path, struct ra_fs *ret)
{
    mode_t found;
    struct statvfs vfs;
    int err = mode_of(h, path, true, &found);
    if (!err && fstatvfs(root_of(h)->in.root, &vfs))
        err = errno;
    if (!err)
        ra_fs_fill(&vfs, ret);
    ret->read_only = true;
    return ra_answer(err, "statfs");
}

static struct ra_reply root_open_write(struct ra_host *h, const char *path)
{
    mode_t found;
    int err = mode_of(h, path, false, &found);
    if (err)
        return ra_answer(err, "lstat");
    if (S_ISLNK(found))
        return ra_answer(ELOOP, "open");
    return S_ISREG(found) ? ra_answer(EROFS, "open") : ra_answer(EINVAL, "type");
}

// A socket at rest has no listener.
static struct ra_reply root_exchange(struct ra_host *h, const char *address, struct ra_span request,
                                     struct ra_buf *reply, struct ra_peer *peer)
{
    (void)request, (void)reply, (void)peer;
    mode_t found;
    if (address[0] == '@')
        return ra_answer(ECONNREFUSED, "connect");
    int err = mode_of(h, address, true, &found);
    if (err)
        return ra_answer(err, "stat");
    return S_ISSOCK(found) ? ra_answer(ECONNREFUSED, "connect") : ra_answer(EINVAL, "type");
}

static struct ra_reply root_netlink(struct ra_host *h, enum ra_netlink what, struct ra_buf *out)
{
    (void)h, (void)what, (void)out;
    return ra_answer(ENOSYS, "netlink");
}

static struct ra_reply root_probe(struct ra_host *h, enum ra_probe what, int64_t *ret_value)
{
    (void)h, (void)ret_value;
    return ra_answer(ENOSYS, ra_probe_names[what]);
}

static struct ra_reply root_child(struct ra_host *h, void (*work)(void *arg, struct ra_buf *out), void *arg,
                                  struct ra_buf *out)
{
    (void)h;
    return ra_work_in_child(work, arg, out);
}

static struct ra_reply root_now(struct ra_host *h, int64_t *ret_unix_s)
{
    return ra_clock(root_of(h)->now_override, ret_unix_s);
}

static void root_close(struct ra_host *h)
{
    close(root_of(h)->in.root);
}

static const struct ra_host_ops root_ops = {
    .read = root_read,
    .list = root_list,
    .stat = root_stat,
    .readlink = root_readlink,
    .access = root_access,
    .statfs = root_statfs,
    .open_write = root_open_write,
    .exchange = root_exchange,
    .netlink = root_netlink,
    .probe = root_probe,
    .child = root_child,
    .now = root_now,
    .close = root_close,
};

struct ra_host *ra_host_root(struct ra_arena *a, const char *dir, int64_t now_override, struct ra_error *err)
{
    struct stat st;
    int fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        ra_fail(err, RA_E_INPUT, "%s: %s", dir,
                errno == ENOENT    ? "no such directory"
                : errno == ENOTDIR ? "is not a directory"
                                   : strerror(errno));
        return NULL;
    }
    struct root *r = ra_new(a, struct root);
    r->in = (struct ra_inside){.root = fd, .owner = r, .one_mount = true};
    if (fstat(fd, &st) || ra_inside_settle(&r->in)) {
        ra_fail(err, RA_E_INPUT, "%s: %s", dir, strerror(errno));
        close(fd);
        return NULL;
    }
    r->self = (struct ra_self){.fds_complete = true, .status_err = ENOENT, .environ_err = ENOENT, .dumpable = -1,
                               .no_new_privs = -1, .seccomp = -1};
    r->uid = st.st_uid;
    r->gid = st.st_gid;
    r->now_override = now_override;
    r->host = (struct ra_host){.ops = &root_ops, .self = &r->self, .kind = "root", .at_rest = true};
    return &r->host;
}

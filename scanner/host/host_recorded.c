// A machine that was written down: root/ and its side files (see host.h) answer instead of the system, so that
// any machine's findings can be reproduced on any other. Never connects, never opens for write, asks nothing of
// the machine that it runs on but the bytes of the recording.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "host/recorded.h"

static const struct ra_recorded *recorded(const struct ra_host *h)
{
    return (const struct ra_recorded *)(const void *)h;
}

static struct ra_reply rec_read(struct ra_host *h, const char *path, int64_t offset, size_t max_bytes,
                                struct ra_buf *out)
{
    return ra_inside_read(&recorded(h)->in, path, offset, max_bytes, out);
}

// Sockets of the side file are entries of their directories too.
static void add_sockets(const struct ra_recorded *r, struct ra_arena *a, const char *dir, struct ra_names *names)
{
    size_t cap = names->n;
    for (size_t i = 0; i < r->n_sockets; i++) {
        const char *address = r->sockets[i].address, *base = ra_path_base(address);
        if (address[0] != '/' || strcmp(ra_path_dir(a, address), dir))
            continue;
        bool there = false;
        for (size_t k = 0; k < names->n; k++)
            there |= strcmp(names->items[k].name, base) == 0;
        if (there)
            continue;
        names->items = ra_grow(a, names->items, names->n, &cap, sizeof *names->items);
        names->items[names->n++] = (struct ra_name){.name = ra_strdup(a, base), .type = 's'};
    }
    if (names->n)
        qsort(names->items, names->n, sizeof *names->items, ra_compare_names);
}

static struct ra_reply rec_list(struct ra_host *h, struct ra_arena *a, const char *path, size_t max,
                                struct ra_names *ret)
{
    struct ra_inside_place place;
    int err = ra_inside_find(&recorded(h)->in, path, true, &place);
    if (err)
        return ra_answer(err, "open");
    int fd = ra_inside_open(&place, O_RDONLY | O_DIRECTORY);
    struct ra_reply reply = fd < 0 ? ra_answer(errno, "open") : ra_list_fd(fd, a, max, ret);
    if (!reply.err)
        add_sockets(recorded(h), a, place.path, ret);
    if (ret->n > max) {
        ret->n = max;
        reply.truncated = true;
    }
    ra_inside_leave(&place);
    return reply;
}

// A checkout belongs to whoever made it; inside the recording those files are the recorded user's.
static struct ra_reply rec_stat(struct ra_host *h, const char *path, bool follow, struct ra_stat *ret)
{
    const struct ra_recorded *r = recorded(h);
    struct ra_inside_place place;
    int err = ra_inside_find(&r->in, path, follow, &place);
    if (err)
        return ra_answer(err, follow ? "stat" : "lstat");
    ra_stat_fill(&place.st, ret);
    if (!place.stands_in && ret->uid == r->root_uid)
        ret->uid = r->self.euid;
    if (!place.stands_in && ret->gid == r->root_gid)
        ret->gid = r->self.egid;
    const struct ra_recorded_owner *owner = ra_recorded_owner_at(r, place.path);
    if (owner)
        ret->mode = owner->mode, ret->uid = owner->uid, ret->gid = owner->gid;
    ra_inside_leave(&place);
    return ra_answer(0, follow ? "stat" : "lstat");
}

static struct ra_reply rec_readlink(struct ra_host *h, struct ra_arena *a, const char *path, char **ret)
{
    return ra_inside_readlink(&recorded(h)->in, a, path, ret);
}

static bool read_only_at(const struct ra_recorded *r, const char *path)
{
    for (size_t i = 0; i < r->n_readonly; i++)
        if (ra_path_inside(path, r->readonly[i]))
            return true;
    return false;
}

// May the recorded user write here? Without `readonly` nobody knows.
static int may_write(const struct ra_recorded *r, const struct ra_inside_place *place)
{
    if (!r->has_readonly)
        return ENOSYS;
    if (read_only_at(r, place->path))
        return EROFS;
    const struct ra_recorded_owner *owner = ra_recorded_owner_at(r, place->path);
    if (owner && r->self.euid != 0)
        return owner->mode & (owner->uid == r->self.euid ? 0200u : 0002u) ? 0 : EACCES;
    return r->self.euid != 0 && !(place->st.st_mode & 0222) ? EACCES : 0;
}

static struct ra_reply rec_access(struct ra_host *h, const char *path, int mode)
{
    const struct ra_recorded *r = recorded(h);
    struct ra_inside_place place;
    int err = ra_inside_find(&r->in, path, true, &place);
    if (err)
        return ra_answer(err, "faccessat");
    const struct ra_recorded_owner *owner = ra_recorded_owner_at(r, place.path);
    unsigned bits = owner ? owner->mode : place.st.st_mode;
    if ((mode & R_OK) && r->self.euid != 0 && !(bits & 0444))
        err = EACCES;
    if (!err && (mode & X_OK) && !(bits & 0111))
        err = EACCES;
    if (!err && (mode & W_OK))
        err = may_write(r, &place);
    ra_inside_leave(&place);
    return ra_answer(err, "faccessat");
}

static struct ra_reply rec_statfs(struct ra_host *h, const char *path, struct ra_fs *ret)
{
    const struct ra_recorded *r = recorded(h);
    struct ra_inside_place place;
    int err = ra_inside_find(&r->in, path, true, &place);
    if (err)
        return ra_answer(err, "statfs");
    ret->read_only = read_only_at(r, place.path);
    ra_inside_leave(&place);
    return ra_answer(r->has_readonly ? 0 : ENOSYS, "statfs");
}

static struct ra_reply rec_open_write(struct ra_host *h, const char *path)
{
    const struct ra_recorded *r = recorded(h);
    struct ra_inside_place place;
    int err = ra_inside_find(&r->in, path, false, &place);
    if (err)
        return ra_answer(err, "lstat");
    struct ra_reply reply = ra_answer(EINVAL, "type");
    if (S_ISLNK(place.st.st_mode))
        reply = ra_answer(ELOOP, "open");
    else if (S_ISREG(place.st.st_mode))
        reply = ra_answer(may_write(r, &place), "open");
    ra_inside_leave(&place);
    return reply;
}

static struct ra_reply rec_file_caps(struct ra_host *h, const char *path, struct ra_buf *out)
{
    const struct ra_recorded *r = recorded(h);
    struct ra_inside_place place;
    int err = ra_inside_find(&r->in, path, true, &place);
    if (err)
        return ra_answer(err, "getxattr");
    const struct ra_recorded_owner *owner = ra_recorded_owner_at(r, place.path);
    ra_inside_leave(&place);
    if (!owner || !owner->capability.n)
        return ra_answer(ENODATA, "getxattr");
    ra_buf_span(out, owner->capability);
    return ra_answer(0, "getxattr");
}

// The socket that an address means: abstract by its name, a path by where its links lead.
static struct ra_reply find_socket(const struct ra_recorded *r, const char *address,
                                   const struct ra_recorded_socket **ret)
{
    struct ra_inside_place place;
    *ret = NULL;
    if (!r->has_sockets)
        return ra_answer(ENOSYS, "connect");
    if (address[0] == '@') {
        *ret = ra_recorded_socket_at(r, address);
        return ra_answer(*ret ? 0 : ECONNREFUSED, "connect");
    }
    int err = ra_inside_find(&r->in, address, true, &place);
    if (err)
        return ra_answer(err, "stat");
    *ret = ra_recorded_socket_at(r, place.path);
    bool is_socket = S_ISSOCK(place.st.st_mode);
    ra_inside_leave(&place);
    if (*ret)
        return ra_answer(0, "connect");
    return is_socket ? ra_answer(ENOSYS, "connect") : ra_answer(EINVAL, "type");
}

static struct ra_reply rec_exchange(struct ra_host *h, const char *address, struct ra_span request,
                                    struct ra_buf *reply, struct ra_peer *peer)
{
    const struct ra_recorded_socket *s;
    struct ra_reply r = find_socket(recorded(h), address, &s);
    if (r.err)
        return r;
    if (s->err)
        return ra_answer(s->err, "connect");
    *peer = s->peer;
    if (request.n && !s->reply.n)
        return ra_answer(ETIMEDOUT, "recv");
    if (request.n)
        ra_buf_span(reply, s->reply);
    return ra_answer(0, request.n ? "recv" : "connect");
}

static struct ra_reply rec_netlink(struct ra_host *h, enum ra_netlink what, struct ra_buf *out)
{
    const struct ra_recorded_netlink *nl = &recorded(h)->netlink[what];
    if (!nl->err)
        ra_buf_span(out, nl->dump);
    return ra_answer(nl->err, "netlink");
}

static struct ra_reply rec_probe(struct ra_host *h, enum ra_probe what, int64_t *ret_value)
{
    const struct ra_recorded_probe *p = &recorded(h)->probes[what];
    *ret_value = p->value;
    return ra_answer(p->known ? p->err : ENOSYS, ra_probe_names[what]);
}

static struct ra_reply rec_child(struct ra_host *h, void (*work)(void *arg, struct ra_buf *out), void *arg,
                                 struct ra_buf *out)
{
    (void)h;
    return ra_work_in_child(work, arg, out);
}

static struct ra_reply rec_now(struct ra_host *h, int64_t *ret_unix_s)
{
    const struct ra_recorded *r = recorded(h);
    *ret_unix_s = r->now_s;
    return ra_answer(r->has_now ? 0 : ENOSYS, "clock_gettime");
}

static void rec_close(struct ra_host *h)
{
    close(recorded(h)->in.root);
}

static const struct ra_host_ops recorded_ops = {
    .read = rec_read,
    .list = rec_list,
    .stat = rec_stat,
    .readlink = rec_readlink,
    .access = rec_access,
    .statfs = rec_statfs,
    .open_write = rec_open_write,
    .file_caps = rec_file_caps,
    .exchange = rec_exchange,
    .netlink = rec_netlink,
    .probe = rec_probe,
    .child = rec_child,
    .now = rec_now,
    .close = rec_close,
};

static int refused(const void *owner, const char *path)
{
    return ra_recorded_error_at(owner, path);
}

static bool stand_in(const void *owner, const char *path, struct stat *ret)
{
    const struct ra_recorded_socket *s = ra_recorded_socket_at(owner, path);
    if (s)
        *ret = (struct stat){.st_mode = S_IFSOCK | 0777, .st_uid = s->peer.uid, .st_nlink = 1};
    return s != NULL;
}

static int open_recording(struct ra_arena *a, struct ra_recorded *r, const char *dir, struct ra_error *err)
{
    struct stat st;
    int fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return ra_fail(err, RA_E_INPUT, "%s: %s", dir, ra_errno_name(errno));
    int root = openat(fd, "root", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    r->in = (struct ra_inside){.root = root, .owner = r, .refused = refused, .stand_in = stand_in};
    int code = root < 0 || fstat(root, &st)
                   ? ra_fail(err, RA_E_INPUT, "%s holds no directory named root: %s", dir, ra_errno_name(errno))
                   : ra_recorded_load(a, r, fd, err);
    if (!code) {
        r->root_uid = st.st_uid;
        r->root_gid = st.st_gid;
    } else if (root >= 0) {
        close(root);
    }
    close(fd);
    return code;
}

struct ra_host *ra_host_recorded(struct ra_arena *a, const char *dir, struct ra_error *err)
{
    struct ra_recorded *r = ra_new(a, struct ra_recorded);
    r->host = (struct ra_host){.ops = &recorded_ops, .self = &r->self, .kind = "recorded"};
    r->self = (struct ra_self){.dumpable = -1, .no_new_privs = -1, .seccomp = -1};
    if (open_recording(a, r, dir, err))
        return NULL;
    struct ra_buf status RA_CLEANUP(ra_buf_free) = {0};
    r->self.status_err = rec_read(&r->host, "/proc/self/status", 0, RA_MAX_FILE_BYTES, &status).err;
    if (!r->self.status_err)
        r->self.status = ra_strndup(a, ra_buf_view(&status));
    return &r->host;
}

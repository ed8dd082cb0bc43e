// What another process of this machine sees: its files through its own root directory, its own /proc/self, its
// network tables. Every answer is what the plain call would have answered inside it, or, where being outside makes a
// difference, ENODATA, which is unknown. Enters no namespace, attaches to nothing.
// Sources: proc(5) (/proc/<pid>/root shows the process's own mounts), ptrace(2) "access mode checking", unix(7).
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/path.h"
#include "host/process_view.h"

static const struct ra_process *process(const struct ra_host *h)
{
    return (const struct ra_process *)(const void *)h;
}

// ---- the questions --------------------------------------------------------------------------------------

static struct ra_reply proc_read(struct ra_host *h, const char *path, int64_t offset, size_t max_bytes,
                                 struct ra_buf *out)
{
    const struct ra_process *p = process(h);
    const struct ra_inside *in;
    const char *rest;
    size_t before = out->n;
    int err = ra_process_ask(p, path, &in, &rest);
    struct ra_reply r = err ? ra_answer(err, "open") : ra_inside_read(in, rest, offset, max_bytes, out);
    r = ra_process_reply(p, path, r);
    if (r.err)
        out->n = before;
    return r;
}

// The audit's own processes are there only because we look: the first one and what comes from it.
static bool is_ours(const struct ra_process *p, struct ra_arena *a, const char *name)
{
    uint64_t pid, parent;
    if (!p->auditor || !ra_span_u64(ra_span_of(name), 10, &pid))
        return false;
    for (int depth = 0; depth < 64 && pid > 1; depth++, pid = parent) {
        struct ra_buf status RA_CLEANUP(ra_buf_free) = {0};
        struct ra_span field;
        if (pid == (uint64_t)p->auditor)
            return true;
        char *path = ra_strfmt(a, "/proc/%llu/status", (unsigned long long)pid);
        if (ra_inside_read(&p->files, path, 0, RA_MAX_FILE_BYTES, &status).err ||
            !ra_process_field(ra_buf_view(&status), "PPid", &field) || !ra_span_u64(field, 10, &parent))
            return false;
    }
    return false;
}

static void hide_ours(const struct ra_process *p, struct ra_names *names)
{
    struct ra_arena a RA_CLEANUP(ra_arena_free) = {0};
    size_t kept = 0;
    for (size_t i = 0; i < names->n; i++)
        if (!is_ours(p, &a, names->items[i].name))
            names->items[kept++] = names->items[i];
    names->n = kept;
}

static struct ra_reply proc_list(struct ra_host *h, struct ra_arena *a, const char *path, size_t max,
                                 struct ra_names *ret)
{
    const struct ra_process *p = process(h);
    const struct ra_inside *in;
    const char *rest;
    int err = ra_process_ask(p, path, &in, &rest);
    struct ra_reply r = err ? ra_answer(err, "open") : ra_inside_list(in, a, rest, max, ret);
    if (!r.err && strcmp(path, "/proc") == 0)
        hide_ours(p, ret);
    r = ra_process_reply(p, path, r);
    if (r.err)
        *ret = (struct ra_names){0};
    return r;
}

static struct ra_reply proc_stat(struct ra_host *h, const char *path, bool follow, struct ra_stat *ret)
{
    const struct ra_process *p = process(h);
    const struct ra_inside *in;
    const char *rest;
    int err = ra_process_ask(p, path, &in, &rest);
    struct ra_reply r = err ? ra_answer(err, follow ? "stat" : "lstat") : ra_inside_stat(in, rest, follow, ret);
    r = ra_process_reply(p, "", r); // stat() asks for no right to the thing itself
    if (r.err)
        *ret = (struct ra_stat){.type = '?'};
    return r;
}

static struct ra_reply proc_readlink(struct ra_host *h, struct ra_arena *a, const char *path, char **ret)
{
    const struct ra_process *p = process(h);
    const struct ra_inside *in;
    const char *rest;
    int err = ra_process_ask(p, path, &in, &rest);
    if (err)
        return ra_answer(err, "readlink");
    if (strcmp(path, "/proc/self") == 0) {
        *ret = p->own_path ? ra_strdup(a, ra_path_base(p->own_path)) : NULL;
        return ra_answer(*ret ? 0 : ENOENT, "readlink");
    }
    struct ra_reply r = ra_process_reply(p, path, ra_inside_readlink(in, a, rest, ret));
    if (r.err)
        *ret = NULL;
    return r;
}

// Asks `how` of the place that a path leads to.
static struct ra_reply at_place(struct ra_host *h, const char *path, bool follow, const char *call,
                                int (*how)(const struct ra_inside_place *place, void *arg), void *arg)
{
    const struct ra_process *p = process(h);
    const struct ra_inside *in;
    struct ra_inside_place place;
    const char *rest;
    int err = ra_process_ask(p, path, &in, &rest);
    if (!err)
        err = ra_inside_find(in, rest, follow, &place);
    if (!err) {
        err = how(&place, arg);
        ra_inside_leave(&place);
    }
    return ra_process_reply(p, path, ra_answer(err, call));
}

static int may(const struct ra_inside_place *place, void *mode)
{
    int asked = *(const int *)mode;
    if (syscall(SYS_faccessat2, place->dir, place->name, asked, AT_EACCESS | AT_SYMLINK_NOFOLLOW) == 0)
        return 0;
    if (errno != EPERM && errno != ENOSYS)
        return errno;
    return syscall(SYS_faccessat, place->dir, place->name, asked) ? errno : 0;
}

static struct ra_reply proc_access(struct ra_host *h, const char *path, int mode)
{
    return at_place(h, path, true, "faccessat2", may, &mode);
}

static int file_system(const struct ra_inside_place *place, void *ret)
{
    struct statvfs vfs;
    int fd = ra_inside_open(place, O_PATH);
    if (fd < 0)
        return errno;
    int err = fstatvfs(fd, &vfs) ? errno : 0;
    close(fd);
    if (!err)
        ra_fs_fill(&vfs, ret);
    return err;
}

static struct ra_reply proc_statfs(struct ra_host *h, const char *path, struct ra_fs *ret)
{
    return at_place(h, path, true, "statfs", file_system, ret);
}

static int open_and_close(const struct ra_inside_place *place, void *arg)
{
    (void)arg;
    dev_t device = place->st.st_rdev;
    char type = ra_type_of_mode(place->st.st_mode);
    if (type == 'l')
        return ELOOP;
    if (type != 'f' && ((type != 'c' && type != 'b') || !ra_device_is_calm(place->path, type, major(device), minor(device))))
        return EINVAL;
    int fd = ra_inside_open(place, O_WRONLY);
    if (fd < 0)
        return errno;
    close(fd);
    return 0;
}

static struct ra_reply proc_open_write(struct ra_host *h, const char *path)
{
    struct ra_reply r = at_place(h, path, false, "open", open_and_close, NULL);
    if (r.err == EINVAL)
        r.call = "type";
    return r;
}

static int capabilities(const struct ra_inside_place *place, void *out)
{
    unsigned char value[64]; // struct vfs_ns_cap_data has 24 bytes
    char name[40]; // a program that may be run need not be readable, so that only its name is held open
    int fd = ra_inside_open(place, O_PATH);
    if (fd < 0)
        return errno;
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    ssize_t n = getxattr(name, "security.capability", value, sizeof value);
    int err = n < 0 ? errno : 0;
    close(fd);
    if (!err)
        ra_buf_add(out, value, (size_t)n);
    return err;
}

static struct ra_reply proc_file_caps(struct ra_host *h, const char *path, struct ra_buf *out)
{
    return at_place(h, path, true, "getxattr", capabilities, out);
}

static int is_socket(const struct ra_inside_place *place, void *arg)
{
    (void)arg;
    return S_ISSOCK(place->st.st_mode) ? 0 : EINVAL;
}

// Who answers, and as whom we are answered, is the same only where nothing separates us.
static struct ra_reply proc_exchange(struct ra_host *h, const char *address, struct ra_span request,
                                     struct ra_buf *reply, struct ra_peer *peer)
{
    const struct ra_process *p = process(h);
    bool near = p->same_ids && p->same_root;
    for (int i = 0; i < RA_SPACE_COUNT; i++)
        near &= p->same_space[i] || i == RA_SPACE_UTS || i == RA_SPACE_IPC;
    if (near && !ra_process_has_ended(p))
        return ra_process_reply(p, address, ra_unix_exchange(address, request, reply, peer));
    struct ra_reply r = address[0] == '@' ? ra_answer(0, "connect") : at_place(h, address, true, "stat", is_socket, NULL);
    if (r.err == EINVAL)
        r.call = "type";
    return r.err ? r : ra_answer(RA_NOT_TOLD, "connect");
}

static struct ra_reply proc_netlink(struct ra_host *h, enum ra_netlink what, struct ra_buf *out)
{
    const struct ra_process *p = process(h);
    if (ra_process_has_ended(p))
        return ra_answer(RA_HAS_ENDED, "netlink");
    return p->same_space[RA_SPACE_NET] ? ra_netlink_dump(what, out) : ra_answer(RA_NOT_TOLD, "netlink");
}

static struct ra_reply proc_probe(struct ra_host *h, enum ra_probe what, int64_t *ret_value)
{
    const struct ra_process *p = process(h);
    if (!p->alike || ra_process_has_ended(p))
        return ra_answer(ENOSYS, ra_probe_names[what]);
    *ret_value = p->probed[what].value;
    return ra_answer(p->probed[what].err, p->probed[what].call);
}

static struct ra_reply proc_child(struct ra_host *h, void (*work)(void *arg, struct ra_buf *out), void *arg,
                                  struct ra_buf *out)
{
    (void)h;
    return ra_work_in_child(work, arg, out);
}

static struct ra_reply proc_now(struct ra_host *h, int64_t *ret_unix_s)
{
    return ra_clock(process(h)->now_override, ret_unix_s);
}

static void close_all(const struct ra_process *p)
{
    const int all[] = {p->proc, p->ended, p->root};
    for (size_t i = 0; i < RA_COUNT(all); i++)
        if (all[i] >= 0)
            close(all[i]);
}

static void proc_close(struct ra_host *h)
{
    close_all(process(h));
}

static const struct ra_host_ops process_ops = {
    .read = proc_read,
    .list = proc_list,
    .stat = proc_stat,
    .readlink = proc_readlink,
    .access = proc_access,
    .statfs = proc_statfs,
    .open_write = proc_open_write,
    .file_caps = proc_file_caps,
    .exchange = proc_exchange,
    .netlink = proc_netlink,
    .probe = proc_probe,
    .child = proc_child,
    .now = proc_now,
    .close = proc_close,
};

struct ra_host *ra_host_process(struct ra_arena *a, int64_t pid, const struct ra_self *auditor, int64_t now_override,
                                struct ra_error *err)
{
    struct ra_process *p = ra_new(a, struct ra_process);
    if (ra_process_open(a, p, pid, auditor, err)) {
        close_all(p);
        return NULL;
    }
    p->now_override = now_override;
    p->files = (struct ra_inside){.root = p->root, .owner = p, .link = ra_process_follow,
                                 .opened = ra_process_opened};
    p->own = (struct ra_inside){.root = p->proc, .owner = p, .link = ra_process_follow};
    p->host = (struct ra_host){.ops = &process_ops, .self = &p->self, .kind = "process", .live = p->same_root,
                               .other = true, .untried = !p->alike};
    ra_process_look(a, p);
    if (ra_process_has_ended(p)) {
        ra_fail(err, RA_E_INPUT, "%lld: the process has ended", (long long)pid);
        close_all(p);
        return NULL;
    }
    if (p->alike)
        ra_probe_all(p->probed);
    return &p->host;
}

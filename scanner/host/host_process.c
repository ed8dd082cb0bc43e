// What another process of this machine sees: its files through its own root directory, its own /proc/self, its
// network tables. Every answer is what the plain call would have answered inside it, or, where being outside makes a
// difference, ENODATA, which is unknown. Enters no namespace, attaches to nothing.
// Sources: proc(5) (/proc/<pid>/root shows the process's own mounts), ptrace(2) "access mode checking", unix(7).
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/path.h"
#include "host/process_open.h"

enum { NOT_TOLD = ENODATA, HAS_ENDED = ESTALE };

static const struct ra_process *process(const struct ra_host *h)
{
    return (const struct ra_process *)(const void *)h;
}

bool ra_process_has_ended(const struct ra_process *p)
{
    struct pollfd one = {.fd = p->ended, .events = POLLIN};
    struct stat st;
    return p->ended >= 0 ? poll(&one, 1, 0) > 0 : fstatat(p->proc, "stat", &st, 0) != 0;
}

// ---- which directory answers --------------------------------------------------------------------------

// "/self/environ" of "/proc/self/environ" is the process's, never ours: its own /proc would tell it by who asks.
static const struct ra_inside *where(const struct ra_process *p, const char *path, const char **ret_rest)
{
    const char *const own[] = {"/proc/self", "/proc/thread-self", p->own_path};
    for (size_t i = 0; i < RA_COUNT(own); i++)
        if (own[i] && ra_path_inside(path, own[i])) {
            *ret_rest = path[strlen(own[i])] ? path + strlen(own[i]) : "/";
            return &p->own;
        }
    bool shared = ra_path_inside(path, "/proc/net") || ra_path_inside(path, "/proc/mounts");
    *ret_rest = shared ? path + strlen("/proc") : path;
    return shared ? &p->own : &p->files;
}

// Files of /proc/sys that speak of whoever reads them.
static bool about_reader(const struct ra_process *p, const char *path)
{
    static const char *const names[] = {"hostname", "domainname"};
    for (size_t i = 0; i < RA_COUNT(names) && !p->same_space[RA_SPACE_UTS]; i++)
        if (ra_path_inside(path, "/proc/sys/kernel") && strcmp(ra_path_base(path), names[i]) == 0)
            return true;
    return !p->same_space[RA_SPACE_NET] && ra_path_inside(path, "/proc/sys/net");
}

// A link of a proc file system that the kernel alone can follow (root, cwd, fd/3) leads where our rights allow, not
// the process's.
static int proc_link(const void *owner, int dir, const char *path, char *text, size_t size)
{
    const struct ra_process *p = owner;
    struct statfs fs;
    if (fstatfs(dir, &fs) || fs.f_type != PROC_SUPER_MAGIC)
        return 0;
    bool self = strcmp(path, "/proc/self") == 0, thread = strcmp(path, "/proc/thread-self") == 0;
    if (!self && !thread)
        return text[0] == '/' || strchr(text, ':') ? NOT_TOLD : 0;
    if (!p->own_path)
        return ENOENT;
    const char *number = ra_path_base(p->own_path);
    snprintf(text, size, self ? "%s" : "%s/task/%s", number, number);
    return 0;
}

// ---- whose right it was ---------------------------------------------------------------------------------

// "/proc/17/environ": the number's length where `path` is a part of another process that not everybody may read.
static size_t guarded(const char *path)
{
    static const char *const open_to_all[] = {"stat",   "status",  "statm",   "comm",      "cmdline",
                                              "cgroup", "uid_map", "gid_map", "loginuid", "net"};
    if (strncmp(path, "/proc/", 6) != 0)
        return 0;
    size_t n = strspn(path + 6, "0123456789");
    if (n == 0 || path[6 + n] != '/')
        return 0;
    struct ra_span leaf = {path + 7 + n, strcspn(path + 7 + n, "/")};
    for (size_t i = 0; i < RA_COUNT(open_to_all); i++)
        if (ra_span_is(leaf, open_to_all[i]))
            return 0;
    return n;
}

// May the process do to that one what we could? Ids are the same; what is left is the user namespace and the
// capabilities.
static bool may_too(const struct ra_process *p, const char *path, size_t digits)
{
    struct ra_arena a RA_CLEANUP(ra_arena_free) = {0};
    struct ra_buf status RA_CLEANUP(ra_buf_free) = {0};
    struct ra_rights theirs;
    char *space = NULL;
    if (p->same_space[RA_SPACE_USER] && p->rights.permitted == p->ours.permitted)
        return true;
    const char *dir = ra_strndup(&a, (struct ra_span){path, 6 + digits});
    if (ra_inside_read(&p->files, ra_strfmt(&a, "%s/status", dir), 0, RA_MAX_FILE_BYTES, &status).err ||
        !ra_process_rights(&a, ra_buf_view(&status), &theirs) ||
        ra_inside_readlink(&p->files, &a, ra_strfmt(&a, "%s/ns/user", dir), &space).err)
        return false;
    return p->user_space && strcmp(space, p->user_space) == 0 && !(theirs.permitted & ~p->rights.permitted);
}

static struct ra_reply as_theirs(const struct ra_process *p, const char *path, struct ra_reply r)
{
    size_t digits = p->own_path && ra_path_inside(path, p->own_path) ? 0 : guarded(path);
    if (ra_process_has_ended(p))
        r.err = HAS_ENDED;
    else if ((r.err == EACCES || r.err == EPERM) && !p->refusals_hold)
        r.err = NOT_TOLD;
    else if (r.err == 0 && digits && !may_too(p, path, digits))
        r.err = NOT_TOLD;
    return r;
}

// 0 where the question can be asked of *ret at *ret_rest.
static int ask(const struct ra_process *p, const char *path, const struct ra_inside **ret, const char **ret_rest)
{
    *ret = where(p, path, ret_rest);
    if (ra_process_has_ended(p))
        return HAS_ENDED;
    if (*ret == &p->files && p->root < 0)
        return NOT_TOLD;
    return about_reader(p, path) ? NOT_TOLD : 0;
}

// ---- the questions --------------------------------------------------------------------------------------

static struct ra_reply proc_read(struct ra_host *h, const char *path, int64_t offset, size_t max_bytes,
                                 struct ra_buf *out)
{
    const struct ra_process *p = process(h);
    const struct ra_inside *in;
    const char *rest;
    size_t before = out->n;
    int err = ask(p, path, &in, &rest);
    struct ra_reply r = err ? ra_answer(err, "open") : ra_inside_read(in, rest, offset, max_bytes, out);
    r = as_theirs(p, path, r);
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
    int err = ask(p, path, &in, &rest);
    struct ra_reply r = err ? ra_answer(err, "open") : ra_inside_list(in, a, rest, max, ret);
    if (!r.err && strcmp(path, "/proc") == 0)
        hide_ours(p, ret);
    r = as_theirs(p, path, r);
    if (r.err)
        *ret = (struct ra_names){0};
    return r;
}

static struct ra_reply proc_stat(struct ra_host *h, const char *path, bool follow, struct ra_stat *ret)
{
    const struct ra_process *p = process(h);
    const struct ra_inside *in;
    const char *rest;
    int err = ask(p, path, &in, &rest);
    struct ra_reply r = err ? ra_answer(err, follow ? "stat" : "lstat") : ra_inside_stat(in, rest, follow, ret);
    r = as_theirs(p, "", r); // stat() asks for no right to the thing itself
    if (r.err)
        *ret = (struct ra_stat){.type = '?'};
    return r;
}

static struct ra_reply proc_readlink(struct ra_host *h, struct ra_arena *a, const char *path, char **ret)
{
    const struct ra_process *p = process(h);
    const struct ra_inside *in;
    const char *rest;
    int err = ask(p, path, &in, &rest);
    if (err)
        return ra_answer(err, "readlink");
    if (strcmp(path, "/proc/self") == 0) {
        *ret = p->own_path ? ra_strdup(a, ra_path_base(p->own_path)) : NULL;
        return ra_answer(*ret ? 0 : ENOENT, "readlink");
    }
    struct ra_reply r = as_theirs(p, path, ra_inside_readlink(in, a, rest, ret));
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
    int err = ask(p, path, &in, &rest);
    if (!err)
        err = ra_inside_find(in, rest, follow, &place);
    if (!err) {
        err = how(&place, arg);
        ra_inside_leave(&place);
    }
    return as_theirs(p, path, ra_answer(err, call));
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
        return as_theirs(p, address, ra_unix_exchange(address, request, reply, peer));
    struct ra_reply r = address[0] == '@' ? ra_answer(0, "connect") : at_place(h, address, true, "stat", is_socket, NULL);
    if (r.err == EINVAL)
        r.call = "type";
    return r.err ? r : ra_answer(NOT_TOLD, "connect");
}

static struct ra_reply proc_netlink(struct ra_host *h, enum ra_netlink what, struct ra_buf *out)
{
    const struct ra_process *p = process(h);
    if (ra_process_has_ended(p))
        return ra_answer(HAS_ENDED, "netlink");
    return p->same_space[RA_SPACE_NET] ? ra_netlink_dump(what, out) : ra_answer(NOT_TOLD, "netlink");
}

static struct ra_reply proc_probe(struct ra_host *h, enum ra_probe what, int64_t *ret_value)
{
    const struct ra_process *p = process(h);
    if (!p->alike || ra_process_has_ended(p))
        return ra_answer(NOT_TOLD, ra_probe_names[what]);
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
    p->files = (struct ra_inside){.root = p->root, .owner = p, .link = proc_link};
    p->own = (struct ra_inside){.root = p->proc, .owner = p, .link = proc_link};
    p->host = (struct ra_host){.ops = &process_ops, .self = &p->self, .kind = "process", .live = p->same_root,
                               .other = true, .untried = !p->alike};
    ra_process_look(a, p);
    if (p->alike)
        ra_probe_all(p->probed);
    return &p->host;
}

// Where does another process's question go, and does the answer that we get hold for it? What would have been another
// answer inside it, or may have been, is not told.
// Sources: proc(5), ptrace(2) "access mode checking", namespaces(7).
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "base/path.h"
#include "host/process_view.h"

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
int ra_process_follow(const void *owner, int dir, const char *path, char *text, size_t size)
{
    const struct ra_process *p = owner;
    if (!ra_is_proc(dir))
        return 0;
    bool self = strcmp(path, "/proc/self") == 0, thread = strcmp(path, "/proc/thread-self") == 0;
    if (!self && !thread)
        return text[0] == '/' || strchr(text, ':') ? RA_NOT_TOLD : 0;
    if (!p->own_path)
        return ENOENT;
    const char *number = ra_path_base(p->own_path);
    snprintf(text, size, self ? "%s" : "%s/task/%s", number, number);
    return 0;
}

// What stands at /proc must be the kernel's own: a directory in its place tells whatever its maker likes.
int ra_process_opened(const void *owner, const char *path, int fd)
{
    (void)owner;
    return ra_path_inside(path, "/proc") && !ra_is_proc(fd) ? EINVAL : 0;
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

struct ra_reply ra_process_reply(const struct ra_process *p, const char *path, struct ra_reply r)
{
    size_t digits = p->own_path && ra_path_inside(path, p->own_path) ? 0 : guarded(path);
    if (ra_process_has_ended(p))
        r.err = RA_HAS_ENDED;
    else if ((r.err == EACCES || r.err == EPERM) && !p->refusals_hold)
        r.err = RA_NOT_TOLD;
    else if (r.err == 0 && digits && !may_too(p, path, digits))
        r.err = RA_NOT_TOLD;
    return r;
}

// 0 where the question can be asked of *ret at *ret_rest.
int ra_process_ask(const struct ra_process *p, const char *path, const struct ra_inside **ret, const char **ret_rest)
{
    *ret = where(p, path, ret_rest);
    if (ra_process_has_ended(p))
        return RA_HAS_ENDED;
    if (*ret == &p->files && p->root < 0)
        return RA_NOT_TOLD;
    return about_reader(p, path) ? RA_NOT_TOLD : 0;
}

// What ra_self_observe() would have told inside another process, told from outside: /proc/<pid>/status, environ, fd.
// A descriptor of which not everything can be told makes the list incomplete.
// Sources: proc_pid_environ(5), proc_pid_fd(5), proc_pid_fdinfo(5), proc_pid_net(5).
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "host/process_view.h"

enum { ENVIRON_BYTES = 8 * 1024 * 1024, TABLE_BYTES = 16 * 1024 * 1024 }; // the kernel takes 6 MiB of environment

int ra_process_slurp(int dir, const char *name, struct ra_buf *out)
{
    int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return errno;
    struct ra_reply r = ra_read_fd(fd, 0, 0, TABLE_BYTES, out);
    close(fd);
    return r.truncated ? E2BIG : r.err;
}

char *ra_process_link(struct ra_arena *a, int dir, const char *name)
{
    char target[PATH_MAX];
    ssize_t n = readlinkat(dir, name, target, sizeof target);
    return n < 0 ? NULL : ra_strndup(a, (struct ra_span){target, (size_t)n});
}

bool ra_process_field(struct ra_span status, const char *name, struct ra_span *ret)
{
    struct ra_span line, key;
    while (ra_span_line(&status, &line))
        if (ra_span_until(&line, ':', &key) && line.p && ra_span_is(key, name)) {
            *ret = ra_span_trim(line);
            return true;
        }
    return false;
}

// ---- sockets ----------------------------------------------------------------------------------------

// The tables of the process's own network namespace. Columns count from 0; state as the kernel numbers it.
static const struct table {
    const char *file;
    int family, type; // type -1: its column tells
    unsigned inode_column, state_column, connected, listening;
} tables[] = {
    {"net/tcp", AF_INET, SOCK_STREAM, 9, 3, 1, 10},    {"net/tcp6", AF_INET6, SOCK_STREAM, 9, 3, 1, 10},
    {"net/udp", AF_INET, SOCK_DGRAM, 9, 3, 1, 99},     {"net/udp6", AF_INET6, SOCK_DGRAM, 9, 3, 1, 99},
    {"net/unix", AF_UNIX, -1, 6, 5, 3, 99},            {"net/netlink", AF_NETLINK, SOCK_RAW, 9, 3, 99, 99},
    {"net/packet", AF_PACKET, SOCK_RAW, 8, 1, 99, 99},
};
enum { COLUMNS = 10, UNIX_FLAGS = 3, UNIX_TYPE = 4, UNIX_LISTENS = 0x10000 };

static bool column(const struct ra_span *word, size_t n, unsigned at, unsigned base, uint64_t *ret)
{
    return at < n && ra_span_u64(word[at], base, ret);
}

static bool line_tells(const struct table *t, struct ra_span line, uint64_t inode, struct ra_self_fd *ret)
{
    struct ra_span word[COLUMNS];
    uint64_t found, value;
    size_t n = 0;
    while (n < COLUMNS && ra_span_word(&line, &word[n]))
        n++;
    if (!column(word, n, t->inode_column, 10, &found) || found != inode)
        return false;
    ret->other_network = 0; // the table is that of the process's own
    ret->socket_family = t->family;
    ret->socket_type = t->type;
    if (column(word, n, t->state_column, 16, &value)) {
        ret->connected = value == t->connected;
        ret->listening = value == t->listening;
    }
    if (t->family != AF_UNIX)
        return true;
    if (column(word, n, UNIX_FLAGS, 16, &value))
        ret->listening = value & UNIX_LISTENS;
    if (column(word, n, UNIX_TYPE, 16, &value))
        ret->socket_type = (int)value;
    return true;
}

// False where no table knows it: it came from another network namespace, or is of another family.
static bool socket_told(const struct ra_process *p, struct ra_self_fd *ret)
{
    struct ra_span name = ra_span_of(ret->target), line;
    uint64_t inode;
    if (!ra_span_starts(name, "socket:[") || !ra_span_u64(ra_span_cut(name, 8, name.n - 9), 10, &inode))
        return false;
    for (size_t i = 0; i < RA_COUNT(tables); i++) {
        struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
        if (ra_process_slurp(p->proc, tables[i].file, &text))
            continue;
        for (struct ra_span rest = ra_buf_view(&text); ra_span_line(&rest, &line);)
            if (line_tells(&tables[i], line, inode, ret))
                return true;
    }
    return false;
}

// ---- descriptors --------------------------------------------------------------------------------------

static int flags_of(const struct ra_process *p, const char *number)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    struct ra_span field;
    uint64_t flags;
    char name[48];
    snprintf(name, sizeof name, "fdinfo/%s", number);
    if (ra_process_slurp(p->proc, name, &text) || !ra_process_field(ra_buf_view(&text), "flags", &field) ||
        !ra_span_u64(field, 8, &flags))
        return -1;
    return (int)flags;
}

static bool is_terminal(dev_t device)
{
    return (major(device) >= 136 && major(device) <= 143) || major(device) == 4 || major(device) == 5;
}

// The link is followed by stat alone: nothing behind it is opened. False where something was not told. 0 to 2 are a
// terminal or a log, whatever they are.
static bool observe_fd(struct ra_arena *a, const struct ra_process *p, const char *number, struct ra_self_fd *ret)
{
    struct stat st;
    char name[48];
    snprintf(name, sizeof name, "fd/%s", number);
    *ret = (struct ra_self_fd){.number = (int)strtol(number, NULL, 10), .type = '?', .socket_family = -1,
                               .socket_type = -1, .other_network = -1};
    ret->target = ra_process_link(a, p->proc, name);
    int flags = flags_of(p, number);
    ret->readable = flags >= 0 && !(flags & O_PATH) && (flags & O_ACCMODE) != O_WRONLY;
    ret->writable = flags >= 0 && !(flags & O_PATH) && (flags & O_ACCMODE) != O_RDONLY;
    if (flags < 0 || !ret->target || fstatat(p->proc, name, &st, 0))
        return false;
    ret->type = ra_type_of_mode(st.st_mode);
    ret->terminal = ret->type == 'c' && is_terminal(st.st_rdev);
    return ret->type != 's' || socket_told(p, ret) || ret->number <= 2;
}

// It was open when they were listed; processes go on while we look.
static bool is_closed(const struct ra_process *p, const char *number)
{
    struct stat st;
    char name[48];
    snprintf(name, sizeof name, "fd/%s", number);
    return fstatat(p->proc, name, &st, AT_SYMLINK_NOFOLLOW) && errno == ENOENT;
}

static int by_number(const void *a, const void *b)
{
    const struct ra_self_fd *x = a, *y = b;
    return (x->number > y->number) - (x->number < y->number);
}

static void observe_fds(struct ra_arena *a, struct ra_process *p)
{
    struct ra_names names;
    size_t n = 0;
    int dir = openat(p->proc, "fd", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct ra_reply r = dir < 0 ? ra_answer(errno, "open") : ra_list_fd(dir, a, RA_MAX_DIR_NAMES, &names);
    p->self.fds_complete = !r.err && !r.truncated;
    if (r.err) {
        p->self.status_err = r.err;
        return;
    }
    p->self.fds = ra_new_array(a, struct ra_self_fd, names.n + 1);
    for (size_t i = 0; i < names.n; i++) {
        bool told = observe_fd(a, p, names.items[i].name, &p->self.fds[n]);
        if (!told && is_closed(p, names.items[i].name))
            continue;
        p->self.fds_complete &= told;
        n++;
    }
    p->self.n_fds = n;
    if (n)
        qsort(p->self.fds, n, sizeof *p->self.fds, by_number);
}

// ---- the rest -----------------------------------------------------------------------------------------

static void observe_environ(struct ra_arena *a, struct ra_process *p)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    const char **list = NULL;
    size_t n = 0, cap = 0;
    p->self.environ_err = ra_process_slurp(p->proc, "environ", &text);
    if (!p->self.environ_err && text.n > ENVIRON_BYTES)
        p->self.environ_err = E2BIG;
    if (p->self.environ_err)
        return;
    struct ra_span rest = ra_buf_view(&text), one;
    while (rest.n && ra_span_until(&rest, 0, &one))
        if (one.n) {
            list = ra_grow(a, list, n, &cap, sizeof *list);
            list[n++] = ra_strndup(a, one);
        }
    list = ra_grow(a, list, n, &cap, sizeof *list);
    list[n] = NULL;
    p->self.environ_ = list;
}

// A path as the process itself would print it: below its root directory. NULL where it is not.
static char *below_root(struct ra_arena *a, const struct ra_process *p, const char *link)
{
    char *path = ra_process_link(a, p->proc, link), *root = ra_process_link(a, p->proc, "root");
    if (!path || !root || path[0] != '/' || strcmp(root, "/") == 0)
        return path;
    size_t n = strlen(root);
    if (strncmp(path, root, n) != 0 || (path[n] && path[n] != '/'))
        return NULL;
    return path[n] ? path + n : ra_strdup(a, "/");
}

// The last number is the pid inside the innermost namespace, which is what getpid() answers there.
static pid_t innermost(struct ra_span status, pid_t otherwise)
{
    struct ra_span field, word;
    uint64_t pid = (uint64_t)otherwise, one;
    if (ra_process_field(status, "NSpid", &field))
        while (ra_span_word(&field, &word))
            if (ra_span_u64(word, 10, &one))
                pid = one;
    return (pid_t)pid;
}

void ra_process_look(struct ra_arena *a, struct ra_process *p)
{
    struct ra_buf status RA_CLEANUP(ra_buf_free) = {0};
    struct ra_self *s = &p->self;
    const struct ra_rights *r = &p->rights;
    struct ra_span field;
    uint64_t ppid = 0;
    *s = (struct ra_self){.pid = p->pid, .uid = r->uid[0], .euid = r->uid[1], .gid = r->gid[0], .egid = r->gid[1],
                          .groups = r->groups, .n_groups = r->n_groups, .dumpable = -1, .no_new_privs = r->no_new_privs,
                          .seccomp = r->seccomp};
    s->status_err = ra_process_slurp(p->proc, "status", &status);
    if (!s->status_err) {
        s->status = ra_strndup(a, ra_buf_view(&status));
        s->pid = innermost(ra_buf_view(&status), p->pid);
        if (ra_process_field(ra_buf_view(&status), "PPid", &field) && ra_span_u64(field, 10, &ppid))
            s->ppid = (pid_t)ppid;
    }
    observe_environ(a, p);
    observe_fds(a, p);
    s->cwd = below_root(a, p, "cwd");
    s->exe = below_root(a, p, "exe");
}

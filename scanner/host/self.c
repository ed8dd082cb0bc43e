// What this process was born with: identity, descriptors, limits on itself. First thing main does, before
// anything is opened or changed; whatever it cannot see it says so instead of guessing.
// Sources: proc_pid_fd(5), proc_pid_status(5), prctl(2), socket(7); SO_NETNS_COOKIE since Linux 5.14.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/inner.h"

extern char **environ;

// Without /proc, descriptors are tried one by one up to here; a launcher hands over low numbers.
enum { PROBED_FDS = 65536, STATUS_BYTES = 64 * 1024 };

static char *read_link(struct ra_arena *a, const char *path)
{
    char target[PATH_MAX];
    ssize_t n = readlink(path, target, sizeof target);
    return n < 0 ? NULL : ra_strndup(a, (struct ra_span){target, (size_t)n});
}

static int socket_option(int fd, int option)
{
    int value = -1;
    socklen_t n = sizeof value;
    return getsockopt(fd, SOL_SOCKET, option, &value, &n) ? -1 : value;
}

static bool network_of(int fd, uint64_t *ret)
{
    enum { COOKIE = 71 }; // SO_NETNS_COOKIE, missing in older headers
    socklen_t n = sizeof *ret;
    return getsockopt(fd, SOL_SOCKET, COOKIE, ret, &n) == 0;
}

// A socket stays in the network namespace that it was made in, whoever holds it.
static int of_other_network(int fd)
{
    static uint64_t ours;
    static bool asked, known;
    uint64_t theirs;
    if (!asked) {
        int own = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        known = own >= 0 && network_of(own, &ours);
        if (own >= 0)
            close(own);
        asked = true;
    }
    return known && network_of(fd, &theirs) ? theirs != ours : -1;
}

static void observe_socket(struct ra_self_fd *f)
{
    struct sockaddr_storage peer;
    socklen_t n = sizeof peer;
    f->socket_family = socket_option(f->number, SO_DOMAIN);
    f->socket_type = socket_option(f->number, SO_TYPE);
    f->listening = socket_option(f->number, SO_ACCEPTCONN) == 1;
    f->connected = getpeername(f->number, (struct sockaddr *)&peer, &n) == 0;
    f->other_network = of_other_network(f->number);
}

// False where `number` is no descriptor of ours.
static bool observe_fd(struct ra_arena *a, int number, struct ra_self_fd *ret)
{
    int flags = fcntl(number, F_GETFL);
    struct stat st;
    if (flags < 0)
        return false;
    *ret = (struct ra_self_fd){.number = number, .type = '?', .socket_family = -1, .socket_type = -1};
    if (fstat(number, &st) == 0)
        ret->type = ra_type_of_mode(st.st_mode);
    ret->readable = !(flags & O_PATH) && (flags & O_ACCMODE) != O_WRONLY;
    ret->writable = !(flags & O_PATH) && (flags & O_ACCMODE) != O_RDONLY;
    char name[40];
    snprintf(name, sizeof name, "/proc/self/fd/%d", number);
    ret->target = read_link(a, name);
    if (ret->type == 's')
        observe_socket(ret);
    ret->terminal = ret->type == 'c' && isatty(number);
    return true;
}

static void add_fd(struct ra_arena *a, struct ra_self *self, size_t *cap, int number)
{
    struct ra_self_fd one;
    if (!observe_fd(a, number, &one))
        return;
    self->fds = ra_grow(a, self->fds, self->n_fds, cap, sizeof *self->fds);
    self->fds[self->n_fds++] = one;
}

static int by_number(const void *a, const void *b)
{
    const struct ra_self_fd *x = a, *y = b;
    return (x->number > y->number) - (x->number < y->number);
}

static bool list_fds(struct ra_arena *a, struct ra_self *self, size_t *cap)
{
    DIR *dir = opendir("/proc/self/fd");
    if (!dir)
        return false;
    if (!ra_is_proc(dirfd(dir))) {
        closedir(dir);
        return false;
    }
    const struct dirent *entry;
    errno = 0;
    while ((entry = readdir(dir))) {
        char *end;
        long number = strtol(entry->d_name, &end, 10);
        if (end != entry->d_name && !*end && number != dirfd(dir)) // ours, gone in a moment
            add_fd(a, self, cap, (int)number);
        errno = 0;
    }
    bool whole = errno == 0;
    closedir(dir);
    if (self->n_fds)
        qsort(self->fds, self->n_fds, sizeof *self->fds, by_number);
    return whole;
}

// The limit may have been lowered after a descriptor was opened, so that this is never called complete.
static void try_fds(struct ra_arena *a, struct ra_self *self, size_t *cap)
{
    struct rlimit limit;
    int end = PROBED_FDS;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < PROBED_FDS)
        end = (int)limit.rlim_cur;
    self->n_fds = 0;
    for (int number = 0; number < end; number++)
        add_fd(a, self, cap, number);
}

static void observe_status(struct ra_arena *a, struct ra_self *self)
{
    int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        self->status_err = errno;
        return;
    }
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    self->status_err = ra_is_proc(fd) ? ra_read_fd(fd, 0, 0, STATUS_BYTES, &text).err : EINVAL;
    close(fd);
    if (!self->status_err)
        self->status = ra_strndup(a, ra_buf_view(&text));
}

static void observe_groups(struct ra_arena *a, struct ra_self *self)
{
    int n = getgroups(0, NULL);
    if (n <= 0)
        return;
    self->groups = ra_new_array(a, gid_t, (size_t)n);
    n = getgroups(n, self->groups);
    self->n_groups = n > 0 ? (size_t)n : 0;
}

void ra_self_observe(struct ra_arena *a, struct ra_self *ret)
{
    *ret = (struct ra_self){
        .pid = getpid(),
        .ppid = getppid(),
        .uid = getuid(),
        .euid = geteuid(),
        .gid = getgid(),
        .egid = getegid(),
        .environ_ = (const char *const *)environ,
        .dumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0),
        .no_new_privs = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0),
        .seccomp = prctl(PR_GET_SECCOMP, 0, 0, 0, 0),
    };
    size_t cap = 0;
    ret->fds_complete = list_fds(a, ret, &cap);
    if (!ret->fds_complete)
        try_fds(a, ret, &cap);
    observe_status(a, ret);
    observe_groups(a, ret);
    char cwd[PATH_MAX];
    if (getcwd(cwd, sizeof cwd))
        ret->cwd = ra_strdup(a, cwd);
    ret->exe = read_link(a, "/proc/self/exe");
}

// May this process use kernel features that widen its reach? Each is tried once, in its own child, with
// arguments that the kernel must refuse after it has let the caller in: an "invalid argument" is a yes. A filter
// that kills is a no. Nothing is created that outlives the child, nothing is sent, nothing is loaded.
// Sources: seccomp(2), bpf(2), perf_event_open(2), userfaultfd(2), io_uring_setup(2), keyctl(2), ptrace(2),
// open_by_handle_at(2), kexec_load(2), landlock_create_ruleset(2); the order of checks is the kernel's own.
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/landlock.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host/children.h"
#include "host/inner.h"

const char *const ra_probe_names[RA_PROBE_COUNT] = {
    [RA_PROBE_USERNS] = "userns",
    [RA_PROBE_SOCKET_PACKET] = "socket_packet",
    [RA_PROBE_SOCKET_VSOCK] = "socket_vsock",
    [RA_PROBE_SOCKET_INET] = "socket_inet",
    [RA_PROBE_SOCKET_ALG] = "socket_alg",
    [RA_PROBE_SOCKET_NETLINK] = "socket_netlink",
    [RA_PROBE_BPF] = "bpf",
    [RA_PROBE_PERF] = "perf",
    [RA_PROBE_USERFAULTFD] = "userfaultfd",
    [RA_PROBE_IO_URING] = "io_uring",
    [RA_PROBE_KEYCTL] = "keyctl",
    [RA_PROBE_PTRACE] = "ptrace",
    [RA_PROBE_OPEN_BY_HANDLE] = "open_by_handle",
    [RA_PROBE_KEXEC] = "kexec",
    [RA_PROBE_LANDLOCK] = "landlock",
};

static long try_socket(int family, int type)
{
    int fd = socket(family, type | SOCK_CLOEXEC, 0);
    return fd < 0 ? -1 : close(fd);
}

// Value 1: the new namespace also gives its capabilities; some systems allow the namespace and then take them.
static long try_userns(void)
{
    if (unshare(CLONE_NEWUSER))
        return -1;
    return unshare(CLONE_NEWUTS) == 0;
}

// An empty program: refused for its length, after the permission.
static long try_bpf(void)
{
    union bpf_attr attr;
    memset(&attr, 0, sizeof attr);
    attr.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
    return syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof attr);
}

// A type of event that does not exist.
static long try_perf(void)
{
    struct perf_event_attr attr;
    memset(&attr, 0, sizeof attr);
    attr.size = sizeof attr;
    attr.type = 0x7ffffff0;
    attr.exclude_kernel = attr.exclude_hv = 1;
    return syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0ul);
}

static long try_open_by_handle(void)
{
    unsigned empty[2] = {0, 0}; // struct file_handle of no bytes
    return syscall(SYS_open_by_handle_at, AT_FDCWD, empty, O_RDONLY | O_DIRECTORY);
}

static long call(enum ra_probe what)
{
    enum { NO_SUCH_FLAG = 0x40000000, NO_SUCH_REQUEST = 0x7ffffff0, TOO_MANY_SEGMENTS = 100000 };
    switch (what) {
    case RA_PROBE_USERNS:
        return try_userns();
    case RA_PROBE_SOCKET_PACKET:
        return try_socket(AF_PACKET, SOCK_RAW);
    case RA_PROBE_SOCKET_VSOCK:
        return try_socket(AF_VSOCK, SOCK_STREAM);
    case RA_PROBE_SOCKET_INET:
        return try_socket(AF_INET, SOCK_DGRAM);
    case RA_PROBE_SOCKET_ALG:
        return try_socket(AF_ALG, SOCK_SEQPACKET);
    case RA_PROBE_SOCKET_NETLINK:
        return try_socket(AF_NETLINK, SOCK_RAW);
    case RA_PROBE_BPF:
        return try_bpf();
    case RA_PROBE_PERF:
        return try_perf();
    case RA_PROBE_USERFAULTFD:
        return syscall(SYS_userfaultfd, NO_SUCH_FLAG);
    case RA_PROBE_IO_URING:
        return syscall(SYS_io_uring_setup, 0, NULL);
    case RA_PROBE_KEYCTL:
        return syscall(SYS_keyctl, NO_SUCH_REQUEST, 0, 0, 0, 0);
    case RA_PROBE_PTRACE:
        return syscall(SYS_ptrace, NO_SUCH_REQUEST, -1, NULL, NULL);
    case RA_PROBE_OPEN_BY_HANDLE:
        return try_open_by_handle();
    case RA_PROBE_KEXEC: // two refusals in one: an unknown flag and far too many segments
        return syscall(SYS_kexec_load, 0ul, (unsigned long)TOO_MANY_SEGMENTS, NULL, 0x8000ul);
    case RA_PROBE_LANDLOCK:
        return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    case RA_PROBE_COUNT:
        break;
    }
    errno = ENOSYS;
    return -1;
}

// What the kernel says only to a caller whom it let in. The sockets and the two with real arguments have none.
static bool let_in(enum ra_probe what, int err)
{
    if (what <= RA_PROBE_SOCKET_NETLINK || what == RA_PROBE_LANDLOCK)
        return false;
    if (err == EINVAL || err == EFAULT || err == E2BIG || err == EOPNOTSUPP)
        return true;
    return (what == RA_PROBE_PTRACE && err == ESRCH) || (what == RA_PROBE_PERF && err == ENOENT);
}

struct answer {
    int err;
    int64_t value;
};

static void work(void *arg, struct ra_buf *out)
{
    enum ra_probe what = *(const enum ra_probe *)arg;
    signal(SIGSYS, SIG_DFL);
    errno = 0;
    long value = call(what);
    struct answer a = {.err = value < 0 ? errno : 0, .value = value < 0 ? 0 : value};
    if (let_in(what, a.err))
        a.err = 0;
    ra_buf_add(out, &a, sizeof a);
}

static void read_answer(const struct ra_child *job, struct ra_probed *ret)
{
    struct answer a;
    if (!job->err && job->out.n == sizeof a) {
        memcpy(&a, job->out.p, sizeof a);
        ret->err = a.err;
        ret->value = a.value;
    } else {
        ret->err = job->signal_number == SIGSYS ? EPERM : job->err ? job->err : EIO;
    }
}

void ra_probe_all(struct ra_probed ret[RA_PROBE_COUNT])
{
    struct ra_child jobs[RA_PROBE_COUNT];
    enum ra_probe what[RA_PROBE_COUNT];
    for (int i = 0; i < RA_PROBE_COUNT; i++) {
        what[i] = (enum ra_probe)i;
        jobs[i] = (struct ra_child){.work = work, .arg = &what[i], .limits = true};
    }
    ra_children_run(jobs, RA_PROBE_COUNT, RA_PROBE_TIMEOUT_MS);
    for (int i = 0; i < RA_PROBE_COUNT; i++) {
        ret[i].call = ra_probe_names[i];
        read_answer(&jobs[i], &ret[i]);
        ra_buf_free(&jobs[i].out);
    }
}

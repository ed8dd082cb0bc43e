// What the scanner and the judge take from themselves before they look or think. A defect in a parser must not
// become a way to change or to send anything. Sets no_new_privs, in the calling process and its children only.
// Sources: seccomp(2), seccomp_rule_add(3).
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/inner.h"

// libseccomp's macros lack casts that our warnings ask for; these say the same.
static struct scmp_arg_cmp equals(unsigned arg, uint64_t value)
{
    return (struct scmp_arg_cmp){.arg = arg, .op = SCMP_CMP_EQ, .datum_a = value};
}

static struct scmp_arg_cmp above(unsigned arg, uint64_t value)
{
    return (struct scmp_arg_cmp){.arg = arg, .op = SCMP_CMP_GT, .datum_a = value};
}

static struct scmp_arg_cmp masked(unsigned arg, uint64_t mask, uint64_t value)
{
    return (struct scmp_arg_cmp){.arg = arg, .op = SCMP_CMP_MASKED_EQ, .datum_a = mask, .datum_b = value};
}

// Names that this library does not know do not exist in its world; the raw numbers below cover the newest.
static int rule(scmp_filter_ctx f, uint32_t action, const char *name, unsigned n, const struct scmp_arg_cmp *args)
{
    int number = seccomp_syscall_resolve_name(name);
    if (number == __NR_SCMP_ERROR)
        return 0;
    int err = seccomp_rule_add_array(f, action, number, n, args);
    return err == -EDOM ? 0 : -err; // no such call on this architecture
}

// ---- the scanner ---------------------------------------------------------------------------------

// No write() here, and no writev(): the scanner's collectors and probes answer through pipes made after this
// filter, and a filter sees numbers, not what stands behind them. It need not: no file can be opened for write
// but with exactly the flags of the special-file test, which closes at once what it opened (see refuse_opens).
static const char *const refused_eperm[] = {
    "execve", "execveat", "creat", "mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "rename", "renameat",
    "renameat2", "link", "linkat", "symlink", "symlinkat", "mknod", "mknodat", "chmod", "fchmod", "fchmodat", "chown",
    "fchown", "lchown", "fchownat", "truncate", "ftruncate", "truncate64", "ftruncate64", "fallocate", "setxattr",
    "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr", "utime", "utimes", "futimesat",
    "utimensat", "pwrite64", "pwritev", "pwritev2", "sendfile", "sendfile64", "splice", "vmsplice", "tee",
    "copy_file_range", "mount", "umount", "umount2", "pivot_root", "chroot", "setns", "unshare", "move_mount",
    "open_tree", "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr", "swapon", "swapoff", "quotactl", "acct",
    "ptrace", "process_vm_readv", "process_vm_writev", "bpf", "perf_event_open", "userfaultfd", "keyctl", "add_key",
    "request_key", "init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot",
    "sethostname", "setdomainname", "settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "open_by_handle_at",
    "fanotify_init", "mq_open", "mq_unlink", "msgget", "semget", "shmget", "ioperm", "iopl",
};
// ENOSYS, so that the C library takes the older call: their flags stand in memory, where no filter can look, and
// io_uring would do all of the above beside the filter.
static const char *const refused_enosys[] = {"openat2", "clone3", "io_uring_setup", "io_uring_enter",
                                             "io_uring_register"};
enum { NR_FCHMODAT2 = 452, NR_SETXATTRAT = 463, NR_REMOVEXATTRAT = 466, NR_OPEN_TREE_ATTR = 467, NR_FILE_SETATTR = 469 }; // the same on every architecture

static int refuse_calls(scmp_filter_ctx f)
{
    static const int newest[] = {NR_FCHMODAT2, NR_SETXATTRAT, NR_REMOVEXATTRAT, NR_OPEN_TREE_ATTR, NR_FILE_SETATTR};
    int err = 0;
    for (size_t i = 0; !err && i < RA_COUNT(refused_eperm); i++)
        err = rule(f, SCMP_ACT_ERRNO(EPERM), refused_eperm[i], 0, NULL);
    for (size_t i = 0; !err && i < RA_COUNT(refused_enosys); i++)
        err = rule(f, SCMP_ACT_ERRNO(ENOSYS), refused_enosys[i], 0, NULL);
    for (size_t i = 0; !err && i < RA_COUNT(newest); i++)
        err = -seccomp_rule_add_array(f, SCMP_ACT_ERRNO(ENOSYS), newest[i], 0, NULL);
    return err;
}

static int refuse_opens(scmp_filter_ctx f)
{
    // Creating, emptying, appending; reading and writing at once; and writing other than as the special-file
    // test does, which never follows a link.
    const struct {
        unsigned mask, value;
    } bad[] = {{O_CREAT, O_CREAT},
               {O_TRUNC, O_TRUNC},
               {O_APPEND, O_APPEND},
               {O_TMPFILE & ~O_DIRECTORY, O_TMPFILE & ~O_DIRECTORY},
               {O_ACCMODE, O_RDWR},
               {O_ACCMODE, O_ACCMODE},
               {O_ACCMODE | O_NOFOLLOW, O_WRONLY}};
    int err = 0;
    for (size_t i = 0; !err && i < RA_COUNT(bad); i++) {
        const struct scmp_arg_cmp second = masked(1, bad[i].mask, bad[i].value);
        const struct scmp_arg_cmp third = masked(2, bad[i].mask, bad[i].value);
        err = rule(f, SCMP_ACT_ERRNO(EPERM), "open", 1, &second);
        if (!err)
            err = rule(f, SCMP_ACT_ERRNO(EPERM), "openat", 1, &third);
    }
    return err;
}

// Unix sockets, and netlink's route and sock_diag; every other family could send a packet. The register is
// compared whole, so that high bits, which the kernel ignores, help nobody.
static int refuse_sockets(scmp_filter_ctx f)
{
    uint32_t no = SCMP_ACT_ERRNO(EACCES);
    struct scmp_arg_cmp one = above(0, AF_NETLINK);
    int err = rule(f, no, "socket", 1, &one);
    for (unsigned family = 0; !err && family < AF_NETLINK; family++) {
        one = equals(0, family);
        if (family != AF_UNIX)
            err = rule(f, no, "socket", 1, &one);
    }
    enum { ROUTE = 0, SOCK_DIAG = 4 };
    for (unsigned protocol = ROUTE + 1; !err && protocol <= SOCK_DIAG + 1; protocol++) {
        const struct scmp_arg_cmp both[] = {equals(0, AF_NETLINK),
                                            protocol > SOCK_DIAG ? above(2, SOCK_DIAG) : equals(2, protocol)};
        if (protocol != SOCK_DIAG)
            err = rule(f, no, "socket", 2, both);
    }
    return err;
}

// Typing into somebody's terminal, and new namespaces through clone.
static int refuse_rest(scmp_filter_ctx f)
{
    static const unsigned long spaces[] = {CLONE_NEWUSER, CLONE_NEWNS,  CLONE_NEWNET,   CLONE_NEWPID,
                                           CLONE_NEWIPC,  CLONE_NEWUTS, CLONE_NEWCGROUP};
    struct scmp_arg_cmp one = masked(1, 0xffffffff, TIOCSTI);
    int err = rule(f, SCMP_ACT_ERRNO(EPERM), "ioctl", 1, &one);
    one = masked(1, 0xffffffff, TIOCLINUX);
    if (!err)
        err = rule(f, SCMP_ACT_ERRNO(EPERM), "ioctl", 1, &one);
    for (size_t i = 0; !err && i < RA_COUNT(spaces); i++) {
        one = masked(0, spaces[i], spaces[i]);
        err = rule(f, SCMP_ACT_ERRNO(EPERM), "clone", 1, &one);
    }
    return err;
}

static int load(scmp_filter_ctx f)
{
    seccomp_attr_set(f, SCMP_FLTATR_API_SYSRAWRC, 1); // the kernel's own errno
    int err = -seccomp_load(f);
    seccomp_release(f);
    return err;
}

typedef int step(scmp_filter_ctx f); // 0 or an errno

// One filter of all these steps, or none.
static int confine(step *const *steps, size_t n)
{
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
    int err = f ? 0 : ENOMEM;
    for (size_t i = 0; i < n && !err; i++)
        err = steps[i](f);
    if (!err)
        return load(f);
    if (f)
        seccomp_release(f);
    return err;
}

int ra_confine_scanner(void)
{
    static step *const steps[] = {refuse_calls, refuse_opens, refuse_sockets, refuse_rest};
    return confine(steps, RA_COUNT(steps));
}

// ---- the asker -----------------------------------------------------------------------------------

// Of the families only those of a request and of looking a name up; it answers nobody who calls.
static int refuse_more_sockets(scmp_filter_ctx f)
{
    static const char *const calls[] = {"listen", "accept", "accept4"};
    struct scmp_arg_cmp one = above(0, AF_NETLINK);
    int err = rule(f, SCMP_ACT_ERRNO(EACCES), "socket", 1, &one);
    for (unsigned family = 0; !err && family < AF_NETLINK; family++) {
        one = equals(0, family);
        if (family != AF_UNIX && family != AF_INET && family != AF_INET6)
            err = rule(f, SCMP_ACT_ERRNO(EACCES), "socket", 1, &one);
    }
    for (size_t i = 0; !err && i < RA_COUNT(calls); i++)
        err = rule(f, SCMP_ACT_ERRNO(EPERM), calls[i], 0, NULL);
    return err;
}

// No file is opened for writing at all; threads, which look names up, but no process.
static int refuse_writes_and_forks(scmp_filter_ctx f)
{
    const struct scmp_arg_cmp second = masked(1, O_ACCMODE, O_WRONLY), third = masked(2, O_ACCMODE, O_WRONLY);
    const struct scmp_arg_cmp process = masked(0, CLONE_THREAD, 0);
    int err = rule(f, SCMP_ACT_ERRNO(EPERM), "open", 1, &second);
    if (!err)
        err = rule(f, SCMP_ACT_ERRNO(EPERM), "openat", 1, &third);
    if (!err)
        err = rule(f, SCMP_ACT_ERRNO(EPERM), "clone", 1, &process);
    if (!err)
        err = rule(f, SCMP_ACT_ERRNO(EPERM), "fork", 0, NULL);
    return err ? err : rule(f, SCMP_ACT_ERRNO(EPERM), "vfork", 0, NULL);
}

int ra_confine_asker(void)
{
    static step *const steps[] = {refuse_calls, refuse_opens, refuse_more_sockets, refuse_rest, refuse_writes_and_forks};
    return confine(steps, RA_COUNT(steps));
}

// ---- the judge -----------------------------------------------------------------------------------

#ifndef RA_SANITIZED
static const char *const thinking[] = {
    "read",         "write",          "exit",   "exit_group", "brk",           "munmap",      "mremap",
    "madvise",      "futex",          "lseek",  "close",      "clock_gettime", "getrandom",   "rt_sigreturn",
    "sigaltstack",  "rt_sigprocmask", "fstat",  "sysinfo",    "restart_syscall",
};

static int compare_bytes(const void *a, const void *b)
{
    return *(const char *)a - *(const char *)b;
}

// The C library looks the memory size up for the first large qsort: let it do so while it still may. Never the time
// zone: TZ may name a file that does not answer.
static void warm_up(void)
{
    char many[4096] = {0};
    qsort(many, sizeof many, 1, compare_bytes);
}
#endif

int ra_confine_judge(void)
{
#ifdef RA_SANITIZED
    return 0; // the sanitizers need calls of their own; built for tests only
#else
    warm_up();
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (!f)
        return ENOMEM;
    int err = 0;
    for (size_t i = 0; !err && i < RA_COUNT(thinking); i++)
        err = rule(f, SCMP_ACT_ALLOW, thinking[i], 0, NULL);
    const struct scmp_arg_cmp data_only = masked(2, PROT_EXEC, 0), own_fd = masked(3, AT_EMPTY_PATH, AT_EMPTY_PATH);
    if (!err)
        err = rule(f, SCMP_ACT_ALLOW, "mmap", 1, &data_only);
    if (!err)
        err = rule(f, SCMP_ACT_ALLOW, "mprotect", 1, &data_only);
    if (!err)
        err = rule(f, SCMP_ACT_ALLOW, "newfstatat", 1, &own_fd);
    if (err) {
        seccomp_release(f);
        return err;
    }
    return load(f);
#endif
}

void ra_hide_memory(void)
{
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
}

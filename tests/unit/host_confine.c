// What a confined scanner and judge can still do, and what they no longer can; each tried for real in a child.
#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>

#include <cmocka.h>
#include <seccomp.h>

#include "host/host.h"
#include "scratch.h"

static struct scratch dir;
static struct ra_arena arena;
static struct ra_self self;
static struct ra_host *host;
static char listener_path[512];
static int listener;

static int open_all(void **state)
{
    (void)state;
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    ra_self_observe(&arena, &self);
    host = ra_host_live(&arena, &self, -1);
    scratch_open(&dir);
    scratch_text(&dir, "file", "text");
    snprintf(listener_path, sizeof listener_path, "%s", scratch_path(&dir, "sock"));
    memcpy(un.sun_path, listener_path, strlen(listener_path) + 1);
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return bind(listener, (struct sockaddr *)&un, sizeof un) || listen(listener, 8);
}

static int close_all(void **state)
{
    (void)state;
    close(listener);
    scratch_close(&dir);
    ra_arena_free(&arena);
    return 0;
}

// Runs `work` in a child and returns its wait status; its exit status is the line that failed, 0 = none.
static int in_child(int (*work)(void))
{
    int status = -1;
    pid_t pid = fork();
    if (pid == 0)
        _exit(work());
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

#define MUST(condition)           \
    do {                          \
        if (!(condition))         \
            return __LINE__ % 250 + 1; \
    } while (0)
#define REFUSED(expression, err_no) MUST((errno = 0, (long)(expression) == -1) && errno == (err_no))

static int scanner_cannot_change(void)
{
    char *argv[] = {NULL};
    const char *file = scratch_path(&dir, "file"), *fresh = scratch_path(&dir, "fresh");
    MUST(ra_confine_scanner() == 0);
    REFUSED(open(fresh, O_WRONLY | O_CREAT, 0600), EPERM);
    REFUSED(open(file, O_WRONLY | O_TRUNC | O_NOFOLLOW), EPERM);
    REFUSED(open(file, O_WRONLY | O_APPEND | O_NOFOLLOW), EPERM);
    REFUSED(open(file, O_WRONLY), EPERM);
    REFUSED(open(file, O_RDWR | O_NOFOLLOW), EPERM);
    REFUSED(open(dir.dir, O_WRONLY | O_TMPFILE | O_NOFOLLOW, 0600), EPERM);
    REFUSED(syscall(SYS_openat2, AT_FDCWD, file, NULL, 0), ENOSYS);
#ifdef SYS_open
    REFUSED(syscall(SYS_open, fresh, O_RDONLY | O_CREAT, 0600), EPERM);
#endif
    REFUSED(execv("/bin/true", argv), EPERM);
    REFUSED(syscall(SYS_execveat, AT_FDCWD, "/bin/true", argv, NULL, 0), EPERM);
    REFUSED(mkdir(fresh, 0700), EPERM);
    REFUSED(unlink(file), EPERM);
    REFUSED(rename(file, fresh), EPERM);
    REFUSED(link(file, fresh), EPERM);
    REFUSED(symlink(file, fresh), EPERM);
    REFUSED(mkfifo(fresh, 0600), EPERM);
    REFUSED(chmod(file, 0600), EPERM);
    REFUSED(syscall(452, AT_FDCWD, file, 0600, 0), ENOSYS);
    REFUSED(chown(file, 0, 0), EPERM);
    REFUSED(truncate(file, 0), EPERM);
    REFUSED(utimensat(AT_FDCWD, file, NULL, 0), EPERM);
    REFUSED(mount("none", dir.dir, "tmpfs", 0, NULL), EPERM);
    REFUSED(unshare(CLONE_NEWUSER), EPERM);
    REFUSED(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, 0), EPERM);
    REFUSED(syscall(SYS_ptrace, 0, 0, 0, 0), EPERM);
    REFUSED(syscall(SYS_bpf, 0, NULL, 0), EPERM);
    REFUSED(syscall(SYS_io_uring_setup, 1, NULL), ENOSYS);
    REFUSED(pwrite(STDERR_FILENO, "", 0, 0), EPERM);
    REFUSED(ioctl(STDIN_FILENO, TIOCSTI, "x"), EPERM);
    return 0;
}

static int scanner_cannot_send(void)
{
    MUST(ra_confine_scanner() == 0);
    REFUSED(socket(AF_INET, SOCK_STREAM, 0), EACCES);
    REFUSED(socket(AF_INET, SOCK_DGRAM, 0), EACCES);
    REFUSED(socket(AF_INET6, SOCK_STREAM, 0), EACCES);
    REFUSED(socket(AF_PACKET, SOCK_RAW, 0), EACCES);
    REFUSED(socket(AF_VSOCK, SOCK_STREAM, 0), EACCES);
    REFUSED(socket(AF_ALG, SOCK_SEQPACKET, 0), EACCES);
    REFUSED(syscall(SYS_socket, 0x100000002ul, SOCK_STREAM, 0), EACCES);
    REFUSED(socket(AF_NETLINK, SOCK_RAW, 15), EACCES); // uevents
    REFUSED(socket(AF_NETLINK, SOCK_RAW, 2), EACCES);
    return 0;
}

static int asker_speaks_and_does_nothing_else(void)
{
    char *argv[] = {NULL};
    const char *file = scratch_path(&dir, "file"), *fresh = scratch_path(&dir, "fresh");
    MUST(ra_confine_asker() == 0);
    int ip = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    MUST(ip >= 0 && socket(AF_UNIX, SOCK_STREAM, 0) >= 0 && socket(AF_NETLINK, SOCK_RAW, 0) >= 0);
    struct sockaddr_in nobody = {.sin_family = AF_INET, .sin_port = htons(1), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    REFUSED(connect(ip, (struct sockaddr *)&nobody, sizeof nobody), ECONNREFUSED); // by nobody there, not by us
    MUST(open(file, O_RDONLY) >= 0);
    REFUSED(listen(ip, 1), EPERM);
    REFUSED(accept(listener, NULL, NULL), EPERM);
    REFUSED(socket(AF_PACKET, SOCK_RAW, 0), EACCES);
    REFUSED(socket(AF_VSOCK, SOCK_STREAM, 0), EACCES);
    REFUSED(open(fresh, O_WRONLY | O_CREAT, 0600), EPERM);
    REFUSED(open(file, O_WRONLY | O_NOFOLLOW), EPERM);
    REFUSED(open(file, O_RDWR), EPERM);
    REFUSED(execv("/bin/true", argv), EPERM);
    REFUSED(syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, 0), EPERM);
    REFUSED(unlink(file), EPERM);
    REFUSED(syscall(SYS_ptrace, 0, 0, 0, 0), EPERM);
    REFUSED(syscall(SYS_process_vm_readv, getpid(), NULL, 0, NULL, 0, 0), EPERM);
    return 0;
}

static void say(void *arg, struct ra_buf *out)
{
    ra_buf_puts(out, arg);
}

static int scanner_can_still_look(void)
{
    struct ra_buf b = {0};
    struct ra_names names;
    struct ra_stat st;
    struct ra_fs fs;
    struct ra_peer peer;
    char text[] = "hello";
    int64_t now;
    MUST(ra_confine_scanner() == 0);
    MUST(ra_host_read(host, scratch_path(&dir, "file"), 100, &b).err == 0 && b.n == 4);
    MUST(ra_host_read(host, "/proc/self/mountinfo", 100000, &b).err == 0 && b.n > 4);
    MUST(ra_host_list(host, &arena, dir.dir, 0, &names).err == 0 && names.n == 2);
    MUST(ra_host_stat(host, dir.dir, &st).err == 0);
    MUST(ra_host_access(host, dir.dir, R_OK).err == 0);
    MUST(ra_host_statfs(host, dir.dir, &fs).err == 0);
    MUST(ra_host_open_write(host, scratch_path(&dir, "file")).err == 0);
    MUST(ra_host_connect(host, listener_path, &peer).err == 0 && peer.known);
    for (int what = RA_NL_LINKS; what <= RA_NL_ROUTES4; what++)
        MUST(ra_host_netlink(host, (enum ra_netlink)what, &b).err == 0);
    int err = ra_host_netlink(host, RA_NL_TCP4, &b).err;
    MUST(err == 0 || err == ENOENT); // a kernel without inet_diag
    b.n = 0;
    MUST(ra_host_child(host, say, text, &b).err == 0 && b.n == 5);
    MUST(ra_host_now(host, &now).err == 0);
    struct ra_host *fresh = ra_host_live(&arena, &self, -1); // probes that the filter refuses are denied, no more
    MUST(ra_host_probe(fresh, RA_PROBE_SOCKET_INET, NULL).err == EACCES);
    return 0;
}

// A filter that kills answers a probe as clearly as one that refuses.
static int killed_probes_are_denied(void)
{
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
    MUST(seccomp_rule_add(f, SCMP_ACT_KILL_PROCESS, SCMP_SYS(bpf), 0) == 0);
    MUST(seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(userfaultfd), 0) == 0);
    MUST(seccomp_load(f) == 0);
    struct ra_host *h = ra_host_live(&arena, &self, -1);
    MUST(ra_host_probe(h, RA_PROBE_BPF, NULL).err == EPERM);
    MUST(ra_host_probe(h, RA_PROBE_USERFAULTFD, NULL).err == ENOSYS);
    MUST(ra_host_probe(h, RA_PROBE_SOCKET_NETLINK, NULL).err == 0);
    return 0;
}

static int scanner_reads_recordings(void)
{
    struct ra_buf b = {0};
    struct ra_error err;
    scratch_mkdir(&dir, "root");
    scratch_text(&dir, "root/file", "recorded");
    MUST(symlink("/file", scratch_path(&dir, "root/link")) == 0);
    MUST(ra_confine_scanner() == 0);
    struct ra_host *h = ra_host_recorded(&arena, dir.dir, &err);
    MUST(h && ra_host_read(h, "/link", 100, &b).err == 0 && b.n == 8);
    return 0;
}

static void the_scanner(void **state)
{
    (void)state;
    int (*const parts[])(void) = {scanner_cannot_change, scanner_cannot_send, scanner_can_still_look,
                                  scanner_reads_recordings, killed_probes_are_denied,
                                  asker_speaks_and_does_nothing_else};
    for (size_t i = 0; i < RA_COUNT(parts); i++) {
        int status = in_child(parts[i]);
        if (status)
            fail_msg("part %zu: wait status %#x, line %% 250 = %d", i, (unsigned)status, WEXITSTATUS(status) - 1);
    }
    assert_int_equal(access(scratch_path(&dir, "fresh"), F_OK), -1);
    assert_int_equal(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), self.no_new_privs); // the parent is as it was
}

#ifndef RA_SANITIZED
static int judge_thinks(void)
{
    struct ra_arena a = {0};
    struct ra_buf b = {0};
    MUST(ra_confine_judge() == 0);
    for (int i = 0; i < 1000; i++)
        ra_buf_printf(&b, "%d %s\n", i, ra_strfmt(&a, "%04096d", i));
    memset(ra_alloc(&a, 1 << 22), 1, 1 << 22);
    ra_arena_free(&a);
    ra_buf_free(&b);
    return write(STDERR_FILENO, "", 0) ? 1 : 0;
}
static int judge_opens(void)
{
    MUST(ra_confine_judge() == 0);
    return open("/dev/null", O_RDONLY) < 0 ? 1 : 0;
}
static int judge_connects(void)
{
    MUST(ra_confine_judge() == 0);
    return socket(AF_UNIX, SOCK_STREAM, 0) < 0 ? 1 : 0;
}
static int judge_forks(void)
{
    MUST(ra_confine_judge() == 0);
    return fork() < 0 ? 1 : 0;
}
static int judge_executes(void)
{
    char *argv[] = {NULL};
    MUST(ra_confine_judge() == 0);
    return execv("/bin/true", argv) ? 1 : 0;
}
static int judge_maps_code(void)
{
    MUST(ra_confine_judge() == 0);
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
}

static void the_judge(void **state)
{
    (void)state;
    int (*const killed[])(void) = {judge_opens, judge_connects, judge_forks, judge_executes, judge_maps_code};
    assert_int_equal(in_child(judge_thinks), 0);
    for (size_t i = 0; i < RA_COUNT(killed); i++) {
        int status = in_child(killed[i]);
        if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS)
            fail_msg("part %zu: wait status %#x", i, (unsigned)status);
    }
}
#endif

static int hidden(void)
{
    struct rlimit core;
    ra_hide_memory();
    MUST(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0);
    MUST(getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_max == 0);
    return 0;
}

static void memory_is_hidden(void **state)
{
    (void)state;
    assert_int_equal(in_child(hidden), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_scanner),
#ifndef RA_SANITIZED
        cmocka_unit_test(the_judge),
#endif
        cmocka_unit_test(memory_is_hidden),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}

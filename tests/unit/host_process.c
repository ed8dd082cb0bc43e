// Another process as host: a child of the test, seen from outside.
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "host/host.h"
#include "scratch.h"

static struct ra_arena arena;
static struct scratch dir;
static struct ra_self self;
static pid_t child;

// A shell that waits: env -i PLANTED=value, working in the scratch directory, with descriptor 7 open for writing and 8
// a connected socket.
static void start(void)
{
    int ready[2], pair[2];
    char byte;
    assert_int_equal(pipe(ready), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    child = fork();
    if (child == 0) {
        char sh[] = "sh", c[] = "-c", script[] = "printf x >&9; exec 9>&-; read never";
        char planted[] = "PLANTED=value", odd[] = "ODD";
        char *argv[] = {sh, c, script, NULL}, *envp[] = {planted, odd, NULL};
        int never[2];
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (chdir(dir.dir) || pipe(never) || fcntl(never[1], F_DUPFD, 20) < 0 || dup2(never[0], 0) < 0 || dup2(ready[1], 9) < 0 || dup2(pair[0], 8) < 0 ||
            dup2(open("file", O_WRONLY | O_CREAT, 0600), 7) < 0)
            _exit(1);
        execve("/bin/sh", argv, envp);
        _exit(1);
    }
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    close(pair[0]);
    close(pair[1]);
}

static void stop(void)
{
    if (child > 0) {
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
    }
    child = 0;
}

static int set_up(void **state)
{
    (void)state;
    scratch_open(&dir);
    ra_self_observe(&arena, &self);
    start();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    stop();
    scratch_close(&dir);
    ra_arena_free(&arena);
    return 0;
}

static struct ra_host *of_child(void)
{
    struct ra_error err = {0};
    struct ra_host *h = ra_host_process(&arena, child, &self, -1, &err);
    if (!h)
        fail_msg("%s", err.text);
    return h;
}

static void expect(struct ra_reply r, int err)
{
    if (r.err != err)
        fail_msg("answered %s from %s, not %s", ra_errno_name(r.err), r.call, ra_errno_name(err));
}

static const struct ra_self_fd *fd_of(const struct ra_host *h, int number)
{
    for (size_t i = 0; i < h->self->n_fds; i++)
        if (h->self->fds[i].number == number)
            return &h->self->fds[i];
    fail_msg("descriptor %d is not told", number);
    return NULL;
}

static void it_is_the_process_that_is_seen(void **state)
{
    (void)state;
    struct ra_host *h = of_child();
    struct ra_buf b RA_CLEANUP(ra_buf_free) = {0};
    char *text, *real = realpath(dir.dir, NULL);
    assert_int_equal(h->self->pid, child);
    assert_int_equal(h->self->euid, geteuid());
    assert_string_equal(ra_host_getenv(h, "PLANTED"), "value");
    assert_null(ra_host_getenv(h, "PATH"));
    assert_string_equal(h->self->environ_[1], "ODD");
    assert_string_equal(h->self->cwd, real);
    expect(ra_host_readlink(h, &arena, "/proc/self", &text), 0);
    assert_int_equal(strtol(text, NULL, 10), child); // not us
    expect(ra_host_read(h, "/proc/self/comm", 100, &b), 0);
    assert_string_equal(b.p, "sh\n");
    ra_buf_clear(&b);
    expect(ra_host_read(h, ra_strfmt(&arena, "/proc/%d/environ", (int)child), 100, &b), 0);
    assert_int_equal(b.n, sizeof "PLANTED=value" + sizeof "ODD");
    expect(ra_host_readlink(h, &arena, "/proc/self/cwd", &text), 0);
    assert_string_equal(text, real);
    free(real);
    ra_host_close(h);
}

static void its_descriptors(void **state)
{
    (void)state;
    struct ra_host *h = of_child();
    assert_true(h->self->fds_complete);
    assert_int_equal(fd_of(h, 7)->type, 'f');
    assert_true(fd_of(h, 7)->writable);
    assert_int_equal(fd_of(h, 8)->type, 's');
    assert_int_equal(fd_of(h, 8)->socket_family, AF_UNIX);
    assert_int_equal(fd_of(h, 8)->socket_type, SOCK_STREAM);
    assert_true(fd_of(h, 8)->connected);
    assert_false(fd_of(h, 8)->listening);
    ra_host_close(h);
}

static void its_files(void **state)
{
    (void)state;
    struct ra_host *h = of_child();
    struct ra_buf b RA_CLEANUP(ra_buf_free) = {0};
    struct ra_stat st;
    struct ra_fs fs;
    char *path = scratch_text(&dir, "plain", "text");
    expect(ra_host_read(h, path, 100, &b), 0);
    assert_string_equal(b.p, "text");
    expect(ra_host_access(h, path, W_OK), 0);
    expect(ra_host_open_write(h, path), 0);
    expect(ra_host_statfs(h, path, &fs), 0);
    expect(ra_host_stat(h, "/etc/mtab", &st), 0); // a link to ../proc/self/mounts
    expect(ra_host_read(h, "/proc/self/fd/7", 10, &b), EREMOTE); // where it leads, the kernel alone could say
    assert_true(h->live);
    ra_host_close(h);
}

static bool lists(struct ra_host *h, pid_t pid)
{
    struct ra_names names;
    expect(ra_host_list(h, &arena, "/proc", 0, &names), 0);
    for (size_t i = 0; i < names.n; i++)
        if (strtol(names.items[i].name, NULL, 10) == pid)
            return true;
    return false;
}

// The audit is there only because we look; who is not of it stays.
static void the_audit_is_left_out(void **state)
{
    (void)state;
    struct ra_self keeper = self;
    struct ra_host *h = of_child();
    assert_false(lists(h, getpid()));
    assert_false(lists(h, child)); // here the target is a child of the audit's first process
    assert_true(lists(h, 1));
    ra_host_close(h);
    struct ra_error err = {0};
    keeper.pid = child; // as if the audit were that one
    h = ra_host_process(&arena, child, &keeper, -1, &err);
    assert_true(lists(h, getpid()));
    ra_host_close(h);
}

static void what_has_ended_is_unknown(void **state)
{
    (void)state;
    struct ra_host *h = of_child();
    struct ra_buf b RA_CLEANUP(ra_buf_free) = {0};
    struct ra_stat st;
    struct ra_names names;
    struct ra_fs fs;
    char *text;
    stop();
    struct ra_reply r[] = {
        ra_host_read(h, "/etc/passwd", 10, &b),         ra_host_read(h, "/proc/self/environ", 10, &b),
        ra_host_stat(h, "/nothing/here", &st),          ra_host_list(h, &arena, "/proc", 0, &names),
        ra_host_readlink(h, &arena, "/etc/mtab", &text), ra_host_access(h, "/", R_OK),
        ra_host_statfs(h, "/", &fs),                    ra_host_open_write(h, "/none"),
        ra_host_netlink(h, RA_NL_LINKS, &b),
    };
    for (size_t i = 0; i < RA_COUNT(r); i++) {
        expect(r[i], ESTALE);
        assert_int_equal(ra_state_of(r[i], RA_ON_PID), RA_STATE_UNKNOWN);
    }
    assert_int_equal(b.n, 0);
    ra_host_close(h);
}

static void no_such_process(void **state)
{
    (void)state;
    struct ra_error err = {0};
    pid_t gone = child;
    assert_int_equal(kill(child, SIGKILL), 0);
    siginfo_t info;
    assert_int_equal(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
    assert_null(ra_host_process(&arena, gone, &self, -1, &err)); // not yet waited for
    assert_int_equal(err.code, RA_E_INPUT);
    assert_non_null(strstr(err.text, "the process has ended"));
    stop();
    assert_null(ra_host_process(&arena, gone, &self, -1, &err));
    assert_non_null(strstr(err.text, "no such process"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_is_the_process_that_is_seen, set_up, tear_down),
        cmocka_unit_test_setup_teardown(its_descriptors, set_up, tear_down),
        cmocka_unit_test_setup_teardown(its_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_audit_is_left_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_has_ended_is_unknown, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_such_process, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

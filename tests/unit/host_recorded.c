// A recorded host: names resolved inside root/, side files answering for the rest.
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "host/host.h"
#include "scratch.h"

static struct ra_arena arena;
static struct scratch dir;

static int set_up(void **state)
{
    (void)state;
    scratch_open(&dir);
    scratch_mkdir(&dir, "root");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scratch_close(&dir);
    ra_arena_free(&arena);
    return 0;
}

static struct ra_host *recording(void)
{
    struct ra_error err = {0};
    struct ra_host *h = ra_host_recorded(&arena, dir.dir, &err);
    if (!h)
        fail_msg("%s", err.text);
    return h;
}

static void expect(struct ra_reply r, int err)
{
    if (r.err != err)
        fail_msg("answered %s from %s, not %s", ra_errno_name(r.err), r.call, ra_errno_name(err));
}

static void expect_text(struct ra_host *h, const char *path, const char *text)
{
    struct ra_buf b RA_CLEANUP(ra_buf_free) = {0};
    expect(ra_host_read(h, path, 1000, &b), 0);
    assert_string_equal(b.p, text);
}

static void names_stay_inside(void **state)
{
    (void)state;
    struct ra_buf b RA_CLEANUP(ra_buf_free) = {0};
    struct ra_stat st;
    char *target;
    scratch_text(&dir, "secret", "outside");
    scratch_mkdir(&dir, "root/etc");
    scratch_text(&dir, "root/etc/hostname", "inside");
    assert_int_equal(symlink("/etc/hostname", scratch_path(&dir, "root/absolute")), 0);
    assert_int_equal(symlink("../../../../etc/hostname", scratch_path(&dir, "root/climbing")), 0);
    assert_int_equal(symlink("../secret", scratch_path(&dir, "root/escape")), 0);
    assert_int_equal(symlink("/", scratch_path(&dir, "root/top")), 0);
    assert_int_equal(symlink("round", scratch_path(&dir, "root/round")), 0);
    struct ra_host *h = recording();
    expect_text(h, "/etc/hostname", "inside");
    expect_text(h, "//etc/./../etc//hostname", "inside");
    expect_text(h, "/../../etc/hostname", "inside");
    expect_text(h, "/absolute", "inside");
    expect_text(h, "/climbing", "inside");
    expect_text(h, "/top/top/etc/hostname", "inside");
    expect(ra_host_read(h, "/escape", 10, &b), ENOENT);
    expect(ra_host_read(h, "/../secret", 10, &b), ENOENT);
    expect(ra_host_read(h, "/round", 10, &b), ELOOP);
    expect(ra_host_read(h, "/etc/hostname/x", 10, &b), ENOTDIR);
    expect(ra_host_read(h, "/etc", 10, &b), EINVAL);
    expect(ra_host_read(h, "relative", 10, &b), EINVAL);
    expect(ra_host_read(h, "", 10, &b), ENOENT);
    expect(ra_host_lstat(h, "/round", &st), 0);
    assert_int_equal(st.type, 'l');
    expect(ra_host_readlink(h, &arena, "/escape", &target), 0);
    assert_string_equal(target, "../secret");
    expect(ra_host_readlink(h, &arena, "/etc/hostname", &target), EINVAL);
    expect(ra_host_stat(h, "/", &st), 0);
    assert_int_equal(st.type, 'd');
    struct ra_names names;
    expect(ra_host_list(h, &arena, "/", 0, &names), 0);
    assert_int_equal(names.n, 6);
    assert_string_equal(names.items[0].name, "absolute");
    assert_false(h->live);
    ra_host_close(h);
}

static void without_side_files_nothing_is_known(void **state)
{
    (void)state;
    struct ra_buf b RA_CLEANUP(ra_buf_free) = {0};
    struct ra_fs fs;
    int64_t v;
    struct ra_host *h = recording();
    expect(ra_host_statfs(h, "/", &fs), ENOSYS);
    expect(ra_host_access(h, "/", W_OK), ENOSYS);
    expect(ra_host_connect(h, "/run/docker.sock", NULL), ENOSYS);
    expect(ra_host_netlink(h, RA_NL_ROUTES4, &b), ENOSYS);
    expect(ra_host_probe(h, RA_PROBE_BPF, &v), ENOSYS);
    expect(ra_host_now(h, &v), ENOSYS);
    assert_null(h->self->environ_);
    assert_null(ra_host_getenv(h, "HOME"));
    assert_false(h->self->fds_complete);
    assert_int_equal(h->self->no_new_privs, -1);
    assert_null(h->self->status);
    assert_int_equal(h->self->status_err, ENOENT);
    ra_host_close(h);
}

static void self_environ_and_descriptors(void **state)
{
    (void)state;
    int64_t now;
    scratch_text(&dir, "self",
                 "# who\npid=42\nppid=1\nuid=1000\ngid=1000\neuid=1000\negid=1000\ngroups=27 100\n"
                 "cwd=/work here\nno_new_privs=1\nseccomp=2\nnow=1700000000\n");
    scratch_text(&dir, "environ", "HOME=/home/a\nEMPTY=\nX=a=b\n");
    scratch_text(&dir, "fds", "0 c,terminal,writable /dev/pts/1\n7 s,unix,stream,connected socket:[9]\n9 d /a (deleted)\n");
    scratch_mkdir(&dir, "root/proc");
    scratch_mkdir(&dir, "root/proc/42");
    scratch_text(&dir, "root/proc/42/status", "Name:\tx\n");
    assert_int_equal(symlink("42", scratch_path(&dir, "root/proc/self")), 0);
    struct ra_host *h = recording();
    const struct ra_self *s = h->self;
    assert_int_equal(s->pid, 42);
    assert_int_equal(s->euid, 1000);
    assert_int_equal(s->n_groups, 2);
    assert_int_equal(s->groups[1], 100);
    assert_string_equal(s->cwd, "/work here");
    assert_int_equal(s->seccomp, 2);
    assert_string_equal(s->status, "Name:\tx\n");
    expect(ra_host_now(h, &now), 0);
    assert_int_equal(now, 1700000000);
    assert_string_equal(ra_host_getenv(h, "X"), "a=b");
    assert_string_equal(ra_host_getenv(h, "EMPTY"), "");
    assert_true(s->fds_complete);
    assert_int_equal(s->n_fds, 3);
    assert_true(s->fds[0].terminal && s->fds[0].writable);
    assert_int_equal(s->fds[1].socket_family, AF_UNIX);
    assert_int_equal(s->fds[1].socket_type, SOCK_STREAM);
    assert_true(s->fds[1].connected);
    assert_string_equal(s->fds[2].target, "/a (deleted)");
    struct ra_stat st;
    expect(ra_host_stat(h, "/proc/42/status", &st), 0);
    assert_int_equal(st.uid, 1000); // whoever checked the recording out
    ra_host_close(h);
}

static void environ_may_come_as_proc_has_it(void **state)
{
    (void)state;
    scratch_write(&dir, "environ", "A=one\ntwo\0B=\0", 13);
    struct ra_host *h = recording();
    assert_string_equal(ra_host_getenv(h, "A"), "one\ntwo");
    assert_string_equal(ra_host_getenv(h, "B"), "");
    ra_host_close(h);
}

static void sockets_answer_and_show(void **state)
{
    (void)state;
    struct ra_buf b RA_CLEANUP(ra_buf_free) = {0};
    struct ra_peer peer;
    struct ra_stat st;
    struct ra_names names;
    scratch_mkdir(&dir, "root/run");
    scratch_text(&dir, "root/run/plain", "");
    assert_int_equal(symlink("run", scratch_path(&dir, "root/var")), 0);
    scratch_text(&dir, "sockets",
                 "/run/docker.sock EACCES - -\n/run/agent ok 0 1000 00000005 0c00000000\n@bus ok 7 0\n");
    struct ra_host *h = recording();
    expect(ra_host_connect(h, "/run/docker.sock", NULL), EACCES);
    expect(ra_host_exchange(h, "/var/agent", RA_SPAN("\0\0\0\1\13"), &b, &peer), 0);
    assert_int_equal(b.n, 9);
    assert_memory_equal(b.p, "\0\0\0\5\14\0\0\0\0", 9);
    assert_true(peer.known);
    assert_int_equal(peer.pid, 0);
    assert_int_equal(peer.uid, 1000);
    expect(ra_host_connect(h, "@bus", &peer), 0);
    assert_int_equal(peer.pid, 7);
    expect(ra_host_exchange(h, "@bus", RA_SPAN("x"), &b, NULL), ETIMEDOUT);
    expect(ra_host_connect(h, "@other", NULL), ECONNREFUSED);
    expect(ra_host_connect(h, "/run/none", NULL), ENOENT);
    expect(ra_host_connect(h, "/run/plain", NULL), EINVAL);
    expect(ra_host_lstat(h, "/run/docker.sock", &st), 0);
    assert_int_equal(st.type, 's');
    expect(ra_host_read(h, "/run/agent", 10, &b), EINVAL);
    expect(ra_host_list(h, &arena, "/var", 0, &names), 0);
    assert_int_equal(names.n, 3);
    assert_string_equal(names.items[0].name, "agent");
    assert_int_equal(names.items[0].type, 's');
    expect(ra_host_list(h, &arena, "/var", 2, &names), 0);
    assert_int_equal(names.n, 2);
    ra_host_close(h);
}

static void errors_and_read_only_places(void **state)
{
    (void)state;
    struct ra_buf b RA_CLEANUP(ra_buf_free) = {0};
    struct ra_fs fs;
    struct ra_stat st;
    scratch_mkdir(&dir, "root/home");
    scratch_text(&dir, "root/home/x", "x");
    scratch_text(&dir, "root/homely", "x");
    assert_int_equal(symlink("/home/x", scratch_path(&dir, "root/link")), 0);
    scratch_mkdir(&dir, "root/usr");
    scratch_text(&dir, "root/usr/x", "x");
    scratch_text(&dir, "errors", "/home EACCES\n/with a blank EIO\n");
    scratch_text(&dir, "readonly", "/usr\n");
    struct ra_host *h = recording();
    expect(ra_host_read(h, "/home/x", 10, &b), EACCES);
    expect(ra_host_stat(h, "/home", &st), EACCES);
    expect(ra_host_read(h, "/link", 10, &b), EACCES); // where the link leads
    expect(ra_host_lstat(h, "/link", &st), 0);
    expect(ra_host_stat(h, "/with a blank", &st), EIO);
    expect(ra_host_read(h, "/homely", 10, &b), 0);
    expect(ra_host_statfs(h, "/usr/x", &fs), 0);
    assert_true(fs.read_only);
    expect(ra_host_statfs(h, "/", &fs), 0);
    assert_false(fs.read_only);
    expect(ra_host_open_write(h, "/usr/x"), EROFS);
    expect(ra_host_access(h, "/usr/x", W_OK), EROFS);
    expect(ra_host_open_write(h, "/homely"), 0);
    expect(ra_host_open_write(h, "/link"), ELOOP);
    expect(ra_host_open_write(h, "/usr"), EINVAL);
    ra_host_close(h);
}

static void netlink_and_probes(void **state)
{
    (void)state;
    struct ra_buf b RA_CLEANUP(ra_buf_free) = {0};
    int64_t v;
    scratch_text(&dir, "netlink.routes4", "14 00 00 00\n18 0F\n");
    scratch_text(&dir, "netlink.links", "");
    scratch_text(&dir, "netlink.tcp4", "errno ENOENT\n");
    scratch_text(&dir, "probes", "userns EPERM\nlandlock ok 4\n");
    struct ra_host *h = recording();
    expect(ra_host_netlink(h, RA_NL_ROUTES4, &b), 0);
    assert_int_equal(b.n, 6);
    assert_memory_equal(b.p, "\x14\0\0\0\x18\x0f", 6);
    expect(ra_host_netlink(h, RA_NL_LINKS, &b), 0);
    assert_int_equal(b.n, 6);
    expect(ra_host_netlink(h, RA_NL_TCP4, &b), ENOENT);
    expect(ra_host_probe(h, RA_PROBE_USERNS, NULL), EPERM);
    expect(ra_host_probe(h, RA_PROBE_LANDLOCK, &v), 0);
    assert_int_equal(v, 4);
    ra_host_close(h);
}

static void a_line_that_cannot_be_read_is_an_error(void **state)
{
    (void)state;
    static const struct {
        const char *file, *text;
        unsigned line;
    } bad[] = {
        {"self", "pid=1\nuid=x\n", 2},          {"self", "colour=red\n", 1},        {"self", "pid\n", 1},
        {"fds", "x f /a\n", 1},                 {"fds", "3 q /a\n", 1},             {"fds", "3 s,odd x\n", 1},
        {"sockets", "/a EWHAT - -\n", 1},       {"sockets", "relative ok 1 1\n", 1}, {"sockets", "/a ok 1 1 abc\n", 1},
        {"probes", "# fine\nnonsense ok\n", 2}, {"probes", "bpf\n", 1},             {"errors", "/a ok\n", 1},
        {"errors", "/a\n", 1},                  {"readonly", "usr\n", 1},
    };
    for (size_t i = 0; i < RA_COUNT(bad); i++) {
        struct ra_error err = {0};
        const char *path = scratch_text(&dir, bad[i].file, bad[i].text);
        assert_null(ra_host_recorded(&arena, dir.dir, &err));
        assert_int_equal(err.code, RA_E_INPUT);
        assert_int_equal(err.line, bad[i].line);
        assert_non_null(strstr(err.text, bad[i].file));
        assert_int_equal(remove(path), 0);
    }
    struct ra_error err = {0};
    scratch_text(&dir, "netlink.links", "xyz");
    assert_null(ra_host_recorded(&arena, dir.dir, &err));
    assert_int_equal(err.code, RA_E_INPUT);
    assert_null(ra_host_recorded(&arena, scratch_path(&dir, "root"), &err));
    assert_non_null(strstr(err.text, "no directory named root: ENOENT"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(names_stay_inside, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_side_files_nothing_is_known, set_up, tear_down),
        cmocka_unit_test_setup_teardown(self_environ_and_descriptors, set_up, tear_down),
        cmocka_unit_test_setup_teardown(environ_may_come_as_proc_has_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sockets_answer_and_show, set_up, tear_down),
        cmocka_unit_test_setup_teardown(errors_and_read_only_places, set_up, tear_down),
        cmocka_unit_test_setup_teardown(netlink_and_probes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_line_that_cannot_be_read_is_an_error, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

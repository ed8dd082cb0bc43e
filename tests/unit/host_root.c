// A root file system as host: names stay inside it whatever is in it, and only files and directories are opened.
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

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

static struct ra_host *root(void)
{
    struct ra_error err = {0};
    struct ra_host *h = ra_host_root(&arena, scratch_path(&dir, "root"), 1800000000, &err);
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

static void link_to(const char *target, const char *name)
{
    assert_int_equal(symlink(target, scratch_path(&dir, name)), 0);
}

static void names_stay_inside(void **state)
{
    (void)state;
    struct ra_buf b RA_CLEANUP(ra_buf_free) = {0};
    scratch_text(&dir, "secret", "outside");
    scratch_mkdir(&dir, "root/etc");
    scratch_text(&dir, "root/etc/hostname", "inside");
    link_to("/etc/hostname", "root/absolute");
    link_to("../../../../../etc/hostname", "root/climbing");
    link_to("../secret", "root/escape");
    link_to(scratch_path(&dir, "secret"), "root/whole");
    link_to("/", "root/top");
    link_to("loop-b", "root/loop-a");
    link_to("loop-a", "root/loop-b");
    link_to("/proc/self/root/etc/hostname", "root/magic");
    link_to("etc/.././etc//hostname/", "root/slashed");
    struct ra_host *h = root();
    expect_text(h, "/etc/hostname", "inside");
    expect_text(h, "/absolute", "inside");
    expect_text(h, "/climbing", "inside");
    expect_text(h, "/top/top/../top/etc/hostname", "inside");
    expect(ra_host_read(h, "/escape", 10, &b), ENOENT);
    expect(ra_host_read(h, "/../secret", 10, &b), ENOENT);
    expect(ra_host_read(h, "/whole", 10, &b), ENOENT);
    expect(ra_host_read(h, "/loop-a", 10, &b), ELOOP);
    expect(ra_host_read(h, "/magic", 10, &b), ENOENT);
    assert_int_equal(b.n, 0);
    assert_true(h->at_rest);
    assert_false(h->live);
    ra_host_close(h);
}

// What is no regular file is told and never opened: the FIFO would hang, the socket has nobody behind it.
static void odd_files(void **state)
{
    (void)state;
    struct ra_buf b RA_CLEANUP(ra_buf_free) = {0};
    struct ra_stat st;
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    assert_int_equal(mkfifo(scratch_path(&dir, "root/fifo"), 0644), 0);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    snprintf(un.sun_path, sizeof un.sun_path, "%s", scratch_path(&dir, "root/sock"));
    assert_int_equal(bind(fd, (struct sockaddr *)&un, sizeof un), 0);
    assert_int_equal(listen(fd, 1), 0);
    scratch_text(&dir, "root/line\n\033[31m", "odd name");
    struct ra_host *h = root();
    expect(ra_host_read(h, "/fifo", 10, &b), EINVAL);
    expect(ra_host_lstat(h, "/fifo", &st), 0);
    assert_int_equal(st.type, 'p');
    expect(ra_host_read(h, "/sock", 10, &b), EINVAL);
    expect(ra_host_connect(h, "/sock", NULL), ECONNREFUSED);
    expect(ra_host_connect(h, "/fifo", NULL), EINVAL);
    expect(ra_host_connect(h, "@name", NULL), ECONNREFUSED);
    expect_text(h, "/line\n\033[31m", "odd name");
    ra_host_close(h);
    close(fd);
}

static void root_reads_and_nobody_writes(void **state)
{
    (void)state;
    struct ra_fs fs;
    struct ra_stat st;
    int64_t now;
    scratch_text(&dir, "root/closed", "x");
    assert_int_equal(chmod(scratch_path(&dir, "root/closed"), 0), 0);
    link_to("closed", "root/link");
    struct ra_host *h = root();
    assert_int_equal(h->self->euid, 0);
    assert_null(h->self->environ_);
    assert_null(h->self->cwd);
    expect(ra_host_access(h, "/closed", R_OK), 0);
    expect(ra_host_access(h, "/closed", X_OK), EACCES); // root too needs one bit
    expect(ra_host_access(h, "/", X_OK), 0);
    expect(ra_host_access(h, "/closed", W_OK), EROFS);
    expect(ra_host_open_write(h, "/closed"), EROFS);
    expect(ra_host_open_write(h, "/link"), ELOOP);
    expect(ra_host_open_write(h, "/"), EINVAL);
    expect(ra_host_open_write(h, "/none"), ENOENT);
    expect(ra_host_statfs(h, "/closed", &fs), 0);
    assert_true(fs.read_only);
    expect(ra_host_stat(h, "/closed", &st), 0);
    assert_int_equal(st.uid, 0); // whoever unpacked it stands for root
    expect(ra_host_now(h, &now), 0);
    assert_int_equal(now, 1800000000);
    expect(ra_host_probe(h, RA_PROBE_BPF, NULL), ENOSYS);
    ra_host_close(h);
}

// A refusal to the auditor says nothing of root: unknown, never denied.
static void what_the_auditor_may_not_read_is_unknown(void **state)
{
    (void)state;
    struct ra_buf b RA_CLEANUP(ra_buf_free) = {0};
    struct ra_names names;
    if (geteuid() == 0) {
        assert_int_equal(chmod(dir.dir, 0755), 0);
        scratch_mkdir(&dir, "root/shut");
        assert_int_equal(chmod(scratch_path(&dir, "root/shut"), 0700), 0);
        assert_int_equal(seteuid(65534), 0);
    } else {
        scratch_mkdir(&dir, "root/shut");
        assert_int_equal(chmod(scratch_path(&dir, "root/shut"), 0), 0);
    }
    struct ra_host *h = root();
    struct ra_reply read = ra_host_read(h, "/shut/x", 10, &b), list = ra_host_list(h, &arena, "/shut", 0, &names);
    if (getuid() == 0)
        assert_int_equal(seteuid(0), 0);
    else
        assert_int_equal(chmod(scratch_path(&dir, "root/shut"), 0700), 0);
    expect(read, EREMOTE);
    expect(list, EREMOTE);
    assert_int_equal(ra_state_of(read, RA_ON_PATH), RA_STATE_UNKNOWN);
    ra_host_close(h);
}

// The machine's own /proc, seen through its root: made up by the kernel, so no part of any stored file system.
static void mounts_are_no_part_of_it(void **state)
{
    (void)state;
    struct ra_error err = {0};
    struct ra_stat st;
    struct ra_buf b RA_CLEANUP(ra_buf_free) = {0};
    struct ra_host *h = ra_host_root(&arena, "/", -1, &err);
    assert_non_null(h);
    expect(ra_host_read(h, "/proc/self/environ", 10, &b), ENOENT);
    expect(ra_host_stat(h, "/proc/1", &st), ENOENT);
    expect(ra_host_stat(h, "/etc", &st), 0);
    ra_host_close(h);
}

static void no_such_root(void **state)
{
    (void)state;
    struct ra_error err = {0};
    scratch_text(&dir, "file", "");
    assert_null(ra_host_root(&arena, scratch_path(&dir, "none"), -1, &err));
    assert_int_equal(err.code, RA_E_INPUT);
    assert_non_null(strstr(err.text, "none: no such directory"));
    assert_null(ra_host_root(&arena, scratch_path(&dir, "file"), -1, &err));
    assert_non_null(strstr(err.text, "file: is not a directory"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(names_stay_inside, set_up, tear_down),
        cmocka_unit_test_setup_teardown(odd_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(root_reads_and_nobody_writes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_the_auditor_may_not_read_is_unknown, set_up, tear_down),
        cmocka_unit_test_setup_teardown(mounts_are_no_part_of_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_such_root, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

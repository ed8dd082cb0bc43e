// Readers of /proc and passwd texts, on lines as kernels write them and on lines made to mislead.
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "parse/proc.h"

static void reads_mountinfo(void **state)
{
    (void)state;
    struct ra_arena a = {0};
    struct ra_mount *m;
    size_t n;
    const char *text =
        "36 35 98:0 /mnt1 /my\\040dir rw,noatime master:1 shared:7 - ext3 /dev/root rw,errors=continue\n"
        "40 36 0:23 / /em\\134pty ro - tmpfs  rw\n"
        "41 36 0:24 / /x rw unbindable - overlay overlay rw,lowerdir=/a:/b\n";
    assert_true(ra_mountinfo_parse(&a, ra_span_of(text), &m, &n));
    assert_int_equal(n, 3);
    assert_string_equal(m[0].point, "/my dir");
    assert_string_equal(m[0].root, "/mnt1");
    assert_string_equal(m[0].super_options, "rw,errors=continue");
    assert_int_equal(m[0].major, 98);
    assert_true(m[0].shared);
    assert_false(m[1].shared);
    assert_string_equal(m[1].point, "/em\\pty");
    assert_string_equal(m[1].source, ""); // an empty source leaves two blanks
    assert_string_equal(m[1].super_options, "rw");
    assert_string_equal(m[2].fstype, "overlay");
    ra_arena_free(&a);
}

static void refuses_broken_mountinfo_but_keeps_what_came_before(void **state)
{
    (void)state;
    static const char *const broken[] = {
        "x", "1 2 3 / / rw - a b c", "1 2 3:4 / / rw shared:1 ext4 /dev/x rw", "1 2 3:4 / / rw - ext4", "",
        "1 2 99999999999:4 / / rw - a b c", "-1 2 3:4 / / rw - a b c",
    };
    for (size_t i = 0; i < RA_COUNT(broken); i++) {
        struct ra_arena a = {0};
        struct ra_buf text = {0};
        struct ra_mount *m;
        size_t n;
        ra_buf_printf(&text, "1 2 3:4 / / rw - a b c\n%s\n1 2 3:4 / / rw - a b c\n", broken[i]);
        assert_false(ra_mountinfo_parse(&a, ra_buf_view(&text), &m, &n));
        assert_int_equal(n, 1);
        ra_buf_free(&text);
        ra_arena_free(&a);
    }
}

static void reads_this_kernels_mountinfo(void **state)
{
    (void)state;
    struct ra_arena a = {0};
    struct ra_buf text = {0};
    struct ra_mount *m;
    size_t n;
    int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        skip();
    for (ssize_t got; (got = read(fd, ra_buf_room(&text, 4096), 4096)) > 0;)
        text.n += (size_t)got;
    close(fd);
    assert_true(ra_mountinfo_parse(&a, ra_buf_view(&text), &m, &n));
    assert_true(n > 0);
    bool root = false;
    for (size_t i = 0; i < n; i++)
        root |= strcmp(m[i].point, "/") == 0;
    assert_true(root);
    ra_buf_free(&text);
    ra_arena_free(&a);
}

static void matches_whole_mount_options(void **state)
{
    (void)state;
    assert_true(ra_mount_option("rw,nosuid,ro", "ro"));
    assert_false(ra_mount_option("rw,errors=remount-ro", "ro"));
    assert_false(ra_mount_option("", "ro"));
}

static void reads_status_fields(void **state)
{
    (void)state;
    struct ra_span text = ra_span_of("Name:\tUid:\tx\nNoNewPrivs:\t1\nUid:\t1000\t1000\nCapEff:\t000001ffffffffff\nPPid:\t-1\n"), v;
    uint64_t hex;
    int64_t number;
    assert_true(ra_status_field(text, "Name", &v));
    assert_true(ra_span_is(v, "Uid:\tx"));
    assert_true(ra_status_field(text, "Uid", &v));
    assert_true(ra_span_is(v, "1000\t1000"));
    assert_true(ra_status_hex(text, "CapEff", &hex));
    assert_true(hex == 0x1ffffffffff);
    assert_true(ra_status_int(text, "NoNewPrivs", &number) && number == 1);
    assert_true(ra_status_int(text, "PPid", &number) && number == -1);
    assert_false(ra_status_field(text, "Ui", &v));
    assert_false(ra_status_int(text, "Uid", &number));
    assert_false(ra_status_hex(text, "Seccomp", &hex));
}

static void reads_unix_sockets(void **state)
{
    (void)state;
    struct ra_span rest = ra_span_of(
        "Num       RefCount Protocol Flags    Type St Inode Path\n"
        "0000000000000000: 00000002 00000000 00010000 0001 01 12345 /run/a b.sock\n"
        "0000000000000000: 00000003 00000000 00000000 0001 03     7\n"
        "0000000000000000: 00000002 00000000 00010000 0005 01 99 @/abstract@\n"
        "ffff: nonsense\n"
        "0000000000000000: 00000002 00000000 00000000 0002 01 8  /blank");
    struct ra_unix_line u;
    assert_true(ra_unix_next(&rest, &u));
    assert_true(u.listening && u.type == 1 && u.inode == 12345);
    assert_true(ra_span_is(u.path, "/run/a b.sock"));
    assert_true(ra_unix_next(&rest, &u));
    assert_true(!u.listening && u.inode == 7 && u.path.n == 0);
    assert_true(ra_unix_next(&rest, &u));
    assert_true(u.type == 5 && ra_span_is(u.path, "@/abstract@"));
    assert_true(ra_unix_next(&rest, &u));
    assert_true(u.type == 2 && ra_span_is(u.path, " /blank"));
    assert_false(ra_unix_next(&rest, &u));
}

static void knows_the_initial_uid_map(void **state)
{
    (void)state;
    assert_true(ra_uid_map_is_init(RA_SPAN("         0          0 4294967295\n")));
    assert_false(ra_uid_map_is_init(RA_SPAN("         0       1000 4294967295\n")));
    assert_false(ra_uid_map_is_init(RA_SPAN("0 0 4294967294\n")));
    assert_false(ra_uid_map_is_init(RA_SPAN("0 0 4294967295\n1 1 1\n")));
    assert_false(ra_uid_map_is_init(RA_SPAN("0 0 4294967295 1\n")));
    assert_false(ra_uid_map_is_init(RA_SPAN("")));
}

static void reads_stat_with_hostile_names(void **state)
{
    (void)state;
    struct ra_span comm;
    int64_t ppid = 0;
    assert_true(ra_stat_parse(RA_SPAN("42 (a) S 1 (x) R 7 7 7\n"), &comm, &ppid));
    assert_true(ra_span_is(comm, "a) S 1 (x"));
    assert_int_equal(ppid, 7);
    assert_false(ra_stat_parse(RA_SPAN("42 )a( S 1"), &comm, &ppid));
    assert_false(ra_stat_parse(RA_SPAN("42 (a"), &comm, &ppid));
    assert_false(ra_stat_parse(RA_SPAN("42 (a) S"), &comm, &ppid));
    assert_false(ra_stat_parse(RA_SPAN(""), &comm, &ppid));
    assert_int_equal(ppid, 7);
}

static void reads_passwd(void **state)
{
    (void)state;
    struct ra_span rest = ra_span_of("root:x:0:0:root:/root:/bin/bash\n# c\n+::::::\nbad:x:one:1::/:/x\n:x:1:1::/:/x\n"
                                     "u:x:1000:1001:U,,,:/home/u:\nv:x:7:8::/v\n");
    struct ra_passwd p;
    assert_true(ra_passwd_next(&rest, &p));
    assert_true(ra_span_is(p.name, "root") && ra_span_is(p.shell, "/bin/bash") && p.uid == 0);
    assert_true(ra_passwd_next(&rest, &p));
    assert_true(ra_span_is(p.name, "u") && ra_span_is(p.home, "/home/u") && p.gid == 1001 && p.shell.n == 0);
    assert_true(ra_passwd_next(&rest, &p));
    assert_true(ra_span_is(p.home, "/v") && p.shell.n == 0);
    assert_false(ra_passwd_next(&rest, &p));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_mountinfo),
        cmocka_unit_test(refuses_broken_mountinfo_but_keeps_what_came_before),
        cmocka_unit_test(reads_this_kernels_mountinfo),
        cmocka_unit_test(matches_whole_mount_options),
        cmocka_unit_test(reads_status_fields),
        cmocka_unit_test(reads_unix_sockets),
        cmocka_unit_test(knows_the_initial_uid_map),
        cmocka_unit_test(reads_stat_with_hostile_names),
        cmocka_unit_test(reads_passwd),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

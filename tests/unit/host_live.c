// The live host on real files, sockets, netlink and children.
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>

#include <cmocka.h>

#include "host/host.h"
#include "scratch.h"

static struct ra_arena arena;
static struct ra_self self;
static struct ra_host *host;
static struct scratch dir;

static int open_all(void **state)
{
    (void)state;
    ra_self_observe(&arena, &self);
    host = ra_host_live(&arena, &self, -1);
    scratch_open(&dir);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    scratch_close(&dir);
    ra_host_close(host);
    ra_arena_free(&arena);
    return 0;
}

static void expect(struct ra_reply r, int err, const char *call)
{
    if (r.err != err || strcmp(r.call, call))
        fail_msg("answered %s from %s, not %s from %s", ra_errno_name(r.err), r.call, ra_errno_name(err), call);
}

static void reads_files_and_their_tails(void **state)
{
    (void)state;
    struct ra_buf b RA_CLEANUP(ra_buf_free) = {0};
    const char *path = scratch_text(&dir, "ten", "0123456789");
    struct ra_reply r = ra_host_read(host, path, 100, &b);
    expect(r, 0, "read");
    assert_false(r.truncated);
    assert_string_equal(b.p, "0123456789");
    ra_buf_clear(&b);
    r = ra_host_read(host, path, 4, &b);
    assert_true(r.truncated);
    assert_string_equal(b.p, "0123");
    ra_buf_clear(&b);
    r = ra_host_read(host, path, 10, &b);
    assert_false(r.truncated);
    ra_buf_clear(&b);
    r = ra_host_read_at(host, path, -3, 100, &b);
    assert_true(r.truncated);
    assert_string_equal(b.p, "789");
    ra_buf_clear(&b);
    r = ra_host_read_at(host, path, -300, 100, &b);
    assert_false(r.truncated);
    assert_int_equal(b.n, 10);
    r = ra_host_read_at(host, path, 8, 100, &b); // appends
    expect(r, 0, "read");
    assert_string_equal(b.p, "012345678989");
}

static void reads_proc_files_of_size_zero(void **state)
{
    (void)state;
    struct ra_buf b RA_CLEANUP(ra_buf_free) = {0};
    expect(ra_host_read(host, "/proc/self/status", 65536, &b), 0, "read");
    assert_non_null(strstr(b.p, "\nPid:"));
}

static void never_opens_what_is_no_regular_file(void **state)
{
    (void)state;
    struct ra_buf b RA_CLEANUP(ra_buf_free) = {0};
    const char *fifo = scratch_path(&dir, ".netrc");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    expect(ra_host_read(host, fifo, 100, &b), EINVAL, "type");
    expect(ra_host_read(host, "/dev/zero", 100, &b), EINVAL, "type");
    expect(ra_host_read(host, dir.dir, 100, &b), EINVAL, "type");
    expect(ra_host_open_write(host, fifo), EINVAL, "type");
    expect(ra_host_read(host, scratch_path(&dir, "nothing"), 100, &b), ENOENT, "stat");
    assert_int_equal(symlink("loop", scratch_path(&dir, "loop")), 0);
    expect(ra_host_read(host, scratch_path(&dir, "loop"), 100, &b), ELOOP, "stat");
    assert_int_equal(b.n, 0);
}

static void lists_sorted_and_capped(void **state)
{
    (void)state;
    struct ra_names names;
    scratch_mkdir(&dir, "many");
    scratch_text(&dir, "many/b", "");
    scratch_text(&dir, "many/a", "");
    scratch_mkdir(&dir, "many/c");
    struct ra_reply r = ra_host_list(host, &arena, scratch_path(&dir, "many"), 0, &names);
    expect(r, 0, "getdents");
    assert_false(r.truncated);
    assert_int_equal(names.n, 3);
    assert_string_equal(names.items[0].name, "a");
    assert_int_equal(names.items[2].type, 'd');
    r = ra_host_list(host, &arena, scratch_path(&dir, "many"), 2, &names);
    assert_true(r.truncated);
    assert_int_equal(names.n, 2);
    expect(ra_host_list(host, &arena, scratch_path(&dir, "many/a"), 0, &names), ENOTDIR, "open");
}

static void looks_at_names(void **state)
{
    (void)state;
    struct ra_stat st;
    char *target;
    const char *link = scratch_path(&dir, "link");
    assert_int_equal(symlink("ten", link), 0);
    expect(ra_host_stat(host, link, &st), 0, "stat");
    assert_int_equal(st.type, 'f');
    expect(ra_host_lstat(host, link, &st), 0, "lstat");
    assert_int_equal(st.type, 'l');
    expect(ra_host_readlink(host, &arena, link, &target), 0, "readlink");
    assert_string_equal(target, "ten");
    expect(ra_host_readlink(host, &arena, dir.dir, &target), EINVAL, "readlink");
    assert_int_equal(ra_host_access(host, dir.dir, R_OK).err, 0);
    assert_int_equal(ra_host_access(host, scratch_path(&dir, "ten"), X_OK).err, EACCES);
    struct ra_fs fs;
    expect(ra_host_statfs(host, dir.dir, &fs), 0, "statfs");
    assert_false(fs.read_only);
    expect(ra_host_statfs(host, "/proc/self", &fs), 0, "statfs");
}

static void opens_for_write_without_changing(void **state)
{
    (void)state;
    struct stat before, after;
    const char *path = scratch_path(&dir, "ten");
    assert_int_equal(stat(path, &before), 0);
    expect(ra_host_open_write(host, path), 0, "open");
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(before.st_size, after.st_size);
    assert_memory_equal(&before.st_mtim, &after.st_mtim, sizeof before.st_mtim);
    assert_memory_equal(&before.st_ctim, &after.st_ctim, sizeof before.st_ctim);
    expect(ra_host_open_write(host, scratch_path(&dir, "link")), ELOOP, "open");
    expect(ra_host_open_write(host, scratch_path(&dir, "nothing")), ENOENT, "lstat");
    expect(ra_host_open_write(host, dir.dir), EINVAL, "type");
    expect(ra_host_open_write(host, "/dev/tty"), EINVAL, "type");
    if (access("/dev/ptmx", F_OK) == 0)
        assert_string_equal(ra_host_open_write(host, "/dev/ptmx").call, "type");
    expect(ra_host_open_write(host, "/dev/null"), 0, "open");
}

// A server that answers one connection with `answer`, or stays silent where it is NULL. Returns its pid.
static pid_t serve(const char *path, const char *answer, size_t n)
{
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    socklen_t size = sizeof un;
    memcpy(un.sun_path, path, strlen(path) + 1);
    if (path[0] == '@') {
        un.sun_path[0] = 0;
        size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
    }
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&un, size), 0);
    assert_int_equal(listen(fd, 8), 0);
    pid_t pid = fork();
    if (pid == 0) {
        char got[64];
        int one = accept(fd, NULL, NULL);
        if (answer && (read(one, got, sizeof got) <= 0 || write(one, answer, n) != (ssize_t)n))
            _exit(1);
        poll(NULL, 0, 10000);
        _exit(0);
    }
    close(fd);
    return pid;
}

static void end(pid_t pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

static void exchanges_one_frame(void **state)
{
    (void)state;
    struct ra_buf b RA_CLEANUP(ra_buf_free) = {0};
    struct ra_peer peer;
    char path[512];
    snprintf(path, sizeof path, "%s", scratch_path(&dir, "agent.sock"));
    pid_t pid = serve(path, "\0\0\0\3abcXX", 9);
    expect(ra_host_exchange(host, path, RA_SPAN("\0\0\0\1\13"), &b, &peer), 0, "recv");
    assert_int_equal(b.n, 7);
    assert_memory_equal(b.p, "\0\0\0\3abc", 7);
    assert_true(peer.known);
    assert_int_equal(peer.pid, getpid()); // who called listen()
    assert_int_equal(peer.uid, geteuid());
    end(pid);
    expect(ra_host_connect(host, path, NULL), ECONNREFUSED, "connect");
    expect(ra_host_connect(host, scratch_path(&dir, "ten"), NULL), EINVAL, "type");
    expect(ra_host_connect(host, scratch_path(&dir, "nothing"), NULL), ENOENT, "stat");
}

static void silence_ends_in_time(void **state)
{
    (void)state;
    struct ra_buf b RA_CLEANUP(ra_buf_free) = {0};
    char path[512];
    snprintf(path, sizeof path, "%s", scratch_path(&dir, "silent.sock"));
    pid_t pid = serve(path, NULL, 0);
    expect(ra_host_connect(host, path, NULL), 0, "connect");
    expect(ra_host_exchange(host, path, RA_SPAN("\0\0\0\1\13"), &b, NULL), ETIMEDOUT, "recv");
    assert_int_equal(b.n, 0);
    end(pid);
}

static void abstract_and_long_addresses(void **state)
{
    (void)state;
    char name[64], deep[512];
    snprintf(name, sizeof name, "@reachaudit-unit-%d", (int)getpid());
    pid_t pid = serve(name, NULL, 0);
    expect(ra_host_connect(host, name, NULL), 0, "connect");
    end(pid);
    expect(ra_host_connect(host, name, NULL), ECONNREFUSED, "connect");

    char part[101] = {0};
    memset(part, 'd', 100);
    scratch_mkdir(&dir, part);
    snprintf(deep, sizeof deep, "%s/s", part);
    int here = open(".", O_PATH | O_DIRECTORY);
    assert_int_equal(chdir(scratch_path(&dir, part)), 0);
    pid = serve("s", NULL, 0);
    assert_int_equal(fchdir(here), 0);
    close(here);
    expect(ra_host_connect(host, scratch_path(&dir, deep), NULL), 0, "connect");
    end(pid);
}

static void datagram_sockets_are_present(void **state)
{
    (void)state;
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    snprintf(un.sun_path, sizeof un.sun_path, "%s", scratch_path(&dir, "log"));
    int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&un, sizeof un), 0);
    expect(ra_host_connect(host, un.sun_path, NULL), EPROTOTYPE, "connect");
    close(fd);
}

static void netlink_dumps_are_whole(void **state)
{
    (void)state;
    for (int what = 0; what < RA_NL_COUNT; what++) {
        struct ra_buf b RA_CLEANUP(ra_buf_free) = {0};
        struct ra_reply r = ra_host_netlink(host, (enum ra_netlink)what, &b);
        if (what == RA_NL_LINKS || what == RA_NL_ROUTES4) {
            expect(r, 0, "netlink");
        }
        if (what == RA_NL_LINKS)
            assert_true(b.n > 32); // the loopback interface at least
    }
}

static void probes_ran_and_left_us_alone(void **state)
{
    (void)state;
    int64_t value;
    for (int i = 0; i < RA_PROBE_COUNT; i++) {
        struct ra_reply r = ra_host_probe(host, (enum ra_probe)i, &value);
        assert_non_null(r.call);
        assert_int_not_equal(r.err, EIO);
        assert_int_not_equal(r.err, ETIMEDOUT);
    }
    struct ra_self again;
    ra_self_observe(&arena, &again);
    assert_int_equal(again.uid, self.uid);
    assert_int_equal(again.n_fds, self.n_fds);
    assert_int_equal(again.no_new_privs, self.no_new_privs);
}

static void say(void *arg, struct ra_buf *out)
{
    ra_buf_puts(out, arg);
}

static void say_much(void *arg, struct ra_buf *out)
{
    memset(ra_buf_room(out, 5000000), *(const char *)arg, 5000000);
    out->n += 5000000;
}

static void crash(void *arg, struct ra_buf *out)
{
    (void)arg;
    ra_buf_puts(out, "half an answer");
    raise(SIGKILL);
}

static void leave(void *arg, struct ra_buf *out)
{
    (void)out;
    _exit(*(const int *)arg);
}

static void children_answer_whole_or_not_at_all(void **state)
{
    (void)state;
    struct ra_buf b RA_CLEANUP(ra_buf_free) = {0};
    char text[] = "hello", x = 'x';
    int zero = 0;
    expect(ra_host_child(host, say, text, &b), 0, "child");
    assert_string_equal(b.p, "hello");
    ra_buf_clear(&b);
    expect(ra_host_child(host, say_much, &x, &b), 0, "child");
    assert_int_equal(b.n, 5000000);
    ra_buf_clear(&b);
    expect(ra_host_child(host, crash, NULL, &b), EIO, "child");
    expect(ra_host_child(host, leave, &zero, &b), EIO, "child");
    assert_int_equal(b.n, 0);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); // nobody is left behind
    signal(SIGCHLD, SIG_IGN);
    expect(ra_host_child(host, say, text, &b), 0, "child");
    assert_ptr_equal(signal(SIGCHLD, SIG_DFL), SIG_IGN);
}

static void sees_itself(void **state)
{
    (void)state;
    struct ra_self seen;
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    int file = open(scratch_path(&dir, "ten"), O_RDONLY);
    int path = open(dir.dir, O_PATH | O_DIRECTORY);
    ra_self_observe(&arena, &seen);
    assert_int_equal(seen.pid, getpid());
    assert_true(seen.fds_complete);
    assert_non_null(strstr(seen.status, "NoNewPrivs:"));
    assert_non_null(seen.cwd);
    assert_non_null(seen.exe);
    unsigned met = 0;
    for (size_t i = 0; i < seen.n_fds; i++) {
        const struct ra_self_fd *f = &seen.fds[i];
        assert_true(i == 0 || seen.fds[i - 1].number < f->number);
        assert_true(fcntl(f->number, F_GETFD) >= 0); // its own is not listed
        if (f->number == pair[0]) {
            assert_int_equal(f->type, 's');
            assert_int_equal(f->socket_family, AF_UNIX);
            assert_int_equal(f->socket_type, SOCK_STREAM);
            assert_true(f->connected && f->writable && !f->listening);
            met++;
        } else if (f->number == file) {
            assert_int_equal(f->type, 'f');
            assert_false(f->writable);
            assert_string_equal(f->target, scratch_path(&dir, "ten"));
            met++;
        } else if (f->number == path) {
            assert_int_equal(f->type, 'd');
            assert_false(f->writable);
            met++;
        }
    }
    assert_int_equal(met, 3);
    close(pair[0]);
    close(pair[1]);
    close(file);
    close(path);
}

static void clock_and_environment(void **state)
{
    (void)state;
    int64_t now;
    expect(ra_host_now(host, &now), 0, "clock_gettime");
    assert_in_range(now, time(NULL) - 5, time(NULL) + 5);
    struct ra_host *dated = ra_host_live(&arena, &self, 12345);
    expect(ra_host_now(dated, &now), 0, "clock_gettime");
    assert_int_equal(now, 12345);
    setenv("RA_UNIT", "a=b", 1);
    ra_self_observe(&arena, &self);
    assert_string_equal(ra_host_getenv(host, "RA_UNIT"), "a=b");
    assert_null(ra_host_getenv(host, "RA_UNI"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_files_and_their_tails),
        cmocka_unit_test(reads_proc_files_of_size_zero),
        cmocka_unit_test(never_opens_what_is_no_regular_file),
        cmocka_unit_test(lists_sorted_and_capped),
        cmocka_unit_test(looks_at_names),
        cmocka_unit_test(opens_for_write_without_changing),
        cmocka_unit_test(exchanges_one_frame),
        cmocka_unit_test(silence_ends_in_time),
        cmocka_unit_test(abstract_and_long_addresses),
        cmocka_unit_test(datagram_sockets_are_present),
        cmocka_unit_test(netlink_dumps_are_whole),
        cmocka_unit_test(probes_ran_and_left_us_alone),
        cmocka_unit_test(children_answer_whole_or_not_at_all),
        cmocka_unit_test(sees_itself),
        cmocka_unit_test(clock_and_environment),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}

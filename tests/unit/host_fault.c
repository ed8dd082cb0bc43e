// The fault wrapper: the n-th question fails and no other; the inner host does not notice.
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host/host.h"
#include "scratch.h"

enum { QUESTIONS = 13 };

static struct ra_arena arena;

static void nothing(void *arg, struct ra_buf *out)
{
    (void)arg;
    ra_buf_puts(out, "x");
}

// Asks everything once, in a fixed order.
static void ask_all(struct ra_host *h, struct ra_reply got[QUESTIONS])
{
    struct ra_buf b RA_CLEANUP(ra_buf_free) = {0};
    struct ra_names names;
    struct ra_stat st;
    struct ra_fs fs;
    char *target;
    int64_t v;
    unsigned n = 0;
    got[n++] = ra_host_read(h, "/file", 10, &b);
    got[n++] = ra_host_read_at(h, "/file", -2, 10, &b);
    got[n++] = ra_host_list(h, &arena, "/", 0, &names);
    got[n++] = ra_host_stat(h, "/file", &st);
    got[n++] = ra_host_readlink(h, &arena, "/link", &target);
    got[n++] = ra_host_access(h, "/file", R_OK);
    got[n++] = ra_host_statfs(h, "/file", &fs);
    got[n++] = ra_host_open_write(h, "/file");
    got[n++] = ra_host_connect(h, "/socket", NULL);
    got[n++] = ra_host_netlink(h, RA_NL_LINKS, &b);
    got[n++] = ra_host_probe(h, RA_PROBE_BPF, NULL);
    got[n++] = ra_host_child(h, nothing, NULL, &b);
    got[n++] = ra_host_now(h, &v);
    assert_int_equal(n, QUESTIONS);
}

static void exactly_the_nth_fails(void **state)
{
    (void)state;
    struct scratch dir;
    struct ra_error err;
    unsigned long calls = 99;
    scratch_open(&dir);
    scratch_mkdir(&dir, "root");
    scratch_text(&dir, "root/file", "text");
    assert_int_equal(symlink("file", scratch_path(&dir, "root/link")), 0);
    scratch_text(&dir, "sockets", "/socket ok 1 1\n");
    scratch_text(&dir, "netlink.links", "00");
    scratch_text(&dir, "probes", "bpf ok\n");
    scratch_text(&dir, "readonly", "/nowhere\n");
    scratch_text(&dir, "self", "now=1\n");
    struct ra_host *inner = ra_host_recorded(&arena, dir.dir, &err);
    assert_non_null(inner);
    for (unsigned long nth = 0; nth <= QUESTIONS; nth++) {
        struct ra_reply got[QUESTIONS];
        struct ra_host *h = ra_host_fault(&arena, inner, nth, EIO, &calls);
        assert_int_equal(calls, 0);
        assert_ptr_equal(h->self, inner->self);
        ask_all(h, got);
        assert_int_equal(calls, QUESTIONS);
        for (unsigned i = 0; i < QUESTIONS; i++) {
            assert_int_equal(got[i].err, i + 1 == nth ? EIO : 0);
            assert_non_null(got[i].call);
        }
        ra_host_close(h);
    }
    ra_host_close(inner);
    scratch_close(&dir);
    ra_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(exactly_the_nth_fails)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

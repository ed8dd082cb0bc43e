// The wire of D-Bus: a call as the specification lays it out, and replies in both byte orders, whole and torn.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "parse/dbus.h"

static void u32(struct ra_buf *b, uint32_t v, bool big)
{
    for (int i = 0; i < 4; i++)
        ra_buf_putc(b, (char)(v >> (8 * (big ? 3 - i : i))));
}

// A reply to `serial`: type 2, 3 or (a signal) 4, with a signature and a body.
static void message(struct ra_buf *b, char type, uint32_t serial, const char *signature, struct ra_span body, bool big)
{
    struct ra_buf fields RA_CLEANUP(ra_buf_free) = {0};
    ra_buf_add(&fields, "\5\1u", 4); // REPLY_SERIAL
    u32(&fields, serial, big);
    ra_buf_add(&fields, "\10\1g", 4); // SIGNATURE
    ra_buf_putc(&fields, (char)strlen(signature));
    ra_buf_add(&fields, signature, strlen(signature) + 1);
    ra_buf_add(b, (const char[]){big ? 'B' : 'l', type, 1, 1}, 4);
    u32(b, (uint32_t)body.n, big);
    u32(b, 77, big);
    u32(b, (uint32_t)fields.n, big);
    ra_buf_span(b, ra_buf_view(&fields));
    while (b->n % 8)
        ra_buf_putc(b, 0);
    ra_buf_span(b, body);
    while (b->n % 8) // so that the next one begins aligned here too
        ra_buf_putc(b, 0);
}

static void a_call_is_laid_out_as_specified(void **state)
{
    (void)state;
    static const char wanted[] =
        "l\1\2\1" "\16\0\0\0" "\2\0\0\0" "\110\0\0\0"
        "\1\1o\0" "\2\0\0\0" "/x\0" "\0\0\0\0\0"
        "\2\1s\0" "\1\0\0\0" "i\0" "\0\0\0\0\0\0"
        "\3\1s\0" "\1\0\0\0" "m\0" "\0\0\0\0\0\0"
        "\6\1s\0" "\1\0\0\0" "d\0" "\0\0\0\0\0\0"
        "\10\1g\0" "\2ss\0"
        "\1\0\0\0" "a\0" "\0\0" "\1\0\0\0" "b";
    struct ra_buf b RA_CLEANUP(ra_buf_free) = {0};
    ra_dbus_call(&b, 2, "d", "/x", "i", "m", "a", "b");
    assert_int_equal(b.n, sizeof wanted);
    assert_memory_equal(b.p, wanted, sizeof wanted);
    struct ra_buf hello RA_CLEANUP(ra_buf_free) = {0};
    ra_dbus_begin(&hello, 1000);
    assert_memory_equal(hello.p, "\0AUTH EXTERNAL 31303030\r\nBEGIN\r\nl\1\2\1", 37);
}

static void replies_are_read_in_both_orders(void **state)
{
    (void)state;
    for (int big = 0; big < 2; big++) {
        struct ra_buf b RA_CLEANUP(ra_buf_free) = {0}, variant RA_CLEANUP(ra_buf_free) = {0},
                      list RA_CLEANUP(ra_buf_free) = {0}, plain RA_CLEANUP(ra_buf_free) = {0};
        ra_buf_add(&variant, "\1b\0", 4);
        u32(&variant, 1, big);
        ra_buf_add(&list, "\2ao", 4);
        u32(&list, 15, big);
        u32(&list, 2, big);
        ra_buf_add(&list, "/a\0", 4);
        u32(&list, 2, big);
        ra_buf_add(&list, "/b", 3);
        u32(&plain, 1, big);
        message(&b, 4, 0, "", RA_SPAN(""), big); // a signal: stepped over
        message(&b, 2, 2, "v", ra_buf_view(&variant), big);
        message(&b, 2, 3, "v", ra_buf_view(&list), big);
        message(&b, 3, 4, "b", ra_buf_view(&plain), big);
        struct ra_span rest = ra_buf_view(&b), paths, one;
        struct ra_dbus_reply r;
        bool yes = false;
        assert_true(ra_dbus_next(&rest, &r) && r.to == 2 && !r.error);
        assert_true(ra_dbus_boolean(&r, &yes) && yes);
        assert_false(ra_dbus_paths(&r, &paths));
        assert_true(ra_dbus_next(&rest, &r) && r.to == 3 && ra_dbus_paths(&r, &paths));
        assert_true(ra_dbus_path_next(&r, &paths, &one) && ra_span_is(one, "/a"));
        assert_true(ra_dbus_path_next(&r, &paths, &one) && ra_span_is(one, "/b"));
        assert_false(ra_dbus_path_next(&r, &paths, &one));
        // What an error says is no answer.
        size_t size = rest.n;
        while (size && !ra_dbus_next(&rest, &r))
            rest = ra_span_cut(ra_buf_view(&b), b.n - --size, b.n);
        assert_true(r.error && r.to == 4 && !ra_dbus_boolean(&r, &yes));
    }
}

static void torn_replies_are_none(void **state)
{
    (void)state;
    struct ra_buf b RA_CLEANUP(ra_buf_free) = {0};
    message(&b, 2, 2, "b", (struct ra_span){"\1\0\0\0", 4}, false);
    size_t whole = b.n - 4;
    for (size_t n = 0; n < whole; n++) {
        struct ra_span rest = {b.p, n};
        struct ra_dbus_reply r;
        assert_false(ra_dbus_next(&rest, &r));
    }
    struct ra_span rest = {b.p, whole};
    struct ra_dbus_reply r;
    bool yes;
    assert_true(ra_dbus_next(&rest, &r) && ra_dbus_boolean(&r, &yes) && yes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_is_laid_out_as_specified),
        cmocka_unit_test(replies_are_read_in_both_orders),
        cmocka_unit_test(torn_replies_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

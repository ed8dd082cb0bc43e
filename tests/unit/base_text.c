// Spans, digests and the JSON writer: bytes from outside in, text that any reader takes out. And the allocator, whose
// free leaves nothing behind.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/digest.h"
#include "base/json_out.h"

static void lines_and_parts(void **state)
{
    (void)state;
    struct ra_span rest = RA_SPAN("a\r\n\nlast"), line, part;
    assert_true(ra_span_line(&rest, &line) && ra_span_is(line, "a"));
    assert_true(ra_span_line(&rest, &line) && ra_span_is(line, ""));
    assert_true(ra_span_line(&rest, &line) && ra_span_is(line, "last"));
    assert_false(ra_span_line(&rest, &line));
    rest = RA_SPAN("A=b=c");
    assert_true(ra_span_until(&rest, '=', &part) && ra_span_is(part, "A"));
    assert_true(ra_span_until(&rest, 0, &part) && ra_span_is(part, "b=c"));
    assert_false(ra_span_until(&rest, '=', &part));
    assert_int_equal(ra_span_cut(RA_SPAN("abc"), 2, 9).n, 1);
    assert_int_equal(ra_span_cut(RA_SPAN("abc"), 7, 9).n, 0);
}

static void numbers_end_where_they_overflow(void **state)
{
    (void)state;
    uint64_t n = 7;
    assert_true(ra_span_u64(RA_SPAN("18446744073709551615"), 10, &n) && n == UINT64_MAX);
    assert_false(ra_span_u64(RA_SPAN("18446744073709551616"), 10, &n));
    assert_true(ra_span_u64(RA_SPAN("a80425fb"), 16, &n) && n == 0xa80425fb);
    assert_false(ra_span_u64(RA_SPAN("12x"), 10, &n));
    assert_false(ra_span_u64(RA_SPAN("-1"), 10, &n));
    assert_false(ra_span_u64(RA_SPAN(""), 10, &n));
}

static void utf8_is_checked_whole(void **state)
{
    (void)state;
    assert_true(ra_span_utf8(RA_SPAN("\xE2\x82\xAC \xF0\x9F\x94\x91")));
    static const char *const bad[] = {"\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\x80", "\xE2\x82"};
    for (size_t i = 0; i < RA_COUNT(bad); i++)
        assert_false(ra_span_utf8(ra_span_of(bad[i])));
    assert_false(ra_span_utf8((struct ra_span){"a\0b", 3}));
}

// Known answers. Source: FIPS 180-4 ("abc"); the secret's digest must never change, duplicates are found by it.
static void digests_are_stable(void **state)
{
    (void)state;
    char hex[65], base64[44], twelve[RA_DIGEST_HEX + 1], again[RA_DIGEST_HEX + 1];
    ra_sha256_hex(RA_SPAN("abc"), hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    ra_sha256_base64(RA_SPAN("abc"), base64);
    assert_string_equal(base64, "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0");
    ra_digest(RA_SPAN("abc"), twelve);
    ra_sha256_hex((struct ra_span){"reachaudit secret digest v1\0abc", 31}, hex);
    assert_memory_equal(twelve, hex, RA_DIGEST_HEX);
    assert_int_equal(strlen(twelve), RA_DIGEST_HEX);
    ra_digest(RA_SPAN("abd"), again);
    assert_string_not_equal(twelve, again);
}

static void json_takes_any_bytes(void **state)
{
    (void)state;
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    struct ra_json_out w = ra_json_out_to(&b, true);
    ra_json_open(&w, '{');
    ra_json_kstr(&w, "a\"b", "tab\t\x1b quote\" back\\ bad\xff end");
    ra_json_kstr(&w, "unseen", "a\xE2\x80\xAE" "b\xC2\x9B" "c\xF3\xA0\x81\x81" "d\x7F\xC3\xA9");
    ra_json_kstr(&w, "none", NULL);
    ra_json_key(&w, "list");
    ra_json_open(&w, '[');
    ra_json_int(&w, INT64_MIN);
    ra_json_bool(&w, true);
    ra_json_close(&w, ']');
    ra_json_close(&w, '}');
    assert_non_null(b.p);
    assert_null(memchr(b.p, '\x1b', b.n));
    assert_null(memchr(b.p, '\t', b.n));
    assert_true(ra_span_utf8(ra_buf_view(&b)));
    assert_non_null(strstr(b.p, "\"a\\\"b\":\"tab\\u0009\\u001b quote\\\" back\\\\ bad\xEF\xBF\xBD end\""));
    assert_non_null(strstr(b.p, "\"unseen\":\"a\\u202eb\\u009bc\\udb40\\udc41d\\u007f\xC3\xA9\""));
    assert_non_null(strstr(b.p, "\"none\":null,\"list\":[-9223372036854775808,true]"));
}

#ifndef RA_SANITIZED
// Reads freed memory on purpose: the address goes through a number, so that no compiler sees it.
// Four bytes in a row: the allocator writes random words of its own into what is free, and one byte may be alike.
static bool left_behind(uintptr_t at, size_t n, char what)
{
    volatile const char *p = (volatile const char *)at;
    for (size_t i = 0, row = 0; i < n; i++) {
        row = p[i] == what ? row + 1 : 0;
        if (row == 4)
            return true;
    }
    return false;
}

static void free_wipes(void **state)
{
    (void)state;
    enum { SIZE = 600 };
    char text[SIZE + 1];
    memset(text, 0x5a, SIZE);
    text[SIZE] = 0;
    char *secret = strdup(text);
    volatile uintptr_t at = (uintptr_t)secret;
    assert_true(left_behind(at, SIZE, 0x5a));
    free(secret);
    assert_false(left_behind(at, SIZE, 0x5a));
    secret = strdup(text);
    at = (uintptr_t)secret;
    char *grown = realloc(secret, 100 * SIZE); // moves, or the same block grows
    assert_non_null(grown);
    if ((uintptr_t)grown != at)
        assert_false(left_behind(at, SIZE, 0x5a));
    assert_memory_equal(grown, text, SIZE);
    free(grown);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_and_parts),
        cmocka_unit_test(numbers_end_where_they_overflow),
        cmocka_unit_test(utf8_is_checked_whole),
        cmocka_unit_test(digests_are_stable),
        cmocka_unit_test(json_takes_any_bytes),
#ifndef RA_SANITIZED
        cmocka_unit_test(free_wipes),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

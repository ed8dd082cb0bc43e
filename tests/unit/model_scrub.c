// The scrubber: learnt values in every form, shapes, URLs, and time linear in the text. Values are made here, from
// parts, so that no scanner of repositories trips over this file.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "model/scrub.h"

static struct ra_arena arena;

static const char *secret_of(size_t n, uint64_t seed)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    char *s = ra_alloc(&arena, n + 1);
    for (size_t i = 0; i < n; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        s[i] = letters[(seed >> 33) % (sizeof letters - 1)];
    }
    return s;
}

// RFC 4648, the plain way: the scrubber's own is made otherwise.
static const char *base64(const char *prefix, const char *value, bool url)
{
    const char *letters = url ? "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
                              : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct ra_span in = ra_span_of(ra_strfmt(&arena, "%s%s", prefix, value));
    char *out = ra_alloc(&arena, in.n * 2 + 8), *to = out;
    for (size_t i = 0; i < in.n; i += 3) {
        uint32_t v = (uint32_t)(unsigned char)in.p[i] << 16;
        v |= i + 1 < in.n ? (uint32_t)(unsigned char)in.p[i + 1] << 8 : 0;
        v |= i + 2 < in.n ? (unsigned char)in.p[i + 2] : 0;
        *to++ = letters[v >> 18];
        *to++ = letters[v >> 12 & 63];
        *to++ = i + 1 < in.n ? letters[v >> 6 & 63] : '=';
        *to++ = i + 2 < in.n ? letters[v & 63] : '=';
    }
    return out;
}

static const char *percent(const char *value, bool upper, bool all)
{
    struct ra_buf out = {0};
    for (const char *p = value; *p; p++)
        if (all || (p - value) % 3 == 0)
            ra_buf_printf(&out, upper ? "%%%02X" : "%%%02x", (unsigned char)*p);
        else
            ra_buf_putc(&out, *p);
    char *s = ra_strndup(&arena, ra_buf_view(&out));
    ra_buf_free(&out);
    return s;
}

static const char *scrub(const char *text)
{
    return ra_scrub(&arena, text);
}

static int forget(void **state)
{
    (void)state;
    ra_scrub_forget_all();
    ra_scrub_set_shapes(NULL);
    return 0;
}

static void learnt_values_go_whatever_their_length(void **state)
{
    (void)state;
    for (size_t n = 6; n < 70; n++) {
        const char *secret = secret_of(n, n);
        assert_string_equal(scrub(ra_strfmt(&arena, "a %s b", secret)), ra_strfmt(&arena, "a %s b", secret));
        ra_scrub_learn(ra_span_of(secret));
        assert_string_equal(scrub(ra_strfmt(&arena, "a %s b", secret)), "a [secret] b");
        assert_string_equal(scrub(secret), "[secret]");
        assert_string_equal(scrub(ra_strfmt(&arena, "%s%s/%s", secret, secret, secret)), "[secret]/[secret]");
    }
}

static void short_values_are_ignored(void **state)
{
    (void)state;
    ra_scrub_learn(RA_SPAN("abcde"));
    ra_scrub_learn(RA_SPAN(""));
    assert_string_equal(scrub("abcde"), "abcde");
}

static void what_was_not_learnt_stays(void **state)
{
    (void)state;
    ra_scrub_learn(ra_span_of(secret_of(40, 1)));
    ra_scrub_learn(ra_span_of(secret_of(8, 2)));
    static const char *const texts[] = {"", "/home/u/.aws/credentials", "https://api.corp.test:8443/v1?x=1#y",
                                        "ssh://git@forge.test/a.git", "http://host.test:80?mail=a@b", "caf\xC3\xA9"};
    for (size_t i = 0; i < RA_COUNT(texts); i++)
        assert_string_equal(scrub(texts[i]), texts[i]);
    assert_null(scrub(NULL));
}

static void base64_is_found_at_every_offset(void **state)
{
    (void)state;
    static const char *const before[] = {"", "u", "me", "me:", "user:"};
    for (size_t n = 6; n < 60; n += 7) {
        // Bytes that need the last two letters of the alphabets too.
        const char *secret = ra_strfmt(&arena, "%s\xFB\xEF\xBE?>~%s", secret_of(n / 2, n), secret_of(n - n / 2, n + 1));
        ra_scrub_learn(ra_span_of(secret));
        for (size_t i = 0; i < RA_COUNT(before); i++)
            for (int url = 0; url < 2; url++) {
                const char *shown = scrub(ra_strfmt(&arena, "Basic %s end", base64(before[i], secret, url)));
                assert_non_null(strstr(shown, "[secret]"));
                // At most what stands before it and one border character on each side are left.
                assert_true(strlen(shown) <= strlen("Basic [secret] end") + 2 * strlen(before[i]) + 4);
            }
    }
}

static void percent_encoding_is_found(void **state)
{
    (void)state;
    for (size_t n = 6; n < 50; n += 5) {
        const char *secret = ra_strfmt(&arena, "%s/&%s", secret_of(n / 2, n), secret_of(n / 2, n + 9));
        ra_scrub_learn(ra_span_of(secret));
        for (int i = 0; i < 4; i++)
            assert_string_equal(scrub(ra_strfmt(&arena, "k=%s&z=%%20", percent(secret, i & 1, i & 2))), "k=[secret]&z=%20");
    }
    // And a value that was found escaped is known in its plain form too.
    ra_scrub_learn(RA_SPAN("p%40ss%2Fword"));
    assert_string_equal(scrub("is p@ss/word here"), "is [secret] here");
}

static void a_half_of_a_long_value_goes_too(void **state)
{
    (void)state;
    const char *secret = secret_of(40, 77);
    ra_scrub_learn(ra_span_of(secret));
    assert_string_equal(scrub(ra_strfmt(&arena, "x%.20s y %s", secret, secret + 20)), "x[secret] y [secret]");
    // Values that begin alike do not hide each other.
    const char *other = ra_strfmt(&arena, "%.20s%s", secret, secret_of(9, 5));
    ra_scrub_learn(ra_span_of(other));
    assert_string_equal(scrub(ra_strfmt(&arena, "%s|%s", other, secret)), "[secret]|[secret]");
}

static void a_piece_of_something_very_long_takes_the_text_with_it(void **state)
{
    (void)state;
    const char *secret = secret_of(3 * RA_SCRUB_LONG_BYTES, 99);
    ra_scrub_learn(ra_span_of(secret));
    assert_string_equal(scrub(ra_strfmt(&arena, "begin %.40s end", secret + 5000)), "[secret]");
    assert_string_equal(scrub(ra_strfmt(&arena, "begin %s end", secret)), "[secret]");
    assert_string_equal(scrub("begin end"), "begin end");
}

static void users_and_passwords_leave_urls(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"postgres://app:pw@db.test:5432/x", "postgres://[secret]@db.test:5432/x"},
        {"a https://u:p@a.test b https://:p@b.test/", "a https://[secret]@a.test b https://[secret]@b.test/"},
        {"redis://:pa#s?s@r.test", "redis://[secret]@r.test"},
        {"https://u:p@ss@h.test/a@b", "https://[secret]@h.test/a@b"},
        {"https%3A%2F%2Fu%3Ap%40h.test", "https%3A%2F%2F[secret]%40h.test"},
        {"https://[secret]@h.test", "https://[secret]@h.test"},
        {"https://u:@h.test", "https://[secret]@h.test"},
        {"://:@", "://[secret]@"},
        {"https://u@h.test", "https://u@h.test"},
        {"http://[::1]:80/a:b@c", "http://[::1]:80/a:b@c"},
        {"http://h.test:80#a@b", "http://h.test:80#a@b"},
        {"http://h.test?q=a:b@c", "http://h.test?q=a:b@c"},
        {"://://a:b@c://", "://://[secret]@c://"},
    };
    for (size_t i = 0; i < RA_COUNT(rows); i++) {
        assert_string_equal(scrub(rows[i][0]), rows[i][1]);
        assert_string_equal(scrub(rows[i][1]), rows[i][1]);
    }
}

static bool find_x_runs(struct ra_span text, size_t from, size_t *ret_at, size_t *ret_n)
{
    for (size_t i = from; i + 3 <= text.n; i++)
        if (memcmp(text.p + i, "xxx", 3) == 0) {
            *ret_at = i;
            *ret_n = 3;
            return true;
        }
    return false;
}

static bool find_nonsense(struct ra_span text, size_t from, size_t *ret_at, size_t *ret_n)
{
    *ret_at = from;
    *ret_n = text.n + 1;
    return true;
}

static void shapes_are_asked_for(void **state)
{
    (void)state;
    ra_scrub_set_shapes(find_x_runs);
    assert_string_equal(scrub("a xxx b xxxxxxx"), "a [secret] b [secret]x");
    assert_string_equal(scrub("a %78xx b"), "a [secret] b");
    // A finder that answers beyond the text is not believed and ends the search.
    ra_scrub_set_shapes(find_nonsense);
    assert_string_equal(scrub("abc"), "abc");
}

static void scrubbing_twice_changes_nothing(void **state)
{
    (void)state;
    ra_scrub_learn(RA_SPAN("secret"));
    ra_scrub_learn(RA_SPAN("[secret"));
    ra_scrub_learn(RA_SPAN("password:"));
    const char *once = scrub("secret and [secret] and password:secret, secretsecret");
    assert_string_equal(once, "[secret] and [secret] and [secret], [secret]");
    assert_string_equal(scrub(once), once);
    assert_ptr_equal(ra_scrub_keep(&arena, once), once);
}

static void bytes_that_are_not_text_are_marked(void **state)
{
    (void)state;
    assert_string_equal(scrub("a\xFF" "b\xE2\x82"), "a\xEF\xBF\xBD" "b\xEF\xBF\xBD\xEF\xBF\xBD");
    assert_string_equal(ra_scrub_span(&arena, (struct ra_span){"a\0b", 3}), "a\xEF\xBF\xBD" "b");
    assert_string_equal(ra_scrub_bytes(&arena, ra_span_of("a\xFF")), "a\xFF");
}

static void forgetting_forgets(void **state)
{
    (void)state;
    const char *secret = secret_of(30, 4);
    ra_scrub_learn(ra_span_of(secret));
    ra_scrub_forget_all();
    assert_string_equal(scrub(secret), secret);
    ra_scrub_learn(ra_span_of(secret));
    assert_string_equal(scrub(secret), "[secret]");
}

// A mebibyte of the worst that comes to mind must be done well within the test's own limit of time: quadratic work
// would take hours.
static void large_texts_take_linear_time(void **state)
{
    (void)state;
    enum { N = 1024 * 1024 };
    static const char *const worst[] = {"a", "://", "://a:", "@", "%", "%61", "eyJhbG", "[secret]", "https://u:p@h "};
    for (uint64_t i = 0; i < 3000; i++)
        ra_scrub_learn(ra_span_of(ra_strfmt(&arena, "eyJhbG%s", secret_of(5 + i % 60, i))));
    char *flat = ra_alloc(&arena, 4001);
    memset(flat, 'a', 4000);
    ra_scrub_learn((struct ra_span){flat, 4000});
    for (size_t i = 0; i < RA_COUNT(worst); i++) {
        char *text = malloc(N + 1);
        size_t n = strlen(worst[i]);
        for (size_t k = 0; k < N; k++)
            text[k] = worst[i][k % n];
        text[N] = 0;
        struct ra_arena scratch = {0};
        const char *shown = ra_scrub(&scratch, text);
        assert_true(i != 0 || strcmp(shown, "[secret]") == 0);
        assert_true(i != 8 || strstr(shown, "u:p") == NULL);
        ra_arena_free(&scratch);
        free(text);
    }
}

int main(void)
{
#define TEST(f) cmocka_unit_test_teardown(f, forget)
    const struct CMUnitTest tests[] = {
        TEST(learnt_values_go_whatever_their_length),
        TEST(short_values_are_ignored),
        TEST(what_was_not_learnt_stays),
        TEST(base64_is_found_at_every_offset),
        TEST(percent_encoding_is_found),
        TEST(a_half_of_a_long_value_goes_too),
        TEST(a_piece_of_something_very_long_takes_the_text_with_it),
        TEST(users_and_passwords_leave_urls),
        TEST(shapes_are_asked_for),
        TEST(scrubbing_twice_changes_nothing),
        TEST(bytes_that_are_not_text_are_marked),
        TEST(forgetting_forgets),
        TEST(large_texts_take_linear_time),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    ra_arena_free(&arena);
    return failed;
}

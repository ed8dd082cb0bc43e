// Paths and patterns: compared by element, matched within their stops, in bounded time.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/path.h"

static void inside_is_by_element(void **state)
{
    (void)state;
    assert_true(ra_path_inside("/home/bob", "/home/bob"));
    assert_true(ra_path_inside("/home/bob/x", "/home/bob/"));
    assert_true(ra_path_inside("/anything", "/"));
    assert_false(ra_path_inside("/home/bob2", "/home/bob"));
    assert_false(ra_path_inside("/home", "/home/bob"));
}

static void paths_are_joined_and_cleaned(void **state)
{
    (void)state;
    struct ra_arena a = {0};
    static const struct {
        const char *dir, *rest, *want;
    } joins[] = {
        {"/a", "b", "/a/b"},       {"/a/", "./b//c/", "/a/b/c"}, {"/a/b", "../c", "/a/c"},
        {"/a", "/etc", "/etc"},    {"/", "x", "/x"},             {"/a", "../../..", "/"},
    };
    for (size_t i = 0; i < RA_COUNT(joins); i++)
        assert_string_equal(ra_path_join(&a, joins[i].dir, joins[i].rest), joins[i].want);
    assert_string_equal(ra_path_dir(&a, "/a"), "/");
    assert_string_equal(ra_path_dir(&a, "/a/b"), "/a");
    assert_string_equal(ra_path_base("/a/b"), "b");
    ra_arena_free(&a);
}

static void a_home_is_a_tilde_only_for_what_lies_in_it(void **state)
{
    (void)state;
    struct ra_arena a = {0};
    assert_string_equal(ra_path_tilde(&a, "/home/bob/.netrc", "/home/bob"), "~/.netrc");
    assert_string_equal(ra_path_tilde(&a, "/home/bob", "/home/bob/"), "~");
    assert_string_equal(ra_path_tilde(&a, "/home/bob2/x", "/home/bob"), "/home/bob2/x");
    assert_string_equal(ra_path_tilde(&a, "/x", "/"), "/x");
    assert_string_equal(ra_path_tilde(&a, "/x", NULL), "/x");
    ra_arena_free(&a);
}

static void patterns_stop_where_they_must(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *text, *stops;
        char any;
        bool want;
    } globs[] = {
        {"/run/*/x", "/run/a/x", "/", '?', true},
        {"/run/*/x", "/run/a/b/x", "/", '?', false},
        {"/run/**/x", "/run/a/b/x", "/", '?', true},
        {"a?c", "abc", "/", '?', true},
        {"a?c", "a/c", "/", '?', false},
        {"a?c", "abc", "/:", 0, false}, // nothing but the star is special to a profile
        {"a?c", "a?c", "/:", 0, true},
        {"github:acme/app:issues=*", "github:acme/app:issues=write", "/:", 0, true},
        {"github:*:contents", "github:acme/app:contents", "/:", 0, false},
        {"github:**:contents", "github:acme/app:contents", "/:", 0, true},
        {"**x*y", "a/x/b/xzy", "/", 0, true},
        {"*", "", "/", 0, true},
        {"", "", "/", 0, true},
        {"", "a", "/", 0, false},
        {"*a", "aaab", "/", 0, false},
    };
    for (size_t i = 0; i < RA_COUNT(globs); i++)
        if (ra_glob(globs[i].pattern, globs[i].text, globs[i].stops, globs[i].any) != globs[i].want)
            fail_msg("%s against %s", globs[i].pattern, globs[i].text);
}

// Ninety stars against a long text that almost matches: exponential matching would not end.
static void no_pattern_takes_long(void **state)
{
    (void)state;
    char pattern[200] = "", text[20001];
    for (size_t i = 0; i < 90; i++)
        memcpy(pattern + 2 * i, "*a", 3);
    memcpy(pattern + 180, "b", 2);
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = 0;
    assert_false(ra_glob(pattern, text, "/", 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inside_is_by_element),
        cmocka_unit_test(paths_are_joined_and_cleaned),
        cmocka_unit_test(a_home_is_a_tilde_only_for_what_lies_in_it),
        cmocka_unit_test(patterns_stop_where_they_must),
        cmocka_unit_test(no_pattern_takes_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

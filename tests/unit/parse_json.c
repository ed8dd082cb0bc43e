// The JSON reader: what it takes, where it says that a document is wrong, and that hostile size costs no more
// than its length.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/json_out.h"
#include "base/limits.h"
#include "parse/json.h"

static void write_back(struct ra_json_out *w, const struct ra_json *v)
{
    switch (v->type) {
    case RA_JSON_NULL:
        ra_json_str(w, NULL);
        break;
    case RA_JSON_FALSE:
    case RA_JSON_TRUE:
        ra_json_bool(w, v->type == RA_JSON_TRUE);
        break;
    case RA_JSON_NUMBER:
    case RA_JSON_STRING:
        ra_json_span(w, v->text);
        break;
    case RA_JSON_ARRAY:
    case RA_JSON_OBJECT:
        ra_json_open(w, v->type == RA_JSON_ARRAY ? '[' : '{');
        for (const struct ra_json *m = v->child; m; m = m->next) {
            struct ra_arena a = {0};
            if (v->type == RA_JSON_OBJECT)
                ra_json_key(w, ra_strndup(&a, m->key));
            write_back(w, m);
            ra_arena_free(&a);
        }
        ra_json_close(w, v->type == RA_JSON_ARRAY ? ']' : '}');
        break;
    }
}

static const struct {
    bool jsonc;
    const char *input, *same; // written back compactly; numbers as strings
} good[] = {
    {false, "{}", "{}"},
    {false, "\xEF\xBB\xBF[]", "[]"},
    {false, " [1, -0.5e+3, 1E2, 0] \n", "[\"1\",\"-0.5e+3\",\"1E2\",\"0\"]"},
    {false, "{\"a\":{\"b\":[true,false,null]},\"a\":1}", "{\"a\":{\"b\":[true,false,null]},\"a\":\"1\"}"},
    {false, "\"\\u00e9\\ud83d\\ude00\\n\\/\"", "\"\xC3\xA9\xF0\x9F\x98\x80\\u000a/\""},
    {false, "[\"\\ud800\", \"\\ud800\\u0041\"]", "[\"\xEF\xBF\xBD\",\"\xEF\xBF\xBD" "A\"]"},
    {true, "// head\n{\"a\" /* one */ : 1, // two\n \"b\": [1, 2, ], }", "{\"a\":\"1\",\"b\":[\"1\",\"2\"]}"},
    {true, "\"http://host.test/*x*/\" // kept", "\"http://host.test/*x*/\""},
};

static void takes_good_documents(void **state)
{
    (void)state;
    for (size_t i = 0; i < RA_COUNT(good); i++) {
        struct ra_arena a = {0};
        struct ra_buf out = {0};
        struct ra_json *v = NULL;
        struct ra_error err = {0};
        if (ra_json_parse(&a, ra_span_of(good[i].input), good[i].jsonc, &v, &err))
            fail_msg("%s: %u:%u %s", good[i].input, err.line, err.column, err.text);
        struct ra_json_out w = ra_json_out_to(&out, true);
        write_back(&w, v);
        if (!ra_span_is(ra_span_trim(ra_buf_view(&out)), good[i].same))
            fail_msg("%s became %s", good[i].input, out.p);
        ra_buf_free(&out);
        ra_arena_free(&a);
    }
}

static const struct {
    bool jsonc;
    const char *input;
    unsigned line, column;
    const char *text;
} bad[] = {
    {false, "", 1, 1, "expected a value"},
    {false, "{\"a\": 1\n \"b\": 2}", 2, 2, "expected ',' or '}' after a member"},
    {false, "[1 2]", 1, 4, "expected ',' or ']' after an item"},
    {false, "[1", 1, 3, "expected ',' or ']' after an item"},
    {false, "{\"a\" 1}", 1, 6, "expected ':' after a key"},
    {false, "{a: 1}", 1, 2, "expected a key in double quotes"},
    {false, "{\"a\": 1,}", 1, 9, "expected a key in double quotes"},
    {false, "[1,]", 1, 4, "expected a value"},
    {true, "[,]", 1, 2, "expected a value"},
    {true, "[1,,]", 1, 4, "expected a value"},
    {false, "{\"\xC3\xA9\xC3\xA9\": nope}", 1, 8, "expected a value"},
    {false, "[\n  \"open\n]", 2, 3, "this string is not closed"},
    {false, "\"ends in \\\"", 1, 1, "this string is not closed"},
    {false, "\"\xFF\"", 1, 1, "this string is not valid UTF-8"},
    {false, "\"a\tb\"", 1, 3, "control character in a string"},
    {false, "\"\\x41\"", 1, 2, "unknown escape in a string"},
    {false, "\"\\u12g4\"", 1, 2, "expected four hexadecimal digits after \\u"},
    {false, "01", 1, 2, "a number does not begin with 0"},
    {false, "-", 1, 2, "expected a digit"},
    {false, "1.", 1, 3, "expected a digit after the point"},
    {false, "1e+", 1, 4, "expected a digit in the exponent"},
    {false, "{} x", 1, 4, "expected the end of the document"},
    {false, "truex", 1, 5, "expected the end of the document"},
    {false, "[] // no", 1, 4, "comments are not allowed here"},
    {true, "[\n /* open", 2, 2, "this comment is not closed"},
    {true, "[\n /*/ 1]", 2, 2, "this comment is not closed"},
};

static void says_where_a_document_is_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < RA_COUNT(bad); i++) {
        struct ra_arena a = {0};
        struct ra_json *v = NULL;
        struct ra_error err = {0};
        int code = ra_json_parse(&a, ra_span_of(bad[i].input), bad[i].jsonc, &v, &err);
        if (code != RA_E_INPUT || err.line != bad[i].line || err.column != bad[i].column ||
            strcmp(err.text, bad[i].text) != 0)
            fail_msg("%s: code %d, %u:%u %s", bad[i].input, code, err.line, err.column, err.text);
        assert_null(v);
        ra_arena_free(&a);
    }
}

static void keeps_positions_of_values_and_keys(void **state)
{
    (void)state;
    struct ra_arena a = {0};
    struct ra_json *v;
    assert_int_equal(ra_json_parse(&a, ra_span_of("{\n  \"\xC3\xA9\": {\"x.y\": [10, -20]}\n}"), false, &v, NULL), 0);
    const struct ra_json *e = ra_json_get(v, "\xC3\xA9"), *list = ra_json_get(e, "x.y");
    assert_int_equal(e->key_line, 2);
    assert_int_equal(e->key_column, 3);
    assert_int_equal(e->column, 8);
    assert_int_equal(list->child->next->column, 21);
    int64_t n = 0;
    assert_true(ra_json_i64(list->child->next, &n));
    assert_int_equal(n, -20);
    ra_arena_free(&a);
}

static void answers_questions_without_failing(void **state)
{
    (void)state;
    struct ra_arena a = {0};
    struct ra_json *v;
    const char *text = "{\"p\":{\"mode\":\"first\",\"mode\":\"bypass\",\"on\":true},\"big\":9223372036854775808,"
                       "\"low\":-9223372036854775808,\"f\":1.5}";
    assert_int_equal(ra_json_parse(&a, ra_span_of(text), false, &v, NULL), 0);
    assert_true(ra_span_is(ra_json_text(ra_json_at(v, "p.mode")), "bypass"));
    assert_true(ra_json_is_true(ra_json_at(v, "p.on")));
    assert_null(ra_json_at(v, "p.mode.deeper"));
    assert_null(ra_json_at(v, "p.none"));
    assert_null(ra_json_get(NULL, "x"));
    assert_int_equal(ra_json_text(ra_json_at(v, "p")).n, 0);
    int64_t n = 7;
    assert_false(ra_json_i64(ra_json_get(v, "big"), &n));
    assert_false(ra_json_i64(ra_json_get(v, "f"), &n));
    assert_int_equal(n, 7);
    assert_true(ra_json_i64(ra_json_get(v, "low"), &n));
    assert_true(n == INT64_MIN);
    const struct ra_json *twice = ra_json_duplicate(v);
    assert_non_null(twice);
    assert_true(ra_span_is(twice->key, "mode"));
    assert_int_equal(twice->key_column, 22);
    assert_null(ra_json_duplicate(ra_json_get(v, "big")));
    ra_arena_free(&a);
}

static void repeated(struct ra_buf *b, const char *text, unsigned long times)
{
    while (times--)
        ra_buf_puts(b, text);
}

static void caps_depth_and_count(void **state)
{
    (void)state;
    struct ra_arena a = {0};
    struct ra_json *v = NULL;
    struct ra_error err = {0};
    struct ra_buf b = {0};
    repeated(&b, "[", RA_MAX_DEPTH);
    repeated(&b, "]", RA_MAX_DEPTH);
    assert_int_equal(ra_json_parse(&a, ra_buf_view(&b), false, &v, &err), 0);
    ra_buf_clear(&b);
    repeated(&b, "[", 500000);
    assert_int_equal(ra_json_parse(&a, ra_buf_view(&b), false, &v, &err), RA_E_INPUT);
    assert_string_equal(err.text, "nested deeper than 64 levels");
    assert_int_equal(err.column, RA_MAX_DEPTH + 1);
    ra_buf_clear(&b);
    ra_buf_puts(&b, "[0");
    repeated(&b, ",0", RA_MAX_NODES);
    ra_buf_puts(&b, "]");
    assert_int_equal(ra_json_parse(&a, ra_buf_view(&b), false, &v, &err), RA_E_INPUT);
    assert_string_equal(err.text, "more than 200000 values");
    ra_buf_clear(&b);
    ra_buf_puts(&b, "{\"x\":0"); // many keys: the search for a duplicate must not be quadratic
    for (unsigned i = 0; i < 150000; i++)
        ra_buf_printf(&b, ",\"%u\":0", i);
    ra_buf_puts(&b, ",\"149999\":1}");
    assert_int_equal(ra_json_parse(&a, ra_buf_view(&b), false, &v, &err), 0);
    const struct ra_json *twice = ra_json_duplicate(v);
    assert_non_null(twice);
    assert_int_equal(twice->type, RA_JSON_NUMBER);
    assert_true(ra_span_is(twice->text, "1"));
    ra_buf_free(&b);
    ra_arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_good_documents),
        cmocka_unit_test(says_where_a_document_is_wrong),
        cmocka_unit_test(keeps_positions_of_values_and_keys),
        cmocka_unit_test(answers_questions_without_failing),
        cmocka_unit_test(caps_depth_and_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

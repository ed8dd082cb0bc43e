// The YAML reader: types by the core schema, positions, and the refusal of what settings do not need.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/limits.h"
#include "parse/yaml.h"

static void types_follow_the_core_schema(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum ra_json_type type;
    } cases[] = {
        {"~", RA_JSON_NULL},       {"null", RA_JSON_NULL},    {"", RA_JSON_NULL},           {"true", RA_JSON_TRUE},
        {"FALSE", RA_JSON_FALSE},  {"yes", RA_JSON_STRING},   {"no", RA_JSON_STRING},       {"'true'", RA_JSON_STRING},
        {"\"1\"", RA_JSON_STRING}, {"12", RA_JSON_NUMBER},    {"-0.5e+3", RA_JSON_NUMBER},  {"0x1F", RA_JSON_NUMBER},
        {"0o17", RA_JSON_NUMBER},  {".inf", RA_JSON_NUMBER},  {".", RA_JSON_STRING},        {"-", RA_JSON_STRING},
        {"1.2.3", RA_JSON_STRING}, {"1e", RA_JSON_STRING},    {"2027-03-31", RA_JSON_STRING}, {"a: b", RA_JSON_OBJECT},
        {"!!str 12", RA_JSON_STRING}, {"!!int 12", RA_JSON_NUMBER}, {"!vault x", RA_JSON_STRING}, {"[]", RA_JSON_ARRAY},
        {"0x", RA_JSON_STRING},    {"+1", RA_JSON_NUMBER},    {"|\n  1\n", RA_JSON_STRING},
    };
    for (size_t i = 0; i < RA_COUNT(cases); i++) {
        struct ra_arena a = {0};
        struct ra_json *v;
        struct ra_error err = {0};
        struct ra_buf text = {0};
        ra_buf_printf(&text, "%s\n", cases[i].text);
        if (cases[i].text[0] == '-' && !cases[i].text[1]) { // alone it would be a list
            ra_buf_clear(&text);
            ra_buf_puts(&text, "!!int '-'");
        }
        if (ra_yaml_parse(&a, ra_buf_view(&text), &v, &err))
            fail_msg("%s: %u:%u %s", cases[i].text, err.line, err.column, err.text);
        if (v->type != cases[i].type)
            fail_msg("%s: type %d", cases[i].text, (int)v->type);
        ra_buf_free(&text);
        ra_arena_free(&a);
    }
}

static void reads_a_profile(void **state)
{
    (void)state;
    struct ra_arena a = {0};
    struct ra_json *v;
    const char *text = "# head\nprofile: x\nallow:\n  - {kind: token, role: agent-session}\n  - kind: egress\n    n: 0o17\n";
    assert_int_equal(ra_yaml_parse(&a, ra_span_of(text), &v, NULL), 0);
    assert_true(ra_span_is(ra_json_text(ra_json_get(v, "profile")), "x"));
    const struct ra_json *allow = ra_json_get(v, "allow"), *role = ra_json_get(allow->child, "role");
    assert_int_equal(role->key_line, 4);
    assert_int_equal(role->key_column, 19);
    assert_int_equal(role->column, 25);
    int64_t n = 0;
    assert_true(ra_json_i64(ra_json_get(allow->child->next, "n"), &n));
    assert_int_equal(n, 15);
    assert_int_equal(ra_yaml_parse(&a, RA_SPAN("# nothing\n"), &v, NULL), 0);
    assert_int_equal(v->type, RA_JSON_NULL);
    ra_arena_free(&a);
}

static const struct {
    const char *input;
    unsigned line, column;
    const char *text;
} bad[] = {
    {"a: 1\nb: 2\na: 3\n", 3, 1, "this key is given twice"},
    {"x:\n  - {p: 1, p: 2}\n", 2, 12, "this key is given twice"},
    {"a: &x 1\nb: 2\n", 1, 4, "anchors are not allowed here"},
    {"a: &x {b: 1}\n", 1, 4, "anchors are not allowed here"},
    {"a: *x\n", 1, 4, "aliases are not allowed here"},
    {"a: 1\n---\nb: 2\n", 2, 1, "more than one document"},
    {"[a]: 1\n", 1, 1, "a key must be a plain word"},
    {"a: [1, 2\n", 2, 1, "did not find expected ',' or ']'"},
    {"a: b: c\n", 1, 5, "mapping values are not allowed in this context"},
    {"a: 1\n\tb: 2\n", 2, 1, "found a tab character that violates indentation"},
    {"a: \"open\n", 2, 1, "found unexpected end of stream"},
    {"ok: 1\nx: \xFF\n", 2, 1, "this line is not text that YAML allows"},
    {"a: \x01\n", 1, 1, "this line is not text that YAML allows"},
};

static void says_where_a_document_is_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < RA_COUNT(bad); i++) {
        struct ra_arena a = {0};
        struct ra_json *v = NULL;
        struct ra_error err = {0};
        int code = ra_yaml_parse(&a, ra_span_of(bad[i].input), &v, &err);
        if (code != RA_E_INPUT || err.line != bad[i].line || err.column != bad[i].column ||
            strcmp(err.text, bad[i].text) != 0)
            fail_msg("%s: code %d, %u:%u %s", bad[i].input, code, err.line, err.column, err.text);
        assert_null(v);
        ra_arena_free(&a);
    }
}

static void caps_depth_and_count(void **state)
{
    (void)state;
    struct ra_arena a = {0};
    struct ra_json *v = NULL;
    struct ra_error err = {0};
    struct ra_buf b = {0};
    for (int i = 0; i < 500000; i++)
        ra_buf_putc(&b, '[');
    assert_int_equal(ra_yaml_parse(&a, ra_buf_view(&b), &v, &err), RA_E_INPUT);
    assert_string_equal(err.text, "nested deeper than 64 levels");
    ra_buf_clear(&b);
    for (int i = 0; i < RA_MAX_NODES + 2; i++)
        ra_buf_puts(&b, "- 1\n");
    assert_int_equal(ra_yaml_parse(&a, ra_buf_view(&b), &v, &err), RA_E_INPUT);
    assert_string_equal(err.text, "more than 200000 values");
    ra_buf_free(&b);
    ra_arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_follow_the_core_schema),
        cmocka_unit_test(reads_a_profile),
        cmocka_unit_test(says_where_a_document_is_wrong),
        cmocka_unit_test(caps_depth_and_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

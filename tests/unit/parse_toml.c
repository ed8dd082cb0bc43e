// The TOML reader: documents of the specification's own kinds, and every way to be wrong with its position.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/limits.h"
#include "parse/toml.h"

// A tree in one line: {key:value,...}, strings in quotes as they are, the rest bare.
static void show(struct ra_buf *out, const struct ra_json *v)
{
    bool object = v->type == RA_JSON_OBJECT;
    if (object || v->type == RA_JSON_ARRAY) {
        ra_buf_putc(out, object ? '{' : '[');
        for (const struct ra_json *m = v->child; m; m = m->next) {
            if (object) {
                ra_buf_span(out, m->key);
                ra_buf_putc(out, ':');
            }
            show(out, m);
            if (m->next)
                ra_buf_putc(out, ',');
        }
        ra_buf_putc(out, object ? '}' : ']');
    } else if (v->type == RA_JSON_STRING) {
        ra_buf_printf(out, "'%.*s'", (int)v->text.n, v->text.p);
    } else if (v->type == RA_JSON_NUMBER) {
        ra_buf_span(out, v->text);
    } else {
        ra_buf_putc(out, v->type == RA_JSON_TRUE ? 'T' : 'F');
    }
}

static const struct {
    const char *input, *tree;
} good[] = {
    {"", "{}"},
    {"\xEF\xBB\xBF# only\n\n  \t\r\n", "{}"},
    {"a = 1 # c\r\nb=true\n'q k' = false\n\"\\u00e9\" = \"\\t\\\"\"\n1.2 = 3", "{a:1,b:T,q k:F,\xC3\xA9:'\t\"',1:{2:3}}"},
    {"i = [ +1, -0, 1_000, 0xDEAD_beef, 0o17, 0b1_0, ]", "{i:[+1,-0,1000,0xDEADbeef,0o17,0b10]}"},
    {"f = [1.5, -1e-9, 6.626_0e+34, 123e-5, inf, -nan, 0.0]", "{f:[1.5,-1e-9,6.6260e+34,123e-5,inf,-nan,0.0]}"},
    {"d = [1979-05-27T07:32:00Z, 1979-05-27 07:32:00.5-07:00, 1979-05-27T07:32:00, 1979-05-27, 07:32:00.999]",
     "{d:['1979-05-27T07:32:00Z','1979-05-27 07:32:00.5-07:00','1979-05-27T07:32:00','1979-05-27','07:32:00.999']}"},
    {"s = \"\"\"\nRoses\n  \\\"\"\" \\\n   \n  red\"\"\"\"\"", "{s:'Roses\n  \"\"\" red\"\"'}"},
    {"s = '''\n\\d''quote''''\nt = ''\nu = \"\"", "{s:'\\d''quote'',t:'',u:''}"},
    {"[a.b]\nx = 1\n[a]\ny = 2\n[a.c.d]\n", "{a:{b:{x:1},y:2,c:{d:{}}}}"},
    {"[ a . \"b.c\" ]\nk.'d'.e = 1\nk.d.f = 2", "{a:{b.c:{k:{d:{e:1,f:2}}}}}"},
    {"[[p]]\nn = 1\n[[p.q]]\nm = 1\n[[p.q]]\n[[p]]\n[p.r]\nz=1", "{p:[{n:1,q:[{m:1},{}]},{r:{z:1}}]}"},
    {"t = {a = 1, b.c = 2, b.d = {}, e = [{f = 'x'}]}\nu = {}", "{t:{a:1,b:{c:2,d:{}},e:[{f:'x'}]},u:{}}"},
    {"l = [ # c\n 1, # d\n [\n 2 ] ]", "{l:[1,[2]]}"},
    {"[fruit]\napple.taste.sweet = true\n[fruit.apple.texture]\nsmooth = true",
     "{fruit:{apple:{taste:{sweet:T},texture:{smooth:T}}}}"},
    {"a.b.c = 1\na.d = 2\n[x]\n[x.y]\n", "{a:{b:{c:1},d:2},x:{y:{}}}"},
};

static void takes_good_documents(void **state)
{
    (void)state;
    for (size_t i = 0; i < RA_COUNT(good); i++) {
        struct ra_arena a = {0};
        struct ra_buf out = {0};
        struct ra_json *v;
        struct ra_error err = {0};
        if (ra_toml_parse(&a, ra_span_of(good[i].input), &v, &err))
            fail_msg("%s: %u:%u %s", good[i].input, err.line, err.column, err.text);
        show(&out, v);
        assert_string_equal(out.p, good[i].tree);
        ra_buf_free(&out);
        ra_arena_free(&a);
    }
}

static const struct {
    const char *input;
    unsigned line, column;
    const char *text;
} bad[] = {
    {"a", 1, 2, "expected '=' after a key"},
    {"= 1", 1, 1, "expected a key"},
    {"a. = 1", 1, 4, "expected a key"},
    {"a = ", 1, 5, "expected a value"},
    {"a = b", 1, 5, "expected a value"},
    {"a = 1 b = 2", 1, 7, "expected the end of the line"},
    {"a = 1\n\na = 2", 3, 1, "a key of this name is already there, on line 1"},
    {"a = 1\n\"\\u0061\" = 2", 2, 1, "a key of this name is already there, on line 1"},
    {"a = 1\na.b = 2", 2, 1, "a key of this name is already there, on line 1"},
    {"a = 1\n[a.b]", 2, 2, "a key of this name is already there, on line 1"},
    {"[a]\n[b]\n[a]", 3, 2, "a table or list of this name is already there, on line 1"},
    {"[a.b]\n[a]\nb = 1", 3, 1, "a table or list of this name is already there, on line 1"},
    {"[a.b.c]\n[a]\nb.c.t = 1", 3, 3, "a table or list of this name is already there, on line 1"},
    {"a.b = 1\n[a]", 2, 2, "a table or list of this name is already there, on line 1"},
    {"a = {b = 1}\n[a.c]", 2, 2, "a table or list of this name is already there, on line 1"},
    {"a = {b = 1}\na.c = 2", 2, 1, "a table or list of this name is already there, on line 1"},
    {"a = {b = {}, b.c = 2}", 1, 14, "a table or list of this name is already there, on line 1"},
    {"a = [1]\n[[a]]", 2, 3, "a table or list of this name is already there, on line 1"},
    {"[[a]]\n[a]", 2, 2, "a table or list of this name is already there, on line 1"},
    {"[a]\n[[a]]", 2, 3, "a table or list of this name is already there, on line 1"},
    {"[[a.b]]\n[a]\nb.y = 2", 3, 1, "a table or list of this name is already there, on line 1"},
    {"[a", 1, 3, "expected ']' after a table's name"},
    {"[a]]", 1, 4, "expected the end of the line"},
    {"[[a]", 1, 4, "expected ']]' after a list's name"},
    {"[]", 1, 2, "expected a key"},
    {"a = [1 2]", 1, 8, "expected ',' or ']' after an item"},
    {"a = [,]", 1, 6, "expected a value"},
    {"a = {b = 1,}", 1, 12, "expected a key"},
    {"a = {b = 1", 1, 11, "expected ',' or '}' after a member"},
    {"a = {\nb = 1}", 1, 6, "expected a key"},
    {"a = \"x\ny\"", 1, 5, "this string is not closed"},
    {"a = '''x''", 1, 5, "this string is not closed"},
    {"a = \"\\x41\"", 1, 6, "unknown escape in a string"},
    {"a = \"\"\"\nx\\ y\"\"\"", 2, 2, "unknown escape in a string"},
    {"a = \"\\ud800\"", 1, 6, "this escape names no Unicode character"},
    {"a = \"\\U00110000\"", 1, 6, "this escape names no Unicode character"},
    {"a = 'x\x01'", 1, 7, "control character in a string"},
    {"a = 1 # \x7F", 1, 9, "control character in a comment"},
    {"a = 1\n\xFF = 2", 2, 1, "this line is not UTF-8 text"},
    {"a = 9223372036854775808", 1, 5, "this integer does not fit in 64 bits"},
    {"a = 01", 1, 5, "expected a value"},
    {"a = 1__0", 1, 5, "expected a value"},
    {"a = _1", 1, 5, "expected a value"},
    {"a = 1_", 1, 5, "expected a value"},
    {"a = 1.", 1, 5, "expected a value"},
    {"a = .5", 1, 5, "expected a value"},
    {"a = +0x1", 1, 5, "expected a value"},
    {"a = 0x", 1, 5, "expected a value"},
    {"a = 1979-02-29", 1, 5, "this is no date or time"},
    {"a = 25:00:00", 1, 5, "this is no date or time"},
    {"a = 07:32:00Z", 1, 5, "this is no date or time"},
    {"a = 1979-05-27T07:32:00+0700", 1, 5, "this is no date or time"},
    {"\"\"\"a\"\"\" = 1", 1, 3, "expected '=' after a key"},
    {"a = 1\rb = 2", 1, 6, "expected the end of the line"},
};

static void says_where_a_document_is_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < RA_COUNT(bad); i++) {
        struct ra_arena a = {0};
        struct ra_json *v = NULL;
        struct ra_error err = {0};
        int code = ra_toml_parse(&a, ra_span_of(bad[i].input), &v, &err);
        if (code != RA_E_INPUT || err.line != bad[i].line || err.column != bad[i].column ||
            strcmp(err.text, bad[i].text) != 0)
            fail_msg("%s: code %d, %u:%u %s", bad[i].input, code, err.line, err.column, err.text);
        assert_null(v);
        ra_arena_free(&a);
    }
}

static void keeps_positions(void **state)
{
    (void)state;
    struct ra_arena a = {0};
    struct ra_json *v;
    assert_int_equal(ra_toml_parse(&a, RA_SPAN("[x]\n  y.z = [1, 0x20]\n"), &v, NULL), 0);
    const struct ra_json *z = ra_json_at(v, "x.y.z");
    assert_int_equal(z->key_line, 2);
    assert_int_equal(z->key_column, 5);
    assert_int_equal(z->column, 9);
    int64_t n = 0;
    assert_true(ra_json_i64(z->child->next, &n));
    assert_int_equal(n, 32);
    ra_arena_free(&a);
}

static void caps_depth_and_stays_fast(void **state)
{
    (void)state;
    struct ra_arena a = {0};
    struct ra_json *v = NULL;
    struct ra_error err = {0};
    struct ra_buf b = {0};
    ra_buf_puts(&b, "a = ");
    for (int i = 0; i < 500000; i++)
        ra_buf_putc(&b, '[');
    assert_int_equal(ra_toml_parse(&a, ra_buf_view(&b), &v, &err), RA_E_INPUT);
    assert_string_equal(err.text, "nested deeper than 64 levels");
    ra_buf_clear(&b);
    ra_buf_puts(&b, "[a");
    for (int i = 0; i < 200000; i++)
        ra_buf_puts(&b, ".a");
    ra_buf_puts(&b, "]");
    assert_int_equal(ra_toml_parse(&a, ra_buf_view(&b), &v, &err), RA_E_INPUT);
    assert_string_equal(err.text, "nested deeper than 64 levels");
    ra_buf_clear(&b);
    for (unsigned i = 0; i < 60000; i++)
        ra_buf_printf(&b, "k%u = 0\n", i);
    for (unsigned i = 0; i < 60000; i++)
        ra_buf_printf(&b, "[[l]]\n");
    assert_int_equal(ra_toml_parse(&a, ra_buf_view(&b), &v, &err), 0);
    ra_buf_puts(&b, "[k59999]");
    assert_int_equal(ra_toml_parse(&a, ra_buf_view(&b), &v, &err), RA_E_INPUT);
    assert_int_equal(err.line, 120001);
    ra_buf_free(&b);
    ra_arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_good_documents),
        cmocka_unit_test(says_where_a_document_is_wrong),
        cmocka_unit_test(keeps_positions),
        cmocka_unit_test(caps_depth_and_stays_fast),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// Nothing from outside reaches a terminal as a command, and nothing readable is lost.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "reports/report.h"

static void escapes(void **state)
{
    (void)state;
    static const struct {
        const char *in, *want;
    } rows[] = {
        {"", ""},
        {"plain text, 100% of it", "plain text, 100% of it"},
        {"Stra\xC3\x9F" "e \xE6\x97\xA5\xE6\x9C\xAC \xF0\x9F\x90\xA7", "Stra\xC3\x9F" "e \xE6\x97\xA5\xE6\x9C\xAC \xF0\x9F\x90\xA7"},
        {"\033[31mred\033[0m", "\\x1b[31mred\\x1b[0m"},
        {"a\nb\rc\td\ae\bf", "a\\x0ab\\x0dc\\x09d\\x07e\\x08f"},
        {"\x7F", "\\x7f"},
        {"\xC2\x9B" "31m", "\\u{009b}31m"},           // CSI of C1
        {"a\xE2\x80\xAE" "b", "a\\u{202e}b"},         // right-to-left override
        {"\xE2\x81\xA6x\xE2\x81\xA9", "\\u{2066}x\\u{2069}"}, // isolates
        {"x\xE2\x80\x8By", "x\\u{200b}y"},            // zero width
        {"\xEF\xBB\xBFz", "\\u{feff}z"},
        {"\xF3\xA0\x81\x81", "\\u{e0041}"},           // tag
        {"\xFFok\xC3", "\\xffok\\xc3"},               // not UTF-8
        {"\xED\xA0\x80", "\\xed\\xa0\\x80"},          // surrogate
        {"\xC0\x9B", "\\xc0\\x9b"},                   // overlong ESC
        {"\xE2\x80", "\\xe2\\x80"},                   // cut short
        {"x##[add-path]/y #[ ##", "x#\\x23[add-path]/y #[ ##"}, // a runner's command, in the older form
        {"####[[##[", "###\\x23[[#\\x23["},
        {"a ##vso[task.x]y ##teamcity[m] ## h[", "a #\\x23vso[task.x]y #\\x23teamcity[m] ## h["},
    };
    for (size_t i = 0; i < RA_COUNT(rows); i++) {
        RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
        ra_escape_terminal(&b, rows[i].in);
        assert_string_equal(ra_buf_view(&b).p, rows[i].want);
    }
}

// A runner trims what stands before the colons, and not only what is ASCII; of what it obeys nothing is left.
static void lines_are_no_commands(void **state)
{
    (void)state;
    static const struct {
        const char *in, *want;
    } rows[] = {
        {"::error::x", "\\x3a:error::x"},
        {"   ::error::##[x", "   \\x3a:error::#\\x23[x"},
        {"\xE3\x80\x80 ::error::x", "\xE3\x80\x80 \\x3a:error::x"},
        {"a ::error::x", "a ::error::x"},
        {"a \\x1b ##[x", "a \\x1b #\\x23[x"},
        {":", ":"},
        {"", ""},
    };
    for (size_t i = 0; i < RA_COUNT(rows); i++) {
        RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
        ra_buf_puts(&b, "::");
        ra_buf_puts(&b, rows[i].in);
        ra_escape_line(&b, 2);
        assert_memory_equal(b.p, "::", 2);
        assert_string_equal(b.p + 2, rows[i].want);
    }
}

static void no_control_byte_survives(void **state)
{
    (void)state;
    for (unsigned lead = 1; lead < 256; lead++)
        for (unsigned next = 1; next < 256; next++) {
            const char in[] = {(char)lead, (char)next, 'x', 0};
            RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
            ra_escape_terminal(&b, in);
            assert_true(ra_span_utf8(ra_buf_view(&b)));
            for (size_t i = 0; i < b.n; i++) {
                unsigned char c = (unsigned char)b.p[i];
                assert_true(c >= 0x20 && c != 0x7F);
                assert_false(c == 0xC2 && (unsigned char)b.p[i + 1] < 0xA0);
            }
            assert_int_equal(b.p[b.n - 1], 'x');
        }
}

typedef void escaper(struct ra_buf *out, const char *text);

struct pair {
    escaper *escape;
    const char *in, *want;
};

static void each_format(void **state)
{
    (void)state;
    static const struct pair rows[] = {
        {ra_escape_xml, "<a b=\"c\" d='e'>&]]>", "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;]]&gt;"},
        {ra_escape_xml, "a\n\033\xEF\xBF\xBE\xFF", "a\\x0a\\x1b\\u{fffe}\\xff"},
        {ra_escape_label, "a\"} 1\n\\", "a\\\"} 1\\\\x0a\\\\"},
        {ra_escape_message, "see [x](http://e.test) and a[0]", "see [x] (http://e.test) and a[0]"},
        {ra_escape_message, "[x\xE2\x80\x8B](y)", "[x\\u{200b}] (y)"},
        {ra_escape_command, "100%\n::error::x ##[error]y, a:b", "100%25\\x0a::error::x #\\x23[error]y, a:b"},
        {ra_escape_xml, "##[group]", "#\\x23[group]"},
        {ra_escape_code, "##[group]", "`#\\x23[group]`"},
        {ra_escape_property, "a:b,c=d%0A\r::", "a%3Ab%2Cc=d%250A\\x0d%3A%3A"},
        {ra_escape_path, "/a b/%#?\n\xC3\xA9:~", "/a%20b/%25%23%3F%0A%C3%A9%3A~"},
    };
    for (size_t i = 0; i < RA_COUNT(rows); i++) {
        RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
        rows[i].escape(&b, rows[i].in);
        assert_string_equal(ra_buf_view(&b).p, rows[i].want);
    }
}

static void markdown(void **state)
{
    (void)state;
    static const struct pair rows[] = {
        {ra_escape_code, "a b", "`a b`"},
        {ra_escape_code, "", "`(empty)`"},
        {ra_escape_code, "a\\|b", "<code>a&#92;&#124;b</code>"},
        {ra_escape_code, "```<x>@y", "<code>&#96;&#96;&#96;&#60;x&#62;&#64;y</code>"},
        {ra_escape_code, "a\nb", "`a\\x0ab`"},
        {ra_escape_markdown, "The run's read-only copy (of 12 files), twice.", "The run's read-only copy (of 12 files), twice."},
        {ra_escape_markdown, "read in /home/a_b, by @octocat.", "read in `/home/a_b`, by `@octocat`."},
        {ra_escape_markdown, "fixes #123 and GH-12, o/r#1: 1234567", "fixes `#123` and `GH-12`, `o/r#1`: `1234567`"},
        {ra_escape_markdown, "[x](http://e.test) <b> **c** ~~d~~ $e$", "`[x](http://e.test`) `<b>` `**c**` `~~d~~` `$e$`"},
        {ra_escape_markdown, "do `run -x | y`, then `z`", "do <code>run &#45;x &#124; y</code>, then `z`"},
        {ra_escape_markdown, "x`a``b`y", "x`a` `b`y"},
        {ra_escape_markdown, "one ` alone", "one <code>&#96;</code> alone"},
        {ra_escape_markdown, "-a- 'b' -", "`-a-` `'b'` `-`"},
    };
    for (size_t i = 0; i < RA_COUNT(rows); i++) {
        RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
        rows[i].escape(&b, rows[i].in);
        assert_string_equal(ra_buf_view(&b).p, rows[i].want);
    }
}

// Whatever stands in it, a sentence ends outside code, and outside code is plain language.
static void outside_code_is_plain(void **state)
{
    (void)state;
    unsigned seed = 7;
    for (unsigned round = 0; round < 20000; round++) {
        static const char signs[] = "``||\\ab 1.:@#<>&()[]*_~$-'\n";
        char in[24] = "";
        for (size_t i = 0; i + 1 < sizeof in; i++) {
            seed = seed * 1103515245u + 12345u;
            in[i] = signs[(seed >> 16) % (sizeof signs - 1)];
        }
        RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
        ra_escape_markdown(&b, in);
        bool span = false;
        for (const char *p = ra_buf_view(&b).p; *p; p++) {
            if (!span && strncmp(p, "<code>", 6) == 0) {
                p = strstr(p, "</code>") + 6;
                continue;
            }
            span ^= *p == '`';
            if (!span && *p != '`' && !strchr("ab 1.,:;()-'", *p))
                fail_msg("%s gives %s", in, b.p);
            assert_true(*p != '|' && *p != '\n');
        }
        assert_false(span);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(escapes), cmocka_unit_test(lines_are_no_commands),
        cmocka_unit_test(no_control_byte_survives),
                                       cmocka_unit_test(each_format), cmocka_unit_test(markdown),
                                       cmocka_unit_test(outside_code_is_plain)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// Nothing from outside reaches a terminal as a command, and nothing readable is lost.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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
    };
    for (size_t i = 0; i < RA_COUNT(rows); i++) {
        RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
        ra_escape_terminal(&b, rows[i].in);
        assert_string_equal(ra_buf_view(&b).p, rows[i].want);
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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(escapes), cmocka_unit_test(no_control_byte_survives)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

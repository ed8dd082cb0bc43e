// The report for people: the verdict word first, 80 columns, everything that the design asks for, and no byte from
// outside that a terminal would obey.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "reports_small.h"

static void write_text(struct small *s, struct ra_report_options o, struct ra_buf *b)
{
    o.width = 80;
    ra_report_find("text")->write(&s->inv, &s->v, &o, b);
}

static void in_order(const char *text, const char *const *parts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *at = strstr(text, parts[i]);
        if (!at)
            fail_msg("missing or out of order: %s\n%s", parts[i], text);
        text = at + 1;
    }
}

static void says_everything_in_order(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "FAIL: the worst iteration could send out the token in API.\n", "Audited", "uid 1000", "/work", "Box",
        "bubblewrap", "Profile", "overnight", "Worst case", "organization", "97", "Proved", "grant", "40",
        "a live secret can be sent out", "1. the token can be read in the variable API",
        "2. a default route carries it out (likely, later)", "trifecta", "private data", "yes: env:API", "untrusted input",
        "unknown", "way out", "To pass", "Start without API.", "cuts secret/disclosed", "To know more", "unknown:sockets",
        "person", "a look from outside", "Asleep", "env:API would be organization", "Findings",
        "fail    critical  A live secret can leave: env:API and 1 more\n", "[secret/disclosed]",
        "Looked at 12 places in 1 surface; not seen:", "/proc/1/environ: EACCES", "Exit status 1 (fail).\n"};
    struct small s;
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    small_make(&s, "API");
    write_text(&s, (struct ra_report_options){0}, &b);
    in_order(b.p, parts, RA_COUNT(parts));
    assert_null(strstr(b.p, "\033"));
    assert_null(strstr(b.p, "No system call filter"));
    struct ra_span rest = ra_buf_view(&b), line;
    while (ra_span_line(&rest, &line)) {
        assert_true(line.n <= 80);
        assert_false(line.n && line.p[line.n - 1] == ' ');
    }
    ra_arena_free(&s.arena);
}

static void verbose_and_quiet(void **state)
{
    (void)state;
    struct small s;
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    small_make(&s, "API");
    write_text(&s, (struct ra_report_options){.verbose = true}, &b);
    assert_non_null(strstr(b.p, "No system call filter"));
    assert_non_null(strstr(b.p, "The token in API can be sent out."));
    ra_buf_clear(&b);
    write_text(&s, (struct ra_report_options){.quiet = true}, &b);
    assert_string_equal(b.p, "FAIL: the worst iteration could send out the token in API.\n");
    ra_buf_clear(&b);
    write_text(&s, (struct ra_report_options){.quiet = true, .colour = true}, &b);
    assert_string_equal(b.p, "\033[1;31mFAIL:\033[0m the worst iteration could send out the token in API.\n");
    ra_arena_free(&s.arena);
}

static void hostile_text_is_escaped(void **state)
{
    (void)state;
    struct small s;
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    small_make(&s, "API");
    s.v.worst.sentence = "the worst \033]0;pwned\a iteration \xE2\x80\xAE";
    s.v.reasons[0] = "a\033[2Jb";
    small_findings[0].title = "t\x9B";
    s.inv.target.hostname = "h\nFAKE: pass";
    s.inv.target.box.evidence = "\033c";
    write_text(&s, (struct ra_report_options){.verbose = true}, &b);
    small_reasons[0] = "a live secret can be sent out";
    assert_null(memchr(b.p, '\033', b.n));
    assert_null(memchr(b.p, '\a', b.n));
    assert_null(strstr(b.p, "\xE2\x80\xAE"));
    assert_null(strstr(b.p, "\nFAKE"));
    assert_true(ra_span_utf8(ra_buf_view(&b)));
    assert_non_null(strstr(b.p, "\\x1b]0;pwned\\x07"));
    ra_arena_free(&s.arena);
}

// Where a line ends is chosen by who names things; what stands between backticks is put together without them.
static void no_line_is_a_workflow_command(void **state)
{
    (void)state;
    static const char *const names[] = {"::set-output name=verdict::pass", "x ::add-path::/y", "\xE3\x80\x80 ::error::x",
                                        "`:`:error::x", "`##`[add-path]/y", "##[add-path]/y"};
    for (size_t i = 0; i < RA_COUNT(names); i++)
        for (unsigned width = 20; width < 81; width++) {
            struct small s;
            RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
            small_make(&s, "API");
            s.inv.target.worktree = s.inv.target.box.evidence = small_findings[0].message = names[i];
            ra_report_find("text")->write(&s.inv, &s.v, &(struct ra_report_options){.width = width, .verbose = true}, &b);
            struct ra_span rest = ra_buf_view(&b), line;
            assert_null(strstr(b.p, "##["));
            while (ra_span_line(&rest, &line)) {
                while (line.n && (line.p[0] == ' ' || (unsigned char)line.p[0] >= 0x80))
                    line = ra_span_cut(line, 1, line.n);
                assert_false(ra_span_starts(line, "::"));
            }
            ra_arena_free(&s.arena);
        }
}

// Names of the box are in the sentence, which is wrapped: one line alone begins with a verdict.
static void one_line_begins_with_a_verdict(void **state)
{
    (void)state;
    static const char *const words[] = {"PASS:", "`PASS: x`", "INCOMPLETE", "FAIL:"};
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
        struct small s;
        RA_CLEANUP(ra_buf_free) struct ra_buf b = {0}, long_one = {0};
        small_make(&s, "API");
        ra_buf_puts(&long_one, "the worst iteration could wreck the working tree /w");
        for (int i = 0; i < 60; i++)
            ra_buf_printf(&long_one, " %s", words[k]);
        s.v.worst.sentence = long_one.p;
        write_text(&s, (struct ra_report_options){0}, &b);
        struct ra_span rest = ra_buf_view(&b), line;
        for (size_t n = 0; ra_span_line(&rest, &line); n++)
            if (n && (ra_span_starts(line, "PASS") || ra_span_starts(line, "INCOMPLETE") || ra_span_starts(line, "FAIL")))
                fail_msg("%.*s", (int)line.n, line.p);
        ra_arena_free(&s.arena);
    }
}

static void refusal_is_two_lines(void **state)
{
    (void)state;
    struct small s;
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    small_make(&s, "API");
    ra_report_refusal(&s.v, &b);
    assert_string_equal(b.p, "FAIL: the worst iteration could send out the token in API.\nTo pass: Start without API.\n");
    s.v.n_cuts = 0;
    ra_buf_clear(&b);
    ra_report_refusal(&s.v, &b);
    assert_string_equal(b.p, "FAIL: the worst iteration could send out the token in API.\nWhy: a live secret can be sent out\n");
    ra_arena_free(&s.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_everything_in_order), cmocka_unit_test(verbose_and_quiet),
        cmocka_unit_test(hostile_text_is_escaped),
        cmocka_unit_test(no_line_is_a_workflow_command),
        cmocka_unit_test(one_line_begins_with_a_verdict), cmocka_unit_test(refusal_is_two_lines)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

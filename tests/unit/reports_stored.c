// A report read back: what was written is what is read; what is no report is an error with its place.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "model/stored_report.h"
#include "reports_small.h"

static struct small s;
static struct ra_buf text;
static struct ra_stored_report got;
static struct ra_error err;

static int setup(void **state)
{
    (void)state;
    static const struct ra_report_options options = {.width = 80};
    small_make(&s, "a \x1b[31m locator");
    s.v.worst.terms = (struct ra_score_terms){RA_SEVERITY_CRITICAL, true, 4};
    ra_report_json(&s.inv, &s.v, &options, &text);
    err = (struct ra_error){0};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    ra_buf_free(&text);
    ra_arena_free(&s.arena);
    return 0;
}

static void comes_back(void **state)
{
    (void)state;
    assert_int_equal(ra_stored_report_read(&s.arena, ra_buf_view(&text), &got, &err), 0);
    const struct ra_verdict *v = &got.verdict;
    assert_string_equal(got.inv.target.worktree, "/work");
    assert_string_equal(got.inv.target.box.kind, "bubblewrap");
    assert_int_equal(v->verdict, RA_VERDICT_FAIL);
    assert_int_equal(v->worst.score, 97);
    assert_int_equal(v->worst.terms.n, 4);
    assert_int_equal(v->worst.proved.terms.n, 0);
    assert_string_equal(v->worst.legs[0].reaches[1], "token:generic:0123456789ab");
    assert_int_equal(got.inv.n_reaches, s.inv.n_reaches);
    const struct ra_reach *r = got.inv.reaches[ra_stored_reach(&got, "env:API")];
    assert_string_equal(r->locator, "a \x1b[31m locator");
    assert_int_equal(ra_detail_find(r, "length")->number, 40);
    assert_true(v->reaches[ra_stored_reach(&got, "env:API")].dormant);
    assert_int_equal(got.inv.reaches[ra_stored_reach(&got, "unknown:sockets")]->evidence[0].outcome, EACCES);
    assert_int_equal(v->n_steps, 2);
    assert_string_equal(v->steps[1].needs[1], "egress:route/default/eth0");
    assert_int_equal(v->consequences[0].step, 1);
    assert_int_equal(v->n_findings, 2);
    assert_string_equal(v->cuts[0].cuts[0], "secret/disclosed");
    assert_int_equal(ra_stored_step(&got, "so:readable/env:API"), 0);
    assert_int_equal(ra_stored_consequence(&got, "so:nothing"), RA_NO_PLACE);
}

// The report with `from` replaced by `to`.
static int altered(const char *from, const char *to)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf other = {0};
    const char *at = strstr(text.p, from);
    assert_non_null(at);
    ra_buf_add(&other, text.p, (size_t)(at - text.p));
    ra_buf_puts(&other, to);
    ra_buf_puts(&other, at + strlen(from));
    err = (struct ra_error){0};
    return ra_stored_report_read(&s.arena, ra_buf_view(&other), &got, &err);
}

static void refuses(const char *from, const char *to, const char *complaint)
{
    assert_int_equal(altered(from, to), RA_E_INPUT);
    if (!strstr(err.text, complaint))
        fail_msg("\"%s\" does not say \"%s\"", err.text, complaint);
}

static void what_is_no_report(void **state)
{
    (void)state;
    refuses("reachaudit-report/1", "reachaudit-report/2", "schema: must be");
    refuses("\"state\": \"present\"", "\"state\": \"maybe\"", "unknown word \"maybe\"");
    refuses("\"score\": 97", "\"score\": 197", "worst_case.score: must be from 0 to 100");
    refuses("\"score\": 97", "\"score\": 97, \"score\": 1", "\"score\" twice");
    refuses("\"id\": \"env:API\"", "\"id\": \"file:API\"", "is not of kind \"env\"");
    refuses("\"id\": \"unknown:sockets\"", "\"id\": \"env:API\"", "is not of kind");
    refuses("\"step\": 1", "\"step\": 2", "consequences[0].step: there is no such step");
    refuses("\"verdict\": \"fail\",", "", "field \"verdict\" is missing");
    refuses("\"schema\"", "\"schem", "");
    assert_int_equal(ra_stored_report_read(&s.arena, RA_SPAN("[]"), &got, &err), RA_E_INPUT);
}

// Everything that the report says comes back, so that writing it again gives the same bytes.
static void is_the_same_again(void **state)
{
    (void)state;
    static const struct ra_report_options options = {.width = 80};
    RA_CLEANUP(ra_buf_free) struct ra_buf again = {0};
    assert_int_equal(ra_stored_report_read(&s.arena, ra_buf_view(&text), &got, &err), 0);
    ra_report_json(&got.inv, &got.verdict, &options, &again);
    assert_string_equal(again.p, text.p);
    assert_int_equal(got.verdict.worst.n_path, 2);
    assert_int_equal(got.verdict.findings[0].path[1], 1);
    assert_string_equal(got.verdict.steps[1].sentence, "a default route carries it out");
    assert_string_equal(got.verdict.reasons[0], "a live secret can be sent out");
    assert_int_equal(altered("\"missing\": []", "\"missing\": [\"program:npm\"]"), 0);
    assert_string_equal(got.verdict.missing[0], "program:npm");
    assert_int_equal(altered("\"tool\": {", "\"stamp\": \"2026-11-21T10:20:30Z\", \"tool\": {"), 0);
    assert_true(got.inv.stamp);
    assert_int_equal(got.inv.now_s, 1795256430);
}

static void what_contradicts_itself(void **state)
{
    (void)state;
    refuses("\"exit_status\": 1", "\"exit_status\": 0", "exit_status: of fail it is 1");
    refuses("\"path\": [\n      {\n        \"rule\": \"readable\"", "\"path\": [\n      {\n        \"rule\": \"other\"",
            "worst_case.path[0]: is not among the steps");
    refuses("\"ceiling\": \"person\",", "", "an unknown reach needs a ceiling");
    refuses("\"tool\": {", "\"stamp\": \"2026-02-29T10:20:30Z\", \"tool\": {", "stamp: is no time");
    refuses("\"overrides\": []", "\"overrides\": [{\"line\": 3}]", "overrides[0]: is neither");
    refuses("reachaudit-report/1", "reachaudit-inventory/1", "is a snapshot");
    refuses("\"name\": \"reachaudit\"", "\"name\": \"other\"", "tool.name: must be");
}

static void what_a_later_version_adds(void **state)
{
    (void)state;
    assert_int_equal(altered("\"verdict\": \"fail\"", "\"more\": {\"a\": [1]}, \"verdict\": \"fail\""), 0);
    assert_int_equal(altered("\"id\": \"env:API\"", "\"colour\": \"blue\", \"id\": \"env:API\""), 0);
    assert_string_equal(ra_stored_schema(&s.arena, ra_buf_view(&text), &err), RA_REPORT_SCHEMA);
    assert_null(ra_stored_schema(&s.arena, RA_SPAN("{}"), &err));
    assert_int_equal(err.code, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(comes_back, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_no_report, setup, teardown),
        cmocka_unit_test_setup_teardown(is_the_same_again, setup, teardown),
        cmocka_unit_test_setup_teardown(what_contradicts_itself, setup, teardown),
        cmocka_unit_test_setup_teardown(what_a_later_version_adds, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

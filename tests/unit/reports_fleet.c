// A fleet: what stays of a report, the order of the worst, the verdict over all, and a writer for each format.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "reports/fleet.h"
#include "reports_small.h"

static struct ra_arena arena;
static struct ra_fleet fleet;
static struct ra_stored_report report;
static struct small s;

static int setup(void **state)
{
    (void)state;
    static const struct ra_report_options options = {.width = 80};
    RA_CLEANUP(ra_buf_free) struct ra_buf text = {0};
    struct ra_error err = {0};
    small_make(&s, "locator");
    ra_report_json(&s.inv, &s.v, &options, &text);
    if (ra_stored_report_read(&s.arena, ra_buf_view(&text), &report, &err))
        return -1;
    ra_fleet_init(&fleet, &arena);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    ra_arena_free(&arena);
    ra_arena_free(&s.arena);
    return 0;
}

static void add(const char *name, enum ra_judgement verdict, enum ra_radius radius, int score)
{
    report.verdict.verdict = verdict;
    report.verdict.worst.radius = radius;
    report.verdict.worst.score = score;
    ra_fleet_add(&fleet, name, &report);
}

static void worst_first(void **state)
{
    (void)state;
    static const char *const want[] = {"c", "f", "b", "d", "a", "e"};
    add("a", RA_VERDICT_PASS, RA_RADIUS_GRANT, 33);
    add("b", RA_VERDICT_FAIL, RA_RADIUS_GRANT, 33);
    add("c", RA_VERDICT_PASS, RA_RADIUS_ORGANIZATION, 81);
    add("d", RA_VERDICT_INCOMPLETE, RA_RADIUS_GRANT, 33);
    add("e", RA_VERDICT_PASS, RA_RADIUS_GRANT, 33);
    add("f", RA_VERDICT_PASS, RA_RADIUS_GRANT, 40);
    ra_fleet_finish(&fleet);
    for (size_t i = 0; i < RA_COUNT(want); i++)
        assert_string_equal(fleet.rows[i]->report, want[i]);
    assert_int_equal(fleet.by_verdict[RA_VERDICT_PASS], 4);
    assert_int_equal(fleet.by_radius[RA_RADIUS_GRANT], 5);
}

static void what_stays(void **state)
{
    (void)state;
    char huge[5000];
    memset(huge, 'x', sizeof huge);
    memcpy(huge + RA_FLEET_TEXT_BYTES - 1, "\xC3\xA9", 2); // the cut falls into a character
    huge[sizeof huge - 1] = 0;
    report.verdict.worst.sentence = huge;
    add("one", RA_VERDICT_FAIL, RA_RADIUS_PERSON, 70);
    add("two", RA_VERDICT_FAIL, RA_RADIUS_PERSON, 60);
    ra_fleet_finish(&fleet);
    const struct ra_fleet_row *row = fleet.rows[0];
    assert_int_equal(strlen(row->sentence), RA_FLEET_TEXT_BYTES - 1 + 3);
    assert_string_equal(row->sentence + RA_FLEET_TEXT_BYTES - 1, "...");
    assert_ptr_equal(row->sentence, fleet.rows[1]->sentence); // kept once
    assert_string_equal(row->box, "bubblewrap");
    assert_string_equal(row->profile, "overnight");
    assert_int_equal(row->fails, 1);
    assert_int_equal(row->n_tops, 1);
    assert_string_equal(row->tops[0].check, "secret/disclosed");
    assert_string_equal(row->tops[0].reach, "env:API");
    assert_string_equal(row->remedy, "Start without API.");
}

static void verdict_over_all(void **state)
{
    (void)state;
    struct ra_error why = {.line = 2, .column = 3, .text = "bad"};
    ra_fleet_finish(&fleet);
    assert_int_equal(fleet.verdict, RA_VERDICT_INCOMPLETE); // nothing was read: nothing passes
    add("p", RA_VERDICT_PASS, RA_RADIUS_SANDBOX, 3);
    ra_fleet_finish(&fleet);
    assert_int_equal(fleet.verdict, RA_VERDICT_PASS);
    assert_int_equal(fleet.exit_status, 0);
    ra_fleet_add_unread(&fleet, "u", &why);
    ra_fleet_finish(&fleet);
    assert_int_equal(fleet.exit_status, 3);
    assert_int_equal(fleet.unread[0].line, 2);
    add("f", RA_VERDICT_FAIL, RA_RADIUS_SANDBOX, 3);
    ra_fleet_finish(&fleet);
    assert_int_equal(fleet.exit_status, 1);
}

static void every_format(void **state)
{
    (void)state;
    static const struct ra_report_options options = {.width = 80};
    struct ra_error why = {.text = "no\x1b[31m report"};
    add("one", RA_VERDICT_FAIL, RA_RADIUS_PERSON, 70);
    ra_fleet_add_unread(&fleet, "broken", &why);
    ra_fleet_finish(&fleet);
    for (size_t i = 0; i < ra_n_report_formats; i++) {
        RA_CLEANUP(ra_buf_free) struct ra_buf out = {0};
        if (!ra_report_fleet(&ra_report_formats[i]))
            fail_msg("%s tells no fleet: it needs a row in fleets.def", ra_report_formats[i].name);
        ra_report_fleet(&ra_report_formats[i])(&fleet, &options, &out);
        assert_non_null(strstr(out.p, "one"));
        assert_null(strchr(out.p, '\x1b'));
        if (strcmp(ra_report_formats[i].name, "openmetrics") != 0)
            assert_non_null(strstr(out.p, "broken"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(worst_first, setup, teardown),
        cmocka_unit_test_setup_teardown(what_stays, setup, teardown),
        cmocka_unit_test_setup_teardown(verdict_over_all, setup, teardown),
        cmocka_unit_test_setup_teardown(every_format, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// The contract's own words: a secret allowed in one place only, who judges, and what a score is made of.
#include "checks_small.h"

#include "checks/profile_init.h"
#include "checks/score.h"

#define PROFILE "profile: p\nradius: organization\nfail_on: low\nallow:\n  - {kind: egress}\n"

static enum ra_status disclosed(const char *line)
{
    const struct ra_finding *f;
    RA_CLEANUP(ra_buf_free) struct ra_buf text = {0};
    small_start("bubblewrap");
    small_route();
    small_secret("env:A", "token:github:0123", RA_RADIUS_PERSON);
    small_secret("env:B", "token:github:0123", RA_RADIUS_PERSON);
    ra_buf_printf(&text, PROFILE "%s", line);
    small_judge(ra_strndup(&small_arena, ra_buf_view(&text)));
    f = small_finding("secret/disclosed");
    assert_non_null(f);
    return f->status;
}

static void in_one_place_only(void **state)
{
    (void)state;
    assert_int_equal(disclosed(""), RA_STATUS_FAIL);
    assert_int_equal(disclosed("  - {kind: token, locator: \"github:*\"}\n"), RA_STATUS_PASS);
    assert_int_equal(disclosed("  - {kind: token, locator: \"github:*\", in: \"env:A\"}\n"), RA_STATUS_FAIL);
    assert_int_equal(disclosed("  - {kind: token, in: \"env:A\"}\n  - {kind: token, in: \"env:B\"}\n"), RA_STATUS_PASS);
    assert_int_equal(disclosed("  - {kind: token, in: \"env:A\"}\n  - {kind: env, locator: B}\n"), RA_STATUS_PASS);
    assert_int_equal(disclosed("  - {kind: token, in: \"env:*\"}\n"), RA_STATUS_PASS);
    assert_int_equal(disclosed("  - {kind: key, in: \"env:*\"}\n"), RA_STATUS_FAIL);
    assert_int_equal(disclosed("  - {kind: env, in: \"env:*\"}\n"), RA_STATUS_FAIL);
    assert_int_equal(disclosed("  - {kind: token, in: \"env:*\"}\ndeny:\n  - {kind: token, locator: \"github:*\"}\n"),
                     RA_STATUS_FAIL);
}

static const struct ra_finding *tampered(const char *box, bool gate, enum ra_state state, enum ra_severity fail_on)
{
    static struct ra_profile p;
    struct ra_error err = {0};
    small_start(box);
    struct ra_reach *r = small_add("file:/opt/reachaudit", state, RA_WRITE, 0, RA_RADIUS_NOTHING, RA_RADIUS_NOTHING);
    ra_reach_text(&small_inv, r, "judges", "program");
    ra_reach_text(&small_inv, r, "tamper", "the file can be written");
    assert_int_equal(ra_profile_read(&small_arena, ra_span_of(PROFILE), (struct ra_span){NULL, 0}, NULL, &p, &err), 0);
    p.fail_on = fail_on;
    p.gate = gate;
    ra_inventory_freeze(&small_inv);
    ra_evaluate(&small_arena, &small_inv, &p, &small_verdict);
    return small_finding("self/tamper");
}

static void gate_refuses_inside_a_box(void **state)
{
    (void)state;
    assert_int_equal(tampered("bubblewrap", false, RA_STATE_PRESENT, RA_SEVERITY_MEDIUM)->severity, RA_SEVERITY_LOW);
    assert_int_equal(small_verdict.verdict, RA_VERDICT_PASS);
    assert_int_equal(tampered("bubblewrap", true, RA_STATE_PRESENT, RA_SEVERITY_MEDIUM)->status, RA_STATUS_FAIL);
    assert_int_equal(small_verdict.verdict, RA_VERDICT_FAIL);
    assert_int_equal(small_verdict.n_cuts, 1);
    assert_non_null(strstr(small_verdict.cuts[0].remedy, "--ro-bind /opt/reachaudit"));
    tampered("bubblewrap", true, RA_STATE_PRESENT, RA_SEVERITY_CRITICAL);
    assert_int_equal(small_verdict.verdict, RA_VERDICT_FAIL);
    tampered("docker", true, RA_STATE_UNKNOWN, RA_SEVERITY_HIGH);
    assert_int_equal(small_verdict.verdict, RA_VERDICT_INCOMPLETE);
    assert_int_equal(tampered("none", true, RA_STATE_PRESENT, RA_SEVERITY_MEDIUM)->severity, RA_SEVERITY_LOW);
    assert_int_equal(small_verdict.verdict, RA_VERDICT_PASS);
    assert_null(tampered("bubblewrap", true, RA_STATE_DENIED, RA_SEVERITY_LOW));
}

static void the_sum(void **state)
{
    (void)state;
    int base, width;
    small_start("bubblewrap");
    small_route();
    small_secret("env:A", "token:github:0123", RA_RADIUS_GRANT);
    small_judge(PROFILE);
    const struct ra_worst *w = &small_verdict.worst;
    assert_int_equal(w->radius, RA_RADIUS_GRANT);
    assert_int_equal(w->terms.severity, RA_SEVERITY_MEDIUM);
    assert_true(w->terms.certain);
    assert_int_equal(w->terms.n, 1);
    ra_score_band(w->radius, &base, &width);
    assert_int_equal(base + width * ra_score_sum(w->terms.severity, true, 1) / 39, w->score);
    assert_int_equal(w->score, 39);
}

static void init_is_exact(void **state)
{
    (void)state;
    struct ra_error err = {0};
    RA_CLEANUP(ra_buf_free) struct ra_buf text = {0};
    small_start("bubblewrap");
    small_route();
    small_secret("file:/home/u/\"${x}\"\xc3\xa9", "token:github:0123", RA_RADIUS_GRANT);
    ra_inventory_freeze(&small_inv);
    assert_int_equal(ra_profile_init(&small_arena, &small_inv, RA_RADIUS_SANDBOX, &text, &err), RA_E_USAGE);
    assert_non_null(strstr(err.text, "--radius grant"));
    assert_int_equal(text.n, 0);
    assert_int_equal(ra_profile_init(&small_arena, &small_inv, RA_RADIUS_GRANT, &text, &err), 0);
    assert_non_null(strstr(text.p, "  - {kind: token, locator: \"github:0123\", access: [read], "
                                   "in: \"file:/home/u/\\\"*{x}\\\"\\U000000E9\"} # review"));
    assert_non_null(strstr(text.p, "\nradius: grant #"));
    assert_non_null(strstr(text.p, "\nscore: 39 #"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_one_place_only),
        cmocka_unit_test(gate_refuses_inside_a_box),
        cmocka_unit_test(the_sum),
        cmocka_unit_test(init_is_exact),
    };
    return cmocka_run_group_tests(tests, NULL, small_teardown);
}

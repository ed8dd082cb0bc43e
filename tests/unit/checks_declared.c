// Promises that do not hold: each has a finding of its own, never above low, never with a radius, and what the
// profile makes of the reach itself stays as it was.
#include "checks_small.h"

#define SETTING "agent:claude-code/user:~/.claude/settings.json#"
#define STRICT "profile: p\nradius: person\nfail_on: low\n"

static struct ra_reach *claim(const char *id, const char *what, const char *outcome)
{
    struct ra_reach *r = small_add(id, RA_STATE_PRESENT, 0, 0, RA_RADIUS_NOTHING, RA_RADIUS_NOTHING);
    ra_reach_text(&small_inv, r, "claim", what);
    ra_reach_text(&small_inv, r, "outcome", outcome);
    ra_reach_text(&small_inv, r, "measured", "as measured");
    return r;
}

static const struct ra_finding *expect(const char *check, enum ra_status status)
{
    const struct ra_finding *f = small_finding(check);
    assert_non_null(f);
    assert_int_equal(f->status, status);
    assert_int_equal(f->severity, RA_SEVERITY_LOW);
    assert_int_equal(f->radius, RA_RADIUS_NOTHING);
    assert_int_equal(small_verdict.worst.radius, RA_RADIUS_SANDBOX);
    return f;
}

static void a_sandbox(void **state)
{
    (void)state;
    static const struct {
        const char *outcome;
        enum ra_status status;
    } cases[] = {{"open", RA_STATUS_FAIL}, {"unknown", RA_STATUS_UNKNOWN}};
    for (size_t i = 0; i < RA_COUNT(cases); i++) {
        small_start("bubblewrap");
        claim(SETTING "sandbox.enabled", "sandbox", cases[i].outcome);
        small_judge("airgapped");
        const struct ra_finding *f = expect("agent/sandbox-not-active", cases[i].status);
        assert_non_null(strstr(f->message, "as measured"));
        assert_int_equal(small_verdict.verdict, RA_VERDICT_PASS); // low: what is open by it is judged by itself
    }
    small_start("bubblewrap");
    claim(SETTING "sandbox.enabled", "sandbox", "open");
    small_judge(STRICT);
    assert_int_equal(small_verdict.verdict, RA_VERDICT_FAIL);
    assert_int_equal(small_verdict.n_cuts, 1);
    assert_non_null(strstr(small_verdict.cuts[0].remedy, "profile recipe"));
    small_start("bubblewrap");
    claim(SETTING "sandbox.enabled", "sandbox", "open");
    small_judge(STRICT "checks:\n  agent/sandbox-not-active: {severity: critical, reason: ours}\n");
    assert_int_equal(small_finding("agent/sandbox-not-active")->severity, RA_SEVERITY_CRITICAL);
}

static void a_rule(void **state)
{
    (void)state;
    small_start("bubblewrap");
    struct ra_reach *r = claim(SETTING "permissions.deny[Read(./.env)]", "rule", "open");
    ra_reach_text(&small_inv, r, "promises", "reading");
    ra_reach_text(&small_inv, r, "covers.1", "file:/home/u/project/.env");
    ra_reach_text(&small_inv, r, "covers.2", "file:/gone");
    small_add("file:/home/u/project/.env", RA_STATE_PRESENT, RA_READ, 0, RA_RADIUS_NOTHING, RA_RADIUS_NOTHING);
    small_judge("airgapped");
    const struct ra_finding *f = expect("agent/rule-not-enforced", RA_STATUS_FAIL);
    assert_int_equal(f->n_reaches, 2);
    assert_string_equal(f->reaches[1], "file:/home/u/project/.env");
    assert_non_null(strstr(f->message, "denies reading /home/u/project/.env"));
    assert_non_null(strstr(f->remedy, "--ro-bind /dev/null /home/u/project/.env"));
    small_start("bubblewrap");
    r = claim(SETTING "permissions.deny[Read(x)]", "rule", "unknown");
    ra_reach_text(&small_inv, r, "promises", "reading");
    small_judge("airgapped");
    expect("agent/rule-not-enforced", RA_STATUS_UNKNOWN);
}

enum { NO_ROUTE, ROUTE, BLIND };
static void way(int route)
{
    small_start("bubblewrap");
    if (route == ROUTE)
        small_route();
    if (route == BLIND)
        small_unknown("network", RA_RADIUS_NOTHING, RA_TRAIT_CHANNEL | RA_TRAIT_OPEN_ROUTE);
}

static void a_network(void **state)
{
    (void)state;
    static const enum ra_status statuses[] = {RA_STATUS_PASS, RA_STATUS_FAIL, RA_STATUS_UNKNOWN};
    for (int route = NO_ROUTE; route <= BLIND; route++)
        for (int sandboxed = 0; sandboxed < 2; sandboxed++) {
            way(route);
            struct ra_reach *r = claim(SETTING "permissions.deny[WebFetch]", "network", sandboxed ? "unknown" : "asked");
            ra_reach_text(&small_inv, r, "promises", "fetching pages");
            small_judge("airgapped");
            if (route == NO_ROUTE)
                assert_null(small_finding("agent/rule-not-enforced"));
            else
                expect("agent/rule-not-enforced", sandboxed ? RA_STATUS_UNKNOWN : statuses[route]);
        }
}

static void proxies(void **state)
{
    (void)state;
    static const enum ra_status statuses[] = {RA_STATUS_PASS, RA_STATUS_FAIL, RA_STATUS_UNKNOWN};
    for (int route = NO_ROUTE; route <= BLIND; route++) {
        way(route);
        // The way to the proxy itself is no way past it.
        small_add("egress:route/10.0.0.0/24/eth0", RA_STATE_PRESENT, RA_SEND, RA_TRAIT_CHANNEL, RA_RADIUS_NOTHING,
                  RA_RADIUS_NOTHING);
        ra_reach_text(&small_inv, claim("env:HTTP_PROXY", "proxy", "asked"), "proxy", "http://10.0.0.2:3128");
        ra_reach_text(&small_inv, claim("env:HTTPS_PROXY", "proxy", "asked"), "proxy", "http://10.0.0.2:3128");
        small_judge("airgapped");
        const struct ra_finding *f = expect("network/proxy-not-enforced", statuses[route]);
        assert_int_equal(f->n_reaches, route == NO_ROUTE ? 2 : 3);
        assert_non_null(strstr(f->message, "HTTPS_PROXY"));
        assert_non_null(strstr(f->message, "HTTPS_PROXY and"));
        if (route == ROUTE)
            assert_non_null(strstr(f->message, "default route over eth0"));
        size_t n = 0;
        for (size_t i = 0; i < small_verdict.n_findings; i++)
            n += strcmp(small_verdict.findings[i].check, "network/proxy-not-enforced") == 0;
        assert_int_equal(n, 1);
    }
    way(ROUTE);
    small_judge("airgapped");
    assert_null(small_finding("network/proxy-not-enforced")); // nobody promised anything
    way(ROUTE);
    claim("env:HTTP_PROXY", "proxy", "asked");
    small_judge("supervised"); // the profile takes the route as it is
    expect("network/proxy-not-enforced", RA_STATUS_PASS);
}

static void a_managed_policy(void **state)
{
    (void)state;
    small_start("bubblewrap");
    claim("agent:claude-code/managed:/etc/claude-code/managed-settings.json#managed", "managed", "open");
    small_judge("airgapped");
    expect("agent/managed-writable", RA_STATUS_FAIL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_sandbox, small_teardown),
        cmocka_unit_test_teardown(a_rule, small_teardown),
        cmocka_unit_test_teardown(a_network, small_teardown),
        cmocka_unit_test_teardown(proxies, small_teardown),
        cmocka_unit_test_teardown(a_managed_policy, small_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// Files that nobody runs: whoever gets them has what is in them. And what the built-in profiles let out.
#include "checks_small.h"
#include "model/target.h"

static void at_rest(void)
{
    static const unsigned targets[] = {
#define RA_COLLECTOR(n, title, ceiling, traits, targets) targets,
#include "collect/collectors.def"
#undef RA_COLLECTOR
    };
    small_start("unknown");
    small_inv.target.kind = "rootfs";
    for (size_t i = 0; i < small_inv.n_coverage; i++)
        if (!(targets[i] & RA_TARGET_ROOT))
            small_inv.coverage[i]->status = RA_RUN_UNSUPPORTED;
}

static void is(enum ra_judgement verdict, enum ra_radius worst, enum ra_radius proved)
{
    assert_int_equal(small_verdict.verdict, verdict);
    assert_int_equal(small_verdict.worst.radius, worst);
    assert_int_equal(small_verdict.worst.proved.radius, proved);
}

static void nothing_in_it_passes(void **state)
{
    (void)state;
    at_rest();
    small_judge("image");
    is(RA_VERDICT_PASS, RA_RADIUS_NOTHING, RA_RADIUS_NOTHING);
    assert_int_equal(small_verdict.worst.legs[2].state, RA_STATE_UNKNOWN); // a way out was not asked for
}

static void a_secret_in_it_fails_by_itself(void **state)
{
    (void)state;
    at_rest();
    small_secret("file:/root/.npmrc", "token:npm:123456789abc", RA_RADIUS_ORGANIZATION);
    small_judge("image");
    is(RA_VERDICT_FAIL, RA_RADIUS_ORGANIZATION, RA_RADIUS_GRANT);
    const struct ra_consequence *so = small_so("so:disclosed/file:/root/.npmrc");
    assert_non_null(so);
    assert_int_equal(so->certainty, RA_CERTAINTY_CERTAIN);
    assert_true(so->proved);
    assert_string_equal(small_verdict.steps[so->step].rule, "shipped");
    assert_int_equal(small_finding("secret/disclosed")->status, RA_STATUS_FAIL);
    assert_null(small_finding("secret/dormant"));
    assert_string_equal(small_verdict.worst.consequence, so->id);
    assert_int_equal(small_verdict.n_cuts, 1);
    assert_non_null(strstr(small_verdict.cuts[0].remedy, "without these files"));
    size_t n = 0;
    for (size_t i = 0; i < small_inv.n_reaches; i++)
        n += small_verdict.reaches[i].dormant;
    assert_int_equal(n, 0);
}

// The same inventory of something that runs, and cannot send: asleep.
static void the_same_that_runs_is_asleep(void **state)
{
    (void)state;
    small_start("bubblewrap");
    small_secret("file:/root/.npmrc", "token:npm:123456789abc", RA_RADIUS_ORGANIZATION);
    small_judge("overnight");
    is(RA_VERDICT_PASS, RA_RADIUS_SANDBOX, RA_RADIUS_SANDBOX);
    assert_null(small_so("so:disclosed/file:/root/.npmrc"));
    assert_non_null(small_finding("secret/dormant"));
}

static void an_encrypted_one_does_not(void **state)
{
    (void)state;
    at_rest();
    small_add("file:/root/.ssh/id_rsa", RA_STATE_PRESENT, RA_READ, 0, RA_RADIUS_NOTHING, RA_RADIUS_NOTHING);
    small_add("key:ssh:SHA256:x", RA_STATE_PRESENT, RA_READ, RA_TRAIT_REMOTE, RA_RADIUS_GRANT, RA_RADIUS_PERSON);
    ra_link_add(&small_inv, "holds", "file:/root/.ssh/id_rsa", "key:ssh:SHA256:x");
    small_judge("image");
    is(RA_VERDICT_PASS, RA_RADIUS_NOTHING, RA_RADIUS_NOTHING);
}

static void what_was_not_read_is_unknown(void **state)
{
    (void)state;
    at_rest();
    small_unknown("token:npm:123456789abc/scope", RA_RADIUS_ORGANIZATION, RA_TRAIT_REMOTE);
    small_judge("image");
    is(RA_VERDICT_INCOMPLETE, RA_RADIUS_ORGANIZATION, RA_RADIUS_NOTHING);
    at_rest();
    small_inv.coverage[2]->status = RA_RUN_PARTIAL; // files
    small_judge("image");
    assert_int_equal(small_verdict.verdict, RA_VERDICT_INCOMPLETE);
}

// Only what this kind of target can never have is forgiven, and only where the collector says so.
static void surfaces_that_a_target_has(void **state)
{
    (void)state;
    at_rest();
    small_inv.coverage[0]->status = RA_RUN_FAILED; // env
    small_judge("image");
    assert_int_equal(small_verdict.verdict, RA_VERDICT_INCOMPLETE);
    at_rest();
    small_inv.target.kind = "pid"; // runs
    small_judge("image");
    assert_int_equal(small_verdict.verdict, RA_VERDICT_INCOMPLETE);
    at_rest();
    small_inv.target.kind = "something-else";
    small_judge("image");
    assert_int_equal(small_verdict.verdict, RA_VERDICT_INCOMPLETE);
}

static void way_out(const char *id, unsigned traits)
{
    small_add(id, RA_STATE_PRESENT, RA_SEND, RA_TRAIT_CHANNEL | traits, RA_RADIUS_NOTHING, RA_RADIUS_NOTHING);
}

static enum ra_judgement with(const char *profile, const char *id, unsigned traits)
{
    small_start("bubblewrap");
    way_out(id, traits);
    small_judge(profile);
    return small_verdict.verdict;
}

// Which ways out each built-in contract allows, by kind.
static void ways_out_by_profile(void **state)
{
    (void)state;
    static const struct {
        const char *id;
        unsigned traits;
        bool passes[5];
    } rows[] = {
        //                                                          airgapped overnight filtered supervised image
        {"egress:proxy/http://proxy.test:3128", RA_TRAIT_PROXY,      {false, false, true, true, true}},
        {"egress:proxy/socks5://[fd00::1]:1080", RA_TRAIT_PROXY,     {false, false, true, true, true}},
        {"egress:route/default/eth0", RA_TRAIT_OPEN_ROUTE,           {false, false, false, true, true}},
        {"egress:dns/127.0.0.53", RA_TRAIT_RESOLVER,                 {false, false, false, true, true}},
    };
    static const char *const names[] = {"airgapped", "overnight", "egress-filtered", "supervised", "image"};
    for (size_t i = 0; i < RA_COUNT(rows); i++)
        for (size_t k = 0; k < RA_COUNT(names); k++)
            if ((with(names[k], rows[i].id, rows[i].traits) == RA_VERDICT_PASS) != rows[i].passes[k])
                fail_msg("%s under %s", rows[i].id, names[k]);
}

// The agent's own session goes out where a proxy is allowed; anything else that does is disclosed all the same.
static void a_proxy_carries_secrets_too(void **state)
{
    (void)state;
    small_start("bubblewrap");
    way_out("egress:proxy/http://proxy.test:3128", RA_TRAIT_PROXY);
    small_secret("env:SESSION", "token:anthropic:123456789abc", RA_RADIUS_GRANT);
    ((struct ra_reach *)(uintptr_t)ra_reach_find(&small_inv, "token:anthropic:123456789abc"))->role = "agent-session";
    small_judge("egress-filtered");
    is(RA_VERDICT_PASS, RA_RADIUS_GRANT, RA_RADIUS_GRANT);
    small_start("bubblewrap");
    way_out("egress:proxy/http://proxy.test:3128", RA_TRAIT_PROXY);
    small_secret("env:GITHUB_TOKEN", "token:github:123456789abc", RA_RADIUS_GRANT);
    small_judge("egress-filtered");
    assert_int_equal(small_verdict.verdict, RA_VERDICT_FAIL);
}

// What "supervised" adds: a person may lose what is theirs, nobody else.
static void supervised_stops_at_the_person(void **state)
{
    (void)state;
    small_start("bubblewrap");
    small_route();
    small_tree(); // private source, sent out: person
    small_judge("supervised");
    assert_int_equal(small_verdict.worst.radius, RA_RADIUS_PERSON);
    assert_int_equal(small_verdict.worst.legs[3].state, RA_STATE_ABSENT); // somebody watches
    assert_int_equal(small_verdict.verdict, RA_VERDICT_FAIL);             // the finding is high, and is not allowed
    small_start("bubblewrap");
    small_route();
    small_judge("supervised");
    is(RA_VERDICT_PASS, RA_RADIUS_SANDBOX, RA_RADIUS_SANDBOX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_in_it_passes),
        cmocka_unit_test(a_secret_in_it_fails_by_itself),
        cmocka_unit_test(the_same_that_runs_is_asleep),
        cmocka_unit_test(an_encrypted_one_does_not),
        cmocka_unit_test(what_was_not_read_is_unknown),
        cmocka_unit_test(surfaces_that_a_target_has),
        cmocka_unit_test(ways_out_by_profile),
        cmocka_unit_test(a_proxy_carries_secrets_too),
        cmocka_unit_test(supervised_stops_at_the_person),
    };
    return cmocka_run_group_tests(tests, NULL, small_teardown);
}

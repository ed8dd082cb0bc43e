// What follows from what: each rule with its needs, the two closures, certainty, dormancy, derivations.
#include "checks_small.h"

#include "checks/closure.h"
#include "checks/score.h"

#define R(x) RA_RADIUS_##x
#define PRESENT RA_STATE_PRESENT
#define UNKNOWN RA_STATE_UNKNOWN

static const char strict[] = "profile: strict\nradius: organization\ncertainty: possible\nfail_on: critical\n";

static void a_secret_sleeps_until_a_channel_wakes_it(void **state)
{
    (void)state;
    small_start("bubblewrap");
    small_secret("env:TOKEN", "token:github:1", R(ORGANIZATION));
    small_judge("overnight");
    const struct ra_consequence *c = small_so("so:readable/env:TOKEN");
    assert_true(c->dormant);
    assert_int_equal(c->radius, R(SANDBOX));
    assert_int_equal(c->dormant_radius, R(ORGANIZATION));
    assert_null(small_so("so:disclosed/env:TOKEN"));

    small_start("bubblewrap");
    small_secret("env:TOKEN", "token:github:1", R(ORGANIZATION));
    small_route();
    small_judge("overnight");
    c = small_so("so:disclosed/env:TOKEN");
    assert_non_null(c);
    assert_true(c->proved);
    assert_int_equal(c->radius, R(ORGANIZATION));
    assert_int_equal(c->certainty, RA_CERTAINTY_CERTAIN);
    assert_int_equal(small_verdict.worst.radius, R(ORGANIZATION));
    assert_int_equal(small_verdict.worst.proved.radius, R(GRANT));
    assert_false(small_so("so:readable/env:TOKEN")->dormant);
    const struct ra_step *s = &small_verdict.steps[c->step];
    assert_int_equal(s->n_needs, 3);
    assert_string_equal(s->needs[0], "so:readable/env:TOKEN");
    assert_string_equal(s->needs[1], "token:github:1");
    assert_string_equal(s->needs[2], "egress:route/default/eth0");
    assert_int_equal(small_verdict.worst.n_path, 2);
}

static void an_unknown_channel_wakes_it_too(void **state)
{
    (void)state;
    small_start("bubblewrap");
    small_secret("env:TOKEN", "token:github:1", R(ORGANIZATION));
    small_unknown("network", R(PERSON), RA_TRAIT_CHANNEL | RA_TRAIT_OPEN_ROUTE);
    small_judge("overnight");
    const struct ra_consequence *c = small_so("so:disclosed/env:TOKEN");
    assert_non_null(c);
    assert_false(c->proved);
    assert_int_equal(c->certainty, RA_CERTAINTY_LIKELY);
    assert_int_equal(small_verdict.worst.proved.radius, R(SANDBOX));
    assert_int_equal(small_verdict.worst.score, 100); // blind: counts as certain and as many
}

// "egress:dns" comes first by id, and is unknown; the present route makes the step certain.
static void the_surest_derivation_is_kept(void **state)
{
    (void)state;
    small_start("bubblewrap");
    small_secret("env:TOKEN", "token:github:1", R(ORGANIZATION));
    small_add("egress:dns/127.0.0.53", UNKNOWN, RA_RESOLVE, RA_TRAIT_CHANNEL | RA_TRAIT_RESOLVER, R(NOTHING), R(NOTHING));
    small_route();
    small_judge("overnight");
    const struct ra_consequence *c = small_so("so:disclosed/env:TOKEN");
    assert_int_equal(c->certainty, RA_CERTAINTY_CERTAIN);
    assert_string_equal(small_verdict.steps[c->step].needs[2], "egress:route/default/eth0");
    // Two secrets in one place: the wider one is what the place costs.
    small_start("bubblewrap");
    small_secret("file:~/.aws/credentials", "token:aws:1", R(GRANT));
    small_secret("file:~/.aws/credentials", "token:aws:2", R(ORGANIZATION));
    small_route();
    small_judge("overnight");
    c = small_so("so:disclosed/file:~/.aws/credentials");
    assert_int_equal(c->radius, R(ORGANIZATION));
    assert_string_equal(small_verdict.steps[c->step].needs[1], "token:aws:2");
}

static void who_gives_a_secret(void **state)
{
    (void)state;
    // A file that cannot be read gives nothing.
    small_start("bubblewrap");
    small_route();
    small_secret("file:~/.netrc", "password:x", R(ORGANIZATION));
    ((struct ra_reach *)(uintptr_t)ra_reach_find(&small_inv, "file:~/.netrc"))->access = 0;
    small_judge("overnight");
    assert_null(small_so("so:disclosed/file:~/.netrc"));
    assert_null(small_so("so:disclosed/password:x"));
    // A live secret of which no place is told stands for itself.
    small_start("bubblewrap");
    small_route();
    small_add("token:github:1", PRESENT, RA_READ, RA_TRAIT_LIVE, R(GRANT), R(PERSON));
    small_judge("overnight");
    assert_non_null(small_so("so:disclosed/token:github:1"));
    // An expired or encrypted one opens nothing.
    small_start("bubblewrap");
    small_route();
    small_secret("file:~/.ssh/id", "key:ssh:1", R(ORGANIZATION));
    ((struct ra_reach *)(uintptr_t)ra_reach_find(&small_inv, "key:ssh:1"))->traits = RA_TRAIT_REMOTE;
    small_judge("overnight");
    assert_null(small_so("so:readable/file:~/.ssh/id"));
    assert_int_equal(small_verdict.worst.radius, R(SANDBOX));
}

// One reach, perhaps one more, and the one consequence that must or must not follow.
static void each_rule(void **state)
{
    (void)state;
    enum { NONE, ROUTE, DNS, TREE, NARROW, LINK };
    static const struct {
        const char *reach;
        unsigned access, traits;
        enum ra_radius least, ceiling;
        int with;
        const char *so;
        enum ra_radius radius, proved;
        enum ra_certainty certainty;
        bool follows;
    } rows[] = {
        {"socket:/run/docker.sock", RA_CONNECT, RA_TRAIT_HOST_ROOT | RA_TRAIT_OUTSIDE, R(NOTHING), R(PERSON), NONE,
         "so:host-root/socket:/run/docker.sock", R(PERSON), R(PERSON), RA_CERTAINTY_CERTAIN, true},
        {"socket:/run/docker.sock", RA_CONNECT, RA_TRAIT_HOST_ROOT | RA_TRAIT_OUTSIDE, R(NOTHING), R(PERSON), NONE,
         "so:outside-socket/socket:/run/docker.sock", R(PERSON), R(PERSON), RA_CERTAINTY_CERTAIN, false},
        {"socket:/run/bus", RA_CONNECT, RA_TRAIT_HOST_USER, R(NOTHING), R(PERSON), NONE, "so:host-user/socket:/run/bus",
         R(PERSON), R(PERSON), RA_CERTAINTY_CERTAIN, true},
        {"socket:/tmp/agent", RA_SIGN, RA_TRAIT_SIGNER, R(NOTHING), R(PERSON), NONE, "so:signed-as-you/socket:/tmp/agent",
         R(PERSON), R(PERSON), RA_CERTAINTY_CERTAIN, false},
        {"socket:/tmp/agent", RA_SIGN, RA_TRAIT_SIGNER, R(NOTHING), R(PERSON), DNS, "so:signed-as-you/socket:/tmp/agent",
         R(PERSON), R(PERSON), RA_CERTAINTY_CERTAIN, false}, // names alone log in nowhere
        {"socket:/tmp/agent", RA_SIGN, RA_TRAIT_SIGNER, R(NOTHING), R(PERSON), ROUTE,
         "so:signed-as-you/socket:/tmp/agent", R(PERSON), R(PERSON), RA_CERTAINTY_CERTAIN, true},
        {"socket:/tmp/agent", RA_SIGN, RA_TRAIT_SIGNER, R(NOTHING), R(PERSON), NARROW,
         "so:signed-as-you/socket:/tmp/agent", R(PERSON), R(PERSON), RA_CERTAINTY_CERTAIN, true},
        {"socket:/tmp/agent", RA_SIGN, RA_TRAIT_SIGNER, R(NOTHING), R(PERSON), LINK,
         "so:signed-as-you/socket:/tmp/agent", R(PERSON), R(PERSON), RA_CERTAINTY_CERTAIN, true},
        {"service:169.254.169.254:80/tcp", RA_CONNECT, RA_TRAIT_IDENTITY, R(GRANT), R(ORGANIZATION), NARROW,
         "so:identity/service:169.254.169.254:80/tcp", R(ORGANIZATION), R(GRANT), RA_CERTAINTY_CERTAIN, true},
        {"service:169.254.169.254:80/tcp", RA_CONNECT, RA_TRAIT_IDENTITY, R(GRANT), R(ORGANIZATION), DNS,
         "so:identity/service:169.254.169.254:80/tcp", R(ORGANIZATION), R(GRANT), RA_CERTAINTY_CERTAIN, false},
        {"socket:/tmp/x", RA_CONNECT, RA_TRAIT_OUTSIDE, R(NOTHING), R(PERSON), NONE, "so:outside-socket/socket:/tmp/x",
         R(PERSON), R(NOTHING), RA_CERTAINTY_CERTAIN, true},
        {"mount:/host", RA_READ, RA_TRAIT_HOST_FILES, R(NOTHING), R(PERSON), NONE, "so:host-disclosed/mount:/host",
         R(PERSON), R(PERSON), RA_CERTAINTY_CERTAIN, true},
        {"mount:/host", RA_WRITE, RA_TRAIT_HOST_FILES, R(NOTHING), R(PERSON), NONE, "so:host-disclosed/mount:/host",
         R(PERSON), R(PERSON), RA_CERTAINTY_CERTAIN, false},
        {"mount:/home/u", RA_READ, RA_TRAIT_HOME_FILES, R(PERSON), R(PERSON), NONE, "so:home-disclosed/mount:/home/u",
         R(PERSON), R(PERSON), RA_CERTAINTY_CERTAIN, false},
        {"mount:/home/u", RA_READ, RA_TRAIT_HOME_FILES, R(PERSON), R(PERSON), DNS, "so:home-disclosed/mount:/home/u",
         R(PERSON), R(PERSON), RA_CERTAINTY_CERTAIN, true},
        {"mount:/home/u", RA_WRITE, RA_TRAIT_HOME_FILES, R(PERSON), R(PERSON), NONE, "so:home-lost/mount:/home/u",
         R(PERSON), R(PERSON), RA_CERTAINTY_CERTAIN, true},
        {"mount:/home/u", RA_WRITE, RA_TRAIT_HOME_FILES, R(SANDBOX), R(SANDBOX), NONE, "so:home-lost/mount:/home/u",
         R(SANDBOX), R(SANDBOX), RA_CERTAINTY_CERTAIN, true}, // an empty home
        {"mount:/p", RA_READ, RA_TRAIT_PRIVATE_SOURCE, R(WORKTREE), R(WORKTREE), ROUTE, "so:source-disclosed", R(PERSON),
         R(PERSON), RA_CERTAINTY_CERTAIN, true},
        {"mount:/p", RA_READ, RA_TRAIT_WORK, R(WORKTREE), R(WORKTREE), NONE, "so:worktree-lost", R(WORKTREE), R(WORKTREE),
         RA_CERTAINTY_CERTAIN, false},
        {"mount:/p", RA_WRITE, RA_TRAIT_WORK, R(WORKTREE), R(WORKTREE), NONE, "so:worktree-lost", R(WORKTREE), R(WORKTREE),
         RA_CERTAINTY_CERTAIN, true},
        {"worktree:untracked", 0, RA_TRAIT_UNSAVED, R(PERSON), R(PERSON), NONE, "so:work-lost/worktree:untracked",
         R(PERSON), R(PERSON), RA_CERTAINTY_CERTAIN, false},
        {"worktree:untracked", 0, RA_TRAIT_UNSAVED, R(PERSON), R(PERSON), TREE, "so:work-lost/worktree:untracked",
         R(PERSON), R(PERSON), RA_CERTAINTY_CERTAIN, true},
        {"file:~/.bashrc", RA_WRITE, RA_TRAIT_RUNS_LATER, R(PERSON), R(PERSON), NONE, "so:persists/file:~/.bashrc",
         R(PERSON), R(PERSON), RA_CERTAINTY_LIKELY, true},
        {"file:~/.bashrc", RA_READ, RA_TRAIT_RUNS_LATER, R(PERSON), R(PERSON), NONE, "so:persists/file:~/.bashrc",
         R(PERSON), R(PERSON), RA_CERTAINTY_LIKELY, false},
        {"file:~/p/.git/hooks", RA_WRITE, RA_TRAIT_RUNS_BY_PERSON, R(PERSON), R(PERSON), NONE,
         "so:planted/file:~/p/.git/hooks", R(PERSON), R(PERSON), RA_CERTAINTY_POSSIBLE, true},
        {"box:none", 0, RA_TRAIT_NO_BOX, R(PERSON), R(PERSON), NONE, "so:your-account", R(PERSON), R(PERSON),
         RA_CERTAINTY_CERTAIN, true},
        {"process:*#memory", RA_READ, RA_TRAIT_HOST_MEMORY, R(NOTHING), R(PERSON), NONE,
         "so:process-memory/process:*%23memory", R(PERSON), R(PERSON), RA_CERTAINTY_CERTAIN, true},
        {"service:127.0.0.1:5432/tcp", RA_CONNECT, RA_TRAIT_OUTSIDE, R(GRANT), R(PERSON), NONE,
         "so:service/service:127.0.0.1:5432/tcp", R(PERSON), R(GRANT), RA_CERTAINTY_CERTAIN, true},
        {"service:127.0.0.1:5432/tcp", RA_CONNECT, 0, R(GRANT), R(PERSON), NONE, "so:service/service:127.0.0.1:5432/tcp",
         R(PERSON), R(GRANT), RA_CERTAINTY_CERTAIN, false}, // the box's own
        {"service:169.254.169.254:80/tcp", RA_CONNECT, RA_TRAIT_IDENTITY, R(GRANT), R(ORGANIZATION), ROUTE,
         "so:identity/service:169.254.169.254:80/tcp", R(ORGANIZATION), R(GRANT), RA_CERTAINTY_CERTAIN, true},
        {"box:no-seccomp", 0, RA_TRAIT_WEAKENS, R(NOTHING), R(PERSON), NONE, "so:kernel-flaw/box:no-seccomp", R(PERSON),
         R(PERSON), RA_CERTAINTY_POSSIBLE, true},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        small_start("none");
        small_add(rows[i].reach, PRESENT, rows[i].access, rows[i].traits, rows[i].least, rows[i].ceiling);
        if (rows[i].with == ROUTE)
            small_route();
        if (rows[i].with == DNS)
            small_add("egress:dns/127.0.0.53", PRESENT, RA_RESOLVE, RA_TRAIT_CHANNEL | RA_TRAIT_RESOLVER, R(NOTHING),
                      R(NOTHING));
        if (rows[i].with == NARROW) // its name may hold what was replaced
            small_add("egress:[secret]/eth0", PRESENT, RA_SEND, RA_TRAIT_CHANNEL | RA_TRAIT_ROUTE, R(NOTHING), R(NOTHING));
        if (rows[i].with == LINK)
            small_add("egress:link/eth0", PRESENT, RA_SEND, RA_TRAIT_CHANNEL | RA_TRAIT_ROUTE, R(NOTHING), R(NOTHING));
        if (rows[i].with == TREE)
            small_add("mount:/t", PRESENT, RA_WRITE, RA_TRAIT_WORK, R(WORKTREE), R(WORKTREE));
        small_judge(strict);
        const struct ra_consequence *c = small_so(rows[i].so);
        if (!rows[i].follows) {
            if (c)
                fail_msg("row %zu: %s must not follow", i, rows[i].so);
            continue;
        }
        if (!c || c->radius != rows[i].radius || c->certainty != rows[i].certainty ||
            small_verdict.worst.proved.radius != rows[i].proved)
            fail_msg("row %zu: %s %s, proved %s", i, rows[i].so, c ? ra_radius_name(c->radius) : "does not follow",
                     ra_radius_name(small_verdict.worst.proved.radius));
    }
}

// A login of a cluster acts where a route leads to it, and is named by its cluster.
static void a_cluster_needs_a_route(void **state)
{
    (void)state;
    enum { NONE, DNS, ROUTE };
    for (int way = NONE; way <= ROUTE; way++) {
        small_start("bubblewrap");
        small_secret("file:~/.kube/config", "token:file:~/.kube/config", R(ORGANIZATION));
        small_secret("env:GITHUB_TOKEN", "token:github:1", R(ORGANIZATION));
        struct ra_reach *r = (struct ra_reach *)(uintptr_t)ra_reach_find(&small_inv, "token:file:~/.kube/config");
        r->traits |= RA_TRAIT_CLUSTER;
        ra_reach_text(&small_inv, r, "cluster", "prod at https://k8s.corp.test:6443");
        if (way == DNS)
            small_add("egress:dns/127.0.0.53", PRESENT, RA_RESOLVE, RA_TRAIT_CHANNEL | RA_TRAIT_RESOLVER, R(NOTHING),
                      R(NOTHING));
        if (way == ROUTE)
            small_route();
        small_judge("overnight");
        const struct ra_consequence *c = small_so("so:cluster/file:~/.kube/config");
        assert_int_equal(c != NULL, way == ROUTE);
        assert_null(small_so("so:cluster/env:GITHUB_TOKEN"));
        if (!c)
            continue;
        assert_int_equal(c->radius, R(ORGANIZATION));
        assert_string_equal(small_verdict.worst.sentence,
                            "the worst iteration could act in the cluster prod at https://k8s.corp.test:6443, with the "
                            "token read in ~/.kube/config, through the default route over eth0");
    }
}

// What a tool server is given it acts with; it goes with its secret, and so does every other place of that.
static void a_tool_server_acts_with_its_secret(void **state)
{
    (void)state;
    for (int way = 0; way < 3; way++) {
        small_start("bubblewrap");
        small_secret("file:~/.mcp.json", "token:github:1", R(PERSON));
        struct ra_reach *server =
            small_add("agent:mcp/user:~/.mcp.json", PRESENT, 0, RA_TRAIT_RUNS_OUTSIDE, R(NOTHING), R(NOTHING));
        ra_link_add(&small_inv, "uses", server->id, "token:github:1");
        if (way > 0)
            small_route();
        if (way == 2)
            ((struct ra_reach *)(uintptr_t)ra_reach_find(&small_inv, "file:~/.mcp.json"))->access = 0;
        small_judge("profile: p\nradius: grant\n");
        const struct ra_consequence *c = small_so("so:tools/agent:mcp/user:~/.mcp.json");
        assert_int_equal(c != NULL, way == 1);
        if (!c)
            continue;
        assert_int_equal(c->radius, R(PERSON));
        const struct ra_step *s = &small_verdict.steps[c->step];
        assert_int_equal(s->n_needs, 4);
        assert_string_equal(s->needs[0], "agent:mcp/user:~/.mcp.json");
        assert_string_equal(s->needs[1], "file:~/.mcp.json");
        assert_string_equal(s->needs[2], "token:github:1");
        assert_string_equal(small_verdict.worst.sentence,
                            "the worst iteration could use the tools of mcp/user:~/.mcp.json, which act with the token "
                            "in ~/.mcp.json, through the default route over eth0");
        assert_int_equal(small_verdict.n_cuts, 1); // the file, or the network; not the setting as well
    }
}

static void an_agent_s_own_limits(void **state)
{
    (void)state;
    small_start("bubblewrap");
    small_add("file:~/.claude/settings.json", PRESENT, RA_WRITE, RA_TRAIT_RUNS_LATER | RA_TRAIT_LIMITS, R(PERSON), R(PERSON));
    small_judge("overnight");
    const struct ra_consequence *c = small_so("so:limits-lifted/file:~/.claude/settings.json");
    assert_int_equal(c->radius, R(PERSON));
    assert_int_equal(c->certainty, RA_CERTAINTY_LIKELY);
    assert_int_equal(c->when, RA_WHEN_LATER);
    assert_null(small_so("so:persists/file:~/.claude/settings.json")); // told once
    assert_int_equal(small_finding("agent/own-limits-writable")->status, RA_STATUS_FAIL);
    assert_null(small_finding("persistence/start-up"));
    // Read-only, or only in the box: nothing.
    small_start("bubblewrap");
    small_add("file:~/.claude/settings.json", PRESENT, RA_READ, RA_TRAIT_RUNS_LATER | RA_TRAIT_LIMITS, R(PERSON), R(PERSON));
    small_add("file:~/.codex/config.toml", PRESENT, RA_WRITE, 0, R(SANDBOX), R(SANDBOX));
    small_judge("overnight");
    assert_int_equal(small_verdict.worst.radius, R(SANDBOX));
    assert_null(small_finding("agent/own-limits-writable"));
}

// The environment of the launcher and of other processes is a place like any other.
static void what_other_processes_hold(void **state)
{
    (void)state;
    for (int way = 0; way < 2; way++) {
        small_start("bubblewrap");
        small_secret("process:1", "token:github:1", R(PERSON));
        if (way)
            small_route();
        small_judge("overnight");
        const struct ra_consequence *c = small_so("so:disclosed/process:1");
        assert_int_equal(c != NULL, way);
        if (c)
            assert_int_equal(small_finding("secret/other-process")->status, RA_STATUS_FAIL);
    }
}

static void denied_is_nothing(void **state)
{
    (void)state;
    small_start("none");
    small_add("socket:/run/docker.sock", RA_STATE_DENIED, RA_CONNECT, RA_TRAIT_HOST_ROOT, R(PERSON), R(PERSON));
    small_judge(strict);
    assert_int_equal(small_verdict.n_consequences, 0);
    assert_int_equal(small_verdict.worst.radius, R(NOTHING));
    assert_int_equal(small_verdict.worst.score, 0);
    assert_null(small_verdict.worst.consequence);
}

static void possible_counts_only_where_asked(void **state)
{
    (void)state;
    small_start("bubblewrap");
    small_add("box:no-seccomp", PRESENT, 0, RA_TRAIT_WEAKENS, R(NOTHING), R(PERSON));
    small_judge("overnight");
    assert_int_equal(small_verdict.worst.radius, R(SANDBOX));
    small_start("bubblewrap");
    small_add("box:no-seccomp", PRESENT, 0, RA_TRAIT_WEAKENS, R(NOTHING), R(PERSON));
    small_judge(strict);
    assert_int_equal(small_verdict.worst.radius, R(PERSON));
}

static void what_was_not_seen(void **state)
{
    (void)state;
    small_start("bubblewrap");
    small_unknown("mounts", R(PERSON), 0);
    small_judge("overnight");
    assert_int_equal(small_so("so:unseen/mounts")->radius, R(PERSON));
    assert_int_equal(small_verdict.worst.radius, R(PERSON));
    assert_int_equal(small_verdict.worst.proved.radius, R(SANDBOX));
    // The scope of one credential matters only where that credential can be used.
    small_start("bubblewrap");
    small_secret("env:TOKEN", "token:github:1", R(GRANT));
    small_unknown("token:github:1/scope", R(ORGANIZATION), 0);
    small_judge("overnight");
    assert_int_equal(small_verdict.worst.radius, R(SANDBOX));
    small_start("bubblewrap");
    small_secret("env:TOKEN", "token:github:1", R(GRANT));
    small_unknown("token:github:1/scope", R(ORGANIZATION), 0);
    small_route();
    small_judge("overnight");
    assert_int_equal(small_verdict.worst.radius, R(ORGANIZATION));
    assert_int_equal(small_verdict.worst.proved.radius, R(GRANT));
}

static void a_cap_holds_the_severity_not_the_radius(void **state)
{
    (void)state;
    small_start("none");
    small_add("fd:7/directory", PRESENT, RA_READ, RA_TRAIT_HOST_FILES, R(PERSON), R(PERSON))->cap = RA_SEVERITY_LOW;
    small_judge(strict);
    const struct ra_consequence *c = small_so("so:host-disclosed/fd:7/directory");
    assert_int_equal(c->radius, R(PERSON));
    assert_int_equal(c->severity, RA_SEVERITY_LOW);
}

static void the_score_s_bands(void **state)
{
    (void)state;
    assert_int_equal(ra_score_of(R(NOTHING), RA_SEVERITY_CRITICAL, true, 9), 0);
    assert_int_equal(ra_score_of(R(SANDBOX), RA_SEVERITY_INFO, false, 1), 1);
    assert_int_equal(ra_score_of(R(SANDBOX), RA_SEVERITY_CRITICAL, true, 4), 9);
    assert_int_equal(ra_score_of(R(WORKTREE), RA_SEVERITY_INFO, false, 1), 10);
    assert_int_equal(ra_score_of(R(WORKTREE), RA_SEVERITY_CRITICAL, true, 99), 29);
    assert_int_equal(ra_score_of(R(GRANT), RA_SEVERITY_MEDIUM, true, 1), 30 + 19 * 20 / 39);
    assert_int_equal(ra_score_of(R(PERSON), RA_SEVERITY_HIGH, true, 3), 50 + 29 * 30 / 39);
    assert_int_equal(ra_score_of(R(ORGANIZATION), RA_SEVERITY_CRITICAL, true, 4), 100);
}

// One pass over the rows is the fixpoint only while every row stands below what it builds on.
static void rules_stand_in_order(void **state)
{
    (void)state;
    for (int i = 0; i < RA_RULE_COUNT; i++) {
        const struct ra_rule_row *row = ra_rule_row((enum ra_rule)i);
        assert_true(row->after == RA_RULE_NONE || (int)row->after < i);
        assert_true(row->subject != RA_SUBJECT_REACH || row->traits);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_sleeps_until_a_channel_wakes_it),
        cmocka_unit_test(an_unknown_channel_wakes_it_too),
        cmocka_unit_test(the_surest_derivation_is_kept),
        cmocka_unit_test(who_gives_a_secret),
        cmocka_unit_test(each_rule),
        cmocka_unit_test(a_cluster_needs_a_route),
        cmocka_unit_test(a_tool_server_acts_with_its_secret),
        cmocka_unit_test(an_agent_s_own_limits),
        cmocka_unit_test(what_other_processes_hold),
        cmocka_unit_test(denied_is_nothing),
        cmocka_unit_test(possible_counts_only_where_asked),
        cmocka_unit_test(what_was_not_seen),
        cmocka_unit_test(a_cap_holds_the_severity_not_the_radius),
        cmocka_unit_test(the_score_s_bands),
        cmocka_unit_test(rules_stand_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, small_teardown);
}

// What a held secret lets the run do elsewhere: who must hold what, what wakes it, what the profile may say of it.
#include "checks_small.h"

#include "checks/closure.h"
#include "checks/profile_init.h"

#define R(x) RA_RADIUS_##x
#define S(x) RA_STATE_##x
#define TOKEN "token:github:0123"
#define PUSH "grant:github:acme/app:contents=write"
#define ISSUES "grant:github:acme/app:issues=write"
#define SO_PUSH "so:granted/" PUSH
enum { OURS = RA_TRAIT_REWRITES | RA_TRAIT_OWN_REMOTE };

static struct ra_reach *right(const char *giver, const char *grant, enum ra_state state, unsigned traits,
                              enum ra_radius least, enum ra_radius ceiling)
{
    struct ra_reach *r = small_add(grant, state, 0, traits, least, ceiling);
    r->title = strcmp(grant, PUSH) == 0 ? "push to the default branch of acme/app" : NULL;
    if (giver)
        ra_link_add(&small_inv, "gives", giver, r->id);
    return r;
}

// A box with one token whose rights are known.
static void start(enum ra_state state, enum ra_radius least, enum ra_radius ceiling)
{
    small_start("bubblewrap");
    small_secret("env:GITHUB_TOKEN", TOKEN, R(GRANT));
    right(TOKEN, PUSH, state, 0, least, ceiling);
}

static void dns(void)
{
    small_add("egress:dns/127.0.0.53", S(PRESENT), RA_RESOLVE, RA_TRAIT_CHANNEL | RA_TRAIT_RESOLVER, R(NOTHING), R(NOTHING));
}

static const struct ra_reach_view *view(const char *id)
{
    size_t i = ra_reach_index(&small_inv, id);
    assert_true(i != RA_NO_INDEX);
    return &small_verdict.reaches[i];
}

static void a_held_token_and_a_way(void **state)
{
    (void)state;
    start(S(PRESENT), R(PERSON), R(PERSON));
    small_route();
    small_judge("overnight");
    const struct ra_consequence *c = small_so(SO_PUSH);
    assert_non_null(c);
    assert_true(c->proved);
    assert_int_equal(c->radius, R(PERSON));
    assert_int_equal(c->certainty, RA_CERTAINTY_CERTAIN);
    const struct ra_step *s = &small_verdict.steps[c->step];
    assert_int_equal(s->n_needs, 4);
    assert_string_equal(s->needs[0], "env:GITHUB_TOKEN");
    assert_string_equal(s->needs[1], TOKEN);
    assert_string_equal(s->needs[2], PUSH);
    assert_string_equal(s->needs[3], "egress:route/default/eth0");
    assert_string_equal(small_verdict.worst.consequence, SO_PUSH);
    assert_string_equal(small_verdict.worst.sentence,
                        "the worst iteration could push to the default branch of acme/app, with the token in the "
                        "variable GITHUB_TOKEN, through the default route over eth0");
    assert_int_equal(small_verdict.worst.proved.radius, R(PERSON));
    assert_int_equal(view("env:GITHUB_TOKEN")->radius, R(PERSON));
    assert_int_equal(view(PUSH)->radius, R(PERSON));
    assert_int_equal(small_finding("secret/grant")->status, RA_STATUS_FAIL);
    assert_string_equal(small_finding("secret/grant")->reaches[0], TOKEN);
    assert_string_equal(small_finding("secret/grant")->reaches[1], PUSH);
}

static void without_a_way_it_sleeps(void **state)
{
    (void)state;
    start(S(PRESENT), R(ORGANIZATION), R(ORGANIZATION));
    small_judge("overnight");
    assert_null(small_so(SO_PUSH));
    assert_int_equal(small_verdict.worst.radius, R(SANDBOX));
    assert_true(view(PUSH)->dormant);
    assert_int_equal(view(PUSH)->radius, R(ORGANIZATION));
    assert_int_equal(view(PUSH)->severity, RA_SEVERITY_LOW);
    assert_true(small_so("so:readable/env:GITHUB_TOKEN")->dormant);
    assert_int_equal(small_so("so:readable/env:GITHUB_TOKEN")->dormant_radius, R(ORGANIZATION));
    assert_null(small_finding("secret/grant"));
    assert_int_equal(small_verdict.verdict, RA_VERDICT_PASS);
}

static void what_is_refused_gives_nothing(void **state)
{
    (void)state;
    start(S(DENIED), R(ORGANIZATION), R(ORGANIZATION));
    small_route();
    small_judge("overnight");
    assert_null(small_so(SO_PUSH));
    assert_null(small_finding("secret/grant"));
    assert_int_equal(small_verdict.worst.radius, R(GRANT));
    assert_int_equal(view("env:GITHUB_TOKEN")->radius, R(GRANT));
}

static void what_is_not_settled(void **state)
{
    (void)state;
    start(S(UNKNOWN), R(NOTHING), R(ORGANIZATION));
    small_route();
    small_judge("overnight");
    const struct ra_consequence *c = small_so(SO_PUSH);
    assert_false(c->proved);
    assert_int_equal(c->radius, R(ORGANIZATION));
    assert_int_equal(c->certainty, RA_CERTAINTY_LIKELY);
    assert_int_equal(small_verdict.worst.score, 100); // blind: as many as may be
    assert_int_equal(small_verdict.worst.proved.radius, R(GRANT));
    assert_int_equal(small_finding("secret/grant")->status, RA_STATUS_UNKNOWN);
    assert_null(small_so("so:unseen/" PUSH)); // told once
    // Nor does it count without a way, or where nobody gives it.
    start(S(UNKNOWN), R(NOTHING), R(ORGANIZATION));
    small_judge("overnight");
    assert_int_equal(small_verdict.worst.radius, R(SANDBOX));
    assert_true(view(PUSH)->dormant);
    small_start("bubblewrap");
    small_route();
    right(NULL, PUSH, S(UNKNOWN), 0, R(NOTHING), R(ORGANIZATION));
    small_judge("overnight");
    assert_int_equal(small_verdict.worst.radius, R(SANDBOX));
    assert_false(view(PUSH)->dormant);
}

static void who_must_hold_it(void **state)
{
    (void)state;
    static const struct {
        enum ra_state place;
        unsigned access, traits; // of the file and of the token
        bool follows, proved;
    } rows[] = {
        {S(PRESENT), RA_READ, RA_TRAIT_LIVE, true, true},
        {S(PRESENT), RA_READ, RA_TRAIT_REMOTE, false, false}, // expired
        {S(PRESENT), RA_WRITE, RA_TRAIT_LIVE, false, false},  // not to be read
        {S(DENIED), RA_READ, RA_TRAIT_LIVE, false, false},
        {S(UNKNOWN), 0, RA_TRAIT_LIVE, true, false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        small_start("bubblewrap");
        small_route();
        small_add("file:~/.netrc", rows[i].place, rows[i].access, 0, R(NOTHING), R(NOTHING));
        small_add(TOKEN, S(PRESENT), 0, rows[i].traits, R(GRANT), R(GRANT));
        ra_link_add(&small_inv, "holds", "file:~/.netrc", TOKEN);
        right(TOKEN, PUSH, S(PRESENT), 0, R(GRANT), R(GRANT));
        small_judge("overnight");
        const struct ra_consequence *c = small_so(SO_PUSH);
        if (!c != !rows[i].follows || (c && c->proved != rows[i].proved))
            fail_msg("row %zu: %s", i, !c ? "does not follow" : c->proved ? "is proved" : "is not proved");
    }
}

// Names carry a token out, and whoever has it may use it; they do not carry a login.
static void a_signer_needs_a_route(void **state)
{
    (void)state;
    enum { NONE, DNS, ROUTE };
    for (int way = NONE; way <= ROUTE; way++)
        for (int key = 0; key < 2; key++) {
            small_start("bubblewrap");
            small_add("socket:/tmp/agent", S(PRESENT), RA_SIGN, RA_TRAIT_SIGNER, R(NOTHING), R(NOTHING));
            small_add("key:ssh:SHA256:x", S(PRESENT), RA_SIGN, RA_TRAIT_REMOTE, R(GRANT), R(PERSON));
            ra_link_add(&small_inv, "holds", "socket:/tmp/agent", "key:ssh:SHA256:x");
            right(key ? "key:ssh:SHA256:x" : "socket:/tmp/agent", PUSH, S(PRESENT), 0, R(ORGANIZATION), R(ORGANIZATION));
            if (way == DNS)
                dns();
            if (way == ROUTE)
                small_route();
            small_judge("overnight");
            const struct ra_consequence *c = small_so(SO_PUSH);
            assert_int_equal(c != NULL, way == ROUTE);
            assert_int_equal(view(PUSH)->dormant, way != ROUTE);
            if (c)
                assert_string_equal(small_verdict.worst.sentence,
                                    "the worst iteration could push to the default branch of acme/app, with the keys "
                                    "behind /tmp/agent, through the default route over eth0");
        }
    start(S(PRESENT), R(GRANT), R(GRANT));
    dns();
    small_judge("overnight");
    assert_non_null(small_so(SO_PUSH));
}

static void the_surest_giver_is_told(void **state)
{
    (void)state;
    start(S(PRESENT), R(GRANT), R(GRANT));
    small_route();
    small_secret("env:A", "token:github:0000", R(GRANT)); // first by id, and not sure
    ((struct ra_reach *)(uintptr_t)ra_reach_find(&small_inv, "token:github:0000"))->state = S(UNKNOWN);
    ra_link_add(&small_inv, "gives", "token:github:0000", PUSH);
    small_judge("overnight");
    const struct ra_consequence *c = small_so(SO_PUSH);
    assert_int_equal(c->certainty, RA_CERTAINTY_CERTAIN);
    assert_string_equal(small_verdict.steps[c->step].needs[1], TOKEN);
    assert_int_equal(small_finding("secret/grant")->n_reaches, 3);
}

static void whoever_gets_an_image_gets_its_rights(void **state)
{
    (void)state;
    start(S(PRESENT), R(PERSON), R(PERSON));
    small_inv.target.kind = "rootfs";
    small_judge("image");
    assert_int_equal(small_verdict.worst.radius, R(PERSON));
    assert_string_equal(small_verdict.worst.sentence,
                        "the worst iteration could push to the default branch of acme/app, with the token in the "
                        "variable GITHUB_TOKEN");
}

// ---- the tree and its remote --------------------------------------------------------------------------

static void lost_for_good(void **state)
{
    (void)state;
    static const struct {
        unsigned tree;   // access
        unsigned traits; // of the right
        enum ra_state state;
        bool route, follows, proved;
    } rows[] = {
        {RA_READ | RA_WRITE, OURS, S(PRESENT), true, true, true},
        {RA_READ, OURS, S(PRESENT), true, false, false},
        {RA_READ | RA_WRITE, RA_TRAIT_REWRITES, S(PRESENT), true, false, false},   // somebody else's repository
        {RA_READ | RA_WRITE, RA_TRAIT_OWN_REMOTE, S(PRESENT), true, false, false}, // it can only be read, or added to
        {RA_READ | RA_WRITE, OURS, S(PRESENT), false, false, false},
        {RA_READ | RA_WRITE, OURS, S(DENIED), true, false, false},
        {RA_READ | RA_WRITE, OURS, S(UNKNOWN), true, true, false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        small_start("bubblewrap");
        small_add("mount:/w", S(PRESENT), rows[i].tree, RA_TRAIT_WORK, R(WORKTREE), R(WORKTREE));
        small_secret("env:GITHUB_TOKEN", TOKEN, R(GRANT));
        right(TOKEN, PUSH, rows[i].state, rows[i].traits, R(GRANT), R(GRANT));
        right(TOKEN, ISSUES, S(PRESENT), RA_TRAIT_OWN_REMOTE, R(GRANT), R(GRANT)); // each alone is not both
        if (rows[i].route)
            small_route();
        small_judge("profile: p\nradius: grant\nsource: public\n");
        const struct ra_consequence *c = small_so("so:lost-for-good");
        if (!c != !rows[i].follows || (c && c->proved != rows[i].proved))
            fail_msg("row %zu: %s", i, !c ? "does not follow" : c->proved ? "is proved" : "is not proved");
        if (c) {
            const struct ra_step *s = &small_verdict.steps[c->step];
            assert_int_equal(c->radius, R(PERSON));
            assert_string_equal(s->needs[0], SO_PUSH);
            assert_string_equal(s->needs[1], "mount:/w");
            assert_string_equal(s->needs[2], "egress:route/default/eth0");
            assert_string_equal(small_verdict.worst.consequence, "so:lost-for-good");
            assert_int_equal(small_verdict.worst.n_path, 2);
            assert_int_equal(small_finding("worktree/lost-for-good")->severity, RA_SEVERITY_HIGH);
        }
        if (i == 0)
            assert_string_equal(small_verdict.worst.sentence,
                                "the worst iteration could destroy the work in /w for good: wreck the tree, then push to "
                                "the default branch of acme/app, with the token in the variable GITHUB_TOKEN, through "
                                "the default route over eth0");
    }
}

// ---- what the profile says ------------------------------------------------------------------------------

#define P "profile: p\nradius: grant\nfail_on: medium\nsource: public\nallow:\n  - {kind: egress}\n"

static enum ra_judgement judged(const char *lines, enum ra_radius token, enum ra_state issues, bool scope)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf text = {0};
    small_start("bubblewrap");
    small_route();
    small_secret("env:GITHUB_TOKEN", TOKEN, token);
    right(TOKEN, PUSH, S(PRESENT), 0, R(GRANT), R(GRANT));
    right(TOKEN, ISSUES, issues, 0, R(GRANT), R(GRANT));
    if (scope)
        small_unknown(TOKEN "/scope", R(GRANT), 0);
    ra_buf_printf(&text, P "%s", lines);
    small_judge(ra_strndup(&small_arena, ra_buf_view(&text)));
    return small_verdict.verdict;
}

static void what_allows_a_narrow_token(void **state)
{
    (void)state;
    static const char one[] = "  - {kind: grant, locator: \"github:acme/app:issues=*\"}\n";
    static const char both[] = "  - {kind: grant, locator: \"github:acme/app:*\"}\n";
    static const char token[] = "  - {kind: token, locator: \"github:*\"}\n";
    assert_int_equal(judged("", R(GRANT), S(PRESENT), false), RA_VERDICT_FAIL);
    assert_int_equal(judged(token, R(GRANT), S(PRESENT), false), RA_VERDICT_PASS);
    assert_int_equal(judged(both, R(GRANT), S(PRESENT), false), RA_VERDICT_PASS);
    assert_int_equal(judged(one, R(GRANT), S(PRESENT), false), RA_VERDICT_FAIL); // it may push, too
    assert_int_equal(judged(both, R(GRANT), S(UNKNOWN), false), RA_VERDICT_PASS);
    assert_int_equal(judged("  - {kind: grant, locator: \"github:acme/app:contents=*\"}\n", R(GRANT), S(DENIED), false),
                     RA_VERDICT_PASS);
    // Not where the token may be more than its rights tell.
    assert_int_equal(judged(both, R(PERSON), S(PRESENT), false), RA_VERDICT_FAIL);
    assert_int_equal(judged(both, R(GRANT), S(PRESENT), true), RA_VERDICT_FAIL);
    // Denied beats allowed, for the right and for the token.
    assert_int_equal(judged("  - {kind: token}\ndeny:\n  - {kind: grant, locator: \"**:contents=*\"}\n", R(GRANT),
                            S(PRESENT), false),
                     RA_VERDICT_FAIL);
    assert_int_equal(judged("  - {kind: grant}\ndeny:\n  - {kind: token}\n", R(GRANT), S(PRESENT), false), RA_VERDICT_FAIL);
    // Of one right, by whom.
    assert_int_equal(judged("  - {kind: token}\n  - {kind: grant, in: \"token:*:9999\"}\n", R(GRANT), S(PRESENT), false),
                     RA_VERDICT_PASS);
    assert_int_equal(judged("  - {kind: token, in: \"env:*\"}\n  - {kind: grant, in: \"token:*:9999\"}\n", R(GRANT),
                            S(PRESENT), false),
                     RA_VERDICT_FAIL);
    assert_int_equal(judged("  - {kind: token, in: \"env:*\"}\n  - {kind: grant, in: \"token:*:0123\"}\n", R(GRANT),
                            S(PRESENT), false),
                     RA_VERDICT_PASS);
}

static void allow_never_narrows(void **state)
{
    (void)state;
    start(S(PRESENT), R(PERSON), R(PERSON));
    small_route();
    small_judge(P "  - {kind: token}\n  - {kind: grant}\n");
    assert_int_equal(small_verdict.worst.radius, R(PERSON));
    assert_int_equal(small_verdict.verdict, RA_VERDICT_FAIL);
    assert_int_equal(small_verdict.n_cuts, 1); // the token and the network are meant to be there: narrow it
    assert_string_equal(small_verdict.cuts[0].remedy,
                        "Revoke the token or key, and give the run one that is narrow and short-lived");
    assert_string_equal(small_verdict.cuts[0].cuts[0], PUSH);
    // Where the token is not meant to be there, it is taken away.
    start(S(PRESENT), R(PERSON), R(PERSON));
    small_route();
    small_judge(P);
    assert_int_equal(small_verdict.n_cuts, 1);
    assert_int_equal(strncmp(small_verdict.cuts[0].remedy, "Start with an empty environment", 31), 0);
}

static void set_radius(const char *lines, enum ra_state state)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf text = {0};
    start(state, R(GRANT), R(ORGANIZATION));
    small_route();
    ra_buf_printf(&text, "profile: p\nradius: grant\ngrants:\n%s", lines);
    small_judge(ra_strndup(&small_arena, ra_buf_view(&text)));
}

static void a_radius_that_the_profile_sets(void **state)
{
    (void)state;
    set_radius("  - {locator: \"github:acme/app:contents=*\", radius: person, reason: it deploys}\n", S(PRESENT));
    assert_int_equal(small_verdict.worst.radius, R(PERSON));
    assert_int_equal(small_verdict.worst.proved.radius, R(PERSON));
    assert_int_equal(small_verdict.n_overrides, 1);
    assert_string_equal(small_verdict.overrides[0].grant, "github:acme/app:contents=*");
    assert_string_equal(small_verdict.overrides[0].radius, "person");
    assert_string_equal(small_verdict.overrides[0].reason, "it deploys");
    assert_int_equal(small_verdict.overrides[0].line, 4);
    assert_null(small_verdict.overrides[0].check);
    assert_non_null(strstr(small_finding("secret/grant")->message, "Line 4 of the profile"));
    assert_int_equal(ra_reach_find(&small_inv, PUSH)->ceiling, R(ORGANIZATION)); // what was measured stays
    set_radius("  - {locator: \"github:acme/app:contents=*\", radius: grant, reason: a scratch repository}\n", S(PRESENT));
    assert_int_equal(small_verdict.worst.radius, R(GRANT));
    set_radius("  - {locator: \"github:acme/app:contents=*\", radius: grant, reason: a scratch repository}\n", S(UNKNOWN));
    assert_int_equal(small_verdict.worst.radius, R(GRANT));
    set_radius("  - {locator: \"github:acme/other:*\", radius: grant, reason: a scratch repository}\n", S(PRESENT));
    assert_int_equal(small_verdict.worst.radius, R(ORGANIZATION));
    assert_int_equal(small_verdict.n_overrides, 1); // visible, used or not
    set_radius("  - {locator: \"**\", radius: organization, reason: all}\n"
               "  - {locator: \"**:contents=*\", radius: grant, reason: but this}\n",
               S(PRESENT));
    assert_int_equal(small_verdict.worst.radius, R(GRANT));
}

static void what_cannot_be_read(void **state)
{
    (void)state;
    static const struct {
        const char *lines;
        unsigned line, column;
        const char *says;
    } rows[] = {
        {"grants: 3\n", 3, 9, "'grants' must be a list, not a number"},
        {"grants:\n  - github\n", 4, 5, "an item of 'grants' must be a map, not text"},
        {"grants:\n  - {locator: a, radius: person}\n", 4, 5, "an item of 'grants' needs 'reason'"},
        {"grants:\n  - {radius: person, reason: b}\n", 4, 5, "an item of 'grants' needs 'locator'"},
        {"grants:\n  - {locator: a, reason: b}\n", 4, 5, "an item of 'grants' needs 'radius'"},
        {"grants:\n  - {locator: a, reason: b, radius: world}\n", 4, 37,
         "'radius' cannot be 'world'; it is one of nothing sandbox worktree grant person organization"},
        {"grants:\n  - {kind: grant, locator: a}\n", 4, 6, "an item of 'grants' has no key 'kind'; it has: locator radius "
                                                           "reason"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ra_profile p;
        struct ra_error err = {0};
        char *text = ra_strfmt(&small_arena, "profile: p\nradius: grant\n%s", rows[i].lines);
        assert_int_not_equal(ra_profile_read(&small_arena, ra_span_of(text), (struct ra_span){0}, NULL, &p, &err), 0);
        if (err.line != rows[i].line || err.column != rows[i].column || strcmp(err.text, rows[i].says) != 0)
            fail_msg("row %zu: %u:%u %s", i, err.line, err.column, err.text);
    }
}

static void the_tightest_profile(void **state)
{
    (void)state;
    RA_CLEANUP(ra_buf_free) struct ra_buf text = {0};
    struct ra_error err = {0};
    start(S(PRESENT), R(GRANT), R(GRANT));
    small_route();
    ra_inventory_freeze(&small_inv);
    assert_int_equal(ra_profile_init(&small_arena, &small_inv, R(GRANT), &text, &err), 0);
    const char *printed = ra_strndup(&small_arena, ra_buf_view(&text));
    assert_non_null(strstr(printed, "{kind: grant, locator: \"github:acme/app:contents=write\", in: \"" TOKEN "\"}"));
    start(S(PRESENT), R(GRANT), R(GRANT));
    small_route();
    small_judge(printed);
    assert_int_equal(small_verdict.verdict, RA_VERDICT_PASS);
    start(S(PRESENT), R(GRANT), R(GRANT));
    small_route();
    right(TOKEN, ISSUES, S(PRESENT), 0, R(GRANT), R(GRANT)); // one right more
    small_judge(printed);
    assert_int_equal(small_verdict.verdict, RA_VERDICT_FAIL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_held_token_and_a_way),
        cmocka_unit_test(without_a_way_it_sleeps),
        cmocka_unit_test(what_is_refused_gives_nothing),
        cmocka_unit_test(what_is_not_settled),
        cmocka_unit_test(who_must_hold_it),
        cmocka_unit_test(a_signer_needs_a_route),
        cmocka_unit_test(the_surest_giver_is_told),
        cmocka_unit_test(whoever_gets_an_image_gets_its_rights),
        cmocka_unit_test(lost_for_good),
        cmocka_unit_test(what_allows_a_narrow_token),
        cmocka_unit_test(allow_never_narrows),
        cmocka_unit_test(a_radius_that_the_profile_sets),
        cmocka_unit_test(what_cannot_be_read),
        cmocka_unit_test(the_tightest_profile),
    };
    return cmocka_run_group_tests(tests, NULL, small_teardown);
}

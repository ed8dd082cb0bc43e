// Profiles: what is read, how one extends another, and every mistake with its line and column.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/digest.h"
#include "checks/profile.h"

static struct ra_arena arena;
static struct ra_profile got;
static struct ra_error err;
static const struct ra_profile_vars vars = {"/home/u/project", "/home/u"};

static int read_over(const char *text, const char *base)
{
    err = (struct ra_error){0};
    got = (struct ra_profile){0};
    return ra_profile_read(&arena, ra_span_of(text), ra_span_of(base), &vars, &got, &err);
}

static int teardown(void **state)
{
    (void)state;
    ra_arena_free(&arena);
    return 0;
}

static void the_design_s_own_example(void **state)
{
    (void)state;
    const char *text = "profile: queue-worker\n"
                       "summary: unattended run\n"
                       "radius: grant\n"
                       "score: 45\n"
                       "fail_on: high\n"
                       "certainty: possible\n"
                       "unknown: warn\n"
                       "source: public\n"
                       "supervision: sampled\n"
                       "must_see: [env, files]\n"
                       "allow:\n"
                       "  - {kind: token, role: agent-session}\n"
                       "  - {kind: grant, locator: \"github:acme/app:issues=*\", access: [read, send]}\n"
                       "deny: []\n"
                       "needs:\n"
                       "  - {kind: program, locator: \"${home}/bin/*\"}\n"
                       "waive:\n"
                       "  - {check: box/no-seccomp, reach: \"box:no-seccomp\", reason: gVisor filters itself, "
                       "owner: platform, expires: 2027-03-31}\n"
                       "checks:\n"
                       "  box/userns-nested: {severity: low, reason: rootless builds}\n";
    assert_int_equal(read_over(text, NULL), 0);
    assert_string_equal(got.name, "queue-worker");
    assert_int_equal(got.radius, RA_RADIUS_GRANT);
    assert_int_equal(got.score, 45);
    assert_int_equal(got.fail_on, RA_SEVERITY_HIGH);
    assert_int_equal(got.certainty, RA_CERTAINTY_POSSIBLE);
    assert_true(got.unknown_warns);
    assert_false(got.source_private);
    assert_string_equal(got.supervision, "sampled");
    assert_false(got.must_see_all);
    assert_int_equal(got.n_must_see, 2);
    assert_string_equal(got.must_see[1], "files");
    assert_int_equal(got.n_allow, 2);
    assert_int_equal(got.allow[0].line, 12);
    assert_string_equal(got.allow[0].role, "agent-session");
    assert_int_equal(got.allow[1].access, RA_READ | RA_SEND);
    assert_int_equal(got.n_deny, 0);
    assert_string_equal(got.needs[0].locator, "/home/u/bin/*");
    assert_int_equal(got.waive[0].expires_s, 1806537600); // 2027-04-01T00:00:00Z: the day itself still counts
    assert_int_equal(got.overrides[0].severity, RA_SEVERITY_LOW);
    assert_int_equal(got.overrides[0].line, 20);
    char hex[65];
    ra_sha256_hex(ra_span_of(text), hex);
    assert_string_equal(got.digest, hex);
}

static void what_is_left_out(void **state)
{
    (void)state;
    assert_int_equal(read_over("profile: p\nradius: nothing\nallow:\n", NULL), 0);
    assert_int_equal(got.score, -1);
    assert_int_equal(got.fail_on, RA_SEVERITY_MEDIUM);
    assert_int_equal(got.certainty, RA_CERTAINTY_LIKELY);
    assert_false(got.unknown_warns);
    assert_true(got.source_private);
    assert_true(got.must_see_all);
    assert_string_equal(got.supervision, "none");
    assert_int_equal(got.n_allow, 0);
}

static void every_built_in_reads(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum ra_radius radius;
        enum ra_severity fail_on;
        size_t n_allow;
    } rows[] = {{"overnight", RA_RADIUS_GRANT, RA_SEVERITY_MEDIUM, 1},
                {"airgapped", RA_RADIUS_WORKTREE, RA_SEVERITY_MEDIUM, 0},
                {"egress-filtered", RA_RADIUS_GRANT, RA_SEVERITY_MEDIUM, 2},
                {"supervised", RA_RADIUS_PERSON, RA_SEVERITY_HIGH, 2},
                {"image", RA_RADIUS_GRANT, RA_SEVERITY_MEDIUM, 2}};
    size_t n = 0;
    for (; ra_profile_builtin_name(n); n++) {
        assert_string_equal(ra_profile_builtin_name(n), rows[n].name);
        assert_int_equal(read_over(ra_profile_builtin_text(rows[n].name), NULL), 0);
        assert_string_equal(got.name, rows[n].name);
        assert_int_equal(got.radius, rows[n].radius);
        assert_int_equal(got.fail_on, rows[n].fail_on);
        assert_int_equal(got.n_allow, rows[n].n_allow);
        assert_int_equal(got.n_waive + got.n_needs + got.n_deny + got.n_overrides, 0);
        assert_int_equal(got.score, -1);
        assert_false(got.unknown_warns);
        assert_true(got.source_private);
    }
    assert_int_equal(n, sizeof(rows) / sizeof(rows[0]));
    assert_null(ra_profile_builtin_text("nightly"));
}

static void built_ins_must_see_every_collector(void **state)
{
    (void)state;
    static const char *const names[] = {
#define RA_COLLECTOR(n, ...) #n,
#include "collect/collectors.def"
#undef RA_COLLECTOR
    };
    for (size_t b = 0; ra_profile_builtin_name(b); b++) {
        assert_int_equal(read_over(ra_profile_builtin_text(ra_profile_builtin_name(b)), NULL), 0);
        assert_int_equal(got.n_must_see, sizeof(names) / sizeof(names[0]));
        for (size_t i = 0; i < got.n_must_see; i++)
            assert_string_equal(got.must_see[i], names[i]);
    }
}

static void extending(void **state)
{
    (void)state;
    assert_int_equal(read_over("profile: mine\nextends: overnight\nfail_on: high\nallow:\n  - {kind: egress}\n", NULL), 0);
    assert_string_equal(got.name, "mine");
    assert_int_equal(got.radius, RA_RADIUS_GRANT); // theirs
    assert_int_equal(got.fail_on, RA_SEVERITY_HIGH); // ours
    assert_int_equal(got.n_allow, 2);
    assert_string_equal(got.allow[0].role, "agent-session"); // theirs first
    assert_int_equal(got.allow[1].kind, RA_KIND_EGRESS);

    const char *file = "profile: team\nextends: airgapped\ndeny:\n  - {kind: socket}\n"
                       "checks:\n  box/weak: {severity: high}\n";
    const char *ours = "profile: mine\nextends: team.yaml\ndeny:\n  - {kind: fd}\nmust_see: [env, other]\n"
                       "checks:\n  box/weak: {severity: info}\n";
    assert_int_equal(read_over(ours, file), 0);
    assert_int_equal(got.radius, RA_RADIUS_WORKTREE);
    assert_int_equal(got.n_deny, 2);
    assert_int_equal(got.deny[1].kind, RA_KIND_FD);
    assert_int_equal(got.n_must_see, 10); // nine of the built-in one and "other"
    assert_int_equal(got.n_overrides, 1);
    assert_int_equal(got.overrides[0].severity, RA_SEVERITY_INFO);

    const char *name = NULL;
    assert_int_equal(ra_profile_extends(&arena, ra_span_of(ours), &name, &err), 0);
    assert_string_equal(name, "team.yaml");
    assert_int_equal(ra_profile_extends(&arena, ra_span_of("profile: p\nradius: grant\n"), &name, &err), 0);
    assert_null(name);
}

// Each text is wrong in one place: line, column, and what the sentence must say.
static void mistakes(void **state)
{
    (void)state;
#define HEAD "profile: p\nradius: grant\n"
    static const struct {
        const char *text;
        unsigned line, column;
        const char *says;
    } rows[] = {
        {"", 1, 1, "empty"},
        {"just text\n", 1, 1, "a profile must be a map"},
        {"radius: grant\n", 1, 1, "needs 'profile'"},
        {"profile: p\n", 1, 1, "needs 'radius'"},
        {HEAD "colour: red\n", 3, 1, "no key 'colour'"},
        {HEAD "radius: person\n", 3, 1, "given twice"},
        {"profile: p\nradius: galaxy\n", 2, 9, "cannot be 'galaxy'"},
        {"profile: p\nradius: 3\n", 2, 9, "must be text, not a number"},
        {"profile: p\nradius: [grant]\n", 2, 9, "must be text, not a list"},
        {"profile: ''\nradius: grant\n", 1, 10, "must not be empty"},
        {HEAD "score: 101\n", 3, 8, "0 to 100"},
        {HEAD "score: '45'\n", 3, 8, "0 to 100"},
        {HEAD "score: -1\n", 3, 8, "0 to 100"},
        {HEAD "fail_on: severe\n", 3, 10, "no severity"},
        {HEAD "certainty: certain\n", 3, 12, "likely possible"},
        {HEAD "unknown: ignore\n", 3, 10, "incomplete warn"},
        {HEAD "source: open\n", 3, 9, "private public"},
        {HEAD "supervision: some\n", 3, 14, "none sampled full"},
        {HEAD "must_see: env\n", 3, 11, "must be a list"},
        {HEAD "must_see: [env, 7]\n", 3, 17, "names of collectors"},
        {HEAD "extends: nowhere\n", 3, 10, "no profile 'nowhere'"},
        {HEAD "allow: {kind: token}\n", 3, 8, "must be a list"},
        {HEAD "allow:\n  - token\n", 4, 5, "must be a map"},
        {HEAD "allow:\n  - {}\n", 4, 5, "match everything"},
        {HEAD "allow:\n  - {kind: tokens}\n", 4, 12, "no kind"},
        {HEAD "allow:\n  - {kind: token, who: me}\n", 4, 19, "no key 'who'"},
        {HEAD "allow:\n  - {kind: token, access: chew}\n", 4, 27, "'access' must be"},
        {HEAD "deny:\n  - {kind: file, access: []}\n", 4, 26, "must not be empty"},
        {HEAD "deny:\n  - {kind: file, locator: \"${desk}/x\"}\n", 4, 27, "no variable ${desk}"},
        {HEAD "deny:\n  - {kind: file, locator: \"${home/x\"}\n", 4, 27, "not closed"},
        {HEAD "needs:\n  - {kind: program, locator: 7}\n", 4, 30, "put it in quotes"},
        {HEAD "waive:\n  - {check: box/weak, reason: r}\n", 4, 5, "needs 'reach'"},
        {HEAD "waive:\n  - {reach: 'box:x', reason: r}\n", 4, 5, "needs 'check'"},
        {HEAD "waive:\n  - {check: box/weak, reach: 'box:x'}\n", 4, 5, "needs 'reason'"},
        {HEAD "waive:\n  - {check: '*', reach: '*', reason: r}\n", 4, 5, "waive the audit"},
        {HEAD "waive:\n  - {check: '**', reach: '**', reason: r}\n", 4, 5, "waive the audit"},
        {HEAD "waive:\n  - {check: c, reach: r, reason: r, expires: 2027-02-29}\n", 4, 46, "must be a date"},
        {HEAD "waive:\n  - {check: c, reach: r, reason: r, expires: soon}\n", 4, 46, "must be a date"},
        {HEAD "checks: [box/weak]\n", 3, 9, "must be a map"},
        {HEAD "checks:\n  box/weak: low\n", 4, 13, "must be a map"},
        {HEAD "checks:\n  box/weak: {reason: r}\n", 4, 13, "needs 'severity'"},
        {HEAD "checks:\n  box/weak: {severity: grave}\n", 4, 24, "no severity"},
        {"profile: p\nradius: &a grant\n", 2, 9, ""},
        {"profile: p\n radius: grant\n", 2, 0, ""},
    };
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int rc = read_over(rows[i].text, NULL);
        if (rc >= 0 || err.line != rows[i].line || (rows[i].column && err.column != rows[i].column) ||
            !strstr(err.text, rows[i].says))
            print_error("%s\ngave %d at %u:%u \"%s\"\n", rows[i].text, rc, err.line, err.column, err.text), wrong++;
        assert_null(got.name); // untouched on failure
    }
    assert_int_equal(wrong, 0);
}

static void a_variable_without_value(void **state)
{
    (void)state;
    struct ra_profile_vars none = {NULL, "/home/u"};
    err = (struct ra_error){0};
    const char *text = "profile: p\nradius: grant\ndeny:\n  - {locator: \"${worktree}/**\"}\n";
    assert_true(ra_profile_read(&arena, ra_span_of(text), (struct ra_span){0}, &none, &got, &err) < 0);
    assert_int_equal(err.line, 4);
    assert_non_null(strstr(err.text, "no value"));
}

static void matching(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *locator;
        bool yes;
    } rows[] = {
        {"github:acme/app:issues=*", "github:acme/app:issues=write", true},
        {"github:acme/*", "github:acme/app", true},
        {"github:acme/*", "github:acme/app:issues=write", false},
        {"github:acme/**", "github:acme/app:issues=write", true},
        {"*", "npm", true},
        {"*", "proxy/http://proxy:3128", false},
        {"proxy/**", "proxy/http://proxy:3128", true},
        {"/home/u/*", "/home/u/.npmrc", true},
        {"/home/u/*", "/home/u/a/b", false},
        {"/home/u/**/b", "/home/u/a/b", true},
        {"/home/u", "/home/user", false},
        {"a?c", "abc", false},
        {"", "", true},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ra_matcher m = {.any_kind = true, .locator = rows[i].pattern};
        if (ra_matcher_matches(&m, RA_KIND_FILE, rows[i].locator, NULL, 0) != rows[i].yes)
            fail_msg("%s against %s", rows[i].pattern, rows[i].locator);
    }
    struct ra_matcher m = {.kind = RA_KIND_TOKEN, .role = "agent-session", .access = RA_READ};
    assert_true(ra_matcher_matches(&m, RA_KIND_TOKEN, "x", "agent-session", RA_READ | RA_WRITE));
    assert_false(ra_matcher_matches(&m, RA_KIND_TOKEN, "x", "agent-session", RA_WRITE));
    assert_false(ra_matcher_matches(&m, RA_KIND_TOKEN, "x", NULL, RA_READ));
    assert_false(ra_matcher_matches(&m, RA_KIND_KEY, "x", "agent-session", RA_READ));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_design_s_own_example), cmocka_unit_test(what_is_left_out),
        cmocka_unit_test(every_built_in_reads),     cmocka_unit_test(built_ins_must_see_every_collector),
        cmocka_unit_test(extending),                cmocka_unit_test(mistakes),
        cmocka_unit_test(a_variable_without_value), cmocka_unit_test(matching),
    };
    return cmocka_run_group_tests(tests, NULL, teardown);
}

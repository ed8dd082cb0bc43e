// What settings of agents promise, on recorded machines: what holds leaves nothing, what does not is told with its
// place and what was tried, and what an audit cannot know from where it runs is unknown.
#include "collect_recorded.h"

#include <string.h>

collector ra_collect_agent;

#define HOME "/home/dev"
#define TREE HOME "/project"
#define SETTINGS HOME "/.claude/settings.json"
#define USER "agent:claude-code/user:~/.claude/settings.json#"
#define ON "\"sandbox\":{\"enabled\":true}"

static void start(struct recording *r, const char *self, const char *environment)
{
    recording_open(r);
    side(r, "self", ra_strfmt(&r->arena, "pid=7\nppid=1\nuid=1000\neuid=1000\ngid=1000\negid=1000\ncwd=" TREE "\nnow=1000\n%s",
                              self));
    side(r, "environ", ra_strfmt(&r->arena, "HOME=" HOME "\nPATH=/usr/bin\n%s", environment));
    side(r, "probes", "socket_inet ok\n");
    put(r, "/usr/bin/bwrap", "");
    put(r, "/usr/bin/socat", "");
    put(r, "/proc/cpuinfo", "flags\t: fpu\n");
    put_dir(r, TREE);
    r->c.home = HOME;
    r->c.worktree = TREE;
}

static void look(struct recording *r, const char *box)
{
    recording_run(r, "agent", box, ra_collect_agent);
}

static const char *text_of(const struct ra_reach *r, const char *key)
{
    const struct ra_detail *d = ra_detail_find(r, key);
    return d && d->type == RA_DETAIL_TEXT ? d->text : "";
}

static const struct ra_reach *expect(struct recording *r, const char *id, const char *claim, const char *outcome)
{
    const struct ra_reach *at = reach(r, id);
    assert_string_equal(text_of(at, "claim"), claim);
    assert_string_equal(text_of(at, "outcome"), outcome);
    assert_int_equal(at->ceiling, RA_RADIUS_NOTHING); // what it opens is another reach
    return at;
}

static void no_claim(struct recording *r)
{
    for (size_t i = 0; i < r->inv.n_reaches; i++)
        if (ra_detail_find(r->inv.reaches[i], "claim"))
            fail_msg("%s: %s", r->inv.reaches[i]->id, text_of(r->inv.reaches[i], "measured"));
}

// An agent as the parent of the audit: pid 7 below pid 5.
static void below(struct recording *r, const char *comm)
{
    put(r, "/proc/7/stat", "7 (reachaudit) S 5 7 7 0 -1\n");
    put_process(r, 5, 1, comm, "", 0);
}

// ---- sandboxes ----------------------------------------------------------------------------------------

static void a_sandbox_cannot_be_seen_from_outside(void **state)
{
    (void)state;
    struct recording r;
    start(&r, "", "");
    put(&r, SETTINGS, "{" ON "}");
    look(&r, "none");
    const struct ra_reach *at = expect(&r, USER "sandbox.enabled", "sandbox", "unknown");
    assert_int_equal(at->evidence[0].source.column, 23);
    recording_close(&r);
    // The mark alone outlives the agent in shells; the parent alone has servers too.
    start(&r, "", "CLAUDECODE=1\n");
    put(&r, SETTINGS, "{" ON "}");
    look(&r, "none");
    expect(&r, USER "sandbox.enabled", "sandbox", "unknown");
    recording_close(&r);
    start(&r, "", "");
    below(&r, "claude");
    put(&r, SETTINGS, "{" ON "}");
    look(&r, "docker");
    expect(&r, USER "sandbox.enabled", "sandbox", "unknown");
    recording_close(&r);
}

static void a_command_of_the_agent_measures_it(void **state)
{
    (void)state;
    struct recording r;
    start(&r, "", "CLAUDECODE=1\n");
    below(&r, "claude");
    put(&r, SETTINGS, "{" ON "}");
    look(&r, "none");
    const struct ra_reach *at = expect(&r, USER "sandbox.enabled", "sandbox", "open");
    assert_non_null(strstr(text_of(at, "measured"), "CLAUDECODE"));
    recording_close(&r);
    start(&r, "", "CLAUDECODE=1\n");
    put(&r, SETTINGS, "{" ON "}");
    look(&r, "bubblewrap");
    no_reach(&r, USER "sandbox.enabled");
    recording_close(&r);
}

static void without_its_programs_it_cannot_start(void **state)
{
    (void)state;
    struct recording r;
    start(&r, "", "");
    side(&r, "environ", "HOME=" HOME "\nPATH=/opt/bin\n");
    put(&r, SETTINGS, "{" ON "}");
    look(&r, "none");
    assert_non_null(strstr(text_of(expect(&r, USER "sandbox.enabled", "sandbox", "open"), "measured"), "bwrap"));
    recording_close(&r);
    start(&r, "", "");
    side(&r, "environ", "HOME=" HOME "\nPATH=/opt/bin\n");
    put(&r, SETTINGS, "{\"sandbox\":{\"enabled\":true,\"failIfUnavailable\":true}}"); // then it does not start either
    look(&r, "none");
    expect(&r, USER "sandbox.enabled", "sandbox", "unknown");
    recording_close(&r);
    start(&r, "", "");
    side(&r, "environ", "HOME=" HOME "\nPATH=/opt/bin\n");
    put_dir(&r, "/opt/bin");
    side(&r, "errors", "/opt/bin EIO\n");
    put(&r, SETTINGS, "{" ON "}");
    look(&r, "none");
    expect(&r, USER "sandbox.enabled", "sandbox", "unknown");
    recording_close(&r);
}

#define CODEX "agent:codex/user:~/.codex/config.toml#"
static void filters_are_a_sandbox_too(void **state)
{
    (void)state;
    static const struct {
        const char *self, *outcome; // NULL: nothing to tell
    } cases[] = {
        {"no_new_privs=1\nseccomp=2\n", NULL},
        {"no_new_privs=1\nseccomp=0\n", "unknown"}, // Landlock shows nowhere
        {"no_new_privs=0\nseccomp=2\n", "open"},    // a container's own filter
        {"no_new_privs=0\nseccomp=0\n", "open"},
        {"", "unknown"},
    };
    for (size_t i = 0; i < RA_COUNT(cases); i++) {
        struct recording r;
        start(&r, cases[i].self, "CODEX_THREAD_ID=x\n");
        below(&r, "codex");
        put(&r, HOME "/.codex/config.toml", "sandbox_mode = \"workspace-write\"\n");
        look(&r, "docker");
        if (cases[i].outcome)
            expect(&r, CODEX "sandbox_mode", "sandbox", cases[i].outcome);
        else
            assert_null(ra_reach_find(&r.inv, CODEX "sandbox_mode"));
        recording_close(&r);
    }
}

static void others_promise_too(void **state)
{
    (void)state;
    struct recording r;
    start(&r, "no_new_privs=0\n", "IS_SANDBOX=1\nGEMINI_SANDBOX=docker\n");
    put(&r, HOME "/.gemini/settings.json", "{\"tools\": {\"sandbox\": \"docker\"}}");
    put(&r, TREE "/.cursor/sandbox.json", "{\"type\": \"workspace_readonly\"}");
    look(&r, "none");
    expect(&r, "agent:gemini/user:~/.gemini/settings.json#tools.sandbox", "sandbox", "unknown");
    expect(&r, "agent:cursor/project:~/project/.cursor/sandbox.json#type", "sandbox", "unknown");
    expect(&r, "env:IS_SANDBOX", "sandbox", "open"); // it speaks of this very process
    expect(&r, "env:GEMINI_SANDBOX", "sandbox", "unknown");
    recording_close(&r);
    start(&r, "", "IS_SANDBOX=1\nGEMINI_SANDBOX=docker\n");
    put(&r, HOME "/.gemini/settings.json", "{\"tools\": {\"sandbox\": \"docker\"}}");
    look(&r, "docker");
    no_claim(&r);
    recording_close(&r);
    start(&r, "", "IS_SANDBOX=1\n");
    put(&r, "/proc/cpuinfo", "flags\t: fpu hypervisor\n"); // the machine may be the sandbox
    look(&r, "none");
    expect(&r, "env:IS_SANDBOX", "sandbox", "unknown");
    recording_close(&r);
    start(&r, "", "GEMINI_SANDBOX=false\n");
    put(&r, HOME "/.gemini/settings.json", "{\"tools\": {\"sandbox\": false}}");
    put(&r, TREE "/.cursor/sandbox.json", "{\"type\": \"insecure_none\"}");
    look(&r, "none");
    no_claim(&r);
    expect_traits(&r, "agent:cursor/project:~/project/.cursor/sandbox.json#type", RA_TRAIT_RUNS_OUTSIDE, 0);
    recording_close(&r);
}

// ---- rules about files ----------------------------------------------------------------------------------

static void rule(const char *pattern, const char *covers, const char *outcome)
{
    struct recording r;
    start(&r, "", "");
    put(&r, TREE "/.env", "A=1\n");
    put(&r, TREE "/sub/deep/.env", "A=1\n");
    put(&r, TREE "/sub/tls.pem", "x");
    put(&r, HOME "/.ssh/config", "x");
    put(&r, HOME "/.aws/sso/cache/x", "x");
    put(&r, "/srv/data/a", "x");
    put(&r, "/srv/closed", "x");
    side(&r, "errors", "/srv/closed EACCES\n/srv/odd EIO\n");
    put(&r, SETTINGS, ra_strfmt(&r.arena, "{\"permissions\":\n  {\"deny\": [\"Read(%s)\"]}}", pattern));
    look(&r, "none");
    char *id = ra_id(&r.arena, RA_KIND_AGENT, "claude-code/user:~/.claude/settings.json",
                     ra_strfmt(&r.arena, "permissions.deny[Read(%s)]", pattern));
    const struct ra_reach *at = ra_reach_find(&r.inv, id);
    at = at && ra_detail_find(at, "claim") ? at : NULL;
    if (!at != !outcome)
        fail_msg("%s: %s", pattern, at ? "told" : "not told");
    if (at) {
        expect(&r, id, "rule", outcome);
        assert_int_equal(at->evidence[0].source.line, 2);
        assert_int_equal(at->evidence[0].source.column, 13);
        assert_string_equal(text_of(at, "covers.1"), covers);
    }
    if (at && covers[0]) {
        assert_non_null(outcome);
        const struct ra_reach *file = reach(&r, covers);
        assert_int_equal(file->access, RA_READ);
        assert_int_equal(file->evidence[0].method, RA_METHOD_ATTEMPTED);
    }
    recording_close(&r);
}

static void patterns_are_the_vendors(void **state)
{
    (void)state;
    rule("./.env", "file:~/project/.env", "open");
    rule(".env", "file:~/project/.env", "open");
    rule("sub/.env", "", NULL); // anchored where the agent starts
    rule("sub/**/.env", "file:~/project/sub/deep/.env", "open");
    rule("**/tls.pem", "file:~/project/sub/tls.pem", "open");
    rule("*.pem", "file:~/project/sub/tls.pem", "open");
    rule("./*.pem", "", NULL);
    rule("sub", "file:~/project/sub/deep/.env", "open"); // a directory covers what lies in it
    rule("~/.ssh/**", "file:~/.ssh/config", "open");
    rule("~/.ssh/", "file:~/.ssh/config", "open");
    rule("~/.aws/*", "file:~/.aws/sso/cache/x", "open");
    rule("//srv/data/a", "file:/srv/data/a", "open");
    rule("/srv/data/a", "", NULL);     // anchored below ~/.claude: it covers nothing
    rule("//srv/closed", "", NULL);    // the call fails too
    rule("//srv/odd", "", "unknown");  // nobody knows
    rule("//srv/[ab]", "", "unknown"); // not understood
    rule("~/.sshx/**", "", NULL);
    rule("//proc/**", "", "unknown"); // not walked
}

// Whoever writes the patterns must not choose how long the audit takes, nor walk it into what the kernel makes.
static void hostile_patterns(void **state)
{
    (void)state;
    static const char *const rules[] = {"Read(~/lot/**a*%sb)", "Read(~/lot/**)", "Read(~/%s/**)", "Read(~/made/**)",
                                        "Read(//srv/made/**)"};
    char *long_name, *text;
    struct recording r;
    for (size_t k = 0; k < RA_COUNT(rules); k++) {
        start(&r, "", "");
        long_name = ra_alloc(&r.arena, 201);
        memset(long_name, 'a', 200);
        put(&r, "/proc/self/mountinfo", "20 1 0:20 / / rw - ext4 /dev/x rw\n21 20 0:4 / /srv/made rw - proc proc rw\n");
        put(&r, "/srv/made/kmsg", "x");
        put_link(&r, HOME "/made", "/srv/made");
        for (int i = 0; i < (k < 2 ? 300 : 0); i++)
            put(&r, ra_strfmt(&r.arena, HOME "/lot/%s/%s%d", long_name, long_name, i), "x");
        if (k == 1) { // everything is covered, and perhaps taken out again
            text = ra_strfmt(&r.arena, "*\n");
            for (int i = 0; i < 100; i++)
                text = ra_strfmt(&r.arena, "%s!**a*%sb%d\n", text, long_name, i);
            put(&r, TREE "/.cursorignore", text);
            put(&r, ra_strfmt(&r.arena, TREE "/%s/%s", long_name, long_name), "x");
        }
        if (k == 2) {
            long_name = ra_alloc(&r.arena, RA_MAX_PATTERN_BYTES + 1);
            memset(long_name, 'a', RA_MAX_PATTERN_BYTES);
        }
        const char *mark = strstr(rules[k], "%s");
        text = mark ? ra_strfmt(&r.arena, "%.*s%s%s", (int)(mark - rules[k]), rules[k], long_name, mark + 2)
                    : ra_strdup(&r.arena, rules[k]);
        put(&r, SETTINGS, ra_strfmt(&r.arena, "{\"permissions\":{\"deny\":[\"%s\"]}}", text));
        look(&r, "none");
        size_t told = 0;
        for (size_t i = 0; i < r.inv.n_reaches; i++) {
            const struct ra_reach *at = r.inv.reaches[i];
            if (!ra_detail_find(at, "claim") || strncmp(at->id, USER, strlen(USER)) != 0)
                continue;
            told++;
            assert_string_equal(text_of(at, "outcome"), k == 1 ? "open" : "unknown");
            assert_true(strlen(at->id) < 600);
        }
        assert_int_equal(told, 1);
        if (k >= 2)
            no_reach(&r, "file:/srv/made");
        recording_close(&r);
    }
}

static void what_enforces_a_rule(void **state)
{
    (void)state;
    static const struct {
        const char *settings, *environment, *box, *outcome;
    } cases[] = {
        {"{" ON ",\"permissions\":{\"deny\":[\"Read(./.env)\"]}}", "", "none", "unknown"}, // its sandbox may
        {"{" ON ",\"permissions\":{\"deny\":[\"Read(./.env)\"]}}", "", "bubblewrap", "unknown"},
        {"{" ON ",\"permissions\":{\"deny\":[\"Read(./.env)\"]}}", "CLAUDECODE=1\n", "bubblewrap", "open"},
        {"{\"permissions\":{\"deny\":[\"Read(./.env)\"]}}", "", "bubblewrap", "open"},
        {"{\"permissions\":{\"deny\":[\"Edit(./.env)\"]}}", "", "none", "open"},
        {"{\"permissions\":{\"ask\":[\"Read(./.env)\"]}}", "", "none", NULL},
        {"{\"permissions\":{\"deny\":[\"Read\",\"Bash(rm *)\"]}}", "", "none", NULL},
    };
    for (size_t i = 0; i < RA_COUNT(cases); i++) {
        struct recording r;
        start(&r, "", cases[i].environment);
        put(&r, TREE "/.env", "A=1\n");
        put(&r, SETTINGS, cases[i].settings);
        look(&r, cases[i].box);
        bool edit = strstr(cases[i].settings, "Edit") != NULL;
        if (cases[i].outcome)
            expect(&r, edit ? USER "permissions.deny[Edit(./.env)]" : USER "permissions.deny[Read(./.env)]", "rule",
                   cases[i].outcome);
        else
            no_claim(&r);
        if (cases[i].outcome)
            assert_int_equal(reach(&r, "file:~/project/.env")->access, edit ? RA_WRITE : RA_READ);
        recording_close(&r);
    }
}

static void what_its_own_sandbox_hides(void **state)
{
    (void)state;
    struct recording r;
    const char *settings = "{\"sandbox\":{\"enabled\":true,\"filesystem\":{\"denyRead\":[\"~/.ssh\"]},"
                           "\"network\":{\"allowedDomains\":[]}}}";
    start(&r, "", "");
    put(&r, HOME "/.ssh/config", "x");
    put(&r, SETTINGS, settings);
    look(&r, "none");
    no_reach(&r, USER "sandbox.filesystem"); // that the sandbox is not measured says it all
    no_reach(&r, USER "sandbox.network");
    recording_close(&r);
    start(&r, "", "CLAUDECODE=1\n");
    put(&r, HOME "/.ssh/config", "x");
    put(&r, SETTINGS, settings);
    look(&r, "bubblewrap");
    expect(&r, USER "sandbox.filesystem.denyRead[~/.ssh]", "rule", "open");
    expect(&r, USER "sandbox.network.allowedDomains", "network", "asked");
    recording_close(&r);
}

static void a_profile_that_a_mode_switches_off(void **state)
{
    (void)state;
    struct recording r;
    start(&r, "no_new_privs=1\nseccomp=2\n", "");
    put(&r, HOME "/.ssh/config", "x");
    put(&r, HOME "/.codex/config.toml", "sandbox_mode = \"danger-full-access\"\n[permissions.mine.filesystem]\n\"~/.ssh\" = \"deny\"\n");
    look(&r, "none");
    expect(&r, CODEX "permissions.mine.filesystem[~/.ssh]", "rule", "open");
    recording_close(&r);
}

static void lists_to_keep_away_from(void **state)
{
    (void)state;
    struct recording r;
    start(&r, "", "");
    put(&r, TREE "/.env", "A=1\n");
    put(&r, TREE "/.env.example", "A=\n");
    put(&r, TREE "/.cursorignore", "# nothing\nbuild/\n.env*\n!.env.example\n");
    put(&r, TREE "/.geminiignore", "*.example\n!.env.example\n");
    look(&r, "bubblewrap");
    const struct ra_reach *at = expect(&r, "agent:cursor/project:~/project/.cursorignore", "rule", "open");
    assert_int_equal(at->evidence[0].source.line, 3);
    assert_string_equal(text_of(at, "covers.1"), "file:~/project/.env");
    assert_string_equal(text_of(at, "covers.2"), "");
    assert_null(ra_reach_find(&r.inv, "agent:gemini/project:~/project/.geminiignore"));
    assert_null(ra_reach_find(&r.inv, "file:~/project/.cursorignore")); // writing to it runs nothing
    recording_close(&r);
}

// A file that is known as a person's settings keeps what it is worth.
static void a_rule_lowers_nothing(void **state)
{
    (void)state;
    struct recording r;
    start(&r, "", "");
    put(&r, SETTINGS, "{\"permissions\":{\"deny\":[\"Edit(~/.claude/settings.json)\",\"Read(~/.claude/settings.json)\"]}}");
    look(&r, "none");
    assert_int_equal(reach(&r, "file:~/.claude/settings.json")->least, RA_RADIUS_PERSON);
    recording_close(&r);
}

static void many_rules_are_bounded(void **state)
{
    (void)state;
    struct recording r;
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    start(&r, "", "");
    put(&r, TREE "/.env", "A=1\n");
    ra_buf_puts(&text, "{\"permissions\":{\"deny\":[\"Read(x)\"");
    for (int i = 0; i < 3 * RA_MAX_DENY_RULES; i++)
        ra_buf_printf(&text, ",\"Read(**/%d*)\"", i);
    ra_buf_puts(&text, ",\"Read(.env)\"]}}");
    put_bytes(&r, SETTINGS, text.p, text.n);
    look(&r, "none");
    assert_int_equal(r.c.cover->n_not_seen, 1);
    recording_close(&r);
}

// ---- network, managed --------------------------------------------------------------------------------------

static void the_network_is_the_judges(void **state)
{
    (void)state;
    struct recording r;
    for (int closed = 0; closed < 2; closed++) {
        start(&r, "", "CODEX_SANDBOX_NETWORK_DISABLED=1\n");
        side(&r, "probes", closed ? "socket_inet EPERM\n" : "socket_inet ok\n");
        put(&r, SETTINGS, "{\"permissions\":{\"deny\":[\"WebFetch(domain:a.test)\",\"WebFetch\"]},"
                          "\"env\":{\"https_proxy\":\"http://u:hunter2@proxy.test:3128\","
                          "\"http_proxy\":\"u:hunter2@proxy.test:3128\",\"ALL_PROXY\":\"u:hunter2@x://proxy.test\"}}");
        put(&r, HOME "/.gemini/settings.json", "{\"tools\": {\"exclude\": [\"web_fetch\"]}}");
        look(&r, "bubblewrap");
        if (closed) {
            no_claim(&r);
        } else {
            expect(&r, USER "permissions.deny[WebFetch(domain:a.test)]", "network", "asked");
            no_reach(&r, USER "permissions.deny[WebFetch]"); // said once
            expect(&r, "agent:gemini/user:~/.gemini/settings.json#tools.exclude[web_fetch]", "network", "asked");
            expect(&r, "env:CODEX_SANDBOX_NETWORK_DISABLED", "network", "asked");
            assert_string_equal(text_of(expect(&r, USER "env.https_proxy", "proxy", "asked"), "proxy"),
                                "http://proxy.test:3128");
            assert_string_equal(text_of(expect(&r, USER "env.http_proxy", "proxy", "asked"), "proxy"), "proxy.test:3128");
            no_reach(&r, USER "env.ALL_PROXY"); // no address, so nothing of it is told
        }
        recording_close(&r);
    }
}

static void a_policy_that_can_be_rewritten(void **state)
{
    (void)state;
    static const char *const id = "agent:claude-code/managed:/etc/claude-code/managed-settings.json#managed";
    struct recording r;
    for (int i = 0; i < 3; i++) {
        start(&r, "", "");
        put(&r, "/etc/claude-code/managed-settings.json", "{\"disableBypassPermissionsMode\": \"disable\"}");
        side(&r, "readonly", i == 1 ? "/etc\n" : "");
        if (i == 2)
            unlink(ra_strfmt(&r.arena, "%s/readonly", r.dir.dir));
        look(&r, "none");
        if (i == 1)
            no_claim(&r);
        else
            expect(&r, id, "managed", i == 0 ? "open" : "unknown");
        recording_close(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sandbox_cannot_be_seen_from_outside),
        cmocka_unit_test(a_command_of_the_agent_measures_it),
        cmocka_unit_test(without_its_programs_it_cannot_start),
        cmocka_unit_test(filters_are_a_sandbox_too),
        cmocka_unit_test(others_promise_too),
        cmocka_unit_test(patterns_are_the_vendors),
        cmocka_unit_test(hostile_patterns),
        cmocka_unit_test(what_enforces_a_rule),
        cmocka_unit_test(what_its_own_sandbox_hides),
        cmocka_unit_test(a_profile_that_a_mode_switches_off),
        cmocka_unit_test(lists_to_keep_away_from),
        cmocka_unit_test(a_rule_lowers_nothing),
        cmocka_unit_test(many_rules_are_bounded),
        cmocka_unit_test(the_network_is_the_judges),
        cmocka_unit_test(a_policy_that_can_be_rewritten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// The agent collector on recorded machines: every planted setting is a reach with its line, column and catalogue
// row, every planted secret a place, and what is harmless is not there.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka needs the four above first
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/path.h"
#include "catalogue/recognise.h"
#include "collect/collect.h"

int ra_collect_agent(struct ra_collect *c, struct ra_error *err);

#define HOME "/home/dev"
#define TREE HOME "/project"

struct machine {
    struct ra_arena arena;
    char dir[64];
    struct ra_inventory inv;
    struct ra_collect c;
    const char *environment; // NAME=VALUE lines
    const char *read_only;   // prefixes, one a line
    const char *mounts;      // /proc/self/mountinfo
    const char *box;
};

static void put_at(struct machine *m, const char *path, struct ra_span text)
{
    for (char *p = ra_strdup(&m->arena, path), *slash = p + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
        *slash = 0;
        mkdir(p, 0755);
    }
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(text.p, 1, text.n, f), text.n);
    fclose(f);
}

static void put(struct machine *m, const char *path, const char *text)
{
    put_at(m, ra_strfmt(&m->arena, "%s/root%s", m->dir, path), ra_span_of(text));
}

static void begin(struct machine *m)
{
    memset(m, 0, sizeof *m);
    snprintf(m->dir, sizeof m->dir, "%s", "/tmp/reachaudit-agent-XXXXXX");
    assert_non_null(mkdtemp(m->dir));
    m->environment = "HOME=" HOME "\n";
    m->box = "none";
    put(m, "/etc/hostname", "box\n");
}

static void look(struct machine *m)
{
    struct ra_error err = {0};
    put_at(m, ra_strfmt(&m->arena, "%s/self", m->dir),
           ra_span_of("pid=7\nppid=1\nuid=1000\neuid=1000\ngid=1000\negid=1000\ncwd=" TREE "\nnow=1000\n"));
    put_at(m, ra_strfmt(&m->arena, "%s/environ", m->dir), ra_span_of(m->environment));
    put_at(m, ra_strfmt(&m->arena, "%s/readonly", m->dir), ra_span_of(m->read_only ? m->read_only : ""));
    if (m->mounts)
        put(m, "/proc/self/mountinfo", m->mounts);
    ra_inventory_init(&m->inv, &m->arena);
    m->inv.target.box.kind = m->box;
    ra_scrub_set_shapes(ra_recognise_for_scrub);
    m->c = (struct ra_collect){.arena = &m->arena, .inv = &m->inv, .name = "agent", .home = HOME, .worktree = TREE};
    m->c.host = ra_host_recorded(&m->arena, m->dir, &err);
    if (!m->c.host)
        fail_msg("recorded host: %s", err.text);
    m->c.cover = ra_coverage_add(&m->inv, "agent");
    m->c.cover->status = RA_RUN_RAN;
    assert_int_equal(ra_collect_agent(&m->c, &err), 0);
    ra_inventory_freeze(&m->inv);
}

static void end(struct machine *m)
{
    ra_host_close(m->c.host);
    ra_scrub_forget_all();
    pid_t pid = fork();
    if (pid == 0) {
        execlp("rm", "rm", "-rf", m->dir, (char *)NULL);
        _exit(127);
    }
    waitpid(pid, NULL, 0);
    ra_arena_free(&m->arena);
}

// Ids of one kind, a line each.
static const char *ids(struct machine *m, enum ra_kind kind)
{
    const char *all = "";
    for (size_t i = 0; i < m->inv.n_reaches; i++)
        if (m->inv.reaches[i]->kind == kind)
            all = ra_strfmt(&m->arena, "%s%s\n", all, m->inv.reaches[i]->id);
    return all;
}

static const struct ra_reach *assert_reach(struct machine *m, const char *id, const char *ref, unsigned line,
                                           unsigned column)
{
    const struct ra_reach *r = ra_reach_find(&m->inv, id);
    if (!r)
        fail_msg("no reach %s among:\n%s", id, ids(m, RA_KIND_AGENT));
    assert_int_equal(r->state, RA_STATE_PRESENT);
    if (ref)
        assert_string_equal(r->ref, ref);
    else
        assert_null(r->ref);
    assert_int_equal(r->evidence[0].source.line, line);
    assert_int_equal(r->evidence[0].source.column, column);
    return r;
}

static const char *detail(const struct ra_reach *r, const char *key)
{
    const struct ra_detail *d = ra_detail_find(r, key);
    return d && d->type == RA_DETAIL_TEXT ? d->text : NULL;
}

// "gh" "p_" + 36: put together here, so that no scanner trips over the repository.
static char *token(struct machine *m, unsigned seed)
{
    char *t = ra_strfmt(&m->arena, "%s%s", "gh", "p_aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xYz12345");
    for (size_t i = 4; t[i]; i++)
        t[i] = "aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY"[(i * 7 + seed * 11 + i * i * seed) % 32];
    t[40] = 0;
    return t;
}

static void nothing_planted(void **state)
{
    (void)state;
    struct machine m;
    begin(&m);
    look(&m);
    assert_int_equal(m.inv.n_reaches, 0);
    assert_int_equal(m.c.cover->status, RA_RUN_RAN);
    assert_true(m.c.cover->looked > 20);
    end(&m);
}

static void claude_permissions(void **state)
{
    (void)state;
    struct machine m;
    begin(&m);
    put(&m, HOME "/.claude/settings.json",
        "{\n"
        "  \"permissions\": {\n"
        "    \"defaultMode\": \"bypassPermissions\",\n"
        "    \"allow\": [\"Bash(*)\", \"Bash(python3:*)\", \"Bash(npm test)\", \"Bash(ls -l)\", \"Read\",\n"
        "              \"Bash(git status:*)\", \"Bash(timeout 5 find . *)\", \"WebFetch\", \"Bash(echo *)\"],\n"
        "    \"deny\": [\"Write(secrets/**)\", \"Read(/etc/**)\", \"Read(//etc/**)\", \"Read(./.env)\"]\n"
        "  }\n"
        "}\n");
    look(&m);
#define USER "agent:claude-code/user:~/.claude/settings.json#permissions."
    assert_string_equal(ids(&m, RA_KIND_AGENT), USER "allow[Bash(*)]\n" USER "allow[Bash(find *)]\n" USER
                                                     "allow[Bash(git *)]\n" USER "allow[Bash(npm)]\n" USER
                                                     "allow[Bash(python3 *)]\n" USER "allow[WebFetch]\n" USER
                                                     "defaultMode\n" USER "deny[Read(//etc/**)]\n" USER
                                                     "deny[Read(/etc/**)]\n" USER
                                                     "deny[Write(secrets/**)]\n");
    const struct ra_reach *r = assert_reach(&m, USER "defaultMode", "CC-101", 3, 20);
    assert_int_equal(r->traits, RA_TRAIT_UNATTENDED);
    assert_int_equal(r->least, RA_RADIUS_NOTHING);
    assert_int_equal(r->ceiling, RA_RADIUS_NOTHING);
    assert_int_equal(assert_reach(&m, USER "allow[Bash(*)]", "CC-106", 4, 15)->traits, RA_TRAIT_UNATTENDED);
    assert_int_equal(assert_reach(&m, USER "allow[Bash(python3 *)]", "CC-107", 4, 26)->traits, RA_TRAIT_UNATTENDED);
    assert_int_equal(assert_reach(&m, USER "allow[Bash(npm)]", "AG-005", 4, 45)->traits, 0);
    assert_int_equal(assert_reach(&m, USER "allow[Bash(git *)]", "AG-005", 5, 15)->traits, 0);
    assert_int_equal(assert_reach(&m, USER "allow[WebFetch]", "CC-114", 5, 65)->traits, RA_TRAIT_UNTRUSTED);
    assert_reach(&m, USER "deny[Write(secrets/**)]", "CC-110", 6, 14);
    assert_reach(&m, USER "deny[Read(/etc/**)]", "CC-111", 6, 35);
    end(&m);
}

static void claude_sandbox_and_commands(void **state)
{
    (void)state;
    struct machine m;
    begin(&m);
    put(&m, TREE "/.claude/settings.json",
        "{\"sandbox\": {\"enabled\": true, \"excludedCommands\": [\"docker\", \"git\"]},\n"
        " \"enableAllProjectMcpServers\": true,\n"
        " \"apiKeyHelper\": \"vault read key\",\n"
        " \"env\": {\"LD_PRELOAD\": \"./x.so\", \"LANG\": \"C\"},\n"
        " \"hooks\": {\"PreToolUse\": [{\"matcher\": \"Bash\", \"hooks\": [{\"type\": \"command\", \"command\": \"./guard\"}]}],\n"
        "           \"Bash\": [{\"hooks\": []}]},\n"
        " \"permissions\": {\"defaultMode\": \"allowEdits\"}}\n");
    put(&m, TREE "/.claude/settings.local.json", "{\"sandbox\": {\"enabled\": false}}");
    put(&m, "/etc/claude-code/managed-settings.d/10.json", "{\"sandbox\": {\"network\": {}}}");
    look(&m);
#define PROJECT "agent:claude-code/project:~/project/.claude/settings.json#"
    assert_int_equal(assert_reach(&m, PROJECT "sandbox.excludedCommands", "CC-133", 1, 51)->traits, RA_TRAIT_RUNS_OUTSIDE);
    assert_string_equal(detail(ra_reach_find(&m.inv, PROJECT "sandbox.excludedCommands"), "commands"), "docker, git");
    assert_reach(&m, PROJECT "sandbox.allowUnsandboxedCommands", "CC-132", 1, 13);
    assert_reach(&m, PROJECT "enableAllProjectMcpServers", "CC-126", 2, 32);
    assert_reach(&m, PROJECT "apiKeyHelper", "CC-125", 3, 18);
    assert_reach(&m, PROJECT "env.LD_PRELOAD", "CC-123", 4, 24);
    assert_string_equal(detail(assert_reach(&m, PROJECT "hooks.PreToolUse", "CC-119", 5, 26), "command.1"), "./guard");
    assert_reach(&m, PROJECT "hooks.Bash", "CC-144", 6, 20);
    assert_reach(&m, PROJECT "permissions.defaultMode", "CC-144", 7, 33);
    assert_reach(&m, "agent:claude-code/local:~/project/.claude/settings.local.json#sandbox.enabled", "CC-130", 1, 25);
    assert_reach(&m, "agent:claude-code/managed:/etc/claude-code/managed-settings.d/10.json#sandbox.enabled", "CC-129",
                 1, 13);
    assert_null(ra_reach_find(&m.inv, PROJECT "env.LANG"));
    assert_string_equal(ids(&m, RA_KIND_PASSWORD), "");
    end(&m);
}

static void broken_twice_and_commented(void **state)
{
    (void)state;
    struct machine m;
    begin(&m);
    char *t = token(&m, 1);
    put(&m, HOME "/.claude/settings.json", ra_strfmt(&m.arena, "{\n  \"env\": {\"A\": \"%s\"},\n  oops\n}\n", t));
    put(&m, HOME "/.codex/config.toml", "a = 1\nb = = 2\n");
    put(&m, TREE "/.claude/settings.json", "{\"env\": {\"B\": \"1\", \"B\": \"2\"}}");
    put(&m, TREE "/.claude/settings.local.json", "{ // mine\n\"permissions\": {\"defaultMode\": \"bypassPermissions\"}}");
    put(&m, TREE "/.mcp.json", "[1]");
    put(&m, HOME "/.gemini/settings.json", "");
    look(&m);
    const struct ra_reach *r = assert_reach(&m, "agent:claude-code/user:~/.claude/settings.json", "AG-014", 3, 3);
    assert_int_equal(strncmp(detail(r, "problem"), "line 3, column 3: ", 18), 0);
    assert_non_null(ra_reach_find(&m.inv, "file:~/.claude/settings.json#L2"));
    r = ra_reach_find(&m.inv, "agent:codex/user:~/.codex/config.toml");
    assert_non_null(r);
    assert_int_equal(strncmp(detail(r, "problem"), "line 2, column ", 15), 0);
    assert_reach(&m, "agent:claude-code/project:~/project/.claude/settings.json#duplicate/B", "AG-014", 1, 20);
    assert_string_equal(ra_reach_find(&m.inv, "agent:claude-code/local:~/project/.claude/settings.local.json")->ref, "AG-014");
    assert_reach(&m, "agent:claude-code/local:~/project/.claude/settings.local.json#permissions.defaultMode", "CC-101", 2, 32);
    assert_reach(&m, "agent:mcp/project:~/project/.mcp.json", "AG-014", 1, 1);
    assert_int_equal(m.c.cover->status, RA_RUN_RAN);
    end(&m);
}

static void huge_and_odd_files(void **state)
{
    (void)state;
    struct machine m;
    begin(&m);
    put(&m, HOME "/.claude/settings.json", "{}");
    char *path = ra_strfmt(&m.arena, "%s/root%s", m.dir, HOME "/.claude/settings.json");
    assert_int_equal(truncate(path, 64l * 1024 * 1024), 0);
    put(&m, TREE "/.codex/x", "");
    assert_int_equal(mkfifo(ra_strfmt(&m.arena, "%s/root%s", m.dir, TREE "/.mcp.json"), 0600), 0);
    look(&m);
    assert_int_equal(m.c.cover->status, RA_RUN_PARTIAL);
    assert_non_null(ra_reach_find(&m.inv, "unknown:agent/~/.claude/settings.json"));
    assert_non_null(ra_reach_find(&m.inv, "unknown:agent/~/project/.mcp.json"));
    end(&m);
}

static void codex(void **state)
{
    (void)state;
    struct machine m;
    begin(&m);
    m.environment = "HOME=" HOME "\nCODEX_HOME=/srv/codex\n";
    put(&m, "/srv/codex/config.toml",
        "approval_policy = \"never\"\n"
        "sandbox_mode = \"danger-full-access\"\n"
        "default_permissions = \":workspace\"\n"
        "[sandbox_workspace_write]\n"
        "network_access = true\n"
        "writable_roots = [\"" HOME "\", \"/srv/x\"]\n"
        "[projects.\"/home\"]\n"
        "trust_level = \"trusted\"\n"
        "[mcp_servers.web]\n"
        "url = \"http://tools.corp.test/mcp\"\n");
    put(&m, "/srv/codex/rules/default.rules",
        "# prefix_rule(pattern=[\"bash\"], decision=\"allow\")\n"
        "prefix_rule(pattern=[\"ls\"], decision=\"allow\")\n"
        "prefix_rule(\n    pattern = [[\"python3\", \"node\"], \"-c\"],\n    decision = \"allow\",\n)\n"
        "prefix_rule(pattern=[\"perl\"], decision=\"prompt\")\n"
        "prefix_rule(pattern=[\"echo\", \"ruby\"], decision=\"allow\")\n");
    look(&m);
#define CODEX "agent:codex/user:/srv/codex/config.toml#"
#define RULES "agent:codex/user:/srv/codex/rules/default.rules#"
    assert_string_equal(ids(&m, RA_KIND_AGENT),
                        CODEX "approval_policy\n" CODEX "default_permissions\n" CODEX "projects./home.trust_level\n" CODEX
                              "sandbox_mode\n" CODEX "sandbox_workspace_write.network_access\n" CODEX
                              "sandbox_workspace_write.writable_roots\n" RULES "allow[node]\n" RULES "allow[python3]\n"
                              "agent:mcp/user:/srv/codex/config.toml#web\n");
    const struct ra_reach *r = assert_reach(&m, CODEX "sandbox_mode", "CX-201", 2, 16);
    assert_true(r->traits & RA_TRAIT_UNATTENDED);
    assert_string_equal(detail(r, "approval_policy"), "never");
    assert_reach(&m, CODEX "approval_policy", "CX-202", 1, 19);
    assert_reach(&m, CODEX "default_permissions", "CX-210", 3, 23);
    r = assert_reach(&m, RULES "allow[python3]", "CX-205", 3, 1);
    assert_int_equal(r->traits, RA_TRAIT_RUNS_OUTSIDE | RA_TRAIT_UNATTENDED);
    r = ra_reach_find(&m.inv, "agent:mcp/user:/srv/codex/config.toml#web");
    assert_string_equal(r->ref, "AG-020");
    assert_true(r->traits & RA_TRAIT_UNTRUSTED);
    assert_string_equal(detail(r, "host"), "tools.corp.test");
    end(&m);
}

static void gemini(void **state)
{
    (void)state;
    struct machine m;
    begin(&m);
    put(&m, HOME "/.gemini/settings.json",
        "{ /* mine */\n"
        "  \"general\": {\"defaultApprovalMode\": \"yolo\"},\n"
        "  \"tools\": {\"allowed\": [\"run_shell_command\", \"run_shell_command(git)\", \"run_shell_command(ls)\"],\n"
        "            \"exclude\": [\"run_shell_command(rm)\"], \"sandbox\": false, \"discoveryCommand\": \"./find-tools\"},\n"
        "  \"mcpServers\": {\"x\": {\"command\": \"x-server\", \"trust\": true}},\n"
        "}\n");
    put(&m, HOME "/.gemini/policies/mine.toml",
        "[[rule]]\ntoolName = \"run_shell_command\"\ndecision = \"allow\"\n"
        "[[rule]]\ntoolName = \"*\"\ndecision = \"deny\"\n"
        "[[rule]]\ntoolName = \"run_shell_command\"\ncommandPrefix = \"ls\"\ndecision = \"allow\"\n");
    look(&m);
#define GEMINI "agent:gemini/user:~/.gemini/settings.json#"
    assert_string_equal(ids(&m, RA_KIND_AGENT),
                        "agent:gemini/user:~/.gemini/policies/mine.toml#rule.0\n" GEMINI
                        "general.defaultApprovalMode\n" GEMINI "tools.allowed[run_shell_command(git)]\n" GEMINI
                        "tools.allowed[run_shell_command]\n" GEMINI "tools.discoveryCommand\n" GEMINI
                        "tools.exclude\n" GEMINI "tools.sandbox\nagent:mcp/user:~/.gemini/settings.json#x\n");
    assert_int_equal(assert_reach(&m, GEMINI "general.defaultApprovalMode", "GM-301", 2, 38)->traits, RA_TRAIT_UNATTENDED);
    assert_reach(&m, GEMINI "tools.sandbox", "GM-306", 4, 62);
    const struct ra_reach *r = assert_reach(&m, "agent:mcp/user:~/.gemini/settings.json#x", "AG-021", 5, 23);
    assert_true(r->traits & RA_TRAIT_UNATTENDED);
    end(&m);
}

static void servers_and_their_secrets(void **state)
{
    (void)state;
    struct machine m;
    begin(&m);
    char *a = token(&m, 1), *b = token(&m, 2), *c = token(&m, 3), *d = token(&m, 4);
    put(&m, TREE "/.mcp.json",
        ra_strfmt(&m.arena,
                  "{\"mcpServers\": {\n"
                  " \"fs\": {\"command\": \"mcp-server-filesystem\", \"args\": [\"/\"]},\n"
                  " \"forge\": {\"command\": \"forge-mcp\", \"env\": {\"FORGE_TOKEN\": \"%s\", \"MODE\": \"ro\", \"KEY\": \"${KEY}\"}},\n"
                  " \"npx\": {\"command\": \"npx\", \"args\": [\"-y\", \"@corp/tool\", \"--api-key=%s\"]},\n"
                  " \"pin\": {\"command\": \"npx\", \"args\": [\"-y\", \"@corp/tool@1.2.3\"]},\n"
                  " \"web\": {\"url\": \"https://mcp.corp.test/x\", \"headers\": {\"Authorization\": \"Bearer %s\"}},\n"
                  " \"near\": {\"url\": \"http://127.0.0.1:8000/\"},\n"
                  " \"sh\": {\"command\": \"bash\", \"args\": [\"-c\", \"x\", \"--password\", \"abc12\"]}\n"
                  "}}\n", a, b, c));
    put(&m, HOME "/.claude.json",
        ra_strfmt(&m.arena,
                  "{\"mcpServers\": {\"all\": {\"command\": \"x\", \"env\": {\"X_TOKEN\": \"%s\"}}},\n"
                  " \"projects\": {\"" HOME "\": {\"hasTrustDialogAccepted\": true},\n"
                  "  \"" TREE "\": {\"hasTrustDialogAccepted\": true, \"mcpServers\": {\"one\": {\"command\": \"y\"}}}}}", d));
    look(&m);
#define MCP "agent:mcp/project:~/project/.mcp.json#"
    assert_string_equal(ids(&m, RA_KIND_AGENT),
                        "agent:claude-code/user:~/.claude.json#projects./home/dev.hasTrustDialogAccepted\n"
                        "agent:mcp/local:~/.claude.json#/home/dev/project/one\n" MCP "forge\n" MCP "fs\n" MCP "near\n" MCP
                        "npx\n" MCP "pin\n" MCP "sh\n" MCP "web\nagent:mcp/user:~/.claude.json#all\n");
    assert_string_equal(detail(assert_reach(&m, MCP "fs", "AG-019", 2, 8), "root"), "/");
    assert_string_equal(detail(assert_reach(&m, MCP "npx", "AG-017", 4, 9), "unpinned"), "@corp/tool");
    assert_reach(&m, MCP "pin", NULL, 5, 9);
    assert_reach(&m, MCP "sh", "AG-018", 8, 8);
    assert_true(assert_reach(&m, MCP "web", NULL, 6, 9)->traits & RA_TRAIT_UNTRUSTED);
    assert_reach(&m, MCP "near", NULL, 7, 10);
    static const char *const users[] = {MCP "forge", MCP "npx", MCP "sh", MCP "web",
                                        "agent:mcp/user:~/.claude.json#all"};
    size_t used = 0;
    for (size_t k = 0; k < m.inv.n_links; k++)
        used += strcmp(m.inv.links[k].rule, "uses") == 0;
    assert_int_equal(used, RA_COUNT(users));
    for (size_t i = 0; i < RA_COUNT(users); i++) {
        size_t own = 0;
        for (size_t k = 0; k < m.inv.n_links; k++)
            own += strcmp(m.inv.links[k].rule, "uses") == 0 && strcmp(m.inv.links[k].from, users[i]) == 0;
        assert_int_equal(own, 1);
    }
    static const char *const places[] = {"file:~/project/.mcp.json#forge.env.FORGE_TOKEN",
                                         "file:~/project/.mcp.json#npx.args.2",
                                         "file:~/project/.mcp.json#web.headers.Authorization",
                                         "file:~/.claude.json#all.env.X_TOKEN"};
    for (size_t i = 0; i < RA_COUNT(places); i++) {
        const struct ra_reach *r = ra_reach_find(&m.inv, places[i]);
        if (!r)
            fail_msg("no place %s among:\n%s", places[i], ids(&m, RA_KIND_FILE));
        assert_true(r->access & RA_READ);
        size_t held = 0;
        for (size_t k = 0; k < m.inv.n_links; k++)
            held += strcmp(m.inv.links[k].from, places[i]) == 0;
        assert_int_equal(held, 1);
    }
    assert_null(ra_reach_find(&m.inv, "file:~/project/.mcp.json#forge.env.KEY"));
    assert_null(ra_reach_find(&m.inv, "file:~/project/.mcp.json#forge.env.MODE"));
    struct ra_buf out RA_CLEANUP(ra_buf_free) = {0};
    ra_inventory_write(&m.inv, &out);
    const char *const values[] = {a, b, c, d, "abc12"};
    for (size_t i = 0; i < RA_COUNT(values); i++)
        assert_true(ra_span_find(ra_buf_view(&out), ra_span_of(values[i])) < 0);
    end(&m);
}

// People approve a command once and its secret stays in the file.
static void secret_in_a_rule(void **state)
{
    (void)state;
    struct machine m;
    begin(&m);
    char *t = token(&m, 5);
    put(&m, TREE "/.claude/settings.local.json",
        ra_strfmt(&m.arena, "{\"permissions\": {\"allow\": [\"Bash(ls)\", \"Bash(GH_TOKEN=%s gh api *)\"],\n"
                            " \"deny\": [\"Write(%s)\"]}}", t, t));
    look(&m);
#define LOCAL "agent:claude-code/local:~/project/.claude/settings.local.json#"
    assert_reach(&m, LOCAL "permissions.allow[Bash(gh *)]", "CC-107", 1, 40);
    assert_non_null(ra_reach_find(&m.inv, "file:~/project/.claude/settings.local.json#permissions.allow.1"));
    struct ra_buf out RA_CLEANUP(ra_buf_free) = {0};
    ra_inventory_write(&m.inv, &out);
    assert_true(ra_span_find(ra_buf_view(&out), ra_span_of(t)) < 0);
    end(&m);
}

static const struct ra_reach *settings_file(struct machine *m, const char *id)
{
    const struct ra_reach *r = ra_reach_find(&m->inv, id);
    if (!r)
        fail_msg("no reach %s among:\n%s", id, ids(m, RA_KIND_FILE));
    assert_true(r->access & RA_WRITE);
    return r;
}

static void who_may_rewrite(void **state)
{
    (void)state;
    struct machine m;
    begin(&m);
    put(&m, HOME "/.claude/settings.json", "{}");
    put(&m, HOME "/.gemini/x", "");
    put(&m, TREE "/.mcp.json", "{}");
    put(&m, "/etc/claude-code/managed-settings.json", "{}");
    m.read_only = "/etc\n";
    look(&m);
    const struct ra_reach *r = settings_file(&m, "file:~/.claude/settings.json");
    assert_int_equal(r->traits, RA_TRAIT_RUNS_LATER | RA_TRAIT_LIMITS);
    assert_int_equal(r->least, RA_RADIUS_PERSON);
    r = settings_file(&m, "file:~/project/.mcp.json");
    assert_int_equal(r->traits, RA_TRAIT_RUNS_BY_PERSON);
    r = settings_file(&m, "file:~/.gemini"); // settings.json can be made there
    assert_int_equal(r->traits, RA_TRAIT_RUNS_LATER | RA_TRAIT_LIMITS);
    assert_null(ra_reach_find(&m.inv, "file:/etc/claude-code/managed-settings.json"));
    end(&m);
}

static void own_file_system_ends_with_the_box(void **state)
{
    (void)state;
    struct machine m;
    begin(&m);
    m.box = "bubblewrap";
    m.mounts = "30 1 0:30 /newroot / rw - tmpfs tmpfs rw\n"
               "31 30 8:1 /srv/work /home/dev/project rw - ext4 /dev/sda1 rw\n";
    put(&m, HOME "/.claude/settings.json", "{}");
    put(&m, HOME "/.gemini/x", "");
    put(&m, TREE "/.mcp.json", "{}");
    look(&m);
    const struct ra_reach *r = settings_file(&m, "file:~/.claude/settings.json");
    assert_int_equal(r->traits, 0);
    assert_int_equal(r->least, RA_RADIUS_SANDBOX);
    assert_int_equal(r->ceiling, RA_RADIUS_SANDBOX);
    r = settings_file(&m, "file:~/project/.mcp.json");
    assert_int_equal(r->traits, RA_TRAIT_RUNS_BY_PERSON);
    assert_int_equal(r->ceiling, RA_RADIUS_PERSON);
    assert_null(ra_reach_find(&m.inv, "file:~/.gemini"));
    end(&m);
}

// A file that ends anywhere: never a crash, never silence about a file that is there.
static void cut_anywhere(void **state)
{
    (void)state;
    static const struct {
        const char *path, *text;
    } files[] = {
        {HOME "/.claude/settings.json",
         "{\"permissions\":{\"allow\":[\"Bash(env A=1 b:*)\",\"(\"]},\"hooks\":{\"Stop\":[{\"hooks\":[{\"command\":\"x\"}]}]}}"},
        {TREE "/.mcp.json", "{\"mcpServers\":{\"a\":{\"command\":\"npx\",\"args\":[\"-p\",\"--x=\"],\"url\":\"http://[::1\"}}}"},
        {HOME "/.codex/rules/a.rules", "prefix_rule(pattern=[[\"sh\",'a\\'b'],\"x\"],match=[{}],decision=\"allow\") # \"\n"},
        {HOME "/.gemini/settings.json", "{\"tools\":{\"allowed\":[\"run_shell_command(\",\"run_shell_command()\"]}}"},
    };
    for (size_t i = 0; i < RA_COUNT(files); i++)
        for (size_t n = 1; n <= strlen(files[i].text); n += 3) {
            struct machine m;
            begin(&m);
            put(&m, files[i].path, ra_strndup(&m.arena, (struct ra_span){files[i].text, n}));
            look(&m);
            assert_true(m.inv.n_reaches > 0);
            assert_int_equal(m.c.cover->status, RA_RUN_RAN);
            end(&m);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_planted),
        cmocka_unit_test(claude_permissions),
        cmocka_unit_test(claude_sandbox_and_commands),
        cmocka_unit_test(broken_twice_and_commented),
        cmocka_unit_test(huge_and_odd_files),
        cmocka_unit_test(codex),
        cmocka_unit_test(gemini),
        cmocka_unit_test(servers_and_their_secrets),
        cmocka_unit_test(secret_in_a_rule),
        cmocka_unit_test(cut_anywhere),
        cmocka_unit_test(who_may_rewrite),
        cmocka_unit_test(own_file_system_ends_with_the_box),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

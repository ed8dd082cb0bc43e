// Claude Code: what runs unasked, what runs outside its sandbox, and which lines protect nothing. Each file is judged
// by itself; which of them wins at run time is not worked out here.
// Source: the vendor's settings and permissions reference, v2.1.240.
#include <string.h>

#include "collect/agent_internal.h"

// ---- permission rules -----------------------------------------------------------------------------

struct rule {
    struct ra_span tool, spec;
    bool has_spec;
};

static struct rule rule_of(struct ra_span text)
{
    struct rule r = {.tool = text};
    ptrdiff_t open = ra_span_chr(text, '(');
    if (open > 0 && ra_span_ends(text, ")")) {
        r.tool = ra_span_cut(text, 0, (size_t)open);
        r.spec = ra_span_cut(text, (size_t)open + 1, text.n - (size_t)open - 2);
        r.has_spec = true;
    }
    return r;
}

static bool is_any(struct ra_span s, const char *const *names)
{
    for (; *names; names++)
        if (ra_span_is(s, *names))
            return true;
    return false;
}

static bool whole(const struct rule *r)
{
    static const char *const all[] = {"*", ":*", "**", "domain:*", NULL};
    return !r->has_spec || is_any(ra_span_trim(r->spec), all);
}

static void allow_shell(const struct ra_agent_file *f, const char *list, const struct ra_json *v, const struct rule *r)
{
    struct ra_arena *a = f->c->arena;
    const char *program = NULL, *tool = ra_strndup(a, r->tool);
    struct ra_span spec = ra_span_trim(r->spec);
    if (whole(r)) {
        ra_agent_setting(f, ra_strfmt(a, "%s[%s]", list, ra_strndup(a, v->text)), v, "CC-106", RA_TRAIT_UNATTENDED,
                         "every shell command runs unasked");
        return;
    }
    bool open_ended = ra_span_chr(spec, '*') >= 0;
    if (spec.p[0] == '*') {
        ra_agent_setting(f, ra_strfmt(a, "%s[%s(* ...)]", list, tool), v, "CC-109", RA_TRAIT_UNATTENDED,
                         "a rule whose program is a wildcard");
        return;
    }
    enum ra_agent_program class = ra_agent_program(spec, &program);
    if (class == RA_PROGRAM_EXEC && open_ended)
        ra_agent_setting(f, ra_strfmt(a, "%s[%s(%s *)]", list, tool, program), v, "CC-107", RA_TRAIT_UNATTENDED,
                         "a program that runs any other runs unasked");
    else if (class == RA_PROGRAM_EXEC_CFG)
        ra_agent_setting(f, ra_strfmt(a, "%s[%s(%s%s)]", list, tool, program, open_ended ? " *" : ""), v, "AG-005", 0,
                         "a program that runs what a file of the working tree says runs unasked");
}

static void allow(const struct ra_agent_file *f, const char *list, const struct ra_json *rules)
{
    static const char *const fetchers[] = {"WebFetch", "WebSearch", NULL};
    struct ra_arena *a = f->c->arena;
    for (const struct ra_json *v = rules && rules->type == RA_JSON_ARRAY ? rules->child : NULL; v; v = v->next) {
        struct rule r = rule_of(ra_json_text(v));
        if (ra_span_is(r.tool, "Bash") || ra_span_is(r.tool, "PowerShell"))
            allow_shell(f, list, v, &r);
        else if (is_any(r.tool, fetchers) && whole(&r))
            ra_agent_setting(f, ra_strfmt(a, "%s[%s]", list, ra_strndup(a, r.tool)), v, "CC-114", RA_TRAIT_UNTRUSTED,
                             "any page may be fetched unasked");
    }
}

// Rules that read like a guard and are none.
static void false_guards(const struct ra_agent_file *f, const char *list)
{
    static const char *const never_asked[] = {"Write", "NotebookEdit", "MultiEdit", "Glob", NULL};
    static const char *const anchored[] = {"Read", "Edit", NULL};
    struct ra_arena *a = f->c->arena;
    const struct ra_json *rules = ra_json_at(f->doc, list);
    for (const struct ra_json *v = rules && rules->type == RA_JSON_ARRAY ? rules->child : NULL; v; v = v->next) {
        struct rule r = rule_of(ra_json_text(v));
        char *key = ra_strfmt(a, "%s[%s]", list, ra_scrub_span(a, ra_json_text(v)));
        if (r.has_spec && is_any(r.tool, never_asked))
            ra_agent_setting(f, key, v, "CC-110", 0, "a rule that is never consulted for paths");
        else if (is_any(r.tool, anchored) && ra_span_starts(r.spec, "/") && !ra_span_starts(r.spec, "//") &&
                 strcmp(f->scope, "user") == 0)
            ra_agent_setting(f, key, v, "CC-111", 0, "a rule anchored below the settings folder, not at the root");
    }
}

static void mode(const struct ra_agent_file *f)
{
    static const char *const known[] = {"default", "manual", "acceptEdits", "plan", "auto", "dontAsk", "delegate", NULL};
    const char *key = "permissions.defaultMode";
    const struct ra_json *v = ra_json_at(f->doc, key);
    struct ra_span text = ra_json_text(v);
    if (!v)
        return;
    if (ra_span_is(text, "bypassPermissions"))
        ra_agent_setting(f, key, v, "CC-101", RA_TRAIT_UNATTENDED, "starts without asking for anything");
    else if (ra_span_is(text, "auto"))
        ra_agent_setting(f, key, v, NULL, RA_TRAIT_UNATTENDED, "a model decides what is asked");
    else if (ra_span_is(text, "acceptEdits"))
        ra_agent_setting(f, key, v, ra_agent_of_tree(f) ? "CC-102" : NULL, 0, "edits are accepted unasked");
    else if (v->type != RA_JSON_STRING || !is_any(text, known))
        ra_agent_setting(f, key, v, "CC-144", 0, "a mode that does not exist, so it is not applied");
}

// Rules that deny a file or the network; held against what the run can do once every file was read.
static void denies(const struct ra_agent_file *f)
{
    static const char *const fetchers[] = {"WebFetch", "WebSearch", NULL};
    struct ra_arena *a = f->c->arena;
    const struct ra_json *rules = ra_json_at(f->doc, "permissions.deny");
    for (const struct ra_json *v = rules && rules->type == RA_JSON_ARRAY ? rules->child : NULL; v; v = v->next) {
        struct rule r = rule_of(ra_json_text(v));
        char *key = ra_strfmt(a, "permissions.deny[%s]", ra_scrub_span(a, ra_json_text(v)));
        if (r.has_spec && (ra_span_is(r.tool, "Read") || ra_span_is(r.tool, "Edit")))
            ra_agent_claim(f, ra_span_is(r.tool, "Read") ? RA_CLAIM_READ : RA_CLAIM_EDIT, key, v,
                           ra_scrub_span(a, r.spec), false);
        else if (is_any(r.tool, fetchers))
            ra_agent_claim(f, RA_CLAIM_NETWORK, key, v, "fetching pages", false);
    }
}

// ---- sandbox and switches -------------------------------------------------------------------------

static void promises(const struct ra_agent_file *f, const struct ra_json *box, const struct ra_json *on)
{
    struct ra_arena *a = f->c->arena;
    const struct ra_json *hosts = ra_json_at(box, "network.allowedDomains");
    const struct ra_json *hidden = ra_json_at(box, "filesystem.denyRead");
    ra_agent_claim(f, RA_CLAIM_SANDBOX, "sandbox.enabled", on, "bwrap socat",
                   ra_json_is_true(ra_json_get(box, "failIfUnavailable")));
    if (hosts && hosts->type == RA_JSON_ARRAY)
        ra_agent_claim(f, RA_CLAIM_NETWORK, "sandbox.network.allowedDomains", hosts, "every host but the listed ones",
                       true);
    for (const struct ra_json *v = hidden && hidden->type == RA_JSON_ARRAY ? hidden->child : NULL; v; v = v->next)
        ra_agent_claim(f, RA_CLAIM_READ,
                       ra_strfmt(a, "sandbox.filesystem.denyRead[%s]", ra_scrub_span(a, ra_json_text(v))), v,
                       ra_scrub_span(a, ra_json_text(v)), true);
}

static void sandbox(const struct ra_agent_file *f)
{
    const struct ra_json *box = ra_json_get(f->doc, "sandbox"), *on = ra_json_get(box, "enabled");
    if (!box)
        return;
    if (!ra_json_is_true(on)) {
        bool off_here = ra_agent_of_tree(f) && on && on->type == RA_JSON_FALSE;
        ra_agent_setting(f, "sandbox.enabled", on ? on : box, off_here ? "CC-130" : "CC-129", 0,
                         off_here ? "the working tree switches the sandbox off"
                                  : "a sandbox that is described and not switched on");
    }
    if (ra_json_is_true(on))
        promises(f, box, on);
    const struct ra_json *outside = ra_json_get(box, "allowUnsandboxedCommands");
    if (ra_json_is_true(on) && !(outside && outside->type == RA_JSON_FALSE))
        ra_agent_setting(f, "sandbox.allowUnsandboxedCommands", outside ? outside : box, "CC-132",
                         RA_TRAIT_RUNS_OUTSIDE, "a command may be run again outside the sandbox");
    const struct ra_json *excluded = ra_json_get(box, "excludedCommands");
    if (excluded && excluded->type == RA_JSON_ARRAY && excluded->child) {
        struct ra_reach *r = ra_agent_setting(f, "sandbox.excludedCommands", excluded, "CC-133", RA_TRAIT_RUNS_OUTSIDE,
                                              "commands that run outside the sandbox");
        ra_reach_text(f->c->inv, r, "commands", ra_agent_join(f->c, excluded));
    }
}

static const struct {
    const char *key, *ref;
    unsigned traits;
    const char *title;
} switches[] = {
    {"skipDangerousModePermissionPrompt", "CC-103", 0, "the warning before unattended mode is off"},
    {"enableAllProjectMcpServers", "CC-126", RA_TRAIT_RUNS_OUTSIDE, "every server that a working tree names is started"},
    {"disableAllHooks", "CC-122", 0, "guard hooks are off"},
    {"sandbox.enableWeakerNestedSandbox", "CC-138", 0, "a weaker sandbox"},
    {"sandbox.enableWeakerNetworkIsolation", "CC-138", 0, "a weaker sandbox"},
    {"sandbox.network.allowAllUnixSockets", "CC-137", RA_TRAIT_RUNS_OUTSIDE, "sockets of the host reach through the sandbox"},
    {"sandbox.filesystem.disabled", "CC-134", 0, "the sandbox keeps no file apart"},
};

// Settings that are commands: they run with the user's rights, past every rule.
static const struct {
    const char *key, *ref;
} helpers[] = {
    {"apiKeyHelper", "CC-125"},    {"awsAuthRefresh", "CC-125"},    {"awsCredentialExport", "CC-125"},
    {"gcpAuthRefresh", "CC-125"},  {"otelHeadersHelper", "CC-125"}, {"statusLine.command", "CC-119"},
    {"subagentStatusLine.command", "CC-119"}, {"fileSuggestion.command", "CC-119"},
};

static void environment(const struct ra_agent_file *f)
{
    const struct ra_json *env = ra_json_get(f->doc, "env");
    for (const struct ra_json *v = env && env->type == RA_JSON_OBJECT ? env->child : NULL; v; v = v->next) {
        char *key = ra_strfmt(f->c->arena, "env.%s", ra_scrub_span(f->c->arena, v->key));
        if (ra_agent_env_runs_code(v->key))
            ra_agent_setting(f, key, v, "CC-123", RA_TRAIT_RUNS_OUTSIDE, "a variable that runs code in every child");
        else if (ra_span_is(v->key, "ANTHROPIC_BASE_URL"))
            ra_reach_text(f->c->inv, ra_agent_setting(f, key, v, "CC-124", 0, "the agent's traffic goes elsewhere"),
                          "url", ra_scrub_span(f->c->arena, ra_json_text(v)));
    }
}

void ra_agent_read_claude(const struct ra_agent_file *f)
{
    struct ra_collect *c = f->c;
    ra_agent_secrets(f, f->doc, ""); // first, so that the scrubber knows them when rules are shown
    mode(f);
    allow(f, "permissions.allow", ra_json_at(f->doc, "permissions.allow"));
    false_guards(f, "permissions.deny");
    false_guards(f, "permissions.ask");
    denies(f);
    sandbox(f);
    for (size_t i = 0; i < RA_COUNT(switches); i++) {
        const struct ra_json *v = ra_json_at(f->doc, switches[i].key);
        if (ra_json_is_true(v))
            ra_agent_setting(f, switches[i].key, v, switches[i].ref, switches[i].traits, switches[i].title);
    }
    for (size_t i = 0; i < RA_COUNT(helpers); i++) {
        const struct ra_json *v = ra_json_at(f->doc, helpers[i].key);
        if (v && v->type == RA_JSON_STRING)
            ra_reach_text(c->inv, ra_agent_setting(f, helpers[i].key, v, helpers[i].ref, RA_TRAIT_RUNS_OUTSIDE,
                                                   "a command that the agent runs by itself"),
                          "command", ra_scrub_span(c->arena, v->text));
    }
    environment(f);
    ra_agent_claim_proxies(f, ra_json_get(f->doc, "env"), "env");
    ra_agent_hooks(f, ra_json_get(f->doc, "hooks"), "CC-119");
    const struct ra_json *more = ra_json_at(f->doc, "permissions.additionalDirectories");
    for (const struct ra_json *v = more && more->type == RA_JSON_ARRAY ? more->child : NULL; v; v = v->next)
        if (ra_agent_too_wide(c, ra_json_text(v)))
            ra_agent_setting(f, "permissions.additionalDirectories", v, "AG-003", 0, "the agent's files include a home");
}

// ~/.claude.json: servers of the user and of each project, trust, and what old versions kept.
void ra_agent_read_claude_state(const struct ra_agent_file *f)
{
    struct ra_arena *a = f->c->arena;
    ra_agent_servers(f, ra_json_get(f->doc, "mcpServers"), "user", "");
    const struct ra_json *projects = ra_json_get(f->doc, "projects");
    for (const struct ra_json *p = projects && projects->type == RA_JSON_OBJECT ? projects->child : NULL; p;
         p = p->next) {
        const char *path = ra_scrub_span(a, p->key);
        ra_agent_servers(f, ra_json_get(p, "mcpServers"), "local", path);
        char *list = ra_strfmt(a, "projects.%s.allowedTools", path);
        const struct ra_json *tools = ra_json_get(p, "allowedTools");
        ra_agent_secrets(f, tools, list);
        allow(f, list, tools);
        const struct ra_json *trust = ra_json_get(p, "hasTrustDialogAccepted");
        if (ra_json_is_true(trust) && ra_agent_too_wide(f->c, p->key))
            ra_agent_setting(f, ra_strfmt(a, "projects.%s.hasTrustDialogAccepted", path), trust, "CC-142", 0,
                             "trust in a folder that holds every other");
    }
}

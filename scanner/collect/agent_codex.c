// Codex CLI: approval and sandbox of config.toml, what its rules let out of the sandbox, and settings that are not in
// force though they read as if. Source: the vendor's configuration reference and the repository's own documents.
#include <string.h>

#include "collect/agent_internal.h"

static void approval_and_sandbox(const struct ra_agent_file *f)
{
    const struct ra_json *ask = ra_json_get(f->doc, "approval_policy"), *box = ra_json_get(f->doc, "sandbox_mode"),
                         *profile = ra_json_get(f->doc, "default_permissions");
    struct ra_reach *r;
    if (ra_span_is(ra_json_text(ask), "never"))
        ra_agent_setting(f, "approval_policy", ask, "CX-202", RA_TRAIT_UNATTENDED, "nothing is ever asked");
    if (ra_span_is(ra_json_text(box), "danger-full-access")) {
        r = ra_agent_setting(f, "sandbox_mode", box, "CX-201", RA_TRAIT_UNATTENDED | RA_TRAIT_RUNS_OUTSIDE,
                             "commands run without a sandbox");
        if (ask)
            ra_reach_text(f->c->inv, r, "approval_policy", ra_scrub_span(f->c->arena, ra_json_text(ask)));
    }
    if (profile && box)
        ra_agent_setting(f, "default_permissions", profile, "CX-210", 0,
                         "a permission profile that sandbox_mode switches off");
    else if (ra_span_is(ra_json_text(profile), ":danger-full-access"))
        ra_agent_setting(f, "default_permissions", profile, "CX-201", RA_TRAIT_UNATTENDED | RA_TRAIT_RUNS_OUTSIDE,
                         "commands run without a sandbox");
    const struct ra_json *old = ra_json_get(f->doc, "profile");
    if (!old)
        old = ra_json_get(f->doc, "profiles");
    if (old)
        ra_agent_setting(f, old == ra_json_get(f->doc, "profile") ? "profile" : "profiles", old, "CX-210", 0,
                         "profiles in a form that is no longer read");
}

static bool is_any(struct ra_span s, const char *const *names)
{
    for (; *names; names++)
        if (ra_span_is(s, *names))
            return true;
    return false;
}

// What the settings promise: a sandbox, no network in it, files that it hides. A mode beside a profile puts the
// profile out of force, so that what the profile hides is held by nothing.
static void promises(const struct ra_agent_file *f)
{
    static const char *const modes[] = {"read-only", "workspace-write", NULL};
    static const char *const profiles[] = {":read-only", ":workspace", NULL};
    const struct ra_json *mode = ra_json_get(f->doc, "sandbox_mode"),
                         *profile = ra_json_get(f->doc, "default_permissions");
    bool by_mode = is_any(ra_json_text(mode), modes);
    const struct ra_json *on = by_mode ? mode : !mode && is_any(ra_json_text(profile), profiles) ? profile : NULL;
    const char *key = by_mode ? "sandbox_mode" : "default_permissions";
    if (on)
        ra_agent_claim(f, RA_CLAIM_SANDBOX, key, on, NULL, false);
    if (on && by_mode && !ra_json_is_true(ra_json_at(f->doc, "sandbox_workspace_write.network_access")))
        ra_agent_claim(f, RA_CLAIM_NETWORK, ra_strfmt(f->c->arena, "%s/network", key), on, "the network", true);
    const struct ra_json *all = ra_json_get(f->doc, "permissions");
    for (const struct ra_json *p = all && all->type == RA_JSON_OBJECT ? all->child : NULL; p; p = p->next) {
        const struct ra_json *files = ra_json_get(p, "filesystem");
        for (const struct ra_json *v = files && files->type == RA_JSON_OBJECT ? files->child : NULL; v; v = v->next)
            if (ra_span_is(ra_json_text(v), "deny") && v->key.n && (v->key.p[0] == '/' || v->key.p[0] == '~'))
                ra_agent_claim(f, RA_CLAIM_READ,
                               ra_strfmt(f->c->arena, "permissions.%s.filesystem[%s]", ra_scrub_span(f->c->arena, p->key),
                                         ra_scrub_span(f->c->arena, v->key)),
                               v, ra_scrub_span(f->c->arena, v->key), !mode);
    }
}

static void widened(const struct ra_agent_file *f)
{
    const struct ra_json *net = ra_json_at(f->doc, "sandbox_workspace_write.network_access");
    if (ra_json_is_true(net) && !ra_json_at(f->doc, "features.network_proxy"))
        ra_agent_setting(f, "sandbox_workspace_write.network_access", net, "CX-203", 0,
                         "the sandbox has the whole network and reads the whole disk");
    const struct ra_json *roots = ra_json_at(f->doc, "sandbox_workspace_write.writable_roots");
    for (const struct ra_json *v = roots && roots->type == RA_JSON_ARRAY ? roots->child : NULL; v; v = v->next)
        if (ra_agent_too_wide(f->c, ra_json_text(v)))
            ra_agent_setting(f, "sandbox_workspace_write.writable_roots", v, "CX-204", 0, "the sandbox writes a home");
    const struct ra_json *projects = ra_json_get(f->doc, "projects");
    for (const struct ra_json *p = projects && projects->type == RA_JSON_OBJECT ? projects->child : NULL; p;
         p = p->next) {
        const struct ra_json *trust = ra_json_get(p, "trust_level");
        if (ra_span_is(ra_json_text(trust), "trusted") && ra_agent_too_wide(f->c, p->key))
            ra_agent_setting(f, ra_strfmt(f->c->arena, "projects.%s.trust_level", ra_scrub_span(f->c->arena, p->key)),
                             trust, "CX-209", 0, "trust in a folder that holds every other");
    }
}

void ra_agent_read_codex(const struct ra_agent_file *f)
{
    struct ra_arena *a = f->c->arena;
    const struct ra_json *servers = ra_json_get(f->doc, "mcp_servers");
    for (const struct ra_json *v = f->doc->child; v; v = v->next)
        if (v != servers)
            ra_agent_secrets(f, v, ra_scrub_span(a, v->key));
    ra_agent_servers(f, servers, f->scope, "");
    approval_and_sandbox(f);
    widened(f);
    promises(f);
    const struct ra_json *notify = ra_json_get(f->doc, "notify");
    if (notify)
        ra_reach_text(f->c->inv, ra_agent_setting(f, "notify", notify, "CX-213", RA_TRAIT_RUNS_OUTSIDE,
                                                  "a command that the agent runs by itself"),
                      "command", ra_agent_join(f->c, notify));
    const struct ra_json *set = ra_json_at(f->doc, "shell_environment_policy.set");
    for (const struct ra_json *v = set && set->type == RA_JSON_OBJECT ? set->child : NULL; v; v = v->next)
        if (ra_agent_env_runs_code(v->key))
            ra_agent_setting(f, ra_strfmt(a, "shell_environment_policy.set.%s", ra_scrub_span(a, v->key)), v, "CX-213",
                             RA_TRAIT_RUNS_OUTSIDE, "a variable that runs code in every child");
    ra_agent_claim_proxies(f, set, "shell_environment_policy.set");
    ra_agent_hooks(f, ra_json_get(f->doc, "hooks"), "CX-213");
}

void ra_agent_read_codex_hooks(const struct ra_agent_file *f)
{
    const struct ra_json *hooks = ra_json_get(f->doc, "hooks");
    ra_agent_secrets(f, f->doc, "");
    ra_agent_hooks(f, hooks ? hooks : f->doc, "CX-213");
}

// ---- rules: prefix_rule(pattern=["git", ["log", "show"]], decision="allow", ...) -------------------

struct cursor {
    struct ra_span text;
    size_t at;
    unsigned line, column;
};

static void step(struct cursor *k)
{
    if (k->text.p[k->at++] == '\n') {
        k->line++;
        k->column = 1;
    } else {
        k->column++;
    }
}

static bool at_word(const struct cursor *k, const char *word)
{
    return ra_span_starts(ra_span_cut(k->text, k->at, k->text.n), word);
}

// A string literal at the cursor; the cursor ends behind it. Escapes are kept as written: no program is named so.
static bool string_at(struct cursor *k, struct ra_span *ret)
{
    char quote = k->at < k->text.n ? k->text.p[k->at] : 0;
    if (quote != '"' && quote != '\'')
        return false;
    step(k);
    size_t from = k->at;
    while (k->at < k->text.n && k->text.p[k->at] != quote && k->text.p[k->at] != '\n') {
        if (k->text.p[k->at] == '\\' && k->at + 1 < k->text.n)
            step(k);
        step(k);
    }
    *ret = ra_span_cut(k->text, from, k->at - from);
    if (k->at < k->text.n)
        step(k);
    return true;
}

static void skip_comment(struct cursor *k)
{
    while (k->at < k->text.n && k->text.p[k->at] != '\n')
        step(k);
}

enum { RULE_FIRST_WORDS = 32 }; // alternatives for the first word; more are not looked at

struct call {
    struct ra_span first[RULE_FIRST_WORDS], decision;
    size_t n_first;
    unsigned line, column;
};

// Reads one call's arguments up to its closing bracket: the alternatives of the first word and the decision.
static void read_call(struct cursor *k, struct call *ret)
{
    unsigned depth = 0;
    size_t element = 0; // of the pattern's list
    enum { OTHER, PATTERN, DECISION } in = OTHER;
    struct ra_span s;
    while (k->at < k->text.n) {
        char ch = k->text.p[k->at];
        if (ch == '#') {
            skip_comment(k);
        } else if (string_at(k, &s)) {
            if (in == PATTERN && depth >= 2 && element == 0 && ret->n_first < RULE_FIRST_WORDS)
                ret->first[ret->n_first++] = s;
            else if (in == DECISION && depth == 1)
                ret->decision = s;
        } else {
            if (ch == '(' || ch == '[' || ch == '{')
                depth++;
            if ((ch == ')' || ch == ']' || ch == '}') && (depth == 0 || --depth == 0))
                return;
            if (ch == ',' && depth == 1)
                in = OTHER;
            if (ch == ',' && depth == 2)
                element++;
            if (depth == 1 && at_word(k, "pattern")) {
                in = PATTERN;
                element = 0;
            } else if (depth == 1 && at_word(k, "decision")) {
                in = DECISION;
            }
            step(k);
        }
    }
}

static void judge_call(const struct ra_agent_file *f, const struct call *call)
{
    if (call->decision.n && !ra_span_is(call->decision, "allow")) // allow is what an absent decision means
        return;
    for (size_t i = 0; i < call->n_first; i++) {
        const char *program = NULL;
        enum ra_agent_program class = ra_agent_program(call->first[i], &program);
        if (class == RA_PROGRAM_OTHER)
            continue;
        ra_agent_setting_at(f, ra_strfmt(f->c->arena, "allow[%s]", program), call->line, call->column, "CX-205",
                            RA_TRAIT_RUNS_OUTSIDE | (class == RA_PROGRAM_EXEC ? RA_TRAIT_UNATTENDED : 0),
                            "a program that runs any other runs unasked and outside the sandbox");
    }
}

void ra_agent_read_codex_rules(const struct ra_agent_file *f)
{
    struct cursor k = {.text = f->text, .line = 1, .column = 1};
    struct ra_span ignored;
    while (k.at < k.text.n) {
        if (at_word(&k, "prefix_rule")) {
            struct call call = {.line = k.line, .column = k.column};
            for (size_t i = 0; i < strlen("prefix_rule"); i++)
                step(&k);
            read_call(&k, &call);
            judge_call(f, &call);
        } else if (k.text.p[k.at] == '#') {
            skip_comment(&k);
        } else if (!string_at(&k, &ignored)) {
            step(&k);
        }
    }
}

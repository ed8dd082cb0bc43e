// Gemini CLI: approval mode, tools allowed unasked, commands in settings, and its policy files. Yolo itself is a flag
// of the command line; settings that older versions took for it are named too.
// Source: the repository's own configuration, policy and sandbox documents.
#include <string.h>

#include "collect/agent_internal.h"

static void approval(const struct ra_agent_file *f)
{
    static const char *const keys[] = {"general.defaultApprovalMode", "approvalMode", "tools.approvalMode"};
    static const char *const accepts[] = {"autoAccept", "tools.autoAccept"};
    for (size_t i = 0; i < RA_COUNT(keys); i++) {
        const struct ra_json *v = ra_json_at(f->doc, keys[i]);
        if (ra_span_is(ra_json_text(v), "yolo"))
            ra_agent_setting(f, keys[i], v, "GM-301", RA_TRAIT_UNATTENDED, "nothing is ever asked");
        else if (ra_span_is(ra_json_text(v), "auto_edit"))
            ra_agent_setting(f, keys[i], v, NULL, 0, "edits are accepted unasked");
    }
    for (size_t i = 0; i < RA_COUNT(accepts); i++) {
        const struct ra_json *v = ra_json_at(f->doc, accepts[i]);
        if (ra_json_is_true(v))
            ra_agent_setting(f, accepts[i], v, NULL, 0, "tools held to be safe run unasked");
    }
}

static bool is_shell(struct ra_span tool)
{
    return ra_span_is(tool, "run_shell_command") || ra_span_is(tool, "ShellTool");
}

static void allowed(const struct ra_agent_file *f, const char *key)
{
    struct ra_arena *a = f->c->arena;
    const struct ra_json *list = ra_json_at(f->doc, key);
    for (const struct ra_json *v = list && list->type == RA_JSON_ARRAY ? list->child : NULL; v; v = v->next) {
        struct ra_span text = ra_json_text(v), spec = {"", 0};
        ptrdiff_t open = ra_span_chr(text, '(');
        if (open >= 0) {
            spec = ra_span_trim(ra_span_cut(text, (size_t)open + 1, text.n - (size_t)open - 1 - ra_span_ends(text, ")")));
            text = ra_span_cut(text, 0, (size_t)open);
        }
        const char *program = NULL;
        if (!is_shell(text))
            continue;
        if (spec.n == 0 || ra_span_is(spec, "*"))
            ra_agent_setting(f, ra_strfmt(a, "%s[run_shell_command]", key), v, "GM-302", RA_TRAIT_UNATTENDED,
                             "every shell command runs unasked");
        else if (ra_agent_program(spec, &program) == RA_PROGRAM_EXEC)
            ra_agent_setting(f, ra_strfmt(a, "%s[run_shell_command(%s)]", key, program), v, "GM-302",
                             RA_TRAIT_UNATTENDED, "a program that runs any other runs unasked");
    }
}

// A denylist of prefixes: "git" spelled "command git" passes.
static void false_guards(const struct ra_agent_file *f, const char *key)
{
    const struct ra_json *list = ra_json_at(f->doc, key);
    for (const struct ra_json *v = list && list->type == RA_JSON_ARRAY ? list->child : NULL; v; v = v->next)
        if (ra_span_starts(ra_json_text(v), "run_shell_command(") || ra_span_starts(ra_json_text(v), "ShellTool("))
            ra_agent_setting(f, key, v, "GM-309", 0, "a list of forbidden prefixes that another spelling passes");
}

// A sandbox that is asked for, and tools of the network that are left out.
static void promises(const struct ra_agent_file *f)
{
    static const char *const boxes[] = {"tools.sandbox", "sandbox"};
    static const char *const lists[] = {"tools.exclude", "excludeTools"};
    static const char *const fetchers[] = {"web_fetch", "google_web_search", "WebFetchTool", "WebSearchTool"};
    for (size_t i = 0; i < RA_COUNT(boxes); i++) {
        const struct ra_json *v = ra_json_at(f->doc, boxes[i]);
        bool off = !v || v->type == RA_JSON_FALSE || v->type == RA_JSON_NULL || ra_span_is(ra_json_text(v), "false") ||
                   (v->type == RA_JSON_STRING && v->text.n == 0);
        if (!off)
            ra_agent_claim(f, RA_CLAIM_SANDBOX, boxes[i], v, NULL, false);
    }
    for (size_t i = 0; i < RA_COUNT(lists); i++) {
        const struct ra_json *list = ra_json_at(f->doc, lists[i]);
        for (const struct ra_json *v = list && list->type == RA_JSON_ARRAY ? list->child : NULL; v; v = v->next)
            for (size_t k = 0; k < RA_COUNT(fetchers); k++)
                if (ra_span_is(ra_json_text(v), fetchers[k]))
                    ra_agent_claim(f, RA_CLAIM_NETWORK, ra_strfmt(f->c->arena, "%s[%s]", lists[i], fetchers[k]), v,
                                   "fetching pages", false);
    }
}

static void commands(const struct ra_agent_file *f)
{
    static const char *const keys[] = {"tools.discoveryCommand", "tools.callCommand", "mcp.serverCommand",
                                       "toolDiscoveryCommand", "toolCallCommand", "mcpServerCommand"};
    for (size_t i = 0; i < RA_COUNT(keys); i++) {
        const struct ra_json *v = ra_json_at(f->doc, keys[i]);
        if (v && v->type == RA_JSON_STRING)
            ra_reach_text(f->c->inv, ra_agent_setting(f, keys[i], v, "GM-308", RA_TRAIT_RUNS_OUTSIDE,
                                                      "a command that the agent runs by itself"),
                          "command", ra_scrub_span(f->c->arena, v->text));
    }
}

void ra_agent_read_gemini(const struct ra_agent_file *f)
{
    const struct ra_json *servers = ra_json_get(f->doc, "mcpServers"), *box;
    for (const struct ra_json *v = f->doc->child; v; v = v->next)
        if (v != servers)
            ra_agent_secrets(f, v, ra_scrub_span(f->c->arena, v->key));
    ra_agent_servers(f, servers, f->scope, "");
    approval(f);
    allowed(f, "tools.allowed");
    allowed(f, "allowedTools");
    false_guards(f, "tools.exclude");
    false_guards(f, "excludeTools");
    box = ra_json_at(f->doc, "tools.sandbox");
    if (box && box->type == RA_JSON_FALSE)
        ra_agent_setting(f, "tools.sandbox", box, "GM-306", 0, "the agent's sandbox is off");
    promises(f);
    commands(f);
    ra_agent_hooks(f, ra_json_get(f->doc, "hooks"), "GM-308");
}

// [[rule]] toolName, commandPrefix, decision. Source: the vendor's policy engine reference.
void ra_agent_read_gemini_policy(const struct ra_agent_file *f)
{
    const struct ra_json *rules = ra_json_get(f->doc, "rule");
    ra_agent_secrets(f, f->doc, "");
    size_t index = 0;
    for (const struct ra_json *r = rules && rules->type == RA_JSON_ARRAY ? rules->child : NULL; r; r = r->next, index++) {
        const struct ra_json *tool = ra_json_get(r, "toolName"), *prefix = ra_json_get(r, "commandPrefix");
        const char *program = NULL, *key = ra_strfmt(f->c->arena, "rule.%zu", index);
        struct ra_span one = ra_json_text(prefix);
        if (prefix && prefix->type == RA_JSON_ARRAY && prefix->child)
            one = ra_json_text(prefix->child);
        if (!ra_span_is(ra_json_text(ra_json_get(r, "decision")), "allow"))
            continue;
        if (ra_span_is(ra_json_text(tool), "*"))
            ra_agent_setting(f, key, tool, "GM-303", RA_TRAIT_UNATTENDED, "every tool runs unasked");
        else if (is_shell(ra_json_text(tool)) && !prefix && !ra_json_get(r, "commandRegex") &&
                 !ra_json_get(r, "argsPattern"))
            ra_agent_setting(f, key, tool, "GM-302", RA_TRAIT_UNATTENDED, "every shell command runs unasked");
        else if (is_shell(ra_json_text(tool)) && ra_agent_program(one, &program) == RA_PROGRAM_EXEC)
            ra_reach_text(f->c->inv, ra_agent_setting(f, key, tool, "GM-302", RA_TRAIT_UNATTENDED,
                                                      "a program that runs any other runs unasked"),
                          "program", program);
    }
}

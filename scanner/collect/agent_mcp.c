// Servers and hooks: programs that an agent's settings start, whoever the agent is. What do they run, from where, and
// do they bring text that strangers wrote? The program is never started, the address never contacted.
#include <ctype.h>
#include <string.h>

#include "catalogue/recognise.h"
#include "collect/agent_internal.h"

bool ra_agent_env_runs_code(struct ra_span name)
{
    static const char *const names[] = {"PATH", "LD_PRELOAD", "LD_LIBRARY_PATH", "NODE_OPTIONS", "BASH_ENV", "ENV",
                                        "PYTHONSTARTUP", "PYTHONPATH", "GIT_SSH_COMMAND", "GIT_EXTERNAL_DIFF",
                                        "PERL5OPT", "RUBYOPT", "JAVA_TOOL_OPTIONS", "CLAUDE_CODE_SHELL_PREFIX"};
    for (size_t i = 0; i < RA_COUNT(names); i++)
        if (ra_span_is(name, names[i]))
            return true;
    return false;
}

void ra_agent_hooks(const struct ra_agent_file *f, const struct ra_json *hooks, const char *ref)
{
    static const char *const tools[] = {"Bash", "Edit", "Write", "Read", "MultiEdit", "WebFetch", "Task"};
    struct ra_arena *a = f->c->arena;
    for (const struct ra_json *event = hooks && hooks->type == RA_JSON_OBJECT ? hooks->child : NULL; event;
         event = event->next) {
        if (event->type != RA_JSON_ARRAY || !event->child)
            continue;
        char *key = ra_strfmt(a, "hooks.%s", ra_scrub_span(a, event->key));
        bool misnamed = false;
        for (size_t i = 0; i < RA_COUNT(tools); i++)
            misnamed |= ra_span_is(event->key, tools[i]);
        if (misnamed) {
            ra_agent_setting(f, key, event, "CC-144", 0, "a hook for an event that does not exist: it never runs");
            continue;
        }
        struct ra_reach *r = ra_agent_setting(f, key, event, ref, RA_TRAIT_RUNS_OUTSIDE,
                                              "commands that the agent runs by itself");
        size_t n = 0;
        for (const struct ra_json *matcher = event->child; matcher; matcher = matcher->next) {
            const struct ra_json *inner = ra_json_get(matcher, "hooks");
            for (const struct ra_json *h = inner && inner->type == RA_JSON_ARRAY ? inner->child : matcher; h;
                 h = inner ? h->next : NULL) {
                const struct ra_json *command = ra_json_get(h, "command");
                if (command && ++n <= 8)
                    ra_reach_text(f->c->inv, r, ra_strfmt(a, "command.%zu", n), ra_scrub_span(a, ra_json_text(command)));
            }
        }
        ra_reach_number(f->c->inv, r, "commands", (int64_t)n);
    }
}

// ---- one server -----------------------------------------------------------------------------------

struct server {
    const struct ra_agent_file *f;
    const struct ra_json *v;
    struct ra_span command, url, host;
    const struct ra_json *args; // first argument, or NULL
    struct ra_reach *reach;
};

static struct ra_span base_of(struct ra_span path)
{
    for (ptrdiff_t at; (at = ra_span_chr(path, '/')) >= 0;)
        path = ra_span_cut(path, (size_t)at + 1, path.n);
    return path;
}

static bool any_of(struct ra_span s, const char *const *names)
{
    for (; *names; names++)
        if (ra_span_is(s, *names))
            return true;
    return false;
}

static bool mentions(const struct server *s, const char *const *words)
{
    for (; *words; words++) {
        if (ra_span_find_nocase(s->v->key, *words) >= 0 || ra_span_find_nocase(s->command, *words) >= 0)
            return true;
        for (const struct ra_json *a = s->args; a; a = a->next)
            if (ra_span_find_nocase(ra_json_text(a), *words) >= 0)
                return true;
    }
    return false;
}

// The host of a URL, without user and port.
static struct ra_span host_of(struct ra_span url)
{
    ptrdiff_t at = ra_span_find(url, RA_SPAN("://"));
    struct ra_span h = at >= 0 ? ra_span_cut(url, (size_t)at + 3, url.n) : url;
    size_t n = 0;
    while (n < h.n && !strchr("/?#", h.p[n]))
        n++;
    h = ra_span_cut(h, 0, n);
    while ((at = ra_span_chr(h, '@')) >= 0)
        h = ra_span_cut(h, (size_t)at + 1, h.n);
    if (ra_span_starts(h, "["))
        return (at = ra_span_chr(h, ']')) > 0 ? ra_span_cut(h, 1, (size_t)at - 1) : h;
    return (at = ra_span_chr(h, ':')) >= 0 ? ra_span_cut(h, 0, (size_t)at) : h;
}

static bool loopback(struct ra_span host)
{
    return ra_span_is_nocase(host, "localhost") || ra_span_is(host, "::1") || ra_span_starts(host, "127.");
}

// The worse reason wins: they are asked in this order and only the first one names the catalogue's row.
static void because(struct server *s, const char *ref, const char *key, const char *value)
{
    if (!s->reach->ref)
        s->reach->ref = ref;
    ra_reach_text(s->f->c->inv, s->reach, key, value);
}

static void file_roots(struct server *s)
{
    static const char *const names[] = {"filesystem", "file-system", "desktop-commander", NULL};
    if (!mentions(s, names))
        return;
    for (const struct ra_json *a = s->args; a; a = a->next)
        if (ra_agent_too_wide(s->f->c, ra_json_text(a)))
            because(s, "AG-019", "root", ra_scrub_span(s->f->c->arena, ra_json_text(a)));
}

static void shell_command(struct server *s)
{
    static const char *const shells[] = {"sh", "bash", "zsh", "dash", "fish", "ksh", NULL};
    if (any_of(base_of(s->command), shells))
        because(s, "AG-018", "runs", "a shell");
    else if (ra_span_starts(s->command, "./") || ra_span_starts(s->command, "../"))
        because(s, "AG-018", "runs", "a file of the working tree");
    else if (ra_span_find(s->command, RA_SPAN("$(")) >= 0)
        because(s, "AG-018", "runs", "the output of another command");
}

// "pkg@1.2.3", "@scope/pkg@1.2.3", "pkg==1.2.3" name one version; "@latest" and a bare name do not.
static bool pinned(struct ra_span package)
{
    if (ra_span_find(package, RA_SPAN("==")) > 0)
        return true;
    ptrdiff_t at = -1;
    for (size_t i = 1; i < package.n; i++)
        if (package.p[i] == '@')
            at = (ptrdiff_t)i;
    return at > 0 && (size_t)at + 1 < package.n && isdigit((unsigned char)package.p[at + 1]);
}

static void fetched(struct server *s)
{
    static const char *const direct[] = {"npx", "bunx", "pnpx", "uvx", "pipx", NULL};
    static const char *const managers[] = {"npm", "pnpm", "yarn", "bun", "uv", NULL};
    static const char *const verbs[] = {"exec", "dlx", "x", "run", "tool", NULL};
    static const char *const takes_value[] = {"--from", "-p", "--package", "--spec", NULL};
    bool manager = any_of(base_of(s->command), managers);
    const struct ra_json *a = s->args;
    if (!manager && !any_of(base_of(s->command), direct))
        return;
    if (manager && !(a && any_of(ra_json_text(a), verbs)))
        return;
    for (; a; a = a->next) {
        struct ra_span text = ra_json_text(a);
        if (any_of(text, takes_value) && a->next) {
            a = a->next;
            text = ra_json_text(a);
        } else if (ra_span_starts(text, "-") || any_of(text, verbs)) {
            continue;
        }
        if (!pinned(text))
            because(s, "AG-017", "unpinned", ra_scrub_span(s->f->c->arena, text));
        return;
    }
}

static void address(struct server *s)
{
    struct ra_collect *c = s->f->c;
    static const char *const holders[] = {"headers", "http_headers"};
    if (s->url.n == 0)
        return;
    ra_reach_text(c->inv, s->reach, "host", ra_scrub_span(c->arena, s->host));
    if (loopback(s->host))
        return;
    if (ra_span_starts_nocase(s->url, "http://"))
        because(s, "AG-020", "transport", "not encrypted");
    bool expands = ra_span_find(s->url, RA_SPAN("${")) >= 0;
    for (size_t i = 0; i < RA_COUNT(holders); i++) {
        const struct ra_json *h = ra_json_get(s->v, holders[i]);
        for (h = h && h->type == RA_JSON_OBJECT ? h->child : NULL; h; h = h->next)
            expands |= ra_span_find(ra_json_text(h), RA_SPAN("${")) >= 0;
    }
    if (expands)
        because(s, "CC-127", "sends", "variables of the environment");
}

static void approvals(struct server *s)
{
    static const char *const lists[] = {"autoApprove", "alwaysAllow"};
    bool all = ra_json_is_true(ra_json_get(s->v, "trust"));
    for (size_t i = 0; i < RA_COUNT(lists); i++) {
        const struct ra_json *l = ra_json_get(s->v, lists[i]);
        all |= l && l->type == RA_JSON_ARRAY && l->child;
    }
    if (!all)
        return;
    s->reach->traits |= RA_TRAIT_UNATTENDED;
    because(s, "AG-021", "approval", "its tools run unasked");
}

// Arguments for people: whatever follows a name of a secret is left out, however short it is.
static const char *command_line(const struct server *s)
{
    struct ra_arena *a = s->f->c->arena;
    struct ra_buf line RA_CLEANUP(ra_buf_free) = {0};
    bool hide = false;
    ra_buf_puts(&line, ra_scrub_span(a, s->command));
    for (const struct ra_json *v = s->args; v; v = v->next) {
        struct ra_span text = ra_json_text(v);
        ptrdiff_t eq = ra_span_chr(text, '=');
        struct ra_span name = eq > 0 ? ra_span_cut(text, 0, (size_t)eq) : text;
        while (name.n && name.p[0] == '-')
            name = ra_span_cut(name, 1, name.n);
        bool secret = ra_recognise_name(name);
        if (hide)
            ra_buf_puts(&line, " [secret]");
        else if (secret && eq > 0)
            ra_buf_printf(&line, " %s=[secret]", ra_scrub_span(a, name));
        else
            ra_buf_printf(&line, " %s", ra_scrub_span(a, text));
        hide = !hide && secret && eq < 0 && ra_span_starts(text, "-");
    }
    return ra_strndup(a, ra_buf_view(&line));
}

static struct ra_span first_text(const struct ra_json *v, const char *const *keys)
{
    for (; *keys; keys++)
        if (ra_json_text(ra_json_get(v, *keys)).n)
            return ra_json_text(ra_json_get(v, *keys));
    return (struct ra_span){"", 0};
}

static void one_server(const struct ra_agent_file *f, const struct ra_json *v, const char *name)
{
    static const char *const urls[] = {"url", "httpUrl", "serverUrl", NULL};
    static const char *const strangers[] = {"fetch", "browser", "playwright", "puppeteer", "search", "github", "gitlab",
                                            "slack", "mail", "jira", "notion", "confluence", "linear", "firecrawl",
                                            "tavily", "context7", "discord", "telegram", NULL};
    const struct ra_json *args = ra_json_get(v, "args");
    size_t before = f->c->inv->n_links;
    ra_agent_secrets(f, v, name); // first, so that the scrubber knows them
    size_t after = f->c->inv->n_links;
    struct server s = {.f = f, .v = v, .command = ra_json_text(ra_json_get(v, "command")), .url = first_text(v, urls)};
    s.args = args && args->type == RA_JSON_ARRAY ? args->child : NULL;
    s.host = host_of(s.url);
    s.reach = ra_agent_setting(f, name, v, NULL, 0, "a server that the agent's settings start or call");
    for (size_t i = before; i < after; i++) { // what its own entry holds, it acts with; adding may move the links
        const struct ra_link held = f->c->inv->links[i];
        if (strcmp(held.rule, "holds") == 0)
            ra_link_add(f->c->inv, "uses", s.reach->id, held.to);
    }
    if (s.url.n || mentions(&s, strangers))
        s.reach->traits |= RA_TRAIT_UNTRUSTED;
    if (s.command.n) {
        s.reach->traits |= RA_TRAIT_RUNS_OUTSIDE;
        ra_reach_text(f->c->inv, s.reach, "command", command_line(&s));
    }
    file_roots(&s);
    shell_command(&s);
    fetched(&s);
    approvals(&s);
    address(&s);
}

void ra_agent_servers(const struct ra_agent_file *f, const struct ra_json *servers, const char *scope,
                      const char *prefix)
{
    struct ra_agent_file as = *f;
    as.agent = "mcp";
    as.scope = scope;
    for (const struct ra_json *v = servers && servers->type == RA_JSON_OBJECT ? servers->child : NULL; v; v = v->next)
        if (v->type == RA_JSON_OBJECT)
            one_server(&as, v, ra_strfmt(f->c->arena, "%s%s%s", prefix, *prefix ? "/" : "",
                                         ra_scrub_span(f->c->arena, v->key)));
}

// .mcp.json and the like: {"mcpServers": {...}}; VS Code says "servers" and keeps prompts for secrets in "inputs".
void ra_agent_read_mcp(const struct ra_agent_file *f)
{
    ra_agent_servers(f, ra_json_get(f->doc, "mcpServers"), f->scope, "");
    ra_agent_servers(f, ra_json_get(f->doc, "servers"), f->scope, "");
}

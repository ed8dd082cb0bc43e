// What settings of agents promise, held against what is measured once every file was read. A promise that holds leaves
// nothing behind; one that does not is evidence for a reach that is there anyway and judged there. See
// agent_internal.h for what the reaches say.
#include <string.h>

#include "base/path.h"
#include "collect/address.h"
#include "collect/agent_internal.h"

struct claim {
    enum ra_claim_kind kind;
    struct ra_agent_file file; // without its text, which is gone by then
    const char *key, *value;
    unsigned line, column;
    bool enforced;
};

struct ignored { // one list of files to keep away from, in order; a '!' takes files out again
    struct ra_agent_file file;
    struct ra_agent_pattern *patterns;
    unsigned *lines;
    bool *out;
    size_t n;
};

struct ra_agent_claims {
    struct ra_collect *c;
    struct claim *items;
    struct ignored *lists;
    size_t n, cap, n_lists, cap_lists;
    struct ra_agent_budget budget;
};

struct ra_agent_claims *ra_agent_claims_new(struct ra_collect *c)
{
    struct ra_agent_claims *all = ra_new(c->arena, struct ra_agent_claims);
    *all = (struct ra_agent_claims){.c = c};
    return all;
}

void ra_agent_claim_at(const struct ra_agent_file *f, enum ra_claim_kind kind, const char *key, unsigned line,
                       unsigned column, const char *value, bool enforced)
{
    struct ra_agent_claims *all = f->claims;
    size_t same = 0;
    for (size_t i = 0; i < all->n; i++) {
        const struct claim *o = &all->items[i];
        bool mine = o->kind == kind && strcmp(o->file.path, f->path) == 0;
        if (mine && kind == RA_CLAIM_NETWORK && strcmp(o->value, value) == 0)
            return; // said once
        same += mine;
    }
    if (same == RA_MAX_DENY_RULES) {
        ra_coverage_not_seen(all->c->inv, all->c->cover,
                             ra_strfmt(all->c->arena, "%s: rules after the first %d of a kind", f->path,
                                       RA_MAX_DENY_RULES));
        return;
    }
    if (same > RA_MAX_DENY_RULES)
        return;
    all->items = ra_grow(all->c->arena, all->items, all->n, &all->cap, sizeof *all->items);
    all->items[all->n] = (struct claim){kind, *f, key, value, line, column, enforced};
    all->items[all->n].file.text = (struct ra_span){0};
    all->items[all->n++].file.doc = NULL;
}

void ra_agent_claim(const struct ra_agent_file *f, enum ra_claim_kind kind, const char *key, const struct ra_json *at,
                    const char *value, bool enforced)
{
    ra_agent_claim_at(f, kind, key, at->line, at->column, value, enforced);
}

void ra_agent_claim_proxies(const struct ra_agent_file *f, const struct ra_json *env, const char *prefix)
{
    static const char *const names[] = {"http_proxy", "https_proxy", "all_proxy"};
    struct ra_arena *a = f->c->arena;
    for (const struct ra_json *v = env && env->type == RA_JSON_OBJECT ? env->child : NULL; v; v = v->next)
        for (size_t i = 0; i < RA_COUNT(names); i++)
            if (ra_span_is_nocase(v->key, names[i]) && ra_json_text(v).n)
                ra_agent_claim(f, RA_CLAIM_PROXY, ra_strfmt(a, "%s.%s", prefix, ra_scrub_span(a, v->key)), v,
                               ra_scrub_span(a, ra_json_text(v)), false);
}

// ---- what is told -----------------------------------------------------------------------------------

static void tell(struct ra_collect *c, struct ra_reach *r, const char *claim, const char *outcome, const char *measured)
{
    ra_reach_text(c->inv, r, "claim", claim);
    ra_reach_text(c->inv, r, "outcome", outcome);
    ra_reach_text(c->inv, r, "measured", measured);
}

static struct ra_reach *setting(const struct claim *k, const char *ref, const char *title)
{
    return ra_agent_setting_at(&k->file, k->key, k->line, k->column, ref, 0, title);
}

void ra_agent_managed(const struct ra_agent_file *f, enum ra_state state, const char *how)
{
    struct ra_reach *r = ra_agent_setting_at(f, "managed", 1, 1, "AG-013", 0, "a managed policy");
    tell(f->c, r, "managed", state == RA_STATE_PRESENT ? "open" : "unknown", how);
}

// ---- sandboxes ----------------------------------------------------------------------------------------

static const char *sandbox_ref(const char *agent)
{
    return strcmp(agent, "claude-code") == 0 ? "CC-131" : strcmp(agent, "gemini") == 0 ? "GM-306" : NULL;
}

// The least that any of an agent's promises is worth to a rule.
static enum ra_agent_sandbox sandbox_of(struct ra_agent_claims *all, const char *agent)
{
    enum ra_agent_sandbox worst = RA_SANDBOX_UNDECLARED;
    const char *words = NULL;
    for (size_t i = 0; i < all->n; i++) {
        const struct claim *k = &all->items[i];
        if (k->kind != RA_CLAIM_SANDBOX || strcmp(k->file.agent, agent) != 0)
            continue;
        enum ra_agent_sandbox s = ra_agent_measure(all->c, agent, k->value, k->enforced, &words);
        if (worst != RA_SANDBOX_OPEN && (s != RA_SANDBOX_HOLDS || worst == RA_SANDBOX_UNDECLARED))
            worst = s;
    }
    // A box that somebody else made may hold another, which the agent makes for its commands.
    return worst == RA_SANDBOX_HOLDS && !ra_agent_marks(all->c, agent) ? RA_SANDBOX_UNSURE : worst;
}

static void judge_sandbox(struct ra_agent_claims *all, const struct claim *k)
{
    const char *words = "";
    enum ra_agent_sandbox s = ra_agent_measure(all->c, k->file.agent, k->value, k->enforced, &words);
    if (s == RA_SANDBOX_OPEN || s == RA_SANDBOX_UNSURE)
        tell(all->c, setting(k, sandbox_ref(k->file.agent), "a sandbox that is declared"), "sandbox",
             s == RA_SANDBOX_OPEN ? "open" : "unknown", words);
}

// ---- rules about files --------------------------------------------------------------------------------

static void tell_files(struct ra_collect *c, struct ra_reach *r, const struct ra_agent_denied *d, bool write)
{
    for (size_t i = 0; i < d->n; i++) {
        struct ra_evidence e = ra_seen(c, RA_METHOD_ATTEMPTED, d->reply, d->paths[i]);
        const char *id = ra_file_id(c, d->paths[i], NULL);
        bool first = !ra_reach_find(c->inv, id); // what is known of it already stays
        struct ra_reach *file = ra_reach_add(c->inv, RA_KIND_FILE, id, d->paths[i], RA_STATE_PRESENT, e);
        file->access |= write ? RA_WRITE : RA_READ;
        if (first)
            file->least = file->ceiling = RA_RADIUS_NOTHING;
        ra_reach_evidence(c->inv, r, e);
        ra_reach_text(c->inv, r, ra_strfmt(c->arena, "covers.%zu", i + 1), file->id);
    }
}

static const char *outcome_of(const struct ra_agent_denied *d, enum ra_agent_sandbox s, const char **ret_words)
{
    if (d->n == 0)
        *ret_words = "not every file that it covers could be tried";
    else if (s == RA_SANDBOX_UNSURE)
        *ret_words = "the call succeeds here; the agent's own sandbox, which was not measured, may deny it";
    else if (s == RA_SANDBOX_HOLDS)
        *ret_words = "the call succeeds inside the box";
    else
        *ret_words = "the call succeeds: the rule binds the agent's own tools, and no program that it starts";
    return d->n && s != RA_SANDBOX_UNSURE ? "open" : "unknown";
}

static void judge_files(struct ra_agent_claims *all, const struct claim *k)
{
    struct ra_collect *c = all->c;
    enum ra_agent_sandbox s = sandbox_of(all, k->file.agent);
    bool claude = strcmp(k->file.agent, "claude-code") == 0, write = k->kind == RA_CLAIM_EDIT;
    const char *base = c->host->self->cwd ? c->host->self->cwd : c->worktree, *words = "";
    const char *root = ra_agent_of_tree(&k->file) ? c->worktree : ra_path_dir(c->arena, k->file.path);
    if (k->enforced && s != RA_SANDBOX_HOLDS)
        return; // whether its sandbox is there is told already
    struct ra_agent_pattern p = ra_agent_pattern(c, k->value, base, root, !claude || k->enforced);
    struct ra_agent_denied d = {.unsure = p.glob == NULL};
    if (p.glob)
        ra_agent_try(c, &p, NULL, 0, write, &all->budget, &d);
    if (d.n == 0 && !d.unsure)
        return;
    struct ra_reach *r = setting(k, claude ? "CC-118" : NULL, write ? "a rule that denies writing files"
                                                                    : "a rule that denies reading files");
    const char *outcome = outcome_of(&d, s, &words);
    tell(c, r, "rule", outcome, p.glob ? words : "its pattern is not understood here");
    ra_reach_text(c->inv, r, "promises", write ? "writing" : "reading");
    tell_files(c, r, &d, write);
}

// ---- lists of files to keep away from ------------------------------------------------------------------

void ra_agent_read_ignored(const struct ra_agent_file *f)
{
    struct ra_agent_claims *all = f->claims;
    struct ra_collect *c = f->c;
    struct ra_arena *a = c->arena;
    struct ignored g = {.file = *f, .patterns = ra_new_array(a, struct ra_agent_pattern, RA_MAX_DENY_RULES),
                        .lines = ra_new_array(a, unsigned, RA_MAX_DENY_RULES),
                        .out = ra_new_array(a, bool, RA_MAX_DENY_RULES)};
    struct ra_span rest = f->text, line;
    g.file.text = (struct ra_span){0};
    const char *folder = ra_path_dir(a, f->path);
    for (unsigned number = 1; ra_span_line(&rest, &line); number++) {
        line = ra_span_trim(line);
        bool out = ra_span_starts(line, "!");
        if (line.n == 0 || line.p[0] == '#')
            continue;
        if (g.n == RA_MAX_DENY_RULES) {
            ra_coverage_not_seen(c->inv, c->cover, ra_strfmt(a, "%s: lines after the first %d", f->path,
                                                             RA_MAX_DENY_RULES));
            break;
        }
        g.patterns[g.n] = ra_agent_pattern(c, ra_scrub_span(a, ra_span_cut(line, out, line.n)), folder, folder, false);
        g.lines[g.n] = number;
        g.out[g.n++] = out;
    }
    all->lists = ra_grow(a, all->lists, all->n_lists, &all->cap_lists, sizeof *all->lists);
    all->lists[all->n_lists++] = g;
}

// One finding a list: the first of its lines that some file answers to.
static void judge_list(struct ra_agent_claims *all, const struct ignored *g)
{
    struct ra_collect *c = all->c;
    struct ra_agent_pattern *out = ra_new_array(c->arena, struct ra_agent_pattern, g->n + 1);
    const char *words = "";
    for (size_t i = 0; i < g->n; i++) {
        struct ra_agent_denied d = {0};
        size_t n_out = 0;
        bool known = g->patterns[i].glob != NULL;
        for (size_t later = i + 1; later < g->n; later++)
            if (g->out[later]) {
                known &= g->patterns[later].glob != NULL;
                out[n_out++] = g->patterns[later];
            }
        if (g->out[i] || !known)
            continue; // what is not understood is not held against the list
        ra_agent_try(c, &g->patterns[i], out, n_out, false, &all->budget, &d);
        if (d.n == 0)
            continue;
        struct ra_reach *r = ra_agent_setting_at(&g->file, NULL, g->lines[i], 1, NULL, 0,
                                                 "files that an agent is to leave alone");
        const char *outcome = outcome_of(&d, sandbox_of(all, g->file.agent), &words);
        tell(c, r, "rule", outcome, words);
        ra_reach_text(c->inv, r, "promises", "reading");
        tell_files(c, r, &d, false);
        return;
    }
}

// ---- the network, and what the environment says ----------------------------------------------------------

static bool no_sockets(struct ra_collect *c)
{
    return ra_state_of(ra_host_probe(c->host, RA_PROBE_SOCKET_INET, NULL), RA_ON_SYSCALL) == RA_STATE_DENIED;
}

static void judge_network(struct ra_agent_claims *all, const struct claim *k)
{
    struct ra_collect *c = all->c;
    enum ra_agent_sandbox s = sandbox_of(all, k->file.agent);
    if (no_sockets(c) || (k->enforced && s != RA_SANDBOX_HOLDS && s != RA_SANDBOX_OPEN))
        return;
    struct ra_reach *r = setting(k, strcmp(k->file.agent, "claude-code") == 0 ? "CC-136" : NULL,
                                 "a rule that denies the network");
    tell(c, r, "network", s == RA_SANDBOX_UNSURE ? "unknown" : "asked",
         s == RA_SANDBOX_UNSURE ? "the agent's sandbox, which may close it, was not measured"
                                : "the rule binds the agent's own tools, and no program that it starts");
    ra_reach_text(c->inv, r, "promises", k->value);
}

static void judge_proxy(struct ra_agent_claims *all, const struct claim *k)
{
    struct ra_address at;
    if (no_sockets(all->c) || !ra_address_parse(all->c->arena, ra_span_of(k->value), &at))
        return; // what is no address names nothing that could be asked
    struct ra_reach *r = setting(k, NULL, "names a proxy");
    tell(all->c, r, "proxy", "asked", "settings of an agent");
    ra_reach_text(all->c->inv, r, "proxy", ra_address_text(all->c->arena, &at));
}

static struct ra_reach *variable(struct ra_collect *c, const char *name, const char *title)
{
    struct ra_reach *r = ra_reach_add(c->inv, RA_KIND_ENV, ra_id(c->arena, RA_KIND_ENV, name, NULL), name,
                                      RA_STATE_PRESENT,
                                      ra_seen(c, RA_METHOD_OBSERVED, (struct ra_reply){.call = "getenv"}, NULL));
    ra_reach_radius(r, RA_RADIUS_NOTHING, RA_RADIUS_NOTHING);
    r->title = title;
    return r;
}

static bool set(struct ra_collect *c, const char *name)
{
    const char *v = ra_host_getenv(c->host, name);
    return v && v[0] && strcmp(v, "0") != 0 && strcmp(v, "false") != 0;
}

// A machine of its own may be the sandbox that is meant; only its maker knows.
static bool virtual_machine(struct ra_collect *c)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    struct ra_reply r = ra_host_read(c->host, "/proc/cpuinfo", 8192, &text);
    return r.err || ra_span_find(ra_buf_view(&text), RA_SPAN(" hypervisor")) >= 0;
}

// Variables that say of this very process that it is held.
static void environment(struct ra_agent_claims *all)
{
    struct ra_collect *c = all->c;
    bool boxed, unboxed;
    const char *words = "";
    ra_boxed(c, &boxed, &unboxed);
    if (set(c, "IS_SANDBOX") && !boxed) {
        bool open = unboxed && !virtual_machine(c);
        tell(c, variable(c, "IS_SANDBOX", "says that the process is in a sandbox"), "sandbox",
             open ? "open" : "unknown",
             open      ? "there is no box around this process"
             : unboxed ? "there is no box around this process, and whether its machine is one is not told"
                       : "nothing tells whether there is a box");
    }
    if (set(c, "GEMINI_SANDBOX")) {
        enum ra_agent_sandbox s = ra_agent_measure(c, "gemini", NULL, false, &words);
        if (s == RA_SANDBOX_OPEN || s == RA_SANDBOX_UNSURE)
            tell(c, variable(c, "GEMINI_SANDBOX", "asks the agent for a sandbox"), "sandbox",
                 s == RA_SANDBOX_OPEN ? "open" : "unknown", words);
    }
    if (set(c, "CODEX_SANDBOX_NETWORK_DISABLED") && !no_sockets(c)) {
        struct ra_reach *r = variable(c, "CODEX_SANDBOX_NETWORK_DISABLED", "says that the process has no network");
        tell(c, r, "network", "asked", "sockets can be opened");
        ra_reach_text(c->inv, r, "promises", "the network");
    }
}

void ra_agent_claims_judge(struct ra_agent_claims *all)
{
    if (all->c->host->at_rest) // nothing runs, so nothing can be held
        return;
    all->budget = ra_agent_budget_new(all->c);
    for (size_t i = 0; i < all->n; i++) {
        const struct claim *k = &all->items[i];
        switch (k->kind) {
        case RA_CLAIM_SANDBOX: judge_sandbox(all, k); break;
        case RA_CLAIM_READ:
        case RA_CLAIM_EDIT: judge_files(all, k); break;
        case RA_CLAIM_NETWORK: judge_network(all, k); break;
        case RA_CLAIM_PROXY: judge_proxy(all, k); break;
        }
    }
    for (size_t i = 0; i < all->n_lists; i++)
        judge_list(all, &all->lists[i]);
    environment(all);
}

// What the files of the agent collector share. An agent's own settings are premises: the worst run is assumed
// unattended and willing, so by themselves they have radius nothing. What they hold (secrets) and whether they can
// be rewritten are places of their own.
#ifndef RA_COLLECT_AGENT_INTERNAL_H
#define RA_COLLECT_AGENT_INTERNAL_H

#include "collect/collect.h"
#include "parse/json.h"

// IGNORE: a list of files that the agent keeps away from; writing to it runs nothing.
enum ra_agent_format { RA_AGENT_JSON, RA_AGENT_JSONC, RA_AGENT_TOML, RA_AGENT_RULES, RA_AGENT_IGNORE };
struct ra_agent_claims;

struct ra_agent_file { // one settings file that was read
    struct ra_collect *c;
    const char *agent, *scope, *path; // "claude-code", "user", absolute
    struct ra_span text;
    const struct ra_json *doc; // NULL where the format is RULES or IGNORE
    struct ra_agent_claims *claims;
};

// A setting as a reach: agent:<agent>/<scope>:<path>#<key>, with the position of `at` (may be NULL), radius nothing.
// key is scrubbed; NULL names the whole file.
struct ra_reach *ra_agent_setting(const struct ra_agent_file *f, const char *key, const struct ra_json *at,
                                  const char *ref, unsigned traits, const char *title);
struct ra_reach *ra_agent_setting_at(const struct ra_agent_file *f, const char *key, unsigned line, unsigned column,
                                     const char *ref, unsigned traits, const char *title);
bool ra_agent_of_tree(const struct ra_agent_file *f); // scope project or local
// True where a directory given in settings is the root, the home or a parent of the home.
bool ra_agent_too_wide(const struct ra_collect *c, struct ra_span dir);
// The strings of an array (or one string), scrubbed and joined by ", "; "" where there are none.
const char *ra_agent_join(const struct ra_collect *c, const struct ra_json *list);

// agent_secrets.c: every string below v that is a secret becomes a place file:<path>#<part> and its secret.
void ra_agent_secrets(const struct ra_agent_file *f, const struct ra_json *v, const char *part);
// The same for text that could not be parsed: shapes only, places file:<path>#L<line>.
void ra_agent_secrets_text(const struct ra_agent_file *f);

// agent_writable.c: may the file be written, and who runs what is put there?
void ra_agent_writable(const struct ra_agent_file *f);
// A settings folder in which a missing file can be made.
void ra_agent_creatable(struct ra_collect *c, const char *folder, const char *file);

// agent_programs.c: what an allowed command may run.
enum ra_agent_program { RA_PROGRAM_OTHER, RA_PROGRAM_EXEC, RA_PROGRAM_EXEC_CFG };
// Looks at the first program of `command`, past wrappers and assignments. *ret_name: static, or NULL.
enum ra_agent_program ra_agent_program(struct ra_span command, const char **ret_name);

// agent_claims.c: what settings promise, kept until every file was read, because one file switches on the sandbox that
// enforces another's rules; then held against what is measured. What holds leaves no reach: a protection is none.
// What does not hold, or cannot be told, is the setting as a reach with the details
//   claim    sandbox, rule, network, proxy or managed
//   outcome  open (it does not hold), unknown, or asked (a way out would break it: the judge knows the ways out)
//   measured what was seen, in words · promises: what a network rule denies · covers.1..3: ids of the files it denies
enum ra_claim_kind {
    RA_CLAIM_SANDBOX, // value: the programs it needs in PATH, or NULL; enforced: it refuses to start without them
    RA_CLAIM_READ,    // value: the pattern of files that may not be read
    RA_CLAIM_EDIT,    // value: the pattern of files that may not be written
    RA_CLAIM_NETWORK, // value: what it denies
    RA_CLAIM_PROXY,   // value: the proxy's URL
};
// enforced: RA_CLAIM_READ, EDIT, NETWORK: only the agent's own sandbox is to hold it, not the agent itself.
void ra_agent_claim(const struct ra_agent_file *f, enum ra_claim_kind kind, const char *key, const struct ra_json *at,
                    const char *value, bool enforced);
void ra_agent_claim_at(const struct ra_agent_file *f, enum ra_claim_kind kind, const char *key, unsigned line,
                       unsigned column, const char *value, bool enforced);
// Variables of an env table that name a proxy.
void ra_agent_claim_proxies(const struct ra_agent_file *f, const struct ra_json *env, const char *prefix);
struct ra_agent_claims *ra_agent_claims_new(struct ra_collect *c);
void ra_agent_claims_judge(struct ra_agent_claims *claims);
// A settings file that counts as managed and that the run can write: state present or unknown.
void ra_agent_managed(const struct ra_agent_file *f, enum ra_state state, const char *how);

// agent_measured.c: is the sandbox that an agent declares active for this process?
enum ra_agent_sandbox { RA_SANDBOX_UNDECLARED, RA_SANDBOX_HOLDS, RA_SANDBOX_OPEN, RA_SANDBOX_UNSURE };
// programs: "bwrap socat" or NULL; refuses: the agent does not start without them. *ret_words: what was seen.
enum ra_agent_sandbox ra_agent_measure(struct ra_collect *c, const char *agent, const char *programs, bool refuses,
                                       const char **ret_words);
// Does the environment carry the mark that the agent gives its commands?
bool ra_agent_marks(const struct ra_collect *c, const char *agent);

// agent_denied.c: the files that a pattern denies, tried by the real call.
struct ra_agent_denied {
    const char *paths[3]; // that can be read (or written) all the same
    struct ra_reply reply; // of the first
    size_t n;             // more than 3 are not looked for
    bool unsure;          // something was not seen
};
struct ra_agent_budget { // of all rules together, counted down
    size_t entries, steps; // looked at; of matching
    const char **kernels;  // mount points of what the kernel makes, sorted; never walked
    size_t n_kernels;
};
struct ra_agent_pattern {
    const char *glob; // absolute; NULL: not understood here
    const char *near; // the same without its first "/**", which may stand for nothing; or NULL
    const char *from; // the directory that holds all it can match
    bool any_depth;
};
// base: the directory that plain patterns start from; root: the one that "/x" starts from, NULL: no claim.
struct ra_agent_pattern ra_agent_pattern(const struct ra_collect *c, const char *text, const char *base,
                                         const char *root, bool absolute);
struct ra_agent_budget ra_agent_budget_new(struct ra_collect *c);
// excluded: patterns that take files out again (n of them).
void ra_agent_try(struct ra_collect *c, const struct ra_agent_pattern *p, const struct ra_agent_pattern *excluded,
                  size_t n_excluded, bool write, struct ra_agent_budget *budget, struct ra_agent_denied *ret);

// Readers, one a kind of file (catalogue/agents.def).
void ra_agent_read_claude(const struct ra_agent_file *f);
void ra_agent_read_claude_state(const struct ra_agent_file *f);
void ra_agent_read_codex(const struct ra_agent_file *f);
void ra_agent_read_codex_hooks(const struct ra_agent_file *f);
void ra_agent_read_codex_rules(const struct ra_agent_file *f);
void ra_agent_read_gemini(const struct ra_agent_file *f);
void ra_agent_read_gemini_policy(const struct ra_agent_file *f);
void ra_agent_read_mcp(const struct ra_agent_file *f);
void ra_agent_read_limits(const struct ra_agent_file *f);
void ra_agent_read_cursor(const struct ra_agent_file *f);
void ra_agent_read_cursor_sandbox(const struct ra_agent_file *f);
void ra_agent_read_ignored(const struct ra_agent_file *f);
// A table of MCP servers inside any settings file. `prefix` goes before the server's name in ids, "" for none.
void ra_agent_servers(const struct ra_agent_file *f, const struct ra_json *servers, const char *scope,
                      const char *prefix);
// Hooks in the common form {event: [{hooks: [{command}]}]}.
void ra_agent_hooks(const struct ra_agent_file *f, const struct ra_json *hooks, const char *ref);
// Names of environment variables that run code in every child (PATH, LD_PRELOAD, ...).
bool ra_agent_env_runs_code(struct ra_span name);

#endif

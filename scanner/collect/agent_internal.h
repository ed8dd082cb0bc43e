// What the files of the agent collector share. An agent's own settings are premises: the worst run is assumed
// unattended and willing, so by themselves they have radius nothing. What they hold (secrets) and whether they can
// be rewritten are places of their own.
#ifndef RA_COLLECT_AGENT_INTERNAL_H
#define RA_COLLECT_AGENT_INTERNAL_H

#include "collect/collect.h"
#include "parse/json.h"

enum ra_agent_format { RA_AGENT_JSON, RA_AGENT_JSONC, RA_AGENT_TOML, RA_AGENT_RULES };

struct ra_agent_file { // one settings file that was read
    struct ra_collect *c;
    const char *agent, *scope, *path; // "claude-code", "user", absolute
    struct ra_span text;
    const struct ra_json *doc; // NULL where the format is RULES
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
// A table of MCP servers inside any settings file. `prefix` goes before the server's name in ids, "" for none.
void ra_agent_servers(const struct ra_agent_file *f, const struct ra_json *servers, const char *scope,
                      const char *prefix);
// Hooks in the common form {event: [{hooks: [{command}]}]}.
void ra_agent_hooks(const struct ra_agent_file *f, const struct ra_json *hooks, const char *ref);
// Names of environment variables that run code in every child (PATH, LD_PRELOAD, ...).
bool ra_agent_env_runs_code(struct ra_span name);

#endif

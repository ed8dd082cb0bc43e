// Is the sandbox that an agent's settings declare active for this process? Agents sandbox the commands they run, not
// themselves, so an audit started elsewhere sees none and must not say that there is none: open is said only of a
// command of the agent, or where the sandbox cannot start at all. Measures what is there; starts nothing.
// Sources: the vendors' sandbox documentation; landlock(7) and seccomp(2): both need no_new_privs of a plain user.
#include <string.h>

#include "base/path.h"
#include "collect/agent_internal.h"
#include "collect/view.h"

// How an agent marks its commands, what its process is called, and what its sandbox is made of.
static const struct agent {
    const char *name, *variables[3], *programs[2];
    enum { BUBBLEWRAP, FILTERS, CONTAINER } sort;
} agents[] = {
    {"claude-code", {"CLAUDECODE", NULL, NULL}, {"claude", NULL}, BUBBLEWRAP},
    {"codex", {"CODEX_THREAD_ID", "CODEX_CI", "CODEX_SANDBOX_NETWORK_DISABLED"}, {"codex", NULL}, FILTERS},
    {"gemini", {"GEMINI_CLI", NULL, NULL}, {"gemini", NULL}, CONTAINER},
    {"cursor", {"CURSOR_AGENT", NULL, NULL}, {"cursor-agent", "cursor"}, FILTERS},
};

static const struct agent *agent_of(const char *name)
{
    for (size_t i = 0; i < RA_COUNT(agents); i++)
        if (strcmp(agents[i].name, name) == 0)
            return &agents[i];
    return NULL;
}

static bool is_box(const struct ra_collect *c, const char *kind)
{
    return c->inv->target.box.kind && strcmp(c->inv->target.box.kind, kind) == 0;
}

// ---- is a mechanism of this sort there? -----------------------------------------------------------

static enum ra_tri active(struct ra_collect *c, const struct agent *a)
{
    const struct ra_self *self = c->host->self;
    bool boxed, unboxed;
    ra_boxed(c, &boxed, &unboxed);
    if (is_box(c, "bubblewrap") || is_box(c, "namespaces") || (boxed && a->sort == CONTAINER))
        return RA_TRI_YES;
    if (a->sort != FILTERS)
        return boxed || unboxed ? RA_TRI_NO : RA_TRI_UNSURE;
    if (self->no_new_privs == 1 && self->seccomp > 0)
        return RA_TRI_YES;
    // Landlock alone shows nowhere, but a plain user has it only together with no_new_privs.
    return self->no_new_privs == 0 && (boxed || unboxed) ? RA_TRI_NO : RA_TRI_UNSURE;
}

// ---- is this process a command of the agent? -------------------------------------------------------

static bool is_program(const struct agent *a, const char *name)
{
    for (size_t i = 0; i < RA_COUNT(a->programs); i++)
        if (a->programs[i] && strcmp(a->programs[i], name) == 0)
            return true;
    return false;
}

// By its name, or as the script that an interpreter runs.
static bool is_agent(struct ra_collect *c, const struct agent *a, int64_t pid, const char *comm)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    if (is_program(a, comm))
        return true;
    if (ra_host_read(c->host, ra_strfmt(c->arena, "/proc/%lld/cmdline", (long long)pid), 4096, &text).err)
        return false;
    struct ra_span rest = ra_buf_view(&text), word;
    for (int i = 0; i < 2 && ra_span_until(&rest, 0, &word); i++)
        if (is_program(a, ra_path_base(ra_strndup(c->arena, word))))
            return true;
    return false;
}

static bool below_agent(struct ra_collect *c, const struct agent *a)
{
    struct ra_view v;
    ra_view_read(c->arena, c->host, &v);
    int64_t pid = v.keeper, parent;
    char *comm;
    for (int depth = 0; depth < 64 && pid > 0; depth++) {
        if (!ra_proc_parent(c->arena, c->host, pid, &parent, &comm))
            return false;
        if (pid != v.keeper && is_agent(c, a, pid, comm))
            return true;
        pid = parent;
    }
    return false;
}

static const char *mark_of(const struct ra_collect *c, const struct agent *a)
{
    for (size_t i = 0; i < RA_COUNT(a->variables); i++) {
        const char *value = a->variables[i] ? ra_host_getenv(c->host, a->variables[i]) : NULL;
        if (value && value[0])
            return a->variables[i];
    }
    return NULL;
}

bool ra_agent_marks(const struct ra_collect *c, const char *agent)
{
    const struct agent *a = agent_of(agent);
    return a && mark_of(c, a);
}

// The agent's mark in the environment outlives it in shells that were started from it, and its process is the parent
// of its servers too: only both together tell a command.
static const char *marked(struct ra_collect *c, const struct agent *a)
{
    const char *mark = mark_of(c, a);
    return mark && below_agent(c, a) ? mark : NULL;
}

// ---- can it start at all? ---------------------------------------------------------------------------

static bool in_path(struct ra_collect *c, const char *program)
{
    const char *path = ra_host_getenv(c->host, "PATH");
    struct ra_span rest = ra_span_of(path), dir;
    if (!path || !path[0])
        return true; // nobody knows where the agent would look
    while (ra_span_until(&rest, ':', &dir)) {
        struct ra_stat st;
        if (dir.n == 0 || dir.p[0] != '/')
            continue;
        struct ra_reply r = ra_host_stat(c->host, ra_path_join(c->arena, ra_strndup(c->arena, dir), program), &st);
        if (ra_state_of(r, RA_ON_PATH) != RA_STATE_ABSENT)
            return true;
    }
    return false;
}

static const char *missing(struct ra_collect *c, const char *programs)
{
    struct ra_span rest = ra_span_of(programs), word;
    while (ra_span_word(&rest, &word)) {
        char *name = ra_strndup(c->arena, word);
        if (!in_path(c, name))
            return name;
    }
    return NULL;
}

enum ra_agent_sandbox ra_agent_measure(struct ra_collect *c, const char *agent, const char *programs, bool refuses,
                                       const char **ret_words)
{
    const struct agent *a = agent_of(agent);
    const char *kind = c->inv->target.box.kind, *none;
    if (!a)
        return RA_SANDBOX_UNDECLARED;
    none = !kind || strcmp(kind, "none") == 0      ? "no box"
           : strcmp(kind, "unknown") == 0          ? "nothing that tells whether there is a box"
                                                   : ra_strfmt(c->arena, "no box but the one around it (%s)", kind);
    enum ra_tri there = active(c, a);
    if (there == RA_TRI_YES)
        return RA_SANDBOX_HOLDS;
    const char *gone = programs && !refuses ? missing(c, programs) : NULL;
    if (gone) {
        *ret_words = ra_strfmt(c->arena, "it cannot start here: %s is not in PATH, and the agent then runs commands "
                                         "without it", gone);
        return RA_SANDBOX_OPEN;
    }
    const char *mark = there == RA_TRI_NO ? marked(c, a) : NULL;
    *ret_words = mark ? ra_strfmt(c->arena, "this process is a command of the agent (%s is set, and %s is among its "
                                            "parents), and there is %s", mark, a->programs[0], none)
                      : ra_strfmt(c->arena, "this audit was not started as a command of the agent, and sees %s", none);
    return mark ? RA_SANDBOX_OPEN : RA_SANDBOX_UNSURE;
}

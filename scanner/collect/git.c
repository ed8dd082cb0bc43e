// What would be lost if the working tree were wiped? Untracked and changed files, branches that no remote has, by
// the remote-tracking refs of the last fetch. The repository itself is read by a probe (git_probe.c); hooks and
// config are places of their own (git_config.c). It asks no remote and looks into no submodule.
#include <string.h>

#include "base/path.h"
#include "collect/collect.h"
#include "collect/git_internal.h"

int ra_collect_git(struct ra_collect *c, struct ra_error *err);

static struct ra_reach *lost(struct ra_collect *c, const char *what, enum ra_state state, const char *title)
{
    struct ra_reply ok = {0, "probe", false};
    struct ra_reach *r = ra_reach_add(c->inv, RA_KIND_WORKTREE, ra_id(c->arena, RA_KIND_WORKTREE, what, NULL),
                                      c->worktree, state, ra_seen(c, RA_METHOD_OBSERVED, ok, c->worktree));
    r->title = title;
    r->traits |= RA_TRAIT_UNSAVED;
    r->least = state == RA_STATE_PRESENT ? RA_RADIUS_PERSON : RA_RADIUS_NOTHING;
    r->ceiling = RA_RADIUS_PERSON;
    return r;
}

// A tree with files and without git: nothing brings any of them back.
static void plain_tree(struct ra_collect *c)
{
    struct ra_names names = {0};
    struct ra_reply r = ra_host_list(c->host, c->arena, c->worktree, 0, &names);
    enum ra_state state = ra_looked(c, r, RA_ON_PATH);
    if (state == RA_STATE_PRESENT && names.n > 0)
        ra_reach_number(c->inv, lost(c, "not-a-repository", RA_STATE_PRESENT, "files that no repository holds"),
                        "entries", (int64_t)names.n);
    else if (state == RA_STATE_DENIED || state == RA_STATE_UNKNOWN)
        ra_unseen(c, NULL, "the working tree cannot be listed", r, c->worktree);
}

// ---- where the repository is ----------------------------------------------------------------------

static bool bare(struct ra_collect *c)
{
    static const char *const parts[] = {"HEAD", "objects", "refs"};
    struct ra_stat st;
    for (size_t i = 0; i < RA_COUNT(parts); i++)
        if (ra_looked(c, ra_host_stat(c->host, ra_path_join(c->arena, c->worktree, parts[i]), &st), RA_ON_PATH) !=
            RA_STATE_PRESENT)
            return false;
    return true;
}

// The path in a ".git" or "commondir" file, relative to `dir`. Source: gitrepository-layout(5).
static const char *pointer(struct ra_collect *c, const char *file, const char *prefix, const char *dir)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    if (ra_collect_read(c, file, &text).err)
        return NULL;
    struct ra_span s = ra_buf_view(&text), line;
    if (!ra_span_starts(s, prefix) || !ra_span_line(&s, &line))
        return NULL;
    line = ra_span_trim(ra_span_cut(line, strlen(prefix), line.n));
    if (line.n == 0 || ra_span_chr(line, 0) >= 0)
        return NULL;
    return ra_path_join(c->arena, dir, ra_strndup(c->arena, line));
}

static struct ra_git_place place_of(struct ra_collect *c, const char *dot_git, char type)
{
    struct ra_git_place at = {.git_dir = dot_git};
    if (type == 'f') {
        const char *to = pointer(c, dot_git, "gitdir:", c->worktree);
        at.git_dir = to ? to : dot_git;
        at.says = "a file that names another directory";
    } else if (type == 'l') {
        at.says = "a symbolic link";
    }
    const char *common = pointer(c, ra_path_join(c->arena, at.git_dir, "commondir"), "", at.git_dir);
    at.common = common ? common : at.git_dir;
    return at;
}

// ---- what the probe says --------------------------------------------------------------------------

struct story {
    struct ra_collect *c;
    size_t remotes, losses;
    bool shallow, done;
    uint64_t ignored;
    const char *notable; // first few, joined
};

static void branch(struct story *s, const struct ra_git_fact *f, enum ra_state state)
{
    struct ra_collect *c = s->c;
    char *what = ra_strfmt(c->arena, "unpushed/%s", ra_strndup(c->arena, f->name));
    struct ra_reach *r = lost(c, what, state, state == RA_STATE_PRESENT ? "commits that no remote has"
                                                                        : "a branch whose history is not all here");
    if (state == RA_STATE_PRESENT)
        ra_reach_number(c->inv, r, "commits", (int64_t)f->number);
    else
        r->settled_by = s->shallow ? "git fetch --unshallow" : "git fetch";
    ra_reach_text(c->inv, r, "as_of", "the last fetch");
    s->losses++;
}

static void count(struct story *s, const char *what, const char *title, const struct ra_git_fact *f)
{
    struct ra_reach *r = lost(s->c, what, RA_STATE_PRESENT, title);
    uint64_t bytes;
    ra_reach_number(s->c->inv, r, "count", (int64_t)f->number);
    if (f->kind == RA_GIT_UNTRACKED && ra_span_u64(f->name, 10, &bytes))
        ra_reach_number(s->c->inv, r, "bytes", (int64_t)bytes);
    s->losses++;
}

static void blind(struct story *s, const char *what, const char *line)
{
    ra_unseen(s->c, what, line, (struct ra_reply){0, "probe", false}, s->c->worktree);
}

static void one_fact(struct story *s, const struct ra_git_fact *f)
{
    struct ra_arena *a = s->c->arena;
    const char *name = ra_scrub_span(a, f->name);
    switch (f->kind) {
    case RA_GIT_ERROR:
        blind(s, name, ra_strfmt(a, "%s: %s", name, ra_scrub_span(a, f->text)));
        break;
    case RA_GIT_CAPPED:
        blind(s, name, ra_strfmt(a, "%s: no more than %llu were looked at", name, (unsigned long long)f->number));
        break;
    case RA_GIT_REMOTE:
        s->remotes++;
        break;
    case RA_GIT_UNPUSHED:
        branch(s, f, RA_STATE_PRESENT);
        break;
    case RA_GIT_UNSURE:
        branch(s, f, RA_STATE_UNKNOWN);
        break;
    case RA_GIT_UNTRACKED:
        count(s, "untracked", "files that git does not know", f);
        break;
    case RA_GIT_MODIFIED:
        count(s, "modified", "changes that are not committed", f);
        break;
    case RA_GIT_STASH:
        count(s, "stash", "stashed work", f);
        break;
    case RA_GIT_IGNORED:
        s->ignored = f->number;
        break;
    case RA_GIT_NOTABLE:
        s->notable = s->notable ? ra_strfmt(a, "%s, %s", s->notable, name) : name;
        break;
    case RA_GIT_SUBMODULES:
        blind(s, "submodules", ra_strfmt(a, "%llu submodules were not looked into", (unsigned long long)f->number));
        break;
    case RA_GIT_SHALLOW:
        s->shallow = true;
        break;
    case RA_GIT_ELSEWHERE:
        blind(s, "core.worktree", ra_strfmt(a, "core.worktree names %s, which was not looked at", name));
        break;
    case RA_GIT_DONE:
        s->done = true;
        break;
    }
}

// Ignored files are mostly built again; some names are kept out of git because they matter.
static void ignored(struct story *s)
{
    struct ra_collect *c = s->c;
    if (s->ignored == 0)
        return;
    struct ra_reach *r = lost(c, "ignored", RA_STATE_PRESENT, "files that git is told to ignore");
    ra_reach_number(c->inv, r, "count", (int64_t)s->ignored);
    if (s->notable) {
        ra_reach_text(c->inv, r, "notable", s->notable);
        return;
    }
    r->traits &= ~(unsigned)RA_TRAIT_UNSAVED;
    r->least = RA_RADIUS_NOTHING;
    r->ceiling = RA_RADIUS_WORKTREE;
}

static void ask_probe(struct ra_collect *c, const struct ra_stat *tree)
{
    const char *xdg = ra_host_getenv(c->host, "XDG_CONFIG_HOME");
    struct ra_git_question q = {.worktree = c->worktree, .home = c->home, .dev = tree->dev, .ino = tree->ino};
    if (c->home)
        q.config_home = ra_path_join(c->arena, xdg && xdg[0] == '/' ? xdg : ra_path_join(c->arena, c->home, ".config"),
                                     "git");
    struct ra_buf out RA_CLEANUP(ra_buf_free) = {0};
    struct ra_reply r = ra_host_child(c->host, ra_git_probe_run, &q, &out);
    c->cover->looked++;
    struct story s = {.c = c};
    struct ra_span rest = ra_buf_view(&out);
    struct ra_git_fact f;
    while (ra_git_fact_next(&rest, &f))
        one_fact(&s, &f);
    ignored(&s);
    if (r.err || !s.done || rest.n)
        ra_unseen(c, NULL, "the look at the repository ended early", r, c->worktree);
    else if (s.remotes == 0 && s.losses > 0)
        lost(c, "no-remote", RA_STATE_PRESENT, "a repository without any remote: it exists only here");
}

int ra_collect_git(struct ra_collect *c, struct ra_error *err)
{
    (void)err;
    struct ra_stat tree, st;
    if (!c->worktree)
        return 0;
    struct ra_reply r = ra_host_stat(c->host, c->worktree, &tree);
    enum ra_state state = ra_looked(c, r, RA_ON_PATH);
    if (state == RA_STATE_ABSENT)
        return 0;
    if (state != RA_STATE_PRESENT || tree.type != 'd') {
        ra_unseen(c, NULL, "the working tree cannot be looked at", r, c->worktree);
        return 0;
    }
    char *dot_git = ra_path_join(c->arena, c->worktree, ".git");
    r = ra_host_lstat(c->host, dot_git, &st);
    state = ra_looked(c, r, RA_ON_PATH);
    if (state == RA_STATE_ABSENT && bare(c)) {
        dot_git = ra_strdup(c->arena, c->worktree);
        st.type = 'd';
    } else if (state == RA_STATE_ABSENT) {
        plain_tree(c);
        return 0;
    } else if (state != RA_STATE_PRESENT) {
        ra_unseen(c, NULL, "the repository cannot be looked at", r, dot_git);
        return 0;
    }
    struct ra_git_place at = place_of(c, dot_git, st.type);
    ra_git_config_collect(c, &at);
    if (c->host->live)
        ask_probe(c, &tree);
    else
        ra_unseen(c, NULL, "a repository is looked at on live targets only", (struct ra_reply){0}, c->worktree);
    return 0;
}

// What does the probe say of one repository, as reaches? Each loss is one reach; the repository itself is another,
// which carries what is no loss (how many remotes, whether it is clean) and the one sentence of what a wipe costs.
#include <string.h>

#include "base/path.h"
#include "collect/git_internal.h"

struct ra_reach *ra_git_reach(struct ra_collect *c, const struct ra_git_repo *repo)
{
    struct ra_reply ok = {0, "lstat", false};
    const char *at = ra_path_tilde(c->arena, repo->path, c->home);
    struct ra_reach *r = ra_reach_add(c->inv, RA_KIND_WORKTREE, ra_id(c->arena, RA_KIND_WORKTREE, at, NULL), repo->path,
                                      RA_STATE_PRESENT, ra_seen(c, RA_METHOD_OBSERVED, ok, repo->path));
    r->title = repo->own ? "the working tree's repository" : "a repository in reach";
    r->role = repo->role;
    r->least = r->ceiling = RA_RADIUS_NOTHING;
    return r;
}

struct ra_reach *ra_git_lost(struct ra_collect *c, const struct ra_git_repo *repo, const char *what,
                             enum ra_state state, const char *title, bool in_git_dir)
{
    struct ra_reply ok = {0, "probe", false};
    const char *at = ra_path_tilde(c->arena, repo->path, c->home);
    char *id = repo->own ? ra_id(c->arena, RA_KIND_WORKTREE, what, NULL) : ra_id(c->arena, RA_KIND_WORKTREE, at, what);
    struct ra_reach *r = ra_reach_add(c->inv, RA_KIND_WORKTREE, id, repo->path, state,
                                      ra_seen(c, RA_METHOD_OBSERVED, ok, repo->path));
    r->title = title;
    if (!repo->own)
        r->role = repo->role;
    bool safe = (in_git_dir ? repo->git_write : repo->tree_write) == RA_STATE_DENIED;
    r->traits |= safe ? 0u : RA_TRAIT_UNSAVED;
    r->least = state == RA_STATE_PRESENT && !safe ? RA_RADIUS_PERSON : RA_RADIUS_NOTHING;
    r->ceiling = safe ? RA_RADIUS_NOTHING : RA_RADIUS_PERSON;
    return r;
}

struct story {
    struct ra_collect *c;
    const struct ra_git_repo *repo;
    struct ra_reach *about;
    struct ra_reach *worst; // the first loss, by the order in which the probe looks
    size_t remotes, losses;
    bool shallow, done, late, unseen, more_ignored;
    uint64_t ignored, ignored_files, ignored_bytes, n_ignored_notable;
    const char *ignored_notable; // first few, joined
    struct ra_git_cost cost;
};

static struct ra_reach *lost(struct story *s, const char *what, enum ra_state state, const char *title, bool in_git_dir)
{
    struct ra_reach *r = ra_git_lost(s->c, s->repo, what, state, title, in_git_dir);
    if (state == RA_STATE_PRESENT && (r->traits & RA_TRAIT_UNSAVED) && !s->worst)
        s->worst = r;
    s->losses++;
    return r;
}

// No work by itself: superseded commits, files that are built again.
static void harmless(struct ra_reach *r)
{
    r->traits &= ~(unsigned)RA_TRAIT_UNSAVED;
    r->least = RA_RADIUS_NOTHING;
    r->ceiling = RA_RADIUS_WORKTREE;
}

static void branch(struct story *s, const struct ra_git_fact *f, enum ra_state state)
{
    struct ra_collect *c = s->c;
    char *what = ra_strfmt(c->arena, "unpushed/%s", ra_strndup(c->arena, f->name));
    bool known = state == RA_STATE_PRESENT;
    struct ra_reach *r = lost(s, what, state, known ? "commits that no remote has"
                                                    : "a branch whose history is not all here", true);
    if (known)
        ra_reach_number(c->inv, r, "commits", (int64_t)f->number);
    else
        r->settled_by = s->shallow ? "git fetch --unshallow" : "git fetch";
    if (f->text.n)
        ra_reach_flag(c->inv, r, "at_least", true);
    ra_reach_text(c->inv, r, "as_of", "the last fetch");
}

// All unpushed branches together; those beyond the first few have no reach of their own.
static void total(struct story *s, const struct ra_git_fact *f)
{
    ra_span_u64(f->name, 10, &s->cost.branches);
    s->cost.commits = f->number;
    s->cost.more = f->text.n > 0;
    if (s->cost.branches <= RA_GIT_MAX_BRANCHES_TOLD)
        return;
    struct ra_reach *r = lost(s, "unpushed", RA_STATE_PRESENT, "commits on more branches that no remote has", true);
    ra_reach_number(s->c->inv, r, "branches", (int64_t)s->cost.branches);
    ra_reach_number(s->c->inv, r, "commits", (int64_t)f->number);
}

static struct ra_reach *count(struct story *s, const char *what, enum ra_state state, const char *title,
                              const struct ra_git_fact *f, bool in_git_dir)
{
    struct ra_reach *r = lost(s, what, state, title, in_git_dir);
    ra_reach_number(s->c->inv, r, "count", (int64_t)f->number);
    if (ra_span_is(f->text, "more"))
        ra_reach_flag(s->c->inv, r, "at_least", true);
    return r;
}

static void untracked(struct story *s, const struct ra_git_fact *f)
{
    struct ra_reach *r = count(s, "untracked", RA_STATE_PRESENT, "files that git does not know", f, false);
    s->cost.untracked = f->number;
    if (ra_span_u64(f->name, 10, &s->cost.untracked_bytes))
        ra_reach_number(s->c->inv, r, "bytes", (int64_t)s->cost.untracked_bytes);
}

static void notable(struct story *s, const struct ra_git_fact *f, const char *name)
{
    if (s->cost.n_notable < RA_COUNT(s->cost.notable))
        s->cost.notable[s->cost.n_notable] = name;
    s->cost.n_notable++;
    if (f->text.n == 0) {
        s->ignored_notable = s->ignored_notable ? ra_strfmt(s->c->arena, "%s, %s", s->ignored_notable, name) : name;
        s->n_ignored_notable++;
    }
}

static void tagged(struct story *s, const struct ra_git_fact *f, const char *name)
{
    struct ra_reach *r = count(s, "tags", s->remotes ? RA_STATE_UNKNOWN : RA_STATE_PRESENT,
                               "commits that only tags lead to", f, true);
    ra_reach_text(s->c->inv, r, "one_tag", name);
    r->settled_by = s->remotes ? "git ls-remote --tags" : NULL;
}

static void blind(struct story *s, const char *what, const char *line)
{
    s->unseen = true;
    ra_git_unseen(s->c, s->repo, what, line, (struct ra_reply){0, "probe", false});
}

static void one_fact(struct story *s, const struct ra_git_fact *f)
{
    struct ra_arena *a = s->c->arena;
    const char *name = ra_scrub_span(a, f->name);
    struct ra_reach *r;
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
        s->unseen = true;
        branch(s, f, RA_STATE_UNKNOWN);
        break;
    case RA_GIT_TOTAL:
        total(s, f);
        break;
    case RA_GIT_REFLOG:
        harmless(count(s, "reflog", RA_STATE_PRESENT, "commits that only the reflog leads to", f, true));
        s->losses--;
        break;
    case RA_GIT_TAGGED:
        tagged(s, f, name);
        break;
    case RA_GIT_UNTRACKED:
        untracked(s, f);
        break;
    case RA_GIT_MODIFIED:
        count(s, "modified", RA_STATE_PRESENT, "changes that are not committed", f, false);
        s->cost.modified = f->number;
        break;
    case RA_GIT_FILTERED:
        s->unseen = true;
        r = lost(s, "modified", RA_STATE_UNKNOWN, "changes that are not committed", false);
        ra_reach_number(s->c->inv, r, "filtered", (int64_t)f->number);
        r->settled_by = s->cost.modified ? NULL : "git status (it runs the filters that config names)";
        break;
    case RA_GIT_HELD:
        r = count(s, "held", f->text.n ? RA_STATE_PRESENT : RA_STATE_UNKNOWN,
                  "files that git is told not to compare, and that differ from what it knows", f, false);
        r->settled_by = f->text.n ? NULL : "git update-index --really-refresh";
        break;
    case RA_GIT_STASH:
        count(s, "stash", RA_STATE_PRESENT, "stashed work", f, true);
        s->cost.stashes = f->number;
        break;
    case RA_GIT_IGNORED:
        s->ignored = f->number;
        break;
    case RA_GIT_IGNORED_FILES:
        s->ignored_files = f->number;
        ra_span_u64(f->name, 10, &s->ignored_bytes);
        s->more_ignored = f->text.n > 0;
        break;
    case RA_GIT_NOTABLE:
        notable(s, f, name);
        break;
    case RA_GIT_SHALLOW:
        s->shallow = true;
        break;
    case RA_GIT_ELSEWHERE:
        blind(s, "core.worktree", ra_strfmt(a, "core.worktree names %s, which was not looked at", name));
        break;
    case RA_GIT_LATE:
        s->late = true;
        blind(s, name, ra_strfmt(a, "its %s: the look at them took too long", name));
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
    struct ra_reach *r = ra_git_lost(c, s->repo, "ignored", RA_STATE_PRESENT, "files that git is told to ignore", false);
    ra_reach_number(c->inv, r, "count", (int64_t)s->ignored);
    ra_reach_number(c->inv, r, "files", (int64_t)s->ignored_files);
    ra_reach_number(c->inv, r, "bytes", (int64_t)s->ignored_bytes);
    if (s->more_ignored)
        ra_reach_flag(c->inv, r, "at_least", true);
    if (!s->ignored_notable) {
        harmless(r);
        return;
    }
    ra_reach_text(c->inv, r, "notable", s->ignored_notable);
    s->losses++;
    if (!s->worst && (r->traits & RA_TRAIT_UNSAVED))
        s->worst = r;
}

static void describe(struct story *s)
{
    struct ra_inventory *inv = s->c->inv;
    const char *cost = ra_git_cost_words(s->c->arena, &s->cost);
    if (cost)
        ra_reach_text(inv, s->about, "cost", cost);
    if (cost && s->worst)
        ra_reach_text(inv, s->worst, "cost", cost);
    ra_reach_number(inv, s->about, "remotes", (int64_t)s->remotes);
    if (!s->unseen && !s->repo->bare)
        ra_reach_flag(inv, s->about, "clean", s->cost.modified == 0 && s->cost.untracked == 0);
    if (s->shallow)
        ra_reach_flag(inv, s->about, "shallow", true);
}

void ra_git_story(struct ra_collect *c, const struct ra_git_repo *repo, struct ra_reach *about, size_t *stuck)
{
    const char *xdg = ra_host_getenv(c->host, "XDG_CONFIG_HOME");
    struct ra_git_question q = {.worktree = repo->path, .home = c->home, .dev = repo->dev, .ino = repo->ino,
                                .tree_only = repo->shared};
    if (c->home)
        q.config_home = ra_path_join(c->arena, xdg && xdg[0] == '/' ? xdg : ra_path_join(c->arena, c->home, ".config"),
                                     "git");
    struct ra_buf out RA_CLEANUP(ra_buf_free) = {0};
    struct ra_reply r = ra_host_child(c->host, ra_git_probe_run, &q, &out);
    c->cover->looked++;
    struct story s = {.c = c, .repo = repo, .about = about};
    struct ra_span rest = ra_buf_view(&out);
    struct ra_git_fact f;
    while (ra_git_fact_next(&rest, &f))
        one_fact(&s, &f);
    ignored(&s);
    if (r.err || !s.done || rest.n) {
        ++*stuck;
        ra_git_unseen(c, repo, NULL, "the look at the repository ended early", r);
        return;
    }
    if (s.remotes == 0 && s.losses > 0 && !repo->shared)
        ra_git_lost(c, repo, "no-remote", RA_STATE_PRESENT, "a repository without any remote: it exists only here", true);
    *stuck += s.late;
    describe(&s);
}

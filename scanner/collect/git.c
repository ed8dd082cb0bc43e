// What would be lost if the working tree, and the repositories in reach beside it, were wiped? Untracked and changed
// files, stashes, branches that no remote has, by the remote-tracking refs of the last fetch. Each repository is read
// by a probe of its own (git_probe.c); which ones there are git_find.c says; hooks and config are places of their own
// (git_config.c). It asks no remote.
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "collect/collect.h"
#include "collect/git_internal.h"

int ra_collect_git(struct ra_collect *c, struct ra_error *err);

// A tree with files and without git: nothing brings any of them back.
static void plain_tree(struct ra_collect *c, const struct ra_git_repo *own)
{
    struct ra_names names = {0};
    struct ra_reply r = ra_host_list(c->host, c->arena, own->path, 0, &names);
    enum ra_state state = ra_looked(c, r, RA_ON_PATH);
    if (state == RA_STATE_PRESENT && names.n > 0)
        ra_reach_number(c->inv, ra_git_lost(c, own, "not-a-repository", RA_STATE_PRESENT,
                                            "files that no repository holds", false), "entries", (int64_t)names.n);
    else if (state == RA_STATE_DENIED || state == RA_STATE_UNKNOWN)
        ra_git_unseen(c, own, NULL, "the working tree cannot be listed", r);
}

// Large files that stand in git as pointers: their content lies in another store, which a push may have left out.
static void large_files(struct ra_collect *c, const struct ra_git_repo *repo, struct ra_reach *about)
{
    struct ra_names names = {0};
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0}, hook RA_CLEANUP(ra_buf_free) = {0};
    const char *store = ra_path_join(c->arena, repo->at.common, "lfs/objects");
    struct ra_reply r = ra_host_list(c->host, c->arena, store, 0, &names);
    enum ra_state state = ra_looked(c, r, RA_ON_PATH);
    bool stored = state == RA_STATE_PRESENT && names.n > 0;
    if (state == RA_STATE_UNKNOWN)
        ra_git_unseen(c, repo, "lfs", "whether large files are stored only here", r);
    ra_collect_read(c, ra_path_join(c->arena, repo->path, ".gitattributes"), &text);
    bool named = ra_span_find(ra_buf_view(&text), RA_SPAN("filter=lfs")) >= 0;
    if (stored || named)
        ra_reach_flag(c->inv, about, "lfs", true);
    if (!stored || repo->shared)
        return;
    // Its own hook sends them before the commits that name them; without it nothing here tells where they are.
    ra_collect_read(c, ra_path_join(c->arena, repo->at.common, "hooks/pre-push"), &hook);
    if (ra_span_find(ra_buf_view(&hook), RA_SPAN("git lfs")) >= 0 ||
        ra_span_find(ra_buf_view(&hook), RA_SPAN("git-lfs")) >= 0)
        return;
    struct ra_reach *lost = ra_git_lost(c, repo, "lfs", RA_STATE_UNKNOWN, "large files that may be stored only here",
                                        true);
    lost->settled_by = "git lfs push --all --dry-run REMOTE";
}

static void describe(struct ra_collect *c, const struct ra_git_repo *repo, struct ra_reach *about)
{
    ra_reach_text(c->inv, about, "git_dir", repo->at.git_dir);
    if (repo->at.says)
        ra_reach_text(c->inv, about, "dot_git", repo->at.says);
    ra_reach_flag(c->inv, about, "git_dir_writable", repo->git_write != RA_STATE_DENIED);
    if (repo->bare)
        ra_reach_flag(c->inv, about, "bare", true);
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    if (ra_collect_read(c, ra_path_join(c->arena, repo->at.common, "objects/info/alternates"), &text).err == 0)
        ra_reach_flag(c->inv, about, "alternates", true);
}

static void look(struct ra_collect *c, const struct ra_git_repo *repo, size_t *stuck)
{
    struct ra_reach *about = ra_git_reach(c, repo);
    describe(c, repo, about);
    ra_git_config_collect(c, repo, about);
    if (!repo->own && !repo->inside) { // the working tree's own mount says it for what lies in it
        bool read = repo->read == RA_STATE_PRESENT || repo->read == RA_STATE_UNKNOWN;
        bool write = repo->tree_write != RA_STATE_DENIED || (repo->bare && repo->git_write != RA_STATE_DENIED);
        about->access |= (read ? RA_READ : 0u) | (write ? RA_WRITE : 0u);
        about->traits |= (read ? RA_TRAIT_PRIVATE_SOURCE : 0u) | (write ? RA_TRAIT_WORK : 0u);
        if (write)
            about->least = about->ceiling = RA_RADIUS_WORKTREE;
    }
    if (!repo->own && repo->tree_write == RA_STATE_DENIED && repo->git_write == RA_STATE_DENIED)
        return; // nothing of it can be lost
    large_files(c, repo, about);
    if (!c->host->live)
        ra_git_unseen(c, repo, NULL, "a repository is looked at on live targets only", (struct ra_reply){0});
    else if (*stuck > RA_GIT_MAX_STUCK)
        ra_git_unseen(c, repo, NULL, "not looked at, since other repositories took too long",
                      (struct ra_reply){0, "probe", true});
    else if (ra_git_place_sound(c, repo))
        ra_git_story(c, repo, about, stuck);
}

// One whose branches were told already: another checkout of it came before.
static bool shared(const struct ra_git_repo *own, const struct ra_git_list *list, size_t at)
{
    const char *common = list->items[at].at.common;
    if (own->at.common && strcmp(own->at.common, common) == 0)
        return true;
    for (size_t i = 0; i < at; i++)
        if (list->items[i].at.common && strcmp(list->items[i].at.common, common) == 0)
            return true;
    return false;
}

static void others(struct ra_collect *c, const struct ra_git_repo *own, size_t *stuck)
{
    struct ra_git_list list = {0};
    ra_git_find(c, own, &list);
    for (size_t i = 0; i < list.n; i++) {
        struct ra_git_repo *repo = &list.items[i];
        if (ra_git_place_find(c, repo) != RA_STATE_PRESENT)
            continue;
        const char *modules = own->at.common ? ra_path_join(c->arena, own->at.common, "modules") : NULL;
        if (modules && ra_path_inside(repo->at.git_dir, modules))
            repo->role = "submodule";
        repo->read = ra_looked(c, ra_host_access(c->host, repo->path, R_OK), RA_ON_PATH);
        repo->shared = shared(own, &list, i);
        look(c, repo, stuck);
    }
}

int ra_collect_git(struct ra_collect *c, struct ra_error *err)
{
    (void)err;
    struct ra_stat tree;
    size_t stuck = 0;
    if (!c->worktree)
        return 0;
    struct ra_git_repo own = {.path = c->worktree, .role = "repository", .own = true};
    struct ra_reply r = ra_host_stat(c->host, c->worktree, &tree);
    enum ra_state state = ra_looked(c, r, RA_ON_PATH);
    if (state == RA_STATE_ABSENT)
        return 0;
    if (state != RA_STATE_PRESENT || tree.type != 'd') {
        ra_unseen(c, NULL, "the working tree cannot be looked at", r, c->worktree);
        return 0;
    }
    own.dev = tree.dev, own.ino = tree.ino;
    own.tree_write = ra_git_place_write(c, c->worktree);
    state = ra_git_place_find(c, &own);
    if (state == RA_STATE_ABSENT)
        plain_tree(c, &own);
    else if (state == RA_STATE_PRESENT)
        look(c, &own, &stuck);
    others(c, &own, &stuck);
    return 0;
}

// A short-lived child, the only place where libgit2 runs, looks at one repository and says what is only there:
// the working tree here, the branches in git_probe_history.c. It opens no transport, runs no hook, filter driver or fsmonitor (libgit2 knows the built-in crlf and
// ident filters only), writes no index, and counts instead of collecting.
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/limits.h"
#include "collect/git_probe_internal.h"

void ra_git_probe_failed(struct ra_git_probe *p, const char *part)
{
    const git_error *e = git_error_last();
    ra_git_fact_put(p->out, RA_GIT_ERROR, 0, part, e && e->message ? e->message : "no reason given");
}

// Everything the library would otherwise take from its surroundings. Returns false where it refuses an option.
static bool set_up(const struct ra_git_question *q)
{
    const char *extensions[] = {"worktreeconfig", "partialclone"};
    const char *home = q->home ? q->home : "", *xdg = q->config_home ? q->config_home : "";
    return git_libgit2_init() > 0 &&
           git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_SYSTEM, q->home ? "/etc" : "") == 0 &&
           git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_GLOBAL, home) == 0 &&
           git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_XDG, xdg) == 0 &&
           git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_PROGRAMDATA, "") == 0 &&
           git_libgit2_opts(GIT_OPT_SET_TEMPLATE_PATH, "") == 0 &&
           git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0) == 0 &&
           git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions, RA_COUNT(extensions)) == 0 &&
           git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, (ssize_t)RA_GIT_CACHE_BYTES) == 0 &&
           git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, (size_t)RA_GIT_WINDOW_BYTES) == 0 &&
           git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, (size_t)RA_GIT_MAPPED_BYTES) == 0 &&
           git_libgit2_opts(GIT_OPT_SET_MWINDOW_FILE_LIMIT, (size_t)RA_GIT_OPEN_PACKS) == 0;
}

// ---- the tree -------------------------------------------------------------------------------------

struct counts {
    struct ra_git_probe *p;
    uint64_t untracked, bytes, modified, ignored, entries, notable;
    bool capped;
};

// What people keep out of git because it matters, not because it can be built again.
static bool notable(const char *path)
{
    static const char *const names[] = {".env", ".env.local", ".envrc", ".npmrc", ".pypirc", ".netrc", "id_rsa",
                                        "id_ed25519", "credentials.json", "secrets.yml", "secrets.yaml",
                                        "terraform.tfstate", "terraform.tfvars", "local.properties"};
    static const char *const ends[] = {".pem", ".key", ".p12", ".pfx", ".jks", ".keystore", ".kdbx", ".sqlite",
                                       ".sqlite3", ".db", ".ipynb", ".tfstate", ".tfvars"};
    const char *slash = strrchr(path, '/');
    struct ra_span base = ra_span_of(slash && slash[1] ? slash + 1 : path);
    if (ra_span_starts(base, ".env.") && !ra_span_ends(base, ".example") && !ra_span_ends(base, ".sample"))
        return true;
    for (size_t i = 0; i < RA_COUNT(names); i++)
        if (ra_span_is(base, names[i]))
            return true;
    for (size_t i = 0; i < RA_COUNT(ends); i++)
        if (ra_span_ends(base, ends[i]))
            return true;
    return false;
}

// Called for each difference; counts it and answers 1, so that the library keeps none of them.
static int count_one(const git_diff *so_far, const git_diff_delta *d, const char *pathspec, void *payload)
{
    (void)so_far, (void)pathspec;
    struct counts *n = payload;
    if (++n->entries > RA_GIT_MAX_STATUS) {
        n->capped = true;
        return -1;
    }
    if (d->status == GIT_DELTA_UNTRACKED) {
        n->untracked++;
        n->bytes += d->new_file.size;
    } else if (d->status == GIT_DELTA_IGNORED) {
        n->ignored++;
        if (notable(d->new_file.path) && n->notable++ < RA_GIT_MAX_NOTABLE)
            ra_git_fact_put(n->p->out, RA_GIT_NOTABLE, 0, d->new_file.path, NULL);
    } else if (d->status != GIT_DELTA_UNMODIFIED) {
        n->modified++;
    }
    return 1;
}

static git_tree *head_tree(struct ra_git_probe *p)
{
    git_object *tree = NULL;
    int r = git_revparse_single(&tree, p->repo, "HEAD^{tree}");
    if (r && git_repository_head_unborn(p->repo) != 1)
        ra_git_probe_failed(p, "HEAD");
    return (git_tree *)tree;
}

// Only those that are checked out here can lose anything.
static void count_submodules(struct ra_git_probe *p, git_index *index)
{
    struct ra_buf path RA_CLEANUP(ra_buf_free) = {0};
    size_t n = 0;
    for (size_t i = 0; i < git_index_entrycount(index); i++) {
        const git_index_entry *e = git_index_get_byindex(index, i);
        if (e->mode != GIT_FILEMODE_COMMIT)
            continue;
        struct stat st;
        ra_buf_clear(&path);
        ra_buf_printf(&path, "%s/%s/.git", p->q->worktree, e->path);
        n += lstat(path.p, &st) == 0;
    }
    if (n)
        ra_git_fact_put(p->out, RA_GIT_SUBMODULES, n, NULL, NULL);
}

static void tree_state(struct ra_git_probe *p)
{
    struct counts n = {.p = p};
    git_diff_options o;
    if (git_diff_options_init(&o, GIT_DIFF_OPTIONS_VERSION)) {
        ra_git_probe_failed(p, "working tree");
        return;
    }
    o.notify_cb = count_one;
    o.payload = &n;
    o.flags = GIT_DIFF_INCLUDE_UNTRACKED | GIT_DIFF_RECURSE_UNTRACKED_DIRS | GIT_DIFF_INCLUDE_IGNORED |
              GIT_DIFF_INCLUDE_TYPECHANGE | GIT_DIFF_INCLUDE_UNREADABLE | GIT_DIFF_IGNORE_SUBMODULES |
              GIT_DIFF_DISABLE_PATHSPEC_MATCH | GIT_DIFF_SKIP_BINARY_CHECK;
    o.ignore_submodules = GIT_SUBMODULE_IGNORE_ALL;
    git_index *index = NULL;
    git_diff *diff = NULL;
    if (git_repository_index(&index, p->repo) == 0) {
        count_submodules(p, index);
        if (git_diff_index_to_workdir(&diff, p->repo, index, &o) && !n.capped)
            ra_git_probe_failed(p, "working tree");
        git_diff_free(diff), diff = NULL;
        git_tree *head = head_tree(p);
        if (!n.capped && git_diff_tree_to_index(&diff, p->repo, head, index, &o) && !n.capped)
            ra_git_probe_failed(p, "index");
        git_diff_free(diff);
        git_tree_free(head);
    } else {
        ra_git_probe_failed(p, "index");
    }
    git_index_free(index);
    char bytes[32];
    snprintf(bytes, sizeof bytes, "%llu", (unsigned long long)n.bytes);
    if (n.untracked)
        ra_git_fact_put(p->out, RA_GIT_UNTRACKED, n.untracked, bytes, NULL);
    if (n.modified)
        ra_git_fact_put(p->out, RA_GIT_MODIFIED, n.modified, NULL, NULL);
    if (n.ignored)
        ra_git_fact_put(p->out, RA_GIT_IGNORED, n.ignored, NULL, NULL);
    if (n.capped)
        ra_git_fact_put(p->out, RA_GIT_CAPPED, RA_GIT_MAX_STATUS, "status", NULL);
}

static int count_stash(size_t index, const char *message, const git_oid *id, void *payload)
{
    (void)index, (void)message, (void)id;
    ++*(uint64_t *)payload;
    return 0;
}

// A hostile core.worktree would send the walk through somebody's home: what is looked at is always our tree.
static bool settle_worktree(struct ra_git_probe *p)
{
    const char *says = git_repository_workdir(p->repo);
    struct stat st;
    if (says && stat(says, &st) == 0 && st.st_dev == p->q->dev && st.st_ino == p->q->ino)
        return true;
    if (says)
        ra_git_fact_put(p->out, RA_GIT_ELSEWHERE, 0, says, NULL);
    return says && git_repository_set_workdir(p->repo, p->q->worktree, 0) == 0;
}

void ra_git_probe_run(void *question, struct ra_buf *out)
{
    struct ra_git_probe p = {.q = question, .out = out};
    if (!set_up(p.q)) {
        ra_git_probe_failed(&p, "library");
    } else if (git_repository_open_ext(&p.repo, p.q->worktree, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL)) {
        ra_git_probe_failed(&p, "repository");
    } else {
        if (git_repository_is_shallow(p.repo) == 1)
            ra_git_fact_put(out, RA_GIT_SHALLOW, 0, NULL, NULL);
        ra_git_probe_history(&p);
        if (settle_worktree(&p))
            tree_state(&p);
        else if (!git_repository_is_bare(p.repo))
            ra_git_probe_failed(&p, "working tree");
        uint64_t stashes = 0;
        int r = git_stash_foreach(p.repo, count_stash, &stashes);
        if (r && r != GIT_ENOTFOUND && r != GIT_EBAREREPO)
            ra_git_probe_failed(&p, "stash");
        if (stashes)
            ra_git_fact_put(out, RA_GIT_STASH, stashes, NULL, NULL);
    }
    git_repository_free(p.repo);
    git_libgit2_shutdown();
    ra_git_fact_put(out, RA_GIT_DONE, 0, NULL, NULL);
}

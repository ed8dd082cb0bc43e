// Which local branches have commits that no remote has? "Pushed" means: reachable from a remote-tracking ref of a
// remote that is configured, as of the last fetch. Tags are not judged: nothing here says which of them are pushed.
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "collect/git_probe_internal.h"

struct tips {
    git_oid *remote, *local;
    char **names; // of local tips
    size_t n_remote, n_local, seen;
    bool has_remote;
    struct ra_arena arena;
    size_t cap_remote, cap_local, cap_names;
};

static bool has(const git_oid *list, size_t n, const git_oid *id)
{
    for (size_t i = 0; i < n; i++)
        if (git_oid_equal(list + i, id))
            return true;
    return false;
}

static void add_tip(struct tips *t, const git_oid *id, const char *branch)
{
    if (!branch) {
        // Many refs share few tips near each other; a full set would cost more than a repeated hide.
        if (t->n_remote && git_oid_equal(&t->remote[t->n_remote - 1], id))
            return;
        t->remote = ra_grow(&t->arena, t->remote, t->n_remote, &t->cap_remote, sizeof *t->remote);
        t->remote[t->n_remote++] = *id;
        return;
    }
    t->local = ra_grow(&t->arena, t->local, t->n_local, &t->cap_local, sizeof *t->local);
    t->names = ra_grow(&t->arena, t->names, t->n_local, &t->cap_names, sizeof *t->names);
    t->names[t->n_local] = ra_strdup(&t->arena, branch);
    t->local[t->n_local++] = *id;
}

static void one_ref(struct ra_git_probe *p, struct tips *t, git_reference *ref)
{
    const char *name = git_reference_name(ref);
    bool remote = git_reference_is_remote(ref), local = git_reference_is_branch(ref);
    git_object *commit = NULL;
    if ((remote && t->has_remote) || local) {
        if (git_reference_peel(&commit, ref, GIT_OBJECT_COMMIT) == 0)
            add_tip(t, git_object_id(commit), remote ? NULL : name + strlen("refs/heads/"));
        else if (local) // its commit is not here: nothing can be said about what hangs on it
            ra_git_fact_put(p->out, RA_GIT_UNSURE, 0, name + strlen("refs/heads/"), NULL);
    }
    git_object_free(commit);
}

static void read_refs(struct ra_git_probe *p, struct tips *t)
{
    git_reference_iterator *it = NULL;
    git_reference *ref = NULL;
    if (git_reference_iterator_new(&it, p->repo)) {
        ra_git_probe_failed(p, "refs");
        return;
    }
    int r;
    while ((r = git_reference_next(&ref, it)) == 0) {
        if (++t->seen > RA_GIT_MAX_REFS) {
            ra_git_fact_put(p->out, RA_GIT_CAPPED, RA_GIT_MAX_REFS, "refs", NULL);
            git_reference_free(ref);
            break;
        }
        one_ref(p, t, ref);
        git_reference_free(ref);
    }
    if (r && r != GIT_ITEROVER)
        ra_git_probe_failed(p, "refs");
    git_reference_iterator_free(it);
    git_oid head; // a commit made on no branch at all
    if (git_repository_head_detached(p->repo) == 1 && git_reference_name_to_id(&head, p->repo, "HEAD") == 0 &&
        !has(t->local, t->n_local, &head))
        add_tip(t, &head, "HEAD");
}

// Commits reachable from local tips [from, from+n) and from no remote-tracking ref; -1 where history ends early.
static int64_t walk(struct ra_git_probe *p, const struct tips *t, size_t from, size_t n, uint64_t *budget)
{
    git_revwalk *w = NULL;
    int64_t count = -1;
    int r = git_revwalk_new(&w, p->repo);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = git_revwalk_push(w, &t->local[from + i]);
    for (size_t i = 0; r == 0 && i < t->n_remote; i++)
        r = git_revwalk_hide(w, &t->remote[i]);
    git_oid id;
    if (r == 0)
        count = 0;
    while (r == 0 && *budget > 0 && (r = git_revwalk_next(&id, w)) == 0) {
        count++;
        --*budget;
    }
    if (r && r != GIT_ITEROVER)
        count = -1;
    git_revwalk_free(w);
    return count;
}

void ra_git_probe_history(struct ra_git_probe *p)
{
    struct tips t = {0};
    git_strarray remotes = {0};
    if (git_remote_list(&remotes, p->repo))
        ra_git_probe_failed(p, "remotes");
    for (size_t i = 0; i < remotes.count; i++)
        ra_git_fact_put(p->out, RA_GIT_REMOTE, 0, remotes.strings[i], NULL);
    t.has_remote = remotes.count > 0;
    git_strarray_dispose(&remotes);
    read_refs(p, &t);
    uint64_t budget = RA_GIT_MAX_COMMITS;
    if (t.n_local && walk(p, &t, 0, t.n_local, &budget) != 0) { // one walk clears a pushed repository
        budget = RA_GIT_MAX_COMMITS;
        for (size_t i = 0; i < t.n_local; i++) {
            int64_t n = has(t.remote, t.n_remote, &t.local[i]) ? 0 : walk(p, &t, i, 1, &budget);
            if (n)
                ra_git_fact_put(p->out, n < 0 ? RA_GIT_UNSURE : RA_GIT_UNPUSHED, n < 0 ? 0 : (uint64_t)n, t.names[i],
                                NULL);
            else if (budget == 0) // not walked at all
                ra_git_fact_put(p->out, RA_GIT_UNSURE, 0, t.names[i], NULL);
        }
        if (budget == 0)
            ra_git_fact_put(p->out, RA_GIT_CAPPED, RA_GIT_MAX_COMMITS, "commits", NULL);
    }
    ra_arena_free(&t.arena);
}

// Which commits would be lost with this repository? "Pushed" means: reachable from a remote-tracking ref of a remote
// that is configured, as of the last fetch. Nothing here says which tags are pushed, so that commits which only tags
// lead to are told as such; those which only a reflog leads to were given up once.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/limits.h"
#include "collect/git_probe_internal.h"

struct tip {
    git_oid id;
    const char *name;
};
struct refs {
    struct ra_arena arena;
    struct ra_git_ids remote, local, all, logged;
    struct tip *tips, *tags;
    size_t n_tips, cap_tips, n_tags, cap_tags, seen, n_logged;
    bool has_remote, shallow;
};

static void add_tip(struct refs *t, struct tip **list, size_t *n, size_t *cap, const git_oid *id, const char *name)
{
    *list = ra_grow(&t->arena, *list, *n, cap, sizeof **list);
    (*list)[(*n)++] = (struct tip){*id, ra_strdup(&t->arena, name)};
}

static void one_ref(struct ra_git_probe *p, struct refs *t, git_reference *ref)
{
    const char *name = git_reference_name(ref);
    bool remote = git_reference_is_remote(ref), local = git_reference_is_branch(ref), tag = git_reference_is_tag(ref);
    git_object *commit = NULL;
    const git_oid *id = git_reference_target(ref);
    if (!local || !id) { // a branch holds a commit itself; the walk finds out whether it is here
        id = NULL;
        if (git_reference_peel(&commit, ref, GIT_OBJECT_COMMIT) == 0)
            id = git_object_id(commit);
    }
    if (id)
        ra_git_ids_add(&t->arena, &t->all, id);
    if (local && id) {
        ra_git_ids_add(&t->arena, &t->local, id);
        add_tip(t, &t->tips, &t->n_tips, &t->cap_tips, id, name + strlen("refs/heads/"));
    } else if (local) { // it leads nowhere: nothing can be said about what hung on it
        ra_git_fact_put(p->out, RA_GIT_UNSURE, 0, name + strlen("refs/heads/"), NULL);
    } else if (remote && id && t->has_remote) {
        ra_git_ids_add(&t->arena, &t->remote, id);
    } else if (tag && id) {
        add_tip(t, &t->tags, &t->n_tags, &t->cap_tags, id, name + strlen("refs/tags/"));
    }
    git_object_free(commit);
}

static void read_refs(struct ra_git_probe *p, struct refs *t)
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
    if (r && r != GIT_ITEROVER && t->seen <= RA_GIT_MAX_REFS)
        ra_git_probe_failed(p, "refs");
    git_reference_iterator_free(it);
}

// A commit made on no branch at all.
static void read_head(struct ra_git_probe *p, struct refs *t)
{
    git_oid head;
    if (p->q->tree_only) { // its branches are told with another checkout, and keep what they lead to
        for (size_t i = 0; i < t->local.n; i++)
            ra_git_ids_add(&t->arena, &t->remote, &t->local.items[i]);
        t->local.n = t->n_tips = 0;
    }
    if (git_repository_head_detached(p->repo) != 1 || git_reference_name_to_id(&head, p->repo, "HEAD"))
        return;
    ra_git_ids_add(&t->arena, &t->local, &head);
    ra_git_ids_add(&t->arena, &t->all, &head);
    add_tip(t, &t->tips, &t->n_tips, &t->cap_tips, &head, "HEAD");
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct tip *)a)->name, ((const struct tip *)b)->name);
}

static void branches(struct ra_git_probe *p, struct refs *t)
{
    struct ra_git_walk *w = ra_git_walk_run(p, &t->arena, &t->local, &t->remote);
    uint64_t total = ra_git_walk_count(w), n_branches = 0;
    bool sure = ra_git_walk_sure(w) && (!t->shallow || t->remote.n == 0);
    qsort(t->tips, t->n_tips, sizeof *t->tips, by_name);
    for (size_t i = 0; i < t->n_tips; i++) {
        bool more = false;
        if (!ra_git_walk_has(w, &t->tips[i].id)) {
            ra_git_fact_put(p->out, RA_GIT_UNSURE, 0, t->tips[i].name, NULL);
            continue;
        }
        uint64_t n = ra_git_walk_from(w, &t->tips[i].id, &more);
        n_branches += n > 0;
        if (n && n_branches <= RA_GIT_MAX_BRANCHES_TOLD)
            ra_git_fact_put(p->out, sure ? RA_GIT_UNPUSHED : RA_GIT_UNSURE, sure ? n : 0, t->tips[i].name,
                            more ? "more" : NULL);
    }
    char text[32];
    snprintf(text, sizeof text, "%llu", (unsigned long long)n_branches);
    if (n_branches && sure)
        ra_git_fact_put(p->out, RA_GIT_TOTAL, total, text, ra_git_walk_more(w) ? "more" : NULL);
    else if (n_branches > RA_GIT_MAX_BRANCHES_TOLD)
        ra_git_fact_put(p->out, RA_GIT_CAPPED, RA_GIT_MAX_BRANCHES_TOLD, "branches", NULL);
}

// ---- reflogs --------------------------------------------------------------------------------------

// "OLD NEW IDENTITY<TAB>MESSAGE". Source: gitrepository-layout(5), logs.
static void log_lines(struct refs *t, struct ra_span text)
{
    struct ra_span line;
    while (ra_span_line(&text, &line) && t->n_logged++ < RA_GIT_MAX_LOG_ENTRIES) {
        for (size_t at = 0; at <= GIT_OID_HEXSZ + 1 && line.n > 2 * GIT_OID_HEXSZ + 1; at += GIT_OID_HEXSZ + 1) {
            git_oid id;
            if (git_oid_fromstrn(&id, line.p + at, GIT_OID_HEXSZ) == 0 && !git_oid_is_zero(&id))
                ra_git_ids_add(&t->arena, &t->logged, &id);
        }
    }
}

static void read_log(struct refs *t, const char *dir, const char *name)
{
    struct ra_buf path RA_CLEANUP(ra_buf_free) = {0}, text RA_CLEANUP(ra_buf_free) = {0};
    struct stat st;
    ra_buf_printf(&path, "%slogs/%s", dir, name);
    int fd = open(path.p, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) {
        size_t n = st.st_size > RA_MAX_FILE_BYTES ? RA_MAX_FILE_BYTES : (size_t)st.st_size;
        ssize_t got = pread(fd, ra_buf_room(&text, n), n, st.st_size - (off_t)n); // the newest are at its end
        text.n = got > 0 ? (size_t)got : 0;
        log_lines(t, ra_buf_view(&text));
    }
    close(fd);
}

static void read_logs(struct ra_git_probe *p, struct refs *t)
{
    const char *common = git_repository_commondir(p->repo);
    read_log(t, git_repository_path(p->repo), "HEAD");
    for (size_t i = 0; i < t->n_tips && t->n_logged < RA_GIT_MAX_LOG_ENTRIES; i++)
        read_log(t, common, ra_strfmt(&t->arena, "refs/heads/%s", t->tips[i].name));
}

static void reflogs(struct ra_git_probe *p, struct refs *t)
{
    if (t->logged.n == 0)
        return;
    struct ra_git_walk *w = ra_git_walk_run(p, &t->arena, &t->logged, &t->all);
    uint64_t n = ra_git_walk_count(w);
    if (n)
        ra_git_fact_put(p->out, RA_GIT_REFLOG, n, NULL, ra_git_walk_more(w) || !ra_git_walk_sure(w) ? "more" : NULL);
}

// ---- tags -----------------------------------------------------------------------------------------

static int by_id(const void *a, const void *b)
{
    return git_oid_cmp(a, b);
}

// Fetched tags are no work of this repository. What was made or checked out here stands in its reflogs; where there
// are none, nothing can be told apart.
static bool made_here(const struct refs *t, const git_oid *id)
{
    return !t->has_remote || t->logged.n == 0 ||
           bsearch(id, t->logged.items, t->logged.n, sizeof *t->logged.items, by_id) != NULL;
}

static void tags(struct ra_git_probe *p, struct refs *t)
{
    if (t->n_tags == 0)
        return;
    struct ra_git_ids others = {0}, own = {0};
    if (t->logged.n)
        qsort(t->logged.items, t->logged.n, sizeof *t->logged.items, by_id);
    for (size_t i = 0; i < t->n_tags; i++)
        if (made_here(t, &t->tags[i].id))
            ra_git_ids_add(&t->arena, &own, &t->tags[i].id);
    if (own.n == 0)
        return;
    for (size_t i = 0; i < t->remote.n; i++)
        ra_git_ids_add(&t->arena, &others, &t->remote.items[i]);
    for (size_t i = 0; i < t->local.n; i++)
        ra_git_ids_add(&t->arena, &others, &t->local.items[i]);
    struct ra_git_walk *w = ra_git_walk_run(p, &t->arena, &own, &others);
    uint64_t n = ra_git_walk_count(w);
    const char *one = NULL;
    qsort(t->tags, t->n_tags, sizeof *t->tags, by_name);
    for (size_t i = 0; i < t->n_tags && !one; i++) {
        bool more;
        if (made_here(t, &t->tags[i].id) && ra_git_walk_from(w, &t->tags[i].id, &more))
            one = t->tags[i].name;
    }
    if (n && one)
        ra_git_fact_put(p->out, RA_GIT_TAGGED, n, one, ra_git_walk_more(w) || !ra_git_walk_sure(w) ? "more" : NULL);
}

void ra_git_probe_history(struct ra_git_probe *p)
{
    struct refs t = {.shallow = git_repository_is_shallow(p->repo) == 1};
    git_strarray remotes = {0};
    if (git_remote_list(&remotes, p->repo))
        ra_git_probe_failed(p, "remotes");
    for (size_t i = 0; i < remotes.count; i++)
        ra_git_fact_put(p->out, RA_GIT_REMOTE, 0, remotes.strings[i], NULL);
    t.has_remote = remotes.count > 0;
    git_strarray_dispose(&remotes);
    if (t.shallow)
        ra_git_fact_put(p->out, RA_GIT_SHALLOW, 0, NULL, NULL);
    read_refs(p, &t);
    read_head(p, &t);
    if (t.n_tips)
        branches(p, &t);
    if (!p->q->tree_only) {
        read_logs(p, &t);
        tags(p, &t);
        reflogs(p, &t);
    }
    ra_arena_free(&t.arena);
}

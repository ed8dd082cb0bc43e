// Which repositories are in reach beside the working tree's own? Those in the working tree (submodules and nested
// ones), its repository's other checkouts, and the working tree's siblings. Looks at names and types only; looks
// nowhere else, whatever the mounts would show.
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "collect/git_internal.h"

struct find {
    struct ra_collect *c;
    const struct ra_git_repo *own;
    struct ra_git_list *list;
    bool cut;
};

static void unseen(struct find *f, const char *what, const char *line, struct ra_reply r)
{
    ra_git_unseen(f->c, f->own, what, line, r);
}

static bool exists(struct find *f, const char *dir, const char *name)
{
    struct ra_stat st;
    const char *path = ra_path_join(f->c->arena, dir, name);
    struct ra_reply r = ra_host_lstat(f->c->host, path, &st);
    enum ra_state state = ra_state_of(r, RA_ON_PATH);
    if (state == RA_STATE_UNKNOWN)
        unseen(f, "repositories", ra_strfmt(f->c->arena, "whether there is %s", path), r);
    return state == RA_STATE_PRESENT;
}

// Once each, whatever leads there; the working tree's own is not listed.
static void found(struct find *f, const char *path, const char *role, bool inside)
{
    struct ra_stat st;
    struct ra_reply r = ra_host_stat(f->c->host, path, &st);
    enum ra_state state = ra_looked(f->c, r, RA_ON_PATH);
    if (state == RA_STATE_UNKNOWN)
        unseen(f, "repositories", ra_strfmt(f->c->arena, "what is in %s", path), r);
    if (state != RA_STATE_PRESENT || st.type != 'd' || (st.dev == f->own->dev && st.ino == f->own->ino))
        return;
    for (size_t i = 0; i < f->list->n; i++)
        if (st.dev == f->list->items[i].dev && st.ino == f->list->items[i].ino)
            return;
    if (f->list->n >= RA_GIT_MAX_REPOSITORIES) {
        f->cut = true;
        return;
    }
    struct ra_git_list *l = f->list;
    l->items = ra_grow(f->c->arena, l->items, l->n, &l->cap, sizeof *l->items);
    l->items[l->n++] = (struct ra_git_repo){
        .path = ra_strdup(f->c->arena, path), .role = role, .inside = inside, .dev = st.dev, .ino = st.ino};
}

// ---- other checkouts of the same repository -------------------------------------------------------

// common/worktrees/NAME/gitdir names the .git file of a checkout. Source: gitrepository-layout(5).
static void checkouts(struct find *f)
{
    struct ra_collect *c = f->c;
    const char *common = f->own->at.common, *dir = ra_path_join(c->arena, common, "worktrees");
    struct ra_names names = {0};
    struct ra_reply r = ra_host_list(c->host, c->arena, dir, 0, &names);
    enum ra_state state = ra_looked(c, r, RA_ON_PATH);
    if (state == RA_STATE_UNKNOWN || r.truncated)
        unseen(f, "worktrees", "the other checkouts of the repository cannot be listed", r);
    if (strcmp(ra_path_base(common), ".git") == 0) // of the repository that this checkout is linked to
        found(f, ra_path_dir(c->arena, common), "linked-worktree", false);
    for (size_t i = 0; i < names.n; i++) {
        struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
        const char *at = ra_path_join(c->arena, dir, names.items[i].name);
        r = ra_collect_read(c, ra_path_join(c->arena, at, "gitdir"), &text);
        if (ra_state_of(r, RA_ON_PATH) == RA_STATE_UNKNOWN)
            unseen(f, "worktrees", "where another checkout of the repository is", r);
        if (r.err)
            continue;
        struct ra_span line = ra_span_trim(ra_buf_view(&text));
        if (line.n == 0 || line.n >= PATH_MAX || ra_span_chr(line, 0) >= 0)
            continue;
        const char *path = ra_path_dir(c->arena, ra_path_join(c->arena, at, ra_strndup(c->arena, line)));
        if (exists(f, path, ".git"))
            found(f, path, "linked-worktree", ra_path_inside(path, f->own->path));
    }
}

// ---- in the working tree --------------------------------------------------------------------------

static bool looks_bare(const struct ra_names *names)
{
    unsigned parts = 0;
    for (size_t i = 0; i < names->n; i++) {
        const char *name = names->items[i].name;
        parts |= strcmp(name, "HEAD") == 0      ? 1u
                 : strcmp(name, "objects") == 0 ? 2u
                 : strcmp(name, "refs") == 0    ? 4u
                                                : 0u;
    }
    return parts == 7;
}

struct walk {
    struct find *f;
    char **todo;
    size_t n, cap, visited;
    struct ra_reply hidden;
    size_t n_hidden;
    struct ra_arena dirs;
};

static void one_directory(struct walk *w, const char *dir, bool top)
{
    struct ra_arena scratch RA_CLEANUP(ra_arena_free) = {0};
    struct ra_collect *c = w->f->c;
    struct ra_names names = {0};
    struct ra_reply r = ra_host_list(c->host, &scratch, dir, RA_GIT_MAX_WALK, &names);
    enum ra_state state = ra_looked(c, r, RA_ON_PATH);
    if (state == RA_STATE_UNKNOWN && w->n_hidden++ == 0)
        w->hidden = r;
    w->visited += names.n + (r.truncated ? RA_GIT_MAX_WALK : 0);
    if (!top && looks_bare(&names)) {
        found(w->f, dir, "nested", true);
        return;
    }
    for (size_t i = 0; i < names.n; i++) {
        char type = names.items[i].type;
        const char *name = names.items[i].name;
        if (strcmp(name, ".git") == 0) {
            if (!top)
                found(w->f, dir, "nested", true);
            continue;
        }
        struct ra_stat st;
        if (type == '?') {
            struct ra_reply told = ra_host_lstat(c->host, ra_path_join(&scratch, dir, name), &st);
            type = told.err ? '?' : st.type;
            if (ra_state_of(told, RA_ON_PATH) == RA_STATE_UNKNOWN && w->n_hidden++ == 0)
                w->hidden = told;
        }
        if (type != 'd')
            continue;
        w->todo = ra_grow(&w->dirs, w->todo, w->n, &w->cap, sizeof *w->todo);
        w->todo[w->n++] = ra_strfmt(&w->dirs, "%s/%s", dir[1] ? dir : "", name);
    }
}

static void nested(struct find *f)
{
    struct walk w = {.f = f};
    one_directory(&w, f->own->path, true);
    while (w.n > 0 && w.visited <= RA_GIT_MAX_WALK)
        one_directory(&w, w.todo[--w.n], false);
    if (w.n > 0 || w.visited > RA_GIT_MAX_WALK)
        unseen(f, "nested",
               ra_strfmt(f->c->arena, "repositories in the working tree beyond the first %d entries", RA_GIT_MAX_WALK),
               (struct ra_reply){0, "readdir", true});
    if (w.n_hidden)
        unseen(f, "nested", ra_strfmt(f->c->arena, "%zu directories of the working tree could not be listed", w.n_hidden),
               w.hidden);
    ra_arena_free(&w.dirs);
}

// ---- beside it ------------------------------------------------------------------------------------

static void siblings(struct find *f)
{
    struct ra_collect *c = f->c;
    struct ra_names names = {0};
    const char *parent = ra_path_dir(c->arena, f->own->path);
    if (strcmp(parent, f->own->path) == 0)
        return;
    struct ra_reply r = ra_host_list(c->host, c->arena, parent, 0, &names);
    enum ra_state state = ra_looked(c, r, RA_ON_PATH);
    if (state == RA_STATE_UNKNOWN || r.truncated)
        unseen(f, "siblings", "not all directories beside the working tree were looked at", r);
    for (size_t i = 0; i < names.n; i++) {
        const char *path = ra_path_join(c->arena, parent, names.items[i].name);
        if (strchr("dl?", names.items[i].type) && exists(f, path, ".git"))
            found(f, path, "sibling", false);
    }
}

void ra_git_find(struct ra_collect *c, const struct ra_git_repo *own, struct ra_git_list *ret)
{
    struct find f = {.c = c, .own = own, .list = ret};
    if (own->at.common)
        checkouts(&f);
    if (!own->bare)
        nested(&f);
    siblings(&f);
    if (f.cut)
        unseen(&f, "repositories",
               ra_strfmt(c->arena, "repositories in reach beyond the first %d", RA_GIT_MAX_REPOSITORIES),
               (struct ra_reply){0, "readdir", true});
}

// Where is a repository, may what is in it be destroyed, and is it safe to open? Follows the pointers that git
// follows (.git files, commondir, alternates, included config) by reading them, so that a circle, a FIFO or a
// device among them is met here and not in the library.
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "collect/git_internal.h"
#include "parse/ini.h"

void ra_git_unseen(struct ra_collect *c, const struct ra_git_repo *repo, const char *what, const char *line,
                   struct ra_reply r)
{
    if (repo->own) {
        ra_unseen(c, what, line, r, repo->path);
        return;
    }
    const char *at = ra_path_tilde(c->arena, repo->path, c->home);
    ra_unseen(c, what ? ra_strfmt(c->arena, "%s#%s", at, what) : at, ra_strfmt(c->arena, "%s: %s", at, line), r,
              repo->path);
}

// ---- where it is ----------------------------------------------------------------------------------

static bool bare(struct ra_collect *c, const char *dir)
{
    static const char *const parts[] = {"HEAD", "objects", "refs"};
    struct ra_stat st;
    for (size_t i = 0; i < RA_COUNT(parts); i++)
        if (ra_looked(c, ra_host_stat(c->host, ra_path_join(c->arena, dir, parts[i]), &st), RA_ON_PATH) !=
            RA_STATE_PRESENT)
            return false;
    return true;
}

// The path in a ".git" or "commondir" file, relative to `dir`. Source: gitrepository-layout(5).
static const char *pointer(struct ra_collect *c, const struct ra_git_repo *repo, const char *file, const char *prefix,
                           const char *dir)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    struct ra_reply r = ra_collect_read(c, file, &text);
    if (ra_state_of(r, RA_ON_PATH) == RA_STATE_UNKNOWN)
        ra_git_unseen(c, repo, "place", "the file that says where the repository is cannot be read", r);
    if (r.err)
        return NULL;
    struct ra_span s = ra_buf_view(&text), line;
    if (!ra_span_starts(s, prefix) || !ra_span_line(&s, &line))
        return NULL;
    line = ra_span_trim(ra_span_cut(line, strlen(prefix), line.n));
    if (line.n == 0 || line.n >= PATH_MAX || ra_span_chr(line, 0) >= 0)
        return NULL;
    return ra_path_join(c->arena, dir, ra_strndup(c->arena, line));
}

enum ra_state ra_git_place_find(struct ra_collect *c, struct ra_git_repo *repo)
{
    struct ra_stat st;
    const char *dot_git = ra_path_join(c->arena, repo->path, ".git");
    struct ra_reply r = ra_host_lstat(c->host, dot_git, &st);
    enum ra_state state = ra_looked(c, r, RA_ON_PATH);
    if (state == RA_STATE_ABSENT && bare(c, repo->path)) {
        dot_git = repo->path;
        repo->bare = true;
        st.type = 'd';
        state = RA_STATE_PRESENT;
    }
    if (state == RA_STATE_DENIED || state == RA_STATE_UNKNOWN)
        ra_git_unseen(c, repo, NULL, "the repository cannot be looked at", r);
    if (state != RA_STATE_PRESENT)
        return state;
    repo->at = (struct ra_git_place){.git_dir = dot_git};
    if (st.type == 'f') {
        const char *to = pointer(c, repo, dot_git, "gitdir:", repo->path);
        repo->at.git_dir = to ? to : dot_git;
        repo->at.says = "a file that names another directory";
    } else if (st.type == 'l') {
        repo->at.says = "a symbolic link";
    }
    const char *common = pointer(c, repo, ra_path_join(c->arena, repo->at.git_dir, "commondir"), "", repo->at.git_dir);
    repo->at.common = common ? common : repo->at.git_dir;
    repo->tree_write = repo->bare ? RA_STATE_DENIED : ra_git_place_write(c, repo->path);
    repo->git_write = ra_git_place_write(c, repo->at.common);
    return state;
}

enum ra_state ra_git_place_write(struct ra_collect *c, const char *path)
{
    struct ra_stat st;
    enum ra_state state = ra_looked(c, ra_host_access(c->host, path, W_OK), RA_ON_PATH);
    if (state == RA_STATE_ABSENT)
        return RA_STATE_DENIED;
    if (state != RA_STATE_DENIED || ra_host_stat(c->host, path, &st).err || st.uid != c->host->self->euid)
        return state;
    struct ra_fs fs; // an owner can give himself the right
    return ra_host_statfs(c->host, path, &fs).err == 0 && fs.read_only ? RA_STATE_DENIED : RA_STATE_PRESENT;
}

// ---- is it safe to open ---------------------------------------------------------------------------

static bool regular(struct ra_collect *c, const struct ra_git_repo *repo, const char *dir, const char *name, bool needed)
{
    struct ra_stat st;
    const char *path = ra_path_join(c->arena, dir, name);
    struct ra_reply r = ra_host_stat(c->host, path, &st);
    enum ra_state state = ra_looked(c, r, RA_ON_PATH);
    if (state == RA_STATE_PRESENT && st.type == 'f')
        return true;
    if (state == RA_STATE_ABSENT && (!needed || ra_host_lstat(c->host, path, &st).err == 0)) // HEAD may be a link
        return true;
    const char *why = state == RA_STATE_PRESENT  ? "is no regular file"
                      : state == RA_STATE_ABSENT ? "is missing"
                                                 : "cannot be looked at";
    ra_git_unseen(c, repo, name, ra_strfmt(c->arena, "%s %s, so that the repository was not opened", name, why), r);
    return false;
}

// Files that name others, breadth first; a circle shows as more than RA_GIT_MAX_CHAIN.
struct chain {
    struct ra_collect *c;
    const char **paths;
    size_t n, cap;
    bool bad; // one of them is no regular file
};

static void chain_add(struct chain *k, const char *path)
{
    k->paths = ra_grow(k->c->arena, k->paths, k->n, &k->cap, sizeof *k->paths);
    k->paths[k->n++] = path;
}

// Reads the next file of the chain; false where nothing is to be read there.
static bool chain_read(struct chain *k, const char *path, struct ra_buf *text)
{
    struct ra_reply r = ra_collect_read(k->c, path, text);
    k->bad |= r.err == EINVAL || r.truncated; // not a regular file, or one without an end
    return r.err == 0;
}

static bool includes(struct ra_collect *c, const char *config)
{
    struct chain k = {.c = c};
    chain_add(&k, config);
    for (size_t i = 0; i < k.n && k.n <= RA_GIT_MAX_CHAIN && !k.bad; i++) {
        struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
        if (!chain_read(&k, k.paths[i], &text))
            continue;
        struct ra_ini it = {.rest = ra_buf_view(&text), .section = {"", 0}, .git = true};
        struct ra_span key, value;
        while (ra_ini_next(&it, &key, &value) && k.n <= RA_GIT_MAX_CHAIN) {
            if (!ra_span_starts_nocase(it.section, "include") || !ra_span_is_nocase(key, "path"))
                continue;
            const char *to = ra_git_value(c->arena, value);
            bool home = strncmp(to, "~/", 2) == 0 && c->home;
            chain_add(&k, home ? ra_path_join(c->arena, c->home, to + 2)
                               : ra_path_join(c->arena, ra_path_dir(c->arena, k.paths[i]), to));
        }
    }
    return !k.bad && k.n <= RA_GIT_MAX_CHAIN;
}

// Source: gitrepository-layout(5), objects/info/alternates.
static bool alternates(struct ra_collect *c, const char *objects, size_t *ret_n)
{
    struct chain k = {.c = c};
    chain_add(&k, objects);
    for (size_t i = 0; i < k.n && k.n <= RA_GIT_MAX_CHAIN && !k.bad; i++) {
        struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
        if (!chain_read(&k, ra_path_join(c->arena, k.paths[i], "info/alternates"), &text))
            continue;
        struct ra_span rest = ra_buf_view(&text), line;
        while (ra_span_line(&rest, &line) && k.n <= RA_GIT_MAX_CHAIN)
            if (line.n && line.p[0] != '#')
                chain_add(&k, ra_path_join(c->arena, k.paths[i], ra_strndup(c->arena, line)));
    }
    *ret_n = k.n - 1;
    return !k.bad && k.n <= RA_GIT_MAX_CHAIN;
}

bool ra_git_place_sound(struct ra_collect *c, const struct ra_git_repo *repo)
{
    static const char *const own[] = {"index", "commondir", "gitdir", "logs/HEAD", "config.worktree"};
    static const char *const shared[] = {"config",       "packed-refs",     "shallow", "info/exclude",
                                         "info/attributes", "logs/refs/stash", "refs/stash"};
    bool sound = regular(c, repo, repo->at.git_dir, "HEAD", true);
    for (size_t i = 0; sound && i < RA_COUNT(own); i++)
        sound = regular(c, repo, repo->at.git_dir, own[i], false);
    for (size_t i = 0; sound && i < RA_COUNT(shared); i++)
        sound = regular(c, repo, repo->at.common, shared[i], false);
    if (!sound)
        return false;
    size_t n;
    struct ra_reply cut = {0, "read", true};
    if (!includes(c, ra_path_join(c->arena, repo->at.common, "config")))
        ra_git_unseen(c, repo, "include", "its config includes files without end, so that it was not opened", cut);
    else if (!alternates(c, ra_path_join(c->arena, repo->at.common, "objects"), &n))
        ra_git_unseen(c, repo, "alternates", "it borrows objects without end, so that it was not opened", cut);
    else
        return true;
    return false;
}

// What is in the working tree that git does not hold: untracked, changed and ignored files, by count and size, and
// the names among them that a clone would not bring back. Content is compared only where git itself would have to;
// a file that goes through a filter program is told as such, since no filter is run.
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "collect/git_probe_internal.h"

struct counts {
    struct ra_git_probe *p;
    uint64_t untracked, bytes, modified, filtered, ignored, entries, notable;
    uint64_t files, file_bytes; // ignored ones
    uint64_t left, left_rebuilt; // of RA_GIT_MAX_IGNORED
    bool capped, files_capped, files_more;
    uint64_t *changed; // hashes of changed paths, so that one changed twice (staged and again) is one file
    size_t n_changed, cap_changed;
    bool second; // the index against HEAD
    git_index *index;
    struct ra_arena arena;
};
enum { MAX_DEPTH = 200 }; // of ignored directories: each one takes a descriptor

bool ra_git_notable(const char *path)
{
    static const char *const names[] = {".env",  ".envrc",           ".npmrc",           ".pypirc",
                                        ".netrc", "id_rsa",           "id_ed25519",       "credentials.json",
                                        "secrets.yml", "secrets.yaml", "terraform.tfstate", "local.properties"};
    static const char *const ends[] = {".pem",    ".key",     ".p12",     ".pfx", ".jks",  ".keystore", ".kdbx",
                                       ".sqlite", ".sqlite3", ".db",      ".db3", ".dump", ".sql",      ".sql.gz",
                                       ".mdb",    ".rdb",     ".tfstate", ".tfvars", ".ipynb"};
    const char *slash = strrchr(path, '/');
    struct ra_span base = ra_span_of(slash && slash[1] ? slash + 1 : path);
    if (ra_span_starts(base, ".env."))
        return !ra_span_ends(base, ".example") && !ra_span_ends(base, ".sample") && !ra_span_ends(base, ".template");
    for (size_t i = 0; i < RA_COUNT(names); i++)
        if (ra_span_is(base, names[i]))
            return true;
    for (size_t i = 0; i < RA_COUNT(ends); i++)
        if (ra_span_ends(base, ends[i]))
            return true;
    return false;
}

bool ra_git_rebuilt(const char *name)
{
    static const char *const names[] = {"node_modules", ".venv",        "venv",    "target",   "build",
                                        "dist",         "__pycache__",  ".tox",    ".gradle",  ".next",
                                        ".nuxt",        ".cache",       "vendor",  ".terraform", "Pods",
                                        ".mypy_cache",  ".pytest_cache", ".ruff_cache", "site-packages", "bower_components"};
    for (size_t i = 0; i < RA_COUNT(names); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static void notable(struct counts *n, const char *path, bool untracked)
{
    if (ra_git_notable(path) && n->notable++ < RA_GIT_MAX_NOTABLE)
        ra_git_fact_put(n->p->out, RA_GIT_NOTABLE, 0, path, untracked ? "untracked" : NULL);
}

// ---- ignored directories --------------------------------------------------------------------------

static void ignored_directory(struct counts *n, int dir, struct ra_buf *path, bool rebuilt, unsigned depth);

// An entry below an ignored directory; `at` is open.
static void ignored_entry(struct counts *n, int at, struct ra_buf *path, const char *name, int type, bool rebuilt,
                          unsigned depth)
{
    uint64_t *left = rebuilt ? &n->left_rebuilt : &n->left;
    if (*left == 0 || depth > MAX_DEPTH) {
        *(rebuilt ? &n->files_more : &n->files_capped) = true;
        return;
    }
    --*left;
    struct stat st = {0};
    if (type != DT_DIR && fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT))
        return;
    size_t was = path->n;
    ra_buf_printf(path, "%s%s", was ? "/" : "", name);
    if (type == DT_DIR || S_ISDIR(st.st_mode)) {
        int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (fd >= 0)
            ignored_directory(n, fd, path, rebuilt || ra_git_rebuilt(name), depth + 1);
    } else {
        n->files++;
        n->file_bytes += S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
        if (!rebuilt)
            notable(n, path->p, false);
    }
    path->n = was;
    path->p[was] = 0;
}

static int compare_names(const void *a, const void *b)
{
    const struct dirent *const *x = a, *const *y = b;
    return strcmp((*x)->d_name, (*y)->d_name);
}

// Takes `dir`. In the order of names, so that a cap cuts the same things each time.
static void ignored_directory(struct counts *n, int dir, struct ra_buf *path, bool rebuilt, unsigned depth)
{
    struct ra_arena a RA_CLEANUP(ra_arena_free) = {0};
    struct dirent **names = NULL, *e;
    size_t n_names = 0, cap = 0;
    DIR *d = fdopendir(dir);
    if (!d) {
        close(dir);
        return;
    }
    while ((e = readdir(d)) && n_names <= RA_GIT_MAX_IGNORED) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 || strcmp(e->d_name, ".git") == 0)
            continue;
        names = ra_grow(&a, names, n_names, &cap, sizeof *names);
        size_t size = offsetof(struct dirent, d_name) + strlen(e->d_name) + 1;
        names[n_names] = ra_alloc(&a, size);
        memcpy(names[n_names++], e, size);
    }
    if (n_names > 1)
        qsort(names, n_names, sizeof *names, compare_names);
    for (size_t i = 0; i < n_names; i++)
        ignored_entry(n, dirfd(d), path, names[i]->d_name, names[i]->d_type, rebuilt, depth);
    closedir(d);
}

static void ignored(struct counts *n, const char *entry)
{
    struct ra_buf path RA_CLEANUP(ra_buf_free) = {0};
    int top = open(n->p->q->worktree, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (top < 0)
        return;
    struct ra_span name = ra_span_of(entry);
    while (name.n && name.p[name.n - 1] == '/')
        name.n--;
    ra_buf_span(&path, name);
    char *whole = strdup(path.p ? path.p : "");
    path.n = 0;
    if (whole && *whole) {
        const char *base = strrchr(whole, '/');
        ignored_entry(n, top, &path, whole, DT_UNKNOWN, ra_git_rebuilt(base ? base + 1 : whole), 0);
    }
    free(whole);
    close(top);
}

// ---- differences ----------------------------------------------------------------------------------

// Would git have to run a program to compare this file?
static bool filtered(struct ra_git_probe *p, const char *path)
{
    const char *value = NULL;
    struct ra_buf key RA_CLEANUP(ra_buf_free) = {0};
    git_config *config = NULL;
    bool has = false;
    if (git_attr_get(&value, p->repo, GIT_ATTR_CHECK_FILE_THEN_INDEX, path, "filter") ||
        git_attr_value(value) != GIT_ATTR_VALUE_STRING || git_repository_config_snapshot(&config, p->repo))
        return false;
    static const char *const kinds[] = {"clean", "process"};
    for (size_t i = 0; !has && i < RA_COUNT(kinds); i++) {
        const char *command = NULL;
        ra_buf_clear(&key);
        ra_buf_printf(&key, "filter.%s.%s", value, kinds[i]);
        has = git_config_get_string(&command, config, key.p) == 0 && *command;
    }
    git_config_free(config);
    return has;
}

static int compare_hashes(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static void changed(struct counts *n, const char *path)
{
    uint64_t hash = UINT64_C(14695981039346656037); // FNV-1a
    for (const char *c = path; *c; c++)
        hash = (hash ^ (unsigned char)*c) * UINT64_C(1099511628211);
    if (n->second) {
        n->modified += !n->n_changed || !bsearch(&hash, n->changed, n->n_changed, sizeof hash, compare_hashes);
        return;
    }
    n->modified++;
    n->changed = ra_grow(&n->arena, n->changed, n->n_changed, &n->cap_changed, sizeof hash);
    n->changed[n->n_changed++] = hash;
}

// Left out of the working tree on purpose (sparse checkout, skip-worktree).
static bool left_out(const struct counts *n, const char *path)
{
    const git_index_entry *e = git_index_get_bypath(n->index, path, 0);
    return !n->second && e && (e->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE);
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
        size_t length = strlen(d->new_file.path);
        bool nested = length && d->new_file.path[length - 1] == '/'; // a repository, looked at for itself
        n->bytes += nested ? 0 : d->new_file.size;
        notable(n, d->new_file.path, true);
    } else if (d->status == GIT_DELTA_IGNORED) {
        n->ignored++;
        ignored(n, d->new_file.path);
    } else if (d->status == GIT_DELTA_MODIFIED && d->old_file.size == d->new_file.size &&
               filtered(n->p, d->new_file.path)) {
        n->filtered++;
    } else if (d->status != GIT_DELTA_UNMODIFIED && !(d->status == GIT_DELTA_DELETED && left_out(n, d->old_file.path))) {
        changed(n, d->new_file.path);
    }
    return 1;
}

// Files marked assume-unchanged or skip-worktree: git status is silent about them, a wipe is not.
static void held(struct ra_git_probe *p, git_index *index)
{
    struct ra_buf path RA_CLEANUP(ra_buf_free) = {0};
    uint64_t n = 0, resized = 0;
    for (size_t i = 0; i < git_index_entrycount(index); i++) {
        const git_index_entry *e = git_index_get_byindex(index, i);
        struct stat st;
        if (!(e->flags & GIT_INDEX_ENTRY_VALID) && !(e->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE))
            continue;
        ra_buf_clear(&path);
        ra_buf_printf(&path, "%s/%s", p->q->worktree, e->path);
        if (fstatat(AT_FDCWD, path.p, &st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT))
            continue;
        bool other_size = (uint32_t)st.st_size != e->file_size;
        n += other_size || (int32_t)st.st_mtim.tv_sec != e->mtime.seconds ||
             (e->mtime.nanoseconds && (uint32_t)st.st_mtim.tv_nsec != e->mtime.nanoseconds);
        resized += other_size;
    }
    if (n)
        ra_git_fact_put(p->out, RA_GIT_HELD, n, NULL, resized ? "size" : NULL);
}

static git_tree *head_tree(struct ra_git_probe *p)
{
    git_object *tree = NULL;
    int r = git_revparse_single(&tree, p->repo, "HEAD^{tree}");
    if (r && git_repository_head_unborn(p->repo) != 1)
        ra_git_probe_failed(p, "HEAD");
    return (git_tree *)tree;
}

static void tell(const struct counts *n)
{
    struct ra_buf *out = n->p->out;
    char bytes[32];
    snprintf(bytes, sizeof bytes, "%llu", (unsigned long long)n->bytes);
    if (n->untracked)
        ra_git_fact_put(out, RA_GIT_UNTRACKED, n->untracked, bytes, NULL);
    if (n->modified)
        ra_git_fact_put(out, RA_GIT_MODIFIED, n->modified, NULL, NULL);
    if (n->filtered)
        ra_git_fact_put(out, RA_GIT_FILTERED, n->filtered, NULL, NULL);
    if (n->ignored)
        ra_git_fact_put(out, RA_GIT_IGNORED, n->ignored, NULL, NULL);
    snprintf(bytes, sizeof bytes, "%llu", (unsigned long long)n->file_bytes);
    if (n->files)
        ra_git_fact_put(out, RA_GIT_IGNORED_FILES, n->files, bytes, n->files_more || n->files_capped ? "more" : NULL);
    if (n->capped)
        ra_git_fact_put(out, RA_GIT_CAPPED, RA_GIT_MAX_STATUS, "status", NULL);
    if (n->files_capped)
        ra_git_fact_put(out, RA_GIT_CAPPED, RA_GIT_MAX_IGNORED, "ignored", NULL);
}

void ra_git_probe_tree(struct ra_git_probe *p)
{
    struct counts n = {.p = p, .left = RA_GIT_MAX_IGNORED, .left_rebuilt = RA_GIT_MAX_IGNORED};
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
    git_diff *diff = NULL;
    if (git_repository_index(&n.index, p->repo) == 0) {
        held(p, n.index);
        if (git_diff_index_to_workdir(&diff, p->repo, n.index, &o) && !n.capped)
            ra_git_probe_failed(p, "working tree");
        git_diff_free(diff), diff = NULL;
        git_tree *head = head_tree(p);
        n.second = true;
        if (n.n_changed > 1)
            qsort(n.changed, n.n_changed, sizeof *n.changed, compare_hashes);
        if (!n.capped && git_diff_tree_to_index(&diff, p->repo, head, n.index, &o) && !n.capped)
            ra_git_probe_failed(p, "index");
        git_diff_free(diff);
        git_tree_free(head);
    } else {
        ra_git_probe_failed(p, "index");
    }
    git_index_free(n.index);
    tell(&n);
    ra_arena_free(&n.arena);
}

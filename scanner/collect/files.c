// What credential files are in reach, and what do they hold? Every place of places.def is tried in every home that can
// be entered, in the working tree and on the machine, by opening it. Judges nothing; settings of agents, sockets and
// git are other collectors'.
#include <errno.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/path.h"
#include "collect/files.h"
#include "collect/files_paths.h"

struct seen { // paths looked at already, by hash
    const char **slots;
    size_t n, cap;
};
struct named { // a file that settings name
    const char *path, *home;
    const struct ra_place *place;
};
struct files {
    struct ra_collect *c;
    struct ra_view view;
    const struct ra_place *place;
    const char *home; // of the place being tried, or NULL
    struct seen seen;
    bool following;   // what settings name, after all rows
    struct named *named;
    size_t n_named, cap_named;
    unsigned transcripts, transcripts_left_out;
    long transcript_bytes;
};

static uint64_t hash_of(const char *s)
{
    uint64_t h = 1469598103934665603ull;
    for (; *s; s++)
        h = (h ^ (unsigned char)*s) * 1099511628211ull;
    return h;
}

static bool put(struct seen *s, const char *path)
{
    size_t i = hash_of(path) & (s->cap - 1);
    for (; s->slots[i]; i = (i + 1) & (s->cap - 1))
        if (strcmp(s->slots[i], path) == 0)
            return false;
    s->slots[i] = path;
    s->n++;
    return true;
}

static bool first_time_of(struct files *f, const char *path)
{
    struct seen *s = &f->seen;
    if ((s->n + 1) * 2 > s->cap) {
        struct seen grown = {.cap = s->cap ? s->cap * 2 : 2048};
        grown.slots = ra_new_array(f->c->arena, const char *, grown.cap);
        for (size_t i = 0; i < s->cap; i++)
            if (s->slots[i])
                put(&grown, s->slots[i]);
        *s = grown;
    }
    return put(s, path);
}

// The first row that fits reads a path. Settings that name it may want it read in their own way once more.
static bool first_time(struct files *f, const char *path)
{
    bool of_reader = first_time_of(f, ra_strfmt(f->c->arena, "%s#%d", path, (int)f->place->reader));
    return f->following ? of_reader : first_time_of(f, path);
}

// Does what is written here outlive the box? A box's own tmpfs and overlay die with it.
static bool outlives(const struct files *f, const char *path)
{
    const struct ra_mount *m = ra_mount_of(&f->view, path);
    const char *kind = f->c->inv->target.box.kind;
    if (!kind || strcmp(kind, "none") == 0 || !m)
        return true;
    return strcmp(m->fstype, "tmpfs") != 0 && strcmp(m->fstype, "ramfs") != 0 && strcmp(m->fstype, "overlay") != 0;
}

// Neither there nor not there: a FIFO, a loop of links, a call that failed.
static void odd(struct files *f, const char *path, struct ra_reply r, const char *what)
{
    ra_unseen(f->c, ra_path_tilde(f->c->arena, path, f->c->home),
              ra_strfmt(f->c->arena, "%s could not be %s (%s)", ra_path_tilde(f->c->arena, path, f->c->home), what,
                        r.err == EINVAL ? "no regular file" : ra_errno_name(r.err)),
              r, path);
}

// Opening for write follows no link; people keep their start-up files as links into a repository.
static struct ra_reply writable(struct ra_collect *c, const char *path)
{
    struct ra_reply r = ra_host_open_write(c->host, path);
    for (int hops = 0; r.err == ELOOP && hops < 8; hops++) {
        char *target;
        if (ra_host_readlink(c->host, c->arena, path, &target).err)
            break;
        path = ra_path_join(c->arena, ra_path_dir(c->arena, path), target);
        r = ra_host_open_write(c->host, path);
    }
    return r;
}

static void sink(struct files *f, const char *path)
{
    struct ra_collect *c = f->c;
    struct ra_reply r = writable(c, path);
    if (ra_state_of(r, RA_ON_PATH) == RA_STATE_UNKNOWN && r.err != EINVAL) // EINVAL: no file that could be written
        odd(f, path, r, "opened for writing");
    if (r.err)
        return;
    struct ra_reach *reach = ra_file_reach(c, path, NULL, RA_STATE_PRESENT, ra_seen(c, RA_METHOD_ATTEMPTED, r, path));
    bool later = outlives(f, path);
    enum ra_radius radius = later ? f->place->ceiling : RA_RADIUS_SANDBOX;
    reach->access |= RA_WRITE;
    reach->traits |= later ? RA_TRAIT_RUNS_LATER : 0u;
    reach->title = f->place->title;
    reach->ref = f->place->ref;
    reach->cap = f->place->cap;
    ra_reach_radius(reach, radius, radius);
}

// /dev/null over a file is how files are masked and histories switched off: nothing is there.
static bool masked(struct files *f, const char *path)
{
    struct ra_stat st;
    return ra_host_stat(f->c->host, path, &st).err == 0 && st.type == 'c' && st.rdev == makedev(1, 3);
}

// A directory where a file is wanted is nobody's credential; container engines make empty ones for mounts of files
// that are not there, and ".env" may be a virtual environment.
static bool mere_directory(struct files *f, const char *path)
{
    struct ra_names names = {0};
    struct ra_stat st;
    if (ra_host_stat(f->c->host, path, &st).err || st.type != 'd')
        return false;
    return !ra_place_holds_secrets(f->place->class) ||
           (ra_host_list(f->c->host, f->c->arena, path, 1, &names).err == 0 && names.n == 0);
}

static void name_file(void *arg, const char *path, const struct ra_place *as)
{
    struct files *f = arg;
    if (f->n_named == RA_MAX_FOLLOWED) {
        ra_unseen(f->c, "named", "settings name more files than are followed", (struct ra_reply){.truncated = true}, path);
        return;
    }
    f->named = ra_grow(f->c->arena, f->named, f->n_named, &f->cap_named, sizeof(*f->named));
    f->named[f->n_named++] = (struct named){path, f->home, as};
}

// False where there is nothing to look into. Counts the place.
static bool readable(struct files *f, const char *path, struct ra_reply r)
{
    struct ra_collect *c = f->c;
    if (r.err == EINVAL && (masked(f, path) || mere_directory(f, path)))
        r = (struct ra_reply){.err = ENOENT, .call = "stat"};
    switch (ra_looked(c, r, RA_ON_PATH)) {
    case RA_STATE_PRESENT:
        return true;
    case RA_STATE_DENIED: {
        struct ra_reach *reach = ra_file_reach(c, path, NULL, RA_STATE_DENIED, ra_seen(c, RA_METHOD_ATTEMPTED, r, path));
        reach->title = f->place->title;
        reach->ref = f->place->ref;
        ra_reach_radius(reach, RA_RADIUS_NOTHING, RA_RADIUS_NOTHING);
        return false;
    }
    case RA_STATE_UNKNOWN:
        odd(f, path, r, "read");
        return false;
    case RA_STATE_ABSENT:
        return false;
    }
    return false;
}

static void understand(struct files *f, const char *path, struct ra_span text, struct ra_reply r, bool tail)
{
    const struct ra_follow follow = {name_file, f};
    struct ra_file file = {.c = f->c, .place = f->place, .path = path, .text = text, .first_line = tail ? 0 : 1,
                           .home = f->home, .follow = &follow};
    bool holder = ra_place_holds_secrets(f->place->class);
    if (!ra_file_read(&file) && holder)
        ra_file_unread(&file, NULL, "could not be parsed");
    else if (f->place->reader == RA_READER_none && holder)
        ra_file_unread(&file, NULL, "content not read");
    else if (f->place->reader == RA_READER_none && f->place->class != RA_PLACE_SINK)
        ra_file_place(&file, NULL, 0);
    if (r.truncated && !file.settled)
        ra_unseen(f->c, ra_path_tilde(f->c->arena, path, f->c->home),
                  ra_strfmt(f->c->arena, "%s is longer than is read", ra_path_tilde(f->c->arena, path, f->c->home)), r,
                  path);
}

static struct ra_reply fetch(struct files *f, const char *path, struct ra_buf *text, bool *ret_tail)
{
    struct ra_host *h = f->c->host;
    struct ra_stat st;
    *ret_tail = false;
    if (f->place->reader == RA_READER_none) {
        struct ra_reply r = ra_host_read(h, path, 1, text);
        r.truncated = false;
        return r;
    }
    if (f->place->reader != RA_READER_history && f->place->reader != RA_READER_transcript)
        return ra_host_read(h, path, f->place->reader == RA_READER_temp ? RA_MAX_TEMP_BYTES : RA_MAX_FILE_BYTES, text);
    struct ra_reply r = ra_host_read(h, path, RA_MAX_HISTORY_BYTES, text);
    if (r.err || !r.truncated || ra_host_stat(h, path, &st).err)
        return r;
    ra_buf_clear(text);
    *ret_tail = true;
    r = ra_host_read_at(h, path, -(int64_t)RA_MAX_HISTORY_BYTES, RA_MAX_HISTORY_BYTES, text);
    r.truncated = true;
    return r;
}

static void directory(struct files *f, const char *path)
{
    struct ra_stat st;
    struct ra_reply r = ra_host_stat(f->c->host, path, &st);
    if (r.err == 0 && st.type != 'd')
        r = (struct ra_reply){.err = ENOTDIR, .call = "stat"};
    if (!readable(f, path, r))
        return;
    struct ra_reach *reach = ra_file_reach(f->c, path, NULL, RA_STATE_PRESENT, ra_seen(f->c, RA_METHOD_OBSERVED, r, path));
    reach->title = f->place->title;
    reach->ref = f->place->ref;
    reach->cap = f->place->cap;
    ra_reach_radius(reach, RA_RADIUS_NOTHING, RA_RADIUS_NOTHING);
}

// Strangers' files, sockets and pipes in a temporary directory are no news.
static bool plain_file(struct files *f, const char *path)
{
    struct ra_stat st;
    struct ra_reply r = ra_host_lstat(f->c->host, path, &st);
    if (r.err == 0 && st.type == 'f' && st.size_bytes)
        r = ra_host_access(f->c->host, path, R_OK);
    else if (r.err == 0)
        r = (struct ra_reply){.err = ENOENT, .call = "stat"};
    if (r.err && ra_looked(f->c, r, RA_ON_PATH) == RA_STATE_UNKNOWN)
        odd(f, path, r, "looked at");
    return r.err == 0;
}

// One transcript more, as long as there are not too many; the rest is told once.
static bool affordable(struct files *f)
{
    if (f->transcripts < RA_MAX_TRANSCRIPTS && f->transcript_bytes < RA_MAX_TRANSCRIPT_BYTES)
        return true;
    if (f->transcripts_left_out++ == 0)
        ra_unseen(f->c, "transcripts", "there are more transcripts of agents than are searched for secrets",
                  (struct ra_reply){.truncated = true}, NULL);
    return false;
}

static void look(void *arg, const char *path)
{
    struct files *f = arg;
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    bool tail;
    size_t n = strlen(path);
    if (n && path[n - 1] == '/') {
        path = ra_path_clean(f->c->arena, path);
        if (first_time(f, path))
            directory(f, path);
        return;
    }
    if (!first_time(f, path) || (f->place->reader == RA_READER_temp && !plain_file(f, path)) ||
        (f->place->reader == RA_READER_transcript && !affordable(f)))
        return;
    struct ra_reply r = fetch(f, path, &text, &tail);
    if (f->place->reader == RA_READER_transcript) {
        f->transcripts++;
        f->transcript_bytes += (long)text.n;
    }
    if (f->place->class == RA_PLACE_SINK && r.err != ENOENT && r.err != ENOTDIR)
        sink(f, path);
    if (readable(f, path, r) && text.n)
        understand(f, path, ra_buf_view(&text), r, tail);
}

// The variable that moves the place elsewhere. It counts for the target's own home only.
static void overridden(struct files *f)
{
    struct ra_arena *a = f->c->arena;
    struct ra_span name = ra_span_of(f->place->override), part;
    char kind = name.n ? name.p[name.n - 1] : 0;
    if (kind == '/' || kind == ':')
        name.n--;
    const char *value = name.n ? ra_host_getenv(f->c->host, ra_strndup(a, name)) : NULL;
    struct ra_span rest = ra_span_of(value ? value : "");
    if (kind != ':' && rest.n && rest.p[0] == '/') {
        const char *base = strrchr(f->place->pattern, '/');
        const char *path = kind == '/' ? ra_strfmt(a, "%s%s", value, base) : value;
        ra_path_expand(f->c, ra_path_clean(a, path), look, f);
    }
    while (kind == ':' && rest.n && ra_span_until(&rest, ':', &part))
        if (part.n && part.p[0] == '/')
            look(f, ra_path_clean(a, ra_strndup(a, part)));
}

static void try_in(struct files *f, const struct ra_home *home, const char *root)
{
    const char *path = ra_place_path(f->c, f->place->pattern, home, root, true), *usual;
    f->home = home ? home->path : ra_place_of_worktree(f->place->pattern) ? f->c->home : NULL;
    if (path)
        ra_path_expand(f->c, path, look, f);
    if (!home || !home->own || f->place->pattern[0] != '$')
        return;
    usual = ra_place_path(f->c, f->place->pattern, home, root, false);
    if (usual && path && strcmp(usual, path) != 0)
        ra_path_expand(f->c, usual, look, f);
}

static void try_mounts(struct files *f)
{
    const char *below = ra_place_below_home(f->c->arena, f->place->pattern);
    for (size_t i = 0; below && i < f->view.n_mounts; i++) {
        const char *path = ra_place_in_mount(f->c, below, &f->view.mounts[i]);
        if (path)
            ra_path_expand(f->c, path, look, f);
    }
}

static void try_place(struct files *f, const struct ra_homes *h, const struct ra_place *place)
{
    f->place = place;
    f->home = f->c->home;
    if (place->override)
        overridden(f);
    if (ra_place_of_worktree(place->pattern)) {
        try_in(f, NULL, "");
    } else if (!ra_place_of_home(place->pattern)) {
        for (size_t i = 0; i < h->n_roots; i++)
            try_in(f, NULL, h->roots[i]);
    } else {
        for (size_t i = 0; i < h->n_homes; i++)
            try_in(f, &h->homes[i], "");
        f->home = f->c->home;
        try_mounts(f);
    }
}

// NAME_FILE=/path, where NAME would hold a secret.
static void named_by_variables(struct files *f)
{
    static const struct ra_place place = {"B21", "", RA_PLACE_SESSION, RA_SEVERITY_CRITICAL, RA_RADIUS_GRANT,
                                          RA_RADIUS_ORGANIZATION, "secret file named by a variable",
                                          RA_READER_raw_token, NULL};
    f->place = &place;
    for (const char *const *e = f->c->host->self->environ_; e && *e; e++) {
        struct ra_span value = ra_span_of(*e), name;
        if (!ra_span_until(&value, '=', &name) || !value.p || value.n == 0 || value.p[0] != '/' ||
            !ra_span_ends(name, "_FILE") || !ra_recognise_name(ra_span_cut(name, 0, name.n - 5)))
            continue;
        look(f, ra_path_clean(f->c->arena, ra_strndup(f->c->arena, value)));
    }
}

int ra_collect_files(struct ra_collect *c, struct ra_error *err);
int ra_collect_files(struct ra_collect *c, struct ra_error *err)
{
    (void)err;
    struct files f = {.c = c};
    struct ra_homes homes = {0};
    ra_view_read(c->arena, c->host, &f.view);
    ra_homes_find(c, &f.view, &homes);
    for (size_t i = 0; i < ra_n_places; i++)
        try_place(&f, &homes, &ra_places[i]);
    named_by_variables(&f);
    f.following = true;
    for (size_t i = 0; i < f.n_named; i++) { // grows while files name files
        f.place = f.named[i].place;
        f.home = f.named[i].home;
        ra_path_expand(c, f.named[i].path, look, &f);
    }
    return 0;
}

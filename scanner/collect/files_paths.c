// Turns the patterns of places into paths. Lists directories for '*'; opens no file.
#include <string.h>

#include "base/path.h"
#include "collect/files_paths.h"

enum { MAX_MATCHES = 4000 }; // per pattern; more is unseen

static const struct {
    const char *prefix, *variable, *under_home;
} bases[] = {
    {"$XC", "XDG_CONFIG_HOME", "/.config"},     {"$XD", "XDG_DATA_HOME", "/.local/share"},
    {"$XK", "XDG_CACHE_HOME", "/.cache"},       {"$XS", "XDG_STATE_HOME", "/.local/state"},
};

bool ra_place_of_home(const char *pattern)
{
    return pattern[0] == '~' || strncmp(pattern, "$X", 2) == 0;
}

bool ra_place_of_worktree(const char *pattern)
{
    return strncmp(pattern, "$W", 2) == 0;
}

static const char *runtime_dir(struct ra_collect *c)
{
    const char *dir = ra_host_getenv(c->host, "XDG_RUNTIME_DIR");
    return dir && dir[0] == '/' ? dir : ra_strfmt(c->arena, "/run/user/%lu", (unsigned long)c->host->self->euid);
}

const char *ra_place_path(struct ra_collect *c, const char *pattern, const struct ra_home *home, const char *root,
                          bool moved)
{
    if (ra_place_of_worktree(pattern))
        return c->worktree ? ra_strfmt(c->arena, "%s%s", c->worktree, pattern + 2) : NULL;
    if (!ra_place_of_home(pattern))
        return ra_strfmt(c->arena, "%s%s", root, pattern);
    if (pattern[0] == '~')
        return ra_strfmt(c->arena, "%s%s", home->path, pattern + 1);
    if (strncmp(pattern, "$XR", 3) == 0)
        return home->own ? ra_strfmt(c->arena, "%s%s", runtime_dir(c), pattern + 3) : NULL;
    for (size_t i = 0; i < RA_COUNT(bases); i++) {
        if (strncmp(pattern, bases[i].prefix, 3) != 0)
            continue;
        const char *dir = home->own && moved ? ra_host_getenv(c->host, bases[i].variable) : NULL;
        return dir && dir[0] == '/' ? ra_strfmt(c->arena, "%s%s", dir, pattern + 3)
                                    : ra_strfmt(c->arena, "%s%s%s", home->path, bases[i].under_home, pattern + 3);
    }
    return NULL;
}

const char *ra_place_below_home(struct ra_arena *a, const char *pattern)
{
    if (strncmp(pattern, "~/", 2) == 0)
        return pattern + 2;
    for (size_t i = 0; i < RA_COUNT(bases); i++)
        if (strncmp(pattern, bases[i].prefix, 3) == 0)
            return ra_strfmt(a, "%s%s", bases[i].under_home + 1, pattern + 3);
    return NULL;
}

// One name of a path; what is longer than a name can be matches nothing.
struct element {
    char text[256];
};

static bool element_of(const char *path, size_t n, struct element *ret)
{
    if (n >= sizeof ret->text)
        return false;
    memcpy(ret->text, path, n);
    ret->text[n] = 0;
    return true;
}

// What is left of `pattern` below the directory `dir`, both without a leading slash; NULL where dir is not on its way.
// Allocates nothing: it is asked for every place and every mount.
static const char *rest_below(const char *pattern, const char *dir)
{
    while (*dir) {
        struct element want, have;
        size_t n = strcspn(pattern, "/"), m = strcspn(dir, "/");
        if (!element_of(pattern, n, &want) || !element_of(dir, m, &have) || !ra_path_match(want.text, have.text))
            return NULL;
        pattern += n;
        dir += m;
        if (!*dir)
            return pattern;
        if (!*pattern)
            return NULL;
        pattern++;
        dir++;
    }
    return NULL;
}

// One plain name is too little to know a home's directory by; a hidden one, or a path of several, is told apart.
const char *ra_place_in_mount(struct ra_collect *c, const char *below, const struct ra_mount *mount)
{
    const char *rest;
    for (const char *at = mount->root; (at = strchr(at, '/')); at++) {
        if (at[1] != '.' && !strchr(at + 1, '/'))
            continue;
        if ((rest = rest_below(below, at + 1)))
            return ra_strfmt(c->arena, "%s%s", mount->point, rest);
    }
    return NULL;
}

struct walk {
    struct ra_collect *c;
    ra_path_visit *visit;
    void *arg;
    size_t matches;
};

static void expand(struct walk *w, const char *done, const char *rest);

static void directory_closed(struct ra_collect *c, struct ra_reply r, const char *dir)
{
    struct ra_reach *reach = ra_file_reach(c, dir, NULL, RA_STATE_DENIED, ra_seen(c, RA_METHOD_ATTEMPTED, r, dir));
    ra_reach_radius(reach, RA_RADIUS_NOTHING, RA_RADIUS_NOTHING);
}

// On the way only directories count; at the end neither directories nor sockets do (those have their own collector).
static bool may_be(char type, bool on_the_way)
{
    if (type == 'l' || type == '?')
        return true;
    return on_the_way ? type == 'd' : type != 'd' && type != 's';
}

// A home and a working tree are gone through by scores of patterns; each directory is listed once.
struct listing {
    struct listing *next;
    const char *dir;
    struct ra_reply reply;
    struct ra_names names;
};
struct ra_listings {
    struct listing *rows[256];
};

static const struct listing *listing_of(struct ra_collect *c, const char *dir)
{
    size_t hash = 0;
    for (const char *p = dir; *p; p++)
        hash = hash * 31 + (unsigned char)*p;
    if (!c->listed)
        c->listed = ra_new(c->arena, struct ra_listings);
    struct listing **head = &c->listed->rows[hash % RA_COUNT(c->listed->rows)], *l = *head;
    while (l && strcmp(l->dir, dir) != 0)
        l = l->next;
    if (l)
        return l;
    l = ra_new(c->arena, struct listing);
    *l = (struct listing){.next = *head, .dir = ra_strdup(c->arena, dir)};
    l->reply = ra_host_list(c->host, c->arena, dir, 0, &l->names);
    return *head = l;
}

static void expand_star(struct walk *w, const char *done, const char *element, const char *rest)
{
    struct ra_collect *c = w->c;
    const char *dir = *done ? done : "/";
    const struct listing *l = listing_of(c, dir);
    const struct ra_reply r = l->reply;
    enum ra_state state = ra_looked(c, r, RA_ON_PATH);
    if (state == RA_STATE_DENIED)
        directory_closed(c, r, dir);
    if (state == RA_STATE_UNKNOWN || r.truncated)
        ra_unseen(c, dir, ra_strfmt(c->arena, "%s could not be listed whole", dir), r, dir);
    for (size_t i = 0; state == RA_STATE_PRESENT && i < l->names.n; i++) {
        const struct ra_name *n = &l->names.items[i];
        if (!ra_path_match(element, n->name) || !may_be(n->type, *rest != 0))
            continue;
        if (++w->matches > MAX_MATCHES) {
            ra_unseen(c, dir, ra_strfmt(c->arena, "%s holds more than are looked at", dir), r, dir);
            return;
        }
        expand(w, ra_strfmt(c->arena, "%s/%s", done, n->name), rest);
    }
}

// done: what is fixed already, without a slash at its end; rest: "" or elements after a slash.
static void expand(struct walk *w, const char *done, const char *rest)
{
    if (!*rest) {
        w->visit(w->arg, done);
        return;
    }
    const char *end = strchr(rest + 1, '/');
    size_t n = end ? (size_t)(end - rest) : strlen(rest);
    const char *tail = end ? end : "";
    char *element = ra_strndup(w->c->arena, (struct ra_span){rest + 1, n - 1});
    if (strchr(element, '*'))
        expand_star(w, done, element, tail);
    else
        expand(w, ra_strfmt(w->c->arena, "%s/%s", done, element), tail);
}

void ra_path_expand(struct ra_collect *c, const char *path, ra_path_visit *visit, void *arg)
{
    struct walk w = {.c = c, .visit = visit, .arg = arg};
    // Only the pattern may hold stars; a home called "*" would list its parent, which harms nothing.
    if (!strchr(path, '*'))
        visit(arg, path);
    else
        expand(&w, "", path);
}

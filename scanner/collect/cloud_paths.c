// From the file patterns of clis.def to paths of the target's own home. Opens nothing but the directory that a '*'
// stands in.
#include <string.h>

#include "base/path.h"
#include "collect/cloud.h"

enum { MAX_MATCHES = 200 }; // files of one pattern; the files collector says what lies beyond

static const struct {
    const char *prefix, *variable, *under_home;
} bases[] = {
    {"$XC", "XDG_CONFIG_HOME", "/.config"},
    {"$XD", "XDG_DATA_HOME", "/.local/share"},
    {"$XK", "XDG_CACHE_HOME", "/.cache"},
};

static void expand(struct ra_collect *c, const char *path, ra_cli_visit *visit, void *arg)
{
    struct ra_names names = {0};
    if (!strchr(ra_path_base(path), '*')) {
        visit(arg, path);
        return;
    }
    const char *dir = ra_path_dir(c->arena, path);
    struct ra_reply r = ra_host_list(c->host, c->arena, dir, 0, &names);
    enum ra_state state = ra_looked(c, r, RA_ON_PATH);
    if (state == RA_STATE_UNKNOWN)
        ra_unseen(c, ra_path_tilde(c->arena, dir, c->home),
                  ra_strfmt(c->arena, "%s could not be listed", ra_path_tilde(c->arena, dir, c->home)), r, dir);
    for (size_t i = 0, n = 0; state == RA_STATE_PRESENT && i < names.n && n < MAX_MATCHES; i++)
        if (ra_path_match(ra_path_base(path), names.items[i].name)) {
            visit(arg, ra_path_join(c->arena, dir, names.items[i].name));
            n++;
        }
}

static const char *runtime_dir(struct ra_collect *c)
{
    const char *dir = ra_host_getenv(c->host, "XDG_RUNTIME_DIR");
    return dir && dir[0] == '/' ? dir : ra_strfmt(c->arena, "/run/user/%lu", (unsigned long)c->host->self->euid);
}

// The directory that a pattern begins with; NULL where there is none. `rest` gets what follows it.
static const char *base_of(struct ra_collect *c, const char *pattern, const char **rest)
{
    *rest = pattern + 3;
    if (strncmp(pattern, "$XR", 3) == 0)
        return runtime_dir(c);
    for (size_t i = 0; i < RA_COUNT(bases); i++) {
        if (strncmp(pattern, bases[i].prefix, 3) != 0)
            continue;
        const char *dir = ra_host_getenv(c->host, bases[i].variable);
        return dir && dir[0] == '/' ? dir : c->home ? ra_strfmt(c->arena, "%s%s", c->home, bases[i].under_home) : NULL;
    }
    *rest = pattern + 1;
    return c->home;
}

// A variable that moves the file: it is read there and nowhere else, as the program does.
static bool moved(struct ra_collect *c, const struct ra_cli_row *file, ra_cli_visit *visit, void *arg)
{
    struct ra_span name = ra_span_of(file->more), part;
    char kind = name.n ? name.p[name.n - 1] : 0;
    if (kind == '/' || kind == ':')
        name.n--;
    const char *value = name.n ? ra_host_getenv(c->host, ra_strndup(c->arena, name)) : NULL;
    struct ra_span rest = ra_span_of(value);
    if (rest.n == 0)
        return false;
    if (kind != ':') {
        const char *path = kind == '/' ? ra_path_join(c->arena, value, ra_path_base(file->text)) : value;
        if (path[0] == '/')
            expand(c, ra_path_clean(c->arena, path), visit, arg);
        return true;
    }
    while (ra_span_until(&rest, ':', &part))
        if (part.n && part.p[0] == '/')
            visit(arg, ra_path_clean(c->arena, ra_strndup(c->arena, part)));
    return true;
}

void ra_cli_paths(struct ra_collect *c, const struct ra_cli_row *file, ra_cli_visit *visit, void *arg)
{
    const char *rest, *dir;
    if (file->more && moved(c, file, visit, arg))
        return;
    dir = base_of(c, file->text, &rest);
    if (dir)
        expand(c, ra_path_clean(c->arena, ra_strfmt(c->arena, "%s%s", dir, rest)), visit, arg);
}

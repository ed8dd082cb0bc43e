#include "base/path.h"

#include <stdint.h>
#include <string.h>

static size_t trimmed(const char *s)
{
    size_t n = strlen(s);
    while (n > 1 && s[n - 1] == '/')
        n--;
    return n;
}

bool ra_path_inside(const char *path, const char *dir)
{
    size_t d = trimmed(dir), p = trimmed(path);
    if (d == 1 && dir[0] == '/')
        return p > 0 && path[0] == '/';
    return p >= d && strncmp(path, dir, d) == 0 && (p == d || path[d] == '/');
}

char *ra_path_clean(struct ra_arena *a, const char *path)
{
    char *out = ra_alloc(a, strlen(path) + 2);
    size_t n = 0;
    bool absolute = path[0] == '/';
    for (const char *p = path; *p;) {
        p += strspn(p, "/");
        size_t len = strcspn(p, "/");
        if (len == 2 && p[0] == '.' && p[1] == '.' && absolute) {
            while (n > 0 && out[--n] != '/')
                ;
        } else if (len && !(len == 1 && p[0] == '.')) {
            if (n > 0 || absolute)
                out[n++] = '/';
            memcpy(out + n, p, len);
            n += len;
        }
        p += len;
    }
    if (n == 0)
        out[n++] = absolute ? '/' : '.';
    out[n] = 0;
    return out;
}

char *ra_path_join(struct ra_arena *a, const char *dir, const char *rest)
{
    return ra_path_clean(a, rest[0] == '/' ? rest : ra_strfmt(a, "%s/%s", dir, rest));
}

const char *ra_path_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

char *ra_path_dir(struct ra_arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return ra_strdup(a, ".");
    return slash == path ? ra_strdup(a, "/") : ra_strndup(a, (struct ra_span){path, (size_t)(slash - path)});
}

char *ra_path_tilde(struct ra_arena *a, const char *path, const char *home)
{
    if (!home || home[0] != '/' || !home[1] || !ra_path_inside(path, home))
        return ra_strdup(a, path);
    return ra_strfmt(a, "~%s", path + trimmed(home));
}

// Backtracking is bounded: only the last star of each kind is retried.
bool ra_glob_within(const char *pattern, const char *text, const char *stops, char any, size_t *steps)
{
    const char *star = NULL, *star_at = NULL, *deep = NULL, *deep_at = NULL;
    while (*steps) {
        --*steps;
        if (pattern[0] == '*' && pattern[1] == '*') {
            pattern += 2;
            deep = pattern, deep_at = text, star = NULL;
            continue;
        }
        if (pattern[0] == '*') {
            star = ++pattern, star_at = text;
            continue;
        }
        if (*text == 0 && *pattern == 0)
            return true;
        if (*text && (*pattern == *text || (any && *pattern == any && !strchr(stops, *text)))) {
            pattern++, text++;
            continue;
        }
        if (star && *star_at && !strchr(stops, *star_at)) {
            pattern = star, text = ++star_at;
            continue;
        }
        if (deep && *deep_at) {
            pattern = deep, text = ++deep_at, star = NULL;
            continue;
        }
        return false;
    }
    return false;
}

bool ra_glob(const char *pattern, const char *text, const char *stops, char any)
{
    size_t steps = SIZE_MAX;
    return ra_glob_within(pattern, text, stops, any, &steps);
}

bool ra_path_match(const char *pattern, const char *path)
{
    return ra_glob(pattern, path, "/", '?');
}

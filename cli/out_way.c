// Walks to a directory element by element, so that whose links are followed is this program's decision and nothing
// can be exchanged between the look and the step. Opens nothing but directories, and those as paths only.
#include "cli/out_way.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"

enum { MAX_LINKS = 40 }; // as the kernel's own walk has it

static bool trusted(uid_t owner)
{
    struct stat top;
    return owner == 0 || owner == geteuid() || (stat("/", &top) == 0 && owner == top.st_uid);
}

static int step_to(struct ra_out_way *w, int fd)
{
    if (fd < 0)
        return errno;
    ra_out_way_end(w);
    w->dir = fd;
    return 0;
}

static int start_at(struct ra_out_way *w, const char *path)
{
    return step_to(w, open(path[0] == '/' ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
}

// One element: a directory becomes w->dir; of a link, *ret_link is where it leads.
static int element(struct ra_out_way *w, struct ra_arena *a, const char *name, const char **ret_link, bool *ret_foreign)
{
    char target[PATH_MAX];
    struct stat st;
    int fd = openat(w->dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return errno;
    int e = fstat(fd, &st) < 0 ? errno : 0;
    if (!e && S_ISDIR(st.st_mode))
        return step_to(w, fd);
    if (!e && !S_ISLNK(st.st_mode))
        e = ENOTDIR;
    if (!e && !trusted(st.st_uid))
        *ret_foreign = true;
    else if (!e) {
        ssize_t n = readlinkat(fd, "", target, sizeof target);
        if (n < 0)
            e = errno;
        else if ((size_t)n == sizeof target)
            e = ENAMETOOLONG;
        else
            *ret_link = ra_strndup(a, (struct ra_span){target, (size_t)n});
    }
    close(fd);
    return e;
}

static int walk(struct ra_out_way *w, const char *file, const char *path, struct ra_error *err)
{
    RA_CLEANUP(ra_arena_free) struct ra_arena a = {0};
    struct ra_span rest = ra_span_of(path), part;
    unsigned links = 0;
    int e = start_at(w, path);
    while (!e && ra_span_until(&rest, '/', &part)) {
        const char *name = ra_strndup(&a, part), *link = NULL;
        bool foreign = false;
        if (!*name || strcmp(name, ".") == 0)
            continue;
        e = element(w, &a, name, &link, &foreign);
        if (foreign)
            return ra_fail(err, RA_E_USAGE, "%.300s: \"%.80s\" on the way is a symbolic link of another user", file, name);
        if (!link)
            continue;
        if (++links > MAX_LINKS)
            e = ELOOP;
        else if (link[0] == '/')
            e = start_at(w, "/");
        rest = ra_span_of(ra_strfmt(&a, "%s/%.*s", link, (int)rest.n, rest.n ? rest.p : ""));
    }
    return e ? ra_fail(err, RA_E_SYSTEM, "%.300s: %s; the report is not written", file, strerror(e)) : 0;
}

int ra_out_way(const char *file, struct ra_out_way *ret, struct ra_error *err)
{
    RA_CLEANUP(ra_arena_free) struct ra_arena a = {0};
    const char *slash = strrchr(file, '/');
    const char *dir = !slash          ? "."
                      : slash == file ? "/"
                                      : ra_strndup(&a, (struct ra_span){file, (size_t)(slash - file)});
    *ret = (struct ra_out_way){.dir = -1, .name = slash ? slash + 1 : file};
    int code = walk(ret, file, dir, err);
    if (code)
        ra_out_way_end(ret);
    return code;
}

void ra_out_way_end(struct ra_out_way *w)
{
    if (w->dir >= 0)
        close(w->dir);
    w->dir = -1;
}

bool ra_out_same(const char *one, const char *other)
{
    RA_CLEANUP(ra_out_way_end) struct ra_out_way a = {.dir = -1}, b = {.dir = -1};
    struct stat x, y;
    if (ra_out_way(one, &a, NULL) || ra_out_way(other, &b, NULL) || fstat(a.dir, &x) < 0 || fstat(b.dir, &y) < 0)
        return false;
    return x.st_dev == y.st_dev && x.st_ino == y.st_ino && strcmp(a.name, b.name) == 0;
}

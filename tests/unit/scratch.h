// A directory of a test's own, removed when the test is done.
#ifndef RA_TESTS_SCRATCH_H
#define RA_TESTS_SCRATCH_H

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct scratch {
    char dir[128];
};

static inline void scratch_open(struct scratch *s)
{
    const char *base = getenv("TMPDIR");
    snprintf(s->dir, sizeof s->dir, "%s/unit-host-XXXXXX", base && *base ? base : "/tmp");
    if (!mkdtemp(s->dir))
        abort();
}

// Good until the fourth call after it.
static inline char *scratch_path(const struct scratch *s, const char *name)
{
    static char paths[4][512];
    static unsigned turn;
    char *at = paths[turn++ % 4];
    snprintf(at, sizeof paths[0], "%s/%s", s->dir, name);
    return at;
}

static inline char *scratch_write(struct scratch *s, const char *name, const char *text, size_t n)
{
    char *path = scratch_path(s, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0 || write(fd, text, n) != (ssize_t)n || close(fd))
        abort();
    return path;
}

static inline char *scratch_text(struct scratch *s, const char *name, const char *text)
{
    return scratch_write(s, name, text, strlen(text));
}

static inline char *scratch_mkdir(struct scratch *s, const char *name)
{
    char *path = scratch_path(s, name);
    if (mkdir(path, 0755))
        abort();
    return path;
}

static inline int scratch_remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

static inline void scratch_close(struct scratch *s)
{
    nftw(s->dir, scratch_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

#endif

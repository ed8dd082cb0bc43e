// What a host asks of files, of names found inside a root directory. Only regular files are opened for reading and
// only directories are listed; what takes a name's place meanwhile is not.
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "host/inside.h"

// O_NOATIME leaves no trace on the file; it is for owners only.
static int open_quietly(const struct ra_inside_place *place, int flags)
{
    int fd = openat(place->dir, place->name, flags | O_NOATIME);
    if (fd < 0 && errno == EPERM)
        fd = openat(place->dir, place->name, flags);
    return fd;
}

int ra_inside_open(const struct ra_inside_place *place, int flags)
{
    struct stat st;
    flags |= O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    bool reads = (flags & (O_ACCMODE | O_PATH)) == O_RDONLY;
    int fd = reads ? open_quietly(place, flags) : openat(place->dir, place->name, flags);
    if (fd < 0)
        return -1;
    int err = fstat(fd, &st) ? errno : 0;
    bool same = st.st_dev == place->st.st_dev && (st.st_mode & S_IFMT) == (place->st.st_mode & S_IFMT) &&
                (st.st_ino == place->st.st_ino || ra_is_proc(fd)); // proc numbers its files anew
    if (!err && same)
        return fd;
    close(fd);
    errno = err ? err : ESTALE;
    return -1;
}

static struct ra_reply genuine(const struct ra_inside *in, const struct ra_inside_place *place, int fd)
{
    return ra_answer(in->opened ? in->opened(in->owner, place->path, fd) : 0, "fstatfs");
}

struct ra_reply ra_inside_read(const struct ra_inside *in, const char *path, int64_t offset, size_t max_bytes,
                               struct ra_buf *out)
{
    struct ra_inside_place place;
    int err = ra_inside_find(in, path, true, &place);
    if (err)
        return ra_answer(err, "open");
    struct ra_reply reply = ra_answer(EINVAL, "type");
    if (S_ISREG(place.st.st_mode)) {
        int fd = ra_inside_open(&place, O_RDONLY);
        reply = fd < 0 ? ra_answer(errno, "open") : genuine(in, &place, fd);
        if (!reply.err)
            reply = ra_read_fd(fd, (uint64_t)place.st.st_size, offset, max_bytes, out);
        if (fd >= 0)
            close(fd);
    }
    ra_inside_leave(&place);
    return reply;
}

struct ra_reply ra_inside_list(const struct ra_inside *in, struct ra_arena *a, const char *path, size_t max,
                               struct ra_names *ret)
{
    struct ra_inside_place place;
    int err = ra_inside_find(in, path, true, &place);
    if (err)
        return ra_answer(err, "open");
    struct ra_reply reply = ra_answer(ENOTDIR, "open");
    if (S_ISDIR(place.st.st_mode)) {
        int fd = ra_inside_open(&place, O_RDONLY | O_DIRECTORY);
        reply = fd < 0 ? ra_answer(errno, "open") : genuine(in, &place, fd);
        if (!reply.err)
            reply = ra_list_fd(fd, a, max, ret);
        else if (fd >= 0)
            close(fd);
    }
    ra_inside_leave(&place);
    return reply;
}

struct ra_reply ra_inside_stat(const struct ra_inside *in, const char *path, bool follow, struct ra_stat *ret)
{
    struct ra_inside_place place;
    int err = ra_inside_find(in, path, follow, &place);
    if (err)
        return ra_answer(err, follow ? "stat" : "lstat");
    ra_stat_fill(&place.st, ret);
    ra_inside_leave(&place);
    return ra_answer(0, follow ? "stat" : "lstat");
}

struct ra_reply ra_inside_readlink(const struct ra_inside *in, struct ra_arena *a, const char *path, char **ret)
{
    struct ra_inside_place place;
    char target[PATH_MAX];
    int err = ra_inside_find(in, path, false, &place);
    if (err)
        return ra_answer(err, "readlink");
    ssize_t n = readlinkat(place.dir, place.name, target, sizeof target);
    err = n < 0 ? place.stands_in || strcmp(place.name, ".") == 0 ? EINVAL : errno : genuine(in, &place, place.dir).err;
    if (!err)
        *ret = ra_strndup(a, (struct ra_span){target, (size_t)n});
    ra_inside_leave(&place);
    return (struct ra_reply){.err = err, .call = "readlink", .truncated = !err && (size_t)n == sizeof target};
}

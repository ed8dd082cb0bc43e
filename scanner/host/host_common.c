// What the hosts do alike: name a type, read an open file, list an open directory, tell the time, let a child work.
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "host/children.h"
#include "host/inner.h"

bool ra_is_proc(int fd)
{
    struct statfs fs;
    return fstatfs(fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

char ra_type_of_mode(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFREG:
        return 'f';
    case S_IFDIR:
        return 'd';
    case S_IFLNK:
        return 'l';
    case S_IFSOCK:
        return 's';
    case S_IFIFO:
        return 'p';
    case S_IFCHR:
        return 'c';
    case S_IFBLK:
        return 'b';
    default:
        return '?';
    }
}

char ra_type_of_dirent(unsigned char d_type)
{
    return d_type == DT_UNKNOWN ? '?' : ra_type_of_mode(DTTOIF(d_type));
}

void ra_stat_fill(const struct stat *st, struct ra_stat *ret)
{
    *ret = (struct ra_stat){
        .type = ra_type_of_mode(st->st_mode),
        .mode = st->st_mode & 07777,
        .uid = st->st_uid,
        .gid = st->st_gid,
        .size_bytes = (uint64_t)st->st_size,
        .dev = st->st_dev,
        .ino = st->st_ino,
        .rdev = st->st_rdev,
        .nlink = st->st_nlink,
        .mtime_s = st->st_mtim.tv_sec,
    };
}

int ra_compare_names(const void *a, const void *b)
{
    const struct ra_name *x = a, *y = b;
    return strcmp(x->name, y->name);
}

// Where to start: a tail is counted from the end that fstat told. Files of pseudo file systems tell a size of 0;
// they are short, and read from their start.
static int64_t start_of(uint64_t size_bytes, int64_t offset)
{
    if (offset >= 0)
        return offset;
    uint64_t tail = 0 - (uint64_t)offset;
    return size_bytes > tail ? (int64_t)(size_bytes - tail) : 0;
}

static ssize_t read_some(int fd, void *to, size_t n)
{
    ssize_t got;
    do
        got = read(fd, to, n);
    while (got < 0 && errno == EINTR);
    return got;
}

struct ra_reply ra_read_fd(int fd, uint64_t size_bytes, int64_t offset, size_t max_bytes, struct ra_buf *out)
{
    enum { CHUNK_BYTES = 64 * 1024 };
    size_t before = out->n, left = max_bytes;
    int64_t start = start_of(size_bytes, offset);
    if (start && lseek(fd, start, SEEK_SET) < 0)
        return ra_answer(errno, "lseek");
    struct ra_reply reply = ra_answer(0, "read");
    while (left) {
        size_t want = left < CHUNK_BYTES ? left : CHUNK_BYTES;
        ssize_t got = read_some(fd, ra_buf_room(out, want), want);
        if (got < 0) {
            reply.err = errno;
            memset(out->p + before, 0, out->n - before);
            out->n = before;
            return reply;
        }
        if (got == 0)
            break;
        out->n += (size_t)got;
        out->p[out->n] = 0;
        left -= (size_t)got;
    }
    char more;
    reply.truncated = (offset < 0 && start > 0) || (!left && read_some(fd, &more, 1) == 1);
    explicit_bzero(&more, 1);
    return reply;
}

static bool is_dot(const char *name)
{
    return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
}

struct ra_reply ra_list_fd(int fd, struct ra_arena *a, size_t max, struct ra_names *ret)
{
    DIR *dir = fdopendir(fd);
    if (!dir) {
        int err = errno;
        close(fd);
        return ra_answer(err, "open");
    }
    struct ra_reply reply = ra_answer(0, "getdents");
    struct ra_names names = {0};
    size_t cap = 0;
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(dir);
        if (!entry) {
            reply.err = errno;
            break;
        }
        if (is_dot(entry->d_name))
            continue;
        if (names.n == max) {
            reply.truncated = true;
            break;
        }
        names.items = ra_grow(a, names.items, names.n, &cap, sizeof *names.items);
        names.items[names.n++] =
            (struct ra_name){.name = ra_strdup(a, entry->d_name), .type = ra_type_of_dirent(entry->d_type)};
    }
    closedir(dir);
    if (reply.err)
        return reply;
    if (names.n)
        qsort(names.items, names.n, sizeof *names.items, ra_compare_names);
    *ret = names;
    return reply;
}

struct ra_reply ra_work_in_child(void (*work)(void *arg, struct ra_buf *out), void *arg, struct ra_buf *out)
{
    struct ra_child job = {.work = work, .arg = arg, .limits = true};
    return ra_answer(ra_child_run(&job, RA_PROBE_TIMEOUT_MS, out), "child");
}

struct ra_reply ra_clock(int64_t now_override, int64_t *ret_unix_s)
{
    struct timespec now;
    if (now_override >= 0)
        *ret_unix_s = now_override;
    else if (clock_gettime(CLOCK_REALTIME, &now))
        return ra_answer(errno, "clock_gettime");
    else
        *ret_unix_s = now.tv_sec;
    return ra_answer(0, "clock_gettime");
}

void ra_fs_fill(const struct statvfs *vfs, struct ra_fs *ret)
{
    *ret = (struct ra_fs){
        .read_only = vfs->f_flag & ST_RDONLY,
        .nosuid = vfs->f_flag & ST_NOSUID,
        .nodev = vfs->f_flag & ST_NODEV,
        .noexec = vfs->f_flag & ST_NOEXEC,
        .size_bytes = (uint64_t)vfs->f_blocks * vfs->f_frsize,
        .free_bytes = (uint64_t)vfs->f_bavail * vfs->f_frsize,
    };
}

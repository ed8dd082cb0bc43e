// Names inside a root directory, found as whoever lives in it would: absolute links start at the root, ".." never
// climbs above it. Recorded hosts, root file systems and other processes' views are all asked through this.
#ifndef RA_HOST_INSIDE_H
#define RA_HOST_INSIDE_H

#include <limits.h>

#include "host/inner.h"

struct ra_inside {
    int root;          // O_PATH descriptor of the root directory
    const void *owner; // of the functions below
    // What is mounted below the root is no part of it. A mount of a file system that the kernel makes up (proc, sysfs)
    // answers ENOENT, any other EXDEV.
    bool one_mount;
    uint64_t mount_id; // of the root, where one_mount; ra_inside_settle
    bool has_mount_id; // false: an old kernel, st_dev is compared
    dev_t dev;
    // Each may be NULL. An errno that stands for this path and all below it; 0 for none.
    int (*refused)(const void *owner, const char *path);
    // Something that stands in for a name that the directory does not hold.
    bool (*stand_in)(const void *owner, const char *path, struct stat *ret);
    // What was opened, or the directory of a link that was read: an errno where it is not what its path says.
    int (*opened)(const void *owner, const char *path, int fd);
    // A link that is about to be followed: text holds what it reads, size is the buffer's. May put another text
    // there, or refuse with an errno.
    int (*link)(const void *owner, int dir, const char *path, char *text, size_t size);
};

// A name that was found: its last element in an open directory. Path as whoever lives in the root would print it,
// links resolved.
struct ra_inside_place {
    int dir;                 // owned; ra_inside_leave closes it
    char name[NAME_MAX + 1]; // "." for a directory that the path ended in by "." or ".."
    char path[PATH_MAX];
    struct stat st;
    bool stands_in; // see stand_in
};

// Fills what one_mount compares with. 0 or an errno.
int ra_inside_settle(struct ra_inside *in);
// 0 or an errno; on failure there is nothing to leave. Opens directories only, by O_PATH, and never follows a link by
// the kernel's hand.
int ra_inside_find(const struct ra_inside *in, const char *path, bool follow, struct ra_inside_place *ret);
void ra_inside_leave(struct ra_inside_place *place);
// The place itself, if it still is what was found. The descriptor, or -1 and errno (ESTALE: something else has taken
// the name). flags beyond O_NOFOLLOW, O_NONBLOCK, O_NOCTTY and O_CLOEXEC.
int ra_inside_open(const struct ra_inside_place *place, int flags);

// The questions of struct ra_host_ops that need nothing but files.
struct ra_reply ra_inside_read(const struct ra_inside *in, const char *path, int64_t offset, size_t max_bytes,
                               struct ra_buf *out);
struct ra_reply ra_inside_list(const struct ra_inside *in, struct ra_arena *a, const char *path, size_t max,
                               struct ra_names *ret);
struct ra_reply ra_inside_stat(const struct ra_inside *in, const char *path, bool follow, struct ra_stat *ret);
struct ra_reply ra_inside_readlink(const struct ra_inside *in, struct ra_arena *a, const char *path, char **ret);

#endif

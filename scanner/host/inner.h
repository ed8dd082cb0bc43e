// What the files of scanner/host share among themselves; nobody else includes it.
#ifndef RA_HOST_INNER_H
#define RA_HOST_INNER_H

#include <errno.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "host/host.h"

static inline struct ra_reply ra_answer(int err, const char *call)
{
    return (struct ra_reply){.err = err, .call = call};
}

// An answer that holds for the auditor, but need not for the target. No call that is asked here answers so itself.
enum { RA_NOT_TOLD = EREMOTE };

// Is what the descriptor stands for the kernel's own /proc?
bool ra_is_proc(int fd);
// One letter for a file's type, as in ra_stat; '?' where there is none.
char ra_type_of_mode(mode_t mode);
char ra_type_of_dirent(unsigned char d_type);
void ra_stat_fill(const struct stat *st, struct ra_stat *ret);
int ra_compare_names(const void *a, const void *b); // struct ra_name, by bytes

// Bytes of an open regular file; see ra_host_read_at. Leaves *out as it was where it fails.
struct ra_reply ra_read_fd(int fd, uint64_t size_bytes, int64_t offset, size_t max_bytes, struct ra_buf *out);
// Entries of an open directory, sorted; takes the descriptor over.
struct ra_reply ra_list_fd(int fd, struct ra_arena *a, size_t max, struct ra_names *ret);

// Names of the side files and of their lines, beside the enumerations they stand for.
extern const char *const ra_netlink_names[RA_NL_COUNT];
extern const char *const ra_probe_names[RA_PROBE_COUNT];

// host_child of every host: work in a child with limits, RA_PROBE_TIMEOUT_MS long.
struct ra_reply ra_work_in_child(void (*work)(void *arg, struct ra_buf *out), void *arg, struct ra_buf *out);

// The clock, or the override where it is not negative.
struct ra_reply ra_clock(int64_t now_override, int64_t *ret_unix_s);
void ra_fs_fill(const struct statvfs *vfs, struct ra_fs *ret);

// host_net.c
struct ra_reply ra_unix_exchange(const char *address, struct ra_span request, struct ra_buf *reply,
                                 struct ra_peer *peer);
struct ra_reply ra_unix_bus(const char *address, struct ra_span request, size_t n_replies, struct ra_buf *out);
struct ra_reply ra_netlink_dump(enum ra_netlink what, struct ra_buf *out);

// host_probe.c
struct ra_probed {
    int err;
    int64_t value;
    const char *call;
};
void ra_probe_all(struct ra_probed ret[RA_PROBE_COUNT]);

// host_device.c: may this special file be opened for write and closed without anything happening?
bool ra_device_is_calm(const char *path, char type, unsigned major_number, unsigned minor_number);

#endif

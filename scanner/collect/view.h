// What /proc tells about the namespaces and mounts that the target lives in, read once and shared by the surfaces
// that need it. States facts only; box.c names the box.
// Sources: namespaces(7), proc_pid_mountinfo(5); include/linux/proc_ns.h and nsfs for the first namespaces' numbers.
#ifndef RA_COLLECT_VIEW_H
#define RA_COLLECT_VIEW_H

#include "host/host.h"
#include "parse/proc.h"

enum ra_tri { RA_TRI_UNSURE, RA_TRI_YES, RA_TRI_NO };

struct ra_view {
    struct ra_mount *mounts; // of /proc/self/mountinfo, in order
    size_t n_mounts;
    struct ra_reply mounts_reply;
    bool mounts_whole;           // every line was understood
    const struct ra_mount *root; // the mount seen as "/"; NULL where none is listed (chroot) or nothing was read
    enum ra_tri user_init, pid_init, mount_init, net_init; // is it the machine's first namespace?
    bool host_pids;              // processes outside our own pid namespace are in sight
    const char *user_ns, *pid_ns, *mnt_ns, *net_ns; // link texts ("pid:[4026531836]"); NULL where unreadable
    pid_t keeper;                // the audit's first process, as this /proc numbers it; 0 = not told
};

// Answers come from /proc/self and /proc/1 only. Everything lives in `a`.
void ra_view_read(struct ra_arena *a, struct ra_host *h, struct ra_view *ret);

// /proc/<pid>/<leaf> as trimmed text, at most 4096 bytes; NULL where it cannot be read.
char *ra_proc_text(struct ra_arena *a, struct ra_host *h, long pid, const char *leaf);
// Parent and name of a process; false where /proc does not tell.
bool ra_proc_parent(struct ra_arena *a, struct ra_host *h, long pid, int64_t *ret_ppid, char **ret_comm);
// The status text of the target itself, as it was before the audit changed anything; NULL where unreadable.
const char *ra_self_status(struct ra_arena *a, struct ra_host *h);

// File systems that are made by the kernel and hold nobody's files (proc, sysfs, cgroup, ...).
bool ra_fs_is_pseudo(const char *fstype);
// File systems that another machine or program serves (nfs, cifs, sshfs, ...).
bool ra_fs_is_remote(const char *fstype);
// The box's own file system: its tmpfs or overlay. A bind of part of somebody else's tmpfs has a root of its own;
// bubblewrap's is "/newroot".
bool ra_mount_is_own(const struct ra_mount *m);
// "/root" or "/home/NAME" itself, not something in it.
bool ra_path_is_home(const char *path);
// The mount that `path` lies on; NULL where none was read.
const struct ra_mount *ra_mount_of(const struct ra_view *v, const char *path);

#endif

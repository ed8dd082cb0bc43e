// The only door to the system. Collectors ask; nothing above this folder makes a system call.
// Every question is answered with the errno of the plain call that decided it (0 = it succeeded), so
// that ra_state_of() can turn it into one of four states. Hosts: live (this machine), process (another process's
// view of it), root (a directory), recorded (a root directory with side files, see host_recorded.c), fault (wraps
// another; the n-th call fails).
// All bytes read land in ra_buf: secret storage that is wiped on free.
#ifndef RA_HOST_H
#define RA_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/words.h"

// ---- how an errno reads -------------------------------------------------------------------------

// Which object the call was about; the same errno means different things for each.
enum ra_surface {
    RA_ON_PATH,   // a file, directory or link
    RA_ON_DEVICE, // a device node or special kernel file that was opened
    RA_ON_PID,    // something under /proc/<pid>
    RA_ON_UNIX,   // connect to what is a unix socket
    RA_ON_SYSCALL // a probe system call
};

struct ra_reply {
    int err;          // 0 = succeeded
    const char *call; // "open", "connect", ... static text
    bool truncated;   // succeeded, but a cap of limits.h cut the answer
};

// The one function that maps an errno to a state (design, law 1).
enum ra_state ra_state_of(struct ra_reply r, enum ra_surface on);

// ---- what main saw of itself before anything was changed -----------------------------------------

struct ra_self_fd {
    int number;
    char type;     // 'f' regular, 'd' directory, 's' socket, 'p' pipe, 'c' char device, 'b' block, '?' other
    bool readable, writable; // F_GETFL access mode
    char *target;  // readlink of /proc/self/fd/N; NULL where /proc is not there
    int socket_family, socket_type; // 's' only, else -1
    bool listening, connected;      // 's' only
    int other_network;              // 's' only: 1 = made in another network namespace, 0 = in ours, -1 = not told
    bool terminal;
};

struct ra_self {
    pid_t pid, ppid;
    uid_t uid, euid;
    gid_t gid, egid;
    gid_t *groups;
    size_t n_groups;
    const char *const *environ_; // the process's own environment, borrowed; NULL where it is not to be had
    int environ_err;             // why it is not; 0 = nobody said
    char *cwd, *exe;             // NULL where not to be had
    struct ra_self_fd *fds;
    size_t n_fds;
    bool fds_complete;
    char *status; // text of /proc/self/status, NULL where unreadable
    int status_err;
    int dumpable, no_new_privs, seccomp; // prctl answers; -1 unknown
};

// ---- answers --------------------------------------------------------------------------------------

struct ra_stat {
    char type; // 'f' 'd' 'l' 's' 'p' 'c' 'b'
    unsigned mode; // permission bits
    uid_t uid;
    gid_t gid;
    uint64_t size_bytes, dev, ino, rdev, nlink;
    int64_t mtime_s;
};

struct ra_name {
    char *name; // arena
    char type;  // as in ra_stat, '?' where the file system does not say
};
struct ra_names {
    struct ra_name *items; // sorted by bytes
    size_t n;
};

struct ra_fs { // statvfs
    bool read_only, nosuid, nodev, noexec;
    uint64_t size_bytes, free_bytes;
};

struct ra_peer {        // SO_PEERCRED of a connected unix socket
    bool known;
    pid_t pid;          // 0 = outside our pid namespace
    uid_t uid;
};

enum ra_netlink { // one dump each, the concatenated netlink messages as they came
    RA_NL_LINKS,
    RA_NL_ADDRS,
    RA_NL_ROUTES4,
    RA_NL_ROUTES6,
    RA_NL_RULES4,
    RA_NL_RULES6,
    RA_NL_TCP4, // sock_diag, listening sockets
    RA_NL_TCP6,
    RA_NL_UDP4, // bound, unconnected
    RA_NL_UDP6,
    RA_NL_UNIX, // every unix socket, with the file it is bound to
    RA_NL_COUNT
};

enum ra_probe { // done in short-lived children before the scanner confined itself
    RA_PROBE_USERNS,         // unshare(CLONE_NEWUSER)
    RA_PROBE_SOCKET_PACKET,  // socket(AF_PACKET), created and closed
    RA_PROBE_SOCKET_VSOCK,   // socket(AF_VSOCK)
    RA_PROBE_SOCKET_INET,    // socket(AF_INET), created and closed, never bound
    RA_PROBE_SOCKET_ALG,
    RA_PROBE_SOCKET_NETLINK,
    RA_PROBE_BPF,            // each of the rest with invalid arguments; SIGSYS reads as EPERM
    RA_PROBE_PERF,
    RA_PROBE_USERFAULTFD,
    RA_PROBE_IO_URING,
    RA_PROBE_KEYCTL,
    RA_PROBE_PTRACE,
    RA_PROBE_OPEN_BY_HANDLE,
    RA_PROBE_KEXEC,
    RA_PROBE_LANDLOCK,       // landlock_create_ruleset version query: value = ABI
    RA_PROBE_COUNT
};

// ---- the seam -------------------------------------------------------------------------------------

struct ra_host;
struct ra_host_ops {
    struct ra_reply (*read)(struct ra_host *h, const char *path, int64_t offset, size_t max_bytes, struct ra_buf *out);
    struct ra_reply (*list)(struct ra_host *h, struct ra_arena *a, const char *path, size_t max, struct ra_names *ret);
    struct ra_reply (*stat)(struct ra_host *h, const char *path, bool follow, struct ra_stat *ret);
    struct ra_reply (*readlink)(struct ra_host *h, struct ra_arena *a, const char *path, char **ret);
    struct ra_reply (*access)(struct ra_host *h, const char *path, int mode);
    struct ra_reply (*statfs)(struct ra_host *h, const char *path, struct ra_fs *ret);
    struct ra_reply (*open_write)(struct ra_host *h, const char *path);
    struct ra_reply (*file_caps)(struct ra_host *h, const char *path, struct ra_buf *out); // NULL: never any answer
    struct ra_reply (*exchange)(struct ra_host *h, const char *address, struct ra_span request, struct ra_buf *reply,
                                struct ra_peer *peer);
    struct ra_reply (*bus)(struct ra_host *h, const char *address, struct ra_span request, size_t n_replies,
                           struct ra_buf *out); // NULL: never any answer
    struct ra_reply (*netlink)(struct ra_host *h, enum ra_netlink what, struct ra_buf *out);
    struct ra_reply (*probe)(struct ra_host *h, enum ra_probe what, int64_t *ret_value);
    struct ra_reply (*child)(struct ra_host *h, void (*work)(void *arg, struct ra_buf *out), void *arg,
                             struct ra_buf *out);
    struct ra_reply (*now)(struct ra_host *h, int64_t *ret_unix_s);
    void (*close)(struct ra_host *h);
};
struct ra_host {
    const struct ra_host_ops *ops;
    const struct ra_self *self; // never NULL
    const char *kind;           // "live", "process", "root", "recorded"
    bool live;                  // libgit2 and friends may open paths by themselves
    bool at_rest;               // files that nobody runs: no process, no mounts, no network, no current directory
    bool other;                 // the target is another process, whose children are not the audit's
    bool untried;               // what only the target could try by itself (ra_host_probe) is not known
};

// Bytes of a file from `offset` (negative: the last -offset bytes), at most max_bytes; appended to *out.
// Only regular files (and /proc, /sys files) are ever read: anything else answers EINVAL with call "type",
// and is not opened. Follows links; never blocks on a FIFO, never opens a device.
struct ra_reply ra_host_read(struct ra_host *h, const char *path, size_t max_bytes, struct ra_buf *out);
struct ra_reply ra_host_read_at(struct ra_host *h, const char *path, int64_t offset, size_t max_bytes,
                                struct ra_buf *out);
// Sorted names without "." and ".."; `max` 0 means RA_MAX_DIR_NAMES. truncated where there were more.
struct ra_reply ra_host_list(struct ra_host *h, struct ra_arena *a, const char *path, size_t max, struct ra_names *ret);
struct ra_reply ra_host_stat(struct ra_host *h, const char *path, struct ra_stat *ret);  // follows links
struct ra_reply ra_host_lstat(struct ra_host *h, const char *path, struct ra_stat *ret);
struct ra_reply ra_host_readlink(struct ra_host *h, struct ra_arena *a, const char *path, char **ret);
// faccessat(AT_EACCESS): proves only *denied*; a success is an observation, not an attempt. mode: R_OK W_OK X_OK.
struct ra_reply ra_host_access(struct ra_host *h, const char *path, int mode);
struct ra_reply ra_host_statfs(struct ra_host *h, const char *path, struct ra_fs *ret);
// open(O_WRONLY|O_NOFOLLOW|O_NONBLOCK|O_CLOEXEC) and close; no create, no truncate, no byte. Regular files and
// the special files of the vector table only; answers EINVAL, call "type", for watchdogs, ttys and tapes.
struct ra_reply ra_host_open_write(struct ra_host *h, const char *path);
// The attribute security.capability of a program, appended to *out; ENODATA where it has none. Follows links.
struct ra_reply ra_host_file_caps(struct ra_host *h, const char *path, struct ra_buf *out);
// connect() to a unix stream socket and close; *peer may be NULL. address: a path, or '@' + abstract name.
// ra_host_exchange also sends `request` and reads one reply that is framed by a 4-byte big-endian length (the
// SSH agent protocol), at most RA_MAX_REPLY_BYTES, within RA_SOCKET_TIMEOUT_MS. err is connect()'s; a failed
// exchange after a good connect answers call "recv". *reply gets the whole frame, length included. A name that is
// no socket answers EINVAL, call "type"; a connection refused is then truly a socket without a listener.
struct ra_reply ra_host_connect(struct ra_host *h, const char *address, struct ra_peer *peer);
struct ra_reply ra_host_exchange(struct ra_host *h, const char *address, struct ra_span request, struct ra_buf *reply,
                                 struct ra_peer *peer);
// call "socket": netlink itself was refused, which says nothing of what was asked for.
// Only by consent (--online=local): connects to a D-Bus, sends `request` (parse/dbus.h), and appends the messages that
// come until n_replies of them are replies. A bus that refuses us answers EACCES, call "auth".
struct ra_reply ra_host_bus(struct ra_host *h, const char *address, struct ra_span request, size_t n_replies,
                            struct ra_buf *out);
struct ra_reply ra_host_netlink(struct ra_host *h, enum ra_netlink what, struct ra_buf *out);
struct ra_reply ra_host_probe(struct ra_host *h, enum ra_probe what, int64_t *ret_value); // value may be NULL
// Runs work(arg, out) in a short-lived child with limits on time and memory; what it appended to *out comes
// back. err: 0, ETIMEDOUT, or EIO where the child died. For libraries that could disturb (libgit2).
struct ra_reply ra_host_child(struct ra_host *h, void (*work)(void *arg, struct ra_buf *out), void *arg,
                              struct ra_buf *out);
struct ra_reply ra_host_now(struct ra_host *h, int64_t *ret_unix_s);
void ra_host_close(struct ra_host *h); // NULL is fine

// One variable of the target's environment; NULL where unset.
const char *ra_host_getenv(const struct ra_host *h, const char *name);

// ---- hosts ----------------------------------------------------------------------------------------

// Fills *ret from this very process; changes nothing. First thing main does.
void ra_self_observe(struct ra_arena *a, struct ra_self *ret);

// This machine. now_override: unix seconds, or -1 for the clock. Runs the probes at once (they need the
// unconfined process), so create it before ra_confine_scanner().
struct ra_host *ra_host_live(struct ra_arena *a, const struct ra_self *self, int64_t now_override);
// A directory DIR holding `root/` and, beside it, optional side files that stand for what a directory cannot
// hold ('#' starts a comment line):
//   self      key=value lines: pid ppid uid gid euid egid groups cwd exe dumpable no_new_privs seccomp now
//   environ   NAME=VALUE lines, or separated by NUL
//   fds       number type[,flag...] target; flags: writable listening connected elsewhere (of another network
//             namespace) terminal, a socket's unix|inet|inet6|netlink|vsock|packet and stream|dgram|seqpacket
//   sockets   path outcome pid uid [reply frame in hex]; pid "-": not known. They show in stat and list too
//   netlink.<links|addrs|routes4|routes6|rules4|rules6|tcp4|tcp6|udp4|udp6|unix>   hex text, or: errno NAME
//   probes    name errno [value]; names: enum ra_probe in lower case (userns, socket_packet, io_uring, ...)
//   errors    path errno: every call on it, or on what lies below it, fails so
//   owners    mode uid gid capability path: what stat says of it; capability in hex, or "-"
//   readonly  a path prefix per line: statfs says read-only, writing answers EROFS
// An absent side file means: the question answers ENOSYS, so the answer is unknown (writability without
// `readonly`, the clock without now=). Links resolve inside root/. Files owned by root/'s own owner count as the
// recorded user's. DIR must stay where it is; a line that cannot be read is RA_E_INPUT with its position.
struct ra_host *ra_host_recorded(struct ra_arena *a, const char *dir, struct ra_error *err);
// The directory DIR as the root of a file system that nobody runs, read as its root user would: what the auditor
// itself may not read is unknown (EREMOTE). Nothing is written there, so that writing answers EROFS. Links resolve inside DIR,
// and nothing outside it is opened; what is mounted below DIR is no part of it (EXDEV; ENOENT for proc and the like).
// Files of DIR's own owner count as root's. now_override as for ra_host_live. RA_E_INPUT where there is no such
// directory.
struct ra_host *ra_host_root(struct ra_arena *a, const char *dir, int64_t now_override, struct ra_error *err);
// What process `pid` sees, from outside: its environment as it was started with, descriptors, files through its own
// root directory, its /proc/self. `auditor` is who asks: where it is root and the process another user's, the caller
// becomes that user for good, so that no right but the target's answers; the auditor's own processes are left out of
// /proc. What holds for us but need not for the process answers EREMOTE, which reads as unknown: connect() and netlink
// from other namespaces, the probes behind a filter, refusals of a process with other rights. Once the process has
// ended every question answers ESTALE. RA_E_INPUT where there is no such process.
struct ra_host *ra_host_process(struct ra_arena *a, int64_t pid, const struct ra_self *auditor, int64_t now_override,
                                struct ra_error *err);
// Wraps `inner`: call number `nth` (1-based, counted over all questions) answers `err` instead. nth 0 = never;
// `*calls` (may be NULL) counts. Closing it does not close `inner`.
struct ra_host *ra_host_fault(struct ra_arena *a, struct ra_host *inner, unsigned long nth, int err,
                              unsigned long *calls);

// ---- confinement (host/confine.c) -----------------------------------------------------------------

// No exec, no file creation or change, no IP socket; of file opens only those that read, and that of
// ra_host_open_write. Writing to what is open already stays allowed: children answer through pipes made later.
// Returns 0 or an errno: where the kernel offers no seccomp the audit goes on, and says so.
int ra_confine_scanner(void);
// The asker: as the scanner, and no file opened for writing at all, no process of its own; but it may speak IP. It
// accepts no connection.
int ra_confine_asker(void);
// The judge: no file, no socket, no exec, no fork; only memory, read, write, exit. Anything else ends it by SIGSYS.
// Does nothing in a sanitized build.
int ra_confine_judge(void);
// Not dumpable, no core file. From then on /proc/self/environ and the like belong to root: what they would say of
// this process, ra_self_observe() has seen before.
void ra_hide_memory(void);

#endif

// Readers of /proc texts: pure, bytes in, values out. Sources: proc(5), proc_pid_mountinfo(5), proc_pid_status(5),
// unix(7) (/proc/net/unix), user_namespaces(7) (uid_map).
#ifndef RA_PARSE_PROC_H
#define RA_PARSE_PROC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"

struct ra_mount {
    unsigned id, parent, major, minor;
    char *root, *point, *options, *fstype, *source, *super_options; // octal escapes decoded
    bool shared;
};
// All lines, in order. false where a line is not of the form: *ret then holds the lines before it.
bool ra_mountinfo_parse(struct ra_arena *a, struct ra_span text, struct ra_mount **ret, size_t *ret_n);
bool ra_mount_option(const char *options, const char *name); // "ro" in "ro,nosuid"

// Value of "Name:\tvalue" in a status text, trimmed; false where there is no such line.
bool ra_status_field(struct ra_span text, const char *name, struct ra_span *ret);
bool ra_status_hex(struct ra_span text, const char *name, uint64_t *ret);
bool ra_status_int(struct ra_span text, const char *name, int64_t *ret);

struct ra_unix_line {
    uint64_t inode;
    unsigned type;  // 1 stream, 2 dgram, 5 seqpacket
    bool listening; // __SO_ACCEPTCON
    struct ra_span path; // starts with '@' when abstract; empty when unnamed
};
// Next line of /proc/net/unix (the header is skipped); false at the end.
bool ra_unix_next(struct ra_span *rest, struct ra_unix_line *ret);

// Identity map of the whole range: uid_map is exactly "0 0 4294967295".
bool ra_uid_map_is_init(struct ra_span text);
// comm from /proc/PID/stat's parentheses, and ppid; false on rubbish.
bool ra_stat_parse(struct ra_span text, struct ra_span *ret_comm, int64_t *ret_ppid);

// passwd(5): name, uid, home, shell; false at the end. Malformed lines are skipped.
struct ra_passwd {
    struct ra_span name, home, shell;
    uint64_t uid, gid;
};
bool ra_passwd_next(struct ra_span *rest, struct ra_passwd *ret);

// The attribute security.capability of a program: what it may gain when it runs. False on rubbish. owner: the user
// (in the first user namespace) whose namespace it is for; 0 = everybody's. Source: capabilities(7), linux/capability.h.
bool ra_file_caps_parse(struct ra_span attribute, uint64_t *ret_permitted, bool *ret_effective, uint32_t *ret_owner);

#endif

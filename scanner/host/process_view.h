// Another process's own types, shared by host_process.c (the questions), process_open.c (who it is and what separates
// us), process_where.c (whose answer it is) and process_look.c (what main would have seen of itself, told from outside).
#ifndef RA_HOST_PROCESS_VIEW_H
#define RA_HOST_PROCESS_VIEW_H

#include <errno.h>

#include "host/inside.h"

enum { RA_HAS_ENDED = ESTALE };

struct ra_rights { // of a process, as this /proc tells them
    uid_t uid[3]; // real, effective, saved
    gid_t gid[3];
    gid_t *groups; // sorted
    size_t n_groups;
    uint64_t effective, permitted; // capabilities
    int seccomp, no_new_privs;     // -1 not told
};

enum ra_space { RA_SPACE_USER, RA_SPACE_PID, RA_SPACE_MNT, RA_SPACE_NET, RA_SPACE_UTS, RA_SPACE_IPC, RA_SPACE_COUNT };

struct ra_process {
    struct ra_host host;
    struct ra_self self;
    pid_t pid;  // as our own /proc numbers it
    int proc;   // O_PATH of /proc/<pid>; stays with the process, whoever gets its number later
    int ended;  // pidfd, or -1
    int root;   // O_PATH of its root directory, or -1
    int root_err;
    struct ra_inside files, own; // under root; under proc
    char *own_path;              // "/proc/<number in the process's own /proc>"; NULL where that shows it nowhere
    pid_t auditor;               // number of the audit's first process there; 0 = not in sight
    struct ra_rights rights, ours;
    bool same_ids, same_root, same_space[RA_SPACE_COUNT];
    char *user_space;    // link text of its user namespace; NULL where refused
    bool refusals_hold;  // what refuses us would refuse it
    bool alike;          // nothing at all separates us from it
    int64_t now_override;
    struct ra_probed probed[RA_PROBE_COUNT]; // where alike
};

// Bytes of a file below an open directory, all of them up to a cap. 0 or an errno.
int ra_process_slurp(int dir, const char *name, struct ra_buf *out);
char *ra_process_link(struct ra_arena *a, int dir, const char *name); // NULL where it cannot be read
// The rest of the line "Name:\t..." of a status text; false where there is none.
bool ra_process_field(struct ra_span status, const char *name, struct ra_span *ret);
bool ra_process_rights(struct ra_arena *a, struct ra_span status, struct ra_rights *ret);
// Fills *p but for host, self and the two insides. 0, or RA_E_INPUT with a sentence; descriptors are -1 or open.
int ra_process_open(struct ra_arena *a, struct ra_process *p, int64_t pid, const struct ra_self *auditor,
                    struct ra_error *err);
bool ra_process_has_ended(const struct ra_process *p);
// 0 where the question can be asked of *ret at *ret_rest.
int ra_process_ask(const struct ra_process *p, const char *path, const struct ra_inside **ret, const char **ret_rest);
// The answer as the process would have got it; path as it was asked.
struct ra_reply ra_process_reply(const struct ra_process *p, const char *path, struct ra_reply r);
int ra_process_follow(const void *owner, int dir, const char *path, char *text, size_t size); // ra_inside.link
int ra_process_opened(const void *owner, const char *path, int fd);                           // ra_inside.opened
// Fills p->self from outside; p->proc, p->rights and the rest are there.
void ra_process_look(struct ra_arena *a, struct ra_process *p);

#endif

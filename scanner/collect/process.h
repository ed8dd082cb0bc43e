// What the files of the process collector share. Nobody else includes it.
#ifndef RA_COLLECT_PROCESS_H
#define RA_COLLECT_PROCESS_H

#include "collect/collect.h"
#include "collect/view.h"
#include "parse/sudoers.h"

struct ra_process {
    struct ra_collect *c;
    struct ra_view view;
    const char *status;  // text of the target's own status; NULL where unreadable
    bool boxed;          // a box was measured
    bool unboxed;        // it was measured that there is none; neither = /proc does not tell
    bool first_user;     // capabilities count on the machine itself (or it cannot be excluded)
    uint64_t effective, bounding;
    int seccomp, no_new_privs; // -1 = not told
    const char *label;         // of the security module; NULL: none, or not told
    struct ra_sudo_group *groups; // this process's own, by name
    size_t n_groups, cap_groups;
};

void ra_process_capabilities(struct ra_process *p); // process_caps.c: effective ones that matter
void ra_process_read_groups(struct ra_process *p);  // process_groups.c: fills groups
void ra_process_groups(struct ra_process *p);       // process_groups.c: those that are as good as root
void ra_process_sudo(struct ra_process *p);         // process_sudo.c: root by sudo or doas, without a password
void ra_process_path(struct ra_process *p);         // process_path.c: PATH: what can be written, what raises privileges
void ra_process_startup(struct ra_process *p);      // process_startup.c: directories from which code runs later
void ra_process_holes(struct ra_process *p);        // process_holes.c: what the box leaves open, special files
void ra_process_devices(struct ra_process *p);      // process_devices.c: disks, devices mounted by themselves
void ra_process_descriptors(struct ra_process *p);  // process_fds.c: inherited descriptors
void ra_process_others(struct ra_process *p);       // process_others.c: environment, arguments, memory of the rest

// Tries the special file that `path` is, told as the one that usually is at `usual`.
void ra_process_special_at(struct ra_process *p, const char *usual, const char *path);
// box:<name>, present, with WEAKENS: it raises likelihood only.
struct ra_reach *ra_process_hole(struct ra_process *p, const char *name, const char *ref, const char *title,
                                 struct ra_evidence e);

// process:self#<what>: something that this process may do and a plain user may not.
struct ra_reach *ra_process_power(struct ra_process *p, const char *what, enum ra_state state, struct ra_evidence e);
// Does root inside mean root on the host? Without a box it does; in one only where its root keeps the capabilities that
// rule the machine. What could not be measured counts as yes.
bool ra_process_root_is_hosts(const struct ra_process *p);
// May a set-user-ID program of root raise privileges at `path`? False only where something proves it cannot.
// ret (may be NULL): what stat said.
bool ra_process_raises(struct ra_process *p, const char *path, struct ra_stat *ret);
// A directory into which this process can put files: its reach, or NULL. Never more than the sandbox where it dies with
// the box.
struct ra_reach *ra_process_writable_dir(struct ra_process *p, const char *path, const char *ref, const char *title);
bool ra_process_outlives(const struct ra_process *p, const char *path); // does what is written there outlive the box?

#endif

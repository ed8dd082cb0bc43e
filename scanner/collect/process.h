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
// process_memory.c: the root directory and the memory of `pid`, where it is outside the box and lets itself be read.
// False where it is not; an answer that nobody knows goes to *ret_blind.
bool ra_process_outside(struct ra_process *p, long pid, struct ra_reply *ret_blind);

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
// process_sudo.c, for doas too. Is this a program that gives whoever runs it as root everything?
bool ra_process_open_ended(const char *name);
const char *ra_process_user(struct ra_process *p); // name of the real user; NULL: not told
// unknown:<what>, at most what root means here.
void ra_process_power_unknown(struct ra_process *p, const char *what, const char *settled_by, struct ra_reply r,
                              const char *path);
// process:self#<what>, from rules in the file at `path`; root: it surely gives everything.
struct ra_reach *ra_process_runs_as_root(struct ra_process *p, const char *what, const char *title, bool root,
                                         const char *path);
void ra_process_doas(struct ra_process *p); // process_doas.c; a set-user-ID doas is there
// A directory into which this process can put files: its reach, or NULL. Never more than the sandbox where it dies with
// the box.
struct ra_reach *ra_process_writable_dir(struct ra_process *p, const char *path, const char *ref, const char *title);
bool ra_process_outlives(const struct ra_process *p, const char *path); // does what is written there outlive the box?

#endif

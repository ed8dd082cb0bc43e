// What the files of the process collector share. Nobody else includes it.
#ifndef RA_COLLECT_PROCESS_H
#define RA_COLLECT_PROCESS_H

#include "collect/collect.h"
#include "collect/view.h"

struct ra_process {
    struct ra_collect *c;
    struct ra_view view;
    const char *status;  // text of the target's own status; NULL where unreadable
    bool boxed;          // a box was measured
    bool unboxed;        // it was measured that there is none; neither = /proc does not tell
    bool first_user;     // capabilities count on the machine itself (or it cannot be excluded)
    uint64_t effective, bounding;
    int seccomp, no_new_privs; // -1 = not told
};

void ra_process_capabilities(struct ra_process *p); // process_caps.c: effective ones that matter, groups
void ra_process_holes(struct ra_process *p);        // process_holes.c: what the box leaves open, special files
void ra_process_devices(struct ra_process *p);      // process_devices.c: disks, devices mounted by themselves
void ra_process_descriptors(struct ra_process *p);  // process_fds.c: inherited descriptors
void ra_process_others(struct ra_process *p);       // process_others.c: environment, arguments, memory of the rest

// Tries the special file that `path` is, told as the one that usually is at `usual`.
void ra_process_special_at(struct ra_process *p, const char *usual, const char *path);
// box:<name>, present, with WEAKENS: it raises likelihood only.
struct ra_reach *ra_process_hole(struct ra_process *p, const char *name, const char *ref, const char *title,
                                 struct ra_evidence e);

#endif

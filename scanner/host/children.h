// Short-lived children that do one piece of work each and send bytes back. For collectors (a crash or a hang
// costs one surface) and for probes.
#ifndef RA_HOST_CHILDREN_H
#define RA_HOST_CHILDREN_H

#include <stdbool.h>

#include <sys/types.h>

#include "base/buf.h"

struct ra_child {
    void (*work)(void *arg, struct ra_buf *out); // runs in the child; *out is what comes back
    void *arg;
    bool limits;       // bound its memory and processor time
    struct ra_buf out; // filled for the caller, who frees it
    int err;           // 0, ETIMEDOUT, EIO where the child died or sent less than it promised, or fork's errno
    int signal_number; // that ended the child by itself; 0 = none
};
// Waits a second for a child that has ended or was killed; one that is stuck inside the kernel is left behind, since
// waiting for it would hang too. Returns the signal that ended it, 0 = none or not known.
int ra_child_reap(pid_t pid);
// Starts all of them at once and waits for all; each has timeout_ms from the start and is killed by pid after
// that. The children die with the caller. Closes nothing of the caller's.
void ra_children_run(struct ra_child *jobs, size_t n, unsigned timeout_ms);
// The same for one job: appends its whole answer to *out, or nothing. Returns its err.
int ra_child_run(struct ra_child *job, unsigned timeout_ms, struct ra_buf *out);

#endif

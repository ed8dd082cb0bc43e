// How a process is opened; used by host_process.c alone.
#ifndef RA_HOST_PROCESS_OPEN_H
#define RA_HOST_PROCESS_OPEN_H

#include "host/process_view.h"

// Fills *p but for host, self and the two insides. 0, or RA_E_INPUT with a sentence; descriptors are -1 or open.
int ra_process_open(struct ra_arena *a, struct ra_process *p, int64_t pid, const struct ra_self *auditor,
                    struct ra_error *err);
bool ra_process_has_ended(const struct ra_process *p);

#endif

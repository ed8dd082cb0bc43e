// What separates the process from its machine, as measured.
#ifndef RA_COLLECT_BOX_H
#define RA_COLLECT_BOX_H

#include "host/host.h"
#include "model/inventory.h"

// Fills *ret, with one line of evidence. kind "unknown" where /proc does not tell; "none" only where it does.
void ra_box_detect(struct ra_arena *a, struct ra_host *h, struct ra_box *ret);

#endif

// What root would reach, where the run may become root in the box.
#ifndef RA_COLLECT_RAISED_H
#define RA_COLLECT_RAISED_H

#include "model/inventory.h"

// Looks at what all collectors saw, joined and not yet frozen. Where sudo or doas gives root without a password, or may
// give it, what the user was denied proves nothing any more: what permission
// alone denies becomes unknown: sockets, mounts and devices one by one, files and other processes together.
void ra_raised_look(struct ra_inventory *inv);

#endif

// Which sockets are held by processes of our own box, as far as /proc/<pid>/fd shows them. A listener that nobody in
// sight holds belongs to somebody outside.
#ifndef RA_COLLECT_OWNERS_H
#define RA_COLLECT_OWNERS_H

#include "collect/view.h"

struct ra_owners {
    uint64_t *inodes; // ascending
    size_t n, cap;
    bool whole; // every process in sight showed its descriptors
};
void ra_owners_read(struct ra_arena *a, struct ra_host *h, const struct ra_view *v, struct ra_owners *ret);
bool ra_owners_has(const struct ra_owners *o, uint64_t inode);

#endif

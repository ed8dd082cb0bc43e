#include "collect/owners.h"

#include <stdlib.h>
#include <string.h>

static int by_number(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

// Where processes outside the box are in sight, only those of our own mount namespace are the box's.
static bool outside(struct ra_arena *a, struct ra_host *h, const struct ra_view *v, const char *pid)
{
    char *link = NULL;
    if (!v->host_pids)
        return false;
    return !v->mnt_ns || ra_host_readlink(h, a, ra_strfmt(a, "/proc/%s/ns/mnt", pid), &link).err ||
           strcmp(link, v->mnt_ns) != 0;
}

static void read_process(struct ra_arena *a, struct ra_host *h, const char *pid, struct ra_owners *o)
{
    struct ra_arena scratch RA_CLEANUP(ra_arena_free) = {0};
    struct ra_names fds;
    struct ra_reply r = ra_host_list(h, &scratch, ra_strfmt(&scratch, "/proc/%s/fd", pid), 0, &fds);
    if (r.err) {
        if (ra_state_of(r, RA_ON_PID) != RA_STATE_ABSENT)
            o->whole = false;
        return;
    }
    for (size_t i = 0; i < fds.n; i++) {
        char *link = NULL;
        uint64_t inode;
        if (ra_host_readlink(h, &scratch, ra_strfmt(&scratch, "/proc/%s/fd/%s", pid, fds.items[i].name), &link).err)
            continue;
        struct ra_span s = ra_span_of(link);
        if (!ra_span_starts(s, "socket:[") || !ra_span_u64(ra_span_cut(s, 8, s.n - 9), 10, &inode))
            continue;
        o->inodes = ra_grow(a, o->inodes, o->n, &o->cap, sizeof *o->inodes);
        o->inodes[o->n++] = inode;
    }
}

void ra_owners_read(struct ra_arena *a, struct ra_host *h, const struct ra_view *v, struct ra_owners *ret)
{
    struct ra_names names;
    *ret = (struct ra_owners){.whole = true};
    if (ra_host_list(h, a, "/proc", 0, &names).err) {
        ret->whole = false;
        return;
    }
    for (size_t i = 0; i < names.n; i++) {
        uint64_t pid;
        if (ra_span_u64(ra_span_of(names.items[i].name), 10, &pid) && !outside(a, h, v, names.items[i].name))
            read_process(a, h, names.items[i].name, ret);
    }
    if (ret->n)
        qsort(ret->inodes, ret->n, sizeof *ret->inodes, by_number);
}

bool ra_owners_has(const struct ra_owners *o, uint64_t inode)
{
    return o->n && bsearch(&inode, o->inodes, o->n, sizeof *o->inodes, by_number);
}

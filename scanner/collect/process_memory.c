// The memory and the root directory of processes outside the box: open to whoever may read their environment. Never
// attaches to anything, reads no memory.
#include <errno.h>
#include <string.h>

#include "collect/process.h"

// Without Yama, or with its scope 0, whoever may read a process's environment may attach to it too.
static bool may_attach(struct ra_process *p)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    // Unreadable counts as scope 0: nothing proves that attaching is refused.
    if (ra_host_read(p->c->host, "/proc/sys/kernel/yama/ptrace_scope", 16, &text).err)
        return true;
    return (text.n && text.p[0] == '0') || (p->effective >> 19 & 1);
}

static char *part_id(struct ra_process *p, long pid, const char *part)
{
    return ra_id(p->c->arena, RA_KIND_PROCESS, pid == 1 ? "1" : "*", part);
}

// A process of another mount namespace that lets us read its environment: its memory and its root directory are
// open too. Only where processes outside our own namespace are in sight.
bool ra_process_outside(struct ra_process *p, long pid, struct ra_reply *ret_blind)
{
    struct ra_collect *c = p->c;
    char *link = NULL;
    if (!p->boxed || !p->view.host_pids)
        return false;
    struct ra_reply r = ra_host_readlink(c->host, c->arena, ra_strfmt(c->arena, "/proc/%ld/ns/mnt", pid), &link);
    if (ra_state_of(r, RA_ON_PID) == RA_STATE_UNKNOWN)
        *ret_blind = r;
    if (r.err || (p->view.mnt_ns && strcmp(link, p->view.mnt_ns) == 0))
        return false;
    char *root = ra_strfmt(c->arena, "/proc/%ld/root", pid);
    char *mem = ra_strfmt(c->arena, "/proc/%ld/mem", pid);
    struct ra_names names;
    struct ra_reply listed = ra_host_list(c->host, c->arena, root, 64, &names);
    enum ra_state state = ra_looked(c, listed, RA_ON_PID);
    if (state == RA_STATE_PRESENT || state == RA_STATE_UNKNOWN) {
        struct ra_reach *at = ra_reach_add(c->inv, RA_KIND_PROCESS, part_id(p, pid, "root"), root, state,
                                           ra_seen(c, RA_METHOD_ATTEMPTED, listed, root));
        at->traits |= RA_TRAIT_HOST_FILES | RA_TRAIT_OUTSIDE;
        at->access |= RA_READ;
        at->least = at->ceiling = RA_RADIUS_PERSON;
        at->title = "the root directory of a process outside the box";
    }
    if (may_attach(p)) {
        struct ra_reach *at = ra_reach_add(c->inv, RA_KIND_PROCESS, part_id(p, pid, "memory"), mem, RA_STATE_PRESENT,
                                           ra_seen(c, RA_METHOD_INFERRED, (struct ra_reply){.call = "readlink"}, mem));
        at->traits |= RA_TRAIT_HOST_MEMORY | RA_TRAIT_OUTSIDE;
        at->access |= RA_READ | RA_WRITE;
        at->least = at->ceiling = RA_RADIUS_PERSON;
        at->ref = "V57";
        at->title = "memory of processes outside the box";
    }
    return true;
}

// Which effective capabilities are more than a plain user's? They count in full only in the machine's
// first user namespace; inside another one they rule nothing but what that namespace owns. A bounding set alone is
// nothing. Source: capabilities(7).
#include <string.h>

#include "collect/process.h"

enum need { ALWAYS, HOST_PIDS, MODULES, HOST_NET };

static const struct cap_row {
    unsigned bit;
    const char *name, *ref;
    enum need need;  // without it the row only weakens
    unsigned traits; // in the first user namespace, need met
    unsigned access;
    const char *title;
} caps[] = {
    {2, "CAP_DAC_READ_SEARCH", "V19", ALWAYS, RA_TRAIT_HOST_FILES, RA_READ, "opens any file of a mounted disk by handle"},
    {12, "CAP_NET_ADMIN", "V23", HOST_NET, RA_TRAIT_WEAKENS, 0, "changes routes and firewall"},
    {13, "CAP_NET_RAW", "V23", HOST_NET, RA_TRAIT_WEAKENS, 0, "reads and forges packets"},
    {16, "CAP_SYS_MODULE", "V17", MODULES, RA_TRAIT_HOST_ROOT, 0, "loads kernel modules"},
    {17, "CAP_SYS_RAWIO", "V21", ALWAYS, RA_TRAIT_HOST_ROOT, 0, "raw memory and port access"},
    {18, "CAP_SYS_CHROOT", "V24", ALWAYS, RA_TRAIT_WEAKENS, 0, "changes its root directory"},
    {19, "CAP_SYS_PTRACE", "V18", HOST_PIDS, RA_TRAIT_HOST_ROOT, 0, "reads and writes any process in sight"},
    {21, "CAP_SYS_ADMIN", "V16", ALWAYS, RA_TRAIT_HOST_ROOT, 0, "administers the machine"},
    {22, "CAP_SYS_BOOT", "V24", HOST_PIDS, RA_TRAIT_WEAKENS, 0, "restarts the machine"},
    {25, "CAP_SYS_TIME", "V24", ALWAYS, RA_TRAIT_WEAKENS, 0, "sets the machine's clock"},
    {27, "CAP_MKNOD", "V22", ALWAYS, RA_TRAIT_WEAKENS, 0, "makes device nodes"},
    {31, "CAP_SETFCAP", "V24", ALWAYS, RA_TRAIT_WEAKENS, 0, "gives capabilities to files"},
    {34, "CAP_SYSLOG", "V24", ALWAYS, RA_TRAIT_WEAKENS, 0, "reads the kernel's log"},
    {38, "CAP_PERFMON", "V24", ALWAYS, RA_TRAIT_WEAKENS, 0, "watches the kernel"},
    {39, "CAP_BPF", "V24", ALWAYS, RA_TRAIT_WEAKENS, 0, "loads programs into the kernel"},
    {40, "CAP_CHECKPOINT_RESTORE", "V24", ALWAYS, RA_TRAIT_WEAKENS, 0, "restores processes"},
};
static const unsigned cap_sys_admin = 21;

static bool modules_can_load(struct ra_process *p)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    struct ra_reply r = ra_host_read(p->c->host, "/proc/sys/kernel/modules_disabled", 16, &text);
    ra_looked(p->c, r, RA_ON_PATH);
    // Absent: a kernel without modules. Unreadable: assume the worse.
    return r.err ? ra_state_of(r, RA_ON_PATH) != RA_STATE_ABSENT : text.n > 0 && text.p[0] == '0';
}

static bool met(struct ra_process *p, enum need need)
{
    switch (need) {
    case ALWAYS:
        return true;
    case HOST_PIDS:
        return p->view.host_pids;
    case MODULES:
        return modules_can_load(p);
    case HOST_NET:
        return p->view.net_init != RA_TRI_NO;
    }
    return true;
}

static void cap_reach(struct ra_process *p, const struct cap_row *row, unsigned traits)
{
    struct ra_collect *c = p->c;
    enum ra_state state = p->view.user_init == RA_TRI_UNSURE ? RA_STATE_UNKNOWN : RA_STATE_PRESENT;
    struct ra_evidence e = ra_seen(c, RA_METHOD_OBSERVED, (struct ra_reply){.call = "read"}, "/proc/self/status");
    struct ra_reach *r = ra_reach_add(c->inv, RA_KIND_CAPABILITY, ra_id(c->arena, RA_KIND_CAPABILITY, row->name, NULL),
                                      row->name, state, e);
    bool strong = traits & (RA_TRAIT_HOST_ROOT | RA_TRAIT_HOST_FILES);
    r->traits |= traits;
    r->access |= strong ? row->access : 0;
    r->least = strong ? RA_RADIUS_PERSON : RA_RADIUS_NOTHING;
    r->ceiling = traits ? RA_RADIUS_PERSON : RA_RADIUS_NOTHING;
    r->cap = strong ? RA_SEVERITY_HIGH : traits ? RA_SEVERITY_LOW : RA_SEVERITY_INFO;
    r->ref = row->ref;
    r->title = row->title;
}

// Inside another user namespace, or where the need is not met, a strong row still opens more kernel than a plain
// user has.
static unsigned traits_of(struct ra_process *p, const struct cap_row *row)
{
    bool weak = row->traits == RA_TRAIT_WEAKENS;
    if (!p->first_user)
        return p->boxed ? RA_TRAIT_WEAKENS : 0;
    if (weak)
        return p->unboxed || (row->need != ALWAYS && !met(p, row->need)) ? 0 : RA_TRAIT_WEAKENS;
    if (!met(p, row->need))
        return p->unboxed ? 0 : RA_TRAIT_WEAKENS;
    // Root without a box: said once, by CAP_SYS_ADMIN, which contains the others.
    bool covered = p->unboxed && row->bit != cap_sys_admin && (p->effective >> cap_sys_admin & 1);
    return covered ? 0 : row->traits;
}

void ra_process_capabilities(struct ra_process *p)
{
    for (size_t i = 0; i < RA_COUNT(caps); i++) {
        p->c->cover->looked++;
        if (!(p->effective >> caps[i].bit & 1)) {
            p->c->cover->absent++;
            continue;
        }
        p->c->cover->present++;
        unsigned traits = traits_of(p, &caps[i]);
        if (traits || (p->unboxed && p->first_user && caps[i].traits != RA_TRAIT_WEAKENS))
            cap_reach(p, &caps[i], traits);
    }
}

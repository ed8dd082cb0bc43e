// What does the box leave open? Missing filters and probes only weaken it (possible, low); special files count only
// when open() for write succeeds. Outside a box nothing here adds to "no box", so nothing is asked.
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "collect/process.h"

static const struct probe_row {
    enum ra_probe probe;
    const char *name, *title;
} syscalls[] = { // V59, V60; only where a seccomp filter is there to be porous
    {RA_PROBE_BPF, "syscall-bpf", "the system call filter lets bpf through"},
    {RA_PROBE_PERF, "syscall-perf", "the system call filter lets perf_event_open through"},
    {RA_PROBE_USERFAULTFD, "syscall-userfaultfd", "the system call filter lets userfaultfd through"},
    {RA_PROBE_IO_URING, "syscall-io-uring", "the system call filter lets io_uring through"},
    {RA_PROBE_KEYCTL, "syscall-keyctl", "the system call filter lets keyctl through"},
    {RA_PROBE_OPEN_BY_HANDLE, "syscall-open-by-handle", "the system call filter lets open_by_handle_at through"},
    {RA_PROBE_KEXEC, "syscall-kexec", "the system call filter lets kexec_load through"},
    {RA_PROBE_SOCKET_ALG, "socket-alg", "kernel crypto sockets can be opened"},
    {RA_PROBE_SOCKET_PACKET, "socket-packet", "packet sockets can be opened"},
};

static struct ra_evidence probed(struct ra_process *p, struct ra_reply r)
{
    return ra_seen(p->c, RA_METHOD_ATTEMPTED, r, NULL);
}

// EINVAL, EFAULT, EBADF and the like mean that the kernel itself looked at the arguments.
static bool let_through(struct ra_reply r)
{
    return r.err != EPERM && r.err != ENOSYS && r.err != EACCES && r.err != EAFNOSUPPORT && r.err != ETIMEDOUT &&
           r.err != EIO && r.err != EMFILE && r.err != ENFILE && r.err != ENOMEM && r.err != EAGAIN;
}

static void weak_filters(struct ra_process *p)
{
    struct ra_reply none = {.call = "read"};
    struct ra_evidence status = ra_seen(p->c, RA_METHOD_OBSERVED, none, "/proc/self/status");
    struct ra_host *h = p->c->host;
    if (p->seccomp == 0 && p->c->inv->target.box.shared_kernel)
        ra_process_hole(p, "no-seccomp", "V58", "no system call filter", status);
    for (size_t i = 0; p->seccomp > 0 && i < RA_COUNT(syscalls); i++) {
        struct ra_reply r = ra_host_probe(h, syscalls[i].probe, NULL);
        ra_looked(p->c, r, RA_ON_SYSCALL);
        if (let_through(r))
            ra_process_hole(p, syscalls[i].name, "V59", syscalls[i].title, probed(p, r));
    }
    struct ra_reply nested = ra_host_probe(h, RA_PROBE_USERNS, NULL);
    if (ra_looked(p->c, nested, RA_ON_SYSCALL) == RA_STATE_PRESENT)
        ra_process_hole(p, "userns-nested", "V44", "may make user namespaces of its own", probed(p, nested));
    if (p->no_new_privs == 0 && p->status && p->bounding && p->first_user)
        ra_process_hole(p, "privileges-gainable", "V61", "programs with set-user-ID may raise privileges", status);
    if (p->view.user_init == RA_TRI_YES && p->c->host->self->euid == 0)
        ra_process_hole(p, "root-unmapped", "V43", "root inside is root outside after any escape", status);
    if (p->view.host_pids)
        ra_process_hole(p, "host-processes", "V40", "processes outside the box are in sight", status);
}

static const struct special_row {
    const char *path, *ref;
    enum ra_kind kind;
    unsigned traits;
    const char *title;
} specials[] = {
    {"/proc/sys/kernel/core_pattern", "V45", RA_KIND_BOX, RA_TRAIT_HOST_ROOT, "names the program that handles crashes"},
    {"/proc/sys/kernel/modprobe", "V46", RA_KIND_BOX, RA_TRAIT_HOST_ROOT, "names the program that loads modules"},
    {"/proc/sys/fs/binfmt_misc/register", "V47", RA_KIND_BOX, RA_TRAIT_HOST_ROOT, "names interpreters of programs"},
    {"/sys/kernel/uevent_helper", "V48", RA_KIND_BOX, RA_TRAIT_HOST_ROOT, "names the program that handles devices"},
    {"/proc/sysrq-trigger", "V51", RA_KIND_BOX, RA_TRAIT_WEAKENS, "restarts or stops the machine"},
    {"/proc/sys/vm/panic_on_oom", "V52", RA_KIND_BOX, RA_TRAIT_WEAKENS, "sets the machine's kernel options"},
    {"/proc/sys/fs/suid_dumpable", "V52", RA_KIND_BOX, RA_TRAIT_WEAKENS, "sets the machine's kernel options"},
    {"/dev/mem", "V30", RA_KIND_DEVICE, RA_TRAIT_HOST_ROOT, "the machine's memory"},
    {"/dev/kmem", "V30", RA_KIND_DEVICE, RA_TRAIT_HOST_ROOT, "the kernel's memory"},
    {"/dev/port", "V30", RA_KIND_DEVICE, RA_TRAIT_HOST_ROOT, "the machine's ports"},
    {"/dev/kmsg", "V53", RA_KIND_DEVICE, RA_TRAIT_WEAKENS, "the kernel's log"},
    {"/dev/loop-control", "V31", RA_KIND_DEVICE, RA_TRAIT_WEAKENS, "makes loop devices"},
    {"/dev/mapper/control", "V31", RA_KIND_DEVICE, RA_TRAIT_WEAKENS, "makes device-mapper devices"},
    {"/dev/kvm", "V32", RA_KIND_DEVICE, RA_TRAIT_WEAKENS, "virtual machines"},
    {"/dev/fuse", "V32", RA_KIND_DEVICE, RA_TRAIT_WEAKENS, "file systems in user space"},
    {"/dev/net/tun", "V32", RA_KIND_DEVICE, RA_TRAIT_WEAKENS, "network tunnels"},
    {"/dev/uinput", "V32", RA_KIND_DEVICE, RA_TRAIT_HOST_USER, "types and clicks as the user"},
};

static void special_reach(struct ra_process *p, const struct special_row *row, const char *path, enum ra_state state,
                          struct ra_reply reply)
{
    struct ra_collect *c = p->c;
    bool strong = row->traits & (RA_TRAIT_HOST_ROOT | RA_TRAIT_HOST_USER);
    // A file of the kernel is the machine's own where the kernel is shared; a guest's own kernel is the guest's.
    if (!c->inv->target.box.shared_kernel)
        return;
    struct ra_reach *r = ra_reach_add(c->inv, row->kind, ra_id(c->arena, row->kind, path, NULL), path, state,
                                      ra_seen(c, RA_METHOD_ATTEMPTED, reply, path));
    r->traits |= row->traits;
    r->access |= RA_WRITE;
    r->least = strong ? RA_RADIUS_PERSON : RA_RADIUS_NOTHING;
    r->cap = strong ? RA_SEVERITY_HIGH : RA_SEVERITY_LOW;
    r->ref = row->ref;
    r->title = row->title;
}

static void try_special(struct ra_process *p, const struct special_row *row, const char *path)
{
    struct ra_reply r = ra_host_open_write(p->c->host, path);
    enum ra_state state = ra_looked(p->c, r, RA_ON_DEVICE);
    bool strong = row->traits & (RA_TRAIT_HOST_ROOT | RA_TRAIT_HOST_USER);
    if (state == RA_STATE_PRESENT || (state == RA_STATE_UNKNOWN && strong))
        special_reach(p, row, path, state, r);
}

// cgroup v1: whoever writes a hierarchy's release_agent names a program that root runs.
static void release_agents(struct ra_process *p)
{
    static const struct special_row row = {NULL, "V49", RA_KIND_BOX, RA_TRAIT_HOST_ROOT,
                                           "names the program that cleans up control groups"};
    for (size_t i = 0; i < p->view.n_mounts; i++) {
        const struct ra_mount *m = &p->view.mounts[i];
        if (strcmp(m->fstype, "cgroup") == 0 && strcmp(m->root, "/") == 0)
            try_special(p, &row, ra_strfmt(p->c->arena, "%s/release_agent", m->point));
    }
}

void ra_process_special_at(struct ra_process *p, const char *usual, const char *path)
{
    for (size_t i = 0; i < RA_COUNT(specials); i++)
        if (strcmp(specials[i].path, usual) == 0)
            try_special(p, &specials[i], path);
}

void ra_process_holes(struct ra_process *p)
{
    if (!p->unboxed) {
        if (p->boxed)
            weak_filters(p);
        ra_process_devices(p);
    }
    // Root without a box may write all of them: that is said once, by CAP_SYS_ADMIN.
    if (p->unboxed && p->c->host->self->euid == 0)
        return;
    for (size_t i = 0; i < RA_COUNT(specials); i++)
        if (!p->unboxed || specials[i].traits & RA_TRAIT_HOST_ROOT)
            try_special(p, &specials[i], specials[i].path);
    release_agents(p);
}

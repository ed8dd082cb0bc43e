// What the files about privileges share: the reach of a power, whether root inside is root outside, whether a
// set-user-ID program can raise anything here, and whether what is written in a directory outlives the box.
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "collect/process.h"

struct ra_reach *ra_process_power(struct ra_process *p, const char *what, enum ra_state state, struct ra_evidence e)
{
    return ra_reach_add(p->c->inv, RA_KIND_PROCESS, ra_id(p->c->arena, RA_KIND_PROCESS, "self", what), "/proc/self",
                        state, e);
}

// Bits of capabilities(7): DAC_READ_SEARCH, SYS_MODULE, SYS_RAWIO, SYS_PTRACE (with the host's processes in sight),
// SYS_ADMIN.
bool ra_process_root_is_hosts(const struct ra_process *p)
{
    if (!p->boxed || !p->status)
        return true;
    return p->first_user && (p->bounding >> 2 & 1 || p->bounding >> 16 & 1 || p->bounding >> 17 & 1 ||
                             (p->bounding >> 19 & 1 && p->view.host_pids) || p->bounding >> 21 & 1);
}

// The kernel ignores the bit under no_new_privs, on a nosuid mount, and where root has no number in the process's own
// user namespace (its files then show another owner). Source: execve(2), user_namespaces(7).
bool ra_process_raises(struct ra_process *p, const char *path, struct ra_stat *ret)
{
    struct ra_collect *c = p->c;
    struct ra_stat ignored = {0}, *st = ret ? ret : &ignored;
    struct ra_fs fs;
    if (p->no_new_privs > 0)
        return false;
    struct ra_reply r = ra_host_stat(c->host, path, st);
    enum ra_state state = ra_looked(c, r, RA_ON_PATH);
    if (state == RA_STATE_UNKNOWN)
        ra_unseen(c, "privileges", ra_strfmt(c->arena, "whether %s raises privileges", path), r, path);
    if (state != RA_STATE_PRESENT || st->type != 'f' || !(st->mode & 04000) || st->uid != 0 ||
        ra_state_of(ra_host_access(c->host, path, X_OK), RA_ON_PATH) == RA_STATE_DENIED)
        return false;
    return ra_host_statfs(c->host, path, &fs).err != 0 || !fs.nosuid;
}

bool ra_process_outlives(const struct ra_process *p, const char *path)
{
    const struct ra_mount *m = ra_mount_of(&p->view, path);
    if (p->unboxed || !m)
        return true;
    if (strcmp(m->fstype, "overlay") == 0 || strcmp(m->fstype, "fuse.fuse-overlayfs") == 0)
        return false;
    // The box's own tmpfs shows itself whole; a part of another one is somebody else's.
    bool memory = strcmp(m->fstype, "tmpfs") == 0 || strcmp(m->fstype, "ramfs") == 0;
    return !memory || (strcmp(m->root, "/") != 0 && strncmp(m->root, "/newroot", 8) != 0);
}

// Consent of access() to a directory is an observation; where a security module confines the process it is not even
// that.
struct ra_reach *ra_process_writable_dir(struct ra_process *p, const char *path, const char *ref, const char *title)
{
    struct ra_collect *c = p->c;
    struct ra_stat st;
    struct ra_reply r = ra_host_access(c->host, path, W_OK | X_OK);
    enum ra_state state = ra_looked(c, r, RA_ON_PATH);
    // A recording without the answer, or a failed call: unknown, where there is a directory at all.
    if (state == RA_STATE_DENIED || state == RA_STATE_ABSENT)
        return NULL;
    struct ra_reply what = ra_host_stat(c->host, path, &st);
    if (what.err == 0 ? st.type != 'd' : ra_state_of(what, RA_ON_PATH) == RA_STATE_ABSENT)
        return NULL;
    bool confined = p->label && strncmp(p->label, "unconfined", 10) != 0 && strcmp(p->label, "kernel") != 0;
    struct ra_reach *at = ra_reach_add(c->inv, RA_KIND_FILE, ra_file_id(c, path, NULL), path,
                                       confined ? RA_STATE_UNKNOWN : state, ra_seen(c, RA_METHOD_OBSERVED, r, path));
    bool later = ra_process_outlives(p, path);
    at->access |= RA_WRITE;
    at->traits |= later ? RA_TRAIT_RUNS_LATER : 0u;
    at->title = title;
    at->ref = ref;
    at->cap = later ? RA_SEVERITY_HIGH : RA_SEVERITY_LOW;
    ra_reach_radius(at, at->state == RA_STATE_PRESENT && later ? RA_RADIUS_PERSON : RA_RADIUS_NOTHING,
                    later ? RA_RADIUS_PERSON : RA_RADIUS_SANDBOX);
    return at;
}

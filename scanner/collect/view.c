// Reads the namespaces and mounts of the target. Guesses nothing: what /proc does not tell stays unsure.
#include "collect/view.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"

// Numbers that the kernel reserves for the machine's first namespaces; later ones start at 0xF0000000. Those of the
// mount and network namespaces are fixed from Linux 6.18 on.
static const uint64_t first_user = 0xEFFFFFFD, first_pid = 0xEFFFFFFC, first_net = 0xEFFFFFF9, first_mnt = 0xEFFFFFF8;

static const char *ns_link(struct ra_arena *a, struct ra_host *h, const char *path)
{
    char *text = NULL;
    return ra_host_readlink(h, a, path, &text).err == 0 ? text : NULL;
}

static bool ns_number(const char *link, uint64_t *ret)
{
    struct ra_span s = ra_span_of(link);
    ptrdiff_t open = ra_span_chr(s, '[');
    if (open < 0 || !ra_span_ends(s, "]"))
        return false;
    return ra_span_u64(ra_span_cut(s, (size_t)open + 1, s.n - (size_t)open - 2), 10, ret);
}

static enum ra_tri tri(bool yes)
{
    return yes ? RA_TRI_YES : RA_TRI_NO;
}

static enum ra_tri first_by_number(const char *link, uint64_t first)
{
    uint64_t number;
    return ns_number(link, &number) ? tri(number == first) : RA_TRI_UNSURE;
}

// Linux 6.18 and later: the numbers of the first mount and network namespaces are fixed too.
static bool numbers_are_fixed(struct ra_host *h)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    uint64_t major = 0, minor = 0;
    if (ra_host_read(h, "/proc/sys/kernel/osrelease", 256, &text).err)
        return false;
    struct ra_span rest = ra_buf_view(&text), part;
    if (!ra_span_until(&rest, '.', &part) || !ra_span_u64(part, 10, &major))
        return false;
    size_t digits = 0;
    while (digits < rest.n && rest.p[digits] >= '0' && rest.p[digits] <= '9')
        digits++;
    return ra_span_u64(ra_span_cut(rest, 0, digits), 10, &minor) && (major > 6 || (major == 6 && minor >= 18));
}

char *ra_proc_text(struct ra_arena *a, struct ra_host *h, long pid, const char *leaf)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    if (ra_host_read(h, ra_strfmt(a, "/proc/%ld/%s", pid, leaf), 4096, &text).err)
        return NULL;
    return ra_strndup(a, ra_span_trim(ra_buf_view(&text)));
}

bool ra_proc_parent(struct ra_arena *a, struct ra_host *h, long pid, int64_t *ret_ppid, char **ret_comm)
{
    char *text = ra_proc_text(a, h, pid, "stat");
    struct ra_span comm;
    if (!text || !ra_stat_parse(ra_span_of(text), &comm, ret_ppid))
        return false;
    if (ret_comm)
        *ret_comm = ra_strndup(a, comm);
    return true;
}

const char *ra_self_status(struct ra_arena *a, struct ra_host *h)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    if (h->self->status)
        return h->self->status;
    if (ra_host_read(h, "/proc/self/status", 65536, &text).err || text.n == 0)
        return NULL;
    return ra_strndup(a, ra_buf_view(&text));
}

static void read_mounts(struct ra_arena *a, struct ra_host *h, struct ra_view *v)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    v->mounts_reply = ra_host_read(h, "/proc/self/mountinfo", 16 * RA_MAX_FILE_BYTES, &text);
    if (v->mounts_reply.err)
        return;
    v->mounts_whole = ra_mountinfo_parse(a, ra_buf_view(&text), &v->mounts, &v->n_mounts) && v->n_mounts > 0 &&
                      !v->mounts_reply.truncated;
    for (size_t i = 0; i < v->n_mounts; i++)
        if (strcmp(v->mounts[i].point, "/") == 0)
            v->root = &v->mounts[i];
}

// Is the first process of the machine in our mount namespace? Mount ids are unique among all namespaces.
static enum ra_tri same_mounts_as_first(struct ra_arena *a, struct ra_host *h, const struct ra_view *v)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    const char *link = ns_link(a, h, "/proc/1/ns/mnt");
    if (link && v->mnt_ns)
        return tri(strcmp(link, v->mnt_ns) == 0);
    struct ra_mount *theirs = NULL;
    size_t n = 0;
    if (!v->root || ra_host_read(h, "/proc/1/mountinfo", 16 * RA_MAX_FILE_BYTES, &text).err ||
        !ra_mountinfo_parse(a, ra_buf_view(&text), &theirs, &n) || n == 0)
        return RA_TRI_UNSURE;
    for (size_t i = 0; i < n; i++)
        if (theirs[i].id == v->root->id)
            return RA_TRI_YES;
    return RA_TRI_NO;
}

// Older kernels: a link with a device behind it belongs to the machine's first network namespace; a list of
// nothing but virtual ones does not.
static enum ra_tri net_by_devices(struct ra_arena *a, struct ra_host *h, const struct ra_view *v)
{
    struct ra_names names;
    const char *first = v->pid_init == RA_TRI_YES ? ns_link(a, h, "/proc/1/ns/net") : NULL;
    if (first && v->net_ns)
        return tri(strcmp(first, v->net_ns) == 0);
    if (ra_host_list(h, a, "/sys/class/net", 0, &names).err || names.n == 0)
        return RA_TRI_UNSURE;
    for (size_t i = 0; i < names.n; i++) {
        struct ra_stat st;
        if (ra_host_stat(h, ra_strfmt(a, "/sys/class/net/%s/device", names.items[i].name), &st).err == 0)
            return RA_TRI_YES;
    }
    return RA_TRI_NO;
}

static void read_namespaces(struct ra_arena *a, struct ra_host *h, struct ra_view *v)
{
    struct ra_buf map RA_CLEANUP(ra_buf_free) = {0};
    bool fixed = numbers_are_fixed(h);
    v->user_ns = ns_link(a, h, "/proc/self/ns/user");
    v->pid_ns = ns_link(a, h, "/proc/self/ns/pid");
    v->mnt_ns = ns_link(a, h, "/proc/self/ns/mnt");
    v->net_ns = ns_link(a, h, "/proc/self/ns/net");

    if (ra_host_read(h, "/proc/self/uid_map", 65536, &map).err == 0 && map.n)
        v->user_init = tri(ra_uid_map_is_init(ra_buf_view(&map)) &&
                           first_by_number(v->user_ns, first_user) != RA_TRI_NO);
    v->pid_init = first_by_number(v->pid_ns, first_pid);
    if (v->pid_init == RA_TRI_UNSURE) {
        char *second = ra_proc_text(a, h, 2, "comm");
        v->pid_init = second && strcmp(second, "kthreadd") == 0 ? RA_TRI_YES : RA_TRI_UNSURE;
    }
    v->mount_init = first_by_number(v->mnt_ns, first_mnt);
    if (v->mount_init == RA_TRI_NO && !fixed)
        v->mount_init = RA_TRI_UNSURE;
    if (v->mount_init == RA_TRI_UNSURE && v->pid_init == RA_TRI_YES)
        v->mount_init = same_mounts_as_first(a, h, v);
    v->net_init = first_by_number(v->net_ns, first_net);
    if (v->net_init == RA_TRI_NO && !fixed)
        v->net_init = RA_TRI_UNSURE;
    if (v->net_init == RA_TRI_UNSURE)
        v->net_init = net_by_devices(a, h, v);
}

// The last number of NSpid is the pid inside the innermost namespace, which is what getpid() answers.
static bool is_keeper(struct ra_arena *a, struct ra_host *h, long pid)
{
    char *text = ra_proc_text(a, h, pid, "status");
    struct ra_span field, word, last = {0};
    if (!text || !ra_status_field(ra_span_of(text), "NSpid", &field))
        return pid == h->self->pid;
    while (ra_span_word(&field, &word))
        last = word;
    uint64_t inner;
    return ra_span_u64(last, 10, &inner) && inner == (uint64_t)h->self->pid;
}

// This /proc may number processes of another pid namespace than ours: walk up from whoever asks to the keeper.
static void find_keeper(struct ra_arena *a, struct ra_host *h, struct ra_view *v)
{
    char *self = NULL;
    uint64_t pid;
    v->keeper = h->self->pid;
    if (ra_host_readlink(h, a, "/proc/self", &self).err || !ra_span_u64(ra_span_of(self), 10, &pid))
        return;
    int64_t at = (int64_t)pid;
    for (int depth = 0; depth < 16 && at > 0; depth++) {
        if (is_keeper(a, h, at)) {
            v->keeper = (pid_t)at;
            return;
        }
        if (!ra_proc_parent(a, h, at, &at, NULL))
            return;
    }
}

void ra_view_read(struct ra_arena *a, struct ra_host *h, struct ra_view *ret)
{
    *ret = (struct ra_view){0};
    ret->mounts_whole = h->at_rest; // files that nobody runs have no mounts, and that is all there is to know
    if (h->at_rest)
        return;
    read_mounts(a, h, ret);
    read_namespaces(a, h, ret);
    find_keeper(a, h, ret);
    char *second = ra_proc_text(a, h, 2, "comm");
    // Not told counts as in sight: a pid then proves nothing about who is inside.
    ret->host_pids = ret->pid_init != RA_TRI_NO || ret->keeper != h->self->pid ||
                     (second && strcmp(second, "kthreadd") == 0);
}

static bool listed(const char *const *names, const char *name)
{
    for (; *names; names++)
        if (strcmp(*names, name) == 0)
            return true;
    return false;
}

bool ra_fs_is_pseudo(const char *fstype)
{
    static const char *const names[] = {
        "proc", "sysfs", "devpts", "cgroup", "cgroup2", "mqueue", "debugfs", "tracefs", "securityfs", "pstore", "bpf",
        "configfs", "fusectl", "hugetlbfs", "binfmt_misc", "efivarfs", "nsfs", "rpc_pipefs", "selinuxfs", "autofs",
        "fuse.lxcfs", "resctrl", "smackfs", NULL};
    return listed(names, fstype);
}

bool ra_fs_is_remote(const char *fstype)
{
    static const char *const names[] = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ceph", "glusterfs", "fuse.glusterfs",
                                        "davfs", "fuse.sshfs", "fuse.rclone", "fuse.s3fs", "fuse.gcsfuse", "afs",
                                        "fuse.blobfuse", "fuse.mount-s3", "lustre", "beegfs", "fuse.juicefs", NULL};
    return listed(names, fstype);
}

bool ra_mount_is_own(const struct ra_mount *m)
{
    bool memory = strcmp(m->fstype, "tmpfs") == 0 || strcmp(m->fstype, "ramfs") == 0;
    return strcmp(m->fstype, "overlay") == 0 || strcmp(m->fstype, "fuse.fuse-overlayfs") == 0 ||
           (memory && (strcmp(m->root, "/") == 0 || ra_path_inside(m->root, "/newroot")));
}

bool ra_path_is_home(const char *path)
{
    static const char *const parents[] = {"/home", "/Users", "/var/home", "/export/home", NULL};
    const char *slash = strrchr(path, '/');
    if (strcmp(path, "/root") == 0)
        return true;
    for (size_t i = 0; parents[i] && slash && slash[1]; i++)
        if (strlen(parents[i]) == (size_t)(slash - path) && strncmp(path, parents[i], (size_t)(slash - path)) == 0)
            return true;
    return false;
}

const struct ra_mount *ra_mount_of(const struct ra_view *v, const char *path)
{
    const struct ra_mount *best = NULL;
    for (size_t i = 0; i < v->n_mounts; i++)
        if (ra_path_inside(path, v->mounts[i].point) &&
            (!best || strlen(v->mounts[i].point) >= strlen(best->point)))
            best = &v->mounts[i];
    return best;
}

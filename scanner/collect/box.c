// Names what separates the process from its machine, by measured evidence. Marker files alone prove nothing (images
// carry /.dockerenv to machines that are no container), and a user namespace alone is no box: what counts is a view
// of the file system of its own.
#include "collect/box.h"

#include <string.h>

#include "base/path.h"
#include "collect/view.h"

struct marks { // what the mount table says about who assembled it
    bool docker, podman, pod, kata;
};

static struct marks read_marks(const struct ra_view *v)
{
    struct marks m = {0};
    for (size_t i = 0; i < v->n_mounts; i++) {
        const struct ra_mount *at = &v->mounts[i];
        bool is_root = strcmp(at->point, "/") == 0;
        m.kata |= strcmp(at->source, "kataShared") == 0;
        m.pod |= strstr(at->root, "/kubelet/pods/") || strstr(at->root, "/kubernetes.io~") ||
                 strstr(at->point, "/secrets/kubernetes.io/");
        m.podman |= strstr(at->root, "/overlay-containers/") || (is_root && strstr(at->root, "/containers/storage/")) ||
                    (is_root && strstr(at->super_options, "/containers/storage/"));
        m.docker |= strstr(at->root, "/docker/containers/") || (is_root && strstr(at->super_options, "/docker/")) ||
                    (is_root && strstr(at->root, "/docker/"));
    }
    return m;
}

static bool exists(struct ra_host *h, const char *path)
{
    struct ra_stat st;
    return ra_host_lstat(h, path, &st).err == 0;
}

static bool is_gvisor(struct ra_host *h)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    if (ra_host_read(h, "/proc/version", 1024, &text).err)
        return false;
    // The constant that gVisor's own /proc/version answers.
    return ra_span_find(ra_buf_view(&text), RA_SPAN("#1 SMP Sun Jan 10 15:06:54 PST 2016")) >= 0;
}

// Is an ancestor of the audit (pid 1 of a pid namespace included) called `name`?
static bool started_by(struct ra_arena *a, struct ra_host *h, const struct ra_view *v, const char *name)
{
    int64_t pid = v->keeper, parent;
    char *comm;
    for (int depth = 0; depth < 64 && pid > 0; depth++) {
        if (!ra_proc_parent(a, h, pid, &parent, &comm))
            break;
        if (pid != v->keeper && strcmp(comm, name) == 0)
            return true;
        pid = parent;
    }
    return v->pid_init == RA_TRI_NO && ra_proc_parent(a, h, 1, &parent, &comm) && strcmp(comm, name) == 0;
}

// A root that is an image or was assembled from parts, in words; NULL where it may be the machine's own.
static const char *image_root(struct ra_arena *a, const struct ra_view *v)
{
    const struct ra_mount *r = v->root;
    if (!r)
        return NULL;
    if (strcmp(r->fstype, "tmpfs") == 0 || strcmp(r->fstype, "overlay") == 0 || strcmp(r->fstype, "squashfs") == 0 ||
        strcmp(r->fstype, "fuse.fuse-overlayfs") == 0 || strcmp(r->fstype, "virtiofs") == 0 ||
        strcmp(r->fstype, "9p") == 0)
        return ra_strfmt(a, "its root is %s %s of its own", strchr("aeiou", r->fstype[0]) ? "an" : "a", r->fstype);
    if (strcmp(r->root, "/") != 0)
        return ra_strfmt(a, "its root is the directory %s of %s", r->root, r->source);
    return NULL;
}

// The same, and roots that are the machine's own but not as the machine sees it.
static const char *own_root(struct ra_arena *a, const struct ra_view *v)
{
    const struct ra_mount *r = v->root;
    const char *image = image_root(a, v);
    if (image || !r)
        return image;
    if (ra_mount_option(r->options, "ro") && !ra_mount_option(r->super_options, "ro"))
        return "its root is a read-only bind of a writable file system";
    return NULL;
}

static void say(struct ra_box *ret, const char *kind, bool shared_kernel, const char *evidence)
{
    *ret = (struct ra_box){kind, shared_kernel, evidence};
}

static bool detect_bubblewrap(struct ra_arena *a, struct ra_host *h, const struct ra_view *v, struct ra_box *ret)
{
    const char *who = started_by(a, h, v, "bwrap") ? "started by bwrap" : NULL;
    if (!who && v->root && strcmp(v->root->root, "/newroot") == 0 && strcmp(v->root->fstype, "tmpfs") == 0)
        who = "its root is a tmpfs that bubblewrap assembled";
    if (!who && exists(h, "/.flatpak-info"))
        who = "flatpak assembled it";
    if (!who)
        return false;
    const char *root = own_root(a, v);
    say(ret, "bubblewrap", true,
        ra_strfmt(a, "%s; mounts of its own%s%s", who, root ? "; " : ": the machine's root, writable", root ? root : ""));
    return true;
}

static bool detect_container(struct ra_arena *a, struct ra_host *h, const struct ra_view *v, struct ra_box *ret)
{
    struct marks m = read_marks(v);
    const char *root = image_root(a, v);
    if (!root && !(m.pod || m.podman || m.docker))
        return false;
    root = root ? root : "it has mounts of its own";
    if (m.pod)
        say(ret, "pod", true, ra_strfmt(a, "%s; mounts come from a kubelet", root));
    else if (m.podman || exists(h, "/run/.containerenv"))
        say(ret, "podman", true, ra_strfmt(a, "%s; %s", root, m.podman ? "mounts come from podman's storage"
                                                                       : "/run/.containerenv is there"));
    else if (m.docker || exists(h, "/.dockerenv"))
        say(ret, "docker", true, ra_strfmt(a, "%s; %s", root, m.docker ? "mounts come from docker's storage"
                                                                       : "/.dockerenv is there"));
    else
        return false;
    return true;
}

void ra_box_detect(struct ra_arena *a, struct ra_host *h, struct ra_box *ret)
{
    struct ra_view v;
    if (h->at_rest) {
        say(ret, "unknown", false, "nothing runs in it");
        return;
    }
    ra_view_read(a, h, &v);
    if (is_gvisor(h)) {
        say(ret, "gvisor", false, "/proc/version is gVisor's own");
        return;
    }
    if (v.n_mounts == 0 || !v.mounts_whole) {
        say(ret, "unknown", true, ra_strfmt(a, "/proc/self/mountinfo could not be read (%s)",
                                            v.mounts_reply.err ? ra_errno_name(v.mounts_reply.err) : "malformed"));
        return;
    }
    if (read_marks(&v).kata && v.pid_init != RA_TRI_YES) {
        say(ret, "microvm", false, "its files come from the Kata Containers share");
        return;
    }
    if (v.pid_init == RA_TRI_YES && v.mount_init == RA_TRI_YES) {
        say(ret, "none", true, "in the machine's own process and mount namespaces");
        return;
    }
    if (v.pid_init == RA_TRI_UNSURE && v.mount_init == RA_TRI_UNSURE) {
        say(ret, "unknown", true, "/proc tells neither the process nor the mount namespace");
        return;
    }
    if (detect_bubblewrap(a, h, &v, ret) || detect_container(a, h, &v, ret))
        return;
    const char *root = own_root(a, &v);
    if (root && (v.pid_init == RA_TRI_NO || v.mount_init == RA_TRI_NO))
        say(ret, "namespaces", true, ra_strfmt(a, "mounts of its own; %s", root));
    else if (root || !v.root)
        say(ret, "unknown", true, "/proc does not tell whether the root is the machine's own");
    else
        say(ret, "none", true, "its namespaces show the machine's own root, writable");
}

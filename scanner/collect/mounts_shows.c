// Which directory of the host does a mount show, told by its root and its point? Looks at no file.
#include <string.h>

#include "base/path.h"
#include "collect/mounts.h"

bool ra_mount_on_disk(const struct ra_mount *m)
{
    static const char *const shared[] = {"btrfs", "zfs", "virtiofs", "9p", "overlay", "bcachefs"};
    for (size_t i = 0; i < RA_COUNT(shared); i++)
        if (strcmp(m->fstype, shared[i]) == 0)
            return true;
    return m->major != 0 || strncmp(m->fstype, "fuse", 4) == 0;
}

bool ra_path_is_any(const char *path, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(path, *list) == 0)
            return true;
    return false;
}

// The directory of the host, as far as it can be told: a file system of its own (a separate /home) shows only what
// lies below it, so the mount point tells the rest.
static bool shows(const struct ra_mount *m, const char *const *list)
{
    return ra_path_is_any(m->root, list) || (strcmp(m->root, "/") == 0 && ra_path_is_any(m->point, list));
}

bool ra_mount_shows_home(const struct ra_mount *m)
{
    static const char *const all[] = {"/home", "/Users", "/var/home", "/export/home", NULL};
    if (shows(m, all) || ra_path_is_home(m->root))
        return true;
    // A home of a separate /home partition: "/agent" seen at "/home/agent".
    return ra_path_is_home(m->point) && strcmp(m->root, "/") != 0 &&
           strcmp(m->root, strrchr(m->point, '/')) == 0;
}

// Host files that whoever reads them learns secrets from, or whoever writes them rules the host with.
bool ra_mount_shows_host(const struct ra_mount *mt, bool writable, const char **ret_title)
{
    static const char *const secret[] = {"/etc",           "/boot",           "/var",          "/var/lib",
                                         "/var/lib/docker", "/var/lib/kubelet", "/var/run",      "/run",
                                         "/var/lib/containers", "/private/etc", "/private/var", NULL};
    static const char *const code[] = {"/usr",  "/lib",  "/bin", "/sbin", "/lib64",    "/opt",
                                       "/usr/local", "/usr/bin", "/usr/lib", "/usr/local/bin", "/nix/store",
                                       "/lib/modules", NULL};
    if (shows(mt, secret)) {
        *ret_title = "system directory of the host";
        return true;
    }
    *ret_title = "programs of the host, writable";
    return writable && (shows(mt, code) || ra_path_inside(mt->root, "/etc"));
}

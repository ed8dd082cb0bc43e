// What the files of the mounts collector share. Nobody else includes it.
#ifndef RA_COLLECT_MOUNTS_H
#define RA_COLLECT_MOUNTS_H

#include "collect/view.h"

bool ra_path_is_any(const char *path, const char *const *list); // NULL ends the list
bool ra_mount_on_disk(const struct ra_mount *m); // files that outlive the box, or another file system's
bool ra_mount_shows_home(const struct ra_mount *m);
// System files of the host: those that hold secrets, or programs that can be written.
bool ra_mount_shows_host(const struct ra_mount *m, bool writable, const char **ret_title);

#endif

// From patterns of places.def to paths that exist. Private to files*.c.
#ifndef RA_COLLECT_FILES_PATHS_H
#define RA_COLLECT_FILES_PATHS_H

#include "collect/files.h"

// The pattern with its first element ("~", "$XC", "$W", ...) replaced, for this home and root; NULL where it does not
// apply (a working tree where there is none, runtime directory of somebody else). Patterns of the machine are for
// `root` with home NULL.
// `moved`: where the XDG variables say, else where they point by default; both are worth a look.
const char *ra_place_path(struct ra_collect *c, const char *pattern, const struct ra_home *home, const char *root,
                          bool moved);
// The pattern below a home, wherever that home is: "~/.aws/x" and "$XC/gh/x" as ".aws/x" and ".config/gh/x"; NULL where it
// is of no home.
const char *ra_place_below_home(struct ra_arena *a, const char *pattern);
// Where a mount shows a part of some home under another name (`--bind ~/.aws /creds`), told by its root field; NULL where
// it shows nothing that `below` (not NULL) speaks of.
const char *ra_place_in_mount(struct ra_collect *c, const char *below, const struct ra_mount *mount);
bool ra_place_of_home(const char *pattern);    // begins with ~ or $X
bool ra_place_of_worktree(const char *pattern);

// Calls visit for every path that `path` ('*' in elements) stands for; the last element need not exist. Each listing
// counts as one place looked at.
typedef void ra_path_visit(void *arg, const char *path);
void ra_path_expand(struct ra_collect *c, const char *path, ra_path_visit *visit, void *arg);

#endif

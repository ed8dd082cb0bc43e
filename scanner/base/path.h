// Paths, compared by element: "/home/bob2" is not inside "/home/bob".
#ifndef RA_BASE_PATH_H
#define RA_BASE_PATH_H

#include <stdbool.h>

#include "base/arena.h"

// True where `path` is `dir` or lies below it. Both absolute; trailing slashes do not matter.
bool ra_path_inside(const char *path, const char *dir);
// dir + "/" + rest; rest that is absolute is returned alone. Result in the arena, lexically clean.
char *ra_path_join(struct ra_arena *a, const char *dir, const char *rest);
// Without "//", "/./", "/../" and trailing slashes, lexically (links are not followed).
char *ra_path_clean(struct ra_arena *a, const char *path);
const char *ra_path_base(const char *path); // last element, borrowed
char *ra_path_dir(struct ra_arena *a, const char *path);
// "~" or "~/x" where `path` is inside `home`, else a copy of `path`.
char *ra_path_tilde(struct ra_arena *a, const char *path, const char *home);
// Does the pattern match the whole text? '*' matches any run of bytes without those of `stops`, "**" any run at all,
// `any` (0 = no such sign) one byte that is none of them. Only the last star of each kind is tried again, yet a hostile
// pattern takes some millions of steps for a long text.
bool ra_glob(const char *pattern, const char *text, const char *stops, char any);
// The same for patterns of others: counts *steps down and gives up, false, where it is 0.
bool ra_glob_within(const char *pattern, const char *text, const char *stops, char any, size_t *steps);
// Shell-style match of one whole path: '*' and '?' stop at '/', "**" does not, [..] not special.
bool ra_path_match(const char *pattern, const char *path);

#endif

// The way to a report file, walked by hand: the directory it is to lie in, and its name there.
#ifndef RA_CLI_OUT_WAY_H
#define RA_CLI_OUT_WAY_H

#include <stdbool.h>

#include "base/error.h"

struct ra_out_way {
    int dir;          // open as a path only; -1 = none; ra_out_way_end closes it
    const char *name; // borrowed from the file's name
};

// Opens the directory of `file`. A symbolic link on the way is followed where it belongs to root, to the owner of / or
// to the user that runs this, and refused otherwise (RA_E_USAGE): somebody else could lead the report anywhere.
// RA_E_SYSTEM where there is no way for another reason. Source: path_resolution(7).
int ra_out_way(const char *file, struct ra_out_way *ret, struct ra_error *err);
void ra_out_way_end(struct ra_out_way *w); // for RA_CLEANUP too
// Do both names lead to one place? False where one of them leads nowhere.
bool ra_out_same(const char *one, const char *other);

#endif

// Boxes that pass a built-in profile, as a script to read and run.
#ifndef RA_CLI_RECIPE_H
#define RA_CLI_RECIPE_H

#include "base/buf.h"
#include "base/error.h"

// Appends a POSIX shell script. RA_E_USAGE where there is none for that profile, or no such engine.
int ra_recipe(const char *profile, const char *engine, struct ra_buf *out, struct ra_error *err);

#endif

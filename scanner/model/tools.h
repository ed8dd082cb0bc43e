// The programs that an inventory always speaks of (tools.def).
#ifndef RA_MODEL_TOOLS_H
#define RA_MODEL_TOOLS_H

#include <stdbool.h>
#include <stddef.h>

struct ra_tool {
    const char *name;
    bool login; // may hold a login
};
extern const struct ra_tool ra_tools[]; // sorted by name
extern const size_t ra_n_tools;
bool ra_tool_known(const char *name);

#endif

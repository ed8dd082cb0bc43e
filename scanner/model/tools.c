// The rows of tools.def: what the half that looks and the half that judges agree to speak of.
#include "model/tools.h"

#include <string.h>

#include "base/compiler.h"

#define LOGIN true
#define TOOL false
const struct ra_tool ra_tools[] = {
#define RA_TOOL(name, class) {name, class},
#include "model/tools.def"
#undef RA_TOOL
};
const size_t ra_n_tools = RA_COUNT(ra_tools);

bool ra_tool_known(const char *name)
{
    for (size_t i = 0; i < ra_n_tools; i++)
        if (strcmp(ra_tools[i].name, name) == 0)
            return true;
    return false;
}

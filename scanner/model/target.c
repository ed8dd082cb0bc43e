// The table of target kinds.
#include "model/target.h"

#include <string.h>

#include "base/compiler.h"

static const struct ra_target_kind kinds[] = {
#define RA_TARGET(n, class, built) {#n, RA_TARGET_##class, built},
#include "model/targets.def"
#undef RA_TARGET
};

const struct ra_target_kind *ra_target_kind(size_t i)
{
    return i < RA_COUNT(kinds) ? &kinds[i] : NULL;
}

const struct ra_target_kind *ra_target_kind_find(const char *name)
{
    for (size_t i = 0; name && i < RA_COUNT(kinds); i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

bool ra_target_is_static(const char *kind)
{
    const struct ra_target_kind *row = ra_target_kind_find(kind);
    return row && row->class != RA_TARGET_LIVE;
}

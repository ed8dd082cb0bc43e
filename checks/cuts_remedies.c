// Which remedies take a reach away: any one of them is enough. Knows nothing of what follows from the reach.
#include <string.h>

#include "checks/judge.h"

#define BIT(remedy) (1u << RA_REMEDY_##remedy)

static unsigned own_remedy(const struct ra_reach *r, bool write)
{
    unsigned read_only = write ? BIT(READ_ONLY) : 0;
    switch (r->kind) {
    case RA_KIND_ENV: return BIT(EMPTY_ENVIRONMENT);
    case RA_KIND_PROCESS:
        if (r->traits & RA_TRAIT_LAUNCHER)
            return BIT(EMPTY_LAUNCHER);
        return r->traits & RA_TRAIT_HOST_ROOT ? BIT(DROP_CAPABILITIES) : BIT(OWN_PROCESSES);
    case RA_KIND_FILE: return read_only | BIT(HIDE_FILES);
    case RA_KIND_TOKEN:
    case RA_KIND_KEY:
    case RA_KIND_PASSWORD:
    case RA_KIND_GRANT: return BIT(NARROW_SECRET);
    case RA_KIND_SOCKET: return r->traits & RA_TRAIT_SIGNER ? BIT(NO_SIGNER) : BIT(NO_SOCKET);
    case RA_KIND_SERVICE: return BIT(NO_NETWORK);
    case RA_KIND_AGENT: return write ? read_only : BIT(CHANGE_SETTING);
    case RA_KIND_MOUNT: // the task needs its working tree
        return r->traits & (RA_TRAIT_WORK | RA_TRAIT_PRIVATE_SOURCE) ? read_only : read_only | BIT(NO_MOUNT);
    case RA_KIND_CAPABILITY: return BIT(DROP_CAPABILITIES);
    case RA_KIND_DEVICE: return BIT(NO_DEVICE);
    case RA_KIND_BOX: return r->traits & RA_TRAIT_HOST_ROOT ? BIT(DROP_CAPABILITIES) : BIT(HARDEN);
    case RA_KIND_EGRESS: return BIT(NO_NETWORK);
    case RA_KIND_FD: return BIT(CLOSE_DESCRIPTOR);
    case RA_KIND_WORKTREE: return BIT(SAVE_WORK);
    case RA_KIND_UNKNOWN: return BIT(LOOK_AGAIN);
    case RA_KIND_PROGRAM:
    case RA_KIND_COUNT: break;
    }
    return 0;
}

// Who cannot gain privileges needs no rules of sudo read, and is held by what root alone may read.
static bool by_gaining_root(const struct ra_reach *r)
{
    static const char *const ids[] = {"unknown:sudo", "unknown:doas", "unknown:password:files-of-root"};
    for (size_t i = 0; i < RA_COUNT(ids); i++)
        if (strcmp(r->id, ids[i]) == 0)
            return true;
    return false;
}

unsigned ra_remedies_of(const struct ra_judge *j, const struct ra_reach *r, bool write)
{
    // The box has no network, and shows the working tree as it is.
    const unsigned boxed = j->no_box ? BIT(USE_BOX) : 0;
    if (r->kind == RA_KIND_BOX && r->traits & RA_TRAIT_NO_BOX)
        return BIT(USE_BOX);
    if (j->worst.shipped && r->kind == RA_KIND_FILE)
        return BIT(BUILD_WITHOUT) | (r->state == RA_STATE_UNKNOWN ? BIT(LOOK_AGAIN) : 0);
    if (by_gaining_root(r))
        return j->no_box ? BIT(USE_BOX) : BIT(DROP_CAPABILITIES);
    if (r->state == RA_STATE_UNKNOWN && strncmp(r->id, "unknown:metadata", 16) == 0)
        return BIT(NO_NETWORK) | BIT(LOOK_AGAIN) | boxed; // there only where a route leads to it
    if (r->kind == RA_KIND_WORKTREE) // another look is as blind: git alone knows
        return own_remedy(r, write);
    if (r->state == RA_STATE_UNKNOWN)
        return BIT(LOOK_AGAIN) | own_remedy(r, write);
    return own_remedy(r, write) | (r->traits & RA_TRAIT_WORK ? 0 : boxed);
}

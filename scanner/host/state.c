// The one function that turns an errno into a state (design, law 1). Read it beside the law.
#include <errno.h>

#include "host/host.h"

enum ra_state ra_state_of(struct ra_reply r, enum ra_surface on)
{
    switch (r.err) {
    case 0:
        return RA_STATE_PRESENT;
    case EACCES:
    case EPERM:
    case EROFS:
        return RA_STATE_DENIED;
    case ENOENT:
    case ENOTDIR:
        return on == RA_ON_SYSCALL ? RA_STATE_UNKNOWN : RA_STATE_ABSENT;
    case ESRCH:
        return on == RA_ON_PID ? RA_STATE_ABSENT : RA_STATE_UNKNOWN;
    case ENXIO:
    case ENODEV:
    case ENOMEDIUM:
        return on == RA_ON_DEVICE ? RA_STATE_ABSENT : RA_STATE_UNKNOWN;
    case ECONNREFUSED:
        return on == RA_ON_UNIX ? RA_STATE_ABSENT : RA_STATE_UNKNOWN;
    case EAGAIN:
    case EPROTOTYPE:
        return on == RA_ON_UNIX ? RA_STATE_PRESENT : RA_STATE_UNKNOWN;
    default:
        return RA_STATE_UNKNOWN;
    }
}

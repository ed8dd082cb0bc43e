#include "catalogue/sockets.h"

#include "base/compiler.h"

enum how { LOOK = 0, CONNECT = 1 };

static const struct ra_socket_row rows[] = {
#define RA_SOCKET(ref, pattern, how, trait, least, ceiling, title) \
    {ref, pattern, how, RA_SOCKET_##trait, RA_RADIUS_##least, RA_RADIUS_##ceiling, title},
#include "catalogue/sockets.def"
#undef RA_SOCKET
};

const struct ra_socket_row *ra_socket_row(size_t i)
{
    return i < RA_COUNT(rows) ? &rows[i] : NULL;
}

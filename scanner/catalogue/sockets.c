#include "catalogue/sockets.h"

#include "base/compiler.h"

enum how { LOOK = 0, CONNECT = 1 };

const struct ra_socket_row ra_socket_rows[] = {
#define RA_SOCKET(ref, pattern, how, trait, least, ceiling, title) \
    {ref, pattern, how, RA_SOCKET_##trait, RA_RADIUS_##least, RA_RADIUS_##ceiling, title},
#include "catalogue/sockets.def"
#undef RA_SOCKET
};
const size_t ra_n_socket_rows = RA_COUNT(ra_socket_rows);

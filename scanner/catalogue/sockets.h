// The sockets worth knowing, compiled in from sockets.def. Data only; sockets.c of collect/ looks for them.
#ifndef RA_CATALOGUE_SOCKETS_H
#define RA_CATALOGUE_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/words.h"

enum ra_socket_trait { // what the one behind the socket can do
    RA_SOCKET_NONE,
    RA_SOCKET_HOST_ROOT,
    RA_SOCKET_HOST_USER,
    RA_SOCKET_DISPLAY, // as HOST_USER, for whoever has the display's cookie
    RA_SOCKET_NIX,     // as HOST_ROOT, for whom Nix trusts
    RA_SOCKET_SIGNER,
    RA_SOCKET_RESOLVER
};
struct ra_socket_row {
    const char *ref, *pattern;
    bool connect; // false: looked at, never connected
    enum ra_socket_trait trait;
    enum ra_radius least, ceiling;
    const char *title;
};
// Row number `i`, in the order of sockets.def; NULL beyond the last.
const struct ra_socket_row *ra_socket_row(size_t i);

#endif

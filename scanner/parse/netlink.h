// Readers of rtnetlink(7) and sock_diag(7) dumps as the host gives them: concatenated messages, host byte order.
#ifndef RA_PARSE_NETLINK_H
#define RA_PARSE_NETLINK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

struct ra_nl_link {
    int index;
    unsigned flags; // IFF_*
    char name[32];
};
struct ra_nl_addr {
    int index;
    unsigned char family, prefix_len;
    unsigned char address[16];
};
struct ra_nl_route {
    unsigned char family, dst_len, type; // type: RTN_*
    unsigned table;
    bool has_gateway;
    int out_index; // 0 = none
    unsigned char dst[16], gateway[16];
};
struct ra_nl_rule {
    unsigned char family, action;
    unsigned table, priority;
};
struct ra_nl_listener {
    unsigned char family, state;
    uint16_t port;
    unsigned char address[16];
    uint32_t uid, inode;
};
struct ra_nl_unix {
    uint32_t inode;             // of the socket, as /proc/net/unix tells it
    bool has_file;
    uint32_t file_ino, file_dev; // of the file that it is bound to; the low half of the one, the kernel's own other
};
// Each takes the next object of its kind off *dump; false at the end. Messages of other kinds are passed over, so
// dumps may follow one another. *bad is set (never cleared) where the dump is malformed, was interrupted or ended in
// an error: what follows may be missing. Listeners come in every state the host asked for.
bool ra_nl_next_link(struct ra_span *dump, struct ra_nl_link *ret, bool *bad);
bool ra_nl_next_addr(struct ra_span *dump, struct ra_nl_addr *ret, bool *bad);
bool ra_nl_next_route(struct ra_span *dump, struct ra_nl_route *ret, bool *bad);
bool ra_nl_next_rule(struct ra_span *dump, struct ra_nl_rule *ret, bool *bad);
bool ra_nl_next_listener(struct ra_span *dump, struct ra_nl_listener *ret, bool *bad);
bool ra_nl_next_unix(struct ra_span *dump, struct ra_nl_unix *ret, bool *bad);
// Numeric address text ("127.0.0.1", "::1").
void ra_nl_address(unsigned char family, const unsigned char address[16], char ret[64]);

#endif

// What the files of the sockets collector share. Nobody else includes it.
#ifndef RA_COLLECT_SOCKETS_H
#define RA_COLLECT_SOCKETS_H

#include "catalogue/sockets.h"
#include "collect/collect.h"
#include "collect/owners.h"
#include "collect/view.h"

enum ra_where { RA_WHERE_INSIDE, RA_WHERE_OUTSIDE, RA_WHERE_UNSURE }; // where the listener lives

struct ra_bound { // a name in our own /proc/net/unix that something listens on
    char *name;   // '@' first where abstract
    uint64_t inode;
    bool has_file; // the file that it is bound to, which its name may no longer lead to
    uint32_t file_ino, file_dev;
};

struct ra_sockets {
    struct ra_collect *c;
    struct ra_view view;
    bool boxed, unboxed;
    struct ra_bound *bound;
    size_t n_bound, cap_bound;
    bool bound_known;
    struct ra_owners owners; // of our own box
    const char **runs;       // run directories: the user's own first
    size_t n_runs, cap_runs;
    struct {
        uint64_t dev, ino;
    } *done; // socket files already told
    size_t n_done, cap_done;
};

// One existing socket (path or '@' name) told as `row`; row NULL = nothing is known of it.
void ra_sockets_tell(struct ra_sockets *s, const char *address, const struct ra_socket_row *row);
// The listening entry of /proc/net/unix for this address, or NULL. A path must still lead to the file that was bound:
// names can be freed and moved onto somebody else's socket.
const struct ra_bound *ra_sockets_bound(const struct ra_sockets *s, const char *address);
enum ra_where ra_sockets_where_bound(const struct ra_sockets *s, const struct ra_bound *b);
// Marks a socket file as told; false where it already was.
bool ra_sockets_first(struct ra_sockets *s, uint64_t dev, uint64_t ino);

// sockets_agent.c: reads the identity list into key reaches linked to the socket; returns how many keys, -1 where
// the answer could not be read.
int ra_sockets_agent_keys(struct ra_sockets *s, struct ra_reach *socket, struct ra_span reply);
// Every existing socket at `pattern` (absolute, '*' inside one element) that was not told yet, as `row`.
void ra_sockets_at(struct ra_sockets *s, const struct ra_socket_row *row, const char *pattern);
// sockets_ssh.c: sessions whose sockets the client's settings name (ControlPath).
void ra_sockets_sessions(struct ra_sockets *s);
// sockets_stores.c: what the files beside a socket tell of it: a display's cookie, Nix's trusted users, whether the
// keyring behind a session bus may be open.
enum ra_state ra_sockets_cookie(struct ra_sockets *s, const char **ret_path);
enum ra_tri ra_sockets_nix_trusts(struct ra_sockets *s);
void ra_sockets_keyring(struct ra_sockets *s);
// sockets_bus.c, only by consent: asks the bus at `address` which collections of secrets are open, and tells them. What
// it could not learn is false: then nobody knows.
bool ra_sockets_ask_keyring(struct ra_sockets *s, const struct ra_reach *bus);
// sockets_walk.c: every mount, for socket files of other people; and abstract names.
void ra_sockets_walk(struct ra_sockets *s);

#endif

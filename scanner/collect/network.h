// What the files of the network collector share. Nobody else includes it.
#ifndef RA_COLLECT_NETWORK_H
#define RA_COLLECT_NETWORK_H

#include "collect/address.h"
#include "collect/collect.h"
#include "collect/view.h"
#include "parse/netlink.h"

struct ra_listener {
    unsigned char family; // AF_INET, AF_INET6
    unsigned char address[16];
    uint16_t port;
    bool udp;
    uint64_t inode; // 0 = not told
};

struct ra_network {
    struct ra_collect *c;
    struct ra_view view;
    bool boxed, unboxed;
    struct ra_nl_link *links;
    size_t n_links, cap_links;
    struct ra_nl_route *routes; // usable ones only
    size_t n_routes, cap_routes;
    bool routes_known; // both families were read whole
    struct ra_listener *listeners;
    size_t n_listeners, cap_listeners;
    bool listeners_known;
    bool resolver; // a name can be looked up
    bool sockets;  // IP sockets can be opened, so that a route can be taken
};

void ra_network_routes(struct ra_network *n);    // network_routes.c: links, routes, their egress reaches
void ra_network_listeners(struct ra_network *n); // network_listen.c: what listens here, and whose it is
void ra_network_names(struct ra_network *n);     // network_names.c: resolvers and proxies
void ra_network_proxies(struct ra_network *n);   // network_proxies.c: proxies that settings of programs name
void ra_network_metadata(struct ra_network *n);  // network_metadata.c: a cloud's identity service

// A proxy's address with what its scheme leaves unsaid; false where it names no host.
bool ra_proxy_parse(struct ra_arena *a, const char *value, struct ra_address *ret);
// A reach that names a proxy promises that bytes pass it: the judge holds that against the routes.
void ra_proxy_claim(struct ra_network *n, struct ra_reach *r, const struct ra_address *p);

// The routes to this one host, if any, are the way to `what` and to nothing that is told of beyond it.
void ra_network_leads_to(struct ra_network *n, unsigned char family, const unsigned char *address, const char *what);
// Does a packet to this address leave over a link? (Loopback is not a way out.)
bool ra_network_routable(const struct ra_network *n, unsigned char family, const unsigned char *address);
bool ra_network_listens(const struct ra_network *n, unsigned char family, const unsigned char *address, unsigned port);
bool ra_network_is_loopback(unsigned char family, const unsigned char *address);

#endif

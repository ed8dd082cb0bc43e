// Which ways do bytes have out of the box: routes, resolvers, proxies, listeners of somebody else? Reads the kernel's
// tables and sends nothing to any address. No route, no proxy, no resolver within reach means closed, and then there
// is no reach of kind egress at all.
#include "collect/network.h"

#include <string.h>

static void vsock(struct ra_network *n)
{
    struct ra_collect *c = n->c;
    struct ra_reply r = ra_host_probe(c->host, RA_PROBE_SOCKET_VSOCK, NULL);
    if (ra_looked(c, r, RA_ON_SYSCALL) != RA_STATE_PRESENT || !n->boxed)
        return;
    struct ra_reach *hole = ra_reach_add(c->inv, RA_KIND_BOX, ra_id(c->arena, RA_KIND_BOX, "vsock", NULL), "vsock",
                                         RA_STATE_PRESENT, ra_seen(c, RA_METHOD_ATTEMPTED, r, NULL));
    hole->traits |= RA_TRAIT_WEAKENS;
    hole->least = RA_RADIUS_NOTHING;
    hole->cap = RA_SEVERITY_LOW;
    hole->ref = "V14";
    hole->title = "sockets to a hypervisor can be opened";
}

int ra_collect_network(struct ra_collect *c, struct ra_error *err);
int ra_collect_network(struct ra_collect *c, struct ra_error *err)
{
    (void)err;
    struct ra_network n = {.c = c};
    ra_boxed(c, &n.boxed, &n.unboxed);
    ra_view_read(c->arena, c->host, &n.view);
    ra_network_routes(&n);
    ra_network_listeners(&n);
    struct ra_reply inet = ra_host_probe(c->host, RA_PROBE_SOCKET_INET, NULL);
    n.sockets = ra_state_of(inet, RA_ON_SYSCALL) != RA_STATE_DENIED;
    ra_network_names(&n);
    ra_network_proxies(&n);
    ra_network_metadata(&n);
    vsock(&n);
    return 0;
}

// Who listens on TCP and UDP ports of this network namespace, and does the listener live outside the box? From
// sock_diag(7), else /proc/net. Never connects.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "collect/network.h"
#include "collect/owners.h"

// Above this, a bound UDP port is most likely some client's own end of a talk.
static const unsigned udp_client_ports = 32768;

static const struct port_row {
    unsigned port;
    const char *ref, *title;
} ports[] = {
#define RA_PORT(number, ref, title) {number, ref, title},
#include "collect/network_ports.def"
#undef RA_PORT
};

static const struct table {
    enum ra_netlink dump;
    const char *file, *name;
    unsigned char family;
    bool udp;
    unsigned listening; // the state in /proc/net that means "listens"
} tables[] = {
    {RA_NL_TCP4, "/proc/net/tcp", "TCP listeners (IPv4)", AF_INET, false, 0x0A},
    {RA_NL_TCP6, "/proc/net/tcp6", "TCP listeners (IPv6)", AF_INET6, false, 0x0A},
    {RA_NL_UDP4, "/proc/net/udp", "UDP listeners (IPv4)", AF_INET, true, 0x07},
    {RA_NL_UDP6, "/proc/net/udp6", "UDP listeners (IPv6)", AF_INET6, true, 0x07},
};

static void add(struct ra_network *n, const struct ra_listener *l)
{
    n->listeners = ra_grow(n->c->arena, n->listeners, n->n_listeners, &n->cap_listeners, sizeof *n->listeners);
    n->listeners[n->n_listeners++] = *l;
}

static bool from_dump(struct ra_network *n, const struct table *t)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    struct ra_nl_listener at;
    bool bad = false;
    struct ra_reply r = ra_host_netlink(n->c->host, t->dump, &text);
    if (ra_looked(n->c, r, RA_ON_SYSCALL) != RA_STATE_PRESENT || r.truncated)
        return false;
    for (struct ra_span rest = ra_buf_view(&text); ra_nl_next_listener(&rest, &at, &bad);) {
        struct ra_listener l = {.family = at.family, .port = at.port, .udp = t->udp, .inode = at.inode};
        memcpy(l.address, at.address, sizeof l.address);
        add(n, &l);
    }
    return !bad;
}

// Groups of eight hex digits, each a 32-bit word in host byte order. Source: proc_net(5).
static bool address_of(struct ra_span hex, unsigned char address[16])
{
    if (hex.n != 8 && hex.n != 32)
        return false;
    for (size_t i = 0; i < hex.n / 8; i++) {
        uint64_t word;
        if (!ra_span_u64(ra_span_cut(hex, i * 8, 8), 16, &word))
            return false;
        uint32_t w = (uint32_t)word;
        memcpy(address + 4 * i, &w, 4);
    }
    return true;
}

// "sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode ..."
static bool line_of(struct ra_span line, const struct table *t, struct ra_listener *ret)
{
    struct ra_span word[10], address;
    size_t k = 0;
    uint64_t port, state, inode;
    while (k < RA_COUNT(word) && ra_span_word(&line, &word[k]))
        k++;
    if (k < RA_COUNT(word) || !ra_span_until(&word[1], ':', &address) || !ra_span_u64(word[1], 16, &port) ||
        !ra_span_u64(word[3], 16, &state) || !ra_span_u64(word[9], 10, &inode) || state != t->listening)
        return false;
    *ret = (struct ra_listener){.family = t->family, .port = (uint16_t)port, .udp = t->udp, .inode = inode};
    return address_of(address, ret->address);
}

static bool from_file(struct ra_network *n, const struct table *t)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    struct ra_reply r = ra_host_read(n->c->host, t->file, 8 * RA_MAX_FILE_BYTES, &text);
    enum ra_state state = ra_looked(n->c, r, RA_ON_PATH);
    // /proc is there but this file is not: the kernel does not have the family.
    if (state == RA_STATE_ABSENT)
        return n->view.n_mounts > 0 && t->family == AF_INET6;
    if (state != RA_STATE_PRESENT || r.truncated || text.n == 0)
        return false;
    struct ra_span rest = ra_buf_view(&text), line;
    ra_span_line(&rest, &line); // header
    while (ra_span_line(&rest, &line)) {
        struct ra_listener l;
        if (line_of(line, t, &l))
            add(n, &l);
    }
    return true;
}

bool ra_network_listens(const struct ra_network *n, unsigned char family, const unsigned char *address, unsigned port)
{
    static const unsigned char any[16] = {0};
    for (size_t i = 0; i < n->n_listeners; i++) {
        const struct ra_listener *l = &n->listeners[i];
        size_t width = l->family == AF_INET ? 4 : 16;
        if (l->port == port && ((l->family == family && memcmp(l->address, address, width) == 0) ||
                                memcmp(l->address, any, width) == 0))
            return true;
    }
    return !n->listeners_known;
}

static const struct port_row *port_of(unsigned port)
{
    for (size_t i = 0; i < RA_COUNT(ports); i++)
        if (ports[i].port == port)
            return &ports[i];
    return NULL;
}

static struct ra_reach *listener_reach(struct ra_network *n, const struct ra_listener *l)
{
    struct ra_collect *c = n->c;
    char address[64];
    ra_nl_address(l->family, l->address, address);
    char *text = ra_strfmt(c->arena, l->family == AF_INET ? "%s:%u/%s" : "[%s]:%u/%s", address, (unsigned)l->port,
                           l->udp ? "udp" : "tcp");
    struct ra_reach *r = ra_reach_add(c->inv, RA_KIND_SERVICE, ra_id(c->arena, RA_KIND_SERVICE, text, NULL), text,
                                      RA_STATE_PRESENT,
                                      ra_seen(c, RA_METHOD_OBSERVED, (struct ra_reply){.call = "sock_diag"}, NULL));
    const struct port_row *row = port_of(l->port);
    r->access |= l->udp ? RA_SEND : RA_CONNECT;
    r->ref = row ? row->ref : "L001";
    r->title = row ? row->title : "listener";
    return r;
}

// Inside the box it is the box's own; without a box "no box" says it all. Outside, it is somebody else's service.
static void judge_listener(struct ra_network *n, const struct ra_listener *l, const struct ra_owners *owners)
{
    bool ours = l->inode && ra_owners_has(owners, l->inode);
    if (n->unboxed) {
        if (l->udp && !port_of(l->port))
            return;
        struct ra_reach *r = listener_reach(n, l);
        r->least = r->ceiling = RA_RADIUS_NOTHING;
        r->cap = RA_SEVERITY_INFO;
    } else if (ours) {
        struct ra_reach *r = listener_reach(n, l);
        r->least = RA_RADIUS_NOTHING;
        r->ceiling = RA_RADIUS_SANDBOX;
        r->cap = RA_SEVERITY_LOW;
    } else if (!l->udp || l->port < udp_client_ports || n->n_routes == 0) { // without a route there is no such talk
        struct ra_reach *r = listener_reach(n, l);
        r->traits |= RA_TRAIT_OUTSIDE | RA_TRAIT_CHANNEL;
        // A process in sight that hides its descriptors may be the owner.
        r->least = owners->whole ? RA_RADIUS_GRANT : RA_RADIUS_NOTHING;
        r->ceiling = RA_RADIUS_PERSON;
    }
}

void ra_network_listeners(struct ra_network *n)
{
    struct ra_owners owners = {0};
    n->listeners_known = true;
    for (size_t i = 0; i < RA_COUNT(tables); i++) {
        size_t before = n->n_listeners;
        if (from_dump(n, &tables[i]))
            continue;
        n->n_listeners = before;
        if (from_file(n, &tables[i]))
            continue;
        n->n_listeners = before;
        n->listeners_known = false;
        ra_unseen(n->c, "listeners", tables[i].name, (struct ra_reply){EIO, "sock_diag", false}, tables[i].file);
    }
    if (n->n_listeners && !n->unboxed)
        ra_owners_read(n->c->arena, n->c->host, &n->view, &owners);
    for (size_t i = 0; i < n->n_listeners; i++)
        judge_listener(n, &n->listeners[i], &owners);
}

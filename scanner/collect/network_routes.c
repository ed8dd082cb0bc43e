// Links and routes. A route counts where a rule consults its table, its link is up and is not loopback, and it is no
// refusal (unreachable, blackhole, prohibit). Source: rtnetlink(7).
#include <errno.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include "collect/network.h"

static bool dump(struct ra_network *n, enum ra_netlink what, const char *name, struct ra_buf *out)
{
    struct ra_reply r = ra_host_netlink(n->c->host, what, out);
    if (ra_looked(n->c, r, RA_ON_SYSCALL) == RA_STATE_PRESENT && !r.truncated)
        return true;
    // A family that the kernel does not have routes nothing, and a kernel without rules has one table. A filter says
    // the same of netlink sockets altogether, and then nothing is known.
    if ((r.err == EAFNOSUPPORT || r.err == EOPNOTSUPP) && what != RA_NL_LINKS && what != RA_NL_ROUTES4 &&
        strcmp(r.call ? r.call : "", "socket") != 0)
        return true;
    ra_unseen(n->c, name, ra_strfmt(n->c->arena, "%s", name), r, NULL);
    return false;
}

static void malformed(struct ra_network *n, const char *name)
{
    ra_unseen(n->c, name, ra_strfmt(n->c->arena, "%s: the kernel's answer was malformed", name),
              (struct ra_reply){EBADMSG, "recv", false}, NULL);
    n->routes_known = false;
}

static void read_links(struct ra_network *n)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    bool bad = false;
    struct ra_nl_link link;
    if (!dump(n, RA_NL_LINKS, "links", &text))
        n->routes_known = false;
    for (struct ra_span rest = ra_buf_view(&text); ra_nl_next_link(&rest, &link, &bad);) {
        n->links = ra_grow(n->c->arena, n->links, n->n_links, &n->cap_links, sizeof *n->links);
        n->links[n->n_links++] = link;
    }
    if (bad)
        malformed(n, "links");
}

static const struct ra_nl_link *link_of(const struct ra_network *n, int index)
{
    for (size_t i = 0; i < n->n_links; i++)
        if (n->links[i].index == index)
            return &n->links[i];
    return NULL;
}

// Tables that some rule consults; all of them where the rules were not told.
struct tables {
    bool all;
    unsigned numbers[64];
    size_t n;
};

static struct tables read_rules(struct ra_network *n, enum ra_netlink what, const char *name)
{
    struct tables t = {0};
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    struct ra_nl_rule rule;
    bool bad = false;
    t.all = !dump(n, what, name, &text);
    for (struct ra_span rest = ra_buf_view(&text); ra_nl_next_rule(&rest, &rule, &bad);) {
        if (rule.action != FR_ACT_TO_TBL)
            continue;
        if (t.n == RA_COUNT(t.numbers) || rule.table == RT_TABLE_UNSPEC) // unspecified: the device names it (VRF)
            t.all = true;
        else
            t.numbers[t.n++] = rule.table;
    }
    t.all |= bad || t.n == 0;
    return t;
}

static bool consults(const struct tables *t, unsigned table)
{
    bool found = t->all;
    for (size_t i = 0; i < t->n; i++)
        found |= t->numbers[i] == table;
    return found && table != RT_TABLE_LOCAL;
}

static bool usable(const struct ra_network *n, const struct ra_nl_route *r, const struct tables *t)
{
    if (r->type != RTN_UNICAST || !consults(t, r->table))
        return false;
    // Multicast goes where the link-local route beside it goes, and that one counts: it reaches the neighbours.
    if (r->family == AF_INET6 && r->dst_len > 0 && r->dst[0] == 0xff)
        return false;
    if (r->family == AF_INET && r->dst_len > 0 && r->dst[0] == 127)
        return false;
    const struct ra_nl_link *link = link_of(n, r->out_index);
    return !link || ((link->flags & IFF_UP) && !(link->flags & IFF_LOOPBACK));
}

static char *route_text(struct ra_network *n, const struct ra_nl_route *route)
{
    const struct ra_nl_link *link = link_of(n, route->out_index);
    char address[64], *what;
    ra_nl_address(route->family, route->dst, address);
    what = route->dst_len == 0 ? ra_strdup(n->c->arena, "default")
                               : ra_strfmt(n->c->arena, "%s/%u", address, route->dst_len);
    return ra_strfmt(n->c->arena, "route/%s/%s", what, link ? link->name : "several");
}

static void route_reach(struct ra_network *n, const struct ra_nl_route *route)
{
    struct ra_collect *c = n->c;
    char address[64], *text = route_text(n, route);
    struct ra_reach *r = ra_reach_add(c->inv, RA_KIND_EGRESS, ra_id(c->arena, RA_KIND_EGRESS, text, NULL), text,
                                      RA_STATE_PRESENT,
                                      ra_seen(c, RA_METHOD_OBSERVED, (struct ra_reply){.call = "rtnetlink"}, NULL));
    r->traits |= RA_TRAIT_CHANNEL | RA_TRAIT_ROUTE | (route->dst_len == 0 ? RA_TRAIT_OPEN_ROUTE : 0u);
    r->access |= RA_SEND;
    r->ref = route->dst_len == 0 ? "L008" : "L002";
    r->title = route->dst_len == 0 ? "route to anywhere" : "route to a network";
    ra_reach_text(c->inv, r, "family", route->family == AF_INET ? "IPv4" : "IPv6");
    if (route->has_gateway) {
        ra_nl_address(route->family, route->gateway, address);
        ra_reach_text(c->inv, r, "gateway", address);
    }
}

static void read_routes(struct ra_network *n, enum ra_netlink what, const char *name, const struct tables *t)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    struct ra_nl_route route;
    bool bad = false;
    if (!dump(n, what, name, &text))
        n->routes_known = false;
    for (struct ra_span rest = ra_buf_view(&text); ra_nl_next_route(&rest, &route, &bad);) {
        if (!usable(n, &route, t))
            continue;
        n->routes = ra_grow(n->c->arena, n->routes, n->n_routes, &n->cap_routes, sizeof *n->routes);
        n->routes[n->n_routes++] = route;
        route_reach(n, &route);
    }
    if (bad)
        malformed(n, name);
}

static bool routed(const struct ra_network *n, int index)
{
    for (size_t i = 0; i < n->n_routes; i++)
        if (n->routes[i].out_index == index)
            return true;
    return false;
}

// Devices that the kernel puts into every network namespace; with nothing below them they lead nowhere.
static bool built_in(const char *name)
{
    static const char *const names[] = {"tunl0",    "gre0",  "gretap0", "erspan0", "ip_vti0",
                                        "ip6_vti0", "sit0", "ip6tnl0", "ip6gre0"};
    for (size_t i = 0; i < RA_COUNT(names); i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static bool may_configure(const struct ra_network *n)
{
    enum { NET_ADMIN = 12 };
    uint64_t effective;
    const char *status = ra_self_status(n->c->arena, n->c->host);
    return !status || !ra_status_hex(ra_span_of(status), "CapEff", &effective) || effective >> NET_ADMIN & 1;
}

// A link that is up needs no route: a socket bound to it (SO_BINDTODEVICE, for anybody since Linux 5.7) reaches the
// neighbours. One that is down waits for somebody who may configure it.
static void unrouted(struct ra_network *n, const struct ra_nl_link *link)
{
    struct ra_collect *c = n->c;
    bool up = link->flags & IFF_UP;
    if ((link->flags & IFF_LOOPBACK) || routed(n, link->index) ||
        (!up && (n->unboxed || built_in(link->name) || !may_configure(n))))
        return;
    char *text = ra_strfmt(c->arena, "link/%s", link->name);
    struct ra_reach *r = ra_reach_add(c->inv, RA_KIND_EGRESS, ra_id(c->arena, RA_KIND_EGRESS, text, NULL), text,
                                      up ? RA_STATE_PRESENT : RA_STATE_UNKNOWN,
                                      ra_seen(c, RA_METHOD_OBSERVED, (struct ra_reply){.call = "rtnetlink"}, NULL));
    r->traits |= RA_TRAIT_CHANNEL | RA_TRAIT_ROUTE;
    r->access |= RA_SEND;
    r->ref = "L002";
    r->title = up ? "network link without a route" : "network link that the run may switch on";
}

bool ra_network_is_loopback(unsigned char family, const unsigned char *address)
{
    static const unsigned char one[16] = {[15] = 1}, mapped[13] = {[10] = 0xff, [11] = 0xff, [12] = 127};
    if (family == AF_INET)
        return address[0] == 127;
    return memcmp(address, one, 16) == 0 || memcmp(address, mapped, 13) == 0;
}

static bool prefix_equal(const unsigned char *a, const unsigned char *b, unsigned bits)
{
    if (memcmp(a, b, bits / 8) != 0)
        return false;
    unsigned rest = bits % 8;
    return rest == 0 || ((a[bits / 8] ^ b[bits / 8]) >> (8 - rest)) == 0;
}

void ra_network_leads_to(struct ra_network *n, unsigned char family, const unsigned char *address, const char *what)
{
    struct ra_collect *c = n->c;
    for (size_t i = 0; i < n->n_routes; i++) {
        const struct ra_nl_route *route = &n->routes[i];
        unsigned whole = family == AF_INET ? 32 : 128;
        if (route->family != family || route->dst_len != whole || memcmp(route->dst, address, whole / 8) != 0)
            continue;
        char *text = route_text(n, route);
        struct ra_reach *r = ra_reach_add(c->inv, RA_KIND_EGRESS, ra_id(c->arena, RA_KIND_EGRESS, text, NULL), text,
                                          RA_STATE_PRESENT,
                                          ra_seen(c, RA_METHOD_DECLARED, (struct ra_reply){.call = "getenv"}, NULL));
        ra_reach_text(c->inv, r, "leads-to", what);
    }
}

bool ra_network_routable(const struct ra_network *n, unsigned char family, const unsigned char *address)
{
    if (ra_network_is_loopback(family, address))
        return false;
    for (size_t i = 0; i < n->n_routes; i++)
        if (n->routes[i].family == family && prefix_equal(n->routes[i].dst, address, n->routes[i].dst_len))
            return true;
    return !n->routes_known;
}

void ra_network_routes(struct ra_network *n)
{
    n->routes_known = true;
    read_links(n);
    struct tables four = read_rules(n, RA_NL_RULES4, "rules (IPv4)");
    struct tables six = read_rules(n, RA_NL_RULES6, "rules (IPv6)");
    read_routes(n, RA_NL_ROUTES4, "routes (IPv4)", &four);
    read_routes(n, RA_NL_ROUTES6, "routes (IPv6)", &six);
    for (size_t i = 0; i < n->n_links; i++)
        unrouted(n, &n->links[i]);
}

// Takes kernel dumps apart. Every read is a copy of bytes that were checked to be there: dumps are not
// aligned for us, and a recorded one may be anything. Sources: netlink(7), rtnetlink(7), sock_diag(7).
#include "parse/netlink.h"

#include <arpa/inet.h>
#include <linux/fib_rules.h>
#include <linux/inet_diag.h>
#include <linux/unix_diag.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <string.h>
#include <sys/socket.h>

// The first n bytes of s into `to`, and off s; false where there are fewer.
static bool take(struct ra_span *s, void *to, size_t n)
{
    if (s->n < n)
        return false;
    memcpy(to, s->p, n);
    *s = ra_span_cut(*s, n, s->n);
    return true;
}

static size_t aligned(size_t n)
{
    return (n + 3) & ~(size_t)3;
}

// Next message of a type: its payload. Messages of other types are passed over; an error message, an
// interrupted dump or a length that cannot be marks the dump as bad.
static bool message(struct ra_span *dump, unsigned type, struct ra_span *ret, bool *bad)
{
    while (dump->n) {
        struct ra_span rest = *dump;
        struct nlmsghdr h;
        int error = 0;
        if (!take(&rest, &h, sizeof h) || h.nlmsg_len < sizeof h || h.nlmsg_len > dump->n) {
            *bad = true;
            *dump = ra_span_cut(*dump, dump->n, 0);
            return false;
        }
        struct ra_span payload = ra_span_cut(rest, 0, h.nlmsg_len - sizeof h);
        *dump = ra_span_cut(*dump, aligned(h.nlmsg_len), dump->n);
        *ret = payload;
        *bad |= (h.nlmsg_flags & NLM_F_DUMP_INTR) != 0;
        if (h.nlmsg_type == NLMSG_ERROR || h.nlmsg_type == NLMSG_DONE)
            *bad |= take(&payload, &error, sizeof error) && error != 0;
        else if (h.nlmsg_type == NLMSG_OVERRUN)
            *bad = true;
        else if (h.nlmsg_type == type)
            return true;
    }
    return false;
}

struct attribute {
    unsigned type;
    struct ra_span value;
};

// Next attribute of a payload; false at its end. A length that cannot be sets *bad.
static bool attribute(struct ra_span *s, struct attribute *ret, bool *bad)
{
    struct rtattr h;
    struct ra_span rest = *s;
    if (s->n == 0)
        return false;
    if (!take(&rest, &h, sizeof h) || h.rta_len < sizeof h || h.rta_len > s->n) {
        *bad = true;
        return false;
    }
    ret->type = h.rta_type & NLA_TYPE_MASK;
    ret->value = ra_span_cut(rest, 0, h.rta_len - sizeof h);
    *s = ra_span_cut(*s, aligned(h.rta_len), s->n);
    return true;
}

static bool u32(struct ra_span value, uint32_t *ret)
{
    return take(&value, ret, sizeof *ret);
}

static void address(struct ra_span value, unsigned char ret[16])
{
    memset(ret, 0, 16);
    memcpy(ret, value.p, value.n < 16 ? value.n : 16);
}

bool ra_nl_next_link(struct ra_span *dump, struct ra_nl_link *ret, bool *bad)
{
    struct ra_span s;
    struct attribute at;
    while (message(dump, RTM_NEWLINK, &s, bad)) {
        struct ifinfomsg m;
        bool broken = !take(&s, &m, sizeof m);
        struct ra_nl_link link = {0};
        while (!broken && attribute(&s, &at, &broken))
            if (at.type == IFLA_IFNAME) {
                size_t n = strnlen(at.value.p, at.value.n);
                memcpy(link.name, at.value.p, n < sizeof link.name ? n : sizeof link.name - 1);
            }
        if (!broken) {
            link.index = m.ifi_index;
            link.flags = m.ifi_flags;
            *ret = link;
            return true;
        }
        *bad = true;
    }
    return false;
}

bool ra_nl_next_addr(struct ra_span *dump, struct ra_nl_addr *ret, bool *bad)
{
    struct ra_span s;
    struct attribute at;
    while (message(dump, RTM_NEWADDR, &s, bad)) {
        struct ifaddrmsg m;
        bool broken = !take(&s, &m, sizeof m), local = false;
        struct ra_nl_addr addr = {0};
        while (!broken && attribute(&s, &at, &broken))
            if (at.type == IFA_LOCAL || (at.type == IFA_ADDRESS && !local)) { // on point-to-point links they differ
                local |= at.type == IFA_LOCAL;
                address(at.value, addr.address);
            }
        if (!broken) {
            addr.index = (int)m.ifa_index;
            addr.family = m.ifa_family;
            addr.prefix_len = m.ifa_prefixlen;
            *ret = addr;
            return true;
        }
        *bad = true;
    }
    return false;
}

// Of several next hops the first names the interface; any gateway among them counts.
static void next_hops(struct ra_span s, struct ra_nl_route *route, bool *bad)
{
    struct rtnexthop h;
    struct attribute at;
    while (s.n) {
        struct ra_span rest = s;
        if (!take(&rest, &h, sizeof h) || h.rtnh_len < sizeof h || h.rtnh_len > s.n) {
            *bad = true;
            return;
        }
        struct ra_span attributes = ra_span_cut(rest, 0, h.rtnh_len - sizeof h);
        if (!route->out_index)
            route->out_index = h.rtnh_ifindex;
        while (attribute(&attributes, &at, bad))
            if (at.type == RTA_GATEWAY || at.type == RTA_VIA) {
                if (!route->has_gateway && at.type == RTA_GATEWAY)
                    address(at.value, route->gateway);
                route->has_gateway = true;
            }
        s = ra_span_cut(s, aligned(h.rtnh_len), s.n);
    }
}

static void route_attribute(struct attribute at, struct ra_nl_route *route, bool *bad)
{
    uint32_t v;
    switch (at.type) {
    case RTA_DST:
        address(at.value, route->dst);
        break;
    case RTA_GATEWAY:
        address(at.value, route->gateway);
        route->has_gateway = true;
        break;
    case RTA_VIA: // a gateway of the other family
        route->has_gateway = true;
        break;
    case RTA_OIF:
        if (u32(at.value, &v))
            route->out_index = (int)v;
        break;
    case RTA_TABLE:
        if (u32(at.value, &v))
            route->table = v;
        break;
    case RTA_MULTIPATH:
        next_hops(at.value, route, bad);
        break;
    }
}

bool ra_nl_next_route(struct ra_span *dump, struct ra_nl_route *ret, bool *bad)
{
    struct ra_span s;
    struct attribute at;
    while (message(dump, RTM_NEWROUTE, &s, bad)) {
        struct rtmsg m;
        bool broken = !take(&s, &m, sizeof m);
        struct ra_nl_route route = {0};
        if (!broken) {
            route.family = m.rtm_family;
            route.dst_len = m.rtm_dst_len;
            route.type = m.rtm_type;
            route.table = m.rtm_table;
        }
        while (!broken && attribute(&s, &at, &broken))
            route_attribute(at, &route, &broken);
        if (!broken) {
            *ret = route;
            return true;
        }
        *bad = true;
    }
    return false;
}

bool ra_nl_next_rule(struct ra_span *dump, struct ra_nl_rule *ret, bool *bad)
{
    struct ra_span s;
    struct attribute at;
    while (message(dump, RTM_NEWRULE, &s, bad)) {
        struct fib_rule_hdr m;
        bool broken = !take(&s, &m, sizeof m);
        struct ra_nl_rule rule = {0};
        if (!broken) {
            rule.family = m.family;
            rule.action = m.action;
            rule.table = m.table;
        }
        while (!broken && attribute(&s, &at, &broken)) {
            uint32_t v;
            if (at.type == FRA_TABLE && u32(at.value, &v))
                rule.table = v;
            else if (at.type == FRA_PRIORITY && u32(at.value, &v))
                rule.priority = v;
        }
        if (!broken) {
            *ret = rule;
            return true;
        }
        *bad = true;
    }
    return false;
}

bool ra_nl_next_listener(struct ra_span *dump, struct ra_nl_listener *ret, bool *bad)
{
    struct ra_span s;
    while (message(dump, SOCK_DIAG_BY_FAMILY, &s, bad)) {
        struct inet_diag_msg m;
        if (take(&s, &m, sizeof m)) {
            *ret = (struct ra_nl_listener){.family = m.idiag_family, .state = m.idiag_state,
                                           .port = ntohs(m.id.idiag_sport), .uid = m.idiag_uid,
                                           .inode = m.idiag_inode};
            memcpy(ret->address, m.id.idiag_src, sizeof ret->address);
            return true;
        }
        *bad = true;
    }
    return false;
}

bool ra_nl_next_unix(struct ra_span *dump, struct ra_nl_unix *ret, bool *bad)
{
    struct ra_span s;
    struct attribute at;
    while (message(dump, SOCK_DIAG_BY_FAMILY, &s, bad)) {
        struct unix_diag_msg m;
        struct unix_diag_vfs file;
        bool broken = !take(&s, &m, sizeof m);
        struct ra_nl_unix found = {.inode = broken ? 0 : m.udiag_ino};
        while (!broken && attribute(&s, &at, &broken))
            if (at.type == UNIX_DIAG_VFS && take(&at.value, &file, sizeof file)) {
                found.has_file = true;
                found.file_ino = file.udiag_vfs_ino;
                found.file_dev = file.udiag_vfs_dev;
            }
        if (!broken) {
            *ret = found;
            return true;
        }
        *bad = true;
    }
    return false;
}

void ra_nl_address(unsigned char family, const unsigned char bytes[16], char ret[64])
{
    ret[0] = 0;
    if (family == AF_INET || family == AF_INET6)
        inet_ntop(family, bytes, ret, 64);
}

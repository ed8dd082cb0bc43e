// Kernel dumps built message by message, for recorded hosts.
#ifndef RA_TESTS_NETLINK_BUILD_H
#define RA_TESTS_NETLINK_BUILD_H

#include <arpa/inet.h>
#include <linux/fib_rules.h>
#include <linux/inet_diag.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <sys/sysmacros.h>
#include <net/if.h>

#include "collect_recorded.h"

static inline size_t begin(struct ra_buf *b, unsigned type, const void *fixed, size_t n)
{
    struct nlmsghdr h = {.nlmsg_type = (uint16_t)type};
    size_t at = b->n;
    ra_buf_add(b, &h, sizeof h);
    ra_buf_add(b, fixed, n);
    return at;
}

static inline void attribute(struct ra_buf *b, unsigned type, const void *value, size_t n)
{
    struct rtattr h = {.rta_len = (uint16_t)(sizeof h + n), .rta_type = (uint16_t)type};
    ra_buf_add(b, &h, sizeof h);
    ra_buf_add(b, value, n);
    while (b->n % 4)
        ra_buf_putc(b, 0);
}

static inline void end(struct ra_buf *b, size_t at)
{
    uint32_t n = (uint32_t)(b->n - at);
    memcpy(b->p + at, &n, sizeof n);
}

static inline void add_link(struct ra_buf *b, int index, const char *name, unsigned flags)
{
    struct ifinfomsg m = {.ifi_index = index, .ifi_flags = flags};
    size_t at = begin(b, RTM_NEWLINK, &m, sizeof m);
    attribute(b, IFLA_IFNAME, name, strlen(name) + 1);
    end(b, at);
}

static inline void add_rule(struct ra_buf *b, unsigned char table)
{
    struct fib_rule_hdr m = {.family = AF_INET, .table = table, .action = FR_ACT_TO_TBL};
    end(b, begin(b, RTM_NEWRULE, &m, sizeof m));
}

static inline void add_route(struct ra_buf *b, int family, const char *to, unsigned char bits, const char *via, int link,
                      unsigned char type, unsigned char table)
{
    struct rtmsg m = {.rtm_family = (unsigned char)family, .rtm_dst_len = bits, .rtm_table = table, .rtm_type = type};
    unsigned char bytes[16];
    size_t width = family == AF_INET ? 4 : 16, at = begin(b, RTM_NEWROUTE, &m, sizeof m);
    if (bits && inet_pton(family, to, bytes) == 1)
        attribute(b, RTA_DST, bytes, width);
    if (via && inet_pton(family, via, bytes) == 1)
        attribute(b, RTA_GATEWAY, bytes, width);
    if (link)
        attribute(b, RTA_OIF, &link, sizeof link);
    end(b, at);
}

static inline void add_listener(struct ra_buf *b, const char *address, unsigned port, unsigned inode)
{
    struct inet_diag_msg m = {.idiag_family = AF_INET, .idiag_state = 10, .idiag_inode = inode};
    m.id.idiag_sport = htons((uint16_t)port);
    inet_pton(AF_INET, address, m.id.idiag_src);
    end(b, begin(b, SOCK_DIAG_BY_FAMILY, &m, sizeof m));
}

// A unix socket bound to the file at `path` of the recording, which must be there.
static inline void add_unix(struct recording *r, struct ra_buf *b, unsigned inode, const char *path)
{
    struct stat st;
    assert_int_equal(lstat(at_root(r, path), &st), 0);
    const struct unix_diag_msg m = {.udiag_family = AF_UNIX, .udiag_type = SOCK_STREAM, .udiag_ino = inode};
    const struct unix_diag_vfs file = {.udiag_vfs_ino = (unsigned)st.st_ino,
                                       .udiag_vfs_dev = major(st.st_dev) << 20 | minor(st.st_dev)};
    size_t at = begin(b, SOCK_DIAG_BY_FAMILY, &m, sizeof m);
    attribute(b, UNIX_DIAG_VFS, &file, sizeof file);
    end(b, at);
}

struct kernel { // one buffer a dump; what stays empty is an empty answer
    struct ra_buf links, rules, routes4, routes6, tcp;
};

static inline void kernel_free(struct kernel *k)
{
    ra_buf_free(&k->links);
    ra_buf_free(&k->rules);
    ra_buf_free(&k->routes4);
    ra_buf_free(&k->routes6);
    ra_buf_free(&k->tcp);
}

static inline void write_kernel(struct recording *r, const struct kernel *k)
{
    static const char *const empty[] = {"netlink.addrs", "netlink.tcp6", "netlink.udp4", "netlink.udp6"};
    for (size_t i = 0; i < RA_COUNT(empty); i++)
        side(r, empty[i], "");
    side_hex(r, "netlink.links", ra_buf_view(&k->links));
    side_hex(r, "netlink.rules4", ra_buf_view(&k->rules));
    side_hex(r, "netlink.rules6", ra_buf_view(&k->rules));
    side_hex(r, "netlink.routes4", ra_buf_view(&k->routes4));
    side_hex(r, "netlink.routes6", ra_buf_view(&k->routes6));
    side_hex(r, "netlink.tcp4", ra_buf_view(&k->tcp));
}

// Two links, the usual rules; the caller adds routes.
static inline struct kernel usual(void)
{
    struct kernel k = {0};
    add_link(&k.links, 1, "lo", IFF_UP | IFF_LOOPBACK);
    add_link(&k.links, 2, "eth0", IFF_UP);
    add_link(&k.links, 3, "eth1", 0);
    add_rule(&k.rules, RT_TABLE_LOCAL);
    add_rule(&k.rules, RT_TABLE_MAIN);
    add_rule(&k.rules, RT_TABLE_DEFAULT);
    return k;
}

#endif

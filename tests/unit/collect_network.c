// Ways out, from recorded kernels: dumps built message by message. Closed stays closed whatever is configured; a
// route, a resolver and a proxy count only where a packet gets to them; a listener's owner decides whose it is.
#include "collect_recorded.h"

#include <arpa/inet.h>
#include <linux/fib_rules.h>
#include <linux/inet_diag.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <net/if.h>

int ra_collect_network(struct ra_collect *c, struct ra_error *err);

static size_t begin(struct ra_buf *b, unsigned type, const void *fixed, size_t n)
{
    struct nlmsghdr h = {.nlmsg_type = (uint16_t)type};
    size_t at = b->n;
    ra_buf_add(b, &h, sizeof h);
    ra_buf_add(b, fixed, n);
    return at;
}

static void attribute(struct ra_buf *b, unsigned type, const void *value, size_t n)
{
    struct rtattr h = {.rta_len = (uint16_t)(sizeof h + n), .rta_type = (uint16_t)type};
    ra_buf_add(b, &h, sizeof h);
    ra_buf_add(b, value, n);
    while (b->n % 4)
        ra_buf_putc(b, 0);
}

static void end(struct ra_buf *b, size_t at)
{
    uint32_t n = (uint32_t)(b->n - at);
    memcpy(b->p + at, &n, sizeof n);
}

static void add_link(struct ra_buf *b, int index, const char *name, unsigned flags)
{
    struct ifinfomsg m = {.ifi_index = index, .ifi_flags = flags};
    size_t at = begin(b, RTM_NEWLINK, &m, sizeof m);
    attribute(b, IFLA_IFNAME, name, strlen(name) + 1);
    end(b, at);
}

static void add_rule(struct ra_buf *b, unsigned char table)
{
    struct fib_rule_hdr m = {.family = AF_INET, .table = table, .action = FR_ACT_TO_TBL};
    end(b, begin(b, RTM_NEWRULE, &m, sizeof m));
}

static void add_route(struct ra_buf *b, int family, const char *to, unsigned char bits, const char *via, int link,
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

static void add_listener(struct ra_buf *b, const char *address, unsigned port, unsigned inode)
{
    struct inet_diag_msg m = {.idiag_family = AF_INET, .idiag_state = 10, .idiag_inode = inode};
    m.id.idiag_sport = htons((uint16_t)port);
    inet_pton(AF_INET, address, m.id.idiag_src);
    end(b, begin(b, SOCK_DIAG_BY_FAMILY, &m, sizeof m));
}

struct kernel { // one buffer a dump; what stays empty is an empty answer
    struct ra_buf links, rules, routes4, routes6, tcp;
};

static void kernel_free(struct kernel *k)
{
    ra_buf_free(&k->links);
    ra_buf_free(&k->rules);
    ra_buf_free(&k->routes4);
    ra_buf_free(&k->routes6);
    ra_buf_free(&k->tcp);
}

static void write_kernel(struct recording *r, const struct kernel *k)
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

static void boxed_machine(struct recording *r)
{
    recording_open(r);
    put(r, "/proc/self/mountinfo", "65 42 0:40 /newroot / rw - tmpfs tmpfs rw\n67 65 0:41 / /proc rw - proc proc rw\n");
    put_namespaces(r, OWN_NS, OWN_NS, OWN_NS, OWN_NS);
}

// Two links, the usual rules; the caller adds routes.
static struct kernel usual(void)
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

static void run(struct recording *r, const struct kernel *k, const char *box)
{
    write_kernel(r, k);
    recording_run(r, "network", box, ra_collect_network);
}

static void closed_stays_closed(void **state)
{
    (void)state;
    struct recording r;
    struct kernel k = usual();
    boxed_machine(&r);
    add_route(&k.routes4, AF_INET, NULL, 0, "192.0.2.1", 2, RTN_UNREACHABLE, RT_TABLE_MAIN);
    add_route(&k.routes4, AF_INET, NULL, 0, "192.0.2.1", 2, RTN_BLACKHOLE, RT_TABLE_MAIN);
    add_route(&k.routes4, AF_INET, "127.0.0.0", 8, NULL, 1, RTN_LOCAL, RT_TABLE_LOCAL);
    add_route(&k.routes4, AF_INET, "198.51.100.0", 24, NULL, 3, RTN_UNICAST, RT_TABLE_MAIN); // link is down
    add_route(&k.routes4, AF_INET, NULL, 0, "192.0.2.1", 2, RTN_UNICAST, 77);                // no rule asks table 77
    add_route(&k.routes6, AF_INET6, "ff00::", 8, NULL, 2, RTN_UNICAST, RT_TABLE_MAIN);
    put(&r, "/etc/resolv.conf", "nameserver 192.0.2.53\nnameserver 127.0.0.53\n");
    side(&r, "environ", "https_proxy=http://user:word@proxy.corp.test:3128\nhttp_proxy=http://127.0.0.1:3128\n");
    run(&r, &k, "bubblewrap");
    no_reach(&r, "egress:");
    no_reach(&r, "unknown:");
    assert_int_equal(r.c.cover->status, RA_RUN_RAN);
    assert_true(r.c.cover->looked > 8);
    recording_close(&r);
    kernel_free(&k);
}

static void a_route_is_a_way_out(void **state)
{
    (void)state;
    struct recording r;
    struct kernel k = usual();
    boxed_machine(&r);
    add_route(&k.routes4, AF_INET, NULL, 0, "192.0.2.1", 2, RTN_UNICAST, RT_TABLE_MAIN);
    add_route(&k.routes4, AF_INET, "192.0.2.0", 24, NULL, 2, RTN_UNICAST, RT_TABLE_MAIN);
    add_route(&k.routes6, AF_INET6, "2001:db8::", 32, NULL, 2, RTN_UNICAST, RT_TABLE_MAIN);
    put(&r, "/etc/resolv.conf", "# comment\nsearch corp.test\nnameserver 192.0.2.53\n");
    side(&r, "environ", "https_proxy=http://user:hunter2word@proxy.corp.test:3128\n");
    run(&r, &k, "bubblewrap");
    expect_traits(&r, "egress:route/default/eth0", RA_TRAIT_CHANNEL | RA_TRAIT_OPEN_ROUTE, 0);
    assert_string_equal(ra_detail_find(reach(&r, "egress:route/default/eth0"), "gateway")->text, "192.0.2.1");
    expect_traits(&r, "egress:route/192.0.2.0/24/eth0", RA_TRAIT_CHANNEL, RA_TRAIT_OPEN_ROUTE);
    expect_traits(&r, "egress:route/2001:db8::/32/eth0", RA_TRAIT_CHANNEL, RA_TRAIT_OPEN_ROUTE);
    expect_traits(&r, "egress:dns/192.0.2.53", RA_TRAIT_CHANNEL | RA_TRAIT_RESOLVER, 0);
    assert_int_equal(reach(&r, "egress:dns/192.0.2.53")->evidence[0].source.line, 3);
    expect_traits(&r, "egress:proxy/http://proxy.corp.test:3128", RA_TRAIT_CHANNEL | RA_TRAIT_PROXY, 0);
    recording_close(&r);
    kernel_free(&k);
}

static void a_policy_table_counts_where_a_rule_asks_it(void **state)
{
    (void)state;
    struct recording r;
    struct kernel k = usual();
    boxed_machine(&r);
    add_rule(&k.rules, 77);
    add_route(&k.routes4, AF_INET, NULL, 0, "192.0.2.1", 2, RTN_UNICAST, 77);
    run(&r, &k, "bubblewrap");
    expect_traits(&r, "egress:route/default/eth0", RA_TRAIT_OPEN_ROUTE, 0);
    recording_close(&r);
    kernel_free(&k);
}

// No route at all, but a bridge listens on loopback: the proxy and the resolver behind it are ways out.
static void loopback_helpers_are_ways_out(void **state)
{
    (void)state;
    struct recording r;
    struct kernel k = usual();
    boxed_machine(&r);
    add_listener(&k.tcp, "127.0.0.1", 3128, 501);
    add_listener(&k.tcp, "127.0.0.53", 53, 502);
    put(&r, "/etc/resolv.conf", "nameserver 127.0.0.53\n");
    side(&r, "environ", "HTTPS_PROXY=http://localhost:3128/\nHTTP_PROXY=127.0.0.1:9999\n");
    run(&r, &k, "bubblewrap");
    expect_traits(&r, "egress:dns/127.0.0.53", RA_TRAIT_RESOLVER, 0);
    expect_traits(&r, "egress:proxy/http://localhost:3128", RA_TRAIT_PROXY, 0);
    no_reach(&r, "egress:proxy/http://127.0.0.1:9999");
    recording_close(&r);
    kernel_free(&k);
}

static void the_owner_decides_whose_a_listener_is(void **state)
{
    (void)state;
    struct recording r;
    struct kernel k = usual();
    boxed_machine(&r);
    add_listener(&k.tcp, "127.0.0.1", 5432, 501);
    add_listener(&k.tcp, "0.0.0.0", 8000, 502);
    put_process(&r, 9, 1, "python3", "", 0);
    put_link(&r, "/proc/9/fd/3", "socket:[502]");
    run(&r, &k, "bubblewrap");
    expect_traits(&r, "service:127.0.0.1:5432/tcp", RA_TRAIT_OUTSIDE | RA_TRAIT_CHANNEL, 0);
    assert_int_equal(reach(&r, "service:127.0.0.1:5432/tcp")->least, RA_RADIUS_GRANT);
    assert_string_equal(reach(&r, "service:127.0.0.1:5432/tcp")->title, "PostgreSQL database");
    expect_traits(&r, "service:0.0.0.0:8000/tcp", 0, RA_TRAIT_OUTSIDE | RA_TRAIT_CHANNEL);
    assert_int_equal(reach(&r, "service:0.0.0.0:8000/tcp")->ceiling, RA_RADIUS_SANDBOX);
    recording_close(&r);
    kernel_free(&k);
}

static void without_a_box_listeners_are_facts_only(void **state)
{
    (void)state;
    struct recording r;
    struct kernel k = usual();
    boxed_machine(&r);
    add_listener(&k.tcp, "127.0.0.1", 5432, 501);
    side(&r, "probes", "socket_vsock ok\n");
    run(&r, &k, "none");
    assert_int_equal(reach(&r, "service:127.0.0.1:5432/tcp")->traits, 0);
    no_reach(&r, "box:vsock");
    recording_close(&r);
    kernel_free(&k);
}

static void proc_net_stands_in_for_sock_diag(void **state)
{
    (void)state;
    struct recording r;
    struct kernel k = usual();
    char line[256];
    uint32_t address = htonl(0x7f000001);
    boxed_machine(&r);
    write_kernel(&r, &k);
    side(&r, "netlink.tcp4", "errno EPERM\n");
    snprintf(line, sizeof line,
             "  sl  local_address rem_address   st\n"
             "   0: %08X:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000 0 501 1\n"
             "   1: %08X:9999 0100007F:1538 01 00000000:00000000 00:00000000 00000000  1000 0 502 1\n",
             address, address);
    put(&r, "/proc/net/tcp", line);
    recording_run(&r, "network", "bubblewrap", ra_collect_network);
    reach(&r, "service:127.0.0.1:5432/tcp");
    no_reach(&r, "service:127.0.0.1:39321");
    no_reach(&r, "unknown:");
    recording_close(&r);
    kernel_free(&k);
}

static void what_the_kernel_does_not_tell_is_unknown(void **state)
{
    (void)state;
    static const char *const dumps[] = {"netlink.links", "netlink.routes4", "netlink.routes6", "netlink.rules4",
                                        "netlink.tcp4"};
    static const char *const answers[] = {"errno EPERM\n", "errno ENOBUFS\n", "ff ff ff\n"};
    for (size_t i = 0; i < RA_COUNT(dumps); i++)
        for (size_t j = 0; j < RA_COUNT(answers); j++) {
            struct recording r;
            struct kernel k = usual();
            boxed_machine(&r);
            write_kernel(&r, &k);
            side(&r, dumps[i], answers[j]);
            recording_run(&r, "network", "bubblewrap", ra_collect_network);
            bool unknown = false;
            for (size_t n = 0; n < r.inv.n_reaches; n++)
                unknown |= r.inv.reaches[n]->kind == RA_KIND_UNKNOWN &&
                           (r.inv.reaches[n]->traits & RA_TRAIT_CHANNEL);
            // A malformed rule is only a table too many: every table then counts.
            if (!unknown && !(strcmp(dumps[i], "netlink.rules4") == 0 && j == 2))
                fail_msg("%s %s was no unknown", dumps[i], answers[j]);
            recording_close(&r);
            kernel_free(&k);
        }
}

static void a_bare_vsock_only_weakens(void **state)
{
    (void)state;
    struct recording r;
    struct kernel k = usual();
    boxed_machine(&r);
    side(&r, "probes", "socket_vsock ok\n");
    run(&r, &k, "bubblewrap");
    expect_traits(&r, "box:vsock", RA_TRAIT_WEAKENS, RA_TRAIT_CHANNEL);
    assert_int_equal(reach(&r, "box:vsock")->cap, RA_SEVERITY_LOW);
    recording_close(&r);
    kernel_free(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(closed_stays_closed),
        cmocka_unit_test(a_route_is_a_way_out),
        cmocka_unit_test(a_policy_table_counts_where_a_rule_asks_it),
        cmocka_unit_test(loopback_helpers_are_ways_out),
        cmocka_unit_test(the_owner_decides_whose_a_listener_is),
        cmocka_unit_test(without_a_box_listeners_are_facts_only),
        cmocka_unit_test(proc_net_stands_in_for_sock_diag),
        cmocka_unit_test(what_the_kernel_does_not_tell_is_unknown),
        cmocka_unit_test(a_bare_vsock_only_weakens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

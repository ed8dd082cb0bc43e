// Ways out, from recorded kernels: dumps built message by message. Closed stays closed whatever is configured; a
// route, a resolver and a proxy count only where a packet gets to them; a listener's owner decides whose it is.
#include "netlink_build.h"

int ra_collect_network(struct ra_collect *c, struct ra_error *err);

static void boxed_machine(struct recording *r)
{
    recording_open(r);
    put(r, "/proc/self/mountinfo", "65 42 0:40 /newroot / rw - tmpfs tmpfs rw\n67 65 0:41 / /proc rw - proc proc rw\n");
    put_namespaces(r, OWN_NS, OWN_NS, OWN_NS, OWN_NS);
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
    put_status(&r, "0000000000000000", 1, 2);
    ra_buf_clear(&k.links);
    add_link(&k.links, 1, "lo", IFF_UP | IFF_LOOPBACK);
    add_link(&k.links, 2, "tunl0", 0);
    add_link(&k.links, 3, "eth1", 0);
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

// SO_BINDTODEVICE reaches the neighbours of a link that is up; one that is down waits for CAP_NET_ADMIN.
static void a_link_needs_no_route(void **state)
{
    (void)state;
    struct recording r;
    struct kernel k = usual();
    boxed_machine(&r);
    put_status(&r, "0000000000001000", 1, 2);
    add_link(&k.links, 4, "sit0", 0);
    add_route(&k.routes4, AF_INET, NULL, 0, "192.0.2.1", 2, RTN_UNREACHABLE, RT_TABLE_MAIN);
    run(&r, &k, "bubblewrap");
    expect_traits(&r, "egress:link/eth0", RA_TRAIT_CHANNEL, RA_TRAIT_OPEN_ROUTE);
    assert_int_equal(reach(&r, "egress:link/eth0")->state, RA_STATE_PRESENT);
    assert_int_equal(reach(&r, "egress:link/eth1")->state, RA_STATE_UNKNOWN);
    no_reach(&r, "egress:link/lo");
    no_reach(&r, "egress:link/sit0");
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

static const char *named(struct recording *r, const char *id)
{
    const struct ra_detail *claim = ra_detail_find(reach(r, id), "claim");
    assert_non_null(claim);
    assert_string_equal(claim->text, "proxy");
    assert_int_equal(reach(r, id)->ceiling, RA_RADIUS_NOTHING);
    return ra_detail_find(reach(r, id), "proxy")->text;
}

// Whoever names a proxy promises that bytes pass it; no user part of its URL is kept.
static void who_names_a_proxy(void **state)
{
    (void)state;
    struct recording r;
    for (int closed = 0; closed < 2; closed++) {
        struct kernel k = usual();
        boxed_machine(&r);
        r.c.home = "/home/dev";
        side(&r, "probes", closed ? "socket_inet EPERM\n" : "socket_inet ok\n");
        side(&r, "environ", "https_proxy=http://user:hunter2word@proxy.corp.test:3128\nHTTP_PROXY=\n");
        put(&r, "/home/dev/.gitconfig", "[http]\n\tproxy = socks5://127.0.0.1:1080\n[http \"https://a.test\"]\n\tsslVerify = true\n");
        put(&r, "/home/dev/.npmrc", "fund=false\nhttps-proxy=http://bot:hunter3word@npm.corp.test:8080/\nproxy=null\n");
        put(&r, "/etc/apt/apt.conf.d/01proxy", "// none\nAcquire::http::Proxy \"http://apt.corp.test:3142\";\n"
                                              "Acquire::https::Proxy \"DIRECT\";\nAPT::Install \"1\";\n");
        run(&r, &k, "bubblewrap");
        if (closed) {
            no_reach(&r, "env:");
            no_reach(&r, "file:");
        } else {
            assert_string_equal(named(&r, "env:https_proxy"), "http://proxy.corp.test:3128");
            assert_string_equal(named(&r, "file:~/.gitconfig#http.proxy"), "socks5://127.0.0.1:1080");
            assert_string_equal(named(&r, "file:~/.npmrc#https-proxy"), "http://npm.corp.test:8080");
            assert_int_equal(reach(&r, "file:~/.npmrc#https-proxy")->evidence[0].source.line, 2);
            assert_string_equal(named(&r, "file:/etc/apt/apt.conf.d/01proxy#Acquire::http::Proxy"),
                                "http://apt.corp.test:3142");
            no_reach(&r, "env:HTTP_PROXY");
            no_reach(&r, "file:~/.npmrc#proxy");
            no_reach(&r, "file:/etc/apt/apt.conf.d/01proxy#Acquire::https");
        }
        recording_close(&r);
        kernel_free(&k);
    }
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
        cmocka_unit_test(who_names_a_proxy),
        cmocka_unit_test(closed_stays_closed),
        cmocka_unit_test(a_link_needs_no_route), cmocka_unit_test(a_route_is_a_way_out),
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

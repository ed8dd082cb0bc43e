// Netlink dumps: built here message by message, cut at every byte, and asked of this kernel where it answers.
#include <linux/fib_rules.h>
#include <linux/inet_diag.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "parse/netlink.h"

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

static void done(struct ra_buf *b, int error)
{
    end(b, begin(b, NLMSG_DONE, &error, sizeof error));
}

static void links(struct ra_buf *b)
{
    struct ifinfomsg m = {.ifi_index = 2, .ifi_flags = 0x1003};
    size_t at = begin(b, RTM_NEWLINK, &m, sizeof m);
    attribute(b, IFLA_MTU, "\0\0\0\0", 4);
    attribute(b, IFLA_IFNAME, "eth0", 5);
    end(b, at);
    m.ifi_index = 3;
    at = begin(b, RTM_NEWLINK, &m, sizeof m);
    attribute(b, IFLA_IFNAME, "a-name-that-is-longer-than-any-kernel-gives", 43);
    end(b, at);
    done(b, 0);
}

static void reads_links(void **state)
{
    (void)state;
    struct ra_buf b = {0};
    links(&b);
    struct ra_span dump = ra_buf_view(&b);
    struct ra_nl_link l;
    bool bad = false;
    assert_true(ra_nl_next_link(&dump, &l, &bad));
    assert_string_equal(l.name, "eth0");
    assert_int_equal(l.index, 2);
    assert_int_equal(l.flags, 0x1003);
    assert_true(ra_nl_next_link(&dump, &l, &bad));
    assert_string_equal(l.name, "a-name-that-is-longer-than-any-");
    assert_false(ra_nl_next_link(&dump, &l, &bad));
    assert_false(bad);
    ra_buf_free(&b);
}

static void reads_addresses(void **state)
{
    (void)state;
    struct ra_buf b = {0};
    struct ifaddrmsg m = {.ifa_family = AF_INET, .ifa_prefixlen = 24, .ifa_index = 2};
    size_t at = begin(&b, RTM_NEWADDR, &m, sizeof m);
    attribute(&b, IFA_LOCAL, "\x0a\0\0\1", 4);
    attribute(&b, IFA_ADDRESS, "\x0a\0\0\2", 4); // the far end of a point-to-point link
    end(&b, at);
    done(&b, 0);
    m = (struct ifaddrmsg){.ifa_family = AF_INET6, .ifa_prefixlen = 128, .ifa_index = 1};
    at = begin(&b, RTM_NEWADDR, &m, sizeof m); // a second dump behind the first
    attribute(&b, IFA_ADDRESS, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 16);
    end(&b, at);
    struct ra_span dump = ra_buf_view(&b);
    struct ra_nl_addr a;
    bool bad = false;
    char text[64];
    assert_true(ra_nl_next_addr(&dump, &a, &bad));
    ra_nl_address(a.family, a.address, text);
    assert_string_equal(text, "10.0.0.1");
    assert_int_equal(a.prefix_len, 24);
    assert_true(ra_nl_next_addr(&dump, &a, &bad));
    ra_nl_address(a.family, a.address, text);
    assert_string_equal(text, "::1");
    assert_false(ra_nl_next_addr(&dump, &a, &bad));
    assert_false(bad);
    ra_nl_address(77, a.address, text);
    assert_string_equal(text, "");
    ra_buf_free(&b);
}

static void reads_routes_and_rules(void **state)
{
    (void)state;
    struct ra_buf b = {0};
    struct rtmsg m = {.rtm_family = AF_INET, .rtm_table = RT_TABLE_MAIN, .rtm_type = RTN_UNICAST};
    uint32_t out = 2, table = 1000;
    size_t at = begin(&b, RTM_NEWROUTE, &m, sizeof m);
    attribute(&b, RTA_TABLE, &table, 4);
    attribute(&b, RTA_GATEWAY, "\x0a\0\0\xfe", 4);
    attribute(&b, RTA_OIF, &out, 4);
    end(&b, at);
    m.rtm_dst_len = 8;
    at = begin(&b, RTM_NEWROUTE, &m, sizeof m);
    attribute(&b, RTA_DST, "\x7f\0\0\0", 4);
    struct rtnexthop hop = {.rtnh_len = sizeof hop + 8, .rtnh_ifindex = 5};
    struct ra_buf hops = {0};
    ra_buf_add(&hops, &hop, sizeof hop);
    attribute(&hops, RTA_GATEWAY, "\x0a\0\0\x09", 4);
    attribute(&b, RTA_MULTIPATH, hops.p, hops.n);
    ra_buf_free(&hops);
    end(&b, at);
    struct fib_rule_hdr r = {.family = AF_INET, .action = FR_ACT_TO_TBL, .table = RT_TABLE_LOCAL};
    uint32_t priority = 32766;
    at = begin(&b, RTM_NEWRULE, &r, sizeof r);
    attribute(&b, FRA_PRIORITY, &priority, 4);
    attribute(&b, FRA_TABLE, &table, 4);
    end(&b, at);
    struct ra_span dump = ra_buf_view(&b);
    struct ra_nl_route route;
    struct ra_nl_rule rule;
    bool bad = false;
    assert_true(ra_nl_next_route(&dump, &route, &bad));
    assert_true(route.has_gateway && route.dst_len == 0 && route.out_index == 2 && route.table == 1000);
    assert_memory_equal(route.gateway, "\x0a\0\0\xfe", 4);
    assert_true(ra_nl_next_route(&dump, &route, &bad));
    assert_true(route.has_gateway && route.dst_len == 8 && route.out_index == 5 && route.table == RT_TABLE_MAIN);
    assert_memory_equal(route.gateway, "\x0a\0\0\x09", 4);
    assert_false(ra_nl_next_route(&dump, &route, &bad));
    dump = ra_buf_view(&b);
    assert_true(ra_nl_next_rule(&dump, &rule, &bad));
    assert_true(rule.table == 1000 && rule.priority == 32766 && rule.action == FR_ACT_TO_TBL);
    assert_false(bad);
    ra_buf_free(&b);
}

static void reads_listeners(void **state)
{
    (void)state;
    struct ra_buf b = {0};
    struct inet_diag_msg m = {.idiag_family = AF_INET, .idiag_state = 10, .idiag_uid = 1000, .idiag_inode = 77};
    memcpy(&m.id.idiag_sport, "\x1f\x90", 2);
    memcpy(m.id.idiag_src, "\x7f\0\0\1", 4);
    end(&b, begin(&b, SOCK_DIAG_BY_FAMILY, &m, sizeof m));
    struct ra_span dump = ra_buf_view(&b);
    struct ra_nl_listener l;
    bool bad = false;
    assert_true(ra_nl_next_listener(&dump, &l, &bad));
    assert_true(l.port == 8080 && l.state == 10 && l.uid == 1000 && l.inode == 77);
    assert_memory_equal(l.address, "\x7f\0\0\1", 4);
    assert_false(ra_nl_next_listener(&dump, &l, &bad));
    assert_false(bad);
    ra_buf_free(&b);
}

static void an_error_or_an_interruption_makes_a_dump_bad(void **state)
{
    (void)state;
    struct ra_nl_link l;
    for (int i = 0; i < 3; i++) {
        struct ra_buf b = {0};
        bool bad = false;
        int error = -1;
        links(&b);
        if (i == 0)
            done(&b, error);
        else if (i == 1)
            end(&b, begin(&b, NLMSG_ERROR, &error, sizeof error));
        else
            b.p[offsetof(struct nlmsghdr, nlmsg_flags)] = NLM_F_DUMP_INTR;
        struct ra_span dump = ra_buf_view(&b);
        size_t n = 0;
        while (ra_nl_next_link(&dump, &l, &bad))
            n++;
        assert_int_equal(n, 2); // what was there is still told
        assert_true(bad);
        ra_buf_free(&b);
    }
}

// Every cut, from memory that ends where the cut is and begins at an odd address: a sanitizer sees a read beyond.
static void a_dump_cut_anywhere_is_bad_or_shorter(void **state)
{
    (void)state;
    struct ra_buf b = {0};
    links(&b);
    for (size_t n = 0; n < b.n; n++) {
        char *copy = malloc(n + 1);
        assert_non_null(copy);
        memcpy(copy + 1, b.p, n);
        struct ra_span dump = {copy + 1, n};
        struct ra_nl_link l;
        bool bad = false;
        size_t count = 0;
        while (ra_nl_next_link(&dump, &l, &bad))
            count++;
        assert_true(count <= 2);
        assert_true(bad || n == 0 || count == 1 || count == 2);
        free(copy);
    }
    ra_buf_free(&b);
}

static void a_broken_attribute_drops_its_message_only(void **state)
{
    (void)state;
    struct ra_buf b = {0};
    struct ifinfomsg m = {.ifi_index = 9};
    size_t at = begin(&b, RTM_NEWLINK, &m, sizeof m);
    struct rtattr a = {.rta_len = 400, .rta_type = IFLA_IFNAME};
    ra_buf_add(&b, &a, sizeof a);
    end(&b, at);
    links(&b);
    struct ra_span dump = ra_buf_view(&b);
    struct ra_nl_link l;
    bool bad = false;
    assert_true(ra_nl_next_link(&dump, &l, &bad));
    assert_true(bad);
    assert_int_equal(l.index, 2);
    ra_buf_free(&b);
}

static void reads_this_kernels_links(void **state)
{
    (void)state;
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (fd < 0)
        skip();
    struct {
        struct nlmsghdr h;
        struct rtgenmsg g;
    } request = {{.nlmsg_len = sizeof request, .nlmsg_type = RTM_GETLINK, .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP}, {0}};
    static char bytes[256 * 1024];
    ssize_t got = send(fd, &request, sizeof request, 0) > 0 ? recv(fd, bytes, sizeof bytes, 0) : -1;
    close(fd);
    if (got <= 0)
        skip();
    struct ra_span dump = {bytes, (size_t)got};
    struct ra_nl_link l;
    bool bad = false, loopback = false;
    while (ra_nl_next_link(&dump, &l, &bad))
        loopback |= strcmp(l.name, "lo") == 0;
    assert_true(loopback);
    assert_false(bad);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_links),
        cmocka_unit_test(reads_addresses),
        cmocka_unit_test(reads_routes_and_rules),
        cmocka_unit_test(reads_listeners),
        cmocka_unit_test(an_error_or_an_interruption_makes_a_dump_bad),
        cmocka_unit_test(a_dump_cut_anywhere_is_bad_or_shorter),
        cmocka_unit_test(a_broken_attribute_drops_its_message_only),
        cmocka_unit_test(reads_this_kernels_links),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

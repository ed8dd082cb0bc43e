// Dumps of what the kernel knows about interfaces, addresses, routes, rules and listening sockets, as it tells
// them; reading them is parse/netlink.h's. Asks with dump requests only, which change nothing.
// Sources: netlink(7), rtnetlink(7), sock_diag(7).
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/inner.h"

const char *const ra_netlink_names[RA_NL_COUNT] = {
    [RA_NL_LINKS] = "links",     [RA_NL_ADDRS] = "addrs",   [RA_NL_ROUTES4] = "routes4", [RA_NL_ROUTES6] = "routes6",
    [RA_NL_RULES4] = "rules4",   [RA_NL_RULES6] = "rules6", [RA_NL_TCP4] = "tcp4",       [RA_NL_TCP6] = "tcp6",
    [RA_NL_UDP4] = "udp4",       [RA_NL_UDP6] = "udp6",       [RA_NL_UNIX] = "unix",
};

// States of the kernel's TCP_*: a listening stream, a bound and unconnected datagram socket.
enum { LISTEN = 1 << 10, CLOSE = 1 << 7 };

static const struct dump {
    int protocol;
    unsigned short request, answer;
    unsigned char family, ip_protocol;
    unsigned states;
} dumps[RA_NL_COUNT] = {
    [RA_NL_LINKS] = {NETLINK_ROUTE, RTM_GETLINK, RTM_NEWLINK, AF_UNSPEC, 0, 0},
    [RA_NL_ADDRS] = {NETLINK_ROUTE, RTM_GETADDR, RTM_NEWADDR, AF_UNSPEC, 0, 0},
    [RA_NL_ROUTES4] = {NETLINK_ROUTE, RTM_GETROUTE, RTM_NEWROUTE, AF_INET, 0, 0},
    [RA_NL_ROUTES6] = {NETLINK_ROUTE, RTM_GETROUTE, RTM_NEWROUTE, AF_INET6, 0, 0},
    [RA_NL_RULES4] = {NETLINK_ROUTE, RTM_GETRULE, RTM_NEWRULE, AF_INET, 0, 0},
    [RA_NL_RULES6] = {NETLINK_ROUTE, RTM_GETRULE, RTM_NEWRULE, AF_INET6, 0, 0},
    [RA_NL_TCP4] = {NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, SOCK_DIAG_BY_FAMILY, AF_INET, IPPROTO_TCP, LISTEN},
    [RA_NL_TCP6] = {NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, SOCK_DIAG_BY_FAMILY, AF_INET6, IPPROTO_TCP, LISTEN},
    [RA_NL_UDP4] = {NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, SOCK_DIAG_BY_FAMILY, AF_INET, IPPROTO_UDP, CLOSE},
    [RA_NL_UDP6] = {NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, SOCK_DIAG_BY_FAMILY, AF_INET6, IPPROTO_UDP, CLOSE},
    [RA_NL_UNIX] = {NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, SOCK_DIAG_BY_FAMILY, AF_UNIX, 0, ~0u},
};

static int ask(int fd, const struct dump *d)
{
    struct {
        struct nlmsghdr head;
        union {
            struct rtgenmsg route;
            struct ifinfomsg link;
            struct rtmsg room; // the kernel wants the long header for some families
            struct inet_diag_req_v2 diag;
            struct unix_diag_req local;
        } body;
    } q;
    memset(&q, 0, sizeof q);
    size_t n = sizeof q.body.room > sizeof q.body.link ? sizeof q.body.room : sizeof q.body.link;
    if (d->family == AF_UNIX) {
        q.body.local = (struct unix_diag_req){.sdiag_family = AF_UNIX, .udiag_states = d->states,
                                              .udiag_show = UDIAG_SHOW_VFS};
        n = sizeof q.body.local;
    } else if (d->protocol == NETLINK_SOCK_DIAG) {
        q.body.diag =
            (struct inet_diag_req_v2){.sdiag_family = d->family, .sdiag_protocol = d->ip_protocol, .idiag_states = d->states};
        n = sizeof q.body.diag;
    } else {
        q.body.route.rtgen_family = d->family;
    }
    q.head = (struct nlmsghdr){.nlmsg_len = (unsigned)NLMSG_LENGTH(n),
                               .nlmsg_type = d->request,
                               .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
                               .nlmsg_seq = 1};
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    ssize_t put = sendto(fd, &q, q.head.nlmsg_len, 0, (const struct sockaddr *)&kernel, sizeof kernel);
    return put < 0 ? errno : 0;
}

// One datagram, whole: its length is asked before it is taken. 0 or an errno.
static int receive(int fd, struct ra_buf *b)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int ready;
    do
        ready = poll(&p, 1, RA_SOCKET_TIMEOUT_MS);
    while (ready < 0 && errno == EINTR);
    if (ready <= 0)
        return ready ? errno : ETIMEDOUT;
    ra_buf_clear(b);
    ssize_t n = recv(fd, NULL, 0, MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT);
    if (n >= 0) {
        size_t room = (size_t)n < 32768 ? 32768 : (size_t)n;
        n = recv(fd, ra_buf_room(b, room), room, MSG_TRUNC | MSG_DONTWAIT);
        if (n > (ssize_t)room)
            return EMSGSIZE;
    }
    if (n < 0)
        return errno == EINTR || errno == EAGAIN ? 0 : errno;
    b->n = (size_t)n;
    return 0;
}

// A family that the kernel does not know is answered with the dump of every family: those are left out.
static bool wanted(const struct dump *d, const struct nlmsghdr *m)
{
    if (m->nlmsg_type != d->answer)
        return false;
    const unsigned char *family = (const unsigned char *)m + NLMSG_HDRLEN;
    return d->family == AF_UNSPEC || (m->nlmsg_len > NLMSG_HDRLEN && *family == d->family);
}

static int error_in(const struct nlmsghdr *m)
{
    int err = 0; // first field of nlmsgerr, and of a failed dump's last message
    if (m->nlmsg_len >= NLMSG_LENGTH(sizeof err))
        memcpy(&err, (const char *)m + NLMSG_HDRLEN, sizeof err);
    return err < 0 ? -err : 0;
}

// Takes over one datagram's messages. *done at the end of the dump.
static int take(const struct dump *d, const struct ra_buf *datagram, struct ra_buf *out, bool *done, bool *changed)
{
    size_t at = 0;
    while (datagram->n - at >= sizeof(struct nlmsghdr)) {
        struct nlmsghdr m;
        memcpy(&m, datagram->p + at, sizeof m);
        if (m.nlmsg_len < sizeof m || m.nlmsg_len > datagram->n - at)
            return EBADMSG;
        const struct nlmsghdr *whole = (const struct nlmsghdr *)(const void *)(datagram->p + at);
        size_t n = NLMSG_ALIGN(m.nlmsg_len) < datagram->n - at ? NLMSG_ALIGN(m.nlmsg_len) : datagram->n - at;
        *changed |= m.nlmsg_flags & NLM_F_DUMP_INTR;
        if (m.nlmsg_type == NLMSG_DONE || m.nlmsg_type == NLMSG_ERROR) {
            *done = true;
            return error_in(whole);
        }
        if (wanted(d, whole))
            ra_buf_add(out, whole, n);
        at += n;
    }
    return 0;
}

static int dump_once(const struct dump *d, struct ra_buf *out, const char **ret_call, bool *ret_changed)
{
    *ret_call = "socket";
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, d->protocol);
    if (fd < 0)
        return errno;
    *ret_call = "netlink";
    struct ra_buf datagram RA_CLEANUP(ra_buf_free) = {0};
    int err = ask(fd, d);
    for (bool done = false; !err && !done;) {
        err = receive(fd, &datagram);
        if (!err)
            err = take(d, &datagram, out, &done, ret_changed);
    }
    close(fd);
    return err;
}

struct ra_reply ra_netlink_dump(enum ra_netlink what, struct ra_buf *out)
{
    enum { TRIES = 5 }; // the kernel marks a dump during which its tables changed
    struct ra_buf got RA_CLEANUP(ra_buf_free) = {0};
    const char *call = "netlink";
    bool changed = true;
    int err = 0;
    for (int i = 0; i < TRIES && changed && !err; i++) {
        changed = false;
        got.n = 0;
        err = dump_once(&dumps[what], &got, &call, &changed);
    }
    if (!err)
        ra_buf_span(out, ra_buf_view(&got));
    return (struct ra_reply){.err = err, .call = call, .truncated = changed && !err};
}

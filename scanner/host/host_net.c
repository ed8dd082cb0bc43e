// The two kinds of socket that an audit uses: unix sockets, connected and closed again, and netlink, asked for
// dumps. No byte ever leaves the machine. Sources: unix(7), rtnetlink(7), sock_diag(7).
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "host/inner.h"

// A path longer than sun_path is reached through its directory's descriptor. *ret_dir: to be closed, or -1.
static int address_of(const char *address, struct sockaddr_un *un, socklen_t *ret_n, int *ret_dir)
{
    size_t n = strlen(address);
    *un = (struct sockaddr_un){.sun_family = AF_UNIX};
    *ret_dir = -1;
    if (n == 0)
        return ENOENT;
    if (n < sizeof un->sun_path) {
        memcpy(un->sun_path, address, n);
        *ret_n = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
        if (address[0] == '@')
            un->sun_path[0] = 0;
        else
            ++*ret_n;
        return 0;
    }
    if (address[0] == '@')
        return ENAMETOOLONG;
    struct ra_arena a RA_CLEANUP(ra_arena_free) = {0};
    *ret_dir = open(ra_path_dir(&a, address), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (*ret_dir < 0)
        return errno;
    int put = snprintf(un->sun_path, sizeof un->sun_path, "/proc/self/fd/%d/%s", *ret_dir, ra_path_base(address));
    *ret_n = sizeof *un;
    return put < 0 || (size_t)put >= sizeof un->sun_path ? ENAMETOOLONG : 0;
}

// connect() refuses what is no socket with ECONNREFUSED too, which would read as absent.
static struct ra_reply look_first(const char *address)
{
    struct stat st;
    if (address[0] == '@')
        return ra_answer(0, "connect");
    if (fstatat(AT_FDCWD, address, &st, AT_NO_AUTOMOUNT))
        return ra_answer(errno, "stat");
    return ra_answer(S_ISSOCK(st.st_mode) ? 0 : EINVAL, "type");
}

// 0 when `events` came, else ETIMEDOUT or an errno.
static int wait_for(int fd, short events, int64_t deadline_ms)
{
    for (;;) {
        int64_t left_ms = deadline_ms - ra_now_ms();
        struct pollfd p = {.fd = fd, .events = events};
        int ready = left_ms > 0 ? poll(&p, 1, (int)left_ms) : 0;
        if (ready > 0)
            return 0;
        if (ready == 0)
            return ETIMEDOUT;
        if (errno != EINTR)
            return errno;
    }
}

static int connect_in_time(int fd, const char *address, int64_t deadline_ms)
{
    struct sockaddr_un un;
    socklen_t n;
    int dir, err = address_of(address, &un, &n, &dir);
    if (!err && connect(fd, (const struct sockaddr *)&un, n))
        err = errno;
    if (dir >= 0)
        close(dir);
    if (err != EINPROGRESS)
        return err;
    int late = wait_for(fd, POLLOUT, deadline_ms);
    socklen_t size = sizeof err;
    return late ? late : getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &size) ? errno : err;
}

static int send_all(int fd, struct ra_span s, int64_t deadline_ms)
{
    while (s.n) {
        ssize_t put = send(fd, s.p, s.n, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (put >= 0) {
            s = ra_span_cut(s, (size_t)put, s.n);
            continue;
        }
        int err = errno == EAGAIN ? wait_for(fd, POLLOUT, deadline_ms) : errno == EINTR ? 0 : errno;
        if (err)
            return err;
    }
    return 0;
}

static int receive(int fd, struct ra_buf *b, size_t n, int64_t deadline_ms)
{
    while (n) {
        int err = wait_for(fd, POLLIN, deadline_ms);
        if (err)
            return err;
        ssize_t got = recv(fd, ra_buf_room(b, n), n, MSG_DONTWAIT);
        if (got == 0)
            return ECONNRESET;
        if (got < 0 && errno != EAGAIN && errno != EINTR)
            return errno;
        if (got > 0) {
            b->n += (size_t)got;
            b->p[b->n] = 0;
            n -= (size_t)got;
        }
    }
    return 0;
}

static struct ra_reply talk(int fd, struct ra_span request, struct ra_buf *reply, int64_t deadline_ms)
{
    struct ra_buf got RA_CLEANUP(ra_buf_free) = {0};
    struct ra_reply r = ra_answer(send_all(fd, request, deadline_ms), "recv");
    if (!r.err)
        r.err = receive(fd, &got, 4, deadline_ms);
    if (r.err)
        return r;
    const unsigned char *b = (const unsigned char *)got.p;
    size_t n = (size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | b[3];
    r.truncated = n > RA_MAX_REPLY_BYTES;
    r.err = receive(fd, &got, r.truncated ? RA_MAX_REPLY_BYTES : n, deadline_ms);
    if (!r.err)
        ra_buf_add(reply, got.p, got.n);
    return r;
}

static void ask_peer(int fd, struct ra_peer *peer)
{
    struct ucred cred;
    socklen_t n = sizeof cred;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &n) == 0)
        *peer = (struct ra_peer){.known = true, .pid = cred.pid, .uid = cred.uid};
}

// A connected stream, or -1 with *ret saying why.
static int open_stream(const char *address, int64_t deadline_ms, struct ra_reply *ret)
{
    *ret = look_first(address);
    if (ret->err)
        return -1;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    *ret = ra_answer(fd < 0 ? errno : connect_in_time(fd, address, deadline_ms), fd < 0 ? "socket" : "connect");
    if (ret->err && fd >= 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

struct ra_reply ra_unix_exchange(const char *address, struct ra_span request, struct ra_buf *reply,
                                 struct ra_peer *peer)
{
    struct ra_reply r;
    int64_t deadline_ms = ra_now_ms() + RA_SOCKET_TIMEOUT_MS;
    int fd = open_stream(address, deadline_ms, &r);
    if (fd < 0)
        return r;
    ask_peer(fd, peer);
    if (request.n)
        r = talk(fd, request, reply, deadline_ms);
    close(fd);
    return r;
}

// Bytes of a message of D-Bus from its first sixteen; 0 where they are none. Host may not include parse.
static size_t message_bytes(struct ra_span head)
{
    const unsigned char *b = (const unsigned char *)head.p;
    bool big = b[0] == 'B';
    uint64_t body = 0, fields = 0;
    for (size_t i = 0; i < 4; i++) {
        body |= (uint64_t)b[4 + i] << (8 * (big ? 3 - i : i));
        fields |= (uint64_t)b[12 + i] << (8 * (big ? 3 - i : i));
    }
    return b[0] == 'l' || big ? (size_t)(16 + (fields + 7) / 8 * 8 + body) : 0;
}

// The first line of the answer: "OK <id>" where the bus takes us for who we say we are.
static int receive_line(int fd, int64_t deadline_ms)
{
    struct ra_buf line RA_CLEANUP(ra_buf_free) = {0};
    while (line.n < 512 && !ra_span_ends(ra_buf_view(&line), "\r\n")) {
        int err = receive(fd, &line, 1, deadline_ms);
        if (err)
            return err;
    }
    return ra_span_starts(ra_buf_view(&line), "OK ") ? 0 : EACCES;
}

// Kinds 2 and 3 of a message's second byte are replies.
static int receive_replies(int fd, size_t n, struct ra_buf *out, int64_t deadline_ms)
{
    while (n) {
        struct ra_buf message RA_CLEANUP(ra_buf_free) = {0};
        int err = receive(fd, &message, 16, deadline_ms);
        size_t size = err ? 0 : message_bytes(ra_buf_view(&message));
        if (!err && (size < 16 || out->n + size > RA_MAX_REPLY_BYTES))
            err = EBADMSG;
        if (!err)
            err = receive(fd, &message, size - 16, deadline_ms);
        if (err)
            return err;
        n -= message.p[1] == 2 || message.p[1] == 3;
        ra_buf_span(out, ra_buf_view(&message));
    }
    return 0;
}

struct ra_reply ra_unix_bus(const char *address, struct ra_span request, size_t n_replies, struct ra_buf *out)
{
    struct ra_reply r;
    int64_t deadline_ms = ra_now_ms() + RA_SOCKET_TIMEOUT_MS;
    int fd = open_stream(address, deadline_ms, &r);
    if (fd < 0)
        return r;
    r = ra_answer(send_all(fd, request, deadline_ms), "send");
    if (!r.err)
        r = ra_answer(receive_line(fd, deadline_ms), "auth");
    if (!r.err)
        r = ra_answer(receive_replies(fd, n_replies, out, deadline_ms), "recv");
    close(fd);
    return r;
}

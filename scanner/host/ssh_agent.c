// Two requests to an SSH agent over its socket: which keys, and one signature. Each within a time, since an agent may
// ask a person first. Source: draft-ietf-sshm-ssh-agent.
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/io.h"
#include "host/ssh.h"

enum { LIST = 11, LISTED = 12, SIGN = 13, SIGNED = 14, MOST = 256 * 1024 };

static int agent_socket(const char *path, int64_t until_ms)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    int64_t left = until_ms - ra_now_ms();
    if (left <= 0 || strlen(path) >= sizeof to.sun_path)
        return -ETIMEDOUT;
    memcpy(to.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    const struct timeval t = {.tv_sec = left / 1000, .tv_usec = left % 1000 * 1000};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof t);
    if (connect(fd, (const struct sockaddr *)&to, sizeof to) < 0) {
        int e = errno;
        close(fd);
        return -e;
    }
    return fd;
}

static bool receive(int fd, void *to, size_t n)
{
    for (size_t at = 0; at < n;) {
        ssize_t k = recv(fd, (char *)to + at, n - at, 0);
        if (k == 0 || (k < 0 && errno != EINTR))
            return false;
        at += k > 0 ? (size_t)k : 0;
    }
    return true;
}

static void put_u32(struct ra_buf *to, size_t n)
{
    const unsigned char b[] = {(unsigned char)(n >> 24), (unsigned char)(n >> 16), (unsigned char)(n >> 8), (unsigned char)n};
    ra_buf_add(to, b, sizeof b);
}

static size_t u32(const unsigned char *b)
{
    return (size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | b[3];
}

// Takes a length and that many bytes.
static bool take(struct ra_span *rest, struct ra_span *ret)
{
    if (rest->n < 4)
        return false;
    size_t n = u32((const unsigned char *)rest->p);
    if (n > rest->n - 4)
        return false;
    *ret = ra_span_cut(*rest, 4, n);
    *rest = ra_span_cut(*rest, 4 + n, rest->n);
    return true;
}

// One request and its whole answer: 0 or an errno.
static int ask(const char *path, int64_t until_ms, struct ra_span body, struct ra_buf *ret)
{
    unsigned char head[4];
    struct ra_buf request = {0};
    int fd = agent_socket(path, until_ms), e = 0;
    if (fd < 0)
        return -fd;
    put_u32(&request, body.n);
    ra_buf_span(&request, body);
    if (send(fd, request.p, request.n, MSG_NOSIGNAL) != (ssize_t)request.n || !receive(fd, head, sizeof head))
        e = ETIMEDOUT;
    else if (u32(head) == 0 || u32(head) > MOST)
        e = EPROTO;
    else if (!receive(fd, ra_buf_room(ret, u32(head)), u32(head)))
        e = ETIMEDOUT;
    else
        ret->n = u32(head);
    ra_buf_free(&request);
    close(fd);
    return e;
}

static bool is_key(struct ra_span blob, const char *fingerprint)
{
    char text[44];
    ra_sha256_base64(blob, text);
    return strncmp(fingerprint, "SHA256:", 7) == 0 && strcmp(fingerprint + 7, text) == 0;
}

int ra_ssh_signer_find(struct ra_ssh_signer *s, const char *agent, const char *fingerprint, int64_t until_ms)
{
    struct ra_buf answer = {0};
    *s = (struct ra_ssh_signer){.agent = agent, .until_ms = until_ms};
    int e = ask(agent, until_ms, RA_SPAN("\x0b"), &answer);
    struct ra_span rest = ra_buf_view(&answer), blob, comment;
    if (!e && (rest.n < 5 || rest.p[0] != LISTED))
        e = EPROTO;
    rest = e ? rest : ra_span_cut(rest, 5, rest.n);
    while (!e && take(&rest, &blob) && take(&rest, &comment))
        if (blob.n <= sizeof s->blob && is_key(blob, fingerprint)) {
            memcpy(s->blob, blob.p, blob.n);
            s->n = blob.n;
            break;
        }
    ra_buf_free(&answer);
    return e ? e : s->n ? 0 : ENOENT;
}

int ra_ssh_signer_sign(const struct ra_ssh_signer *s, const unsigned char *data, size_t n, struct ra_buf *ret)
{
    struct ra_buf request = {0}, answer = {0};
    struct ra_span rest, whole, name, bare;
    ra_buf_putc(&request, SIGN);
    put_u32(&request, s->n);
    ra_buf_add(&request, s->blob, s->n);
    put_u32(&request, n);
    ra_buf_add(&request, data, n);
    put_u32(&request, 0);
    int e = ask(s->agent, s->until_ms, ra_buf_view(&request), &answer);
    rest = ra_buf_view(&answer);
    if (!e && (rest.n < 1 || rest.p[0] != SIGNED))
        e = EACCES;
    rest = ra_span_cut(rest, 1, rest.n);
    if (!e && take(&rest, &whole) && take(&whole, &name) && take(&whole, &bare))
        ra_buf_span(ret, bare);
    else if (!e)
        e = EPROTO;
    ra_buf_free(&request);
    ra_buf_free(&answer);
    return e;
}

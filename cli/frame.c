// Frames of the pipe. Parsing trusts no length: a stream that ends early is bad, whatever came before.
#include "cli/frame.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"

enum { HEAD = 12 };

static int head(int fd, enum ra_frame_type type, uint64_t n)
{
    char bytes[HEAD];
    uint32_t t = type;
    memcpy(bytes, &t, 4);
    memcpy(bytes + 4, &n, 8);
    return ra_write_all(fd, (struct ra_span){bytes, HEAD});
}

int ra_frame_send(int fd, enum ra_frame_type type, struct ra_span bytes)
{
    int e = head(fd, type, bytes.n);
    return e ? e : ra_write_all(fd, bytes);
}

int ra_frame_send_status(int fd, enum ra_frame_type type, uint32_t status, const char *text)
{
    size_t n = strlen(text);
    int e = head(fd, type, 4 + n);
    if (!e)
        e = ra_write_all(fd, (struct ra_span){(const char *)&status, 4});
    return e ? e : ra_write_all(fd, (struct ra_span){text, n});
}

bool ra_frame_next(struct ra_span *rest, struct ra_frame *ret, bool *bad)
{
    uint64_t n;
    *bad = false;
    if (!rest->n)
        return false;
    *bad = true;
    if (rest->n < HEAD)
        return false;
    *ret = (struct ra_frame){0};
    memcpy(&ret->type, rest->p, 4);
    memcpy(&n, rest->p + 4, 8);
    if (n > rest->n - HEAD || !ret->type || ret->type > 0x7F || !strchr("IRNEDFUAVCXHTK", (int)ret->type))
        return false;
    ret->bytes = ra_span_cut(*rest, HEAD, (size_t)n);
    *rest = ra_span_cut(*rest, HEAD + (size_t)n, rest->n);
    if (ret->type == RA_FRAME_ERROR || ret->type == RA_FRAME_DONE) {
        if (n < 4)
            return false;
        memcpy(&ret->status, ret->bytes.p, 4);
        ret->bytes = ra_span_cut(ret->bytes, 4, ret->bytes.n);
    }
    *bad = false;
    return true;
}

// True where all n bytes came; *ret_n is how many did.
static bool take(int fd, struct ra_buf *raw, size_t n, size_t *ret_n)
{
    *ret_n = 0;
    while (*ret_n < n) {
        ssize_t got = read(fd, ra_buf_room(raw, n - *ret_n), n - *ret_n);
        if (got == 0 || (got < 0 && errno != EINTR))
            return false;
        if (got > 0) {
            raw->n += (size_t)got;
            *ret_n += (size_t)got;
        }
    }
    return true;
}

bool ra_frame_receive(int fd, size_t max_bytes, struct ra_buf *raw, struct ra_frame *ret, bool *bad)
{
    size_t got;
    uint64_t n;
    ra_buf_clear(raw);
    *bad = false;
    if (!take(fd, raw, HEAD, &got)) {
        *bad = got != 0;
        return false;
    }
    memcpy(&n, raw->p + 4, sizeof n);
    *bad = true;
    if (n > max_bytes || !take(fd, raw, (size_t)n, &got))
        return false;
    struct ra_span rest = ra_buf_view(raw);
    return ra_frame_next(&rest, ret, bad);
}

int ra_read_to_end(int fd, size_t max_bytes, struct ra_buf *out)
{
    for (;;) {
        size_t room = 64 * 1024;
        ssize_t n = read(fd, ra_buf_room(out, room), room);
        if (n == 0)
            return 0;
        if (n < 0 && errno != EINTR)
            return errno;
        if (n > 0)
            out->n += (size_t)n;
        if (out->n > max_bytes)
            return EFBIG;
    }
}

// A host whose n-th question fails, for the tests of law 1: no failure may open the gate.
#include "host/inner.h"

struct fault {
    struct ra_host host;
    struct ra_host *inner;
    unsigned long nth, n_calls;
    unsigned long *calls;
    int err;
};

// True where this call is the one to fail.
static bool strikes(struct ra_host *h, struct ra_host **ret_inner, int *ret_err)
{
    struct fault *f = (struct fault *)(void *)h;
    f->n_calls++;
    if (f->calls)
        *f->calls = f->n_calls;
    *ret_inner = f->inner;
    *ret_err = f->err;
    return f->nth && f->n_calls == f->nth;
}

// One question: either the injected error under the plain call's name, or the inner host's answer.
#define PASS_ON(question, plain_call, ...)           \
    struct ra_host *inner;                           \
    int err;                                         \
    if (strikes(h, &inner, &err))                    \
        return ra_answer(err, plain_call);           \
    return inner->ops->question(inner, __VA_ARGS__)

static struct ra_reply fault_read(struct ra_host *h, const char *path, int64_t offset, size_t max_bytes,
                                  struct ra_buf *out)
{
    PASS_ON(read, "open", path, offset, max_bytes, out);
}

static struct ra_reply fault_list(struct ra_host *h, struct ra_arena *a, const char *path, size_t max,
                                  struct ra_names *ret)
{
    PASS_ON(list, "open", a, path, max, ret);
}

static struct ra_reply fault_stat(struct ra_host *h, const char *path, bool follow, struct ra_stat *ret)
{
    PASS_ON(stat, "stat", path, follow, ret);
}

static struct ra_reply fault_readlink(struct ra_host *h, struct ra_arena *a, const char *path, char **ret)
{
    PASS_ON(readlink, "readlink", a, path, ret);
}

static struct ra_reply fault_access(struct ra_host *h, const char *path, int mode)
{
    PASS_ON(access, "faccessat", path, mode);
}

static struct ra_reply fault_statfs(struct ra_host *h, const char *path, struct ra_fs *ret)
{
    PASS_ON(statfs, "statfs", path, ret);
}

static struct ra_reply fault_open_write(struct ra_host *h, const char *path)
{
    PASS_ON(open_write, "open", path);
}

static struct ra_reply fault_file_caps(struct ra_host *h, const char *path, struct ra_buf *out)
{
    struct ra_host *inner;
    int err;
    if (strikes(h, &inner, &err))
        return ra_answer(err, "getxattr");
    return ra_host_file_caps(inner, path, out);
}

static struct ra_reply fault_exchange(struct ra_host *h, const char *address, struct ra_span request,
                                      struct ra_buf *reply, struct ra_peer *peer)
{
    PASS_ON(exchange, "connect", address, request, reply, peer);
}

static struct ra_reply fault_bus(struct ra_host *h, const char *address, struct ra_span request, size_t n_replies,
                                 struct ra_buf *out)
{
    struct ra_host *inner;
    int err;
    if (strikes(h, &inner, &err))
        return ra_answer(err, "connect");
    return ra_host_bus(inner, address, request, n_replies, out);
}

static struct ra_reply fault_netlink(struct ra_host *h, enum ra_netlink what, struct ra_buf *out)
{
    PASS_ON(netlink, "netlink", what, out);
}

static struct ra_reply fault_probe(struct ra_host *h, enum ra_probe what, int64_t *ret_value)
{
    PASS_ON(probe, "probe", what, ret_value);
}

static struct ra_reply fault_child(struct ra_host *h, void (*work)(void *arg, struct ra_buf *out), void *arg,
                                   struct ra_buf *out)
{
    PASS_ON(child, "child", work, arg, out);
}

static struct ra_reply fault_now(struct ra_host *h, int64_t *ret_unix_s)
{
    PASS_ON(now, "clock_gettime", ret_unix_s);
}

static void fault_close(struct ra_host *h)
{
    (void)h; // the inner host is its owner's to close
}

static const struct ra_host_ops fault_ops = {
    .read = fault_read,
    .list = fault_list,
    .stat = fault_stat,
    .readlink = fault_readlink,
    .access = fault_access,
    .statfs = fault_statfs,
    .open_write = fault_open_write,
    .file_caps = fault_file_caps,
    .exchange = fault_exchange,
    .bus = fault_bus,
    .netlink = fault_netlink,
    .probe = fault_probe,
    .child = fault_child,
    .now = fault_now,
    .close = fault_close,
};

struct ra_host *ra_host_fault(struct ra_arena *a, struct ra_host *inner, unsigned long nth, int err,
                              unsigned long *calls)
{
    struct fault *f = ra_new(a, struct fault);
    *f = (struct fault){.inner = inner, .nth = nth, .calls = calls, .err = err};
    f->host = *inner;
    f->host.ops = &fault_ops;
    if (calls)
        *calls = 0;
    return &f->host;
}

// The questions as collectors ask them: each goes to the host's own table, which always gets whole
// arguments (no NULL to guess about). What an answer means is state.c's business.
#include <errno.h>
#include <string.h>

#include "host/host.h"

struct ra_reply ra_host_read(struct ra_host *h, const char *path, size_t max_bytes, struct ra_buf *out)
{
    return h->ops->read(h, path, 0, max_bytes, out);
}

struct ra_reply ra_host_read_at(struct ra_host *h, const char *path, int64_t offset, size_t max_bytes,
                                struct ra_buf *out)
{
    return h->ops->read(h, path, offset, max_bytes, out);
}

struct ra_reply ra_host_list(struct ra_host *h, struct ra_arena *a, const char *path, size_t max, struct ra_names *ret)
{
    *ret = (struct ra_names){0};
    return h->ops->list(h, a, path, max ? max : RA_MAX_DIR_NAMES, ret);
}

struct ra_reply ra_host_stat(struct ra_host *h, const char *path, struct ra_stat *ret)
{
    *ret = (struct ra_stat){.type = '?'};
    return h->ops->stat(h, path, true, ret);
}

struct ra_reply ra_host_lstat(struct ra_host *h, const char *path, struct ra_stat *ret)
{
    *ret = (struct ra_stat){.type = '?'};
    return h->ops->stat(h, path, false, ret);
}

struct ra_reply ra_host_readlink(struct ra_host *h, struct ra_arena *a, const char *path, char **ret)
{
    *ret = NULL;
    return h->ops->readlink(h, a, path, ret);
}

struct ra_reply ra_host_access(struct ra_host *h, const char *path, int mode)
{
    return h->ops->access(h, path, mode);
}

struct ra_reply ra_host_statfs(struct ra_host *h, const char *path, struct ra_fs *ret)
{
    *ret = (struct ra_fs){0};
    return h->ops->statfs(h, path, ret);
}

struct ra_reply ra_host_open_write(struct ra_host *h, const char *path)
{
    return h->ops->open_write(h, path);
}

struct ra_reply ra_host_file_caps(struct ra_host *h, const char *path, struct ra_buf *out)
{
    if (!h->ops->file_caps)
        return (struct ra_reply){ENOSYS, "getxattr", false};
    return h->ops->file_caps(h, path, out);
}

struct ra_reply ra_host_connect(struct ra_host *h, const char *address, struct ra_peer *peer)
{
    struct ra_buf nothing RA_CLEANUP(ra_buf_free) = {0};
    return ra_host_exchange(h, address, (struct ra_span){"", 0}, &nothing, peer);
}

struct ra_reply ra_host_exchange(struct ra_host *h, const char *address, struct ra_span request, struct ra_buf *reply,
                                 struct ra_peer *peer)
{
    struct ra_peer ignored;
    if (!peer)
        peer = &ignored;
    *peer = (struct ra_peer){.pid = -1, .uid = (uid_t)-1};
    return h->ops->exchange(h, address, request, reply, peer);
}

struct ra_reply ra_host_bus(struct ra_host *h, const char *address, struct ra_span request, size_t n_replies,
                            struct ra_buf *out)
{
    if (!h->ops->bus)
        return (struct ra_reply){ENOSYS, "connect", false};
    return h->ops->bus(h, address, request, n_replies, out);
}

struct ra_reply ra_host_netlink(struct ra_host *h, enum ra_netlink what, struct ra_buf *out)
{
    return h->ops->netlink(h, what, out);
}

struct ra_reply ra_host_probe(struct ra_host *h, enum ra_probe what, int64_t *ret_value)
{
    int64_t ignored;
    if (!ret_value)
        ret_value = &ignored;
    *ret_value = 0;
    // cppcheck-suppress returnDanglingLifetime // a reply holds no pointer to what was asked with
    return h->ops->probe(h, what, ret_value);
}

struct ra_reply ra_host_child(struct ra_host *h, void (*work)(void *arg, struct ra_buf *out), void *arg,
                              struct ra_buf *out)
{
    return h->ops->child(h, work, arg, out);
}

struct ra_reply ra_host_now(struct ra_host *h, int64_t *ret_unix_s)
{
    *ret_unix_s = 0;
    return h->ops->now(h, ret_unix_s);
}

void ra_host_close(struct ra_host *h)
{
    if (h)
        h->ops->close(h);
}

const char *ra_host_getenv(const struct ra_host *h, const char *name)
{
    size_t n = strlen(name);
    for (const char *const *e = h->self->environ_; e && *e; e++)
        if (strncmp(*e, name, n) == 0 && (*e)[n] == '=')
            return *e + n + 1;
    return NULL;
}

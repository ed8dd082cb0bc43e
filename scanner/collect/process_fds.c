// Which descriptors came with the process and lead out of the box? 0 to 2 are its terminal or log. Descriptors of the
// audit itself are none of these: main observed itself before it opened anything.
#include <string.h>
#include <sys/socket.h>

#include "collect/process.h"

static struct ra_reach *fd_reach(struct ra_process *p, const struct ra_self_fd *fd, const char *what, const char *title)
{
    struct ra_collect *c = p->c;
    char *id = ra_id(c->arena, RA_KIND_FD, ra_strfmt(c->arena, "%d/%s", fd->number, what), NULL);
    struct ra_evidence e = ra_seen(c, RA_METHOD_OBSERVED, (struct ra_reply){.call = "fstat"}, NULL);
    struct ra_reach *r = ra_reach_add(c->inv, RA_KIND_FD, id, fd->target ? fd->target : what, RA_STATE_PRESENT, e);
    r->least = r->ceiling = RA_RADIUS_NOTHING;
    r->cap = RA_SEVERITY_INFO;
    r->title = title;
    return r;
}

// The mount that a descriptor lies on is not among ours: it leads out of the mount namespace (the way of
// CVE-2024-21626). The link's text alone would look like an ordinary path.
static enum ra_tri leads_outside(struct ra_process *p, const struct ra_self_fd *fd)
{
    char *info = ra_proc_text(p->c->arena, p->c->host, p->view.keeper,
                              ra_strfmt(p->c->arena, "fdinfo/%d", fd->number));
    int64_t mount_id;
    if (fd->target && (fd->target[0] != '/' || strncmp(fd->target, "(unreachable)", 13) == 0))
        return RA_TRI_YES;
    if (!info || !p->view.mounts_whole || !ra_status_int(ra_span_of(info), "mnt_id", &mount_id))
        return RA_TRI_UNSURE;
    for (size_t i = 0; i < p->view.n_mounts; i++)
        if (p->view.mounts[i].id == mount_id)
            return RA_TRI_NO;
    return RA_TRI_YES;
}

static void directory(struct ra_process *p, const struct ra_self_fd *fd)
{
    enum ra_tri outside = p->unboxed ? RA_TRI_NO : leads_outside(p, fd);
    if (outside == RA_TRI_NO)
        return;
    struct ra_reach *r = fd_reach(p, fd, "directory", "an open directory outside the box");
    r->state = outside == RA_TRI_YES ? RA_STATE_PRESENT : RA_STATE_UNKNOWN;
    r->traits |= RA_TRAIT_HOST_FILES | RA_TRAIT_OUTSIDE;
    r->access |= RA_READ;
    r->least = r->ceiling = RA_RADIUS_PERSON;
    r->cap = RA_SEVERITY_HIGH;
    r->ref = "V68";
}

static void socket_fd(struct ra_process *p, const struct ra_self_fd *fd)
{
    if (fd->socket_family == AF_NETLINK || (!fd->connected && !fd->listening))
        return;
    struct ra_reach *r = fd_reach(p, fd, "socket", "an inherited socket");
    r->traits |= RA_TRAIT_CHANNEL | RA_TRAIT_OUTSIDE;
    r->access |= RA_SEND;
    r->ceiling = RA_RADIUS_PERSON;
    r->cap = RA_SEVERITY_LOW;
    r->ref = "V68";
    ra_reach_text(p->c->inv, r, "family", fd->socket_family == AF_UNIX    ? "unix"
                                          : fd->socket_family == AF_INET  ? "inet"
                                          : fd->socket_family == AF_INET6 ? "inet6"
                                                                          : "other");
    ra_reach_text(p->c->inv, r, "is", fd->listening ? "listening" : "connected");
}

void ra_process_descriptors(struct ra_process *p)
{
    const struct ra_self *self = p->c->host->self;
    for (size_t i = 0; i < self->n_fds; i++) {
        const struct ra_self_fd *fd = &self->fds[i];
        p->c->cover->looked++;
        p->c->cover->present++;
        if (fd->number <= 2)
            continue;
        if (fd->type == 'd')
            directory(p, fd);
        else if (fd->type == 's')
            socket_fd(p, fd);
        else if (fd->type == 'f' && fd->writable)
            fd_reach(p, fd, "file", "an inherited file, open for writing")->cap = RA_SEVERITY_LOW;
        else if (fd->type == 'p')
            fd_reach(p, fd, "pipe", "an inherited pipe");
    }
    if (!self->fds_complete)
        ra_unseen(p->c, "descriptors", "inherited descriptors", (struct ra_reply){self->status_err, "readdir", false},
                  "/proc/self/fd");
    if (!p->unboxed && self->cwd && strncmp(self->cwd, "(unreachable)", 13) == 0) {
        struct ra_self_fd cwd = {.number = -1, .type = 'd', .target = self->cwd};
        directory(p, &cwd);
    }
}

// Which descriptors came with the process and lead out of the box? Files and pipes at 0 to 2 are its terminal or log;
// a directory, a disk or a network's socket is what it is at any number. Descriptors of the audit itself are none of
// these: main observed itself before it opened anything.
#include <string.h>
#include <sys/socket.h>

#include "base/path.h"
#include "catalogue/recognise.h"
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

// A socket works in the network that it was made in. One of IP or packets is a way to anywhere there: also one that is
// connected, since connect() to AF_UNSPEC frees it. At 0 to 2 a unix socket in use is the terminal's or the log's.
static void socket_fd(struct ra_process *p, const struct ra_self_fd *fd)
{
    bool in_use = fd->connected || fd->listening, local = fd->socket_family == AF_UNIX;
    if (fd->socket_family == AF_NETLINK || (fd->number <= 2 && local && in_use) || (!in_use && fd->other_network == 0))
        return;
    bool anywhere = fd->other_network != 0 && (fd->socket_family == AF_INET || fd->socket_family == AF_INET6 ||
                                               fd->socket_family == AF_PACKET);
    struct ra_reach *r = fd_reach(p, fd, "socket", "an inherited socket");
    r->state = in_use || fd->other_network == 1 ? RA_STATE_PRESENT : RA_STATE_UNKNOWN;
    r->traits |= RA_TRAIT_CHANNEL | RA_TRAIT_OUTSIDE | (anywhere ? RA_TRAIT_OPEN_ROUTE : 0u);
    r->access |= RA_SEND;
    r->ceiling = RA_RADIUS_PERSON;
    r->cap = anywhere ? RA_SEVERITY_MEDIUM : RA_SEVERITY_LOW;
    r->ref = "V68";
    ra_reach_text(p->c->inv, r, "family", local                              ? "unix"
                                          : fd->socket_family == AF_INET   ? "inet"
                                          : fd->socket_family == AF_INET6  ? "inet6"
                                          : fd->socket_family == AF_PACKET ? "packet"
                                                                           : "other");
    ra_reach_text(p->c->inv, r, "is", fd->listening ? "listening" : fd->connected ? "connected" : "not connected");
    if (fd->other_network == 1)
        ra_reach_text(p->c->inv, r, "network", "outside the box");
}

// The process may read the descriptor even where the file could not be opened again.
static void file_content(struct ra_process *p, const struct ra_self_fd *fd, struct ra_reach *r)
{
    struct ra_collect *c = p->c;
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    char *path = ra_strfmt(c->arena, "/proc/%ld/fd/%d", (long)p->view.keeper, fd->number);
    struct ra_reply reply = ra_host_read(c->host, path, RA_MAX_FILE_BYTES, &text);
    ra_looked(c, reply, RA_ON_PATH);
    if (reply.err || reply.truncated)
        ra_unseen(c, "descriptors", ra_strfmt(c->arena, "what the inherited file %d holds", fd->number), reply, path);
    struct ra_evidence e = ra_seen(c, RA_METHOD_OBSERVED, reply, path);
    struct ra_span rest = ra_buf_view(&text), line, name;
    struct ra_secret_fact fact;
    size_t at, n;
    for (size_t from = 0; ra_recognise_next(ra_buf_view(&text), from, &at, &n, &fact); from = at + n)
        if (!fact.identifier)
            ra_secret_found(c, r, fact.value, "", NULL, e);
    while (ra_span_line(&rest, &line))
        if (ra_span_until(&line, '=', &name) && line.p && name.n < 128 && !ra_recognise_value(line, &fact))
            ra_secret_found(c, r, ra_span_trim(line), ra_strndup(c->arena, ra_span_trim(name)), NULL, e);
}

static void file(struct ra_process *p, const struct ra_self_fd *fd)
{
    bool foreign = !p->unboxed && fd->readable && leads_outside(p, fd) == RA_TRI_YES;
    if (!fd->writable && !foreign)
        return;
    struct ra_reach *r = fd_reach(p, fd, "file", fd->writable ? "an inherited file, open for writing"
                                                              : "an inherited file from outside the box");
    r->cap = RA_SEVERITY_LOW;
    if (foreign) {
        r->access |= RA_READ;
        file_content(p, fd, r);
    }
}

// The name that the launcher opened it by; nobody in the box can change that.
static void device(struct ra_process *p, const struct ra_self_fd *fd)
{
    static const char *const harmless[] = {"null", "zero", "full", "random", "urandom"};
    const char *name = fd->target ? ra_path_base(fd->target) : "";
    bool disk = fd->type == 'b';
    for (size_t i = 0; !disk && i < RA_COUNT(harmless); i++)
        if (strcmp(name, harmless[i]) == 0)
            return;
    if (p->unboxed || fd->terminal || (!disk && fd->number <= 2))
        return;
    struct ra_reach *r = fd_reach(p, fd, "device", disk ? "an open disk of the machine" : "an open device of the machine");
    r->state = disk ? RA_STATE_PRESENT : RA_STATE_UNKNOWN;
    r->traits |= RA_TRAIT_OUTSIDE | RA_TRAIT_HOST_FILES | (disk && fd->writable ? RA_TRAIT_HOST_ROOT : 0u);
    r->access |= (fd->readable ? RA_READ : 0u) | (fd->writable ? RA_WRITE : 0u);
    r->least = disk ? RA_RADIUS_PERSON : RA_RADIUS_NOTHING;
    r->ceiling = RA_RADIUS_PERSON;
    r->cap = RA_SEVERITY_HIGH;
    r->ref = "V68";
}

void ra_process_descriptors(struct ra_process *p)
{
    const struct ra_self *self = p->c->host->self;
    for (size_t i = 0; i < self->n_fds; i++) {
        const struct ra_self_fd *fd = &self->fds[i];
        p->c->cover->looked++;
        p->c->cover->present++;
        if (fd->type == 'd')
            directory(p, fd);
        else if (fd->type == 's')
            socket_fd(p, fd);
        else if (fd->type == 'b' || fd->type == 'c')
            device(p, fd);
        else if (fd->type == 'f' && fd->number > 2)
            file(p, fd);
        else if (fd->type == 'p' && fd->number > 2)
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

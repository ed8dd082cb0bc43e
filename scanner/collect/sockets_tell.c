// One socket: does it answer us, and where does the one live who answers? A peer whose pid is 0 is outside our pid
// namespace; one in sight is compared by its mount namespace.
#include <errno.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/path.h"
#include "collect/sockets.h"
#include "parse/keys.h"

// The kernel's device number and ours differ on file systems whose files have devices of their own.
static bool same_file(const struct ra_sockets *s, const struct ra_bound *b, const char *path)
{
    struct ra_stat st;
    const struct ra_mount *m = ra_mount_of(&s->view, path);
    if (!b->has_file || ra_host_stat(s->c->host, path, &st).err || (uint32_t)st.ino != b->file_ino)
        return false;
    bool own_devices = m && (strcmp(m->fstype, "btrfs") == 0 || strcmp(m->fstype, "overlay") == 0);
    return own_devices || (major(st.dev) == b->file_dev >> 20 && minor(st.dev) == (b->file_dev & 0xfffff));
}

const struct ra_bound *ra_sockets_bound(const struct ra_sockets *s, const char *address)
{
    for (size_t i = 0; i < s->n_bound; i++)
        if (strcmp(s->bound[i].name, address) == 0 && (address[0] == '@' || same_file(s, &s->bound[i], address)))
            return &s->bound[i];
    return NULL;
}

enum ra_where ra_sockets_where_bound(const struct ra_sockets *s, const struct ra_bound *b)
{
    if (ra_owners_has(&s->owners, b->inode))
        return RA_WHERE_INSIDE;
    return s->owners.whole ? RA_WHERE_OUTSIDE : RA_WHERE_UNSURE;
}

static enum ra_where where_by_peer(const struct ra_sockets *s, const struct ra_peer *peer)
{
    struct ra_collect *c = s->c;
    char *link = NULL;
    if (!peer->known)
        return RA_WHERE_UNSURE;
    if (peer->pid == 0)
        return RA_WHERE_OUTSIDE;
    if (!s->boxed)
        return RA_WHERE_UNSURE;
    if (!s->view.host_pids)
        return RA_WHERE_INSIDE;
    if (s->view.mnt_ns && ra_host_readlink(c->host, c->arena, ra_strfmt(c->arena, "/proc/%ld/ns/mnt", (long)peer->pid),
                                           &link).err == 0)
        return strcmp(link, s->view.mnt_ns) == 0 ? RA_WHERE_INSIDE : RA_WHERE_OUTSIDE;
    return peer->uid != c->host->self->euid ? RA_WHERE_OUTSIDE : RA_WHERE_UNSURE;
}

struct answer {
    struct ra_reply reply;
    enum ra_method method;
    enum ra_state state;
    enum ra_where where;
    struct ra_peer peer;
    struct ra_buf identities;
    bool asked; // an agent answered something
};

static void by_connecting(struct ra_sockets *s, const char *address, bool agent, struct answer *ret)
{
    struct ra_span request = {(const char *)ra_agent_list_request, sizeof ra_agent_list_request};
    ret->method = RA_METHOD_ATTEMPTED;
    ret->reply = agent ? ra_host_exchange(s->c->host, address, request, &ret->identities, &ret->peer)
                       : ra_host_connect(s->c->host, address, &ret->peer);
    bool connected = ret->reply.err == 0 || (agent && ret->reply.call && strcmp(ret->reply.call, "recv") == 0);
    ret->asked = agent && ret->reply.err == 0;
    ret->state = connected ? RA_STATE_PRESENT : ra_state_of(ret->reply, RA_ON_UNIX);
    ret->where = connected ? where_by_peer(s, &ret->peer) : RA_WHERE_UNSURE;
}

// Permission is only half of it: that something listens is known where our own network namespace lists the name.
static void by_looking(struct ra_sockets *s, const char *address, struct answer *ret)
{
    const struct ra_bound *b = ra_sockets_bound(s, address);
    ret->method = RA_METHOD_OBSERVED;
    ret->reply.call = "read"; // an abstract name has no mode
    if (address[0] != '@')
        ret->reply = ra_host_access(s->c->host, address, W_OK);
    ret->state = ra_state_of(ret->reply, RA_ON_PATH);
    ret->where = b ? ra_sockets_where_bound(s, b) : RA_WHERE_UNSURE;
    if (ret->state == RA_STATE_PRESENT && !b)
        ret->state = RA_STATE_UNKNOWN;
}

static unsigned row_traits(struct ra_sockets *s, const struct ra_socket_row *row)
{
    switch (row ? row->trait : RA_SOCKET_NONE) {
    case RA_SOCKET_NONE:
        return 0;
    case RA_SOCKET_HOST_ROOT:
        return RA_TRAIT_HOST_ROOT;
    case RA_SOCKET_HOST_USER:
    case RA_SOCKET_DISPLAY:
        return RA_TRAIT_HOST_USER;
    case RA_SOCKET_NIX:
        return ra_sockets_nix_trusts(s) == RA_TRI_NO ? 0 : RA_TRAIT_HOST_ROOT;
    case RA_SOCKET_SIGNER:
        return RA_TRAIT_SIGNER;
    case RA_SOCKET_RESOLVER:
        return RA_TRAIT_RESOLVER;
    }
    return 0;
}

// An agent signs wherever it lives, but takes no bytes out by itself. What is the box's own controls the box only.
// Without a box the user's session is the account itself, which "no box" says.
static void set_meaning(struct ra_sockets *s, struct ra_reach *r, const struct ra_socket_row *row, enum ra_where where)
{
    unsigned traits = row_traits(s, row);
    bool signer = traits & RA_TRAIT_SIGNER;
    r->least = row ? row->least : RA_RADIUS_NOTHING;
    r->ceiling = row ? row->ceiling : RA_RADIUS_PERSON;
    r->access |= RA_CONNECT | (signer ? RA_SIGN : 0u);
    if (s->unboxed) {
        traits &= RA_TRAIT_HOST_ROOT | RA_TRAIT_SIGNER;
        if (!traits) {
            r->least = r->ceiling = RA_RADIUS_NOTHING;
            r->cap = RA_SEVERITY_INFO;
        }
    } else if (where == RA_WHERE_INSIDE) {
        traits &= RA_TRAIT_SIGNER;
        if (!traits) {
            r->least = RA_RADIUS_NOTHING;
            r->ceiling = RA_RADIUS_SANDBOX;
            r->cap = RA_SEVERITY_LOW;
        }
        ra_reach_text(s->c->inv, r, "listener", "inside the box");
    } else {
        traits |= RA_TRAIT_OUTSIDE | (signer ? 0u : RA_TRAIT_CHANNEL);
        ra_reach_text(s->c->inv, r, "listener", where == RA_WHERE_OUTSIDE ? "outside the box" : "not told");
    }
    r->traits |= traits;
}

// An agent without a key signs nothing now; its socket still leads outside.
static void set_keys(struct ra_sockets *s, struct ra_reach *r, struct answer *at)
{
    int keys = at->asked ? ra_sockets_agent_keys(s, r, ra_buf_view(&at->identities)) : -1;
    if (keys >= 0)
        ra_reach_number(s->c->inv, r, "keys", keys);
    else if (at->state == RA_STATE_PRESENT)
        r->state = RA_STATE_UNKNOWN; // how many keys it holds was not told
    if (keys == 0) {
        r->traits &= ~(unsigned)(RA_TRAIT_SIGNER | RA_TRAIT_OUTSIDE);
        r->access &= ~(unsigned)RA_SIGN;
        r->least = r->ceiling = RA_RADIUS_NOTHING;
        r->cap = RA_SEVERITY_INFO;
    }
}

// A display takes orders from whoever has its cookie, or from a user that its access list names: without a readable
// cookie nobody knows.
static void set_cookie(struct ra_sockets *s, struct ra_reach *r)
{
    const char *path = NULL;
    enum ra_state state = ra_sockets_cookie(s, &path);
    ra_reach_text(s->c->inv, r, "cookie", state == RA_STATE_PRESENT  ? "can be read"
                                          : state == RA_STATE_DENIED ? "cannot be read"
                                          : state == RA_STATE_ABSENT ? "not here"
                                                                     : "not told");
    if (state != RA_STATE_PRESENT && r->state == RA_STATE_PRESENT && !s->unboxed)
        r->state = RA_STATE_UNKNOWN;
}

// What a person could do to know; nothing of it is done here.
static const char *settled_by(struct ra_sockets *s, const struct ra_socket_row *row, const char *address)
{
    if (!row)
        return NULL;
    if (row->trait == RA_SOCKET_SIGNER && strcmp(row->ref, "K014") == 0)
        return "gpg-connect-agent 'keyinfo --list' /bye";
    if (row->trait == RA_SOCKET_SIGNER)
        return ra_strfmt(s->c->arena, "SSH_AUTH_SOCK=%s ssh-add -l", address);
    return row->trait == RA_SOCKET_DISPLAY ? "xset q" : NULL;
}

void ra_sockets_tell(struct ra_sockets *s, const char *address, const struct ra_socket_row *row)
{
    struct ra_collect *c = s->c;
    struct answer at = {0};
    bool agent = row && row->trait == RA_SOCKET_SIGNER, connect = row && row->connect && address[0] != '@';
    if (connect && c->connect)
        by_connecting(s, address, agent, &at);
    else
        by_looking(s, address, &at);
    ra_looked(c, (struct ra_reply){at.state == RA_STATE_UNKNOWN ? EIO : at.reply.err, at.reply.call, false}, RA_ON_UNIX);
    if (at.state != RA_STATE_ABSENT) {
        char *id = ra_id(c->arena, RA_KIND_SOCKET, ra_path_tilde(c->arena, address, c->home), NULL);
        // A listener of which nobody tells where it lives may be the box's own. An agent signs wherever it lives.
        enum ra_state state = at.state == RA_STATE_PRESENT && !s->unboxed && !agent && at.where == RA_WHERE_UNSURE
                                  ? RA_STATE_UNKNOWN
                                  : at.state;
        struct ra_reach *r = ra_reach_add(c->inv, RA_KIND_SOCKET, id, address, state,
                                          ra_seen(c, at.method, at.reply, address[0] == '@' ? NULL : address));
        r->ref = row ? row->ref : "P015";
        r->title = row ? row->title : address[0] == '@' ? "abstract socket" : "socket of an unknown listener";
        set_meaning(s, r, row, at.where);
        if (agent)
            set_keys(s, r, &at);
        if (row && row->trait == RA_SOCKET_NIX && r->state == RA_STATE_PRESENT && ra_sockets_nix_trusts(s) == RA_TRI_UNSURE)
            r->state = RA_STATE_UNKNOWN;
        if (row && row->trait == RA_SOCKET_DISPLAY)
            set_cookie(s, r);
        if (r->state == RA_STATE_UNKNOWN)
            r->settled_by = connect && !c->connect ? "run without --no-connect" : settled_by(s, row, address);
    }
    ra_buf_free(&at.identities);
}

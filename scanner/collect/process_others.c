// What do other processes show: environment, arguments, memory; the launcher's (pid 1 and our ancestors) above all,
// since a box that clears its own environment still shows the one it was started from. The audit's own processes are
// left out. Reads only; never attaches to anything.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "catalogue/recognise.h"
#include "collect/process.h"

struct peer {
    long pid;
    int64_t parent; // -1 = not told
    bool audit, launcher, gone; // gone: ended since it was listed, as our own collectors do
};

struct others {
    struct ra_process *p;
    struct peer *peers; // ascending by pid
    size_t n;
    char (*seen)[65]; // what was already said, by digest of place and value
    size_t n_seen, cap_seen;
    size_t n_blind; // neither read nor refused
    struct ra_reply blind;
    bool memory_said;
};

static struct peer *peer_of(struct others *o, int64_t pid)
{
    for (size_t i = 0; i < o->n; i++)
        if (o->peers[i].pid == pid)
            return &o->peers[i];
    return NULL;
}

static int by_pid(const void *a, const void *b)
{
    const struct peer *x = a, *y = b;
    return (x->pid > y->pid) - (x->pid < y->pid);
}

static bool list_peers(struct others *o)
{
    struct ra_collect *c = o->p->c;
    struct ra_names names;
    struct ra_reply r = ra_host_list(c->host, c->arena, "/proc", 0, &names);
    if (ra_looked(c, r, RA_ON_PATH) != RA_STATE_PRESENT || (names.n == 0 && o->p->view.n_mounts == 0)) {
        ra_unseen(c, "processes", "other processes", r, "/proc");
        return false;
    }
    o->peers = ra_new_array(c->arena, struct peer, RA_MAX_PROCESSES);
    bool cut = r.truncated;
    for (size_t i = 0; i < names.n; i++) {
        uint64_t pid;
        if (!ra_span_u64(ra_span_of(names.items[i].name), 10, &pid))
            continue;
        if (o->n == RA_MAX_PROCESSES) {
            cut = true;
            break;
        }
        o->peers[o->n++] = (struct peer){.pid = (long)pid, .parent = -1};
    }
    qsort(o->peers, o->n, sizeof *o->peers, by_pid);
    if (cut)
        ra_unseen(c, "processes", ra_strfmt(c->arena, "processes beyond the first %zu", o->n), r, "/proc");
    return true;
}

static void mark_family(struct others *o)
{
    struct ra_collect *c = o->p->c;
    int64_t keeper = o->p->view.keeper;
    for (size_t i = 0; i < o->n; i++) {
        struct ra_stat st;
        char *path = ra_strfmt(c->arena, "/proc/%ld", o->peers[i].pid);
        if (!ra_proc_parent(c->arena, c->host, o->peers[i].pid, &o->peers[i].parent, NULL))
            o->peers[i].gone = ra_state_of(ra_host_lstat(c->host, path, &st), RA_ON_PID) == RA_STATE_ABSENT;
    }
    for (size_t i = 0; i < o->n; i++) {
        struct peer *at = &o->peers[i];
        for (size_t depth = 0; at && depth < 256; depth++) {
            // What another process has started is not the audit, and shows itself to it.
            if (at->pid == keeper && (depth == 0 || !c->host->other))
                o->peers[i].audit = true;
            at = at->parent > 0 ? peer_of(o, at->parent) : NULL;
        }
    }
    struct peer *up = peer_of(o, keeper);
    for (size_t depth = 0; up && up->parent > 0 && depth < 256; depth++)
        if ((up = peer_of(o, up->parent)) != NULL)
            up->launcher = true;
    struct peer *first = peer_of(o, 1);
    if (first && !first->audit)
        first->launcher = true;
}

static char *part_id(struct others *o, const struct peer *peer, const char *part)
{
    return ra_id(o->p->c->arena, RA_KIND_PROCESS, peer->pid == 1 ? "1" : "*", part);
}

// Says a pair of place and value once, however many processes inherited it.
static bool first_time(struct others *o, const char *id, struct ra_span value)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    char hex[65];
    ra_buf_puts(&text, id);
    ra_buf_putc(&text, 0);
    ra_buf_span(&text, value);
    ra_sha256_hex(ra_buf_view(&text), hex);
    for (size_t i = 0; i < o->n_seen; i++)
        if (memcmp(o->seen[i], hex, sizeof hex) == 0)
            return false;
    o->seen = ra_grow(o->p->c->arena, o->seen, o->n_seen, &o->cap_seen, sizeof *o->seen);
    memcpy(o->seen[o->n_seen++], hex, sizeof hex);
    return true;
}

static void found(struct others *o, const struct peer *peer, const char *leaf, const char *part, struct ra_span value,
                  const char *hint)
{
    struct ra_collect *c = o->p->c;
    char *id = part_id(o, peer, part), *path = ra_strfmt(c->arena, "/proc/%ld/%s", peer->pid, leaf);
    if (!first_time(o, id, value))
        return;
    struct ra_evidence e = ra_seen(c, RA_METHOD_OBSERVED, (struct ra_reply){.call = "read"}, path);
    struct ra_reach *place = ra_reach_add(c->inv, RA_KIND_PROCESS, id, path, RA_STATE_PRESENT, e);
    place->access |= RA_READ;
    place->ref = "V57";
    if (peer->launcher) {
        place->role = "launcher";
        place->traits |= RA_TRAIT_LAUNCHER;
    }
    place->title = peer->launcher ? "what the launcher was started with" : "what another process was started with";
    ra_secret_found(c, place, value, hint, NULL, e);
}

static bool is_secret(struct ra_span name, struct ra_span value)
{
    struct ra_secret_fact fact = {0};
    if (ra_recognise_value(value, &fact))
        return !fact.placeholder;
    return !fact.placeholder && ra_recognise_named(name, value, &fact) && !fact.placeholder;
}

struct wrapping {
    struct others *o;
    const struct peer *peer;
    const char *part;
};

static void unwrapped(void *arg, struct ra_span secret, const char *hint)
{
    struct wrapping *w = arg;
    found(w->o, w->peer, "environ", w->part, secret, hint);
}

static void read_environment(struct others *o, const struct peer *peer, struct ra_span text)
{
    struct ra_arena *a = o->p->c->arena;
    struct ra_span entry, name;
    while (ra_span_until(&text, 0, &entry)) {
        if (!ra_span_until(&entry, '=', &name) || !entry.p)
            continue;
        char *variable = ra_strndup(a, name), *part = ra_strfmt(a, "environ/%s", variable);
        if (is_secret(name, entry))
            found(o, peer, "environ", part, entry, variable);
        else
            ra_wrapped_secrets(o->p->c, entry, unwrapped, &(struct wrapping){o, peer, part});
    }
}

// "--token VALUE", "--token=VALUE", "--setenv TOKEN VALUE", and shapes anywhere inside an argument (scripts).
static void read_arguments(struct others *o, const struct peer *peer, struct ra_span text)
{
    struct ra_arena *a = o->p->c->arena;
    struct ra_span argument, before = {0};
    for (unsigned n = 0; ra_span_until(&text, 0, &argument); n++) {
        char *part = ra_strfmt(a, "cmdline/%u", n);
        struct ra_span hint = before, value = argument, name, rest = argument;
        before = argument;
        if (argument.n == 0)
            continue;
        if (ra_span_until(&rest, '=', &name) && rest.p && name.n < 128 && ra_span_chr(name, ' ') < 0)
            hint = name, value = rest;
        while (hint.n && hint.p[0] == '-')
            hint = ra_span_cut(hint, 1, hint.n - 1);
        if (is_secret(hint, value)) {
            found(o, peer, "cmdline", part, value, ra_strndup(a, hint));
            continue;
        }
        struct ra_secret_fact fact = {0};
        size_t at = 0, length = 0;
        for (size_t from = 0; ra_recognise_next(argument, from, &at, &length, &fact) && length;
             from = at + length, fact = (struct ra_secret_fact){0})
            if (is_secret((struct ra_span){0}, ra_span_cut(argument, at, length)))
                found(o, peer, "cmdline", part, ra_span_cut(argument, at, length), "");
    }
}

static enum ra_state read_leaf(struct others *o, const struct peer *peer, const char *leaf, struct ra_buf *text)
{
    struct ra_collect *c = o->p->c;
    char *path = ra_strfmt(c->arena, "/proc/%ld/%s", peer->pid, leaf);
    struct ra_reply r = ra_host_read(c->host, path, RA_MAX_FILE_BYTES, text);
    enum ra_state state = ra_looked(c, r, RA_ON_PID);
    if (state == RA_STATE_UNKNOWN || r.truncated) {
        o->n_blind++;
        o->blind = r;
    }
    return state;
}

// Readable and without a secret, or refused: worth a line where the launcher is the one who started the box.
static void launcher_reach(struct others *o, const struct peer *peer, enum ra_state state)
{
    struct ra_collect *c = o->p->c;
    char *path = ra_strfmt(c->arena, "/proc/%ld/environ", peer->pid);
    if (!o->p->boxed || peer->pid != 1 || (state != RA_STATE_PRESENT && state != RA_STATE_DENIED))
        return;
    struct ra_reply r = {state == RA_STATE_DENIED ? EACCES : 0, "open", false};
    struct ra_reach *at = ra_reach_add(c->inv, RA_KIND_PROCESS, part_id(o, peer, "environ"), path, state,
                                       ra_seen(c, RA_METHOD_ATTEMPTED, r, path));
    at->access |= state == RA_STATE_PRESENT ? RA_READ : 0;
    at->role = "launcher";
    at->traits |= RA_TRAIT_LAUNCHER;
    at->least = at->ceiling = RA_RADIUS_NOTHING;
    at->cap = RA_SEVERITY_INFO;
    at->title = "environment of the launcher";
}

static void outside(struct others *o, const struct peer *peer)
{
    struct ra_reply blind = {0};
    o->memory_said = o->memory_said || ra_process_outside(o->p, peer->pid, &blind);
    if (blind.err)
        o->n_blind++, o->blind = blind;
}

static void look_at(struct others *o, const struct peer *peer)
{
    struct ra_buf environment RA_CLEANUP(ra_buf_free) = {0}, arguments RA_CLEANUP(ra_buf_free) = {0};
    enum ra_state state = read_leaf(o, peer, "environ", &environment);
    launcher_reach(o, peer, state);
    if (state == RA_STATE_PRESENT)
        read_environment(o, peer, ra_buf_view(&environment));
    if (read_leaf(o, peer, "cmdline", &arguments) == RA_STATE_PRESENT)
        read_arguments(o, peer, ra_buf_view(&arguments));
    if (state == RA_STATE_PRESENT && environment.n)
        outside(o, peer);
}

void ra_process_others(struct ra_process *p)
{
    struct others o = {.p = p};
    if (!list_peers(&o))
        return;
    mark_family(&o);
    for (size_t i = 0; i < o.n; i++)
        if (!o.peers[i].audit && !o.peers[i].gone)
            look_at(&o, &o.peers[i]);
    if (o.n_blind)
        ra_unseen(p->c, "processes",
                  ra_strfmt(p->c->arena, "environment or arguments of processes (%zu not read whole)", o.n_blind),
                  o.blind, "/proc");
}

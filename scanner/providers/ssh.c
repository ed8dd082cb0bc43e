// Plans and runs the logins; see ssh.h. In the order of remotes and keys, so that the same state gives the same logins.
// A key in a file is used from there, another by its agent; certificates and keys with a passphrase are not tried.
#include "providers/ssh.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/limits.h"
#include "parse/keys.h"
#include "providers/push.h"

struct remote {
    const char *name, *host, *user, *path; // host: "name:port"
    struct ra_url url;
    bool may;
};
struct key {
    const struct ra_reach *secret, *place; // place: NULL for the agent's own
    const char *agent;
    struct ra_span pem;
    bool usable; // of a kind that this build signs with
};
struct plan {
    struct ra_arena *arena;
    struct remote *remotes;
    size_t n_remotes, cap_remotes;
    struct key *keys;
    size_t n_keys, cap_keys;
};

// ---- what the answers mean ----------------------------------------------------------------------------

// The first packet: four hex digits and that many bytes in all. Source: gitprotocol-common(5), "pkt-line Format".
static struct ra_span first_line(struct ra_span out)
{
    uint64_t n;
    if (out.n < 4 || !ra_span_u64(ra_span_cut(out, 0, 4), 16, &n) || n < 5 || out.n < n)
        return (struct ra_span){NULL, 0};
    return ra_span_cut(out, 4, (size_t)n - 4);
}

static bool no_packet(struct ra_span out)
{
    uint64_t n;
    return out.n >= 4 && !ra_span_u64(ra_span_cut(out, 0, 4), 16, &n);
}

bool ra_ssh_enough(struct ra_span out)
{
    return first_line(out).p || no_packet(out);
}

// What a refusal says, by those who say it. The first that fits counts. DENIED: the key may not push there.
static const struct {
    const char *says;
    enum ra_state state;
    const char *why;
} words[] = {
    {"single sign-on", RA_STATE_UNKNOWN, "the organization asks for single sign-on first"},
    {"SAML", RA_STATE_UNKNOWN, "the organization asks for single sign-on first"},
    {"IP allow list", RA_STATE_UNKNOWN, "the organization lets only some addresses in"},
    {"rate limit", RA_STATE_UNKNOWN, "the service limits logins for now"},
    {"receive-pack: not found", RA_STATE_UNKNOWN, "the server has no git for this login"}, // dash
    {"command not found", RA_STATE_UNKNOWN, "the server has no git for this login"},       // bash
    {"read only", RA_STATE_DENIED, NULL},                   // GitHub, a deploy key
    {"read-only", RA_STATE_DENIED, NULL},
    {"denied", RA_STATE_DENIED, NULL},                      // GitHub, Gitea, Gitolite, file permissions
    {"not allowed", RA_STATE_DENIED, NULL},                 // GitLab
    {"repository not found", RA_STATE_DENIED, NULL},        // GitHub: none that this key sees
    {"could not be found", RA_STATE_DENIED, NULL},          // GitLab
    {"does not appear to be a git", RA_STATE_DENIED, NULL}, // git itself
    {"do not have access", RA_STATE_DENIED, NULL},          // Bitbucket
    {"unauthorized", RA_STATE_DENIED, NULL},
};

static struct ra_push refusal(struct ra_span text)
{
    for (size_t i = 0; i < RA_COUNT(words); i++)
        if (ra_span_find_nocase(text, words[i].says) >= 0)
            return (struct ra_push){words[i].state, words[i].why};
    return (struct ra_push){RA_STATE_UNKNOWN, "the server ended the command without git's greeting"};
}

struct ra_push ra_ssh_told(const struct ra_ssh_answer *answer)
{
    if (answer->end == RA_SSH_REFUSED)
        return (struct ra_push){RA_STATE_DENIED, NULL};
    if (answer->end == RA_SSH_UNTOLD)
        return (struct ra_push){RA_STATE_UNKNOWN, answer->why};
    struct ra_span line = first_line(ra_buf_view(&answer->out));
    if (ra_span_starts(line, "ERR "))
        return refusal(line);
    if (!line.p)
        return answer->out.n ? (struct ra_push){RA_STATE_UNKNOWN, "the answer to git was none of git's"}
                             : refusal(ra_buf_view(&answer->said));
    // "<object> <ref>NUL<capabilities>": those of a push, or those of a fetch, which a forced command gives instead.
    ptrdiff_t end = ra_span_chr(line, 0);
    struct ra_span can = end > 40 ? ra_span_cut(line, (size_t)end, line.n) : (struct ra_span){"", 0};
    if (ra_span_find(can, RA_SPAN("report-status")) >= 0)
        return (struct ra_push){RA_STATE_PRESENT, NULL};
    if (ra_span_find(can, RA_SPAN("multi_ack")) >= 0)
        return (struct ra_push){RA_STATE_DENIED, NULL};
    return (struct ra_push){RA_STATE_UNKNOWN, "the answer to git was none of git's"};
}

// ---- the plan -------------------------------------------------------------------------------------------

static int by_remote(const void *x, const void *y)
{
    const struct remote *a = x, *b = y;
    int c = strcmp(a->name, b->name);
    c = c ? c : strcmp(a->host, b->host);
    return c ? c : strcmp(a->path, b->path);
}

static int by_key(const void *x, const void *y)
{
    return strcmp(((const struct key *)x)->secret->id, ((const struct key *)y)->secret->id);
}

// What a shell of the server or a log could read otherwise than as a name.
static bool plain(const char *s, const char *more)
{
    for (; *s; s++)
        if ((unsigned char)*s <= ' ' || *s == 0x7f || strchr(more, *s))
            return false;
    return true;
}

static void add_remote(const struct ra_asker *asker, struct plan *p, const struct ra_held *h)
{
    struct remote r = {.name = h->place, .host = h->host, .user = h->user ? h->user : "git", .path = h->path};
    if (!h->host || !h->path || !h->place || h->path[0] == '-' || !plain(h->path, "'\\") || !plain(r.user, "'\\:@") ||
        !ra_url_parse_host(p->arena, h->host, &r.url))
        return;
    if (!r.url.port_written)
        r.url.port = 22;
    for (size_t i = 0; i < ra_n_providers && !r.may; i++)
        r.may = ra_providers[i].home && r.url.port == 22 && strcmp(ra_providers[i].home, r.url.host) == 0;
    r.may |= ra_consented(p->arena, &asker->consent, ra_strfmt(p->arena, "%s:%u", r.url.host, r.url.port));
    p->remotes = ra_grow(p->arena, p->remotes, p->n_remotes, &p->cap_remotes, sizeof *p->remotes);
    p->remotes[p->n_remotes++] = r;
}

static bool has_key(const struct plan *p, const char *id)
{
    for (size_t i = 0; i < p->n_keys; i++)
        if (strcmp(p->keys[i].secret->id, id) == 0)
            return true;
    return false;
}

// RSA would sign by a hash that servers refuse today, hardware keys and certificates in forms of their own: what such a
// login answered would say nothing of the key.
static bool can_sign(const struct key *k)
{
    static const char *const kinds[] = {"ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"};
    struct ra_private_key file;
    const struct ra_detail *type = ra_detail_find(k->secret, "type");
    const char *kind = k->pem.n ? ra_private_key_parse(k->pem, &file) ? file.algorithm : NULL : type ? type->text : NULL;
    for (size_t i = 0; kind && i < RA_COUNT(kinds); i++)
        if (strcmp(kind, kinds[i]) == 0)
            return true;
    return false;
}

static void add_key(struct plan *p, const struct key *k)
{
    if (!k->secret || strncmp(k->secret->id, "key:ssh:", 8) != 0 || has_key(p, k->secret->id))
        return;
    p->keys = ra_grow(p->arena, p->keys, p->n_keys, &p->cap_keys, sizeof *p->keys);
    p->keys[p->n_keys] = *k;
    p->keys[p->n_keys++].usable = can_sign(k);
}

static void make_plan(const struct ra_asker *asker, struct plan *p, struct ra_span held)
{
    struct ra_held h;
    const struct ra_inventory *seen = asker->seen;
    while (ra_held_next(p->arena, &held, &h))
        if (strcmp(h.provider, "ssh") == 0 && !h.secret)
            add_remote(asker, p, &h);
        else if (h.secret && h.place && h.value.value.n)
            add_key(p, &(struct key){.secret = ra_reach_find(seen, h.secret), .place = ra_reach_find(seen, h.place),
                                     .pem = h.value.value});
    for (size_t i = 0; i < seen->n_reaches; i++) {
        const struct ra_reach *r = seen->reaches[i];
        if (r->kind == RA_KIND_KEY && (r->access & RA_SIGN) && r->locator && r->locator[0] == '/')
            add_key(p, &(struct key){.secret = r, .agent = r->locator});
    }
    if (p->n_remotes)
        qsort(p->remotes, p->n_remotes, sizeof *p->remotes, by_remote);
    if (p->n_keys)
        qsort(p->keys, p->n_keys, sizeof *p->keys, by_key);
    size_t n = 0; // one repository may be fetched and pushed by one address
    for (size_t i = 0; i < p->n_remotes; i++)
        if (!n || by_remote(&p->remotes[n - 1], &p->remotes[i]) != 0)
            p->remotes[n++] = p->remotes[i];
    p->n_remotes = n;
}

// ---- consent ----------------------------------------------------------------------------------------------

static const char *many(struct ra_arena *a, size_t n, const char *one, const char *more)
{
    return ra_strfmt(a, "%zu %s", n, n == 1 ? one : more);
}

static size_t tried(const struct plan *p)
{
    size_t n = 0;
    for (size_t i = 0; i < p->n_keys; i++)
        n += p->keys[i].usable;
    return n < RA_SSH_MAX_KEYS ? n : RA_SSH_MAX_KEYS;
}

static bool tell_plan(const struct ra_asker *asker, const struct plan *p)
{
    struct ra_arena *a = p->arena;
    size_t logins = 0;
    for (size_t i = 0; i < p->n_remotes; i++) {
        const struct remote *r = &p->remotes[i];
        const char *port = r->url.port == 22 ? "" : ra_strfmt(a, ":%u", r->url.port);
        if (!r->may)
            asker->say(asker->arg, ra_strfmt(a, "--online=ssh: %s not asked about; --host %s%s allows it", r->name,
                                             r->url.host, port));
        else if (tried(p))
            asker->say(asker->arg, ra_strfmt(a, "--online=ssh: logs in to %s%s as %s with %s, for %s", r->url.host, port,
                                             r->user, many(a, tried(p), "key", "keys"), r->name));
        logins += r->may ? tried(p) : 0;
    }
    if (!logins) {
        asker->say(asker->arg, "--online=ssh: nothing to ask: 0 hosts, 0 logins");
        return false;
    }
    asker->say(asker->arg, ra_strfmt(a, "  at most %s; each hears the greeting that a push begins with and hangs up. "
                                     "They leave traces: servers log them, the date of last use of each key moves, and an "
                                     "agent may ask for a confirmation",
                                     many(a, logins < RA_SSH_MAX_LOGINS ? logins : RA_SSH_MAX_LOGINS, "login", "logins")));
    return true;
}

// ---- asking -------------------------------------------------------------------------------------------------

static struct ra_evidence answered(const struct ra_ssh_answer *answer, enum ra_state state)
{
    int e = answer->end == RA_SSH_UNTOLD ? answer->err : state == RA_STATE_DENIED ? EACCES : 0;
    return (struct ra_evidence){"tokens", RA_METHOD_ATTEMPTED, e, {.call = "ssh git-receive-pack"}};
}

static void log_in(const struct ra_asker *asker, struct plan *p, const struct key *k, const struct remote *r,
                   struct ra_span known_hosts, const char *instead)
{
    struct ra_arena a RA_CLEANUP(ra_arena_free) = {0};
    struct ra_inventory inv;
    struct ra_ssh_answer answer = {.end = RA_SSH_UNTOLD, .err = EDQUOT, .why = instead};
    ra_asker_inventory(asker, &a, k->secret, k->place, &inv);
    const struct ra_credential credential = {.provider = "git", .secret = k->secret, .place = k->place ? k->place : k->secret,
                                             .host = r->host};
    struct ra_provide provide = {.arena = &a, .inv = &inv, .seen = asker->seen, .credential = &credential};
    size_t n = strlen(r->url.host);
    const char *bare = r->url.host[0] == '[' ? ra_strndup(&a, (struct ra_span){r->url.host + 1, n - 2}) : r->url.host;
    const struct ra_ssh_question q = {
        .host = bare, .user = r->user, .port = r->url.port, .known_hosts = known_hosts, .key = k->pem,
        .agent = k->agent, .fingerprint = k->secret->id + strlen("key:ssh:"), .enough = ra_ssh_enough,
        .command = ra_strfmt(p->arena, "git-receive-pack '%s'", r->path)};
    if (!instead)
        ra_ssh_ask(&q, asker->world->until_ms, &answer);
    struct ra_push told = ra_ssh_told(&answer);
    ra_push_tell(&provide, r->name, told, answered(&answer, told.state));
    ra_buf_free(&answer.out);
    ra_buf_free(&answer.said);
    ra_inventory_freeze(&inv);
    asker->found(asker->arg, &inv);
}

void ra_ssh_run(const struct ra_asker *asker, struct ra_span held, struct ra_span known_hosts)
{
    struct ra_arena a RA_CLEANUP(ra_arena_free) = {0};
    struct plan p = {.arena = &a};
    make_plan(asker, &p, held);
    if (!tell_plan(asker, &p) || asker->dry_run)
        return;
    size_t logins = 0;
    for (size_t i = 0; i < p.n_remotes; i++)
        for (size_t k = 0, there = 0; k < p.n_keys && p.remotes[i].may; k++) {
            const char *instead = !p.keys[k].usable             ? "this program logs in with no key of this kind"
                                  : there >= RA_SSH_MAX_KEYS    ? "so many keys are tried at one host, and this is one more"
                                  : logins >= RA_SSH_MAX_LOGINS ? "so many logins are made, and this is one more"
                                                                : NULL;
            there += !instead;
            logins += !instead;
            log_in(asker, &p, &p.keys[k], &p.remotes[i], known_hosts, instead);
        }
}

// The inventory: what one audit could see, as reaches with evidence, links between places and the secrets
// they hold, and coverage. Collectors build it; ra_inventory_freeze puts it in canonical order; from then on
// it is const. It never holds a value of a secret: text enters only through ra_scrub (constructors call it).
// Stored and read back as JSON, schema "reachaudit-inventory/1": a snapshot is exactly that.
#ifndef RA_MODEL_INVENTORY_H
#define RA_MODEL_INVENTORY_H

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/words.h"
#include "model/kinds.h"

struct ra_source { // where in the world the evidence was; any of them may be NULL / 0
    const char *path;
    unsigned line, column;
    const char *call; // the system call that decided
};

struct ra_evidence {
    const char *collector;
    enum ra_method method;
    int outcome; // 0 = ok, else errno
    struct ra_source source;
};

#define RA_INVENTORY_SCHEMA "reachaudit-inventory/1"
// Whole numbers up to here survive every reader of JSON.
#define RA_EXACT_NUMBER INT64_C(9007199254740991)

struct ra_detail { // one fact about a reach, printed in the order of the keys
    const char *key;
    enum { RA_DETAIL_TEXT, RA_DETAIL_NUMBER, RA_DETAIL_FLAG } type;
    const char *text;
    int64_t number;
};

// What a reach means to the rules; a set. Each bit is positive: more bits never mean less reach.
// Set by collectors from their tables, read by checks/rules.def. See ra_trait_name.
#define RA_TRAITS(X)                                                                                          \
    X(LIVE, "live")                     /* secret: readable, unencrypted, not known to be expired */         \
    X(REMOTE, "remote")                 /* secret: of use only to someone who can reach its service */       \
    X(CHANNEL, "channel")               /* bytes can leave through it and nobody must help */                \
    X(CHANNEL_PERSON, "channel-person") /* bytes can leave through it if a person helps */                   \
    X(OPEN_ROUTE, "open-route")         /* channel: an IP route to anywhere */                               \
    X(PROXY, "proxy")                   /* channel: only through a proxy */                                  \
    X(RESOLVER, "resolver")             /* channel: names only */                                            \
    X(HOST_ROOT, "host-root")           /* whoever holds it is root on the host */                           \
    X(HOST_USER, "host-user")           /* whoever holds it runs as the user outside the box */              \
    X(SIGNER, "signer")                 /* signs or logs in as the user (ssh-agent) */                       \
    X(OUTSIDE, "outside")               /* lives outside the box (listener, process, mount) */               \
    X(HOST_FILES, "host-files")         /* shows the host's own root or system files */                      \
    X(HOME_FILES, "home-files")         /* shows a person's home */                                          \
    X(PRIVATE_SOURCE, "private-source") /* readable working tree */                                          \
    X(WORK, "work")                     /* writable working tree */                                          \
    X(UNSAVED, "unsaved")               /* work that nothing can restore */                                  \
    X(RUNS_LATER, "runs-later")         /* writing here runs code later, by itself (login, cron, PATH) */    \
    X(RUNS_BY_PERSON, "runs-by-person") /* writing here runs code when a person uses the result (hooks) */   \
    X(NO_BOX, "no-box")                 /* nothing separates the process from the user's machine */          \
    X(UNTRUSTED, "untrusted")           /* brings text that strangers wrote (repositories, network, MCP) */  \
    X(UNATTENDED, "unattended")         /* agent setting: asks nobody */                                     \
    X(RUNS_OUTSIDE, "runs-outside")     /* agent setting: makes code run outside the agent's sandbox */      \
    X(WEAKENS, "weakens")               /* raises likelihood only (no seccomp, nested userns): possible */   \
    X(HOST_MEMORY, "host-memory")       /* memory of processes outside the box */                            \
    X(IDENTITY, "identity")             /* carries an identity with its own channel (metadata service) */    \
    X(LAUNCHER, "launcher")             /* process: the one that started the box (pid 1 or our parent) */    \
    X(REWRITES, "rewrites")             /* grant: can force-push or delete what a repository holds */         \
    X(OWN_REMOTE, "own-remote")         /* grant: its repository is a remote of the working tree */           \
    X(CLUSTER, "cluster")               /* secret: acts in a Kubernetes cluster */                            \
    X(LIMITS, "limits")                 /* writing here changes what an agent may do outside this box */      \
    X(ROUTE, "route")                   /* channel: IP packets to somewhere, however near */
enum {
#define X(n, s) RA_TRAIT_BIT_##n,
    RA_TRAITS(X)
#undef X
    RA_TRAIT_COUNT
};
enum ra_trait {
#define X(n, s) RA_TRAIT_##n = 1u << RA_TRAIT_BIT_##n,
    RA_TRAITS(X)
#undef X
};
const char *ra_trait_name(unsigned bit_index);         // 0 .. RA_TRAIT_COUNT-1; never NULL
bool ra_trait_parse(const char *s, unsigned *ret_bit); // the bit itself, as in ra_access_parse

struct ra_reach {
    const char *id;      // ra_id(); the one key
    enum ra_kind kind;
    const char *locator; // the real one, absolute, scrubbed
    const char *role;    // "agent-session", "launcher", "worktree", ... or NULL
    const char *ref;     // catalogue id (V12, K001, CC-106) or NULL
    const char *title;   // what a person calls it ("GitHub CLI hosts file"), or NULL
    unsigned access;     // set of enum ra_access
    unsigned traits;     // set of enum ra_trait
    enum ra_state state; // present, denied or unknown; absent ones are only counted
    enum ra_radius least, ceiling; // of what it opens when used; equal once known
    enum ra_severity cap;
    const char *settled_by; // unknown only: the option or command that would settle it
    struct ra_detail *details;
    size_t n_details, cap_details;
    struct ra_evidence *evidence; // never empty
    size_t n_evidence, cap_evidence;
    bool narrowed; // radii are no longer the row's defaults; private to the model
};

struct ra_link { // place holds secret, and other facts that join two reaches
    const char *rule;  // "holds", "uses", ...
    const char *from, *to; // ids
};

struct ra_coverage {
    const char *collector;
    enum ra_run status;
    uint64_t looked, present, denied, absent, unknown;
    const char **not_seen; // one line each
    size_t n_not_seen, cap_not_seen;
    const char *reason; // for skipped, unsupported, failed, partial; or NULL
};

struct ra_box {
    const char *kind; // "none", "bubblewrap", "docker", "podman", "pod", "gvisor", "microvm", "namespaces", "unknown"
    bool shared_kernel;
    const char *evidence; // one line
};

struct ra_target_facts {
    const char *kind, *locator; // "self", "rootfs", ...
    int64_t uid, gid;           // -1 = unknown
    const char *hostname;       // NULL unless known
    const char *worktree;       // absolute, or NULL
    const char *home;           // absolute, or NULL
    struct ra_box box;
};

#define RA_REPLAYED "=replayed" // after a word of `online`: the answers were recorded ones, and nobody was asked
struct ra_asked { // what the command line asked for; arrays of strings
    const char **online, **hosts, **only, **skip;
    size_t n_online, n_hosts, n_only, n_skip;
    bool connect;
};

struct ra_inventory {
    struct ra_arena *arena;
    const char *tool_version;
    struct ra_target_facts target;
    struct ra_asked asked;
    int64_t now_s; // the clock or --now; -1 = unknown; shown only with --stamp
    bool stamp;
    struct ra_reach **reaches; // frozen: sorted by id
    size_t n_reaches, cap_reaches;
    struct ra_link *links; // frozen: sorted by (rule, from, to), unique
    size_t n_links, cap_links;
    struct ra_coverage **coverage; // in the order of collectors.def
    size_t n_coverage, cap_coverage;
    bool frozen;
    struct ra_index *index; // id -> reach; private to inventory.c
};

void ra_inventory_init(struct ra_inventory *inv, struct ra_arena *a);

// Rules of merging, the same for a second reach with a known id and for ra_inventory_merge, and the same bytes
// whatever the order: access and traits join; state: present > unknown > denied > absent; least, ceiling and cap take
// the larger; of two texts (locator, role, ref, title, settled_by, a detail's value) the smaller by bytes stays;
// evidence is joined and made unique.

// The constructor demands evidence. Defaults of the kind's row fill least, ceiling and cap of a new reach; the
// caller may narrow them (ra_reach_radius). `id` must come from ra_id(). Everything is copied; locator, details and
// the evidence's path are scrubbed at once, and every text of the inventory, ids included, once more by
// ra_inventory_freeze, with all that was learnt by then. locator NULL: the id's own text. Never NULL.
// Adding to a frozen inventory is a defect of the caller and aborts.
struct ra_reach *ra_reach_add(struct ra_inventory *inv, enum ra_kind kind, const char *id, const char *locator,
                              enum ra_state state, struct ra_evidence evidence);
void ra_reach_evidence(struct ra_inventory *inv, struct ra_reach *r, struct ra_evidence evidence);
// The first call replaces the row's defaults, later ones only widen. For one id call it at every add or at none, or
// the order of adding shows.
void ra_reach_radius(struct ra_reach *r, enum ra_radius least, enum ra_radius ceiling);
// One fact. The same key twice keeps the smaller value (by type, then by number or bytes). NULL values are ignored.
void ra_reach_text(struct ra_inventory *inv, struct ra_reach *r, const char *key, const char *value);
// Beyond 2^53 it is kept as text, since readers of JSON would round it (RFC 7493 section 2.2).
void ra_reach_number(struct ra_inventory *inv, struct ra_reach *r, const char *key, int64_t value);
void ra_reach_flag(struct ra_inventory *inv, struct ra_reach *r, const char *key, bool value);
// unknown:<what>, state unknown; what is e.g. "network", "sockets", "token:github:1f3a…/scope". The first '#' of
// `what` stays, so that the id of a part can be named.
struct ra_reach *ra_unknown_add(struct ra_inventory *inv, const char *what, enum ra_radius ceiling, unsigned traits,
                                const char *settled_by, struct ra_evidence evidence);
// The service told all that the secret may do, as grants: unknown:<secret>/scope goes, and the secret by itself is worth
// one grant at most. dead: the service does not know it, so it is not live. Nothing else ever lowers what is known.
void ra_scope_settle(struct ra_inventory *inv, const char *secret_id, bool dead);
// Somebody who was asked told all about the unknown of this id: it goes.
void ra_unknown_settle(struct ra_inventory *inv, const char *id);
void ra_link_add(struct ra_inventory *inv, const char *rule, const char *from_id, const char *to_id);
struct ra_coverage *ra_coverage_add(struct ra_inventory *inv, const char *collector); // the one there is, or a new one
void ra_coverage_not_seen(struct ra_inventory *inv, struct ra_coverage *c, const char *line);

const struct ra_reach *ra_reach_find(const struct ra_inventory *inv, const char *id); // NULL where absent
const struct ra_detail *ra_detail_find(const struct ra_reach *r, const char *key);

// Joins what another inventory saw (same audit, another collector's process) into inv; everything is copied.
// Coverage keeps inv's order: add the rows in table order first. Facts of the target fill what inv does not know.
void ra_inventory_merge(struct ra_inventory *inv, const struct ra_inventory *other);
// Canonical order (reaches by id; details by key; evidence by collector, method, path, line, column, call), duplicates
// and absent reaches gone, ceiling at least `least`, all texts scrubbed with all that was learnt; immutable from here.
void ra_inventory_freeze(struct ra_inventory *inv);

// JSON, schema "reachaudit-inventory/1". `ceiling` is left out where it equals `least` in what is not unknown. now_s is
// written where it is known, since the judge holds waivers against it: who stores a snapshot without --stamp sets it
// to -1 first, so that the same state gives the same bytes.
void ra_inventory_write(const struct ra_inventory *inv, struct ra_buf *out);
// Strict: bad JSON, duplicate and unknown fields, wrong types, unknown words, NUL in strings, more than
// RA_MAX_INVENTORY_BYTES or RA_MAX_DEPTH are errors that name the place ("reaches[3].state: ..."), RA_E_INPUT or
// RA_E_LIMIT. Result lives in `a`; frozen when it was. now_s is -1 where the text has no time: the caller must set it.
int ra_inventory_read(struct ra_arena *a, struct ra_span json, struct ra_inventory *ret, struct ra_error *err);

#endif

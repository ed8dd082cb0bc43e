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
    X(LAUNCHER, "launcher")             /* process: the one that started the box (pid 1 or our parent) */
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
const char *ra_trait_name(unsigned bit_index);
bool ra_trait_parse(const char *s, unsigned *ret_bit);

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
    int64_t now_s; // the clock or --now; printed only with --stamp
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

// The constructor demands evidence. A second reach with the same id is merged into the first: access and
// traits join, the surer state wins (present > unknown > denied), radii widen (least and ceiling take the
// larger), evidence and details are appended. Defaults of the kind's row fill least, ceiling and cap.
// `id` must come from ra_id(). locator, title and details are scrubbed and copied. Never NULL.
struct ra_reach *ra_reach_add(struct ra_inventory *inv, enum ra_kind kind, const char *id, const char *locator,
                              enum ra_state state, struct ra_evidence evidence);
void ra_reach_evidence(struct ra_inventory *inv, struct ra_reach *r, struct ra_evidence evidence);
void ra_reach_text(struct ra_inventory *inv, struct ra_reach *r, const char *key, const char *value);
void ra_reach_number(struct ra_inventory *inv, struct ra_reach *r, const char *key, int64_t value);
void ra_reach_flag(struct ra_inventory *inv, struct ra_reach *r, const char *key, bool value);
// unknown:<what>, state unknown; what is e.g. "network", "sockets", "token:github:1f3a…/scope".
struct ra_reach *ra_unknown_add(struct ra_inventory *inv, const char *what, enum ra_radius ceiling, unsigned traits,
                                const char *settled_by, struct ra_evidence evidence);
void ra_link_add(struct ra_inventory *inv, const char *rule, const char *from_id, const char *to_id);
struct ra_coverage *ra_coverage_add(struct ra_inventory *inv, const char *collector);
void ra_coverage_not_seen(struct ra_inventory *inv, struct ra_coverage *c, const char *line);

const struct ra_reach *ra_reach_find(const struct ra_inventory *inv, const char *id); // NULL where absent
const struct ra_detail *ra_detail_find(const struct ra_reach *r, const char *key);

// Joins what another inventory saw (same audit, another collector's process) into inv.
void ra_inventory_merge(struct ra_inventory *inv, const struct ra_inventory *other);
// Canonical order, duplicates gone, immutable from here.
void ra_inventory_freeze(struct ra_inventory *inv);

void ra_inventory_write(const struct ra_inventory *inv, struct ra_buf *out); // JSON
// Strict: unknown fields, wrong types, unknown words are errors. Result lives in `a`; frozen when it was.
int ra_inventory_read(struct ra_arena *a, struct ra_span json, struct ra_inventory *ret, struct ra_error *err);

#endif

// A collector looks at one surface and records facts; it never judges. One file, one row in collectors.def.
// Each runs in a child of the scanner: a crash or a hang costs that surface (unknown:<name>), not the audit.
// Rules: ask only through ra_host_*; every reach carries evidence; count every place looked at (ra_looked);
// what could not be seen is a line in not_seen and an unknown:... reach with its ceiling, never silence.
// A collector never includes another collector's file.
#ifndef RA_COLLECT_H
#define RA_COLLECT_H

#include "host/host.h"
#include "model/inventory.h"
#include "model/scrub.h"
#include "model/target.h"
#include "providers/held.h"

// What stands beside a secret and says where it belongs, for asking its service; set before the secret is told and
// cleared after it. Fields may be NULL or empty.
struct ra_beside {
    const char *host, *user, *path, *scope; // as in ra_credential; host may be a URL
    const char *provider, *type;            // whose service takes it, where its shape says another thing (a JWT)
    struct ra_span id, session, certificate, ca; // as in ra_credential_value
    struct ra_span value;                        // what is sent, where it is not what stands there (decoded), or empty
};

struct ra_listings;
struct ra_collect {
    struct ra_arena *arena;      // lives as long as the inventory of this collector
    struct ra_host *host;
    struct ra_inventory *inv;    // inv->target is filled: home, worktree, uid, box
    struct ra_coverage *cover;   // this collector's own
    const char *name;            // this collector's name
    const char *home;            // the target's home directory, or NULL
    const char *worktree;        // absolute, or NULL
    bool connect;                // false: --no-connect, every socket row is *look*
    int64_t now_s;
    struct ra_buf *held;     // values go here for the asker (providers/held.h); NULL unless tokens are to be asked about
    struct ra_beside beside; // of the secret being told
    struct ra_listings *listed; // directories that patterns went through (files_paths.c)
};

struct ra_collector {
    const char *name, *title;
    enum ra_radius ceiling; // of unknown:<name>: the most that this surface can hide
    unsigned traits;        // of unknown:<name>: what it may hide (CHANNEL for network, ...)
    unsigned targets;       // set of enum ra_target_class that has this surface
    // 0, or a negative code: the surface counts as failed. Partial sight is not an error: see ra_unseen.
    int (*run)(struct ra_collect *c, struct ra_error *err);
};
extern const struct ra_collector ra_collectors[];
extern const size_t ra_n_collectors;

// ---- for collectors (collect/common.c) ----

// Counts one place looked at and returns the state of the reply.
enum ra_state ra_looked(struct ra_collect *c, struct ra_reply r, enum ra_surface on);
// Evidence of this collector.
struct ra_evidence ra_seen(const struct ra_collect *c, enum ra_method m, struct ra_reply r, const char *path);
struct ra_evidence ra_seen_at(const struct ra_collect *c, enum ra_method m, const char *path, unsigned line,
                              unsigned column);
// Something was not seen: coverage becomes partial, `line` says what, and unknown:<name>/<what> (or
// unknown:<name> where what is NULL) gets the collector's ceiling and traits.
void ra_unseen(struct ra_collect *c, const char *what, const char *line, struct ra_reply r, const char *path);
// Was a box measured (boxed), or measured that there is none (unboxed)? Neither where /proc does not tell.
void ra_boxed(const struct ra_collect *c, bool *ret_boxed, bool *ret_unboxed);
// Reads a whole file (RA_MAX_FILE_BYTES). Counts it as looked at.
struct ra_reply ra_collect_read(struct ra_collect *c, const char *path, struct ra_buf *out);

// Id of a file: home as "~", percent-encoded, part after '#'.
char *ra_file_id(struct ra_collect *c, const char *path, const char *part);
// file:<path>#<part> as a reach, present and readable unless state says otherwise. Writable only where asked:
// see ra_mark_writable.
struct ra_reach *ra_file_reach(struct ra_collect *c, const char *path, const char *part, enum ra_state state,
                               struct ra_evidence e);

// A value was found at `place`: recognises it (shape, else `hint` = variable or key name), learns it for the
// scrubber, adds the secret's reach (token:/key:/password:) and the link `holds`. Returns NULL where the value is
// a placeholder or no secret. `provider` forces a provider ("npm"); NULL = by shape, else by name, else generic.
struct ra_reach *ra_secret_found(struct ra_collect *c, struct ra_reach *place, struct ra_span value,
                                 const char *hint, const char *provider, struct ra_evidence e);

// The secret that was told last belongs to one more service of its kind, which c->beside tells: the asker asks there too.
void ra_secret_held(struct ra_collect *c, const struct ra_reach *place, const struct ra_reach *secret, struct ra_span value,
                    const char *provider);

// Calls `found` for each secret wrapped in a value that is none as a whole, with the name it has in there ("" where it
// is known by its shape).
typedef void ra_wrapped_found(void *arg, struct ra_span secret, const char *hint);
void ra_wrapped_secrets(struct ra_collect *c, struct ra_span value, ra_wrapped_found *found, void *arg);

#endif

// Asking, for whoever runs providers (the asker) and for tests; providers themselves see provider.h alone.
// One world an audit: budget, proxies, trust, what is known of each host. One asking a credential: it holds the value,
// and nothing outside this folder's ask files ever sees it.
#ifndef RA_PROVIDERS_ASK_H
#define RA_PROVIDERS_ASK_H

#include "base/buf.h"
#include "providers/provider.h"
#include "providers/url.h"

// What is learnt of a host while it is asked.
struct ra_ask_host {
    const char *name;  // "host:port"
    unsigned dead;     // credentials that it did not know
    const char *limit; // why it is asked no more; NULL = it may be
    bool met;          // it was asked before
    bool own_trust;    // the system's authorities do not know it; those of the target's environment were tried
};

struct ra_ask_world {
    struct ra_arena *arena;
    const char *https_proxy, *no_proxy; // as the target's environment says; NULL = none
    struct ra_span ca;                  // PEM of SSL_CERT_FILE in the target's environment, or empty: tried where the
                                        // system's authorities do not vouch for a host
    const char *ca_name;                // its path, to be shown; NULL = none
    // Recorded answers instead of asking: appends the file's bytes, false where there is none. NULL = ask.
    bool (*replay)(void *arg, const char *name, struct ra_buf *out);
    void *replay_arg;
    // Keeps an answer, scrubbed, under a name without slashes. NULL = keep none.
    void (*record)(void *arg, const char *name, struct ra_span bytes);
    void *record_arg;
    void (*progress)(void *arg, const char *host, unsigned calls); // after each batch, or NULL
    void *progress_arg;
    unsigned calls;        // made so far
    unsigned max_calls;    // RA_ASK_MAX_CALLS
    int64_t until_ms;      // ra_now_ms(): nothing is asked after it
    unsigned waits;        // times that a service was waited for
    struct ra_ask_host *hosts;
    size_t n_hosts, cap_hosts;
};

// The parts of one credential. `value` always; the others where the kind of credential has them.
struct ra_credential_value {
    struct ra_span value;
    struct ra_span id;          // the key id that belongs to a secret key (AWS)
    struct ra_span session;     // a session token beside it
    struct ra_span certificate; // PEM; value is then its key's PEM, or a bearer token
    struct ra_span ca;          // PEM: the only authority trusted for this host
};

// Sets the budget; proxies from the environment `env` (NULL-ended "NAME=value"), https_proxy before HTTPS_PROXY before
// all_proxy before ALL_PROXY.
void ra_ask_world_init(struct ra_ask_world *w, struct ra_arena *a, const char *const *env);
// `ordinal`: of the credential within the audit, for the names of recorded answers. Copies the value.
struct ra_asking *ra_asking_open(struct ra_ask_world *w, const struct ra_credential *credential,
                                 const struct ra_credential_value *value, unsigned ordinal);
// Ends the connections and wipes the value. NULL is fine.
void ra_asking_close(struct ra_asking *asking);
bool ra_asking_told(const struct ra_asking *asking);
bool ra_asking_dead(const struct ra_asking *asking);
// May its answers take something away? Whoever may set the target's environment can put a proxy between us and a host,
// and vouch for it: such answers only add. An authority of the environment is believed for a host that the user named
// (`named`) and that is asked straight. *ret_why: why not.
bool ra_asking_believed(const struct ra_asking *asking, bool named, const char **ret_why);

// ---- between the ask files ------------------------------------------------------------------------

struct ra_asking {
    struct ra_ask_world *world;
    const struct ra_credential *credential;
    struct ra_http *http; // NULL until the first request
    unsigned ordinal;
    bool told, dead, counted; // counted: as dead, for its host
    bool own_trust, by_proxy; // an answer came that the target's environment alone vouches for; through its proxy
    size_t bytes, values, grants; // of all answers; told
    // One buffer each: wiped when the asking ends.
    struct ra_buf value, id, session, certificate, ca;
};

struct ra_ask_host *ra_ask_host(struct ra_ask_world *w, const struct ra_url *url);
// The host does not know this credential: counted once.
void ra_ask_count_dead(struct ra_asking *asking, const struct ra_url *url);
// The proxy for this URL, or NULL. Never for this machine's own addresses, as Go's and most clients do.
const char *ra_ask_proxy(struct ra_arena *a, const struct ra_ask_world *w, const struct ra_url *url);
// Reads limits off an answer. Seconds to wait before asking once more, 0 = do not; a limit closes the host.
unsigned ra_ask_limits(struct ra_ask_world *w, struct ra_ask_host *host, struct ra_arena *a, struct ra_answer *answer);

// The request's headers, NULL-ended, into `a` (which the caller frees at once: one of them is the credential).
// NULL where the credential cannot stand in a header.
const char *const *ra_ask_headers(struct ra_arena *a, const struct ra_asking *asking, const struct ra_request_row *row,
                                  const struct ra_url *url, struct ra_span body);
// SigV4 (ask_sigv4.c): what is signed, all of it as it goes over the wire.
struct ra_sigv4 {
    struct ra_span id, secret, session; // session empty: a long-lived key
    const char *method, *host;          // host with its port where that is no default
    struct ra_span rest;                // path and query, the query's parts sorted
    const char *content_type;           // NULL without a body
    struct ra_span body;
    int64_t now_s;
    const char *region, *service;
};
// Appends the headers Authorization, X-Amz-Date and, with a session, X-Amz-Security-Token to list[0..*n).
void ra_sigv4_headers(struct ra_arena *a, const struct ra_sigv4 *s, const char **list, size_t *n);
// The row's constant body with its arguments, as JSON strings or encoded as a form's; empty where it has none.
struct ra_span ra_ask_body(struct ra_arena *a, const struct ra_request_row *row, const char *const *args, size_t n);
bool ra_ask_replayed(const struct ra_asking *asking, struct ra_arena *a, enum ra_request request, const char *url,
                     struct ra_span body, struct ra_answer *ret);
void ra_ask_record(const struct ra_asking *asking, enum ra_request request, const char *url, struct ra_span body,
                   const struct ra_answer *answer);

#endif

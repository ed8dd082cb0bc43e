// A provider asks one service what a credential may do there, and tells the answer as grants: proved (present),
// excluded (denied) or not told (unknown, with the reason). One file and one row in providers.def each.
// Nothing here can change anything at a service: every request that the program can make is a row of requests.def.
// A provider never holds the value of a credential: ra_ask() adds it to the request, for its own host and no other.
// Runs in the asker, a child of its own, after the collectors: it adds grants to what they found, and judges nothing.
#ifndef RA_PROVIDERS_PROVIDER_H
#define RA_PROVIDERS_PROVIDER_H

#include "host/host.h"
#include "model/inventory.h"
#include "parse/json.h"

// How the credential goes into a request.
enum ra_auth {
    RA_AUTH_NONE,
    RA_AUTH_BEARER, // Authorization: Bearer VALUE
    RA_AUTH_BASIC,  // Authorization: Basic base64(user:VALUE); the user is the row's, else the credential's
    RA_AUTH_HEADER, // the row's header: VALUE
    RA_AUTH_SIGV4,  // signed with the AWS key pair; the secret is not sent. `with`: the service, where the host's name
                    // does not say it
    RA_AUTH_CLIENT, // a client certificate, or a bearer token, whichever the credential is
    RA_AUTH_LOGIN   // BASIC with the credential's own user where it has one, else BEARER
};

// Which of a credential's own base URLs a request goes to.
enum ra_base {
    RA_BASE_API, // of the service's interface for programs
    RA_BASE_WEB, // of the host as people and git name it
    RA_BASE_AUX, // a second interface of the same service (registry token, STS); the provider says which
    RA_BASE_COUNT
};

enum ra_request {
#define RA_REQUEST(id, provider, method, base, path, auth, with, body, effect) RA_REQUEST_##id,
#include "providers/requests.def"
#undef RA_REQUEST
    RA_REQUEST_COUNT
};

struct ra_request_row {
    const char *name, *provider, *method;
    enum ra_base base;
    const char *path; // "{}" takes the next argument, encoded as one path segment; "{/}" keeps slashes
    enum ra_auth auth;
    const char *with;   // BASIC: the user; HEADER: the header's name; SIGV4: the service; else NULL
    const char *body;   // constant; "{}" takes an argument as the text of a JSON string; NULL = none
    const char *effect; // the vendor's document that says it changes nothing
};
extern const struct ra_request_row ra_requests[RA_REQUEST_COUNT];

// A credential that a collector found. Strings live as long as the asking.
struct ra_credential {
    const char *provider;           // as recognised: "github"
    const struct ra_reach *secret;  // token, key or password
    const struct ra_reach *place;   // one that holds it, the surest to say where it belongs
    const char *host;               // where it belongs: "github.com", "ghe.corp.test:8443"; never NULL
    const char *user;               // where the place names one, or NULL
    const char *type;               // as the recogniser says: "classic", "fine-grained", ... or NULL
    const char *path;               // of the service on its host, as the user's configuration says: "/gitlab"; or NULL
    const char *scope;              // what the configuration names within the service (namespace, region), or NULL
};

struct ra_asking; // private to ask.c: the transport, its budget, and the credential's value

// What a provider is given.
struct ra_provide {
    struct ra_arena *arena;
    struct ra_inventory *inv;        // grants go in here; holds the secret and the place already
    const struct ra_inventory *seen; // all that the collectors saw, frozen (remotes of the working tree: see remotes)
    const struct ra_credential *credential;
    const char *base[RA_BASE_COUNT]; // without a slash at the end; set by the provider before it asks. ask.c refuses
                                     // a base whose host is neither the credential's nor made from it by the row's rule
    const char *const *remotes;      // "host/owner/name" of the working tree's own remotes, NULL-ended
    size_t max_objects;              // repositories or the like to look at one by one; the rest is counted and unknown
    int64_t now_s;
    struct ra_asking *asking;
};

struct ra_question {
    enum ra_request request;
    const char *args[5];
    const char *link; // instead of path and arguments: a URL that an answer gave (Link: rel=next); the same scheme,
                      // host, port and base only, else the answer is an error
};

struct ra_answer {
    int err;            // 0 = a whole answer came; else an errno: ETIMEDOUT, ECONNREFUSED, EPROTO (TLS), EMSGSIZE (too
                        // large), EDQUOT (our own budget or the service's rate limit), ECANCELED (host left alone)
    const char *why;    // err only: plain words ("the server's certificate is not trusted")
    unsigned status;    // HTTP
    struct ra_span headers, body;
    const struct ra_json *json; // NULL where the body is no JSON
};

// Asks all n at bounded concurrency, obeying Retry-After and limits, and fills ret[0..n). Never fails as a whole.
void ra_ask(struct ra_provide *p, const struct ra_question *questions, size_t n, struct ra_answer *ret);
// One, for short.
struct ra_answer ra_ask_one(struct ra_provide *p, enum ra_request request, const char *arg1, const char *arg2);
// A header's value, NULL where absent; names without regard to case. The last one where it came twice.
const char *ra_answer_header(struct ra_arena *a, const struct ra_answer *answer, const char *name);
// The URL of Link: <...>; rel="next", or NULL.
const char *ra_answer_next(struct ra_arena *a, const struct ra_answer *answer);
// Evidence of an answer: method *attempted* (of a recorded one *declared*: a file says so), outcome by HTTP status, call
// "GET /user".
struct ra_evidence ra_answered(struct ra_provide *p, enum ra_request request, const struct ra_answer *answer);

enum ra_method ra_ask_method(const struct ra_provide *p);

// Rights, as data: RA_GRANT rows say radius, what the run could do with it, and whether it can rewrite a repository.
enum ra_right {
#define RA_GRANT(id, provider, right, least, ceiling, traits, title) RA_RIGHT_##id,
#include "providers/grants.def"
#undef RA_GRANT
    RA_RIGHT_COUNT
};
struct ra_right_row {
    const char *provider, *right;
    enum ra_radius least, ceiling; // ceiling: of one that is not told
    unsigned traits;               // REWRITES, ...
    const char *title;             // "push to the default branch of {}"
};
extern const struct ra_right_row ra_rights[RA_RIGHT_COUNT];

// grant:<provider>:<object>:<right>, or grant:<provider>:<right> where object is NULL, linked "gives" from the
// credential's secret unless it is excluded. state PRESENT = proved, DENIED = excluded, UNKNOWN with `why` (kept as
// detail "reason"; NULL else).
// The row gives radius, title and traits; `own` adds OWN_REMOTE.
struct ra_reach *ra_grant_add(struct ra_provide *p, enum ra_right right, const char *object, bool own,
                              enum ra_state state, const char *why, struct ra_evidence evidence);
// Everything that the credential may do is now told by grants (unknown ones included): unknown:<secret>/scope goes,
// and the secret by itself is worth one grant.
void ra_scope_told(struct ra_provide *p);
// The service does not know the credential (any more): it is not live. Only for an answer that can mean nothing else.
void ra_credential_dead(struct ra_provide *p, struct ra_evidence evidence);
// A fact about the credential, shown as a detail of its reach: "expires", "login", "scopes".
void ra_credential_fact(struct ra_provide *p, const char *key, const char *value);

// AWS: the region in which the identities of a region's partition are asked about and signed for; `otherwise` in the usual
// partition. Source: AWS General Reference, IAM and STS endpoints.
const char *ra_aws_home(const char *region, const char *otherwise);

struct ra_provider {
    const char *name, *title;
    void (*ask)(struct ra_provide *p);
    const char *home; // the host of a credential whose place names none ("github.com"), or NULL
};
extern const struct ra_provider ra_providers[];
extern const size_t ra_n_providers;

#endif

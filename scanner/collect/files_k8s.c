// Logins of Kubernetes clusters, user by user. Runs no credential plugin; names it.
#include <stdlib.h>
#include <string.h>

#include "collect/address.h"
#include "collect/files.h"
#include "model/scrub.h"
#include "parse/keys.h"
#include "parse/yaml.h"

static const struct ra_place key_file = {"Q001", "", RA_PLACE_K8S, RA_SEVERITY_CRITICAL, RA_RADIUS_GRANT,
                                         RA_RADIUS_ORGANIZATION, "Kubernetes client key", RA_READER_pem_key, NULL};
static const struct ra_place token_file = {"Q001", "", RA_PLACE_K8S, RA_SEVERITY_CRITICAL, RA_RADIUS_GRANT,
                                           RA_RADIUS_ORGANIZATION, "Kubernetes token", RA_READER_raw_token, NULL};

// ---- who is joined to which cluster ----

enum { MOST_TOLD = 3 }; // clusters named in a report

struct joint { // one context: a user and the cluster that it is joined to
    struct ra_span user, cluster;
    const struct ra_json *to; // that cluster's settings, or NULL
    const struct ra_json *context;
    size_t at;                // its number in the file
    // of the first of a user's, once it was asked for
    bool known, local;
    size_t n;
    const char *clusters;
};
struct joints {
    struct joint *items; // by user, then as they stand
    size_t n;
};

static int compared(struct ra_span a, struct ra_span b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    return c ? c : (a.n > b.n) - (a.n < b.n);
}

static int by_user(const void *a, const void *b)
{
    const struct joint *x = a, *y = b;
    int c = compared(x->user, y->user);
    return c ? c : (x->at > y->at) - (x->at < y->at);
}

static int by_cluster(const void *a, const void *b)
{
    const struct joint *x = a, *y = b;
    int c = compared(x->cluster, y->cluster);
    return c ? c : (x->at > y->at) - (x->at < y->at);
}

static struct joints list_of(struct ra_arena *a, const struct ra_json *list, bool contexts)
{
    size_t n = 0;
    for (const struct ra_json *m = list && list->type == RA_JSON_ARRAY ? list->child : NULL; m; m = m->next)
        n++;
    struct joints all = {ra_new_array(a, struct joint, n + 1), 0};
    for (const struct ra_json *m = n ? list->child : NULL; m; m = m->next, all.n++) {
        const struct ra_json *context = ra_json_get(m, "context");
        all.items[all.n] = contexts ? (struct joint){.user = ra_json_text(ra_json_get(context, "user")),
                                                     .cluster = ra_json_text(ra_json_get(context, "cluster")),
                                                     .context = context, .at = all.n}
                                    : (struct joint){.cluster = ra_json_text(ra_json_get(m, "name")),
                                                     .to = ra_json_get(m, "cluster"), .at = all.n};
    }
    if (all.n > 1)
        qsort(all.items, all.n, sizeof *all.items, contexts ? by_user : by_cluster);
    return all;
}

// The first item that is not below: of clusters by name, of contexts by user.
static size_t first_of(const struct joints *all, struct ra_span name, bool contexts)
{
    size_t low = 0, high = all->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (compared(contexts ? all->items[mid].user : all->items[mid].cluster, name) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static struct joints joints_of(struct ra_arena *a, const struct ra_json *tree)
{
    struct joints clusters = list_of(a, ra_json_get(tree, "clusters"), false);
    struct joints all = list_of(a, ra_json_get(tree, "contexts"), true);
    for (size_t i = 0; i < all.n; i++) {
        size_t at = first_of(&clusters, all.items[i].cluster, false);
        if (at < clusters.n && ra_span_eq(clusters.items[at].cluster, all.items[i].cluster))
            all.items[i].to = clusters.items[at].to;
    }
    return all;
}

static struct joints of_user(const struct joints *all, struct ra_span user)
{
    size_t from = first_of(all, user, true);
    if (from == all->n || !ra_span_eq(all->items[from].user, user))
        return (struct joints){NULL, 0};
    struct joint *first = &all->items[from];
    while (!first->known && from + first->n < all->n && ra_span_eq(first[first->n].user, user))
        first->n++;
    return (struct joints){first, first->n};
}

static struct ra_span server_of(const struct joint *j)
{
    return ra_json_text(ra_json_get(j->to, "server"));
}

static bool loopback(struct ra_arena *a, struct ra_span server)
{
    static const char *const hosts[] = {"localhost", "::1", "0.0.0.0", "host.docker.internal",
                                        "kubernetes.docker.internal"};
    struct ra_address at;
    if (!ra_address_parse(a, server, &at))
        return false;
    for (size_t i = 0; i < RA_COUNT(hosts); i++)
        if (strcmp(at.host, hosts[i]) == 0)
            return true;
    return strncmp(at.host, "127.", 4) == 0 && at.host[strspn(at.host, "0123456789.")] == 0;
}

// All clusters that this user is joined to lie on this machine (kind, k3d, minikube, Docker Desktop).
static bool local_only(struct ra_arena *a, const struct joints *own)
{
    for (size_t i = 0; i < own->n; i++)
        if (!loopback(a, server_of(&own->items[i])))
            return false;
    return own->n > 0;
}

// "prod at https://api.prod.test", for each cluster that this user is joined to; of the server no more than where it is.
static const char *clusters_of(struct ra_arena *a, const struct joints *own)
{
    const char *all = NULL, *told[MOST_TOLD] = {NULL};
    size_t n = 0, more = 0;
    for (size_t i = 0; i < own->n; i++) {
        struct ra_address at;
        struct ra_span name = own->items[i].cluster;
        bool known = ra_address_parse(a, server_of(&own->items[i]), &at), again = name.n == 0;
        const char *one = ra_strfmt(a, "%s%s%s", ra_scrub_span(a, ra_span_cut(name, 0, 200)), known ? " at " : "",
                                    known ? ra_address_text(a, &at) : "");
        for (size_t k = 0; k < n; k++)
            again |= strcmp(told[k], one) == 0;
        if (again)
            continue;
        if (n == MOST_TOLD) {
            more++;
            continue;
        }
        told[n++] = one;
        all = all ? ra_strfmt(a, "%s, %s", all, one) : one;
    }
    return more ? ra_strfmt(a, "%s and %zu more", all, more) : all;
}

static void tell_cluster(struct ra_file *f, struct ra_reach *secret, const char *clusters)
{
    if (secret)
        ra_reach_text(f->c->inv, secret, "cluster", clusters);
}

static void learn(struct ra_arena *a, struct joints *own)
{
    struct joint *first = own->items;
    if (own->n == 0 || first->known)
        return; // a file may name the same user many times
    first->local = local_only(a, own);
    first->clusters = clusters_of(a, own);
    first->known = true;
}

// Read for the asker only: no reach of its own.
static struct ra_span beside_file(struct ra_file *f, const char *name)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    if (!f->c->held || !ra_file_neighbour(f, name, &text))
        return (struct ra_span){"", 0};
    return (struct ra_span){ra_strndup(f->c->arena, ra_buf_view(&text)), text.n};
}

// What the n-th cluster of a user is: its server, the authority that signs for it, and the namespace. False beyond the last.
static bool set_beside(struct ra_file *f, const struct joints *own, size_t n)
{
    f->c->beside = (struct ra_beside){.provider = "kubernetes"};
    if (n >= own->n)
        return false;
    const struct joint *j = &own->items[n];
    const struct ra_json *ca = f->c->held ? ra_json_get(j->to, "certificate-authority-data") : NULL;
    struct ra_span space = ra_json_text(ra_json_get(j->context, "namespace"));
    struct ra_span file = ra_json_text(ra_json_get(j->to, "certificate-authority"));
    struct ra_beside *b = &f->c->beside;
    b->host = ra_strndup(f->c->arena, server_of(j));
    b->path = ra_held_url_path(f->c->arena, b->host);
    b->scope = space.n ? ra_strndup(f->c->arena, space) : NULL;
    if (ca)
        b->ca.p = ra_base64_decode(f->c->arena, ra_json_text(ca), &b->ca.n);
    else if (file.n)
        b->ca = beside_file(f, ra_strndup(f->c->arena, file));
    if (!b->ca.p)
        b->ca = (struct ra_span){"", 0};
    return true;
}

// ---- users ----

static char *decoded(struct ra_file *f, const struct ra_json *data, struct ra_span *ret)
{
    size_t n = 0;
    char *bytes = data ? ra_base64_decode(f->c->arena, ra_json_text(data), &n) : NULL;
    *ret = (struct ra_span){bytes ? bytes : "", bytes ? n : 0};
    return bytes;
}

static struct ra_reach *client_key(struct ra_file *f, const char *part, const struct ra_json *user,
                                   const struct ra_json *data)
{
    struct ra_span pem, certificate;
    if (!decoded(f, data, &pem))
        return ra_file_unread(f, part, "key data could not be decoded");
    bool certified = decoded(f, ra_json_get(user, "client-certificate-data"), &certificate);
    struct ra_beside one = f->c->beside;
    if (certified)
        f->c->beside.certificate = certificate;
    else
        f->c->beside.provider = NULL; // a key without its certificate opens nothing
    struct ra_reach *secret = ra_file_holds(f, part, data->line, pem, "client-key-data", "kubernetes");
    f->c->beside = one;
    if (certified)
        ra_file_certificate(f, secret, certificate);
    return secret;
}

static void note(struct ra_file *f, const char *part, const struct ra_json *v, const char *key, const struct ra_place *as)
{
    if (!v || ra_json_text(v).n == 0)
        return;
    ra_file_note(f, part, v->line, key, ra_json_text(v));
    if (as)
        ra_file_follow(f, ra_json_text(v), as);
}

// Returns the token's, where there is one.
static struct ra_reach *strings(struct ra_file *f, const char *part, const struct ra_json *user, bool local,
                                const char *clusters)
{
    struct ra_reach *token = NULL;
    static const char *const paths[][2] = {{"token", "token"},
                                           {"password", "password"},
                                           {"auth-provider.config.access-token", "access-token"},
                                           {"auth-provider.config.id-token", "id-token"},
                                           {"auth-provider.config.refresh-token", "refresh-token"}};
    for (size_t i = 0; i < RA_COUNT(paths); i++) {
        const struct ra_json *v = ra_json_at(user, paths[i][0]);
        int64_t at;
        if (!v || ra_json_text(v).n == 0)
            continue;
        f->c->beside.type = paths[i][1];
        struct ra_reach *r = ra_file_holds(f, part, v->line, ra_json_text(v), paths[i][1], "kubernetes");
        if (r && i == 2 && ra_file_json_time(ra_json_at(user, "auth-provider.config.expiry"), &at))
            ra_file_expires(f, r, at);
        if (local)
            ra_file_ceiling(r, RA_RADIUS_PERSON);
        tell_cluster(f, r, clusters);
        token = i == 0 ? r : token;
    }
    return token;
}

// A user may be joined to several clusters: the same login is then asked about at each.
static void hold_more(struct ra_file *f, const struct joints *own, const struct ra_json *user,
                      const struct ra_reach *place, const struct ra_reach *token, const struct ra_reach *key)
{
    struct ra_span pem = {"", 0}, certificate = {"", 0};
    bool keyed = decoded(f, ra_json_get(user, "client-key-data"), &pem) &&
                 decoded(f, ra_json_get(user, "client-certificate-data"), &certificate);
    for (size_t n = 1; f->c->held && set_beside(f, own, n); n++) {
        f->c->beside.type = "token";
        if (token)
            ra_secret_held(f->c, place, token, ra_json_text(ra_json_get(user, "token")), "kubernetes");
        f->c->beside.type = "client-key";
        f->c->beside.certificate = certificate;
        if (key && keyed)
            ra_secret_held(f->c, place, key, pem, "kubernetes");
    }
}

static void kube_user(struct ra_file *f, const struct joints *all, const struct ra_json *entry)
{
    const struct ra_json *user = ra_json_get(entry, "user"), *data = ra_json_get(user, "client-key-data");
    struct ra_span name = ra_json_text(ra_json_get(entry, "name"));
    const char *part = name.n ? ra_strndup(f->c->arena, name) : "user";
    struct joints own = of_user(all, name);
    learn(f->c->arena, &own);
    bool local = own.n && own.items[0].local;
    const char *clusters = own.n ? own.items[0].clusters : NULL;
    set_beside(f, &own, 0);
    struct ra_reach *token = strings(f, part, user, local, clusters);
    f->c->beside.type = "client-key";
    struct ra_reach *key = data && ra_json_text(data).n ? client_key(f, part, user, data) : NULL;
    const struct ra_reach *place = ra_reach_find(f->c->inv, ra_file_id(f->c, f->path, ra_scrub(f->c->arena, part)));
    if (place && (token || key))
        hold_more(f, &own, user, place, token, key);
    f->c->beside = (struct ra_beside){0};
    if (local)
        ra_file_ceiling(key, RA_RADIUS_PERSON);
    tell_cluster(f, key, clusters);
    note(f, part, ra_json_at(user, "exec.command"), "plugin", NULL);
    note(f, part, ra_json_at(user, "auth-provider.config.cmd-path"), "plugin", NULL);
    note(f, part, ra_json_get(user, "client-key"), "file", &key_file);
    note(f, part, ra_json_get(user, "tokenFile"), "file", &token_file);
}

// Source: kubectl's kubeconfig (v1) reference.
bool ra_read_kubeconfig(struct ra_file *f)
{
    struct ra_json *tree;
    if (ra_yaml_parse(f->c->arena, f->text, &tree, NULL) || tree->type != RA_JSON_OBJECT)
        return false;
    const struct joints all = joints_of(f->c->arena, tree);
    const struct ra_json *users = ra_json_get(tree, "users");
    for (const struct ra_json *u = users && users->type == RA_JSON_ARRAY ? users->child : NULL; u; u = u->next)
        kube_user(f, &all, u);
    return true;
}

// The pod's own: the cluster is told by the environment, its authority and the namespace by the files beside the token.
// Source: kubernetes.io, "Accessing the Kubernetes API from a Pod".
bool ra_read_pod_token(struct ra_file *f)
{
    const char *host = ra_host_getenv(f->c->host, "KUBERNETES_SERVICE_HOST"),
               *port = ra_host_getenv(f->c->host, "KUBERNETES_SERVICE_PORT");
    struct ra_beside *b = &f->c->beside;
    *b = (struct ra_beside){.provider = "kubernetes", .type = "token"};
    if (host && host[0])
        b->host = ra_strfmt(f->c->arena, strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, port && port[0] ? port : "443");
    b->ca = beside_file(f, "ca.crt");
    b->scope = ra_strndup(f->c->arena, ra_span_trim(beside_file(f, "namespace")));
    bool read = ra_read_raw_token(f);
    *b = (struct ra_beside){0};
    return read;
}

// Logins of Kubernetes clusters, user by user. Runs no credential plugin; names it.
#include <string.h>

#include "collect/files.h"
#include "parse/keys.h"
#include "parse/yaml.h"

static const struct ra_place key_file = {"Q001", "", RA_PLACE_K8S, RA_SEVERITY_CRITICAL, RA_RADIUS_GRANT,
                                         RA_RADIUS_ORGANIZATION, "Kubernetes client key", RA_READER_pem_key, NULL};
static const struct ra_place token_file = {"Q001", "", RA_PLACE_K8S, RA_SEVERITY_CRITICAL, RA_RADIUS_GRANT,
                                           RA_RADIUS_ORGANIZATION, "Kubernetes token", RA_READER_raw_token, NULL};

static const struct ra_json *named(const struct ra_json *list, struct ra_span name)
{
    for (const struct ra_json *m = list && list->type == RA_JSON_ARRAY ? list->child : NULL; m; m = m->next)
        if (ra_span_eq(ra_json_text(ra_json_get(m, "name")), name))
            return m;
    return NULL;
}

static bool loopback(struct ra_span server)
{
    static const char *const hosts[] = {"https://127.", "https://localhost", "https://[::1]", "https://0.0.0.0",
                                        "https://host.docker.internal", "https://kubernetes.docker.internal"};
    for (size_t i = 0; i < RA_COUNT(hosts); i++)
        if (ra_span_starts(server, hosts[i]))
            return true;
    return false;
}

// All clusters that this user is joined to lie on this machine (kind, k3d, minikube, Docker Desktop).
static bool local_only(const struct ra_json *tree, struct ra_span user)
{
    const struct ra_json *contexts = ra_json_get(tree, "contexts");
    bool any = false;
    for (const struct ra_json *m = contexts && contexts->type == RA_JSON_ARRAY ? contexts->child : NULL; m; m = m->next) {
        const struct ra_json *context = ra_json_get(m, "context");
        if (!ra_span_eq(ra_json_text(ra_json_get(context, "user")), user))
            continue;
        const struct ra_json *cluster = named(ra_json_get(tree, "clusters"), ra_json_text(ra_json_get(context, "cluster")));
        if (!loopback(ra_json_text(ra_json_at(cluster, "cluster.server"))))
            return false;
        any = true;
    }
    return any;
}

// "prod at https://api.prod.test", for each cluster that this user is joined to.
static const char *clusters_of(struct ra_file *f, const struct ra_json *tree, struct ra_span user)
{
    const struct ra_json *contexts = ra_json_get(tree, "contexts");
    struct ra_arena *a = f->c->arena;
    const char *all = NULL;
    for (const struct ra_json *m = contexts && contexts->type == RA_JSON_ARRAY ? contexts->child : NULL; m; m = m->next) {
        const struct ra_json *context = ra_json_get(m, "context");
        struct ra_span name = ra_json_text(ra_json_get(context, "cluster"));
        if (!ra_span_eq(ra_json_text(ra_json_get(context, "user")), user) || name.n == 0)
            continue;
        struct ra_span server = ra_json_text(ra_json_at(named(ra_json_get(tree, "clusters"), name), "cluster.server"));
        const char *one = ra_strfmt(a, "%s%s%s", ra_scrub_span(a, name), server.n ? " at " : "",
                                    server.n ? ra_scrub_span(a, server) : "");
        if (!all || !strstr(all, one))
            all = all ? ra_strfmt(a, "%s, %s", all, one) : one;
    }
    return all;
}

static void tell_cluster(struct ra_file *f, struct ra_reach *secret, const char *clusters)
{
    if (secret)
        ra_reach_text(f->c->inv, secret, "cluster", clusters);
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
static bool set_beside(struct ra_file *f, const struct ra_json *tree, struct ra_span user, unsigned n)
{
    const struct ra_json *contexts = ra_json_get(tree, "contexts");
    f->c->beside = (struct ra_beside){.provider = "kubernetes"};
    for (const struct ra_json *m = contexts && contexts->type == RA_JSON_ARRAY ? contexts->child : NULL; m; m = m->next) {
        const struct ra_json *context = ra_json_get(m, "context");
        if (!ra_span_eq(ra_json_text(ra_json_get(context, "user")), user) || n--)
            continue;
        const struct ra_json *cluster = named(ra_json_get(tree, "clusters"), ra_json_text(ra_json_get(context, "cluster")));
        const struct ra_json *ca = ra_json_at(cluster, "cluster.certificate-authority-data");
        struct ra_span space = ra_json_text(ra_json_get(context, "namespace"));
        struct ra_beside *b = &f->c->beside;
        b->host = ra_strndup(f->c->arena, ra_json_text(ra_json_at(cluster, "cluster.server")));
        b->path = ra_held_url_path(f->c->arena, b->host);
        b->scope = space.n ? ra_strndup(f->c->arena, space) : NULL;
        if (ca)
            b->ca.p = ra_base64_decode(f->c->arena, ra_json_text(ca), &b->ca.n);
        struct ra_span file = ra_json_text(ra_json_at(cluster, "cluster.certificate-authority"));
        if (!ca && file.n)
            b->ca = beside_file(f, ra_strndup(f->c->arena, file));
        if (!b->ca.p)
            b->ca = (struct ra_span){"", 0};
        return true;
    }
    return false;
}

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
static void hold_more(struct ra_file *f, const struct ra_json *tree, const struct ra_json *user, struct ra_span name,
                      const struct ra_reach *place, const struct ra_reach *token, const struct ra_reach *key)
{
    struct ra_span pem, certificate;
    bool keyed = decoded(f, ra_json_get(user, "client-key-data"), &pem) &&
                 decoded(f, ra_json_get(user, "client-certificate-data"), &certificate);
    for (unsigned n = 1; set_beside(f, tree, name, n); n++) {
        f->c->beside.type = "token";
        if (token)
            ra_secret_held(f->c, place, token, ra_json_text(ra_json_get(user, "token")), "kubernetes");
        f->c->beside.type = "client-key";
        f->c->beside.certificate = certificate;
        if (key && keyed)
            ra_secret_held(f->c, place, key, pem, "kubernetes");
    }
}

static void kube_user(struct ra_file *f, const struct ra_json *tree, const struct ra_json *entry)
{
    const struct ra_json *user = ra_json_get(entry, "user"), *data = ra_json_get(user, "client-key-data");
    struct ra_span name = ra_json_text(ra_json_get(entry, "name"));
    const char *part = name.n ? ra_strndup(f->c->arena, name) : "user";
    bool local = local_only(tree, name);
    const char *clusters = clusters_of(f, tree, name);
    set_beside(f, tree, name, 0);
    struct ra_reach *token = strings(f, part, user, local, clusters);
    f->c->beside.type = "client-key";
    struct ra_reach *key = data && ra_json_text(data).n ? client_key(f, part, user, data) : NULL;
    const struct ra_reach *place = ra_reach_find(f->c->inv, ra_file_id(f->c, f->path, ra_scrub(f->c->arena, part)));
    if (place && (token || key))
        hold_more(f, tree, user, name, place, token, key);
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
    const struct ra_json *users = ra_json_get(tree, "users");
    for (const struct ra_json *u = users && users->type == RA_JSON_ARRAY ? users->child : NULL; u; u = u->next)
        kube_user(f, tree, u);
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

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

// The server of a user's first cluster, and the authority that signs for it.
static void set_beside(struct ra_file *f, const struct ra_json *tree, struct ra_span user)
{
    const struct ra_json *contexts = ra_json_get(tree, "contexts");
    for (const struct ra_json *m = contexts && contexts->type == RA_JSON_ARRAY ? contexts->child : NULL; m; m = m->next) {
        const struct ra_json *context = ra_json_get(m, "context");
        if (!ra_span_eq(ra_json_text(ra_json_get(context, "user")), user))
            continue;
        const struct ra_json *cluster = named(ra_json_get(tree, "clusters"), ra_json_text(ra_json_get(context, "cluster")));
        const struct ra_json *ca = ra_json_at(cluster, "cluster.certificate-authority-data");
        size_t n = 0;
        char *pem = ca ? ra_base64_decode(f->c->arena, ra_json_text(ca), &n) : NULL;
        f->c->beside = (struct ra_beside){.ca = {pem ? pem : "", pem ? n : 0}};
        f->c->beside.host = ra_strndup(f->c->arena, ra_json_text(ra_json_at(cluster, "cluster.server")));
        return;
    }
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
    if (certified)
        f->c->beside.certificate = certificate;
    struct ra_reach *secret = ra_file_holds(f, part, data->line, pem, "client-key-data", "kubernetes");
    f->c->beside.certificate = (struct ra_span){0};
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

static void strings(struct ra_file *f, const char *part, const struct ra_json *user, bool local, const char *clusters)
{
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
        struct ra_reach *r = ra_file_holds(f, part, v->line, ra_json_text(v), paths[i][1], "kubernetes");
        if (r && i == 2 && ra_file_json_time(ra_json_at(user, "auth-provider.config.expiry"), &at))
            ra_file_expires(f, r, at);
        if (local)
            ra_file_ceiling(r, RA_RADIUS_PERSON);
        tell_cluster(f, r, clusters);
    }
}

static void kube_user(struct ra_file *f, const struct ra_json *tree, const struct ra_json *entry)
{
    const struct ra_json *user = ra_json_get(entry, "user"), *data = ra_json_get(user, "client-key-data");
    struct ra_span name = ra_json_text(ra_json_get(entry, "name"));
    const char *part = name.n ? ra_strndup(f->c->arena, name) : "user";
    bool local = local_only(tree, name);
    const char *clusters = clusters_of(f, tree, name);
    set_beside(f, tree, name);
    strings(f, part, user, local, clusters);
    struct ra_reach *key = data && ra_json_text(data).n ? client_key(f, part, user, data) : NULL;
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

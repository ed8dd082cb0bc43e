// Logins of clouds and clusters: AWS, Google, Azure, Kubernetes, rclone. Runs no credential plugin; names it.
#include <string.h>

#include "collect/files.h"
#include "parse/ini.h"
#include "parse/keys.h"
#include "parse/yaml.h"

// ~/.aws/credentials and config. Source: AWS CLI, "Configuration and credential file settings".
bool ra_read_aws_ini(struct ra_file *f)
{
    struct ra_ini it = {.rest = f->text};
    struct ra_span key, value;
    f->provider = "aws";
    while (ra_ini_next(&it, &key, &value)) {
        struct ra_span section = it.section;
        if (ra_span_starts(section, "profile "))
            section = ra_span_trim(ra_span_cut(section, 8, section.n));
        const char *part = section.n ? ra_strndup(f->c->arena, section) : "default";
        if (ra_span_is_nocase(key, "credential_process") && value.n)
            ra_reach_flag(f->c->inv, ra_file_place(f, part, it.line), "credential_process", true);
        else if (ra_span_is_nocase(key, "aws_secret_access_key") || ra_span_is_nocase(key, "aws_session_token"))
            ra_file_holds(f, part, it.line, value, ra_strndup(f->c->arena, key), "aws");
    }
    return true;
}

// Single sign-on, role and login caches: JSON with the times beside the keys.
bool ra_read_aws_json(struct ra_file *f)
{
    struct ra_json *tree;
    f->provider = "aws";
    if (ra_json_parse(f->c->arena, f->text, false, &tree, NULL))
        return false;
    ra_tree_secrets(f, tree, "");
    return true;
}

// Source: Google Cloud, "How Application Default Credentials works": `type` tells what the file is.
bool ra_read_gcloud_adc(struct ra_file *f)
{
    struct ra_json *tree;
    if (ra_json_parse(f->c->arena, f->text, false, &tree, NULL))
        return false;
    const struct ra_json *type = ra_json_get(tree, "type"), *key = ra_json_get(tree, "private_key"),
                         *refresh = ra_json_get(tree, "refresh_token");
    const struct ra_json *source = ra_json_at(tree, "source_credentials.refresh_token");
    if (!type)
        return tree->type == RA_JSON_OBJECT; // some other JSON of that name
    struct ra_reach *secret = NULL;
    if (key)
        secret = ra_file_holds(f, "private_key", key->line, ra_json_text(key), "private_key", "google");
    if (refresh)
        secret = ra_file_holds(f, "refresh_token", refresh->line, ra_json_text(refresh), "refresh_token", "google");
    if (source)
        secret = ra_file_holds(f, "source_credentials", source->line, ra_json_text(source), "refresh_token", "google");
    if (secret)
        ra_reach_text(f->c->inv, secret, "form", ra_strndup(f->c->arena, ra_json_text(type)));
    return true;
}

static void msal_section(struct ra_file *f, const struct ra_json *tree, const char *section)
{
    const struct ra_json *list = ra_json_get(tree, section);
    size_t n = 0;
    for (const struct ra_json *m = list ? list->child : NULL; m; m = m->next) {
        const struct ra_json *value = ra_json_get(m, "secret");
        int64_t at;
        if (!value)
            continue;
        const char *part = n++ ? ra_strfmt(f->c->arena, "%s.%zu", section, n) : section;
        struct ra_reach *secret = ra_file_holds(f, part, value->line, ra_json_text(value), "token", "azure");
        if (ra_file_json_time(ra_json_get(m, "expires_on"), &at))
            ra_file_expires(f, secret, at);
    }
}

// Source: MSAL's unified cache schema.
bool ra_read_azure_msal(struct ra_file *f)
{
    struct ra_json *tree;
    if (ra_json_parse(f->c->arena, f->text, false, &tree, NULL))
        return false;
    msal_section(f, tree, "AccessToken");
    msal_section(f, tree, "RefreshToken");
    return true;
}

static struct ra_reach *kube_key(struct ra_file *f, const char *part, const struct ra_json *data)
{
    size_t n;
    char *pem = ra_base64_decode(f->c->arena, ra_json_text(data), &n);
    if (!pem)
        return ra_file_unread(f, part, "key data could not be decoded");
    return ra_file_holds(f, part, data->line, (struct ra_span){pem, n}, "client-key-data", "kubernetes");
}

static void kube_user(struct ra_file *f, const struct ra_json *entry)
{
    static const char *const strings[][2] = {{"token", "token"},
                                             {"password", "password"},
                                             {"auth-provider.config.access-token", "access-token"},
                                             {"auth-provider.config.id-token", "id-token"},
                                             {"auth-provider.config.refresh-token", "refresh-token"}};
    const struct ra_json *user = ra_json_get(entry, "user"), *v;
    struct ra_span name = ra_json_text(ra_json_get(entry, "name"));
    const char *part = name.n ? ra_strndup(f->c->arena, name) : "user";
    for (size_t i = 0; i < RA_COUNT(strings); i++)
        if ((v = ra_json_at(user, strings[i][0])) && ra_json_text(v).n)
            ra_file_holds(f, part, v->line, ra_json_text(v), strings[i][1], "kubernetes");
    if ((v = ra_json_get(user, "client-key-data")))
        kube_key(f, part, v);
    if ((v = ra_json_get(user, "exec")))
        ra_reach_text(f->c->inv, ra_file_place(f, part, v->line), "plugin",
                      ra_strndup(f->c->arena, ra_json_text(ra_json_get(v, "command"))));
    if ((v = ra_json_get(user, "client-key")) || (v = ra_json_get(user, "tokenFile")))
        ra_reach_text(f->c->inv, ra_file_place(f, part, v->line), "file", ra_strndup(f->c->arena, ra_json_text(v)));
}

// Source: kubectl's kubeconfig (v1) reference.
bool ra_read_kubeconfig(struct ra_file *f)
{
    struct ra_json *tree;
    if (ra_yaml_parse(f->c->arena, f->text, &tree, NULL) || tree->type != RA_JSON_OBJECT)
        return false;
    const struct ra_json *users = ra_json_get(tree, "users");
    for (const struct ra_json *u = users && users->type == RA_JSON_ARRAY ? users->child : NULL; u; u = u->next)
        kube_user(f, u);
    return true;
}

// rclone's "obscured" passwords use a published key and count as plain. Source: rclone, "Configuration Encryption".
bool ra_read_rclone(struct ra_file *f)
{
    static const char *const keys[] = {"pass", "password", "token", "secret_access_key", "client_secret", "key",
                                       "service_account_credentials", "bearer_token", "api_key", "access_token"};
    struct ra_ini it = {.rest = f->text};
    struct ra_span key, value;
    if (ra_span_find(f->text, RA_SPAN("RCLONE_ENCRYPT_V")) >= 0) {
        ra_file_protected(f, ra_file_unread(f, NULL, "encrypted"), "passphrase");
        return true;
    }
    while (ra_ini_next(&it, &key, &value))
        for (size_t i = 0; i < RA_COUNT(keys); i++)
            if (ra_span_is(key, keys[i]))
                ra_file_holds(f, ra_strndup(f->c->arena, it.section), it.line, value, keys[i], "rclone");
    return true;
}

// Logins of clouds but AWS (files_aws.c): Google, Azure, Oracle, and rclone's drives.
#include <string.h>

#include "collect/files.h"
#include "parse/ini.h"

static const struct ra_place identity = {"M008", "", RA_PLACE_CLOUD, RA_SEVERITY_CRITICAL, RA_RADIUS_GRANT,
                                         RA_RADIUS_ORGANIZATION, "token that Google takes for an identity",
                                         RA_READER_raw_token, NULL};

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
    const struct ra_json *file = ra_json_at(tree, "credential_source.file"),
                         *command = ra_json_at(tree, "credential_source.executable.command");
    if (file)
        ra_file_follow(f, ra_json_text(file), &identity);
    if (command)
        ra_file_note(f, "credential_source", command->line, "plugin", ra_json_text(command));
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

// The caches that Microsoft's other tools share: plain on Linux where no keyring was to be had, else sealed by it.
bool ra_read_msal_cache(struct ra_file *f)
{
    struct ra_span text = ra_span_trim(f->text);
    if (text.n && text.p[0] == '{') {
        struct ra_json *tree;
        if (ra_json_parse(f->c->arena, f->text, true, &tree, NULL))
            return false;
        msal_section(f, tree, "AccessToken");
        msal_section(f, tree, "RefreshToken");
        if (f->held == 0)
            ra_tree_secrets(f, tree, "");
        return true;
    }
    ra_file_locked(f, NULL, "keyring", NULL);
    return true;
}

static const struct ra_place oci_key = {"C015", "", RA_PLACE_CLOUD, RA_SEVERITY_CRITICAL, RA_RADIUS_GRANT,
                                        RA_RADIUS_ORGANIZATION, "Oracle Cloud API key", RA_READER_pem_key, NULL};
static const struct ra_place oci_session = {"C015", "", RA_PLACE_CLOUD, RA_SEVERITY_CRITICAL, RA_RADIUS_GRANT,
                                            RA_RADIUS_ORGANIZATION, "Oracle Cloud session", RA_READER_raw_token, NULL};

// A passphrase written beside the key's name opens it. Source: Oracle Cloud, "SDK and CLI Configuration File".
bool ra_read_oci_config(struct ra_file *f)
{
    struct ra_ini it = {.rest = f->text};
    struct ra_span key, value;
    while (ra_ini_next(&it, &key, &value)) {
        const char *part = it.section.n ? ra_strndup(f->c->arena, it.section) : "DEFAULT";
        if (ra_span_is_nocase(key, "pass_phrase") || ra_span_is_nocase(key, "pass"))
            ra_file_holds(f, part, it.line, value, "passphrase", "oracle");
        else if (ra_span_is_nocase(key, "key_file"))
            ra_file_follow(f, value, &oci_key);
        else if (ra_span_is_nocase(key, "security_token_file"))
            ra_file_follow(f, value, &oci_session);
    }
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
        bool open = ra_file_variable(f, "RCLONE_CONFIG_PASS") || ra_file_variable(f, "RCLONE_PASSWORD_COMMAND");
        ra_file_locked(f, NULL, "passphrase", open ? "a variable of the environment" : NULL);
        return true;
    }
    while (ra_ini_next(&it, &key, &value))
        for (size_t i = 0; i < RA_COUNT(keys); i++)
            if (ra_span_is(key, keys[i]))
                ra_file_holds(f, ra_strndup(f->c->arena, it.section), it.line, value, keys[i], "rclone");
    return true;
}

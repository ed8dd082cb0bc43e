// AWS logins: long-lived and temporary keys, single sign-on, keys in files of other programs. Runs no credential
// process; names it. Which account they open is asked online only.
#include <string.h>

#include "collect/files.h"
#include "parse/ini.h"

static const struct ra_place web_identity = {"M005", "", RA_PLACE_CLOUD, RA_SEVERITY_CRITICAL, RA_RADIUS_GRANT,
                                             RA_RADIUS_ORGANIZATION, "token that AWS takes for a role",
                                             RA_READER_raw_token, NULL};

enum { LONGEST_SESSION_S = 36 * 3600 }; // AWS STS, GetSessionToken: no temporary key lasts longer

// When a section's temporary keys end: as the login helpers write it, else by the age of the file.
static bool section_ends(struct ra_file *f, struct ra_span section, int64_t *ret_s)
{
    static const char *const names[] = {"x_security_token_expires", "aws_session_expiration", "aws_expiration",
                                        "expiration", "token_expiration"};
    const char *name = ra_strndup(f->c->arena, section);
    struct ra_stat st;
    for (size_t i = 0; i < RA_COUNT(names); i++)
        if (ra_file_time(ra_file_ini(f, name, names[i]), ret_s))
            return true;
    if (!ra_span_starts(ra_file_ini(f, name, "aws_access_key_id"), "ASIA") || !ra_file_stat(f, &st))
        return false;
    *ret_s = st.mtime_s + LONGEST_SESSION_S;
    return *ret_s <= f->c->now_s; // only that it has ended is sure
}

// What belongs to the secret of a section. A profile with an address of its own is of a service that only speaks S3.
static void set_beside(struct ra_file *f, const char *section)
{
    struct ra_span region = ra_file_ini(f, section, "region"), url = ra_file_ini(f, section, "endpoint_url");
    f->c->beside = (struct ra_beside){
        .provider = "aws", .id = ra_file_ini(f, section, "aws_access_key_id"),
        .session = ra_file_ini(f, section, "aws_session_token"),
        .scope = region.n ? ra_strndup(f->c->arena, region) : NULL,
        .host = url.n ? ra_strndup(f->c->arena, url) : NULL};
}

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
        bool session = ra_span_is_nocase(key, "aws_session_token") || ra_span_is_nocase(key, "aws_security_token");
        if (ra_span_is_nocase(key, "credential_process") && value.n) {
            ra_reach_flag(f->c->inv, ra_file_place(f, part, it.line), "credential_process", true);
        } else if (ra_span_is_nocase(key, "web_identity_token_file")) {
            ra_file_follow(f, value, &web_identity);
        } else if (ra_span_is_nocase(key, "aws_secret_access_key") || session) {
            int64_t at;
            const char *own = ra_strndup(f->c->arena, it.section);
            if (!session)
                set_beside(f, own);
            struct ra_reach *r = ra_file_holds(f, part, it.line, value, ra_strndup(f->c->arena, key), "aws");
            f->c->beside = (struct ra_beside){0};
            if (r && section_ends(f, it.section, &at))
                ra_file_expires(f, r, at);
        }
    }
    return true;
}

// Role and login caches: JSON with the times beside the keys.
bool ra_read_aws_json(struct ra_file *f)
{
    struct ra_json *tree;
    f->provider = "aws";
    if (ra_json_parse(f->c->arena, f->text, false, &tree, NULL))
        return false;
    ra_tree_secrets(f, tree, "");
    return true;
}

static void timed(struct ra_file *f, const struct ra_json *tree, const char *key, const char *expiry)
{
    const struct ra_json *v = ra_json_get(tree, key);
    int64_t at;
    struct ra_reach *r = v ? ra_file_holds(f, key, v->line, ra_json_text(v), key, "aws") : NULL;
    if (r && ra_file_json_time(ra_json_get(tree, expiry), &at))
        ra_file_expires(f, r, at);
}

// A refresh token needs the client's registration; without it, or after it has ended, it mints nothing. A file with
// only a client's secret is a registration and opens nothing by itself. Source: botocore, SSOTokenLoader.
bool ra_read_aws_sso(struct ra_file *f)
{
    struct ra_json *tree;
    if (ra_json_parse(f->c->arena, f->text, false, &tree, NULL))
        return false;
    f->provider = "aws";
    if (!ra_json_get(tree, "accessToken") && !ra_json_get(tree, "refreshToken")) {
        if (!ra_json_get(tree, "clientSecret"))
            ra_tree_secrets(f, tree, "");
        return true;
    }
    timed(f, tree, "accessToken", "expiresAt");
    timed(f, tree, "refreshToken", "registrationExpiresAt");
    return true;
}

// KEY:SECRET or BUCKET:KEY:SECRET. Source: s3fs, passwd file.
bool ra_read_s3fs(struct ra_file *f)
{
    struct ra_span rest = f->text, line;
    for (unsigned n = 1; ra_span_line(&rest, &line); n++) {
        line = ra_span_trim(line);
        const char *colon = line.n && line.p[0] != '#' ? memrchr(line.p, ':', line.n) : NULL;
        size_t at = colon ? (size_t)(colon - line.p) + 1 : 0;
        if (at)
            ra_file_holds(f, ra_strfmt(f->c->arena, "L%u", n), n, ra_span_cut(line, at, line.n), "secret_access_key", "aws");
    }
    return true;
}

// What the console hands out once: a header, then "id,secret". Source: AWS IAM, "Access keys".
bool ra_read_csv_keys(struct ra_file *f)
{
    struct ra_span rest = f->text, line, field, name;
    size_t column = 0, at = 0;
    bool found = false;
    if (!ra_span_line(&rest, &line))
        return true;
    if (ra_span_starts(line, "\xEF\xBB\xBF"))
        line = ra_span_cut(line, 3, line.n);
    for (; ra_span_until(&line, ',', &name); column++)
        if (ra_span_find_nocase(name, "secret") >= 0 || ra_span_find_nocase(name, "password") >= 0)
            at = column, found = true;
    for (unsigned n = 2; found && ra_span_line(&rest, &line); n++)
        for (column = 0; ra_span_until(&line, ',', &field); column++)
            if (column == at)
                ra_file_holds(f, ra_strfmt(f->c->arena, "L%u", n), n, field, "secret_access_key", "aws");
    return true;
}

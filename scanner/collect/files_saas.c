// Sessions of services, browsers and chat programs whose files say whether they still count: test or live, expired,
// closed, sealed by the keyring.
#include <errno.h>
#include <string.h>

#include "collect/files.h"
#include "parse/keys.h"
#include "parse/toml.h"

static void stripe_key(struct ra_file *f, const struct ra_json *table, const char *mode)
{
    struct ra_arena *a = f->c->arena;
    const struct ra_json *v = ra_json_get(table, ra_strfmt(a, "%s_mode_api_key", mode));
    const struct ra_json *end = ra_json_get(table, ra_strfmt(a, "%s_mode_key_expires_at", mode));
    int64_t at;
    if (!v || ra_json_text(v).n == 0)
        return;
    const char *part = ra_strfmt(a, "%s.%s_mode_api_key", ra_strndup(a, table->key), mode);
    struct ra_reach *r = ra_file_holds(f, part, v->line, ra_json_text(v), "api_key", "stripe");
    struct ra_span day = ra_json_text(end);
    if (r && day.n == 10 && ra_file_time(ra_span_of(ra_strfmt(a, "%sT23:59:59Z", ra_strndup(a, day))), &at))
        ra_file_expires(f, r, at);
    if (strcmp(mode, "test") == 0)
        ra_file_ceiling(r, RA_RADIUS_GRANT);
}

// Keys of the command line end after 90 days; live ones are often only hinted at ("****") and kept in a keyring.
bool ra_read_stripe(struct ra_file *f)
{
    struct ra_json *tree;
    if (ra_toml_parse(f->c->arena, f->text, &tree, NULL))
        return false;
    for (const struct ra_json *m = tree->child; m; m = m->next)
        if (m->type == RA_JSON_OBJECT) {
            stripe_key(f, m, "live");
            stripe_key(f, m, "test");
        }
    return true;
}

// "cipher:tag" in hexadecimal: sealed with the key of key.json, or of the keyring where there is none.
static bool sealed(struct ra_span v)
{
    ptrdiff_t colon = ra_span_chr(v, ':');
    if (colon < 16 || v.n - (size_t)colon - 1 != 32)
        return false;
    for (size_t i = 0; i < v.n; i++)
        if (v.p[i] != ':' && !((v.p[i] >= '0' && v.p[i] <= '9') || (v.p[i] >= 'a' && v.p[i] <= 'f')))
            return false;
    return true;
}

bool ra_read_salesforce(struct ra_file *f)
{
    static const char *const keys[] = {"accessToken", "refreshToken", "password", "clientSecret"};
    struct ra_json *tree;
    if (ra_json_parse(f->c->arena, f->text, false, &tree, NULL))
        return false;
    bool any = false;
    for (size_t i = 0; i < RA_COUNT(keys); i++) {
        struct ra_span v = ra_json_text(ra_json_get(tree, keys[i]));
        if (!sealed(v))
            continue;
        ra_scrub_learn(v);
        bool open = ra_file_beside(f, "key.json") || ra_file_beside(f, "../.sfdx/key.json");
        ra_file_locked(f, keys[i], "keyring", open ? "key.json" : NULL);
        any = true;
    }
    if (!any)
        ra_tree_secrets(f, tree, "");
    return true;
}

// The token counts while its server runs. Processes are looked up only where nothing hides them from us.
bool ra_read_jupyter(struct ra_file *f)
{
    struct ra_json *tree;
    struct ra_stat st;
    int64_t pid;
    if (ra_json_parse(f->c->arena, f->text, false, &tree, NULL))
        return false;
    const struct ra_json *token = ra_json_get(tree, "token"), *key = ra_json_get(tree, "key");
    const struct ra_json *v = token && ra_json_text(token).n ? token : key;
    struct ra_reach *r = v ? ra_file_holds(f, v == token ? "token" : "key", v->line, ra_json_text(v), "token", "jupyter") : NULL;
    const char *box = f->c->inv->target.box.kind;
    if (!r || !box || strcmp(box, "none") != 0 || !ra_json_i64(ra_json_get(tree, "pid"), &pid) || pid <= 0)
        return true;
    struct ra_reply gone = ra_host_stat(f->c->host, ra_strfmt(f->c->arena, "/proc/%lld", (long long)pid), &st);
    if (ra_looked(f->c, gone, RA_ON_PID) == RA_STATE_ABSENT &&
        ra_host_stat(f->c->host, "/proc/self/stat", &st).err == 0)
        ra_file_protected(f, r, "its server has ended");
    return true;
}

// Cookies with an end of their own; -1 and 0 last as long as the browser. Source: Playwright, storageState.
bool ra_read_storage_state(struct ra_file *f)
{
    struct ra_json *tree;
    int64_t latest = 0, n = 0, at;
    bool open_end = false;
    if (ra_json_parse(f->c->arena, f->text, false, &tree, NULL))
        return false;
    const struct ra_json *cookies = ra_json_get(tree, "cookies");
    for (const struct ra_json *m = cookies && cookies->type == RA_JSON_ARRAY ? cookies->child : NULL; m; m = m->next, n++) {
        ra_scrub_learn(ra_json_text(ra_json_get(m, "value")));
        if (!ra_file_json_time(ra_json_get(m, "expires"), &at) || at <= 0)
            open_end = true;
        else if (at > latest)
            latest = at;
    }
    if (n) {
        struct ra_reach *r = ra_file_unread(f, "cookies", "cookies of logged-in sites");
        ra_reach_number(f->c->inv, r, "cookies", n);
        if (!open_end)
            ra_file_expires(f, r, latest);
    }
    ra_tree_secrets(f, ra_json_get(tree, "origins"), "origins");
    return true;
}

// Encrypted with key4.db beside it, which opens without a password unless the person set one.
bool ra_read_firefox_logins(struct ra_file *f)
{
    struct ra_json *tree;
    int64_t n = 0;
    if (ra_json_parse(f->c->arena, f->text, false, &tree, NULL))
        return false;
    const struct ra_json *logins = ra_json_get(tree, "logins");
    for (const struct ra_json *m = logins && logins->type == RA_JSON_ARRAY ? logins->child : NULL; m; m = m->next)
        n++;
    if (n == 0)
        return true;
    struct ra_reach *r = ra_file_unread(f, NULL, "saved logins");
    ra_reach_number(f->c->inv, r, "logins", n);
    if (!ra_file_beside(f, "key4.db") && !ra_file_beside(f, "key3.db"))
        ra_file_protected(f, r, "its key is not in reach");
    return true;
}

bool ra_read_signal(struct ra_file *f)
{
    struct ra_json *tree;
    if (ra_json_parse(f->c->arena, f->text, false, &tree, NULL))
        return false;
    const struct ra_json *key = ra_json_get(tree, "key");
    if (key && ra_json_text(key).n)
        ra_file_holds(f, "key", key->line, ra_json_text(key), "key", "signal");
    else if (ra_json_text(ra_json_get(tree, "encryptedKey")).n)
        ra_file_locked(f, "encryptedKey", "keyring", NULL);
    return true;
}

// A running browser writes where it can be steered from. Source: Chrome DevTools Protocol.
bool ra_read_devtools(struct ra_file *f)
{
    struct ra_span rest = f->text, port;
    uint64_t n;
    if (ra_span_line(&rest, &port) && ra_span_u64(ra_span_trim(port), 10, &n) && n < 65536)
        ra_reach_number(f->c->inv, ra_file_place(f, NULL, 1), "port", (int64_t)n);
    return true;
}

// A JSON Web Token that may end, and the seed that it names. Source: NATS, "Creds file".
bool ra_read_nats_creds(struct ra_file *f)
{
    struct ra_span rest = f->text, line;
    struct ra_jwt jwt;
    bool ends = false;
    for (unsigned n = 1; ra_span_line(&rest, &line); n++) {
        bool user = ra_span_find(line, RA_SPAN("BEGIN NATS USER JWT")) >= 0;
        bool seed = ra_span_find(line, RA_SPAN("NKEY SEED-")) >= 0 && ra_span_find(line, RA_SPAN("BEGIN")) >= 0;
        if ((!user && !seed) || !ra_span_line(&rest, &line))
            continue;
        n++;
        if (user)
            ends = ra_jwt_parse(f->c->arena, ra_span_trim(line), &jwt) && jwt.has_expiry;
        struct ra_reach *r = seed ? ra_file_holds(f, NULL, n, line, "seed", "nats") : NULL;
        if (r && ends)
            ra_file_expires(f, r, jwt.expires_s);
    }
    return true;
}

// Secrets in JSON, YAML and TOML files whose keys say what they hold. Parts are dotted paths of keys; entries of
// lists are called by their name where they have one. An access token that has ended is told dead only where nothing
// beside it can renew it.
#include <string.h>

#include "base/path.h"
#include "collect/files.h"
#include "parse/toml.h"
#include "parse/yaml.h"

enum { MAX_HELD = 400 }; // secrets told of one file; a state file may hold thousands, and that is no news after these

static bool name_in(struct ra_span key, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (ra_span_is_nocase(key, names[i]))
            return true;
    return false;
}

static bool expiry_of(const struct ra_json *object, bool refresh, int64_t *ret_s)
{
    static const char *const names[] = {"expires",     "expiresAt",  "expires_at",      "expiry",     "expiry_date",
                                        "expiration",  "expires_on", "expiration_time", "expiryDate", "expirationTime",
                                        "token_expiry", "exp",       "validUntil",      "valid_until", "expirationDate",
                                        "expire_at",   "expired_at", "sts_expiration",  "expiresOn",
                                        "access_token_expires_at",   "accessTokenExpiresAt", "token_expires_at"};
    static const char *const refreshed[] = {"refresh_token_expires_at", "refreshTokenExpiresAt", "refresh_expires_at",
                                            "refreshExpiresAt", "registrationExpiresAt", "refresh_token_expiry"};
    for (const struct ra_json *m = object->child; m; m = m->next)
        if ((refresh ? name_in(m->key, refreshed, RA_COUNT(refreshed)) : name_in(m->key, names, RA_COUNT(names))) &&
            ra_file_json_time(m, ret_s) && *ret_s > 0) // 0: no end
            return true;
    return false;
}

static const char *item_name(struct ra_arena *a, const struct ra_json *item, size_t index)
{
    static const char *const names[] = {"name", "id", "host", "machine", "user"};
    for (size_t i = 0; item->type == RA_JSON_OBJECT && i < RA_COUNT(names); i++) {
        const struct ra_json *v = ra_json_get(item, names[i]);
        if (v && v->type == RA_JSON_STRING && v->text.n && v->text.n < 80)
            return ra_strndup(a, v->text);
    }
    return ra_strfmt(a, "%zu", index);
}

// "NAME=value" as compose files and argument lists hold it, and shapes inside longer text.
static void in_text(struct ra_file *f, const struct ra_json *v, const char *part)
{
    struct ra_span rest = v->text, name;
    size_t from = 0, at, n;
    struct ra_secret_fact fact;
    if (ra_span_until(&rest, '=', &name) && rest.p && name.n && name.n < 80 && ra_span_chr(name, ' ') < 0 &&
        ra_file_holds(f, part, v->line, rest, ra_strndup(f->c->arena, name), NULL))
        return;
    while (ra_recognise_next(v->text, from, &at, &n, &fact)) {
        ra_file_hit(f, part, v->line, &fact);
        from = at + n;
    }
}

static void string(struct ra_file *f, const struct ra_json *v, const char *part, const char *hint,
                   const struct ra_json *object)
{
    int64_t at;
    struct ra_reach *secret = ra_file_holds(f, part, v->line, v->text, hint, NULL);
    if (!secret)
        in_text(f, v, part);
    else if (object && expiry_of(object, ra_span_find_nocase(ra_span_of(hint), "refresh") >= 0, &at))
        ra_file_expires(f, secret, at);
}

static void walk(struct ra_file *f, const struct ra_json *v, const char *part, const char *hint,
                 const struct ra_json *object)
{
    struct ra_arena *a = f->c->arena;
    size_t index = 0;
    if (f->held >= MAX_HELD) {
        f->cut = true;
        return;
    }
    if (v->type == RA_JSON_STRING) {
        string(f, v, part, hint, object);
        return;
    }
    if (v->type != RA_JSON_OBJECT && v->type != RA_JSON_ARRAY)
        return;
    for (const struct ra_json *m = v->child; m; m = m->next, index++) {
        bool named = v->type == RA_JSON_OBJECT;
        const char *step = named ? ra_strndup(a, m->key) : item_name(a, m, index);
        walk(f, m, *part ? ra_strfmt(a, "%s.%s", part, step) : step, named ? step : hint, named ? v : object);
    }
}

void ra_tree_secrets(struct ra_file *f, const struct ra_json *tree, const char *prefix)
{
    if (tree)
        walk(f, tree, prefix, "", NULL);
    if (f->cut)
        ra_unseen(f->c, ra_path_tilde(f->c->arena, f->path, f->c->home),
                  ra_strfmt(f->c->arena, "%s holds more secrets than are told", f->path),
                  (struct ra_reply){.call = "read", .truncated = true}, f->path);
    f->cut = false;
}

// Secrets that no name tells, by the place they are known to have.
static const struct {
    const char *ref, *path, *provider;
} fields[] = {
#define RA_FIELD(ref, path, provider) {#ref, path, provider},
#include "catalogue/fields.def"
#undef RA_FIELD
};

static void field(struct ra_file *f, const struct ra_json *v, struct ra_span path, const char *part, const char *provider)
{
    struct ra_span step;
    if (!v)
        return;
    if (!ra_span_until(&path, '.', &step)) {
        if (v->type == RA_JSON_STRING && v->text.n >= 8 && ra_span_chr(v->text, ' ') < 0)
            ra_file_holds(f, part, v->line, v->text, ra_strndup(f->c->arena, v->key), provider);
        return;
    }
    for (const struct ra_json *m = v->type == RA_JSON_OBJECT || v->type == RA_JSON_ARRAY ? v->child : NULL; m; m = m->next) {
        const char *name = v->type == RA_JSON_OBJECT ? ra_strndup(f->c->arena, m->key) : item_name(f->c->arena, m, 0);
        if (ra_span_is(step, "*") || ra_span_eq(step, m->key))
            field(f, m, path, *part ? ra_strfmt(f->c->arena, "%s.%s", part, name) : name, provider);
    }
}

static void known_fields(struct ra_file *f, const struct ra_json *tree)
{
    for (size_t i = 0; i < RA_COUNT(fields); i++)
        if (strcmp(fields[i].ref, f->place->ref) == 0)
            field(f, tree, ra_span_of(fields[i].path), "", fields[i].provider);
}

bool ra_read_json_secrets(struct ra_file *f)
{
    struct ra_json *tree;
    if (ra_json_parse(f->c->arena, f->text, true, &tree, NULL)) {
        ra_lines_secrets(f, true);
        return false;
    }
    known_fields(f, tree);
    ra_tree_secrets(f, tree, "");
    return true;
}

// Anchors and several documents are beyond the parser; such files are read line by line instead.
bool ra_read_yaml_secrets(struct ra_file *f)
{
    struct ra_json *tree;
    if (ra_yaml_parse(f->c->arena, f->text, &tree, NULL)) {
        ra_lines_secrets(f, true);
        return f->place->pattern[0] == '$' && f->place->pattern[1] == 'W';
    }
    known_fields(f, tree);
    ra_tree_secrets(f, tree, "");
    return true;
}

bool ra_read_toml_secrets(struct ra_file *f)
{
    struct ra_json *tree;
    if (ra_toml_parse(f->c->arena, f->text, &tree, NULL)) {
        ra_lines_secrets(f, true);
        return false;
    }
    known_fields(f, tree);
    ra_tree_secrets(f, tree, "");
    return true;
}

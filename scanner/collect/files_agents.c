// The coding agents' own logins. A session of the agent itself is one narrow grant (role agent-session); keys of an
// API and logins at other services are not. Settings are the agent collector's.
#include <string.h>

#include "collect/files.h"
#include "parse/keys.h"

static struct ra_reach *member(struct ra_file *f, const struct ra_json *object, const char *key, const char *part,
                               const char *provider)
{
    const struct ra_json *v = ra_json_get(object, key);
    return v && ra_json_text(v).n ? ra_file_holds(f, part, v->line, ra_json_text(v), key, provider) : NULL;
}

bool ra_read_claude(struct ra_file *f)
{
    struct ra_json *tree;
    int64_t at;
    if (ra_json_parse(f->c->arena, f->text, false, &tree, NULL) || tree->type != RA_JSON_OBJECT)
        return false;
    const struct ra_json *own = ra_json_get(tree, "claudeAiOauth");
    struct ra_reach *access = member(f, own, "accessToken", "claudeAiOauth.accessToken", "anthropic");
    ra_file_session(access, RA_RADIUS_GRANT);
    if (ra_file_json_time(ra_json_get(own, "expiresAt"), &at) && access)
        ra_file_expires(f, access, at);
    ra_file_session(member(f, own, "refreshToken", "claudeAiOauth.refreshToken", "anthropic"), RA_RADIUS_GRANT);
    for (const struct ra_json *m = tree->child; m; m = m->next)
        if (m != own)
            ra_tree_secrets(f, m, ra_strndup(f->c->arena, m->key));
    return true;
}

// Of this large file only the key that a login without a subscription leaves in it.
bool ra_read_claude_state(struct ra_file *f)
{
    struct ra_json *tree;
    if (ra_json_parse(f->c->arena, f->text, false, &tree, NULL) || tree->type != RA_JSON_OBJECT)
        return false;
    member(f, tree, "primaryApiKey", "primaryApiKey", "anthropic");
    return true;
}

static void codex_token(struct ra_file *f, const struct ra_json *tokens, const char *key)
{
    struct ra_jwt jwt;
    const struct ra_json *v = ra_json_get(tokens, key);
    struct ra_reach *r = member(f, tokens, key, ra_strfmt(f->c->arena, "tokens.%s", key), "openai");
    ra_file_session(r, RA_RADIUS_GRANT);
    if (r && ra_jwt_parse(f->c->arena, ra_json_text(v), &jwt) && jwt.has_expiry)
        ra_file_expires(f, r, jwt.expires_s);
}

bool ra_read_codex(struct ra_file *f)
{
    struct ra_json *tree;
    if (ra_json_parse(f->c->arena, f->text, false, &tree, NULL) || tree->type != RA_JSON_OBJECT)
        return false;
    const struct ra_json *tokens = ra_json_get(tree, "tokens");
    member(f, tree, "OPENAI_API_KEY", "OPENAI_API_KEY", "openai");
    codex_token(f, tokens, "id_token");
    codex_token(f, tokens, "access_token");
    codex_token(f, tokens, "refresh_token");
    return true;
}

// Gemini CLI and its kin. A token with the cloud-platform scope opens more than the model.
bool ra_read_gemini(struct ra_file *f)
{
    struct ra_json *tree;
    int64_t at;
    if (ra_json_parse(f->c->arena, f->text, false, &tree, NULL) || tree->type != RA_JSON_OBJECT)
        return false;
    bool wide = ra_span_find(ra_json_text(ra_json_get(tree, "scope")), RA_SPAN("cloud-platform")) >= 0;
    enum ra_radius ceiling = wide ? RA_RADIUS_PERSON : RA_RADIUS_GRANT;
    const char *provider = strcmp(f->place->ref, "A004") == 0 && strstr(f->place->pattern, "gemini") ? "google" : "qwen";
    struct ra_reach *access = member(f, tree, "access_token", "access_token", provider);
    ra_file_session(access, ceiling);
    if (access && ra_file_json_time(ra_json_get(tree, "expiry_date"), &at))
        ra_file_expires(f, access, at);
    struct ra_reach *id = member(f, tree, "id_token", "id_token", provider);
    ra_file_session(id, RA_RADIUS_GRANT);
    ra_file_session(member(f, tree, "refresh_token", "refresh_token", provider), ceiling);
    return true;
}

// A token of GitHub: what else it may do on GitHub is told by nobody but GitHub.
bool ra_read_copilot(struct ra_file *f)
{
    struct ra_json *tree;
    if (ra_json_parse(f->c->arena, f->text, true, &tree, NULL) || tree->type != RA_JSON_OBJECT)
        return false;
    for (const struct ra_json *m = tree->child; m; m = m->next) {
        struct ra_reach *r = member(f, m, "oauth_token", ra_strndup(f->c->arena, m->key), "github");
        if (r)
            r->role = "agent-session";
        else
            ra_tree_secrets(f, m, ra_strndup(f->c->arena, m->key));
    }
    return true;
}

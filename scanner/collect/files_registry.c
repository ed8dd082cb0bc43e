// Logins of package and image registries.
#include <string.h>

#include "collect/files.h"
#include "parse/ini.h"
#include "parse/keys.h"

// "//host/path/:_authToken": the host is the part; without one the key itself.
static const char *npm_part(struct ra_file *f, struct ra_span key)
{
    if (!ra_span_starts(key, "//"))
        return ra_strndup(f->c->arena, key);
    struct ra_span rest = ra_span_cut(key, 2, key.n);
    size_t n = 0;
    while (n < rest.n && rest.p[n] != '/' && !(rest.p[n] == ':' && n + 1 < rest.n && rest.p[n + 1] == '_'))
        n++;
    return ra_strndup(f->c->arena, ra_span_cut(rest, 0, n));
}

static const char *copy(struct ra_file *f, struct ra_span s)
{
    return s.n ? ra_strndup(f->c->arena, s) : NULL;
}

// Of "//host/path/:_authToken", or of the file's registry where the key names none.
static void npm_beside(struct ra_file *f, struct ra_span key)
{
    ptrdiff_t end = ra_span_find(key, RA_SPAN("/:_"));
    struct ra_span url = ra_file_ini(f, NULL, "registry");
    if (ra_span_starts(key, "//"))
        url = ra_span_cut(key, 0, end < 0 ? key.n : (size_t)end);
    const char *text = copy(f, url);
    if (text && strncmp(text, "//", 2) == 0)
        text = ra_strfmt(f->c->arena, "https:%s", text);
    f->c->beside = (struct ra_beside){.provider = "npm", .host = text, .path = text ? ra_held_url_path(f->c->arena, text) : NULL};
}

// "_auth" is user:password in base64, "_password" a password in base64 beside "username".
static void npm_login(struct ra_file *f, struct ra_span key, struct ra_span value)
{
    size_t n;
    npm_beside(f, key);
    if (ra_span_ends(key, "_authToken"))
        return;
    char *plain = ra_base64_decode(f->c->arena, value, &n);
    struct ra_span text = {plain ? plain : "", plain ? n : 0};
    ptrdiff_t colon = ra_span_chr(text, ':');
    bool both = ra_span_ends(key, "_auth");
    struct ra_span user = {"", 0};
    if (both && colon > 0) {
        user = ra_span_cut(text, 0, (size_t)colon);
        text = ra_span_cut(text, (size_t)colon + 1, text.n);
    } else if (!both && key.n > 9) {
        const char *name = ra_strfmt(f->c->arena, "%susername", ra_strndup(f->c->arena, ra_span_cut(key, 0, key.n - 9)));
        user = ra_file_ini(f, NULL, name);
    }
    if (!user.n || !text.n) {
        f->c->beside = (struct ra_beside){0}; // half a login
        return;
    }
    f->c->beside.user = copy(f, user);
    f->c->beside.value = text;
    ra_scrub_learn(text);
}

// Source: npm, "npmrc", auth related configuration; ${VAR} is replaced from the environment and is no secret here.
bool ra_read_npmrc(struct ra_file *f)
{
    static const char *const ends[] = {"_authToken", "_auth", "_password", "keyfile"};
    struct ra_ini it = {.rest = f->text};
    struct ra_span key, value;
    while (ra_ini_next(&it, &key, &value)) {
        bool login = false;
        for (size_t i = 0; i < RA_COUNT(ends) - 1; i++)
            login |= ra_span_ends(key, ends[i]);
        if (login && f->c->held)
            npm_login(f, key, value);
        if (login)
            ra_file_holds(f, npm_part(f, key), it.line, value, "_authToken", "npm");
        else
            ra_file_holds(f, ra_strndup(f->c->arena, key), it.line, value, NULL, NULL); // proxy=http://user:pw@host
        f->c->beside = (struct ra_beside){0};
    }
    return true;
}

bool ra_read_pypirc(struct ra_file *f)
{
    struct ra_ini it = {.rest = f->text};
    struct ra_span key, value;
    while (ra_ini_next(&it, &key, &value)) {
        const char *part = it.section.n ? ra_strndup(f->c->arena, it.section) : "pypi";
        bool password = ra_span_is_nocase(key, "password");
        ra_file_holds(f, part, it.line, value, password ? "password" : NULL, password ? "pypi" : NULL);
    }
    return true;
}

// user:password in base64; both forms are learnt, so that neither is ever shown.
static void docker_auth(struct ra_file *f, const char *host, const struct ra_json *v)
{
    size_t n;
    struct ra_span text = ra_json_text(v);
    char *plain = ra_base64_decode(f->c->arena, text, &n);
    ptrdiff_t colon = plain ? ra_span_chr((struct ra_span){plain, n}, ':') : -1;
    while (plain && n && plain[n - 1] == 0)
        n--;
    struct ra_span both = {plain, plain ? n : 0};
    if (colon >= 0)
        f->c->beside = (struct ra_beside){.provider = "docker", .host = host, .value = ra_span_cut(both, (size_t)colon + 1, n),
                                          .user = ra_strndup(f->c->arena, ra_span_cut(both, 0, (size_t)colon))};
    struct ra_reach *secret = ra_file_holds(f, host, v->line, text, "password", "docker");
    f->c->beside = (struct ra_beside){0};
    if (secret && colon >= 0)
        ra_scrub_learn(ra_span_cut(both, (size_t)colon + 1, n));
}

static void docker_hosts(struct ra_file *f, const struct ra_json *auths)
{
    for (const struct ra_json *m = auths ? auths->child : NULL; m; m = m->next) {
        const char *host = ra_strndup(f->c->arena, m->key);
        const struct ra_json *auth = ra_json_get(m, "auth"), *token = ra_json_get(m, "identitytoken"),
                             *registry = ra_json_get(m, "registrytoken"), *password = ra_json_get(m, "password");
        if (auth && ra_json_text(auth).n)
            docker_auth(f, host, auth);
        f->c->beside = (struct ra_beside){.provider = "docker", .host = host, .type = "identity-token"};
        if (token && ra_json_text(token).n)
            ra_file_holds(f, host, token->line, ra_json_text(token), "identitytoken", "docker");
        f->c->beside.type = "registry-token";
        if (registry && ra_json_text(registry).n)
            ra_file_holds(f, host, registry->line, ra_json_text(registry), "registrytoken", "docker");
        f->c->beside = (struct ra_beside){0};
        if (password && ra_json_text(password).n)
            ra_file_holds(f, host, password->line, ra_json_text(password), "password", "docker");
    }
}

// Source: Docker, config.json; containers-auth.json(5). A helper hands the login to whoever runs it: it is named.
bool ra_read_docker_config(struct ra_file *f)
{
    struct ra_json *tree;
    if (ra_json_parse(f->c->arena, f->text, false, &tree, NULL) || tree->type != RA_JSON_OBJECT)
        return false;
    docker_hosts(f, ra_json_get(tree, "auths"));
    ra_tree_secrets(f, ra_json_get(tree, "HttpHeaders"), "HttpHeaders");
    ra_tree_secrets(f, ra_json_get(tree, "proxies"), "proxies");
    const struct ra_json *store = ra_json_get(tree, "credsStore"), *helpers = ra_json_get(tree, "credHelpers");
    if (store && ra_json_text(store).n)
        ra_reach_text(f->c->inv, ra_file_place(f, "credsStore", store->line), "helper",
                      ra_strndup(f->c->arena, ra_json_text(store)));
    for (const struct ra_json *m = helpers ? helpers->child : NULL; m; m = m->next)
        ra_reach_text(f->c->inv, ra_file_place(f, ra_strndup(f->c->arena, m->key), m->line), "helper",
                      ra_strndup(f->c->arena, ra_json_text(m)));
    return true;
}

// The form before Docker 1.7: hosts at the top.
bool ra_read_dockercfg(struct ra_file *f)
{
    struct ra_json *tree;
    if (ra_json_parse(f->c->arena, f->text, false, &tree, NULL) || tree->type != RA_JSON_OBJECT)
        return false;
    docker_hosts(f, tree);
    return true;
}

// "gitlab-token": {"host": "..."}, "http-basic": {"host": {"password": "..."}}. Source: Composer, "Authentication".
bool ra_read_composer(struct ra_file *f)
{
    static const char *const maps[] = {"github-oauth", "gitlab-token", "gitlab-oauth", "bearer", "forgejo-token"};
    struct ra_json *tree;
    if (ra_json_parse(f->c->arena, f->text, false, &tree, NULL))
        return false;
    for (size_t i = 0; i < RA_COUNT(maps); i++) {
        const struct ra_json *map = ra_json_get(tree, maps[i]);
        for (const struct ra_json *m = map ? map->child : NULL; m; m = m->next)
            if (ra_json_text(m).n)
                ra_file_holds(f, ra_strndup(f->c->arena, m->key), m->line, ra_json_text(m), "token",
                              ra_span_starts(ra_span_of(maps[i]), "github") ? "github" : "composer");
            else
                ra_tree_secrets(f, m, ra_strndup(f->c->arena, m->key));
    }
    const struct ra_json *basic = ra_json_get(tree, "http-basic");
    for (const struct ra_json *m = basic ? basic->child : NULL; m; m = m->next) {
        const struct ra_json *password = ra_json_get(m, "password");
        if (password)
            ra_file_holds(f, ra_strndup(f->c->arena, m->key), password->line, ra_json_text(password), "password",
                          "composer");
    }
    return true;
}

// ":rubygems_api_key: x" and Bundler's BUNDLE_HOST: "user:password".
bool ra_read_gem(struct ra_file *f)
{
    struct ra_span rest = f->text, line;
    for (unsigned n = 1; ra_span_line(&rest, &line); n++) {
        struct ra_span text = ra_span_trim(line);
        bool symbol = ra_span_starts(text, ":");
        text = symbol ? ra_span_cut(text, 1, text.n) : text;
        ptrdiff_t at = ra_span_find(text, RA_SPAN(": "));
        if (at <= 0 || text.p[0] == '#')
            continue;
        struct ra_span key = ra_span_cut(text, 0, (size_t)at), value = ra_span_trim(ra_span_cut(text, (size_t)at + 2, text.n));
        while (value.n >= 2 && strchr("\"'", value.p[0]) && value.p[value.n - 1] == value.p[0])
            value = ra_span_cut(value, 1, value.n - 2);
        const char *name = ra_strndup(f->c->arena, key);
        ptrdiff_t colon = ra_span_chr(value, ':');
        bool login = !symbol && colon > 0 && ra_span_find(value, RA_SPAN("://")) < 0 && ra_span_starts(key, "BUNDLE_") &&
                     ra_span_find(key, RA_SPAN("__")) > 0;
        if (symbol || login)
            ra_file_holds(f, name, n, login ? ra_span_cut(value, (size_t)colon + 1, value.n) : value, name, "rubygems");
        else
            ra_file_holds(f, name, n, value, name, NULL);
    }
    return true;
}

// <password>x</password> and the like, with the nearest <id> or <host> before it as the part. {x} is encrypted with
// Maven's master password. This reads what is written, not the document: entities and namespaces do not matter here.
bool ra_read_xml_secrets(struct ra_file *f)
{
    struct ra_span rest = f->text, line, id = {"", 0};
    bool master = ra_span_ends(ra_span_of(f->path), "settings-security.xml");
    for (unsigned n = 1; ra_span_line(&rest, &line); n++) {
        struct ra_span text = line, before, tag, value;
        while (ra_span_until(&text, '<', &before) && text.p && ra_span_until(&text, '>', &tag) && text.p) {
            ptrdiff_t end = ra_span_chr(text, '<');
            value = ra_span_trim(ra_span_cut(text, 0, end < 0 ? text.n : (size_t)end));
            struct ra_span name = tag;
            ra_span_word(&tag, &name);
            if (ra_span_is_nocase(name, "id") || ra_span_is_nocase(name, "host"))
                id = value;
            bool secret = ra_recognise_name(name) || (master && ra_span_is(name, "master"));
            const char *part = ra_strndup(f->c->arena, id.n ? id : name);
            if (!secret || value.n == 0)
                continue;
            if (value.n > 2 && value.p[0] == '{' && value.p[value.n - 1] == '}') {
                // The master password itself is encrypted with a published key.
                bool open = master || ra_file_beside(f, "settings-security.xml");
                ra_file_locked(f, part, "encrypted", open ? "settings-security.xml" : NULL);
            } else {
                ra_file_holds(f, part, n, value, "password", "generic");
            }
        }
    }
    return true;
}

static struct ra_span attribute(struct ra_span tag, const char *name)
{
    ptrdiff_t at = ra_span_find_nocase(tag, name);
    struct ra_span rest = at < 0 ? (struct ra_span){"", 0} : ra_span_cut(tag, (size_t)at + strlen(name), tag.n);
    struct ra_span value = {"", 0};
    if (rest.n && rest.p[0] == '"') {
        rest = ra_span_cut(rest, 1, rest.n);
        ra_span_until(&rest, '"', &value);
    }
    return value;
}

// <add key="ClearTextPassword" value="x" />. Source: NuGet, "nuget.config reference", packageSourceCredentials.
bool ra_read_nuget(struct ra_file *f)
{
    struct ra_span rest = f->text, line;
    for (unsigned n = 1; ra_span_line(&rest, &line); n++) {
        struct ra_span key = attribute(line, "key="), value = attribute(line, "value=");
        bool secret = ra_span_is_nocase(key, "ClearTextPassword");
        if (value.n && ra_span_is_nocase(key, "Password")) // sealed by Windows for one user there
            ra_file_locked(f, "Password", "encrypted", NULL);
        else if (value.n)
            ra_file_holds(f, ra_strndup(f->c->arena, key), n, value, secret ? "password" : NULL, secret ? "nuget" : NULL);
    }
    return true;
}

// <property><name>fs.s3a.secret.key</name><value>x</value></property>. Source: Hadoop, "Configuration".
bool ra_read_xml_properties(struct ra_file *f)
{
    struct ra_span rest = f->text, line, name = {"", 0};
    for (unsigned n = 1; ra_span_line(&rest, &line); n++) {
        struct ra_span text = line, before, tag;
        while (ra_span_until(&text, '<', &before) && text.p && ra_span_until(&text, '>', &tag) && text.p) {
            ptrdiff_t end = ra_span_chr(text, '<');
            struct ra_span value = ra_span_trim(ra_span_cut(text, 0, end < 0 ? text.n : (size_t)end));
            if (ra_span_is(tag, "name"))
                name = value;
            else if (ra_span_is(tag, "value") && name.n && value.n)
                ra_file_holds(f, ra_strndup(f->c->arena, name), n, value, ra_strndup(f->c->arena, name), NULL);
        }
    }
    return true;
}

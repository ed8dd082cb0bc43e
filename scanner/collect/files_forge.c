// Logins of forges and of everything that asks by host: GitHub CLI, git's stores and settings, netrc, Subversion,
// PostgreSQL's password file. Asks no credential helper; names it.
#include <string.h>

#include "collect/files.h"
#include "model/scrub.h"
#include "parse/ini.h"
#include "parse/keys.h"
#include "parse/netrc.h"
#include "parse/yaml.h"

// Every user of every host is in reach, not only the active one. Without a token in the file it is in a keyring.
static void gh_host(struct ra_file *f, const struct ra_json *host)
{
    const char *name = ra_strndup(f->c->arena, host->key);
    const struct ra_json *token = ra_json_get(host, "oauth_token"), *users = ra_json_get(host, "users");
    unsigned before = f->held;
    if (token && ra_json_text(token).n)
        ra_file_holds(f, name, token->line, ra_json_text(token), "oauth_token", "github");
    for (const struct ra_json *u = users ? users->child : NULL; u; u = u->next) {
        const struct ra_json *own = ra_json_get(u, "oauth_token");
        if (own && ra_json_text(own).n)
            ra_file_holds(f, ra_strfmt(f->c->arena, "%s/%s", name, ra_strndup(f->c->arena, u->key)), own->line,
                          ra_json_text(own), "oauth_token", "github");
    }
    if (f->held == before)
        ra_reach_text(f->c->inv, ra_file_place(f, name, host->key_line), "token", "in a keyring");
}

bool ra_read_gh_hosts(struct ra_file *f)
{
    struct ra_json *tree;
    if (ra_yaml_parse(f->c->arena, f->text, &tree, NULL) || tree->type != RA_JSON_OBJECT)
        return false;
    for (const struct ra_json *m = tree->child; m; m = m->next)
        if (m->type == RA_JSON_OBJECT)
            gh_host(f, m);
    return true;
}

// Under "hosts" a login each, as gh writes it; api_host is where the interface answers. What else there is may hold
// secrets under any name. Source: glab, "Configuration".
bool ra_read_glab(struct ra_file *f)
{
    static const char *const keys[] = {"token", "job_token", "oauth2_refresh_token"};
    struct ra_json *tree;
    if (ra_yaml_parse(f->c->arena, f->text, &tree, NULL) || tree->type != RA_JSON_OBJECT)
        return false;
    const struct ra_json *hosts = ra_json_get(tree, "hosts");
    for (const struct ra_json *m = hosts && hosts->type == RA_JSON_OBJECT ? hosts->child : NULL; m; m = m->next) {
        const char *host = ra_strndup(f->c->arena, m->key);
        struct ra_span api = ra_json_text(ra_json_get(m, "api_host"));
        f->c->beside = (struct ra_beside){.provider = "gitlab", .host = api.n ? ra_strndup(f->c->arena, api) : host};
        f->c->beside.path = ra_held_url_path(f->c->arena, f->c->beside.host);
        for (size_t i = 0; i < RA_COUNT(keys); i++) {
            const struct ra_json *v = ra_json_get(m, keys[i]);
            f->c->beside.type = i == 1 ? "ci-job" : i == 2 ? "refresh" : NULL;
            if (v && ra_json_text(v).n)
                ra_file_holds(f, host, v->line, ra_json_text(v), keys[i], "gitlab");
        }
        f->c->beside = (struct ra_beside){0};
    }
    for (const struct ra_json *m = tree->child; m; m = m->next)
        if (!ra_span_is(m->key, "hosts"))
            ra_tree_secrets(f, m, ra_strndup(f->c->arena, m->key));
    return true;
}

// The host of a URL, for the part.
static const char *host_of(struct ra_file *f, struct ra_span url)
{
    ptrdiff_t at = ra_span_find(url, RA_SPAN("://"));
    struct ra_span rest = at < 0 ? url : ra_span_cut(url, (size_t)at + 3, url.n);
    size_t end = 0, start = 0;
    while (end < rest.n && !strchr("/?#", rest.p[end]))
        end++;
    for (size_t i = 0; i < end; i++)
        if (rest.p[i] == '@')
            start = i + 1;
    return ra_strndup(f->c->arena, ra_span_cut(rest, start, end - start));
}

// One URL a line. Source: git-credential-store(1).
bool ra_read_git_credentials(struct ra_file *f)
{
    struct ra_span rest = f->text, line;
    for (unsigned n = 1; ra_span_line(&rest, &line); n++) {
        line = ra_span_trim(line);
        if (line.n)
            ra_file_holds(f, host_of(f, line), n, line, NULL, NULL);
    }
    return f->held > 0 || ra_span_trim(f->text).n == 0;
}

static const struct ra_place included = {"G004", "", RA_PLACE_FORGE, RA_SEVERITY_HIGH, RA_RADIUS_GRANT,
                                         RA_RADIUS_ORGANIZATION, "git settings", RA_READER_git_config, NULL};
static const struct ra_place signing_key = {"K029", "", RA_PLACE_KEY, RA_SEVERITY_CRITICAL, RA_RADIUS_GRANT,
                                            RA_RADIUS_ORGANIZATION, "key that signs commits", RA_READER_ssh_key, NULL};

// Settings that name a program which git would run, or the key that it signs with.
static const struct program {
    const char *ref, *section, *key, *part, *detail;
    bool signing_key;
} programs[] = {
#define RA_GIT_PROGRAM(ref, section, key, detail, signing) {#ref, section, key, section "." key, detail, signing},
#include "catalogue/git_programs.def"
#undef RA_GIT_PROGRAM
};

static const struct program *program_of(struct ra_span section, struct ra_span key)
{
    for (size_t i = 0; i < RA_COUNT(programs); i++)
        if (ra_span_is_nocase(key, programs[i].key) && ra_span_starts(section, programs[i].section) &&
            (section.n == strlen(programs[i].section) || section.p[strlen(programs[i].section)] == '.'))
            return &programs[i];
    return NULL;
}

// Of a login both halves may be the secret: forges take a token as the name too, beside "x-oauth-basic" or nothing.
static void login(struct ra_file *f, const char *part, unsigned line, struct ra_span user, struct ra_span password,
                  const char *hint, const char *provider)
{
    struct ra_secret_fact fact = {0};
    bool says_so = ra_span_is_nocase(password, "x-oauth-basic");
    if (user.n && (says_so || ra_recognise_value(user, &fact))) {
        const char *name = f->c->beside.user;
        f->c->beside.user = NULL;
        ra_scrub_learn(user);
        ra_file_holds(f, part, line, user, "token", provider);
        f->c->beside.user = name;
    }
    if (password.n && !says_so)
        ra_file_holds(f, part, line, password, hint, provider);
}

// "AUTHORIZATION: basic base64(user:token)", as CI checkouts leave it behind; another header is a secret as a whole.
static void extra_header(struct ra_file *f, const char *part, struct ra_span section, unsigned line, struct ra_span value)
{
    ptrdiff_t basic = ra_span_find_nocase(value, "basic ");
    size_t n = 0;
    char *plain = basic < 0 ? NULL
                            : ra_base64_decode(f->c->arena, ra_span_trim(ra_span_cut(value, (size_t)basic + 6, value.n)), &n);
    struct ra_span both = {plain ? plain : "", plain ? n : 0};
    ptrdiff_t colon = ra_span_chr(both, ':');
    if (colon < 0) {
        ra_file_holds(f, part, line, value, "extraheader", NULL);
        return;
    }
    struct ra_span user = ra_span_cut(both, 0, (size_t)colon), password = ra_span_cut(both, (size_t)colon + 1, both.n);
    ra_scrub_learn(ra_span_trim(ra_span_cut(value, (size_t)basic + 6, value.n)));
    f->c->beside.user = ra_strndup(f->c->arena, user);
    if (ra_span_find(section, RA_SPAN("://")) >= 0) // http.URL.extraheader
        f->c->beside.host = ra_strndup(f->c->arena, ra_span_cut(section, strlen("http."), section.n));
    if (password.n)
        login(f, part, line, user, password, "token", "git");
    else
        ra_file_holds(f, part, line, user, "token", "git");
    f->c->beside = (struct ra_beside){0};
}

// Headers, URLs with a login, and which helper hands out passwords. Source: git-config(1).
bool ra_read_git_config(struct ra_file *f)
{
    struct ra_ini it = {.rest = f->text, .git = true};
    struct ra_span key, value;
    while (ra_ini_next(&it, &key, &value)) {
        struct ra_arena *a = f->c->arena;
        const char *part = ra_strfmt(a, "%s.%s", ra_strndup(a, it.section), ra_strndup(a, key));
        const struct program *p = program_of(it.section, key);
        if (p && value.n) {
            struct ra_reach *place = ra_file_note(f, p->part, it.line, p->detail, value);
            place->ref = p->ref;
            if (p->signing_key && ra_span_chr(value, '/') >= 0)
                ra_file_follow(f, value, &signing_key);
        } else if (ra_span_is(it.section, "include") && ra_span_is_nocase(key, "path"))
            ra_file_follow(f, value, &included);
        else if (ra_span_find(it.section, RA_SPAN("://")) >= 0 && ra_span_chr(it.section, '@') > 0)
            ra_file_holds(f, host_of(f, it.section), it.line, it.section, NULL, NULL);
        else if (ra_span_is_nocase(key, "extraheader"))
            extra_header(f, part, it.section, it.line, value);
        else
            ra_file_holds(f, part, it.line, value, ra_span_is_nocase(key, "url") ? NULL : ra_strndup(a, key), NULL);
    }
    return true;
}

// GitHub takes no passwords any more, so what stands there is a token, of whatever shape.
static bool is_github(const char *host)
{
    struct ra_span h = ra_span_of(host);
    return ra_span_is(h, "github.com") || ra_span_is(h, "api.github.com") || ra_span_ends(h, ".ghe.com");
}

bool ra_read_netrc(struct ra_file *f)
{
    struct ra_netrc it = {.rest = f->text, .line = 1};
    struct ra_netrc_entry e;
    bool any = false;
    while (ra_netrc_next(&it, &e)) {
        any = true;
        const char *part = e.is_default || e.machine.n == 0 ? "default" : ra_strndup(f->c->arena, e.machine);
        if (e.login.n)
            f->c->beside.user = ra_strndup(f->c->arena, e.login);
        login(f, part, e.line, e.login, e.password, "password", is_github(part) ? "github" : "netrc");
        f->c->beside = (struct ra_beside){0};
    }
    return any || ra_span_find(f->text, RA_SPAN("password")) < 0;
}

// Alternating "K 8\npassword\nV 6\nsecret\n". Source: Subversion's auth area, "svn.simple".
bool ra_read_svn(struct ra_file *f)
{
    struct ra_span rest = f->text, line, last = {"", 0}, key = {"", 0}, realm = {"", 0}, password = {"", 0};
    unsigned n = 0, at = 0;
    bool simple = true;
    while (ra_span_line(&rest, &line)) {
        n++;
        if (ra_span_starts(last, "K "))
            key = line;
        else if (ra_span_starts(last, "V ") && ra_span_is(key, "password"))
            password = line, at = n;
        else if (ra_span_starts(last, "V ") && ra_span_is(key, "passtype"))
            simple = ra_span_is(line, "simple");
        else if (ra_span_starts(last, "V ") && ra_span_is(key, "svn:realmstring"))
            realm = line;
        last = ra_span_starts(last, "K ") || ra_span_starts(last, "V ") ? (struct ra_span){"", 0} : line;
    }
    if (password.n && simple)
        ra_file_holds(f, realm.n ? ra_strndup(f->c->arena, realm) : NULL, at, password, "password", "subversion");
    return true;
}

// host:port:database:user:password, backslash escapes ':'. libpq passes over a file that others may read; whoever
// reads the password needs no libpq. Source: PostgreSQL, "The Password File".
bool ra_read_pgpass(struct ra_file *f)
{
    struct ra_span rest = f->text, line;
    struct ra_stat st;
    bool ignored = ra_file_stat(f, &st) && (st.mode & 077);
    for (unsigned n = 1; ra_span_line(&rest, &line); n++) {
        size_t field = 0, host = 0, i = 0;
        if (line.n == 0 || line.p[0] == '#')
            continue;
        for (; i < line.n && field < 4; i++) {
            if (line.p[i] == '\\')
                i++;
            else if (line.p[i] == ':' && ++field == 2)
                host = i;
        }
        if (field != 4 || i >= line.n)
            continue;
        struct ra_reach *secret = ra_file_holds(f, ra_strndup(f->c->arena, ra_span_cut(line, 0, host)), n,
                                                ra_span_cut(line, i, line.n), "password", "postgresql");
        if (secret && ignored)
            ra_reach_text(f->c->inv, secret, "mode", "libpq ignores the file, others may read it");
    }
    return true;
}

// Two places of a repository that run code when a person next uses git in it: hooks and config. Are they writable,
// what is in force there now (by digest, and by the settings that name a program), and does config hold a
// credential? Reads the repository's own config and that of its checkout: files that they include are not followed.
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/path.h"
#include "catalogue/recognise.h"
#include "collect/collect.h"
#include "collect/git_internal.h"
#include "parse/ini.h"
#include "parse/keys.h"

struct config {
    struct ra_collect *c;
    const struct ra_git_repo *repo;
    const char *path;
    struct ra_reach *about; // the repository
    struct ra_reach *reach; // NULL until there is something to say
    const char *hooks_path; // core.hooksPath, absolute; NULL where unset
};

static void runs_by_person(struct ra_reach *r, const char *title)
{
    r->title = title;
    r->access |= RA_WRITE;
    r->traits |= RA_TRAIT_RUNS_BY_PERSON;
    r->least = r->ceiling = RA_RADIUS_PERSON;
}

// ---- secrets in config ----------------------------------------------------------------------------

static void secret(struct config *g, const char *part, struct ra_span value, const char *hint, const char *provider,
                   unsigned line)
{
    struct ra_secret_fact f = {0};
    if (!provider && !ra_recognise_value(value, &f) && !ra_recognise_named(ra_span_of(hint), value, &f))
        return;
    struct ra_evidence e = ra_seen_at(g->c, RA_METHOD_OBSERVED, g->path, line, 1);
    struct ra_reach *place = ra_file_reach(g->c, g->path, part, RA_STATE_PRESENT, e);
    place->title = "git config";
    ra_secret_found(g->c, place, value, hint, provider, e);
}

// "AUTHORIZATION: basic base64(user:token)", as CI checkouts leave it behind.
static void extra_header(struct config *g, struct ra_span section, struct ra_span value, unsigned line)
{
    ptrdiff_t colon = ra_span_chr(value, ':');
    struct ra_span rest = ra_span_trim(ra_span_cut(value, (size_t)(colon + 1), value.n)), scheme = {"", 0};
    if (colon < 0)
        return;
    ra_scrub_learn(rest);
    ra_span_word(&rest, &scheme);
    rest = ra_span_trim(rest);
    size_t n = 0;
    if (ra_span_is_nocase(scheme, "basic")) {
        ra_scrub_learn(rest);
        char *plain = ra_base64_decode(g->c->arena, rest, &n);
        struct ra_span both = {plain ? plain : "", plain ? n : 0};
        colon = ra_span_chr(both, ':');
        g->c->beside.user = colon >= 0 ? ra_strndup(g->c->arena, ra_span_cut(both, 0, (size_t)colon)) : NULL;
        rest = colon >= 0 ? ra_span_cut(both, (size_t)colon + 1, both.n) : rest;
    } else if (rest.n == 0) {
        rest = scheme;
    }
    if (ra_span_find(section, RA_SPAN("://")) >= 0) // http.URL.extraheader
        g->c->beside.host = ra_strndup(g->c->arena, ra_span_cut(section, strlen("http."), section.n));
    secret(g, "http.extraheader", rest, "token", "git", line);
    g->c->beside = (struct ra_beside){0};
}

static void one_entry(struct config *g, struct ra_span section, struct ra_span key, struct ra_span raw, unsigned line)
{
    struct ra_arena *a = g->c->arena;
    struct ra_span value = ra_span_of(ra_git_value(a, raw));
    ra_git_program(g->c, g->about, section, key, value);
    if (ra_span_starts_nocase(section, "remote.") &&
        (ra_span_is_nocase(key, "promisor") || ra_span_is_nocase(key, "partialclonefilter")))
        ra_reach_flag(g->c->inv, g->about, "partial", true);
    if (ra_span_is_nocase(section, "core") && ra_span_is_nocase(key, "hookspath")) {
        char *path = ra_strndup(a, value);
        bool home = strncmp(path, "~/", 2) == 0 && g->c->home;
        g->hooks_path = home ? ra_path_join(a, g->c->home, path + 2) : ra_path_join(a, g->repo->path, path);
    } else if (ra_span_starts_nocase(section, "remote.") &&
               (ra_span_is_nocase(key, "url") || ra_span_is_nocase(key, "pushurl"))) {
        secret(g, ra_strfmt(a, "%s.%s", ra_scrub_span(a, section), ra_strndup(a, key)), value, "url", NULL, line);
    } else if (ra_span_starts_nocase(section, "http") && ra_span_is_nocase(key, "extraheader")) {
        extra_header(g, section, value, line);
    } else if (ra_span_starts_nocase(section, "url.")) { // the rewritten prefix itself may carry user:password@
        secret(g, "url.insteadof", ra_span_cut(section, strlen("url."), section.n), "url", NULL, line);
    } else if (ra_recognise_name(key)) {
        secret(g, ra_strfmt(a, "%s.%s", ra_scrub_span(a, section), ra_strndup(a, key)), value,
               ra_strndup(a, key), NULL, line);
    }
}

static const char *host_of(struct ra_collect *c, struct ra_span url)
{
    ptrdiff_t scheme = ra_span_find(url, RA_SPAN("://"));
    struct ra_span rest = scheme >= 0 ? ra_span_cut(url, (size_t)scheme + 3, url.n) : url;
    if (scheme < 0 && (url.n == 0 || url.p[0] == '/' || url.p[0] == '.' || ra_span_chr(url, ':') < 0))
        return "a path on this machine";
    size_t end = 0;
    while (end < rest.n && rest.p[end] != '/' && (scheme >= 0 || rest.p[end] != ':'))
        end++;
    rest = ra_span_cut(rest, 0, end);
    for (ptrdiff_t at; (at = ra_span_chr(rest, '@')) >= 0;)
        rest = ra_span_cut(rest, (size_t)at + 1, rest.n);
    return rest.n ? ra_scrub_span(c->arena, rest) : "a path on this machine";
}

static void describe_remotes(struct config *g, struct ra_reach *on, struct ra_span text)
{
    struct ra_ini it = {.rest = text, .section = {"", 0}, .git = true};
    struct ra_span key, value;
    while (ra_ini_next(&it, &key, &value))
        if (ra_span_starts_nocase(it.section, "remote.") && ra_span_is_nocase(key, "url"))
            ra_reach_text(g->c->inv, on, ra_scrub_span(g->c->arena, it.section), host_of(g->c, value));
}

// The forge's own names of the working tree's repositories, for what a token may do to them.
static void hold_remotes(struct config *g, struct ra_span text)
{
    struct ra_ini it = {.rest = text, .section = {"", 0}, .git = true};
    struct ra_span key, value;
    if (!g->c->held || !g->repo->own)
        return;
    while (ra_ini_next(&it, &key, &value))
        if (ra_span_starts_nocase(it.section, "remote.") &&
            (ra_span_is_nocase(key, "url") || ra_span_is_nocase(key, "pushurl")))
            ra_held_put_remote(g->c->held, ra_span_of(ra_git_value(g->c->arena, value)));
}

static void read_config(struct config *g)
{
    struct ra_collect *c = g->c;
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    struct ra_reply r = ra_host_read(c->host, g->path, RA_MAX_FILE_BYTES, &text);
    enum ra_state state = ra_looked(c, r, RA_ON_PATH);
    if (state == RA_STATE_UNKNOWN || r.truncated)
        ra_git_unseen(c, g->repo, "config", "the repository's config was not read whole", r);
    struct ra_ini it = {.rest = ra_buf_view(&text), .section = {"", 0}, .git = true};
    struct ra_span key, value;
    while (state == RA_STATE_PRESENT && ra_ini_next(&it, &key, &value))
        one_entry(g, it.section, key, value, it.line);

    char hex[65];
    if (state == RA_STATE_PRESENT) {
        ra_sha256_hex(ra_buf_view(&text), hex);
        ra_reach_text(c->inv, g->about, ra_strfmt(c->arena, "sha256.%s", ra_path_base(g->path)), hex);
        describe_remotes(g, g->about, ra_buf_view(&text));
        hold_remotes(g, ra_buf_view(&text));
    }
    r = ra_host_open_write(c->host, g->path);
    enum ra_state writable = ra_looked(c, r, RA_ON_PATH);
    if (writable != RA_STATE_PRESENT && writable != RA_STATE_UNKNOWN)
        return;
    g->reach = ra_file_reach(c, g->path, NULL, writable, ra_seen(c, RA_METHOD_ATTEMPTED, r, g->path));
    runs_by_person(g->reach, "git config");
    if (writable == RA_STATE_UNKNOWN)
        g->reach->least = RA_RADIUS_NOTHING;
    if (state == RA_STATE_PRESENT) {
        ra_reach_text(c->inv, g->reach, "sha256", hex);
        describe_remotes(g, g->reach, ra_buf_view(&text));
    }
}

// ---- hooks ----------------------------------------------------------------------------------------

// Adds the digest of each hook that git would run; returns whether one of them can be written in place.
static bool active_hooks(struct ra_collect *c, const char *dir, struct ra_reach *r)
{
    struct ra_names names = {0};
    bool writable = false;
    if (ra_looked(c, ra_host_list(c->host, c->arena, dir, 0, &names), RA_ON_PATH) != RA_STATE_PRESENT)
        return false;
    for (size_t i = 0; i < names.n; i++) {
        char *path = ra_path_join(c->arena, dir, names.items[i].name);
        struct ra_stat st;
        if (ra_span_ends(ra_span_of(path), ".sample") || ra_host_stat(c->host, path, &st).err || st.type != 'f' ||
            !(st.mode & 0111))
            continue;
        if (!r) {
            writable |= ra_looked(c, ra_host_open_write(c->host, path), RA_ON_PATH) == RA_STATE_PRESENT;
            continue;
        }
        struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
        char hex[65] = "unreadable";
        if (ra_collect_read(c, path, &text).err == 0)
            ra_sha256_hex(ra_buf_view(&text), hex);
        ra_reach_text(c->inv, r, ra_strfmt(c->arena, "hook.%s", ra_scrub(c->arena, names.items[i].name)), hex);
    }
    return writable;
}

static void hooks(struct config *g)
{
    struct ra_collect *c = g->c;
    const char *dir = g->hooks_path ? g->hooks_path : ra_path_join(c->arena, g->repo->at.common, "hooks");
    struct ra_reply r = ra_host_access(c->host, dir, W_OK);
    enum ra_state state = ra_looked(c, r, RA_ON_PATH);
    if (state == RA_STATE_ABSENT) { // git makes none by itself, but whoever can write beside it can
        r = ra_host_access(c->host, ra_path_dir(c->arena, dir), W_OK);
        state = ra_looked(c, r, RA_ON_PATH);
    }
    if (state == RA_STATE_DENIED && active_hooks(c, dir, NULL))
        state = RA_STATE_PRESENT;
    if (state != RA_STATE_PRESENT && state != RA_STATE_UNKNOWN) {
        active_hooks(c, dir, g->about); // what runs there, though this run cannot change it
        return;
    }
    struct ra_reach *reach = ra_file_reach(c, dir, NULL, state, ra_seen(c, RA_METHOD_OBSERVED, r, dir));
    runs_by_person(reach, "git hooks");
    if (state == RA_STATE_UNKNOWN)
        reach->least = RA_RADIUS_NOTHING;
    if (g->hooks_path)
        ra_reach_text(c->inv, reach, "named_by", "core.hooksPath");
    active_hooks(c, dir, reach);
}

void ra_git_config_collect(struct ra_collect *c, const struct ra_git_repo *repo, struct ra_reach *about)
{
    struct config g = {.c = c, .repo = repo, .about = about, .path = ra_path_join(c->arena, repo->at.common, "config")};
    struct ra_stat st;
    if (!repo->shared) { // else told with the checkout that came before
        read_config(&g);
        if (g.reach && repo->at.says) {
            ra_reach_text(c->inv, g.reach, "dot_git", repo->at.says);
            ra_reach_text(c->inv, g.reach, "git_dir", repo->at.git_dir);
        }
        hooks(&g);
    }
    g.path = ra_path_join(c->arena, repo->at.git_dir, "config.worktree");
    g.reach = NULL;
    if (ra_looked(c, ra_host_lstat(c->host, g.path, &st), RA_ON_PATH) == RA_STATE_PRESENT)
        read_config(&g);
}

// Proxies that the settings of programs name: git, npm, apt. A program that reads them asks the proxy; whether others
// must is the judge's to say. Credentials in them are the files collector's; nothing but scheme, host and port is kept.
// Sources: git-config(1) http.proxy, npm-config(7), apt.conf(5).
#include <string.h>

#include "base/path.h"
#include "collect/network.h"
#include "parse/ini.h"

struct at {
    struct ra_network *n;
    const char *path;
    unsigned line;
};

static void named(const struct at *at, const char *part, struct ra_span value)
{
    struct ra_collect *c = at->n->c;
    struct ra_address p;
    const char *text = ra_scrub_span(c->arena, ra_span_trim(value));
    static const char *const none[] = {"", "null", "false", "DIRECT", "direct"};
    for (size_t i = 0; i < RA_COUNT(none); i++)
        if (strcmp(text, none[i]) == 0)
            return;
    if (!ra_proxy_parse(c->arena, text, &p))
        return;
    struct ra_reach *r = ra_reach_add(c->inv, RA_KIND_FILE, ra_file_id(c, at->path, part), at->path, RA_STATE_PRESENT,
                                      ra_seen_at(c, RA_METHOD_DECLARED, at->path, at->line, 1));
    r->access |= RA_READ;
    r->least = r->ceiling = RA_RADIUS_NOTHING;
    r->title = "names a proxy";
    ra_proxy_claim(at->n, r, &p);
}

static void git_config(struct at *at, struct ra_span text)
{
    struct ra_ini it = {.rest = text, .git = true};
    struct ra_span key, value;
    while (ra_ini_next(&it, &key, &value)) {
        at->line = it.line;
        if (ra_span_is_nocase(key, "proxy") && (ra_span_is(it.section, "http") || ra_span_starts(it.section, "http.")))
            named(at, "http.proxy", ra_span_of(ra_git_value(at->n->c->arena, value)));
    }
}

static void npmrc(struct at *at, struct ra_span text)
{
    static const char *const keys[] = {"proxy", "https-proxy", "http-proxy"};
    struct ra_ini it = {.rest = text};
    struct ra_span key, value;
    while (ra_ini_next(&it, &key, &value)) {
        at->line = it.line;
        for (size_t i = 0; i < RA_COUNT(keys); i++)
            if (ra_span_is(key, keys[i]))
                named(at, keys[i], value);
    }
}

// Acquire::http::Proxy "http://host:port"; in the short form. Blocks in braces are not taken apart.
static void apt_conf(struct at *at, struct ra_span text)
{
    static const char *const keys[] = {"Acquire::http::Proxy", "Acquire::https::Proxy"};
    struct ra_span line;
    at->line = 0;
    while (ra_span_line(&text, &line)) {
        struct ra_span key, part;
        at->line++;
        if (!ra_span_word(&line, &key) || !ra_span_until(&line, '"', &part) || !line.p || !ra_span_until(&line, '"', &part))
            continue;
        for (size_t i = 0; i < RA_COUNT(keys); i++)
            if (ra_span_is_nocase(key, keys[i]))
                named(at, keys[i], part);
    }
}

static void unseen(struct ra_network *n, struct ra_reply r, const char *path)
{
    if (ra_state_of(r, RA_ON_PATH) == RA_STATE_UNKNOWN)
        ra_unseen(n->c, "proxies", "proxies that settings of programs name", r, path);
}

static void one_file(struct ra_network *n, const char *path, void (*read)(struct at *at, struct ra_span text))
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    struct at at = {.n = n, .path = path};
    struct ra_reply r = ra_host_read(n->c->host, path, RA_MAX_FILE_BYTES, &text);
    if (r.err == 0)
        read(&at, ra_buf_view(&text));
    else
        unseen(n, r, path);
}

void ra_network_proxies(struct ra_network *n)
{
    struct ra_collect *c = n->c;
    static const char *const git[] = {".gitconfig", ".config/git/config"};
    if (!n->sockets)
        return;
    for (size_t i = 0; c->home && i < RA_COUNT(git); i++)
        one_file(n, ra_path_join(c->arena, c->home, git[i]), git_config);
    one_file(n, "/etc/gitconfig", git_config);
    if (c->home)
        one_file(n, ra_path_join(c->arena, c->home, ".npmrc"), npmrc);
    one_file(n, "/etc/apt/apt.conf", apt_conf);
    struct ra_names names = {0};
    unseen(n, ra_host_list(c->host, c->arena, "/etc/apt/apt.conf.d", 0, &names), "/etc/apt/apt.conf.d");
    for (size_t i = 0; i < names.n; i++)
        one_file(n, ra_path_join(c->arena, "/etc/apt/apt.conf.d", names.items[i].name), apt_conf);
}

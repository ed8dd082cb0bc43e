// Resolvers and proxies, as configured: a way out only where a packet can get to them, or where something listens on
// the loopback address they name. Reads configuration; looks up no name.
#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#include "collect/network.h"

struct address {
    unsigned char family, bytes[16];
};

static bool parse_address(const char *text, struct address *ret)
{
    *ret = (struct address){.family = AF_INET};
    if (inet_pton(AF_INET, text, ret->bytes) == 1)
        return true;
    ret->family = AF_INET6;
    return inet_pton(AF_INET6, text, ret->bytes) == 1;
}

static bool within_reach(const struct ra_network *n, const struct address *a, unsigned port)
{
    if (ra_network_is_loopback(a->family, a->bytes))
        return ra_network_listens(n, a->family, a->bytes, port);
    return ra_network_routable(n, a->family, a->bytes);
}

static struct ra_reach *egress(struct ra_network *n, const char *text, bool sure, unsigned traits, struct ra_evidence e)
{
    struct ra_collect *c = n->c;
    struct ra_reach *r = ra_reach_add(c->inv, RA_KIND_EGRESS, ra_id(c->arena, RA_KIND_EGRESS, text, NULL), text,
                                      sure ? RA_STATE_PRESENT : RA_STATE_UNKNOWN, e);
    r->traits |= RA_TRAIT_CHANNEL | traits;
    r->ref = "L008";
    return r;
}

static void resolver(struct ra_network *n, struct ra_span word, unsigned line)
{
    struct ra_collect *c = n->c;
    struct address a;
    char *text = ra_strndup(c->arena, word);
    char *zone = strchr(text, '%');
    if (zone)
        *zone = 0;
    if (!parse_address(text, &a) || !within_reach(n, &a, 53))
        return;
    n->resolver = true;
    struct ra_reach *r = egress(n, ra_strfmt(c->arena, "dns/%s", text), n->routes_known && n->listeners_known,
                                RA_TRAIT_RESOLVER, ra_seen_at(c, RA_METHOD_DECLARED, "/etc/resolv.conf", line, 1));
    r->access |= RA_RESOLVE;
    r->title = "name server";
}

static void read_resolvers(struct ra_network *n)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    struct ra_reply r = ra_collect_read(n->c, "/etc/resolv.conf", &text);
    if (r.err) {
        // Without it the C library asks 127.0.0.1.
        if (ra_state_of(r, RA_ON_PATH) == RA_STATE_UNKNOWN)
            ra_unseen(n->c, "resolvers", "name servers", r, "/etc/resolv.conf");
        else
            resolver(n, RA_SPAN("127.0.0.1"), 0);
        return;
    }
    struct ra_span rest = ra_buf_view(&text), line, word;
    for (unsigned number = 1; ra_span_line(&rest, &line); number++)
        if (ra_span_word(&line, &word) && ra_span_is(word, "nameserver") && ra_span_word(&line, &word))
            resolver(n, word, number);
}

// The address that /etc/hosts gives a name.
static bool from_hosts(struct ra_network *n, const char *name, struct address *ret)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    struct ra_reply r = ra_host_read(n->c->host, "/etc/hosts", RA_MAX_FILE_BYTES, &text);
    if (ra_state_of(r, RA_ON_PATH) == RA_STATE_UNKNOWN)
        ra_unseen(n->c, "proxies", "the address of a proxy that is configured by name", r, "/etc/hosts");
    if (r.err)
        return false;
    struct ra_span rest = ra_buf_view(&text), line, first, word;
    while (ra_span_line(&rest, &line)) {
        ptrdiff_t comment = ra_span_chr(line, '#');
        if (comment >= 0)
            line = ra_span_cut(line, 0, (size_t)comment);
        if (!ra_span_word(&line, &first))
            continue;
        while (ra_span_word(&line, &word))
            if (ra_span_is_nocase(word, name))
                return parse_address(ra_strndup(n->c->arena, first), ret);
    }
    return false;
}

bool ra_proxy_parse(struct ra_arena *a, const char *value, struct ra_address *ret)
{
    if (!ra_address_parse(a, ra_span_of(value), ret))
        return false;
    if (!ret->scheme)
        ret->scheme = ra_strdup(a, "http");
    if (!ret->port)
        ret->port = strncmp(ret->scheme, "socks", 5) == 0 ? 1080 : strcmp(ret->scheme, "https") == 0 ? 443 : 80;
    return true;
}

void ra_proxy_claim(struct ra_network *n, struct ra_reach *r, const struct ra_address *p)
{
    ra_reach_text(n->c->inv, r, "claim", "proxy");
    ra_reach_text(n->c->inv, r, "outcome", "asked");
    ra_reach_text(n->c->inv, r, "proxy", ra_address_text(n->c->arena, p));
}

static void claimed(struct ra_network *n, const char *variable, const struct ra_address *p)
{
    struct ra_collect *c = n->c;
    if (!n->sockets)
        return;
    struct ra_reach *r = ra_reach_add(c->inv, RA_KIND_ENV, ra_id(c->arena, RA_KIND_ENV, variable, NULL), variable,
                                      RA_STATE_PRESENT,
                                      ra_seen(c, RA_METHOD_OBSERVED, (struct ra_reply){.call = "getenv"}, NULL));
    r->least = r->ceiling = RA_RADIUS_NOTHING;
    r->title = "names a proxy";
    ra_proxy_claim(n, r, p);
}

static void proxy(struct ra_network *n, const char *variable, const char *value)
{
    struct ra_collect *c = n->c;
    struct ra_address p;
    struct address a;
    c->cover->looked++;
    if (!ra_proxy_parse(c->arena, value, &p)) {
        c->cover->absent++;
        return;
    }
    claimed(n, variable, &p);
    bool numeric = parse_address(p.host, &a) || from_hosts(n, p.host, &a);
    if (!numeric && strcmp(p.host, "localhost") == 0)
        numeric = parse_address("127.0.0.1", &a);
    // A name that only a resolver can tell: within reach as soon as there is a resolver, or a route to one.
    bool reachable = numeric ? within_reach(n, &a, p.port) : n->resolver;
    if (!reachable) {
        c->cover->absent++;
        return;
    }
    c->cover->present++;
    if (numeric)
        ra_network_leads_to(n, a.family, a.bytes, "the proxy");
    char *text = ra_strfmt(c->arena, "proxy/%s", ra_address_text(c->arena, &p));
    struct ra_evidence e = ra_seen(c, RA_METHOD_DECLARED, (struct ra_reply){.call = "getenv"}, NULL);
    struct ra_reach *r = egress(n, text, n->routes_known && n->listeners_known, RA_TRAIT_PROXY, e);
    r->access |= RA_CONNECT | RA_SEND;
    r->title = "proxy";
    ra_reach_text(c->inv, r, "named-by", variable);
}

void ra_network_names(struct ra_network *n)
{
    static const char *const variables[] = {"http_proxy", "https_proxy", "all_proxy",  "ftp_proxy",
                                            "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY",  "npm_config_proxy",
                                            "npm_config_https_proxy",    "GRPC_PROXY", "grpc_proxy"};
    read_resolvers(n);
    for (size_t i = 0; i < RA_COUNT(variables); i++) {
        const char *value = ra_host_getenv(n->c->host, variables[i]);
        if (value && value[0])
            proxy(n, variables[i], value);
    }
}

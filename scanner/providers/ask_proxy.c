// The proxy that a program of the target would use, so that the answer is the one that the run would get. The target's
// environment decides, never our own; what NO_PROXY means follows the rules that curl and Go share: names and what lies
// below them, addresses and their ranges, an optional port, "*".
#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/io.h"
#include "providers/ask.h"

static const char *get(const char *const *env, const char *name)
{
    size_t n = strlen(name);
    for (; env && *env; env++)
        if (strncmp(*env, name, n) == 0 && (*env)[n] == '=' && (*env)[n + 1])
            return *env + n + 1;
    return NULL;
}

void ra_ask_world_init(struct ra_ask_world *w, struct ra_arena *a, const char *const *env)
{
    static const char *const proxies[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
    *w = (struct ra_ask_world){.arena = a, .max_calls = RA_ASK_MAX_CALLS, .until_ms = ra_now_ms() + RA_ASK_TOTAL_MS};
    for (size_t i = 0; !w->https_proxy && i < RA_COUNT(proxies); i++)
        w->https_proxy = get(env, proxies[i]);
    w->no_proxy = get(env, "no_proxy");
    if (!w->no_proxy)
        w->no_proxy = get(env, "NO_PROXY");
}

static int address(const char *text, unsigned char ret[16])
{
    return inet_pton(AF_INET, text, ret) == 1 ? 4 : inet_pton(AF_INET6, text, ret) == 1 ? 16 : 0;
}

static bool in_range(const char *host, const char *network, uint64_t bits)
{
    unsigned char h[16] = {0}, n[16] = {0};
    int size = address(host, h);
    if (!size || address(network, n) != size || bits > (uint64_t)size * 8)
        return false;
    for (uint64_t i = 0; i < bits; i++)
        if ((h[i / 8] ^ n[i / 8]) & (0x80 >> i % 8))
            return false;
    return true;
}

static bool below(const char *host, const char *name)
{
    size_t n = strlen(host), m = strlen(name);
    return n > m && host[n - m - 1] == '.' && strcasecmp(host + n - m, name) == 0;
}

static bool left_out(struct ra_arena *a, struct ra_span entry, const struct ra_url *url)
{
    struct ra_span rest = entry, network;
    uint64_t bits, port;
    char *host = ra_strdup(a, url->host);
    if (host[0] == '[') { // an address without its brackets
        host[strlen(host) - 1] = 0;
        host++;
    }
    if (ra_span_until(&rest, '/', &network) && rest.p)
        return ra_span_u64(rest, 10, &bits) && in_range(host, ra_strndup(a, network), bits);
    ptrdiff_t colon = ra_span_chr(entry, ':');
    if (colon > 0 && ra_span_u64(ra_span_cut(entry, (size_t)colon + 1, entry.n), 10, &port)) {
        if (port != url->port)
            return false;
        entry = ra_span_cut(entry, 0, (size_t)colon);
    }
    const char *name = ra_strndup(a, entry);
    if (strcmp(name, "*") == 0)
        return true;
    name += name[0] == '.';
    return *name && (strcasecmp(host, name) == 0 || below(host, name));
}

const char *ra_ask_proxy(struct ra_arena *a, const struct ra_ask_world *w, const struct ra_url *url)
{
    struct ra_span rest = ra_span_of(w->no_proxy), entry;
    if (!w->https_proxy || url->plain || ra_url_loopback(url))
        return NULL;
    while (w->no_proxy && ra_span_until(&rest, ',', &entry))
        if ((entry = ra_span_trim(entry)).n && left_out(a, entry, url))
            return NULL;
    return w->https_proxy;
}

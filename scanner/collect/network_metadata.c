// Could this machine ask a cloud for an identity of its own? Tells a cloud's machine from others by what the firmware,
// cloud-init and the environment say, and whether a packet gets to the address that hands the identity out. Sends none:
// that is for --online=metadata. No route, or a machine that says it is no cloud's: no reach.
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "collect/network.h"

enum { MOST_ADDRESSES = 2 };
enum how { IS, STARTS, HAS };
enum from { FIXED, URL };

static const struct cloud {
    const char *ref, *id, *title;
    enum ra_radius ceiling;
    const char *addresses[MOST_ADDRESSES];
} clouds[] = {
#define RA_CLOUD(ref, id, title, ceiling, ...) {#ref, id, title, RA_RADIUS_##ceiling, {__VA_ARGS__}},
#define RA_CLOUD_SIGN(id, file, how, text)
#define RA_CLOUD_VARIABLE(id, name, from)
#include "catalogue/clouds.def"
#undef RA_CLOUD
#undef RA_CLOUD_SIGN
};
static const struct sign {
    const char *id, *file;
    enum how how;
    const char *text;
} signs[] = {
#define RA_CLOUD(ref, id, title, ceiling, ...)
#define RA_CLOUD_SIGN(id, file, how, text) {id, file, how, text},
#include "catalogue/clouds.def"
#undef RA_CLOUD_SIGN
#undef RA_CLOUD_VARIABLE
};
static const struct variable {
    const char *id, *name;
    enum from from;
} variables[] = {
#define RA_CLOUD_SIGN(id, file, how, text)
#define RA_CLOUD_VARIABLE(id, name, from) {id, name, from},
#include "catalogue/clouds.def"
#undef RA_CLOUD
#undef RA_CLOUD_SIGN
#undef RA_CLOUD_VARIABLE
};

struct look {
    struct ra_network *n;
    bool is[RA_COUNT(clouds)]; // of which cloud, by what
    struct ra_evidence why[RA_COUNT(clouds)];
    bool blind;                // something that would tell could not be read
    struct ra_evidence dark;
    bool named;                // the firmware names a maker
    bool own;                  // what is known besides says: a person's machine
};

static size_t cloud_of(const char *id)
{
    size_t i = 0;
    while (strcmp(clouds[i].id, id) != 0)
        i++;
    return i;
}

static bool parse(const char *text, unsigned char *ret_family, unsigned char address[16])
{
    *ret_family = AF_INET;
    if (inet_pton(AF_INET, text, address) == 1)
        return true;
    *ret_family = AF_INET6;
    return inet_pton(AF_INET6, text, address) == 1;
}

static bool routed(const struct ra_network *n, const struct cloud *cloud)
{
    for (size_t i = 0; i < MOST_ADDRESSES && cloud->addresses[i]; i++) {
        unsigned char family, address[16];
        if (parse(cloud->addresses[i], &family, address) && ra_network_routable(n, family, address))
            return true;
    }
    return false;
}

static void found(struct look *l, const char *id, struct ra_evidence why)
{
    if (!id[0]) {
        l->own = true;
        return;
    }
    size_t i = cloud_of(id);
    if (!l->is[i])
        l->why[i] = why;
    l->is[i] = true;
}

static bool fits(const struct sign *s, struct ra_span text)
{
    switch (s->how) {
    case IS: return ra_span_is_nocase(text, s->text);
    case STARTS: return ra_span_starts_nocase(text, s->text);
    case HAS: return ra_span_find_nocase(text, s->text) >= 0;
    }
    return false;
}

static void read_file(struct look *l, const char *path)
{
    static const char *const makers[] = {"sys_vendor", "product_name", "bios_vendor"};
    struct ra_collect *c = l->n->c;
    struct ra_buf bytes RA_CLEANUP(ra_buf_free) = {0};
    struct ra_reply r = ra_host_read(c->host, path, 4096, &bytes);
    enum ra_state state = ra_looked(c, r, RA_ON_PATH);
    struct ra_span text = ra_span_trim(ra_buf_view(&bytes));
    if (state != RA_STATE_PRESENT && state != RA_STATE_ABSENT) {
        l->blind = true;
        l->dark = ra_seen(c, RA_METHOD_ATTEMPTED, r, path);
        return;
    }
    for (size_t i = 0; i < RA_COUNT(makers); i++)
        l->named |= text.n && ra_span_ends(ra_span_of(path), makers[i]);
    for (size_t i = 0; text.n && i < RA_COUNT(signs); i++)
        if (strcmp(signs[i].file, path) == 0 && fits(&signs[i], text))
            found(l, signs[i].id, ra_seen(c, RA_METHOD_OBSERVED, r, path));
}

static void read_files(struct look *l)
{
    for (size_t i = 0; i < RA_COUNT(signs); i++) {
        size_t k = 0;
        while (strcmp(signs[k].file, signs[i].file) != 0)
            k++;
        if (k == i)
            read_file(l, signs[i].file);
    }
}

// Does the variable lead anywhere from here? A name, wherever any packet may go.
static bool leads(struct ra_network *n, const struct variable *v, const char *value)
{
    struct ra_address to;
    unsigned char family, address[16];
    if (v->from == FIXED)
        return routed(n, &clouds[cloud_of(v->id)]);
    if (!ra_proxy_parse(n->c->arena, value, &to))
        return false;
    if (!parse(strcmp(to.host, "localhost") == 0 ? "127.0.0.1" : to.host, &family, address))
        return n->n_routes > 0 || !n->routes_known;
    if (ra_network_is_loopback(family, address))
        return ra_network_listens(n, family, address, to.port);
    return ra_network_routable(n, family, address);
}

static void read_variables(struct look *l, bool *led)
{
    struct ra_collect *c = l->n->c;
    for (size_t i = 0; i < RA_COUNT(variables); i++) {
        const char *value = ra_host_getenv(c->host, variables[i].name);
        if (!value || !value[0] || !leads(l->n, &variables[i], value))
            continue;
        led[cloud_of(variables[i].id)] = true;
        found(l, variables[i].id, ra_seen(c, RA_METHOD_DECLARED, (struct ra_reply){.call = "getenv"}, NULL));
    }
}

static struct ra_reach *unknown(struct look *l, enum ra_radius ceiling, struct ra_evidence why)
{
    struct ra_reach *r = ra_unknown_add(l->n->c->inv, "metadata", ceiling, 0,
                                        "--online=metadata, or let the run read /sys/class/dmi/id", why);
    r->access |= RA_CONNECT;
    r->ref = "V72";
    return r;
}

static bool tell(struct look *l)
{
    struct ra_collect *c = l->n->c;
    struct ra_buf ids RA_CLEANUP(ra_buf_free) = {0}, titles RA_CLEANUP(ra_buf_free) = {0};
    struct ra_reach *r = NULL;
    for (size_t i = 0; i < RA_COUNT(clouds); i++) {
        if (!l->is[i])
            continue;
        r = unknown(l, clouds[i].ceiling, l->why[i]);
        ra_buf_printf(&ids, "%s%s", ids.n ? "," : "", clouds[i].id);
        ra_buf_printf(&titles, "%s%s", titles.n ? ", " : "", clouds[i].title);
    }
    if (!r)
        return false;
    if (l->blind) // it may be another's too
        unknown(l, RA_RADIUS_ORGANIZATION, l->dark);
    r->settled_by = "--online=metadata";
    r->title = ra_strfmt(c->arena, "the identity that this machine may have at %s", titles.p);
    ra_reach_text(c->inv, r, "cloud", ids.p);
    return true;
}

void ra_network_metadata(struct ra_network *n)
{
    struct look l = {.n = n};
    bool any = false, led[RA_COUNT(clouds)] = {0};
    if (!n->sockets)
        return;
    read_variables(&l, led);
    for (size_t i = 0; i < RA_COUNT(clouds); i++)
        any |= routed(n, &clouds[i]);
    if (any)
        read_files(&l);
    for (size_t i = 0; i < RA_COUNT(clouds); i++)
        l.is[i] &= led[i] || routed(n, &clouds[i]);
    if (tell(&l) || !any || ((l.named || l.own) && !l.blind))
        return;
    if (!l.blind)
        l.dark = ra_seen(n->c, RA_METHOD_ATTEMPTED, (struct ra_reply){ENOENT, "open", false}, "/sys/class/dmi/id");
    struct ra_reach *r = unknown(&l, RA_RADIUS_ORGANIZATION, l.dark);
    r->title = "the identity that this machine may have at a cloud";
}

// Is the keyring behind the session bus open? Asked only by consent (--online=local): does anybody own the name of the
// Secret Service, which collections has it, is each locked, how many items are in it. Starts no service (NO_AUTO_START),
// unlocks nothing, reads no item. Source: freedesktop.org Secret Service API, 0.2.
#include <string.h>

#include "base/path.h"
#include "collect/sockets.h"
#include "parse/dbus.h"

enum { MAX_COLLECTIONS = 16 };

static const char *const bus_name = "org.freedesktop.DBus", *const bus_path = "/org/freedesktop/DBus";
static const char *const service = "org.freedesktop.secrets", *const service_path = "/org/freedesktop/secrets";
static const char *const properties = "org.freedesktop.DBus.Properties";

struct talk {
    struct ra_sockets *s;
    const char *address;
    struct ra_buf request, answer;
    uint32_t serial; // of the last call
};

static void begin(struct talk *t)
{
    ra_buf_clear(&t->request);
    ra_buf_clear(&t->answer);
    ra_dbus_begin(&t->request, t->s->c->host->self->euid);
    t->serial = 1;
}

static uint32_t get(struct talk *t, const char *path, const char *interface, const char *property)
{
    ra_dbus_call(&t->request, ++t->serial, service, path, properties, "Get", interface, property);
    return t->serial;
}

static bool ask(struct talk *t)
{
    struct ra_reply r = ra_host_bus(t->s->c->host, t->address, ra_buf_view(&t->request), t->serial, &t->answer);
    ra_looked(t->s->c, r, RA_ON_UNIX);
    return r.err == 0;
}

static bool reply_to(const struct talk *t, uint32_t serial, struct ra_dbus_reply *ret)
{
    struct ra_span rest = ra_buf_view(&t->answer);
    while (ra_dbus_next(&rest, ret))
        if (ret->to == serial)
            return true;
    return false;
}

static bool boolean(const struct talk *t, uint32_t serial, bool *ret)
{
    struct ra_dbus_reply r;
    return reply_to(t, serial, &r) && ra_dbus_boolean(&r, ret);
}

static bool paths(const struct talk *t, uint32_t serial, struct ra_dbus_reply *ret, struct ra_span *ret_rest)
{
    return reply_to(t, serial, ret) && ra_dbus_paths(ret, ret_rest);
}

// A collection as a part of the bus's socket; an open one with items gives its secrets to whoever asks.
static void tell(struct ra_sockets *s, const struct ra_reach *bus, const char *collection, bool locked, size_t items)
{
    struct ra_collect *c = s->c;
    char *id = ra_strfmt(c->arena, "%s#secrets/%s", bus->id, ra_id_encode(c->arena, ra_path_base(collection)));
    struct ra_evidence e = ra_seen(c, RA_METHOD_ATTEMPTED, (struct ra_reply){.call = "recv"}, bus->locator);
    struct ra_reach *place = ra_reach_add(c->inv, RA_KIND_SOCKET, id, bus->locator, RA_STATE_PRESENT, e);
    place->access |= RA_CONNECT | (locked ? 0u : RA_READ);
    place->ref = "V007";
    place->title = locked ? "a locked keyring" : "an open keyring";
    place->cap = RA_SEVERITY_INFO;
    ra_reach_radius(place, RA_RADIUS_NOTHING, RA_RADIUS_NOTHING);
    ra_reach_flag(c->inv, place, "locked", locked);
    ra_reach_number(c->inv, place, "items", (int64_t)items);
    if (locked || items == 0)
        return;
    struct ra_reach *secret = ra_reach_add(c->inv, RA_KIND_PASSWORD, ra_strfmt(c->arena, "password:%s", id), bus->locator,
                                           RA_STATE_PRESENT, e);
    secret->traits |= RA_TRAIT_LIVE | RA_TRAIT_REMOTE;
    secret->access |= RA_READ;
    secret->ref = "V007";
    secret->title = "secrets of an open keyring";
    ra_reach_radius(secret, RA_RADIUS_GRANT, RA_RADIUS_PERSON);
    ra_link_add(c->inv, "holds", place->id, secret->id);
}

static bool collections(struct talk *t, const struct ra_reach *bus)
{
    static const char *const collection = "org.freedesktop.Secret.Collection";
    char *names[MAX_COLLECTIONS];
    uint32_t locked_at[MAX_COLLECTIONS], items_at[MAX_COLLECTIONS];
    struct ra_dbus_reply r;
    struct ra_span rest, one;
    size_t n = 0;
    begin(t);
    uint32_t at = get(t, service_path, "org.freedesktop.Secret.Service", "Collections");
    if (!ask(t) || !paths(t, at, &r, &rest))
        return false;
    while (n < MAX_COLLECTIONS && ra_dbus_path_next(&r, &rest, &one))
        names[n++] = ra_strndup(t->s->c->arena, one);
    begin(t);
    for (size_t i = 0; i < n; i++) {
        locked_at[i] = get(t, names[i], collection, "Locked");
        items_at[i] = get(t, names[i], collection, "Items");
    }
    if (rest.n || (n && !ask(t))) // more than are asked about: not all of it is known
        return false;
    bool whole = true;
    for (size_t i = 0; i < n; i++) {
        bool locked = false;
        size_t items = 0;
        if (!boolean(t, locked_at[i], &locked) || !paths(t, items_at[i], &r, &rest)) {
            whole = false;
            continue;
        }
        while (ra_dbus_path_next(&r, &rest, &one))
            items++;
        tell(t->s, bus, names[i], locked, items);
    }
    return whole;
}

bool ra_sockets_ask_keyring(struct ra_sockets *s, const struct ra_reach *bus)
{
    struct talk t = {.s = s, .address = bus->locator};
    bool owned = false;
    begin(&t);
    ra_dbus_call(&t.request, ++t.serial, bus_name, bus_path, bus_name, "NameHasOwner", service, NULL);
    // Where nobody serves it, a request would start it: then nobody knows what is open.
    bool known = ask(&t) && boolean(&t, 2, &owned) && owned && collections(&t, bus);
    ra_buf_free(&t.request);
    ra_buf_free(&t.answer);
    return known;
}

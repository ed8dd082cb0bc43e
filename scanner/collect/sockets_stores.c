// What files and processes beside a socket tell of it: the cookie of a display, whom Nix trusts, and whether a keyring
// stands behind the session bus. Without consent the bus is not spoken to: whether the keyring is open stays unknown.
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "collect/sockets.h"

enum ra_state ra_sockets_cookie(struct ra_sockets *s, const char **ret_path)
{
    struct ra_collect *c = s->c;
    const char *path = ra_host_getenv(c->host, "XAUTHORITY");
    if (!path || path[0] != '/')
        path = c->home ? ra_strfmt(c->arena, "%s/.Xauthority", c->home) : NULL;
    *ret_path = path;
    return path ? ra_looked(c, ra_host_access(c->host, path, R_OK), RA_ON_PATH) : RA_STATE_ABSENT;
}

// Names of this process's user and groups, as nix.conf writes them: "dev", "@wheel".
static bool is_named(struct ra_sockets *s, struct ra_span name)
{
    struct ra_collect *c = s->c;
    const struct ra_self *self = c->host->self;
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    bool group = ra_span_starts(name, "@");
    const char *path = group ? "/etc/group" : "/etc/passwd";
    struct ra_reply r = ra_collect_read(c, path, &text);
    if (ra_state_of(r, RA_ON_PATH) == RA_STATE_UNKNOWN)
        ra_unseen(c, "names", ra_strfmt(c->arena, "whom %s names", path), r, path);
    if (r.err)
        return false;
    struct ra_span rest = ra_buf_view(&text), line, field, password, number;
    uint64_t id;
    while (ra_span_line(&rest, &line)) {
        if (!ra_span_until(&line, ':', &field) || !ra_span_eq(field, ra_span_cut(name, group, name.n)) ||
            !ra_span_until(&line, ':', &password) || !ra_span_until(&line, ':', &number) || !ra_span_u64(number, 10, &id))
            continue;
        if (!group)
            return id == self->euid;
        for (size_t i = 0; i < self->n_groups; i++)
            if (self->groups[i] == id)
                return true;
        return self->egid == id;
    }
    return false;
}

// By default only root. Whom Nix trusts may have it build anything as root. Source: nix.conf(5).
enum ra_tri ra_sockets_nix_trusts(struct ra_sockets *s)
{
    static const char *const path = "/etc/nix/nix.conf";
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    struct ra_reply r = ra_collect_read(s->c, path, &text);
    if (s->c->host->self->euid == 0)
        return RA_TRI_YES;
    if (r.err)
        return ra_state_of(r, RA_ON_PATH) == RA_STATE_ABSENT && s->unboxed ? RA_TRI_NO : RA_TRI_UNSURE;
    struct ra_span rest = ra_buf_view(&text), line, word;
    bool included = false;
    while (ra_span_line(&rest, &line)) {
        if (!ra_span_word(&line, &word))
            continue;
        included |= ra_span_is(word, "include") || ra_span_is(word, "!include");
        if (!ra_span_is(word, "trusted-users") && !ra_span_is(word, "extra-trusted-users"))
            continue;
        while (ra_span_word(&line, &word) && word.p[0] != '#')
            if (ra_span_is(word, "*") || is_named(s, word))
                return RA_TRI_YES;
    }
    return included ? RA_TRI_UNSURE : RA_TRI_NO;
}

static const struct ra_reach *session_bus(const struct ra_sockets *s)
{
    for (size_t i = 0; i < s->c->inv->n_reaches; i++) {
        const struct ra_reach *r = s->c->inv->reaches[i];
        if (r->kind == RA_KIND_SOCKET && r->ref && strcmp(r->ref, "P004") == 0 &&
            (r->state == RA_STATE_PRESENT || r->state == RA_STATE_UNKNOWN))
            return r;
    }
    return NULL;
}

// Names as /proc/PID/comm cuts them.
static bool serves_secrets(const char *comm)
{
    static const char *const names[] = {"gnome-keyring-d", "kwalletd", "kwalletd5", "kwalletd6", "ksecretd",
                                        "keepassxc",       "oo7-daemon", "oo7-daemon-serv", "pass_secret_ser"};
    for (size_t i = 0; i < RA_COUNT(names); i++)
        if (strcmp(names[i], comm) == 0)
            return true;
    return false;
}

static const char *daemon_in_sight(struct ra_sockets *s)
{
    struct ra_collect *c = s->c;
    struct ra_names names;
    if (ra_host_list(c->host, c->arena, "/proc", 0, &names).err)
        return NULL;
    for (size_t i = 0; i < names.n; i++) {
        uint64_t pid;
        if (!ra_span_u64(ra_span_of(names.items[i].name), 10, &pid))
            continue;
        const char *comm = ra_proc_text(c->arena, c->host, (long)pid, "comm");
        if (comm && serves_secrets(comm))
            return comm;
    }
    return NULL;
}

static bool has_keyrings(struct ra_sockets *s)
{
    static const char *const below[] = {".local/share/keyrings", ".local/share/kwalletd"};
    struct ra_collect *c = s->c;
    for (size_t i = 0; c->home && i < RA_COUNT(below); i++) {
        struct ra_names names;
        struct ra_reply r = ra_host_list(c->host, c->arena, ra_strfmt(c->arena, "%s/%s", c->home, below[i]), 0, &names);
        ra_looked(c, r, RA_ON_PATH);
        for (size_t k = 0; r.err == 0 && k < names.n; k++)
            if (ra_span_ends(ra_span_of(names.items[k].name), ".keyring") ||
                ra_span_ends(ra_span_of(names.items[k].name), ".kwl"))
                return true;
    }
    return false;
}

static bool consents(const struct ra_sockets *s)
{
    const struct ra_asked *asked = &s->c->inv->asked;
    for (size_t i = 0; i < asked->n_online; i++)
        if (strcmp(asked->online[i], "local") == 0)
            return true;
    return false;
}

// The session bus starts the keyring by itself where its service is installed; after a log-in it is usually open to
// whoever asks.
void ra_sockets_keyring(struct ra_sockets *s)
{
    struct ra_collect *c = s->c;
    const struct ra_reach *bus = session_bus(s);
    struct ra_stat st;
    if (!bus)
        return;
    const char *daemon = daemon_in_sight(s);
    bool files = has_keyrings(s);
    bool startable =
        ra_looked(c, ra_host_stat(c->host, "/usr/share/dbus-1/services/org.freedesktop.secrets.service", &st),
                  RA_ON_PATH) == RA_STATE_PRESENT;
    // In a box the service of the bus lives outside, where its files cannot be seen.
    if (!daemon && !files && !startable && s->unboxed)
        return;
    if (consents(s) && ra_sockets_ask_keyring(s, bus))
        return;
    struct ra_reach *r = ra_unknown_add(c->inv, "secret-service", RA_RADIUS_PERSON, RA_TRAIT_REMOTE, "--online=local",
                                        ra_seen(c, RA_METHOD_INFERRED, (struct ra_reply){.call = "read"}, bus->locator));
    r->ref = "V007";
    r->title = "secrets kept behind the session bus, open or locked";
    if (daemon)
        ra_reach_text(c->inv, r, "daemon", daemon);
    ra_reach_flag(c->inv, r, "keyring-files", files);
}

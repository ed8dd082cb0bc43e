// Logins whose secret no file shows: GitHub CLI's in the desktop's keyring, Docker's behind a credential helper. Whether
// the keyring is unlocked, or what the helper would say, nobody is asked: where it could answer, the secret counts as
// unknown and awake. Runs no helper, activates no service.
#include <errno.h>
#include <string.h>

#include "base/path.h"
#include "collect/cloud.h"

struct keyrings {
    struct ra_collect *c;
    const char *program, *title;
    const struct ra_cli_row *file;
    bool (*in_path)(void *arg, const char *name);
    void *arg;
};

static bool is_socket(struct ra_collect *c, const char *path)
{
    struct ra_stat st;
    struct ra_reply r = ra_host_stat(c->host, path, &st);
    switch (ra_looked(c, r, RA_ON_PATH)) {
    case RA_STATE_PRESENT:
        return st.type == 's' && ra_host_access(c->host, path, 2).err != EACCES; // W_OK: connecting needs it
    case RA_STATE_UNKNOWN:
        return true; // never safe
    case RA_STATE_DENIED:
    case RA_STATE_ABSENT:
        return false;
    }
    return true;
}

// Is the session bus there, over which the keyring answers? Source: D-Bus specification, "Well-known Message Bus
// Instances"; several addresses are separated by ';', parameters by ','.
static bool bus_there(struct ra_collect *c)
{
    const char *address = ra_host_getenv(c->host, "DBUS_SESSION_BUS_ADDRESS");
    const char *run = ra_host_getenv(c->host, "XDG_RUNTIME_DIR");
    struct ra_span rest = ra_span_of(address), one, part;
    while (rest.n && ra_span_until(&rest, ';', &one)) {
        ptrdiff_t colon = ra_span_chr(one, ':');
        if (colon < 0)
            continue;
        one = ra_span_cut(one, (size_t)colon + 1, one.n);
        while (ra_span_until(&one, ',', &part))
            if (ra_span_starts(part, "path=") &&
                is_socket(c, ra_strndup(c->arena, ra_span_cut(part, 5, part.n))))
                return true;
            else if (ra_span_starts(part, "abstract=") || ra_span_starts(part, "host="))
                return true; // not on a path; whether it answers is the sockets collector's
    }
    if (run && run[0] == '/')
        return is_socket(c, ra_path_join(c->arena, run, "bus"));
    return is_socket(c, ra_strfmt(c->arena, "/run/user/%lu/bus", (unsigned long)c->host->self->euid));
}

// program:<name>#<service>, as the id's text of the secret.
static void held(const struct keyrings *k, const char *path, struct ra_span service, const char *where, const char *asks,
                 bool could_answer)
{
    struct ra_collect *c = k->c;
    const char *part = ra_strndup(c->arena, service);
    const char *id = ra_strfmt(c->arena, "password:%s", ra_id(c->arena, RA_KIND_PROGRAM, k->program, part));
    struct ra_evidence e = ra_seen_at(c, RA_METHOD_DECLARED, path, 0, 0);
    struct ra_reach *r = ra_reach_add(c->inv, RA_KIND_PASSWORD, id, path,
                                      could_answer ? RA_STATE_UNKNOWN : RA_STATE_PRESENT, e);
    r->traits |= RA_TRAIT_REMOTE | (could_answer ? RA_TRAIT_LIVE : 0u);
    r->title = ra_strfmt(c->arena, "%s login %s", k->title, where);
    r->access |= could_answer ? RA_READ : 0u;
    r->settled_by = could_answer ? asks : NULL;
    ra_reach_radius(r, RA_RADIUS_GRANT, RA_RADIUS_ORGANIZATION);
    ra_reach_text(c->inv, r, "kept", where);
    ra_reach_text(c->inv, r, "printed_by", asks);
    if (k->in_path(k->arg, k->program))
        ra_link_add(c->inv, "holds", ra_id(c->arena, RA_KIND_PROGRAM, k->program, NULL), r->id);
}

static bool has_text(const struct ra_json *object, const char *key)
{
    return ra_json_text(ra_json_get(object, key)).n > 0;
}

// Source: GitHub CLI, "gh auth login": without --insecure-storage the token goes to the system's credential store, and
// hosts.yml keeps the rest.
static void github(struct keyrings *k, const char *path, const struct ra_json *tree)
{
    bool bus = false, asked = false;
    for (const struct ra_json *host = tree->child; host; host = host->next) {
        const struct ra_json *users = ra_json_get(host, "users");
        bool shown = has_text(host, "oauth_token");
        for (const struct ra_json *u = users ? users->child : NULL; u; u = u->next)
            shown |= has_text(u, "oauth_token");
        if (host->type != RA_JSON_OBJECT || shown || (!has_text(host, "user") && !(users && users->child)))
            continue;
        if (!asked)
            bus = bus_there(k->c), asked = true;
        held(k, path, host->key, "in the keyring", "gh auth token", bus);
    }
}

// Source: Docker, "docker login", credential stores: an entry of auths without a value is in the store.
static void docker(struct keyrings *k, const char *path, const struct ra_json *tree)
{
    const struct ra_json *auths = ra_json_get(tree, "auths"), *helpers = ra_json_get(tree, "credHelpers");
    struct ra_arena *a = k->c->arena;
    for (const struct ra_json *m = auths ? auths->child : NULL; m; m = m->next) {
        const struct ra_json *own = NULL;
        for (const struct ra_json *h = helpers ? helpers->child : NULL; h; h = h->next)
            if (ra_span_eq(h->key, m->key))
                own = h;
        struct ra_span store = ra_json_text(own ? own : ra_json_get(tree, "credsStore"));
        if (store.n == 0 || has_text(m, "auth") || has_text(m, "identitytoken"))
            continue;
        const char *helper = ra_strfmt(a, "docker-credential-%s", ra_strndup(a, store));
        bool could = k->in_path(k->arg, helper);
        if (ra_span_is(store, "secretservice")) // the keyring answers anybody on the bus, helper or not
            could = bus_there(k->c);
        held(k, path, m->key, ra_strfmt(a, "behind %s", helper), ra_strfmt(a, "%s get", helper), could);
    }
}

static void look_into(void *arg, const char *path)
{
    struct keyrings *k = arg;
    struct ra_collect *c = k->c;
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    struct ra_reply r = ra_host_read(c->host, path, RA_MAX_FILE_BYTES, &text);
    if (r.err == EINVAL)
        r = (struct ra_reply){ENOENT, r.call, false};
    if (ra_looked(c, r, RA_ON_PATH) == RA_STATE_UNKNOWN)
        ra_unseen(c, ra_path_tilde(c->arena, path, c->home),
                  ra_strfmt(c->arena, "%s could not be read", ra_path_tilde(c->arena, path, c->home)), r, path);
    const struct ra_json *tree = r.err || text.n == 0 ? NULL : ra_cli_tree(c->arena, k->file->form, ra_buf_view(&text));
    if (!tree || tree->type != RA_JSON_OBJECT)
        return;
    if (strcmp(k->program, "gh") == 0)
        github(k, path, tree);
    else
        docker(k, path, tree);
}

void ra_cli_keyrings(struct ra_collect *c, bool (*in_path)(void *arg, const char *name), void *arg)
{
    static const char *const programs[] = {"gh", "docker"};
    for (size_t i = 0; i < RA_COUNT(programs); i++) {
        const struct ra_cli_row *cli = ra_cli_row(programs[i]), *row = cli;
        struct keyrings k = {.c = c, .program = programs[i], .title = cli->more, .in_path = in_path, .arg = arg};
        while ((row = ra_cli_next(row)))
            if (row->type == RA_CLI_ROW_FILE) {
                k.file = row;
                ra_cli_paths(c, row, look_into, &k);
            }
    }
}

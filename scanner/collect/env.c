// What does the environment of the target hold? Every variable is looked at; a reach is added only for those that
// hold a secret, lead to something that can be reached, or inject code. Files that variables name are read by the
// files collector, other processes' environments by the process collector.
#include <errno.h>

#include "catalogue/recognise.h"
#include "collect/collect.h"

static const struct handle {
    const char *name;
    enum { HANDLE, INJECT } kind;
    const char *title;
} handles[] = {
#define RA_HANDLE(name, kind, title) {name, kind, title},
#include "catalogue/handles.def"
#undef RA_HANDLE
};

static const struct handle *handle_of(struct ra_span name)
{
    for (size_t i = 0; i < RA_COUNT(handles); i++)
        if (ra_span_is(name, handles[i].name))
            return &handles[i];
    return NULL;
}

static struct ra_reach *place(struct ra_collect *c, struct ra_span name, struct ra_span value, const char *kind)
{
    char *text = ra_strndup(c->arena, name);
    struct ra_evidence e = {c->name, RA_METHOD_OBSERVED, 0, {.call = "environ"}};
    struct ra_reach *r = ra_reach_add(c->inv, RA_KIND_ENV, ra_id(c->arena, RA_KIND_ENV, text, NULL), text,
                                      RA_STATE_PRESENT, e);
    r->access |= RA_READ;
    ra_reach_radius(r, RA_RADIUS_NOTHING, RA_RADIUS_NOTHING); // what it opens is the secret's
    ra_reach_text(c->inv, r, "kind", kind);
    ra_reach_number(c->inv, r, "length", (int64_t)value.n);
    return r;
}

// The session of the agent itself is one narrow grant; a raw API key is not.
static void mark_session(struct ra_span name, struct ra_span value, struct ra_reach *secret)
{
    if (!ra_span_is(name, "CLAUDE_CODE_OAUTH_TOKEN") && !ra_span_starts(value, "sk-ant-oat") &&
        !ra_span_starts(value, "sk-ant-ort"))
        return;
    secret->role = "agent-session";
    secret->least = secret->ceiling = RA_RADIUS_GRANT;
}

// A value may hold several: a JSON of logins, two URLs.
static void secrets(struct ra_collect *c, struct ra_span name, struct ra_span value, struct ra_secret_fact fact)
{
    struct ra_reach *r = place(c, name, value, "secret");
    const char *hint = ra_strndup(c->arena, name);
    struct ra_evidence e = {c->name, RA_METHOD_OBSERVED, 0, {.call = "environ"}};
    struct ra_reach *secret = ra_secret_found(c, r, value, hint, NULL, e);
    if (secret)
        mark_session(name, value, secret);
    size_t from = (size_t)(fact.value.p - value.p) + fact.value.n, at, n;
    while (ra_recognise_next(value, from, &at, &n, &fact)) {
        struct ra_secret_fact alone;
        if (!fact.identifier)
            ra_secret_found(c, r, fact.value, NULL, ra_recognise_value(fact.value, &alone) ? NULL : fact.provider, e);
        from = at + n;
    }
}

struct wrapping {
    struct ra_collect *c;
    struct ra_span name, value;
    struct ra_reach *place; // made with the first secret
};

static void unwrapped(void *arg, struct ra_span secret, const char *hint)
{
    struct wrapping *w = arg;
    struct ra_evidence e = {w->c->name, RA_METHOD_OBSERVED, 0, {.call = "environ"}};
    if (!w->place)
        w->place = place(w->c, w->name, w->value, "secret");
    ra_secret_found(w->c, w->place, secret, hint, NULL, e);
}

// The other parts of an AWS login stand in variables of their own. Source: AWS CLI, "Environment variables".
static void set_beside(struct ra_collect *c, struct ra_span name)
{
    c->beside = (struct ra_beside){0};
    if (!ra_span_is(name, "AWS_SECRET_ACCESS_KEY"))
        return;
    c->beside.id = ra_span_of(ra_host_getenv(c->host, "AWS_ACCESS_KEY_ID"));
    c->beside.session = ra_span_of(ra_host_getenv(c->host, "AWS_SESSION_TOKEN"));
    c->beside.scope = ra_host_getenv(c->host, "AWS_REGION");
    if (!c->beside.scope)
        c->beside.scope = ra_host_getenv(c->host, "AWS_DEFAULT_REGION");
}

static void look_at(struct ra_collect *c, struct ra_span name, struct ra_span value)
{
    struct wrapping inner = {.c = c, .name = name, .value = value};
    struct ra_secret_fact fact = {0};
    const struct handle *h = handle_of(name);
    if (ra_recognise_named(name, value, &fact)) {
        secrets(c, name, value, fact);
        return;
    }
    ra_wrapped_secrets(c, value, unwrapped, &inner);
    if (!inner.place && h && value.n) {
        struct ra_reach *r = place(c, name, value, h->kind == INJECT ? "code" : "handle");
        r->title = h->title;
    }
}

int ra_collect_env(struct ra_collect *c, struct ra_error *err);
int ra_collect_env(struct ra_collect *c, struct ra_error *err)
{
    (void)err;
    const char *const *e = c->host->self->environ_;
    if (!e) {
        int why = c->host->self->environ_err;
        const char *line = why ? ra_strfmt(c->arena, "the environment could not be read (%s)",
                                           why == EACCES || why == EPERM ? "not permitted" : ra_errno_name(why))
                               : "the environment could not be read";
        ra_unseen(c, NULL, line, (struct ra_reply){.err = why ? why : ENOSYS, .call = "environ"}, NULL);
        return 0;
    }
    for (; *e; e++) {
        struct ra_span value = ra_span_of(*e), name;
        ra_looked(c, (struct ra_reply){.call = "environ"}, RA_ON_PATH);
        // A string without '=' is no variable for anyone but a program that walks the block; look at it all the same.
        if (!ra_span_until(&value, '=', &name) || !value.p)
            value = name, name = RA_SPAN("(no name)");
        set_beside(c, name);
        look_at(c, name, value);
        c->beside = (struct ra_beside){0};
    }
    return 0;
}

// An inventory as JSON, schema "reachaudit-inventory/1". Writes what is there, in the order that freeze made;
// inventory_read.c reads exactly this.
#include "base/json_out.h"
#include "model/inventory.h"

static void text(struct ra_json_out *w, const char *key, const char *value)
{
    if (value)
        ra_json_kstr(w, key, value);
}

static void texts(struct ra_json_out *w, const char *key, const char *const *items, size_t n)
{
    ra_json_key(w, key);
    ra_json_open(w, '[');
    for (size_t i = 0; i < n; i++)
        ra_json_str(w, items[i]);
    ra_json_close(w, ']');
}

static void set(struct ra_json_out *w, const char *key, unsigned bits, unsigned n, const char *(*name)(unsigned))
{
    ra_json_key(w, key);
    ra_json_open(w, '[');
    for (unsigned i = 0; i < n; i++)
        if (bits >> i & 1)
            ra_json_str(w, name(i));
    ra_json_close(w, ']');
}

static void count(struct ra_json_out *w, const char *key, uint64_t n)
{
    ra_json_kint(w, key, n < (uint64_t)RA_EXACT_NUMBER ? (int64_t)n : RA_EXACT_NUMBER);
}

static void write_target(struct ra_json_out *w, const struct ra_target_facts *t)
{
    ra_json_key(w, "target");
    ra_json_open(w, '{');
    text(w, "kind", t->kind);
    text(w, "locator", t->locator);
    if (t->uid >= 0)
        ra_json_kint(w, "uid", t->uid);
    if (t->gid >= 0)
        ra_json_kint(w, "gid", t->gid);
    text(w, "hostname", t->hostname);
    text(w, "worktree", t->worktree);
    text(w, "home", t->home);
    if (t->box.kind) {
        ra_json_key(w, "box");
        ra_json_open(w, '{');
        ra_json_kstr(w, "kind", t->box.kind);
        ra_json_kbool(w, "shared_kernel", t->box.shared_kernel);
        text(w, "evidence", t->box.evidence);
        ra_json_close(w, '}');
    }
    ra_json_close(w, '}');
}

static void write_asked(struct ra_json_out *w, const struct ra_asked *a)
{
    ra_json_key(w, "asked");
    ra_json_open(w, '{');
    texts(w, "online", a->online, a->n_online);
    texts(w, "hosts", a->hosts, a->n_hosts);
    texts(w, "only", a->only, a->n_only);
    texts(w, "skip", a->skip, a->n_skip);
    ra_json_kbool(w, "connect", a->connect);
    ra_json_close(w, '}');
}

static void write_details(struct ra_json_out *w, const struct ra_reach *r)
{
    ra_json_key(w, "details");
    ra_json_open(w, '{');
    for (size_t i = 0; i < r->n_details; i++) {
        const struct ra_detail *d = &r->details[i];
        switch (d->type) {
        case RA_DETAIL_TEXT: ra_json_kstr(w, d->key, d->text); break;
        case RA_DETAIL_NUMBER: ra_json_kint(w, d->key, d->number); break;
        case RA_DETAIL_FLAG: ra_json_kbool(w, d->key, d->number != 0); break;
        }
    }
    ra_json_close(w, '}');
}

static void write_evidence(struct ra_json_out *w, const struct ra_evidence *e)
{
    ra_json_open(w, '{');
    ra_json_kstr(w, "collector", e->collector);
    ra_json_kstr(w, "method", ra_method_name(e->method));
    ra_json_kstr(w, "outcome", ra_errno_name(e->outcome));
    ra_json_key(w, "source");
    ra_json_open(w, '{');
    text(w, "path", e->source.path);
    if (e->source.line)
        ra_json_kint(w, "line", e->source.line);
    if (e->source.column)
        ra_json_kint(w, "column", e->source.column);
    text(w, "call", e->source.call);
    ra_json_close(w, '}');
    ra_json_close(w, '}');
}

static void write_reach(struct ra_json_out *w, const struct ra_reach *r)
{
    ra_json_open(w, '{');
    ra_json_kstr(w, "id", r->id);
    ra_json_kstr(w, "kind", ra_kind_row(r->kind)->name);
    ra_json_kstr(w, "locator", r->locator);
    text(w, "role", r->role);
    text(w, "ref", r->ref);
    text(w, "title", r->title);
    set(w, "access", r->access, RA_ACCESS_BITS, ra_access_name);
    set(w, "traits", r->traits, RA_TRAIT_COUNT, ra_trait_name);
    ra_json_kstr(w, "state", ra_state_name(r->state));
    ra_json_kstr(w, "least", ra_radius_name(r->least));
    if (r->state == RA_STATE_UNKNOWN || r->ceiling != r->least)
        ra_json_kstr(w, "ceiling", ra_radius_name(r->ceiling));
    ra_json_kstr(w, "cap", ra_severity_name(r->cap));
    text(w, "settled_by", r->settled_by);
    write_details(w, r);
    ra_json_key(w, "evidence");
    ra_json_open(w, '[');
    for (size_t i = 0; i < r->n_evidence; i++)
        write_evidence(w, &r->evidence[i]);
    ra_json_close(w, ']');
    ra_json_close(w, '}');
}

static void write_link(struct ra_json_out *w, const struct ra_link *l)
{
    ra_json_open(w, '{');
    ra_json_kstr(w, "rule", l->rule);
    ra_json_kstr(w, "from", l->from);
    ra_json_kstr(w, "to", l->to);
    ra_json_close(w, '}');
}

static void write_coverage(struct ra_json_out *w, const struct ra_coverage *c)
{
    ra_json_open(w, '{');
    ra_json_kstr(w, "collector", c->collector);
    ra_json_kstr(w, "status", ra_run_name(c->status));
    count(w, "looked", c->looked);
    count(w, "present", c->present);
    count(w, "denied", c->denied);
    count(w, "absent", c->absent);
    count(w, "unknown", c->unknown);
    texts(w, "not_seen", c->not_seen, c->n_not_seen);
    text(w, "reason", c->reason);
    ra_json_close(w, '}');
}

void ra_inventory_write(const struct ra_inventory *inv, struct ra_buf *out)
{
    struct ra_json_out w = ra_json_out_to(out, false);
    ra_json_open(&w, '{');
    ra_json_kstr(&w, "schema", RA_INVENTORY_SCHEMA);
    ra_json_key(&w, "tool");
    ra_json_open(&w, '{');
    ra_json_kstr(&w, "name", "reachaudit");
    text(&w, "version", inv->tool_version);
    ra_json_close(&w, '}');
    ra_json_kbool(&w, "frozen", inv->frozen);
    ra_json_kbool(&w, "stamp", inv->stamp);
    if (inv->now_s >= 0)
        ra_json_kint(&w, "time", inv->now_s);
    write_target(&w, &inv->target);
    write_asked(&w, &inv->asked);
    ra_json_key(&w, "reaches");
    ra_json_open(&w, '[');
    for (size_t i = 0; i < inv->n_reaches; i++)
        write_reach(&w, inv->reaches[i]);
    ra_json_close(&w, ']');
    ra_json_key(&w, "links");
    ra_json_open(&w, '[');
    for (size_t i = 0; i < inv->n_links; i++)
        write_link(&w, &inv->links[i]);
    ra_json_close(&w, ']');
    ra_json_key(&w, "coverage");
    ra_json_open(&w, '[');
    for (size_t i = 0; i < inv->n_coverage; i++)
        write_coverage(&w, inv->coverage[i]);
    ra_json_close(&w, ']');
    ra_json_close(&w, '}');
}

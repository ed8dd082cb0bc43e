// An inventory as JSON, schema "reachaudit-inventory/1". Writes what is there, in the order that freeze made;
// inventory_read.c reads exactly this.
#include "model/write.h"

static void write_target(struct ra_json_out *w, const struct ra_target_facts *t)
{
    ra_json_key(w, "target");
    ra_json_open(w, '{');
    ra_write_optional(w, "kind", t->kind);
    ra_write_optional(w, "locator", t->locator);
    if (t->uid >= 0)
        ra_json_kint(w, "uid", t->uid);
    if (t->gid >= 0)
        ra_json_kint(w, "gid", t->gid);
    ra_write_optional(w, "hostname", t->hostname);
    ra_write_optional(w, "worktree", t->worktree);
    ra_write_optional(w, "home", t->home);
    if (t->box.kind) {
        ra_json_key(w, "box");
        ra_json_open(w, '{');
        ra_json_kstr(w, "kind", t->box.kind);
        ra_json_kbool(w, "shared_kernel", t->box.shared_kernel);
        ra_write_optional(w, "evidence", t->box.evidence);
        ra_json_close(w, '}');
    }
    ra_json_close(w, '}');
}

static void write_reach(struct ra_json_out *w, const struct ra_reach *r)
{
    ra_json_open(w, '{');
    ra_json_kstr(w, "id", r->id);
    ra_json_kstr(w, "kind", ra_kind_row(r->kind)->name);
    ra_json_kstr(w, "locator", r->locator);
    ra_write_optional(w, "role", r->role);
    ra_write_optional(w, "ref", r->ref);
    ra_write_optional(w, "title", r->title);
    ra_write_set(w, "access", r->access, RA_ACCESS_BITS, ra_access_name);
    ra_write_set(w, "traits", r->traits, RA_TRAIT_COUNT, ra_trait_name);
    ra_json_kstr(w, "state", ra_state_name(r->state));
    ra_json_kstr(w, "least", ra_radius_name(r->least));
    if (r->state == RA_STATE_UNKNOWN || r->ceiling != r->least)
        ra_json_kstr(w, "ceiling", ra_radius_name(r->ceiling));
    ra_json_kstr(w, "cap", ra_severity_name(r->cap));
    ra_write_optional(w, "settled_by", r->settled_by);
    ra_write_details(w, r);
    ra_write_evidence(w, r);
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
    ra_write_count(w, "looked", c->looked);
    ra_write_count(w, "present", c->present);
    ra_write_count(w, "denied", c->denied);
    ra_write_count(w, "absent", c->absent);
    ra_write_count(w, "unknown", c->unknown);
    ra_write_texts(w, "not_seen", c->not_seen, c->n_not_seen);
    ra_write_optional(w, "reason", c->reason);
    ra_json_close(w, '}');
}

void ra_inventory_write(const struct ra_inventory *inv, struct ra_buf *out)
{
    struct ra_json_out w = ra_json_out_to(out, false);
    ra_json_open(&w, '{');
    ra_json_kstr(&w, "schema", RA_INVENTORY_SCHEMA);
    ra_write_tool(&w, inv);
    ra_json_kbool(&w, "frozen", inv->frozen);
    ra_json_kbool(&w, "stamp", inv->stamp);
    if (inv->now_s >= 0)
        ra_json_kint(&w, "time", inv->now_s);
    write_target(&w, &inv->target);
    ra_write_asked(&w, &inv->asked);
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

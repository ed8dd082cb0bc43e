// Building an inventory: reaches, their evidence and details, links, coverage. Order is made by freeze, not here.
#include "model/inventory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "model/index.h"
#include "model/join.h"
#include "model/scrub.h"

void ra_inventory_init(struct ra_inventory *inv, struct ra_arena *a)
{
    *inv = (struct ra_inventory){
        .arena = a, .tool_version = RA_VERSION, .now_s = -1, .target = {.uid = -1, .gid = -1}, .index = ra_index_new(a, 0)};
}

static void must_be_open(const struct ra_inventory *inv)
{
    if (inv->frozen)
        abort();
}

static char *copy(struct ra_arena *a, const char *text)
{
    return text ? ra_strdup(a, text) : NULL;
}

void ra_reach_evidence(struct ra_inventory *inv, struct ra_reach *r, struct ra_evidence e)
{
    must_be_open(inv);
    e.collector = copy(inv->arena, e.collector ? e.collector : "");
    e.source.path = ra_scrub(inv->arena, e.source.path);
    e.source.call = copy(inv->arena, e.source.call);
    // A number that errno does not know has no word to be read back by.
    if (ra_errno_parse(ra_errno_name(e.outcome)) < 0)
        e.outcome = -1;
    ra_push_evidence(inv->arena, r, e);
}

struct ra_reach *ra_reach_add(struct ra_inventory *inv, enum ra_kind kind, const char *id, const char *locator,
                              enum ra_state state, struct ra_evidence evidence)
{
    must_be_open(inv);
    struct ra_reach *r = ra_index_find(inv->index, id);
    if (!locator) {
        const char *colon = strchr(id, ':');
        locator = ra_id_decode(inv->arena, colon ? colon + 1 : id);
    }
    const char *shown = ra_scrub(inv->arena, locator);
    if (r) {
        r->state = ra_join_state(r->state, state);
        r->locator = ra_join_text(r->locator, shown);
    } else {
        const struct ra_kind_row *row = ra_kind_row(kind);
        r = ra_new(inv->arena, struct ra_reach);
        *r = (struct ra_reach){.id = ra_strdup(inv->arena, id), .kind = kind, .locator = shown, .state = state,
                               .least = row->least, .ceiling = row->ceiling, .cap = row->cap};
        ra_push_reach(inv, r);
        ra_index_put(inv->arena, inv->index, r);
    }
    ra_reach_evidence(inv, r, evidence);
    return r;
}

void ra_reach_radius(struct ra_reach *r, enum ra_radius least, enum ra_radius ceiling)
{
    if (!r->narrowed || least > r->least)
        r->least = least;
    if (!r->narrowed || ceiling > r->ceiling)
        r->ceiling = ceiling;
    r->narrowed = true;
}

static void add_detail(struct ra_inventory *inv, struct ra_reach *r, struct ra_detail d)
{
    must_be_open(inv);
    d.key = ra_scrub(inv->arena, d.key);
    ra_join_detail(inv->arena, r, d);
}

void ra_reach_text(struct ra_inventory *inv, struct ra_reach *r, const char *key, const char *value)
{
    if (value)
        add_detail(inv, r, (struct ra_detail){.key = key, .type = RA_DETAIL_TEXT, .text = ra_scrub(inv->arena, value)});
}

void ra_reach_number(struct ra_inventory *inv, struct ra_reach *r, const char *key, int64_t value)
{
    if (value > RA_EXACT_NUMBER || value < -RA_EXACT_NUMBER)
        ra_reach_text(inv, r, key, ra_strfmt(inv->arena, "%" PRId64, value));
    else
        add_detail(inv, r, (struct ra_detail){.key = key, .type = RA_DETAIL_NUMBER, .number = value});
}

void ra_reach_flag(struct ra_inventory *inv, struct ra_reach *r, const char *key, bool value)
{
    add_detail(inv, r, (struct ra_detail){.key = key, .type = RA_DETAIL_FLAG, .number = value});
}

static const char *unknown_id(struct ra_arena *a, const char *what)
{
    struct ra_span part = ra_span_of(what), text;
    ra_span_until(&part, '#', &text);
    return ra_id(a, RA_KIND_UNKNOWN, ra_strndup(a, text), part.p ? ra_strndup(a, part) : NULL);
}

struct ra_reach *ra_unknown_add(struct ra_inventory *inv, const char *what, enum ra_radius ceiling, unsigned traits,
                                const char *settled_by, struct ra_evidence evidence)
{
    const char *id = unknown_id(inv->arena, what);
    struct ra_reach *r = ra_reach_add(inv, RA_KIND_UNKNOWN, id, what, RA_STATE_UNKNOWN, evidence);
    ra_reach_radius(r, RA_RADIUS_NOTHING, ceiling);
    r->traits |= traits;
    r->settled_by = ra_join_text(r->settled_by, copy(inv->arena, settled_by));
    return r;
}

void ra_unknown_settle(struct ra_inventory *inv, const char *id)
{
    must_be_open(inv);
    struct ra_reach *r = ra_index_find(inv->index, id);
    if (r && r->kind == RA_KIND_UNKNOWN)
        r->state = RA_STATE_ABSENT;
}

void ra_scope_settle(struct ra_inventory *inv, const char *secret_id, bool dead)
{
    must_be_open(inv);
    const char *what = ra_strfmt(inv->arena, "%s/scope", secret_id);
    struct ra_reach *unknown = ra_index_find(inv->index, unknown_id(inv->arena, what));
    struct ra_reach *secret = ra_index_find(inv->index, secret_id);
    if (unknown)
        unknown->state = RA_STATE_ABSENT;
    if (!secret)
        return;
    if (dead)
        secret->traits &= ~(unsigned)RA_TRAIT_LIVE;
    secret->least = secret->least < RA_RADIUS_GRANT ? secret->least : RA_RADIUS_GRANT;
    secret->ceiling = secret->ceiling < RA_RADIUS_GRANT ? secret->ceiling : RA_RADIUS_GRANT;
    secret->narrowed = true;
}

void ra_link_add(struct ra_inventory *inv, const char *rule, const char *from_id, const char *to_id)
{
    must_be_open(inv);
    inv->links = ra_grow(inv->arena, inv->links, inv->n_links, &inv->cap_links, sizeof *inv->links);
    inv->links[inv->n_links++] =
        (struct ra_link){copy(inv->arena, rule), copy(inv->arena, from_id), copy(inv->arena, to_id)};
}

struct ra_coverage *ra_coverage_add(struct ra_inventory *inv, const char *collector)
{
    must_be_open(inv);
    for (size_t i = 0; i < inv->n_coverage; i++)
        if (strcmp(inv->coverage[i]->collector, collector) == 0)
            return inv->coverage[i];
    struct ra_coverage *c = ra_new(inv->arena, struct ra_coverage);
    c->collector = copy(inv->arena, collector);
    inv->coverage = ra_grow(inv->arena, inv->coverage, inv->n_coverage, &inv->cap_coverage, sizeof *inv->coverage);
    inv->coverage[inv->n_coverage++] = c;
    return c;
}

void ra_coverage_not_seen(struct ra_inventory *inv, struct ra_coverage *c, const char *line)
{
    must_be_open(inv);
    c->not_seen = ra_grow(inv->arena, c->not_seen, c->n_not_seen, &c->cap_not_seen, sizeof *c->not_seen);
    c->not_seen[c->n_not_seen++] = ra_scrub(inv->arena, line ? line : "");
}

static int by_id(const void *key, const void *item)
{
    const struct ra_reach *const *r = item;
    return strcmp(key, (*r)->id);
}

const struct ra_reach *ra_reach_find(const struct ra_inventory *inv, const char *id)
{
    if (!inv->frozen)
        return ra_index_find(inv->index, id);
    if (!inv->n_reaches)
        return NULL;
    struct ra_reach **hit = bsearch(id, inv->reaches, inv->n_reaches, sizeof *inv->reaches, by_id);
    return hit ? *hit : NULL;
}

const struct ra_detail *ra_detail_find(const struct ra_reach *r, const char *key)
{
    for (size_t i = 0; i < r->n_details; i++)
        if (strcmp(r->details[i].key, key) == 0)
            return &r->details[i];
    return NULL;
}

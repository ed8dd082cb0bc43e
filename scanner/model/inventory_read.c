// An inventory from its JSON. Strict: what inventory_write.c would not write is an error with its path, so that a
// half-read inventory never becomes a verdict.
#include <stddef.h>
#include <string.h>

#include "base/limits.h"
#include "model/fields.h"
#include "model/inventory.h"
#include "model/json_strict.h"

RA_FIELD_WORD(run, enum ra_run)

static int read_schema(struct ra_fields *f, const cJSON *v, void *to)
{
    (void)to;
    if (!cJSON_IsString(v) || strcmp(v->valuestring, RA_INVENTORY_SCHEMA) != 0)
        return ra_field_bad(f, "must be \"%s\"", RA_INVENTORY_SCHEMA);
    return 0;
}

static int read_reaches(struct ra_fields *f, const cJSON *v, void *to)
{
    return ra_field_each(f, v, ra_reach_read, to);
}

static int read_link(struct ra_fields *f, const cJSON *v, void *to)
{
    static const struct ra_field rows[] = {
        {"rule", true, offsetof(struct ra_link, rule), ra_field_text},
        {"from", true, offsetof(struct ra_link, from), ra_field_text},
        {"to", true, offsetof(struct ra_link, to), ra_field_text},
    };
    struct ra_inventory *inv = to;
    struct ra_link l = {0};
    int code = ra_fields_read(f, v, rows, RA_COUNT(rows), &l);
    if (code)
        return code;
    inv->links = ra_grow(f->arena, inv->links, inv->n_links, &inv->cap_links, sizeof l);
    inv->links[inv->n_links++] = l;
    return 0;
}

static int read_links(struct ra_fields *f, const cJSON *v, void *to)
{
    return ra_field_each(f, v, read_link, to);
}

// ---- coverage and facts ---------------------------------------------------------------------------

static int read_not_seen(struct ra_fields *f, const cJSON *v, void *to)
{
    struct ra_coverage *c = to;
    struct ra_field_list t = {0};
    int code = ra_field_texts(f, v, &t);
    c->not_seen = t.items;
    c->n_not_seen = t.n;
    c->cap_not_seen = t.cap;
    return code;
}

// Far more than there are collectors; names are compared one by one.
enum { MAX_COVERAGE = 1000 };

static int coverage_row(struct ra_fields *f, const cJSON *v, struct ra_inventory *inv, bool report)
{
    static const struct ra_field rows[] = {
        {"collector", true, offsetof(struct ra_coverage, collector), ra_field_text},
        {"status", true, offsetof(struct ra_coverage, status), read_run},
        {"looked", true, offsetof(struct ra_coverage, looked), ra_field_count},
        {"present", true, offsetof(struct ra_coverage, present), ra_field_count},
        {"denied", true, offsetof(struct ra_coverage, denied), ra_field_count},
        {"absent", false, offsetof(struct ra_coverage, absent), ra_field_count},
        {"unknown", true, offsetof(struct ra_coverage, unknown), ra_field_count},
        {"not_seen", true, 0, read_not_seen},
        {"reason", false, offsetof(struct ra_coverage, reason), ra_field_text},
    };
    struct ra_coverage *c = ra_new(f->arena, struct ra_coverage);
    int code = report ? ra_fields_pick(f, v, rows, RA_COUNT(rows), c) : ra_fields_read(f, v, rows, RA_COUNT(rows), c);
    if (code)
        return code;
    if (!report && !cJSON_GetObjectItemCaseSensitive(v, "absent"))
        return ra_field_bad(f, "field \"absent\" is missing");
    if (inv->n_coverage >= MAX_COVERAGE)
        return ra_field_bad(f, "more than %d collectors", MAX_COVERAGE);
    for (size_t i = 0; i < inv->n_coverage; i++)
        if (strcmp(inv->coverage[i]->collector, c->collector) == 0)
            return ra_field_bad(f, "collector \"%.60s\" twice", ra_field_shown(f, c->collector));
    inv->coverage = ra_grow(f->arena, inv->coverage, inv->n_coverage, &inv->cap_coverage, sizeof *inv->coverage);
    inv->coverage[inv->n_coverage++] = c;
    return 0;
}

static int read_coverage_row(struct ra_fields *f, const cJSON *v, void *to)
{
    return coverage_row(f, v, to, false);
}

int ra_stored_coverage_read(struct ra_fields *f, const cJSON *v, void *to)
{
    return coverage_row(f, v, to, true);
}

static int read_coverage(struct ra_fields *f, const cJSON *v, void *to)
{
    return ra_field_each(f, v, read_coverage_row, to);
}

static int read_box(struct ra_fields *f, const cJSON *v, void *to)
{
    static const struct ra_field rows[] = {
        {"kind", true, offsetof(struct ra_box, kind), ra_field_text},
        {"shared_kernel", true, offsetof(struct ra_box, shared_kernel), ra_field_flag},
        {"evidence", false, offsetof(struct ra_box, evidence), ra_field_text},
    };
    return ra_fields_read(f, v, rows, RA_COUNT(rows), to);
}

static int read_natural(struct ra_fields *f, const cJSON *v, void *to)
{
    uint64_t n = 0;
    int64_t *ret = to;
    int code = ra_field_count(f, v, &n);
    *ret = (int64_t)n;
    return code;
}

static int read_target(struct ra_fields *f, const cJSON *v, void *to)
{
    static const struct ra_field rows[] = {
        {"kind", false, offsetof(struct ra_target_facts, kind), ra_field_text},
        {"locator", false, offsetof(struct ra_target_facts, locator), ra_field_text},
        {"uid", false, offsetof(struct ra_target_facts, uid), read_natural},
        {"gid", false, offsetof(struct ra_target_facts, gid), read_natural},
        {"hostname", false, offsetof(struct ra_target_facts, hostname), ra_field_text},
        {"worktree", false, offsetof(struct ra_target_facts, worktree), ra_field_text},
        {"home", false, offsetof(struct ra_target_facts, home), ra_field_text},
        {"box", false, offsetof(struct ra_target_facts, box), read_box},
    };
    return ra_fields_read(f, v, rows, RA_COUNT(rows), to);
}

static int asked(struct ra_fields *f, const cJSON *v, struct ra_asked *ret, bool report)
{
    struct asked {
        struct ra_field_list online, hosts, only, skip;
        bool connect;
    } got = {0};
    static const struct ra_field rows[] = {
        {"online", true, offsetof(struct asked, online), ra_field_texts},
        {"hosts", true, offsetof(struct asked, hosts), ra_field_texts},
        {"only", true, offsetof(struct asked, only), ra_field_texts},
        {"skip", true, offsetof(struct asked, skip), ra_field_texts},
        {"connect", true, offsetof(struct asked, connect), ra_field_flag},
    };
    int code = report ? ra_fields_pick(f, v, rows, RA_COUNT(rows), &got) : ra_fields_read(f, v, rows, RA_COUNT(rows), &got);
    *ret = (struct ra_asked){.online = got.online.items, .n_online = got.online.n, .hosts = got.hosts.items,
                             .n_hosts = got.hosts.n, .only = got.only.items, .n_only = got.only.n,
                             .skip = got.skip.items, .n_skip = got.skip.n, .connect = got.connect};
    return code;
}

static int read_asked(struct ra_fields *f, const cJSON *v, void *to)
{
    return asked(f, v, to, false);
}

int ra_stored_asked_read(struct ra_fields *f, const cJSON *v, void *to)
{
    return asked(f, v, to, true);
}

static int read_tool(struct ra_fields *f, const cJSON *v, void *to)
{
    struct tool {
        const char *name, *version;
    } got = {0};
    static const struct ra_field rows[] = {
        {"name", true, offsetof(struct tool, name), ra_field_text},
        {"version", false, offsetof(struct tool, version), ra_field_text},
    };
    struct ra_inventory *inv = to;
    int code = ra_fields_read(f, v, rows, RA_COUNT(rows), &got);
    inv->tool_version = got.version;
    return code;
}

static int read_inventory(struct ra_fields *f, const cJSON *v, struct ra_inventory *inv, bool *ret_frozen)
{
    static const struct ra_field rows[] = {
        {"schema", true, 0, read_schema},
        {"tool", true, 0, read_tool},
        {"frozen", true, offsetof(struct ra_inventory, frozen), ra_field_flag},
        {"stamp", true, offsetof(struct ra_inventory, stamp), ra_field_flag},
        {"time", false, offsetof(struct ra_inventory, now_s), read_natural},
        {"target", true, offsetof(struct ra_inventory, target), read_target},
        {"asked", true, offsetof(struct ra_inventory, asked), read_asked},
        {"reaches", true, 0, read_reaches},
        {"links", true, 0, read_links},
        {"coverage", true, 0, read_coverage},
    };
    int code = ra_fields_read(f, v, rows, RA_COUNT(rows), inv);
    *ret_frozen = inv->frozen;
    inv->frozen = false;
    return code;
}

int ra_inventory_read(struct ra_arena *a, struct ra_span json, struct ra_inventory *ret, struct ra_error *err)
{
    if (json.n > (size_t)RA_MAX_INVENTORY_BYTES)
        return ra_fail(err, RA_E_LIMIT, "the inventory is longer than %ld bytes", RA_MAX_INVENTORY_BYTES);
    int code = ra_json_strict(json, err);
    if (code)
        return code;
    cJSON *root = cJSON_ParseWithLength(json.p, json.n);
    if (!root)
        return ra_fail(err, RA_E_INTERNAL, "the inventory passed the check but could not be read");
    struct ra_fields f = {.arena = a, .err = err, .scrub = true};
    struct ra_inventory inv;
    bool frozen = false;
    ra_inventory_init(&inv, a);
    code = read_inventory(&f, root, &inv, &frozen);
    cJSON_Delete(root);
    if (code)
        return code;
    if (frozen)
        ra_inventory_freeze(&inv);
    *ret = inv;
    return 0;
}

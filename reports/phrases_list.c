// The phrases of the lists: what is unknown, what waits for whoever uses the result, what is asleep, the profile's
// exceptions, what was looked at. What one and the same answer covers is one line.
#include "reports/phrases.h"

#include <inttypes.h>
#include <string.h>

#include "model/target.h"

static bool settled_alike(const struct ra_reach *x, const struct ra_reach *y)
{
    return y->state == RA_STATE_UNKNOWN && x->settled_by && y->settled_by && strcmp(x->settled_by, y->settled_by) == 0;
}

bool ra_phrase_settles(const struct ra_inventory *inv, size_t at, size_t other)
{
    return at == other || settled_alike(inv->reaches[at], inv->reaches[other]);
}

bool ra_phrase_unknown_first(const struct ra_inventory *inv, size_t at)
{
    if (inv->reaches[at]->state != RA_STATE_UNKNOWN)
        return false;
    for (size_t i = 0; i < at; i++)
        if (ra_phrase_settles(inv, at, i))
            return false;
    return true;
}

enum ra_radius ra_phrase_unknown_ceiling(const struct ra_inventory *inv, size_t at)
{
    enum ra_radius ceiling = inv->reaches[at]->ceiling;
    for (size_t i = at + 1; i < inv->n_reaches; i++)
        if (inv->reaches[i]->ceiling > ceiling && ra_phrase_settles(inv, at, i))
            ceiling = inv->reaches[i]->ceiling;
    return ceiling;
}

void ra_phrase_unknown(struct ra_buf *out, const struct ra_inventory *inv, size_t at, size_t most)
{
    const struct ra_reach *first = inv->reaches[at];
    size_t n = 0;
    for (size_t i = at; i < inv->n_reaches; i++)
        if (ra_phrase_settles(inv, at, i) && n++ < most)
            ra_buf_printf(out, "%s%s", n > 1 ? ", " : "", inv->reaches[i]->id);
    if (n > most)
        ra_buf_printf(out, " and %zu more", n - most);
    ra_buf_printf(out, " may be as much as %s", ra_radius_name(ra_phrase_unknown_ceiling(inv, at)));
    if (first->settled_by)
        ra_buf_printf(out, "; settled by: %s", first->settled_by);
}

// ---- for whoever uses the result -------------------------------------------------------------------

// What only a strict profile fails is said here to everybody: the result is used after the gate has opened.
static bool told_for_later(const struct ra_finding *f)
{
    return f->later && f->status != RA_STATUS_NOT_APPLICABLE;
}

static bool same_advice(const struct ra_finding *x, const struct ra_finding *y)
{
    return told_for_later(x) && told_for_later(y) && strcmp(x->check, y->check) == 0 &&
           strcmp(x->remedy ? x->remedy : "", y->remedy ? y->remedy : "") == 0;
}

bool ra_phrase_advice(struct ra_buf *out, const struct ra_verdict *v, size_t at, size_t most)
{
    const struct ra_finding *first = &v->findings[at];
    if (!told_for_later(first))
        return false;
    for (size_t i = 0; i < at; i++)
        if (same_advice(&v->findings[i], first))
            return false;
    ra_buf_printf(out, "%s: ", first->title);
    size_t n = 0;
    for (size_t i = at; i < v->n_findings; i++) {
        if (!same_advice(first, &v->findings[i]) || ++n > most)
            continue;
        if (n > 1)
            ra_buf_puts(out, ", ");
        ra_phrase_ids(out, v->findings[i].reaches, v->findings[i].n_reaches, 2);
    }
    if (n > most)
        ra_buf_printf(out, " and %zu more", n - most);
    if (first->remedy && *first->remedy)
        ra_buf_printf(out, ". %s", first->remedy);
    return true;
}

bool ra_phrase_asleep(struct ra_buf *out, const struct ra_inventory *inv, const struct ra_verdict *v, size_t at)
{
    const struct ra_reach *r = inv->reaches[at];
    if (!v->reaches[at].dormant || ra_kind_is_secret(r->kind) || v->reaches[at].radius <= RA_RADIUS_SANDBOX)
        return false; // its places stand for a secret; a right that costs nobody anything may sleep unnamed
    ra_buf_printf(out, "%s would be %s", r->id, ra_radius_name(v->reaches[at].radius));
    if (r->title)
        ra_buf_printf(out, " (%s)", r->title);
    return true;
}

// ---- the profile's exceptions ----------------------------------------------------------------------

void ra_phrase_waiver(struct ra_buf *out, const struct ra_waiver_used *w)
{
    ra_buf_printf(out, "waives %s for %s (%s; line %u): %s", w->check, w->reach, w->status, w->line, w->reason);
    if (w->owner)
        ra_buf_printf(out, ", says %s", w->owner);
    if (w->expires)
        ra_buf_printf(out, ", until %s", w->expires);
}

void ra_phrase_override(struct ra_buf *out, const struct ra_override_used *o)
{
    if (o->grant)
        ra_buf_printf(out, "counts grant:%s as %s (line %u)", o->grant, o->radius, o->line);
    else
        ra_buf_printf(out, "counts %s as %s (line %u)", o->check, o->severity, o->line);
    if (o->reason)
        ra_buf_printf(out, ": %s", o->reason);
}

// ---- what was looked at ----------------------------------------------------------------------------

bool ra_phrase_never_there(const struct ra_inventory *inv, const struct ra_coverage *c)
{
    return c->status == RA_RUN_UNSUPPORTED && ra_target_is_static(inv->target.kind);
}

static bool has_gap(const struct ra_inventory *inv, const struct ra_coverage *c)
{
    return !ra_phrase_never_there(inv, c) && (c->reason || (c->status != RA_RUN_RAN && !c->n_not_seen));
}

bool ra_phrase_gap(struct ra_buf *out, const struct ra_inventory *inv, const struct ra_coverage *c)
{
    if (!has_gap(inv, c))
        return false;
    ra_buf_puts(out, ra_run_name(c->status));
    if (c->reason)
        ra_buf_printf(out, ": %s", c->reason);
    return true;
}

void ra_phrase_looked(struct ra_buf *out, const struct ra_inventory *inv, size_t *ret_gaps)
{
    uint64_t looked = 0;
    size_t surfaces = 0, gaps = 0;
    for (size_t i = 0; i < inv->n_coverage; i++) {
        const struct ra_coverage *c = inv->coverage[i];
        looked += c->looked;
        surfaces += c->status == RA_RUN_RAN || c->status == RA_RUN_PARTIAL;
        gaps += c->n_not_seen + has_gap(inv, c);
    }
    ra_buf_printf(out, "%" PRIu64 " place%s in %zu surface%s", looked, looked == 1 ? "" : "s", surfaces,
                  surfaces == 1 ? "" : "s");
    if (ret_gaps)
        *ret_gaps = gaps;
}

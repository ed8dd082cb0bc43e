// What a provider learnt goes into the inventory here, one way for all of them.
#include <string.h>

#include "base/digest.h"
#include "base/limits.h"
#include "providers/ask.h"

static enum ra_radius at_least(const struct ra_right_row *row, enum ra_state state)
{
    return state == RA_STATE_PRESENT ? row->least : RA_RADIUS_NOTHING;
}

static enum ra_radius at_most(const struct ra_right_row *row, enum ra_state state)
{
    switch (state) {
    case RA_STATE_PRESENT:
        return row->least;
    case RA_STATE_UNKNOWN:
        return row->ceiling > row->least ? row->ceiling : row->least;
    case RA_STATE_DENIED:
    case RA_STATE_ABSENT:
        return RA_RADIUS_NOTHING;
    }
    return row->ceiling;
}

// The title with the object in place of "{}".
static const char *title_of(struct ra_arena *a, const char *title, const char *object)
{
    const char *hole = strstr(title, "{}");
    return hole ? ra_strfmt(a, "%.*s%s%s", (int)(hole - title), title, object ? object : "it", hole + 2) : title;
}

// A name that a server made long would stand in every id, title and line of a report.
static const char *shortened(struct ra_arena *a, const char *name)
{
    char sum[RA_DIGEST_HEX + 1];
    if (!name || strlen(name) <= RA_ASK_MAX_NAME_BYTES)
        return name;
    ra_digest(ra_span_of(name), sum);
    return ra_strfmt(a, "%.*s...%s", RA_ASK_MAX_NAME_BYTES, name, sum);
}

struct ra_reach *ra_grant_add(struct ra_provide *p, enum ra_right right, const char *object, bool own,
                              enum ra_state state, const char *why, struct ra_evidence evidence)
{
    const struct ra_right_row *row = &ra_rights[right];
    struct ra_arena *a = p->arena;
    if (p->asking && ++p->asking->grants > RA_ASK_MAX_GRANTS)
        object = "more"; // joined, so that the surest and the widest of them counts
    object = shortened(a, object);
    char *text = object ? ra_strfmt(a, "%s:%s:%s", row->provider, object, row->right)
                        : ra_strfmt(a, "%s:%s", row->provider, row->right);
    struct ra_reach *r = ra_reach_add(p->inv, RA_KIND_GRANT, ra_id(a, RA_KIND_GRANT, text, NULL), text, state, evidence);
    ra_reach_radius(r, at_least(row, state), at_most(row, state));
    r->title = title_of(a, row->title, object);
    size_t n = strlen(row->right);
    bool reads = n >= 5 && strcmp(row->right + n - 5, "=read") == 0;
    if (state != RA_STATE_DENIED) {
        r->access |= reads ? RA_READ : RA_READ | RA_WRITE;
        r->traits |= row->traits | (own ? RA_TRAIT_OWN_REMOTE : 0);
    }
    ra_reach_text(p->inv, r, "right", row->right);
    ra_reach_text(p->inv, r, "object", object);
    if (state == RA_STATE_UNKNOWN)
        ra_reach_text(p->inv, r, "reason", why);
    if (state != RA_STATE_DENIED) // another credential may have the same right
        ra_link_add(p->inv, "gives", p->credential->secret->id, r->id);
    return r;
}

void ra_scope_told(struct ra_provide *p)
{
    p->asking->told = true;
}

void ra_credential_dead(struct ra_provide *p, struct ra_evidence evidence)
{
    struct ra_url url;
    p->asking->dead = true;
    ra_credential_fact(p, "answer", "the service does not know it");
    ra_reach_evidence(p->inv, ra_reach_add(p->inv, p->credential->secret->kind, p->credential->secret->id,
                                           p->credential->secret->locator, RA_STATE_PRESENT, evidence), evidence);
    if (ra_url_parse_host(p->arena, p->credential->host, &url))
        ra_ask_count_dead(p->asking, &url);
}

void ra_credential_fact(struct ra_provide *p, const char *key, const char *value)
{
    const struct ra_reach *s = p->credential->secret;
    struct ra_evidence e = {"tokens", ra_ask_method(p), 0, {0}};
    struct ra_reach *r = ra_reach_add(p->inv, s->kind, s->id, s->locator, s->state, e);
    ra_reach_text(p->inv, r, key, shortened(p->arena, value));
}

// Permissions by name, and bounds on what a token may do. A bound is an interval: at least this, at most that. Nothing
// here asks anything.
#include "providers/github.h"

#define RA_RIGHT_NONE (-1)
const struct ra_gh_permission_row ra_gh_permissions[RA_GH_PERMISSION_COUNT] = {
#define RA_GH_PERMISSION(id, name, at, read, write, reads, writes, others) \
    [RA_GH_##id] = {name, RA_GH_AT_##at, RA_GH_ROLE_##read, RA_GH_ROLE_##write, RA_RIGHT_##reads, RA_RIGHT_##writes, \
                    RA_RIGHT_##others},
#include "providers/github_permissions.def"
#undef RA_GH_PERMISSION
};

void ra_gh_set_all(struct ra_gh_set *s, enum ra_gh_level least, enum ra_gh_level most, const char *why,
                   struct ra_evidence from)
{
    for (size_t i = 0; i < RA_GH_PERMISSION_COUNT; i++)
        s->of[i] = (struct ra_gh_bound){least, most, why, from};
    s->asked_as = RA_GH_ROLE_ADMIN;
}

bool ra_gh_permission_parse(struct ra_span name, enum ra_gh_permission *ret)
{
    for (size_t i = 0; i < RA_GH_PERMISSION_COUNT; i++)
        if (ra_span_is(name, ra_gh_permissions[i].name)) {
            *ret = (enum ra_gh_permission)i;
            return true;
        }
    return false;
}

enum ra_gh_level ra_gh_level_parse(struct ra_span level)
{
    return ra_span_is(level, "read") ? RA_GH_READ : RA_GH_WRITE; // admin, and what we do not know, count as the most
}

static enum ra_gh_level smaller(enum ra_gh_level a, enum ra_gh_level b)
{
    return a < b ? a : b;
}

struct ra_gh_bound ra_gh_within(const struct ra_gh_set *s, enum ra_gh_permission permission, enum ra_gh_role role)
{
    const struct ra_gh_permission_row *row = &ra_gh_permissions[permission];
    struct ra_gh_bound b = s->of[permission];
    enum ra_gh_level cap = role >= row->to_write ? RA_GH_WRITE : role >= row->to_read ? RA_GH_READ : RA_GH_NO;
    // Refused to an account of a lower role: the token may still have it.
    if (role > s->asked_as && b.most < RA_GH_WRITE && s->asked_as < row->to_write) {
        b.most = RA_GH_WRITE;
        b.why = "asked only where the account's role is lower";
    }
    b.least = smaller(b.least, cap);
    b.most = smaller(b.most, cap);
    return b;
}

enum ra_state ra_gh_state(struct ra_gh_bound b, enum ra_gh_level wanted)
{
    return b.least >= wanted ? RA_STATE_PRESENT : b.most < wanted ? RA_STATE_DENIED : RA_STATE_UNKNOWN;
}

// Rank by what must not be lost: proved, then unknown, then excluded.
static int rank(enum ra_state s)
{
    switch (s) {
    case RA_STATE_PRESENT:
        return 2;
    case RA_STATE_UNKNOWN:
        return 1;
    case RA_STATE_DENIED:
    case RA_STATE_ABSENT:
        return 0;
    }
    return 0;
}

void ra_gh_count(struct ra_gh_tally *t, int right, enum ra_state state, const char *why, struct ra_evidence from)
{
    if (right < 0 || (t->of[right].used && rank(state) <= rank(t->of[right].state)))
        return;
    t->of[right].used = true;
    t->of[right].state = state;
    t->of[right].why = state == RA_STATE_UNKNOWN ? (why ? why : "could not be told") : NULL;
    t->of[right].from = from;
}

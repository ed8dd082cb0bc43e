// Anthropic: is the key alive, may it read what its workspace keeps, or does it administer the organization? A key has no
// permissions of its own: its workspace and its kind say what it may. Logins of the coding agent itself are not asked.
#include <string.h>

#include "providers/answers.h"

static bool is_type(const struct ra_provide *p, const char *type)
{
    return p->credential->type && strcmp(p->credential->type, type) == 0;
}

static enum ra_state state_of(const struct ra_meaning *m)
{
    return m->means == RA_MEANS_YES ? RA_STATE_PRESENT : m->means == RA_MEANS_REFUSED ? RA_STATE_DENIED : RA_STATE_UNKNOWN;
}

static void admin(struct ra_provide *p)
{
    struct ra_answer who = ra_ask_one(p, RA_REQUEST_ANTHROPIC_ORGANIZATION, NULL, NULL);
    if (!ra_answer_goes_on(p, RA_REQUEST_ANTHROPIC_ORGANIZATION, &who))
        return;
    struct ra_span name = ra_json_text(ra_json_get(who.json, "name"));
    const char *organization = name.n ? ra_strndup(p->arena, name) : NULL;
    struct ra_answer users = ra_ask_one(p, RA_REQUEST_ANTHROPIC_USERS, NULL, NULL);
    struct ra_meaning m = ra_answer_means(p->arena, "anthropic", &users, false);
    ra_credential_fact(p, "organization", organization);
    ra_grant_add(p, RA_RIGHT_ANTHROPIC_ADMIN, organization, false, state_of(&m), m.why,
                 ra_answered(p, RA_REQUEST_ANTHROPIC_USERS, &users));
    ra_scope_told(p);
}

void ra_provide_anthropic(struct ra_provide *p)
{
    p->base[RA_BASE_API] = ra_own_base(p);
    if (is_type(p, "oauth-access") || is_type(p, "oauth-refresh") || is_type(p, "auth-token")) {
        ra_credential_fact(p, "not asked further", "it is a login, not a key, and may be replaced by its use");
        return;
    }
    if (is_type(p, "admin-key")) {
        admin(p);
        return;
    }
    struct ra_answer models = ra_ask_one(p, RA_REQUEST_ANTHROPIC_MODELS, NULL, NULL);
    if (!ra_answer_goes_on(p, RA_REQUEST_ANTHROPIC_MODELS, &models))
        return;
    struct ra_span organization = ra_span_of(ra_answer_header(p->arena, &models, "anthropic-organization-id"));
    if (organization.n)
        ra_credential_fact(p, "organization", ra_strndup(p->arena, organization));
    if (!ra_json_get(models.json, "data")) {
        ra_credential_fact(p, "not asked further", "the answer is none of this service's");
        return;
    }
    struct ra_answer batches = ra_ask_one(p, RA_REQUEST_ANTHROPIC_BATCHES, NULL, NULL);
    struct ra_meaning m = ra_answer_means(p->arena, "anthropic", &batches, false);
    ra_grant_add(p, RA_RIGHT_ANTHROPIC_USE, NULL, false, RA_STATE_PRESENT, NULL, ra_answered(p, RA_REQUEST_ANTHROPIC_MODELS, &models));
    ra_grant_add(p, RA_RIGHT_ANTHROPIC_DATA, NULL, false, state_of(&m), m.why, ra_answered(p, RA_REQUEST_ANTHROPIC_BATCHES, &batches));
    ra_scope_told(p);
}

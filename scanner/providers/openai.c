// OpenAI: is the key alive, may it list files, or does it administer the organization? A restricted key is told only by what
// it is refused: the refusal names the missing scope. What costs money cannot be asked without spending some.
#include <string.h>

#include "providers/answers.h"

static enum ra_state state_of(const struct ra_meaning *m)
{
    return m->means == RA_MEANS_YES ? RA_STATE_PRESENT : m->means == RA_MEANS_REFUSED ? RA_STATE_DENIED : RA_STATE_UNKNOWN;
}

static void ask(struct ra_provide *p, enum ra_request request, enum ra_right right)
{
    struct ra_answer answer = ra_ask_one(p, request, NULL, NULL);
    struct ra_meaning m = ra_answer_means(p->arena, "openai", &answer, false);
    if (m.means == RA_MEANS_YES && !ra_json_get(answer.json, "data"))
        m = (struct ra_meaning){RA_MEANS_UNTOLD, "the answer is none of this service's", false};
    ra_grant_add(p, right, NULL, false, state_of(&m), m.why, ra_answered(p, request, &answer));
}

void ra_provide_openai(struct ra_provide *p)
{
    bool home = strcmp(p->credential->host, "api.openai.com") == 0;
    bool admin = p->credential->type && strcmp(p->credential->type, "admin-key") == 0;
    // Elsewhere the configuration's URL ends where the paths begin; at home that is below /v1.
    p->base[RA_BASE_API] = home || !p->credential->path ? ra_strfmt(p->arena, "https://%s/v1", p->credential->host) : ra_own_base(p);
    enum ra_request first = admin ? RA_REQUEST_OPENAI_PROJECTS : RA_REQUEST_OPENAI_MODELS;
    struct ra_answer answer = ra_ask_one(p, first, NULL, NULL);
    struct ra_meaning m = ra_answer_means(p->arena, "openai", &answer, false);
    // A restricted key is refused the list of models, and alive.
    if (m.means != RA_MEANS_REFUSED && !ra_answer_goes_on(p, first, &answer))
        return;
    if (m.means == RA_MEANS_YES && !ra_json_get(answer.json, "data")) {
        ra_credential_fact(p, "not asked further", "the answer is none of this service's");
        return;
    }
    const char *organization = ra_answer_header(p->arena, &answer, "openai-organization");
    ra_credential_fact(p, "organization", organization);
    if (admin) {
        ra_grant_add(p, RA_RIGHT_OPENAI_ADMIN, NULL, false, state_of(&m), m.why, ra_answered(p, first, &answer));
    } else {
        ask(p, RA_REQUEST_OPENAI_FILES, RA_RIGHT_OPENAI_DATA);
        ra_grant_add(p, RA_RIGHT_OPENAI_USE, NULL, false, RA_STATE_UNKNOWN, "whether the key is restricted is not told, and trying costs money",
                     ra_answered(p, first, &answer));
    }
    ra_grant_add(p, RA_RIGHT_OPENAI_REST, NULL, false, RA_STATE_UNKNOWN, "whether the key is restricted is not told",
                 ra_answered(p, first, &answer));
    ra_scope_told(p);
}

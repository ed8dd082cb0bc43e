// Slack: whose token it is, and its scopes, which the answer's header lists. One request. Webhooks only write, so they are
// not asked; a browser's token needs its cookie; refresh tokens would be replaced by their use.
#include <string.h>

#include "providers/answers.h"

static const struct {
    const char *pattern;
    int right; // -1: opens nothing that is told
} scopes[] = {
#define RA_RIGHT_SLACK_NONE -1
#define RA_SLACK_SCOPE(pattern, right) {pattern, RA_RIGHT_SLACK_##right},
#include "providers/slack_scopes.def"
#undef RA_SLACK_SCOPE
#undef RA_RIGHT_SLACK_NONE
};

static bool left_alone(struct ra_provide *p)
{
    static const struct {
        const char *type, *says;
    } kinds[] = {
        {"webhook", "a webhook can only be written to"},
        {"refresh", "a refresh token is replaced by its use"},
        {"browser", "a browser's token counts only with its cookie: together they are the person"},
        {"cookie", "a cookie counts only with its token: together they are the person"},
    };
    for (size_t i = 0; p->credential->type && i < RA_COUNT(kinds); i++)
        if (strcmp(p->credential->type, kinds[i].type) == 0) {
            ra_credential_fact(p, "not asked further", kinds[i].says);
            return true;
        }
    return false;
}

static bool fits(struct ra_span name, const char *pattern)
{
    size_t n = strlen(pattern);
    if (pattern[0] == '*')
        return ra_span_ends(name, pattern + 1);
    if (pattern[n - 1] == '*')
        return name.n >= n - 1 && memcmp(name.p, pattern, n - 1) == 0;
    return ra_span_is(name, pattern);
}

static void take(struct ra_provide *p, struct ra_span name, const char *team, bool held[RA_RIGHT_COUNT], struct ra_evidence from)
{
    for (size_t i = 0; i < RA_COUNT(scopes); i++)
        if (fits(name, scopes[i].pattern)) {
            if (scopes[i].right >= 0)
                held[scopes[i].right] = true;
            return;
        }
    ra_grant_add(p, RA_RIGHT_SLACK_UNKNOWN_SCOPE, ra_strfmt(p->arena, "%s/%s", team, ra_strndup(p->arena, name)), false,
                 RA_STATE_UNKNOWN, "a scope that this program does not know", from);
}

static void tell(struct ra_provide *p, const char *list, const char *team, struct ra_evidence from)
{
    static const enum ra_right rights[] = {RA_RIGHT_SLACK_ADMIN, RA_RIGHT_SLACK_MANAGE, RA_RIGHT_SLACK_READ, RA_RIGHT_SLACK_WRITE,
                                           RA_RIGHT_SLACK_ACCOUNT};
    bool held[RA_RIGHT_COUNT] = {false};
    struct ra_span rest = ra_span_of(list), name;
    if (!list) {
        ra_grant_add(p, RA_RIGHT_SLACK_UNKNOWN_SCOPE, team, false, RA_STATE_UNKNOWN, "Slack did not tell this token's scopes", from);
        return;
    }
    ra_credential_fact(p, "scopes", list[0] ? list : "none");
    while (ra_span_until(&rest, ',', &name))
        if (ra_span_trim(name).n)
            take(p, ra_span_trim(name), team, held, from);
    for (size_t i = 0; i < RA_COUNT(rights); i++)
        ra_grant_add(p, rights[i], team, false, held[rights[i]] ? RA_STATE_PRESENT : RA_STATE_DENIED, NULL, from);
}

// Source: docs.slack.dev, "auth.test": 200 in any case, "ok" in the body.
void ra_provide_slack(struct ra_provide *p)
{
    if (left_alone(p))
        return;
    p->base[RA_BASE_API] = ra_strfmt(p->arena, "%s/api", ra_own_base(p));
    struct ra_answer answer = ra_ask_one(p, RA_REQUEST_SLACK_WHO, NULL, NULL);
    if (!ra_answer_goes_on(p, RA_REQUEST_SLACK_WHO, &answer))
        return;
    struct ra_span team = ra_json_text(ra_json_get(answer.json, "team")), user = ra_json_text(ra_json_get(answer.json, "user"));
    if (!ra_json_is_true(ra_json_get(answer.json, "ok")) || !team.n) {
        ra_credential_fact(p, "not asked further", "Slack did not say whose token it is");
        return;
    }
    if (user.n)
        ra_credential_fact(p, "login", ra_strndup(p->arena, user));
    if (ra_json_is_true(ra_json_get(answer.json, "is_enterprise_install")))
        ra_credential_fact(p, "installed", "in all workspaces of the enterprise");
    tell(p, ra_answer_header(p->arena, &answer, "X-OAuth-Scopes"), ra_strndup(p->arena, team),
         ra_answered(p, RA_REQUEST_SLACK_WHO, &answer));
    ra_scope_told(p);
}

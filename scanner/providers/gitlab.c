// GitLab: what a personal, project, group or OAuth token may do, at gitlab.com or a server of one's own. Effective right =
// the token's scope, within the account's level in the project, within what the default branch lets it. Tokens that
// have no question of their own (runner, trigger, deploy, feed, job) are named and left alone.
// Sources: docs.gitlab.com/user/permissions (levels), and those named in requests.def.
#include <string.h>

#include "providers/gitlab.h"

static bool left_alone(struct ra_provide *p)
{
    static const struct {
        const char *type, *says;
    } kinds[] = {
        {"deploy", "a deploy token is not told its scopes"},
        {"ci-job", "a job's token can do what its job may; it ends with the job"},
        {"runner", "a runner's token gets jobs with their variables; asking with it would take one"},
        {"runner-registration", "a registration token adds runners, which get jobs with their variables"},
        {"trigger", "a trigger's token starts pipelines; nothing with it only reads"},
        {"cluster-agent", "an agent's token joins a cluster to the server; nothing with it only reads"},
        {"scim", "a SCIM token creates and removes accounts; it was not used"},
        {"application-secret", "an application's secret mints tokens for its users; it was not used"},
        {"feed", "a feed token reads feeds"},
        {"refresh", "a refresh token mints tokens that act as the user; using it would replace it"},
        {"incoming-mail", "a mail token writes issues by mail"},
    };
    for (size_t i = 0; p->credential->type && i < RA_COUNT(kinds); i++)
        if (strcmp(p->credential->type, kinds[i].type) == 0) {
            ra_credential_fact(p, "not asked further", kinds[i].says);
            return true;
        }
    return false;
}

// ---- the session ------------------------------------------------------------------------------------

static const struct {
    const char *name;
    bool api, read, write;
    int right;
} scopes[] = {
#define RA_RIGHT_GITLAB_NONE -1
#define RA_GL_SCOPE(name, api, read, write, right) {name, api, read, write, RA_RIGHT_GITLAB_##right},
#include "providers/gitlab_scopes.def"
#undef RA_GL_SCOPE
#undef RA_RIGHT_GITLAB_NONE
};

static void take_scope(struct ra_gl *g, struct ra_span name)
{
    for (size_t i = 0; i < RA_COUNT(scopes); i++)
        if (ra_span_is(name, scopes[i].name)) {
            g->api |= scopes[i].api;
            g->read |= scopes[i].read;
            g->write |= scopes[i].write;
            if (scopes[i].right >= 0)
                g->beside[scopes[i].right] = true;
            return;
        }
    ra_grant_add(g->p, RA_RIGHT_GITLAB_UNKNOWN_SCOPE, ra_strndup(g->p->arena, name), false, RA_STATE_UNKNOWN,
                 "a scope that this program does not know", g->from);
}

static void take_scopes(struct ra_gl *g, const struct ra_answer *answer)
{
    struct ra_provide *p = g->p;
    const struct ra_json *list = ra_json_get(answer->json, "scopes");
    struct ra_span until = ra_json_text(ra_json_get(answer->json, "expires_at"));
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    if (!list || list->type != RA_JSON_ARRAY)
        return;
    g->told = true;
    g->from = ra_answered(p, RA_REQUEST_GITLAB_SELF, answer);
    for (const struct ra_json *s = list->child; s; s = s->next) {
        take_scope(g, ra_json_text(s));
        ra_buf_printf(&text, "%s%.*s", text.n ? ", " : "", (int)ra_json_text(s).n, ra_json_text(s).p);
    }
    ra_credential_fact(p, "scopes", text.n ? ra_strndup(p->arena, ra_buf_view(&text)) : "none");
    ra_credential_fact(p, "expires", until.n ? ra_strndup(p->arena, until) : "no expiry told");
}

// False where nothing more can be asked. A token for git alone may ask neither question, yet push.
static bool session(struct ra_gl *g)
{
    struct ra_provide *p = g->p;
    struct ra_question questions[] = {{.request = RA_REQUEST_GITLAB_SELF}, {.request = RA_REQUEST_GITLAB_USER}};
    struct ra_answer answers[2];
    ra_ask(p, questions, 2, answers);
    for (size_t i = 0; i < 2; i++) {
        struct ra_meaning m = ra_answer_means(p->arena, "gitlab", &answers[i], false);
        if (m.means == RA_MEANS_DEAD || m.stop || answers[i].err || (m.means == RA_MEANS_UNTOLD && answers[i].status >= 500) ||
            (m.means == RA_MEANS_UNTOLD && answers[i].status < 400)) {
            ra_answer_goes_on(p, questions[i].request, &answers[i]);
            return false;
        }
        g->alive |= m.means != RA_MEANS_UNTOLD;
        if (m.means != RA_MEANS_YES)
            g->why = m.why;
        else if (i == 0)
            take_scopes(g, &answers[0]);
    }
    struct ra_span login = ra_json_text(ra_json_get(answers[1].json, "username"));
    if (answers[1].status == 200 && login.n) {
        g->account = ra_strndup(p->arena, login);
        ra_credential_fact(p, "login", g->account);
        g->administrator = ra_json_is_true(ra_json_get(answers[1].json, "is_admin"));
        g->named = true;
        if (!g->told)
            g->from = ra_answered(p, RA_REQUEST_GITLAB_USER, &answers[1]);
    }
    return true;
}

// ---- the account ------------------------------------------------------------------------------------

static enum ra_state of_scope(const struct ra_gl *g, bool held)
{
    return !g->told ? RA_STATE_UNKNOWN : held ? RA_STATE_PRESENT : RA_STATE_DENIED;
}

static void tell_account(struct ra_gl *g)
{
    static const enum ra_right beside[] = {RA_RIGHT_GITLAB_KEYS, RA_RIGHT_GITLAB_REGISTRY, RA_RIGHT_GITLAB_RUNNERS,
                                           RA_RIGHT_GITLAB_CLUSTERS, RA_RIGHT_GITLAB_SITE};
    for (size_t i = 0; i < RA_COUNT(beside); i++) {
        // The whole interface has each of these but those of the server.
        bool held = g->beside[beside[i]] || (g->api && beside[i] != RA_RIGHT_GITLAB_SITE);
        enum ra_state state = of_scope(g, held);
        const char *why = g->why;
        if (beside[i] == RA_RIGHT_GITLAB_SITE && state != RA_STATE_DENIED) {
            // A token of all of the interface is the administrator's too, unless the server asks for admin mode.
            state = g->administrator ? state : g->named ? RA_STATE_DENIED : RA_STATE_UNKNOWN;
            why = g->told ? "whether the account administers the server is not told" : why;
        } else if (beside[i] == RA_RIGHT_GITLAB_SITE && g->administrator && g->api) {
            state = RA_STATE_UNKNOWN;
            why = "the account administers the server, and the server may ask for admin mode";
        }
        ra_grant_add(g->p, beside[i], ra_gl_object(g, g->account ? g->account : NULL), false, state, why, g->from);
    }
}

void ra_provide_gitlab(struct ra_provide *p)
{
    struct ra_gl g = {.p = p, .from = {"tokens", RA_METHOD_ATTEMPTED, 0, {.call = "GET /user"}}};
    const char *base = ra_own_base(p);
    p->base[RA_BASE_WEB] = base;
    p->base[RA_BASE_API] = ra_strfmt(p->arena, "%s/api/v4", base);
    if (left_alone(p) || !session(&g))
        return;
    ra_gl_projects(&g);
    if (!g.alive) {
        ra_credential_fact(p, "not asked further", g.why);
        return;
    }
    ra_gl_tell_projects(&g);
    tell_account(&g);
    ra_scope_told(p);
}

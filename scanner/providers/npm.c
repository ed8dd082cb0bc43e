// npm and registries that speak its protocol: who the login is, which packages it may publish, and whether a second factor
// stands before that. A registry is only the one that the user's own configuration names. Which of the account's tokens
// is ours is not told, so "read only" counts where all of them are. Source: the npm CLI's own documents and its protocol
// as registries speak it; what a registry does not offer is unknown.
#include <string.h>

#include "providers/answers.h"

enum tri { NO, YES, UNTOLD };

struct npm {
    struct ra_provide *p;
    const char *account, *object;
    struct ra_evidence from;
    enum tri read_only, asks_code; // asks_code: a one-time password before each publication
    int64_t writes, reads;         // packages; -1 = not told
    const char *names;
    const char *why;
};

static const struct ra_json *items(const struct ra_json *list)
{
    return list && list->type == RA_JSON_ARRAY ? list->child : NULL;
}

// A registry that knows nobody may answer 200 and an empty object (seen of verdaccio): only a name is an answer.
static bool who(struct npm *n)
{
    struct ra_provide *p = n->p;
    struct ra_answer answer = ra_ask_one(p, RA_REQUEST_NPM_WHOAMI, NULL, NULL);
    if (!ra_answer_goes_on(p, RA_REQUEST_NPM_WHOAMI, &answer))
        return false;
    struct ra_span name = ra_json_text(ra_json_get(answer.json, "username"));
    if (!name.n) {
        ra_credential_fact(p, "not asked further", "the registry does not say whom it takes the login for");
        return false;
    }
    n->account = ra_strndup(p->arena, name);
    n->object = ra_strfmt(p->arena, "%s/%s", p->credential->host, n->account);
    n->from = ra_answered(p, RA_REQUEST_NPM_WHOAMI, &answer);
    ra_credential_fact(p, "login", n->account);
    return true;
}

static void second_factor(struct npm *n, const struct ra_answer *answer)
{
    const struct ra_json *tfa = ra_json_get(answer->json, "tfa");
    struct ra_span mode = ra_json_text(ra_json_get(tfa, "mode"));
    n->asks_code = UNTOLD;
    if (answer->status != 200 || !tfa)
        return;
    bool off = tfa->type == RA_JSON_NULL || tfa->type == RA_JSON_FALSE || ra_span_is(mode, "auth-only");
    n->asks_code = off ? NO : ra_span_is(mode, "auth-and-writes") ? YES : UNTOLD;
    ra_credential_fact(n->p, "second factor", off ? (mode.n ? "to log in only" : "the account has none")
                                                  : "to log in and to publish, unless the token is exempt");
}

static void tokens(struct npm *n, const struct ra_answer *answer)
{
    size_t reads = 0, writes = 0;
    bool whole = !ra_json_get(ra_json_get(answer->json, "urls"), "next");
    n->read_only = UNTOLD;
    for (const struct ra_json *t = items(ra_json_get(answer->json, "objects")); t; t = t->next) {
        const struct ra_json *only = ra_json_get(t, "readonly");
        // One that says neither, or has permissions of its own, may be ours.
        if (!only || (only->type != RA_JSON_TRUE && only->type != RA_JSON_FALSE) || ra_json_get(t, "permissions"))
            return;
        reads += ra_json_is_true(only);
        writes += !ra_json_is_true(only);
    }
    if (answer->status == 200 && whole && !reads != !writes)
        n->read_only = reads ? YES : NO;
    else if (reads && writes)
        n->why = "some of the account's tokens only read, and which one this is is not told";
}

static void packages(struct npm *n, const struct ra_answer *answer)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    n->writes = n->reads = -1;
    if (answer->status != 200 || !answer->json || answer->json->type != RA_JSON_OBJECT)
        return;
    n->writes = n->reads = 0;
    for (const struct ra_json *m = answer->json->child; m; m = m->next) {
        bool writes = ra_span_is(ra_json_text(m), "write") || ra_span_is(ra_json_text(m), "read-write");
        n->reads += !writes;
        n->writes += writes;
        if (writes && n->writes <= 8)
            ra_buf_printf(&text, "%s%.*s", text.n ? ", " : "", (int)m->key.n, m->key.p);
    }
    n->names = text.n ? ra_strndup(n->p->arena, ra_buf_view(&text)) : NULL;
}

static enum ra_state may_publish(struct npm *n, const char **why)
{
    if (n->read_only == YES)
        return RA_STATE_DENIED;
    *why = n->read_only == UNTOLD ? (n->why ? n->why : "the registry does not tell whether the token only reads")
           : n->asks_code == YES  ? "the account asks for a one-time password to publish, unless the token is exempt"
           : n->asks_code == UNTOLD ? "the registry does not tell whether it asks for a one-time password" : NULL;
    return *why ? RA_STATE_UNKNOWN : RA_STATE_PRESENT;
}

static void tell(struct npm *n)
{
    struct ra_provide *p = n->p;
    const char *why = NULL;
    enum ra_state may = may_publish(n, &why), old = may;
    if (n->writes == 0)
        old = RA_STATE_DENIED;
    else if (n->writes < 0 && may == RA_STATE_PRESENT)
        old = RA_STATE_UNKNOWN, why = "the registry does not tell which packages are the account's";
    struct ra_reach *r = ra_grant_add(p, RA_RIGHT_NPM_PUBLISH, n->object, false, old, why, n->from);
    if (n->writes >= 0)
        ra_reach_number(p->inv, r, "packages", n->writes);
    ra_reach_text(p->inv, r, "names", n->names);
    ra_grant_add(p, RA_RIGHT_NPM_CREATE, n->object, false, may, why, n->from);
    // A login of whatever kind reads what its account sees; whether that is anything private is not told.
    ra_grant_add(p, RA_RIGHT_NPM_READ, n->object, false, n->reads + n->writes > 0 ? RA_STATE_PRESENT : RA_STATE_UNKNOWN,
                 "what the account sees is not told", n->from);
}

void ra_provide_npm(struct ra_provide *p)
{
    struct npm n = {.p = p};
    p->base[RA_BASE_API] = ra_own_base(p);
    if (!who(&n))
        return;
    struct ra_question questions[] = {{.request = RA_REQUEST_NPM_USER}, {.request = RA_REQUEST_NPM_TOKENS},
                                      {.request = RA_REQUEST_NPM_PACKAGES, .args = {n.account}}};
    struct ra_answer answers[3];
    ra_ask(p, questions, 3, answers);
    second_factor(&n, &answers[0]);
    tokens(&n, &answers[1]);
    packages(&n, &answers[2]);
    tell(&n);
    ra_scope_told(p);
}

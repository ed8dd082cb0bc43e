// Hugging Face: one answer tells the token's role (read, write, fine-grained), its permissions for each account, organization
// and repository, and the account's role in organizations. The fields are the Hub's own and documented nowhere as a whole.
#include <string.h>

#include "providers/answers.h"

static const struct {
    const char *name;
    int right; // -1: opens nothing that is told
} permissions[] = {
#define RA_RIGHT_HUGGINGFACE_NONE -1
#define RA_HF(name, right) {name, RA_RIGHT_HUGGINGFACE_##right},
#include "providers/huggingface_permissions.def"
#undef RA_HF
#undef RA_RIGHT_HUGGINGFACE_NONE
};

struct hub {
    struct ra_provide *p;
    const char *account;
    const struct ra_json *organizations;
    struct ra_evidence from;
};

static const struct ra_json *items(const struct ra_json *list)
{
    return list && list->type == RA_JSON_ARRAY ? list->child : NULL;
}

static void tell(struct hub *h, int right, const char *object, enum ra_state state, const char *why)
{
    ra_grant_add(h->p, (enum ra_right)right, object, false, state, why, h->from);
}

// Whatever is not the account's own is other people's.
static bool own(const struct hub *h, const char *object)
{
    size_t n = h->account ? strlen(h->account) : 0;
    return n && strncmp(object, h->account, n) == 0 && (object[n] == 0 || object[n] == '/');
}

static void permission(struct hub *h, struct ra_span name, const char *object)
{
    for (size_t i = 0; i < RA_COUNT(permissions); i++)
        if (ra_span_is(name, permissions[i].name)) {
            int right = permissions[i].right;
            if (right == RA_RIGHT_HUGGINGFACE_WRITE && !own(h, object))
                right = RA_RIGHT_HUGGINGFACE_ORG_WRITE;
            if (right >= 0)
                tell(h, right, object, RA_STATE_PRESENT, NULL);
            return;
        }
    tell(h, RA_RIGHT_HUGGINGFACE_UNKNOWN_SCOPE, ra_strfmt(h->p->arena, "%s/%s", object, ra_strndup(h->p->arena, name)),
         RA_STATE_UNKNOWN, "a permission that this program does not know");
}

static bool fine(struct hub *h, const struct ra_json *token)
{
    const struct ra_json *lists = ra_json_get(token, "fineGrained"), *scoped = ra_json_get(lists, "scoped");
    if (!scoped || scoped->type != RA_JSON_ARRAY)
        return false;
    for (const struct ra_json *g = items(ra_json_get(lists, "global")); g; g = g->next)
        permission(h, ra_json_text(g), h->account ? h->account : "account");
    for (const struct ra_json *s = items(scoped); s; s = s->next) {
        struct ra_span name = ra_json_text(ra_json_at(s, "entity.name"));
        const char *object = name.n ? ra_strndup(h->p->arena, name) : "unnamed";
        for (const struct ra_json *m = items(ra_json_get(s, "permissions")); m; m = m->next)
            permission(h, ra_json_text(m), object);
    }
    if (ra_json_is_true(ra_json_get(lists, "canReadGatedRepos")))
        ra_credential_fact(h->p, "reads", "gated repositories that the account was let into");
    return true;
}

static void organizations(struct hub *h, bool writes)
{
    for (const struct ra_json *o = items(h->organizations); o; o = o->next) {
        struct ra_span name = ra_json_text(ra_json_get(o, "name")), role = ra_json_text(ra_json_get(o, "roleInOrg"));
        const char *object = name.n ? ra_strndup(h->p->arena, name) : "unnamed";
        bool admin = ra_span_is(role, "admin"), may = admin || ra_span_is(role, "write"), reads = ra_span_is(role, "read");
        enum ra_state state = !writes || reads ? RA_STATE_DENIED : may ? RA_STATE_PRESENT : RA_STATE_UNKNOWN;
        tell(h, RA_RIGHT_HUGGINGFACE_READ, object, RA_STATE_PRESENT, NULL);
        tell(h, RA_RIGHT_HUGGINGFACE_ORG_WRITE, object, state,
             ra_span_is(role, "contributor") ? "a contributor changes the repositories of its own making" : "the role there is not told");
        if (admin && writes)
            tell(h, RA_RIGHT_HUGGINGFACE_ADMIN, object, RA_STATE_UNKNOWN, "what a token may change in settings is not told");
    }
}

static bool coarse(struct hub *h, struct ra_span role)
{
    bool writes = ra_span_is(role, "write") || ra_span_is(role, "admin");
    if (!writes && !ra_span_is(role, "read"))
        return false;
    const char *me = h->account ? h->account : "account";
    tell(h, RA_RIGHT_HUGGINGFACE_READ, me, RA_STATE_PRESENT, NULL);
    tell(h, RA_RIGHT_HUGGINGFACE_WRITE, me, writes ? RA_STATE_PRESENT : RA_STATE_DENIED, NULL);
    tell(h, RA_RIGHT_HUGGINGFACE_RUN, me, writes ? RA_STATE_UNKNOWN : RA_STATE_DENIED, "whether the account may pay is not told");
    tell(h, RA_RIGHT_HUGGINGFACE_ACCOUNT, me, writes ? RA_STATE_PRESENT : RA_STATE_DENIED, NULL);
    organizations(h, writes);
    return true;
}

void ra_provide_huggingface(struct ra_provide *p)
{
    struct hub h = {.p = p};
    p->base[RA_BASE_API] = ra_own_base(p);
    struct ra_answer answer = ra_ask_one(p, RA_REQUEST_HUGGINGFACE_WHO, NULL, NULL);
    if (!ra_answer_goes_on(p, RA_REQUEST_HUGGINGFACE_WHO, &answer))
        return;
    const struct ra_json *token = ra_json_at(answer.json, "auth.accessToken");
    struct ra_span name = ra_json_text(ra_json_get(answer.json, "name")), role = ra_json_text(ra_json_get(token, "role"));
    h.account = name.n ? ra_strndup(p->arena, name) : NULL;
    h.organizations = ra_json_get(answer.json, "orgs");
    h.from = ra_answered(p, RA_REQUEST_HUGGINGFACE_WHO, &answer);
    ra_credential_fact(p, "login", h.account);
    ra_credential_fact(p, "role", role.n ? ra_strndup(p->arena, role) : NULL);
    if (!(ra_span_is(role, "fineGrained") ? fine(&h, token) : coarse(&h, role))) {
        ra_credential_fact(p, "not asked further", "the answer does not tell the token's role");
        return;
    }
    ra_scope_told(p);
}

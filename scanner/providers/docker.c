// Registries of images: may the login push, pull, delete? Where a registry hands out tokens, the token itself says which
// actions on an image were granted; it is read and never used. Its address must be of the registry's own host: anywhere
// else the login does not go. Asked for the images that the working tree's name suggests; others are unknown. A registry
// that takes the login itself tells no more than that. Source: distribution.github.io, "Token authentication
// specification" and "implementation"; RFC 9110 section 11.6.1.
#include <ctype.h>
#include <string.h>

#include "parse/keys.h"
#include "providers/answers.h"
#include "providers/url.h"

enum { MOST_IMAGES = 8 };

struct docker {
    struct ra_provide *p;
    const char *service;
    const char *images[MOST_IMAGES];
    size_t n;
    struct ra_evidence from;
};

static bool left_alone(struct ra_provide *p)
{
    const char *type = p->credential->type;
    if (!type || (strcmp(type, "identity-token") != 0 && strcmp(type, "registry-token") != 0))
        return false;
    ra_credential_fact(p, "not asked further", strcmp(type, "identity-token") == 0
                                                   ? "an identity token is exchanged by a request that makes another"
                                                   : "a registry's own token ends within minutes");
    return true;
}

// The value of key="..." in the challenge.
static const char *parameter(struct ra_arena *a, const char *challenge, const char *key)
{
    const char *at = challenge ? strcasestr(challenge, ra_strfmt(a, "%s=\"", key)) : NULL;
    if (!at)
        return NULL;
    at += strlen(key) + 2;
    const char *end = strchr(at, '"');
    return end && end > at ? ra_strndup(a, (struct ra_span){at, (size_t)(end - at)}) : NULL;
}

// ---- which images -----------------------------------------------------------------------------------

static void image(struct docker *d, const char *owner, size_t n_owner, const char *name)
{
    char *text = ra_strfmt(d->p->arena, "%.*s/%s", (int)n_owner, owner, name);
    for (char *c = text; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    for (size_t i = 0; i < d->n; i++)
        if (strcmp(d->images[i], text) == 0)
            return;
    if (d->n < MOST_IMAGES)
        d->images[d->n++] = text;
}

// By custom an image is called as its repository, under the repository's owner or under the account.
static void suggest(struct docker *d)
{
    const char *user = d->p->credential->user;
    for (const char *const *r = d->p->remotes; r && *r; r++) {
        const char *path = strchr(*r, '/'), *name = path ? strrchr(path + 1, '/') : NULL;
        if (!name)
            continue;
        image(d, path + 1, (size_t)(name - path - 1), name + 1);
        if (user)
            image(d, user, strlen(user), name + 1);
    }
}

// ---- tokens -----------------------------------------------------------------------------------------

static const char *object(struct docker *d, const char *image)
{
    return image ? ra_strfmt(d->p->arena, "%s/%s", d->p->credential->host, image) : d->p->credential->host;
}

static bool grants(const struct ra_json *access, const char *image, const char *action)
{
    for (const struct ra_json *m = access->child; m; m = m->next) {
        const struct ra_json *actions = ra_json_get(m, "actions");
        if (!ra_span_is(ra_json_text(ra_json_get(m, "type")), "repository") ||
            !ra_span_is(ra_json_text(ra_json_get(m, "name")), image) || !actions || actions->type != RA_JSON_ARRAY)
            continue;
        for (const struct ra_json *one = actions->child; one; one = one->next)
            if (ra_span_is(ra_json_text(one), action) || ra_span_is(ra_json_text(one), "*"))
                return true;
    }
    return false;
}

// What the token says is granted. NULL where it does not show it; *why then says so.
static const struct ra_json *access_of(struct docker *d, const struct ra_answer *answer, const char **why)
{
    struct ra_meaning m = ra_answer_means(d->p->arena, "docker", answer, false);
    struct ra_span token = ra_json_text(ra_json_get(answer->json, "token"));
    struct ra_jwt jwt;
    *why = m.why;
    if (m.means != RA_MEANS_YES)
        return NULL;
    if (!token.n)
        token = ra_json_text(ra_json_get(answer->json, "access_token"));
    *why = "the registry's token does not show what it grants";
    if (!ra_jwt_parse(d->p->arena, token, &jwt))
        return NULL;
    const struct ra_json *access = ra_json_get(jwt.claims, "access");
    return access && access->type == RA_JSON_ARRAY ? access : NULL;
}

static void tell_image(struct docker *d, const char *image, const struct ra_answer *answer)
{
    static const struct {
        const char *action;
        enum ra_right right;
    } rights[] = {{"push", RA_RIGHT_DOCKER_PUSH}, {"delete", RA_RIGHT_DOCKER_DELETE}, {"pull", RA_RIGHT_DOCKER_PULL}};
    const char *why;
    const struct ra_json *access = access_of(d, answer, &why);
    for (size_t i = 0; i < RA_COUNT(rights); i++)
        ra_grant_add(d->p, rights[i].right, object(d, image), false,
                     !access                                          ? RA_STATE_UNKNOWN
                     : grants(access, image, rights[i].action) ? RA_STATE_PRESENT
                                                                      : RA_STATE_DENIED,
                     why, ra_answered(d->p, RA_REQUEST_DOCKER_TOKEN, answer));
}

// False where the registry did not take the login.
static bool by_tokens(struct docker *d)
{
    struct ra_provide *p = d->p;
    struct ra_question questions[MOST_IMAGES + 1] = {0};
    struct ra_answer answers[MOST_IMAGES + 1];
    // Whoever is logged in may ask for the list; the answer proves that the login counts, whatever it grants.
    questions[0] = (struct ra_question){.request = RA_REQUEST_DOCKER_TOKEN, .args = {d->service, "registry:catalog:*"}};
    for (size_t i = 0; i < d->n; i++)
        questions[i + 1] = (struct ra_question){
            .request = RA_REQUEST_DOCKER_TOKEN,
            .args = {d->service, ra_strfmt(p->arena, "repository:%s:pull,push,delete", d->images[i])}};
    ra_ask(p, questions, 1, answers);
    if (!ra_answer_goes_on(p, RA_REQUEST_DOCKER_TOKEN, &answers[0]))
        return false;
    d->from = ra_answered(p, RA_REQUEST_DOCKER_TOKEN, &answers[0]);
    if (d->n)
        ra_ask(p, questions + 1, d->n, answers + 1);
    for (size_t i = 0; i < d->n; i++)
        tell_image(d, d->images[i], &answers[i + 1]);
    return true;
}

// ---- the login itself -------------------------------------------------------------------------------

static bool by_login(struct docker *d)
{
    struct ra_provide *p = d->p;
    struct ra_answer login = ra_ask_one(p, RA_REQUEST_DOCKER_LOGIN, NULL, NULL);
    if (login.err || login.status != 200) {
        ra_credential_fact(p, "not asked further", login.err ? login.why : "the registry did not take the login");
        return false;
    }
    struct ra_answer list = ra_ask_one(p, RA_REQUEST_DOCKER_CATALOG, NULL, NULL);
    const struct ra_json *names = ra_json_get(list.json, "repositories");
    d->from = ra_answered(p, RA_REQUEST_DOCKER_LOGIN, &login);
    size_t n = 0;
    for (const struct ra_json *m = list.status == 200 && names && names->type == RA_JSON_ARRAY ? names->child : NULL;
         m && n < p->max_objects; m = m->next, n++)
        ra_grant_add(p, RA_RIGHT_DOCKER_PULL, object(d, ra_strndup(p->arena, ra_json_text(m))), false, RA_STATE_PRESENT, NULL,
                     ra_answered(p, RA_REQUEST_DOCKER_CATALOG, &list));
    return true;
}

// "https://host/path" of the realm, where it is the registry's own host. NULL and a fact where it is not.
static const char *realm_of(struct docker *d, const char *challenge)
{
    struct ra_provide *p = d->p;
    const char *realm = parameter(p->arena, challenge, "realm");
    struct ra_url url;
    if (!realm || !ra_url_parse(p->arena, realm, &url) || strchr(realm, '?'))
        ra_credential_fact(p, "not asked further", "the registry does not say plainly where it hands out tokens");
    else if (!ra_url_belongs(p->arena, "docker", RA_BASE_AUX, p->credential->host, &url))
        ra_credential_fact(p, "not asked further",
                           ra_strfmt(p->arena, "the registry sends the login to another host, %s, where it does not go", url.host));
    else
        return realm;
    return NULL;
}

void ra_provide_docker(struct ra_provide *p)
{
    struct docker d = {.p = p};
    p->base[RA_BASE_API] = ra_strfmt(p->arena, "https://%s", p->credential->host);
    if (left_alone(p))
        return;
    struct ra_answer first = ra_ask_one(p, RA_REQUEST_DOCKER_BASE, NULL, NULL);
    const char *challenge = ra_answer_header(p->arena, &first, "WWW-Authenticate");
    bool hands_out = challenge && ra_span_starts_nocase(ra_span_of(challenge), "bearer");
    if (first.err || (first.status != 200 && first.status != 401)) {
        ra_answer_goes_on(p, RA_REQUEST_DOCKER_BASE, &first);
        return;
    }
    suggest(&d);
    d.service = parameter(p->arena, challenge, "service");
    d.service = d.service ? d.service : p->credential->host;
    if (hands_out && !(p->base[RA_BASE_AUX] = realm_of(&d, challenge)))
        return;
    // A registry that lets everybody in at its door proves nothing of the login.
    if (!hands_out && first.status == 200) {
        ra_credential_fact(p, "not asked further", "the registry answers everybody, so that the login proves nothing");
        return;
    }
    if (!(hands_out ? by_tokens(&d) : by_login(&d)))
        return;
    if (p->credential->user)
        ra_credential_fact(p, "login", p->credential->user);
    ra_grant_add(p, RA_RIGHT_DOCKER_OTHERS, object(&d, NULL), false, RA_STATE_UNKNOWN,
                 hands_out ? "a registry tells of images one by one only" : "the registry does not tell what the login may do",
                 d.from);
    ra_scope_told(p);
}

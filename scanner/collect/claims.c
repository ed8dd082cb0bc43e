// Offline readings of tokens: JSON Web Tokens, PyPI's macaroons, the account of an AWS key, Azure's signatures. Asks nobody.
#include "collect/claims.h"

#include <string.h>

#include "parse/claims.h"
#include "parse/json.h"
#include "parse/keys.h"

enum { MOST_TEXT = 200 };

static void fact(struct ra_collect *c, struct ra_claims *to, const char *key, struct ra_span value)
{
    if (value.n == 0 || to->n == RA_COUNT(to->facts))
        return;
    to->facts[to->n].key = key;
    to->facts[to->n++].value = ra_strndup(c->arena, ra_span_cut(value, 0, MOST_TEXT));
}

static void expires(struct ra_claims *to, int64_t at_s)
{
    to->has_expiry = true;
    to->expires_s = at_s;
}

// ---- JSON Web Tokens ----------------------------------------------------------------------------------

// A text, or a list of texts.
static struct ra_span listed(struct ra_collect *c, const struct ra_json *v)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    if (!v || v->type != RA_JSON_ARRAY)
        return ra_json_text(v);
    for (const struct ra_json *m = v->child; m && text.n < MOST_TEXT; m = m->next)
        if (ra_json_text(m).n)
            ra_buf_printf(&text, "%s%.*s", text.n ? ", " : "", (int)ra_json_text(m).n, ra_json_text(m).p);
    return ra_span_of(ra_strndup(c->arena, ra_buf_view(&text)));
}

static void of_jwt(struct ra_collect *c, struct ra_span value, struct ra_claims *to)
{
    // "scp" and "roles": Microsoft's; "scope": RFC 8693. The Kubernetes claims: its service account tokens.
    static const char *const claims[][2] = {{"issuer", "iss"}, {"audience", "aud"}, {"scopes", "scope"}, {"scopes", "scp"},
                                            {"roles", "roles"}, {"role", "role"}};
    struct ra_jwt jwt;
    if (!ra_jwt_parse(c->arena, value, &jwt))
        return;
    if (jwt.has_expiry)
        expires(to, jwt.expires_s);
    for (size_t i = 0; i < RA_COUNT(claims); i++)
        fact(c, to, claims[i][0], listed(c, ra_json_get(jwt.claims, claims[i][1])));
    const struct ra_json *pod = ra_json_get(jwt.claims, "kubernetes.io");
    fact(c, to, "namespace", ra_json_text(ra_json_get(pod, "namespace")));
    fact(c, to, "service account", ra_json_text(ra_json_at(pod, "serviceaccount.name")));
    if (pod == NULL)
        fact(c, to, "subject", jwt.subject);
    // Supabase hands this one to every visitor of a page. Source: Supabase, "API keys", anon and service_role.
    if (ra_span_is(ra_json_text(ra_json_get(jwt.claims, "role")), "anon") && ra_span_is(jwt.issuer, "supabase"))
        to->ceiling = RA_RADIUS_GRANT;
}

// ---- the others -----------------------------------------------------------------------------------------

static void of_pypi(struct ra_collect *c, struct ra_span value, struct ra_claims *to)
{
    struct ra_pypi t;
    if (!ra_pypi_parse(c->arena, value, &t))
        return;
    if (t.has_expiry)
        expires(to, t.expires_s);
    fact(c, to, "scope", t.projects ? ra_span_of(ra_strfmt(c->arena, "projects: %s", t.projects))
                         : t.other  ? RA_SPAN("narrower than the account, in a way that this program does not know")
                                    : RA_SPAN("the whole account"));
    fact(c, to, "index", ra_span_of(t.host));
}

static void of_aws(struct ra_collect *c, struct ra_claims *to)
{
    char account[13];
    if (ra_aws_account(c->beside.id, account))
        fact(c, to, "account", ra_span_of(account));
}

// Reading one object is a grant of that object.
static void of_sas(struct ra_collect *c, struct ra_span around, struct ra_claims *to)
{
    struct ra_sas s;
    if (!ra_sas_parse(c->arena, around, &s))
        return;
    if (s.has_expiry)
        expires(to, s.expires_s);
    fact(c, to, "permissions", ra_span_of(s.permissions));
    fact(c, to, "services", ra_span_of(s.services));
    fact(c, to, "resource types", ra_span_of(s.types));
    fact(c, to, "resource", ra_span_of(s.resource));
    fact(c, to, "policy", ra_span_of(s.policy)); // kept at the service: permissions may be there
    fact(c, to, "account", ra_span_of(s.account));
    bool object = s.resource && (strcmp(s.resource, "b") == 0 || strcmp(s.resource, "f") == 0 || strcmp(s.resource, "bs") == 0);
    if (object && s.permissions && !s.policy && strspn(s.permissions, "r") == strlen(s.permissions))
        to->ceiling = RA_RADIUS_GRANT;
    else if (object && s.permissions && !s.policy)
        to->ceiling = RA_RADIUS_PERSON;
}

void ra_claims_of(struct ra_collect *c, const struct ra_secret_fact *f, struct ra_span around, struct ra_claims *ret)
{
    *ret = (struct ra_claims){.ceiling = RA_RADIUS_ORGANIZATION};
    if (strcmp(f->provider, "pypi") == 0)
        of_pypi(c, f->value, ret);
    else if (strcmp(f->provider, "aws") == 0)
        of_aws(c, ret);
    else if (f->type && strcmp(f->type, "sas") == 0)
        of_sas(c, around, ret);
    else if (f->class == RA_SECRET_TOKEN && ra_span_starts(f->value, "eyJ"))
        of_jwt(c, f->value, ret);
}

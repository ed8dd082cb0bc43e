// Is the token alive, of which kind, whose, until when. Two requests: /rate_limit, which every kind may ask and which
// costs no quota, and /user, which an installation's token may not ask.
#include "providers/github.h"

#include <string.h>

static bool is_type(struct ra_gh *g, const char *type)
{
    return g->p->credential->type && strcmp(g->p->credential->type, type) == 0;
}

// "YYYY-MM-DD HH:MM:SS UTC" (classic) or with an offset (fine-grained), shown as it came; anything else is not shown.
static bool is_time(const char *s)
{
    size_t n = strlen(s);
    return n >= 19 && n <= 32 && s[4] == '-' && s[7] == '-' && strspn(s, "0123456789-+: UTC") == n;
}

static void tell_expiry(struct ra_gh *g, const struct ra_answer *answer)
{
    const char *until = ra_answer_header(g->p->arena, answer, "github-authentication-token-expiration");
    if (until && is_time(until))
        ra_credential_fact(g->p, "expires", until);
    else if (is_type(g, "app-user"))
        ra_credential_fact(g->p, "expires", "not told; such tokens usually end after 8 hours");
    else if (g->kind == RA_GH_INSTALLATION)
        ra_credential_fact(g->p, "expires", "not told; such tokens end after an hour, a job's token with its job");
    else
        ra_credential_fact(g->p, "expires", "no expiry told");
}

// The shape wins over the header: of a token with permissions an empty list of scopes says nothing.
static enum ra_gh_kind kind_of(struct ra_gh *g, bool has_scopes)
{
    if (is_type(g, "fine-grained-pat"))
        return RA_GH_FINE;
    if (is_type(g, "installation"))
        return RA_GH_INSTALLATION;
    if (is_type(g, "app-user"))
        return RA_GH_APP_USER;
    if (has_scopes || is_type(g, "classic-pat") || is_type(g, "oauth"))
        return RA_GH_SCOPED;
    return RA_GH_FINE;
}

// Of a shape that does not say it is of the kind that has scopes, an empty list is none: apps' tokens have one too.
static const char *scopes_of(struct ra_gh *g, const struct ra_answer *answer)
{
    const char *header = ra_answer_header(g->p->arena, answer, "X-OAuth-Scopes");
    bool scoped = is_type(g, "classic-pat") || is_type(g, "oauth");
    return header && (scoped || *header) ? header : NULL;
}

// False where the answer ends the conversation; then the scope stays unknown and the reason is told.
static bool goes_on(struct ra_gh *g, enum ra_request request, const struct ra_answer *answer)
{
    struct ra_meaning m = ra_gh_means(g, answer, false);
    if (m.means == RA_MEANS_DEAD)
        ra_credential_dead(g->p, ra_answered(g->p, request, answer));
    else if (answer->err || g->stopped || (m.means == RA_MEANS_UNTOLD && answer->status != 404))
        ra_credential_fact(g->p, "not asked further", g->stopped ? g->stopped : m.why);
    else
        return true;
    return false;
}

static void tell_user(struct ra_gh *g, const struct ra_json *user)
{
    struct ra_provide *p = g->p;
    struct ra_span login = ra_json_text(ra_json_get(user, "login"));
    if (login.n) {
        g->account = ra_strndup(p->arena, login);
        ra_credential_fact(p, "login", g->account);
    }
    g->site_admin = ra_json_is_true(ra_json_get(user, "site_admin"));
    const struct ra_json *second = ra_json_get(user, "two_factor_authentication");
    if (second && second->type == RA_JSON_FALSE)
        ra_credential_fact(p, "second factor", "the account has none");
}

static void tell_kind(struct ra_gh *g, const struct ra_answer *first)
{
    static const char *const names[] = {
        [RA_GH_SCOPED] = "classic or OAuth token, by scopes",
        [RA_GH_FINE] = "fine-grained token, by permissions",
        [RA_GH_APP_USER] = "an app's token for a user, by its installations",
        [RA_GH_INSTALLATION] = "an app's token for an installation, by its permissions",
    };
    const char *quota = ra_answer_header(g->p->arena, first, "X-RateLimit-Limit");
    // By its quota a workflow's own token can be told from other apps' (known from practice).
    bool job = g->kind == RA_GH_INSTALLATION && quota && strcmp(quota, "1000") == 0;
    ra_credential_fact(g->p, "kind", job ? "a workflow job's own token" : names[g->kind]);
}

bool ra_gh_session(struct ra_gh *g)
{
    struct ra_provide *p = g->p;
    struct ra_answer limit = ra_gh_ask_one(g, RA_REQUEST_GITHUB_RATE_LIMIT, NULL, NULL), user = {.err = 0};
    if (!goes_on(g, RA_REQUEST_GITHUB_RATE_LIMIT, &limit))
        return false;
    const char *quota = ra_answer_header(p->arena, &limit, "X-RateLimit-Limit");
    if (quota && strcmp(quota, "60") == 0) { // the quota of strangers (known from practice)
        ra_credential_fact(p, "not asked further", "GitHub answers as if no token had been sent");
        return false;
    }
    const char *scopes = scopes_of(g, &limit);
    g->from = ra_answered(p, RA_REQUEST_GITHUB_RATE_LIMIT, &limit);
    g->kind = kind_of(g, scopes);
    if (g->kind != RA_GH_INSTALLATION) {
        user = ra_gh_ask_one(g, RA_REQUEST_GITHUB_USER, NULL, NULL);
        struct ra_meaning m = ra_gh_means(g, &user, false);
        if (m.means == RA_MEANS_REFUSED && g->kind == RA_GH_FINE && !is_type(g, "fine-grained-pat"))
            g->kind = RA_GH_INSTALLATION; // of a shape that says nothing; the refusal does
        else if (!goes_on(g, RA_REQUEST_GITHUB_USER, &user))
            return false;
        if (!scopes && m.means == RA_MEANS_YES)
            scopes = scopes_of(g, &user);
        if (m.means == RA_MEANS_YES) {
            tell_user(g, user.json);
            g->from = ra_answered(p, RA_REQUEST_GITHUB_USER, &user);
        } else if (limit.status != 200) {
            // Neither answered: nothing proves that the token is alive.
            ra_credential_fact(p, "not asked further", m.why);
            return false;
        }
    }
    const char *untold = "GitHub did not tell this token's scopes";
    struct ra_gh_set *const sets[] = {&g->on_private, &g->on_public, &g->on_rest};
    for (size_t i = 0; i < RA_COUNT(sets); i++)
        ra_gh_set_all(sets[i], RA_GH_NO, RA_GH_WRITE, untold, g->from);
    if (scopes && (g->kind == RA_GH_SCOPED || g->kind == RA_GH_FINE) && !is_type(g, "fine-grained-pat")) {
        g->kind = RA_GH_SCOPED;
        ra_gh_scopes(g, ra_span_trim(ra_span_of(scopes)), g->from);
    }
    tell_kind(g, &limit);
    tell_expiry(g, limit.status == 200 || !user.status ? &limit : &user);
    return true;
}

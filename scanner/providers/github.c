// GitHub: what one token may do, at github.com, a data-residency tenant or an Enterprise Server. Reads only; a token
// that would be changed by its use (a refresh token) or that stands for something else (a workflow's OIDC request) is
// named and left alone. Effective right = the token's permission, within the account's role, within the branch's rules.
#include "providers/github.h"

#include <errno.h>
#include <string.h>

static bool ends(const char *s, const char *suffix)
{
    return ra_span_ends(ra_span_of(s), suffix);
}

static const char *without_api(const char *host)
{
    return strncmp(host, "api.", 4) == 0 && (strcmp(host + 4, "github.com") == 0 || ends(host, ".ghe.com")) ? host + 4 : host;
}

// Source: docs.github.com, "Getting started with the REST API"; GHES: "REST API, Enterprise Server".
void ra_gh_bases(struct ra_gh *g)
{
    struct ra_provide *p = g->p;
    g->host = without_api(p->credential->host);
    g->server = strcmp(g->host, "github.com") != 0 && !ends(g->host, ".ghe.com");
    p->base[RA_BASE_WEB] = ra_strfmt(p->arena, "https://%s", g->host);
    p->base[RA_BASE_API] = g->server ? ra_strfmt(p->arena, "https://%s/api/v3", g->host)
                                     : ra_strfmt(p->arena, "https://api.%s", g->host);
    p->base[RA_BASE_AUX] = g->server ? ra_strfmt(p->arena, "https://%s/api", g->host) : p->base[RA_BASE_API];
}

const char *ra_gh_object(struct ra_gh *g, const char *object)
{
    return strcmp(g->host, "github.com") == 0 ? object : ra_strfmt(g->p->arena, "%s/%s", g->host, object);
}

// Where the token's kind says already that asking would be wrong.
static bool left_alone(struct ra_provide *p)
{
    static const struct {
        const char *type, *fact, *says;
    } kinds[] = {
        {"refresh", "can mint", "tokens that act as the user; using it would replace it, so it was not used"},
        {"oidc-mint", "can mint", "OIDC tokens that clouds accept in the workflow's name; none was asked for"},
        {"actions-runtime", "can write", "the caches and artifacts of the workflow's run; it was not used"},
    };
    for (size_t i = 0; p->credential->type && i < RA_COUNT(kinds); i++)
        if (strcmp(p->credential->type, kinds[i].type) == 0) {
            ra_credential_fact(p, kinds[i].fact, kinds[i].says);
            return true;
        }
    return false;
}

void ra_gh_ask(struct ra_gh *g, const struct ra_question *questions, size_t n, struct ra_answer *ret)
{
    size_t may = g->stopped ? 0 : g->limit - g->asked < n ? g->limit - g->asked : n;
    if (may)
        ra_ask(g->p, questions, may, ret);
    g->asked += may;
    for (size_t i = may; i < n; i++)
        ret[i] = (struct ra_answer){.err = ECANCELED,
                                    .why = g->stopped ? g->stopped : "not asked: that many requests are made for one token"};
    for (size_t i = 0; i < may && !g->stopped; i++) {
        struct ra_meaning m = ra_answer_means(g->p->arena, "github", &ret[i], false);
        if (m.stop)
            g->stopped = m.why;
    }
}

struct ra_answer ra_gh_ask_one(struct ra_gh *g, enum ra_request request, const char *arg1, const char *arg2)
{
    struct ra_answer answer;
    ra_gh_ask(g, &(struct ra_question){.request = request, .args = {arg1, arg2}}, 1, &answer);
    return answer;
}

struct ra_meaning ra_gh_means(struct ra_gh *g, const struct ra_answer *answer, bool listed)
{
    return ra_answer_means(g->p->arena, "github", answer, listed && !g->server);
}

void ra_provide_github(struct ra_provide *p)
{
    // Of a hundred private repositories: a list, one GraphQL query, push and rules for those looked at, and what is
    // asked once: at most 145 requests.
    struct ra_gh g = {.p = p, .limit = 45 + 4 * p->max_objects};
    if (left_alone(p))
        return;
    ra_gh_bases(&g);
    if (!ra_gh_session(&g))
        return;
    ra_gh_list(&g);
    ra_gh_choose(&g);
    ra_gh_probe(&g);
    ra_gh_rules(&g);
    ra_gh_runs(&g);
    ra_gh_tell_repos(&g);
    ra_gh_tell_account(&g);
    ra_scope_told(p);
}

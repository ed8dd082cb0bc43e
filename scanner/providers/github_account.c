// What a token may do beside repositories: to the account itself, and to organizations, within the account's role there.
// Where the role is not told the permission alone bounds the right.
#include "providers/github.h"

#include <string.h>
#include <strings.h>

enum { MOST_ORGANIZATIONS = 10 };

static void tell(struct ra_gh *g, enum ra_gh_at at, const char *object, enum ra_gh_role role, bool role_told,
                 const char *why)
{
    struct ra_gh_tally t = {0};
    for (size_t i = 0; i < RA_GH_PERMISSION_COUNT; i++) {
        const struct ra_gh_permission_row *row = &ra_gh_permissions[i];
        if (row->at != at)
            continue;
        struct ra_gh_bound b = ra_gh_within(&g->on_rest, (enum ra_gh_permission)i, role);
        if (!role_told)
            b.least = RA_GH_NO, b.why = b.most > RA_GH_NO ? why : b.why;
        ra_gh_count(&t, row->reads, ra_gh_state(b, RA_GH_READ), b.why, b.from);
        ra_gh_count(&t, row->writes, ra_gh_state(b, RA_GH_WRITE), b.why, b.from);
    }
    for (size_t i = 0; i < RA_RIGHT_COUNT; i++)
        if (t.of[i].used && t.of[i].state != RA_STATE_DENIED)
            ra_grant_add(g->p, (enum ra_right)i, object, false, t.of[i].state, t.of[i].why, t.of[i].from);
}

// The server's own administrator: his token needs the scope; without it, it is a user's.
static void tell_site(struct ra_gh *g, const char *account)
{
    if (g->site_admin)
        ra_credential_fact(g->p, "site administrator", "the account administers the whole server");
    else if (g->named)
        g->on_rest.of[RA_GH_SITE] = (struct ra_gh_bound){RA_GH_NO, RA_GH_NO, NULL, g->from};
    tell(g, RA_GH_AT_USER, account, RA_GH_ROLE_ADMIN, true, NULL);
}

// True for a permission of an organization that the token may have.
static bool any_of_organizations(struct ra_gh *g)
{
    for (size_t i = 0; i < RA_GH_PERMISSION_COUNT; i++)
        if (ra_gh_permissions[i].at == RA_GH_AT_ORG && g->on_rest.of[i].most == RA_GH_WRITE)
            return true;
    return false;
}

static bool shows_private(const struct ra_gh *g)
{
    for (size_t i = 0; i < g->n_repos; i++)
        if (g->repos[i]->is_private && g->repos[i]->listed)
            return true;
    return false;
}

static void tell_owners(struct ra_gh *g, const char *why)
{
    const char *seen[MOST_ORGANIZATIONS];
    size_t n = 0;
    for (size_t i = 0; i < g->n_repos && n < MOST_ORGANIZATIONS; i++) {
        const struct ra_gh_repo *r = g->repos[i];
        bool before = !r->others || !r->listed || !r->is_private;
        for (size_t k = 0; k < n && !before; k++)
            before = strcasecmp(seen[k], r->owner) == 0;
        if (before)
            continue;
        seen[n++] = r->owner;
        tell(g, RA_GH_AT_ORG, ra_gh_object(g, r->owner), RA_GH_ROLE_ADMIN, false, why);
    }
    // Those without a private repository are seen by nobody. A fine-grained token has one owner: where it shows private
    // repositories, whose they are is told by them.
    if (n == MOST_ORGANIZATIONS || g->kind != RA_GH_FINE || !shows_private(g))
        tell(g, RA_GH_AT_ORG, ra_gh_object(g, "more-organizations"), RA_GH_ROLE_ADMIN, false, why);
}

static void tell_memberships(struct ra_gh *g, const struct ra_answer *answer)
{
    size_t n = 0, owner = 0;
    bool cut = ra_answer_next(g->p->arena, answer) != NULL;
    for (const struct ra_json *m = answer->json->child; m; m = m->next) {
        struct ra_span login = ra_json_text(ra_json_at(m, "organization.login"));
        struct ra_span role = ra_json_text(ra_json_get(m, "role"));
        bool admin = ra_span_is(role, "admin"), told = login.n > 0 && (admin || ra_span_is(role, "member"));
        n++;
        owner += admin;
        cut |= !told;
        if (!admin || !told)
            continue; // a member changes nothing of an organization, whatever the token's scope
        if (owner > MOST_ORGANIZATIONS)
            cut = true;
        else
            tell(g, RA_GH_AT_ORG, ra_gh_object(g, ra_strndup(g->p->arena, login)), RA_GH_ROLE_ADMIN, true, NULL);
    }
    ra_credential_fact(g->p, "organizations", ra_strfmt(g->p->arena, "%s%zu, owner of %zu", cut ? "at least " : "", n, owner));
    if (cut)
        tell(g, RA_GH_AT_ORG, ra_gh_object(g, "more-organizations"), RA_GH_ROLE_ADMIN, false, "too many to look at");
}

// An installation acts for itself: what its permissions say holds in the organization that installed it.
static void tell_organizations(struct ra_gh *g)
{
    const char *why = "the account's role in the organization was not told";
    if (!any_of_organizations(g))
        return;
    if (g->kind == RA_GH_INSTALLATION) {
        tell(g, RA_GH_AT_ORG, ra_gh_object(g, g->account ? g->account : "organization"), RA_GH_ROLE_ADMIN, true, NULL);
        return;
    }
    struct ra_answer answer = ra_gh_ask_one(g, RA_REQUEST_GITHUB_MEMBERSHIPS, NULL, NULL);
    struct ra_meaning m = ra_gh_means(g, &answer, false);
    // An empty list is an answer to a token of scopes; to others it may be what is left when the rest is hidden.
    if (m.means == RA_MEANS_YES && answer.json->type == RA_JSON_ARRAY && (g->kind == RA_GH_SCOPED || answer.json->child))
        tell_memberships(g, &answer);
    else
        tell_owners(g, m.means == RA_MEANS_YES ? why : m.why ? m.why : why);
}

void ra_gh_tell_account(struct ra_gh *g)
{
    tell_organizations(g);
    tell_site(g, ra_gh_object(g, g->account ? g->account : "account"));
}

// Which repositories does the token see, and which of them are looked at one by one: the working tree's own remotes
// first, then private ones by the account's role. Follows the server's own links; a list that is cut (by our limit, by
// single sign-on, by an error) says so, and is never taken for all.
#include "providers/github.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MOST_LISTED = 3000, MOST_PAGES = 20, MOST_INSTALLATIONS = 10, MOST_UNLISTED = 3 };

// `permissions` is the role of the account; of an installation's token it is the app's own.
static void read_role(struct ra_gh_repo *r, const struct ra_json *permissions)
{
    static const struct {
        const char *name;
        enum ra_gh_role role;
    } roles[] = {{"admin", RA_GH_ROLE_ADMIN}, {"maintain", RA_GH_ROLE_MAINTAIN}, {"push", RA_GH_ROLE_PUSH},
                 {"triage", RA_GH_ROLE_TRIAGE}, {"pull", RA_GH_ROLE_PULL}};
    r->role = RA_GH_ROLE_ADMIN;
    if (!permissions || permissions->type != RA_JSON_OBJECT)
        return;
    r->role_told = true;
    r->role = RA_GH_ROLE_NONE;
    for (size_t i = 0; i < RA_COUNT(roles) && r->role == RA_GH_ROLE_NONE; i++)
        if (ra_json_is_true(ra_json_get(permissions, roles[i].name)))
            r->role = roles[i].role;
}

static bool is_own(struct ra_gh *g, const char *full)
{
    const char *name = ra_strfmt(g->p->arena, "%s/%s", g->host, full);
    for (const char *const *r = g->p->remotes; r && *r; r++)
        if (strcasecmp(*r, name) == 0)
            return true;
    return false;
}

static struct ra_gh_repo *known(struct ra_gh *g, const char *full)
{
    for (size_t i = 0; i < g->n_repos; i++)
        if (strcasecmp(g->repos[i]->full, full) == 0)
            return g->repos[i];
    return NULL;
}

static bool is_name(struct ra_span full)
{
    ptrdiff_t slash = ra_span_chr(full, '/');
    return slash > 0 && (size_t)slash + 1 < full.n && ra_span_utf8(full) &&
           ra_span_chr(ra_span_cut(full, (size_t)slash + 1, full.n), '/') < 0;
}

static struct ra_gh_repo *add(struct ra_gh *g, const struct ra_json *json, const struct ra_gh_set *set,
                              struct ra_evidence from)
{
    struct ra_arena *a = g->p->arena;
    struct ra_span full = ra_json_text(ra_json_get(json, "full_name"));
    if (!is_name(full))
        return NULL;
    struct ra_gh_repo *r = known(g, ra_strndup(a, full));
    if (r)
        return r;
    struct ra_span branch = ra_json_text(ra_json_get(json, "default_branch"));
    const struct ra_json *visibility = ra_json_get(json, "visibility"), *private = ra_json_get(json, "private");
    r = ra_new(a, struct ra_gh_repo);
    r->full = ra_strndup(a, full);
    r->owner = ra_strndup(a, ra_span_cut(full, 0, (size_t)ra_span_chr(full, '/')));
    r->branch = branch.n ? ra_strndup(a, branch) : NULL;
    // What is not said to be public is private.
    r->is_private = visibility ? !ra_span_is(ra_json_text(visibility), "public")
                               : !(private && private->type == RA_JSON_FALSE);
    r->archived = ra_json_is_true(ra_json_get(json, "archived")) || ra_json_is_true(ra_json_get(json, "disabled"));
    r->own = is_own(g, r->full);
    r->others = !g->account || strcasecmp(g->account, r->owner) != 0;
    r->from = from;
    r->secrets = r->secrets_of_org = r->environments = r->guarded = -1;
    r->set = set ? set : r->is_private ? &g->on_private : &g->on_public;
    read_role(r, ra_json_get(json, "permissions"));
    if (g->kind == RA_GH_INSTALLATION)
        r->role = RA_GH_ROLE_ADMIN; // no account stands behind it
    g->repos = ra_grow(a, g->repos, g->n_repos, &g->cap_repos, sizeof(struct ra_gh_repo *));
    g->repos[g->n_repos++] = r;
    return r;
}

// "partial-results; organizations=21955855,20582480" on a 200: some organizations hide themselves.
static void note_hidden(struct ra_gh *g, const struct ra_answer *answer, struct ra_evidence from)
{
    struct ra_arena *a = g->p->arena;
    struct ra_span sso = ra_span_of(ra_answer_header(a, answer, "X-GitHub-SSO")), id;
    ptrdiff_t at = ra_span_find(sso, RA_SPAN("organizations="));
    if (!ra_span_starts_nocase(ra_span_trim(sso), "partial-results"))
        return;
    g->cut = "some organizations hide themselves until single sign-on";
    sso = at < 0 ? RA_SPAN("") : ra_span_cut(sso, (size_t)at + strlen("organizations="), sso.n);
    while (sso.n && ra_span_until(&sso, ',', &id)) {
        uint64_t number;
        if (ra_span_u64(ra_span_trim(id), 10, &number))
            ra_grant_add(g->p, RA_RIGHT_GITHUB_ORG_HIDDEN,
                         ra_gh_object(g, ra_strfmt(a, "organization-%s", ra_strndup(a, ra_span_trim(id)))), false,
                         RA_STATE_UNKNOWN, "the token could be authorised with one click of the user", from);
    }
}

// All pages of one list; `member` holds the items, NULL where the answer is the array itself.
static void list(struct ra_gh *g, enum ra_request request, const char *arg, const char *member,
                 const struct ra_gh_set *set)
{
    struct ra_question q = {.request = request, .args = {arg}};
    for (unsigned page = 0; page < MOST_PAGES; page++) {
        struct ra_answer answer;
        ra_gh_ask(g, &q, 1, &answer);
        struct ra_meaning m = ra_gh_means(g, &answer, false);
        if (m.means != RA_MEANS_YES) {
            g->cut = m.why ? m.why : "the list was refused";
            return;
        }
        struct ra_evidence from = ra_answered(g->p, request, &answer);
        const struct ra_json *items = member ? ra_json_get(answer.json, member) : answer.json;
        note_hidden(g, &answer, from);
        if (!items || items->type != RA_JSON_ARRAY) {
            g->cut = "the answer is no list";
            return;
        }
        for (const struct ra_json *i = items->child; i; i = i->next) {
            struct ra_gh_repo *r = g->n_repos < MOST_LISTED ? add(g, i, set, from) : NULL;
            if (r)
                r->listed = true;
            else
                g->cut = g->n_repos < MOST_LISTED ? "the list names what is no repository" : "the list is longer than is read";
        }
        q.link = ra_answer_next(g->p->arena, &answer);
        if (!q.link)
            return;
    }
    g->cut = "the list is longer than is read";
}

// The map of permissions that an installation has: exact, names as GitHub gives them.
static const struct ra_gh_set *map_of(struct ra_gh *g, const struct ra_json *permissions, struct ra_evidence from)
{
    struct ra_gh_set *set = ra_new(g->p->arena, struct ra_gh_set);
    enum ra_gh_permission permission;
    bool told = permissions && permissions->type == RA_JSON_OBJECT;
    ra_gh_set_all(set, RA_GH_NO, told ? RA_GH_NO : RA_GH_WRITE, told ? NULL : "what the app was given is not told", from);
    for (size_t i = 0; !told && i < RA_GH_PERMISSION_COUNT; i++)
        if (ra_gh_permissions[i].at == RA_GH_AT_ORG && g->on_rest.of[i].most < RA_GH_WRITE)
            g->on_rest.of[i] = (struct ra_gh_bound){g->on_rest.of[i].least, RA_GH_WRITE, set->of[i].why, from};
    for (const struct ra_json *m = told ? permissions->child : NULL; m; m = m->next) {
        enum ra_gh_level level = ra_gh_level_parse(ra_json_text(m));
        if (!ra_gh_permission_parse(m->key, &permission))
            ra_gh_unknown_name(g, m->key, "a permission that this program does not know", from);
        else {
            set->of[permission] = (struct ra_gh_bound){level, level, NULL, from};
            if (ra_gh_permissions[permission].at != RA_GH_AT_REPO && level > g->on_rest.of[permission].least)
                g->on_rest.of[permission] = set->of[permission];
        }
    }
    set->of[RA_GH_DELETE] = set->of[RA_GH_ADMINISTRATION];
    return set;
}

static void list_installations(struct ra_gh *g)
{
    struct ra_answer answer = ra_gh_ask_one(g, RA_REQUEST_GITHUB_USER_INSTALLATIONS, NULL, NULL);
    struct ra_meaning m = ra_gh_means(g, &answer, false);
    if (m.means != RA_MEANS_YES) {
        g->cut = m.why ? m.why : "the list was refused";
        return;
    }
    struct ra_evidence from = ra_answered(g->p, RA_REQUEST_GITHUB_USER_INSTALLATIONS, &answer);
    ra_gh_set_all(&g->on_rest, RA_GH_NO, RA_GH_NO, NULL, from);
    ra_gh_rights_of_user(g, from);
    ra_gh_set_all(&g->on_public, RA_GH_NO, RA_GH_NO, NULL, from);
    if (ra_answer_next(g->p->arena, &answer))
        g->cut = "there are more installations than are read";
    const struct ra_json *all = ra_json_get(answer.json, "installations");
    unsigned n = 0;
    if (!all || all->type != RA_JSON_ARRAY)
        g->cut = "the answer is no list";
    for (const struct ra_json *i = all && all->type == RA_JSON_ARRAY ? all->child : NULL; i; i = i->next) {
        const struct ra_json *suspended = ra_json_get(i, "suspended_at");
        int64_t id;
        if (suspended && suspended->type == RA_JSON_STRING)
            continue; // no access while it is suspended
        if (!ra_json_i64(ra_json_get(i, "id"), &id)) {
            g->cut = "the list names what is no installation";
            continue;
        }
        if (n++ == MOST_INSTALLATIONS) {
            g->cut = "there are more installations than are read";
            return;
        }
        list(g, RA_REQUEST_GITHUB_USER_INSTALLATION_REPOS, ra_strfmt(g->p->arena, "%lld", (long long)id), "repositories",
             map_of(g, ra_json_get(i, "permissions"), from));
    }
}

// Own remotes that no list showed: a stranger's public repository, or one that is hidden.
static void add_unlisted(struct ra_gh *g)
{
    size_t host = strlen(g->host), asked = 0;
    for (const char *const *r = g->p->remotes; r && *r; r++) {
        if (strncasecmp(*r, g->host, host) != 0 || (*r)[host] != '/' || !is_name(ra_span_of(*r + host + 1)) ||
            known(g, *r + host + 1) || asked == MOST_UNLISTED)
            continue;
        asked++;
        struct ra_answer answer = ra_gh_ask_one(g, RA_REQUEST_GITHUB_REPO, *r + host + 1, NULL);
        struct ra_meaning m = ra_gh_means(g, &answer, false);
        struct ra_evidence from = ra_answered(g->p, RA_REQUEST_GITHUB_REPO, &answer);
        if (m.means == RA_MEANS_YES) {
            struct ra_gh_repo *shown = add(g, answer.json, NULL, from);
            if (shown)
                shown->own = true; // renamed since: the remote still leads there
        } else if (m.means != RA_MEANS_REFUSED)
            ra_grant_add(g->p, RA_RIGHT_GITHUB_CONTENTS_WRITE, ra_gh_object(g, *r + host + 1), true, RA_STATE_UNKNOWN,
                         m.why, from);
    }
}

void ra_gh_list(struct ra_gh *g)
{
    switch (g->kind) {
    case RA_GH_SCOPED:
    case RA_GH_FINE:
        list(g, RA_REQUEST_GITHUB_USER_REPOS, NULL, NULL, NULL);
        break;
    case RA_GH_APP_USER:
        list_installations(g);
        break;
    case RA_GH_INSTALLATION:
        list(g, RA_REQUEST_GITHUB_APP_REPOS, NULL, "repositories", NULL);
        break;
    }
    for (size_t i = 0; i < g->n_repos; i++) // nobody's repository is the account's own where nobody told the account
        g->repos[i]->others = g->kind == RA_GH_INSTALLATION || !g->account ||
                              strcasecmp(g->account, g->repos[i]->owner) != 0;
    g->named = g->account != NULL;
    if (!g->account && g->n_repos)
        g->account = g->repos[0]->owner;
    add_unlisted(g);
}

static int compare(const void *left, const void *right)
{
    const struct ra_gh_repo *a = *(struct ra_gh_repo *const *)left, *b = *(struct ra_gh_repo *const *)right;
    if (a->own != b->own)
        return a->own ? -1 : 1;
    if (a->is_private != b->is_private)
        return a->is_private ? -1 : 1;
    if (a->role != b->role)
        return a->role > b->role ? -1 : 1;
    return strcmp(a->full, b->full);
}

// Repositories of strangers that the token only sees are none that matter: everybody sees them.
static bool matters(const struct ra_gh_repo *r)
{
    return r->own || r->is_private || r->role >= RA_GH_ROLE_PUSH;
}

void ra_gh_choose(struct ra_gh *g)
{
    size_t looked = 0, private = 0;
    if (g->n_repos)
        qsort(g->repos, g->n_repos, sizeof g->repos[0], compare);
    for (size_t i = 0; i < g->n_repos; i++) {
        g->repos[i]->looked = matters(g->repos[i]) && looked < g->p->max_objects;
        looked += g->repos[i]->looked;
        private += g->repos[i]->is_private;
    }
    ra_credential_fact(g->p, "private repositories", ra_strfmt(g->p->arena, "%s%zu", g->cut ? "at least " : "", private));
    ra_credential_fact(g->p, "repositories", ra_strfmt(g->p->arena, "%s%zu, %zu looked at", g->cut ? "at least " : "",
                                                       g->n_repos, looked));
}

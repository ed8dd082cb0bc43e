// The projects of a GitLab token: listed, looked at, told. Push is proved by git itself; the default branch's own rules by
// what the server says of it to this account.
#include <string.h>

#include "providers/gitlab.h"

enum { MOST_PAGES = 3, MOST_LOOKED = 25 };

const char *ra_gl_object(struct ra_gl *g, const char *object)
{
    const char *host = g->p->credential->host;
    if (!object)
        return host;
    return strcmp(host, "gitlab.com") == 0 ? object : ra_strfmt(g->p->arena, "%s/%s", host, object);
}

// ---- the list ---------------------------------------------------------------------------------------

static struct ra_gl_project *project(struct ra_gl *g, const char *name)
{
    for (size_t i = 0; i < g->n; i++)
        if (strcmp(g->projects[i].name, name) == 0)
            return &g->projects[i];
    g->projects = ra_grow(g->p->arena, g->projects, g->n, &g->cap, sizeof *g->projects);
    g->projects[g->n] = (struct ra_gl_project){.name = name, .level = -1, .group_level = -1, .is_private = true, .from = g->from};
    return &g->projects[g->n++];
}

// null is no membership; a member that is missing is not told.
static int64_t level(const struct ra_json *permissions, const char *which)
{
    const struct ra_json *access = ra_json_get(permissions, which);
    int64_t n;
    if (!access)
        return -1;
    return ra_json_i64(ra_json_get(access, "access_level"), &n) ? n : access->type == RA_JSON_NULL ? 0 : -1;
}

// member: of a list that holds the account's own projects alone.
static void take(struct ra_gl *g, const struct ra_json *v, bool member, struct ra_evidence from)
{
    struct ra_arena *a = g->p->arena;
    struct ra_span name = ra_json_text(ra_json_get(v, "path_with_namespace"));
    const struct ra_json *permissions = ra_json_get(v, "permissions"), *space = ra_json_get(v, "namespace"),
                         *shared = ra_json_get(v, "shared_with_groups");
    if (!name.n) {
        g->cut = "the list names what is no project";
        return;
    }
    struct ra_gl_project *one = project(g, ra_strndup(a, name));
    struct ra_span branch = ra_json_text(ra_json_get(v, "default_branch")), path = ra_json_text(ra_json_get(space, "full_path"));
    int64_t own = level(permissions, "project_access"), group = level(permissions, "group_access");
    one->seen = true;
    one->from = from;
    one->branch = branch.n ? ra_strndup(a, branch) : NULL;
    one->is_private = !ra_span_is(ra_json_text(ra_json_get(v, "visibility")), "public");
    one->is_internal = ra_span_is(ra_json_text(ra_json_get(v, "visibility")), "internal");
    // Who got in through a group that the project is shared with has a level that is not shown, or a higher one.
    one->shared = shared && shared->type == RA_JSON_ARRAY && shared->child;
    one->archived = ra_json_is_true(ra_json_get(v, "archived"));
    one->group_level = group;
    one->level = own < 0 && group <= 0 ? own : own > group ? own : group;
    if (member && one->level == 0)
        one->level = -1; // listed as the account's own, so that it has some
    bool personal = ra_span_is(ra_json_text(ra_json_get(space, "kind")), "user");
    one->mine = personal && g->account && ra_span_is(path, g->account);
    one->group = personal || !path.n ? NULL : ra_strndup(a, path);
    if (g->administrator)
        one->level = RA_GL_OWNER;
}

static void list(struct ra_gl *g)
{
    struct ra_question q = {.request = RA_REQUEST_GITLAB_PROJECTS};
    for (unsigned page = 0; page < MOST_PAGES; page++) {
        struct ra_answer answer;
        ra_ask(g->p, &q, 1, &answer);
        struct ra_meaning m = ra_answer_means(g->p->arena, "gitlab", &answer, false);
        if (m.means != RA_MEANS_YES || answer.json->type != RA_JSON_ARRAY) {
            g->cut = m.why ? m.why : "the list of projects was none";
            return;
        }
        g->alive = true;
        for (const struct ra_json *v = answer.json->child; v; v = v->next)
            take(g, v, true, ra_answered(g->p, RA_REQUEST_GITLAB_PROJECTS, &answer));
        q.link = ra_answer_next(g->p->arena, &answer);
        if (!q.link)
            return;
    }
    g->cut = "not all projects were listed";
}

static void remotes(struct ra_gl *g)
{
    struct ra_provide *p = g->p;
    const char *top = ra_strfmt(p->arena, "%s%s/", p->credential->host, p->credential->path ? p->credential->path : "");
    for (const char *const *r = p->remotes; r && *r; r++)
        if (strncmp(*r, top, strlen(top)) == 0)
            project(g, *r + strlen(top))->own = true;
}

static void unseen(struct ra_gl *g)
{
    for (size_t i = 0; i < g->n; i++) {
        if (!g->projects[i].own || g->projects[i].seen)
            continue;
        struct ra_answer answer = ra_ask_one(g->p, RA_REQUEST_GITLAB_PROJECT, g->projects[i].name, NULL);
        if (ra_answer_means(g->p->arena, "gitlab", &answer, false).means == RA_MEANS_YES)
            take(g, answer.json, false, ra_answered(g->p, RA_REQUEST_GITLAB_PROJECT, &answer));
    }
}

// ---- a look at some -----------------------------------------------------------------------------------

static void branch(struct ra_gl *g, struct ra_gl_project *one)
{
    struct ra_question q[] = {{.request = RA_REQUEST_GITLAB_BRANCH, .args = {one->name, one->branch}},
                              {.request = RA_REQUEST_GITLAB_PROTECTED, .args = {one->name, one->branch}}};
    struct ra_answer a[2];
    one->to_branch = one->force = RA_STATE_UNKNOWN;
    one->branch_why = one->branch ? "what guards the default branch is not told" : "which branch is the default one is not told";
    if (!one->branch)
        return;
    ra_ask(g->p, q, 2, a);
    const struct ra_json *can = ra_json_get(a[0].json, "can_push"), *guarded = ra_json_get(a[0].json, "protected"),
                         *force = ra_json_get(a[1].json, "allow_force_push");
    struct ra_meaning m = ra_answer_means(g->p->arena, "gitlab", &a[0], false);
    if (m.means != RA_MEANS_YES || !ra_span_is(ra_json_text(ra_json_get(a[0].json, "name")), one->branch) || !can || !guarded) {
        one->branch_why = m.why ? m.why : one->branch_why;
        return;
    }
    one->to_branch = ra_json_is_true(can) ? RA_STATE_PRESENT : can->type == RA_JSON_FALSE ? RA_STATE_DENIED : RA_STATE_UNKNOWN;
    if (guarded->type == RA_JSON_FALSE || one->to_branch == RA_STATE_DENIED)
        one->force = one->to_branch;
    else if (a[1].status == 200 && force && force->type == RA_JSON_FALSE)
        one->force = RA_STATE_DENIED;
    else if (a[1].status == 200 && ra_json_is_true(force))
        one->force = one->to_branch;
}

void ra_gl_projects(struct ra_gl *g)
{
    struct ra_provide *p = g->p;
    struct ra_question questions[MOST_LOOKED] = {0};
    struct ra_answer answers[MOST_LOOKED];
    remotes(g);
    list(g);
    unseen(g);
    size_t most = p->max_objects < MOST_LOOKED ? p->max_objects : MOST_LOOKED;
    g->looked = g->n < most ? g->n : most; // the remotes came first
    for (size_t i = 0; i < g->looked; i++)
        questions[i] = (struct ra_question){.request = RA_REQUEST_GITLAB_PUSH, .args = {g->projects[i].name}};
    if (g->looked)
        ra_ask(p, questions, g->looked, answers);
    for (size_t i = 0; i < g->looked; i++) {
        struct ra_gl_project *one = &g->projects[i];
        one->push = ra_push_told(p->arena, &answers[i]);
        one->push_from = ra_answered(p, RA_REQUEST_GITLAB_PUSH, &answers[i]);
        g->alive |= one->push.state == RA_STATE_PRESENT;
        if (one->push.state != RA_STATE_DENIED)
            branch(g, one);
    }
}

// ---- telling ------------------------------------------------------------------------------------------

static enum ra_state both(enum ra_state a, enum ra_state b)
{
    if (a == RA_STATE_DENIED || b == RA_STATE_DENIED)
        return RA_STATE_DENIED;
    return a == RA_STATE_PRESENT && b == RA_STATE_PRESENT ? RA_STATE_PRESENT : RA_STATE_UNKNOWN;
}

// Scope and level; where one of them is not told, unknown.
static enum ra_state within(const struct ra_gl *g, const struct ra_gl_project *one, bool scope, int64_t least)
{
    enum ra_state s = !g->told ? RA_STATE_UNKNOWN : scope ? RA_STATE_PRESENT : RA_STATE_DENIED;
    enum ra_state l = one->level < 0 ? RA_STATE_UNKNOWN : one->level >= least ? RA_STATE_PRESENT : RA_STATE_DENIED;
    if (l == RA_STATE_DENIED && one->shared)
        l = RA_STATE_UNKNOWN;
    return both(s, l);
}

static void tell(struct ra_gl *g, const struct ra_gl_project *one, enum ra_right mine, enum ra_right groups, enum ra_state state,
                 const char *why, struct ra_evidence from)
{
    ra_grant_add(g->p, one->mine ? mine : groups, ra_gl_object(g, one->name), one->own, state, why, from);
}

static void tell_one(struct ra_gl *g, const struct ra_gl_project *one)
{
    const char *why = !g->told ? (g->why ? g->why : "the token's scopes are not told") : "the account's level there is not told";
    enum ra_state write = one->archived ? RA_STATE_DENIED : one->push.state;
    // Git alone may be shut: what scope and level give, the interface gives too.
    bool contrary = write == RA_STATE_DENIED && !one->archived && within(g, one, g->write, RA_GL_DEVELOPER) == RA_STATE_PRESENT;
    if (contrary)
        write = RA_STATE_UNKNOWN;
    if (write == RA_STATE_UNKNOWN && within(g, one, g->write, RA_GL_DEVELOPER) == RA_STATE_DENIED)
        write = RA_STATE_DENIED;
    const char *push_why = contrary ? "git was refused what scope and level give" : one->push.why ? one->push.why : one->branch_why;
    if (one->is_private) // a token that may push may fetch
        tell(g, one, RA_RIGHT_GITLAB_READ, RA_RIGHT_GITLAB_READ,
             write == RA_STATE_PRESENT ? write : within(g, one, g->read, one->is_internal ? 0 : RA_GL_REPORTER), why, one->from);
    tell(g, one, RA_RIGHT_GITLAB_WRITE, RA_RIGHT_GITLAB_WRITE, write, push_why, one->push_from);
    tell(g, one, RA_RIGHT_GITLAB_PUSH, RA_RIGHT_GITLAB_GROUP_PUSH, both(write, one->to_branch), push_why, one->push_from);
    tell(g, one, RA_RIGHT_GITLAB_REWRITE, RA_RIGHT_GITLAB_GROUP_REWRITE, both(write, one->force), push_why, one->push_from);
    // Whoever pushes a branch says what its pipeline runs; whether there are runners is not asked.
    tell(g, one, RA_RIGHT_GITLAB_JOBS, RA_RIGHT_GITLAB_GROUP_JOBS, write, push_why, one->push_from);
    tell(g, one, RA_RIGHT_GITLAB_ISSUES, RA_RIGHT_GITLAB_ISSUES, within(g, one, g->api, RA_GL_GUEST), why, one->from);
    tell(g, one, RA_RIGHT_GITLAB_ADMINISTER, RA_RIGHT_GITLAB_GROUP_ADMINISTER, within(g, one, g->api, RA_GL_MAINTAINER), why,
         one->from);
    tell(g, one, RA_RIGHT_GITLAB_DELETE, RA_RIGHT_GITLAB_GROUP_DELETE, within(g, one, g->api, RA_GL_OWNER), why, one->from);
}

void ra_gl_tell_projects(struct ra_gl *g)
{
    for (size_t i = 0; i < g->n; i++) {
        const struct ra_gl_project *one = &g->projects[i];
        if (i < g->looked)
            tell_one(g, one);
        if (one->group && g->api && one->group_level >= RA_GL_OWNER)
            ra_grant_add(g->p, RA_RIGHT_GITLAB_GROUP, ra_gl_object(g, one->group), false, RA_STATE_PRESENT, NULL, one->from);
    }
    if (g->looked < g->n && !g->cut)
        g->cut = "not all projects were looked at one by one";
    // A token that reaches no project says so by its scopes.
    bool some = !g->told || g->api || g->read || g->write;
    if (some && g->cut) {
        struct ra_reach *r = ra_grant_add(g->p, RA_RIGHT_GITLAB_OTHERS, ra_gl_object(g, g->account), false, RA_STATE_UNKNOWN,
                                          g->cut, g->from);
        ra_reach_number(g->p->inv, r, "projects not looked at", (int64_t)(g->n - g->looked));
    }
}

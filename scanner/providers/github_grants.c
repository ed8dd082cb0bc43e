// Tells what was found out, as grants. Of a repository that was looked at: its code, its default branch, its workflows,
// who may administer or delete it; of the first few also every lesser right. The rest is told once for all, counted.
// What is excluded is a grant of its own only where it matters (own remotes), else one detail of the repository's first.
#include "providers/github.h"

#include <stdlib.h>
#include <string.h>

static int pick(const struct ra_gh_repo *r, enum ra_right own, enum ra_right others)
{
    return r->others ? (int)others : (int)own;
}

static enum ra_state both(enum ra_state a, enum ra_state b)
{
    if (a == RA_STATE_DENIED || b == RA_STATE_DENIED)
        return RA_STATE_DENIED;
    return a == RA_STATE_PRESENT && b == RA_STATE_PRESENT ? RA_STATE_PRESENT : RA_STATE_UNKNOWN;
}

static enum ra_state freedom(const struct ra_gh_item *item)
{
    switch (item->hold) {
    case RA_GH_FREE:
        return RA_STATE_PRESENT;
    case RA_GH_UNSURE:
        return RA_STATE_UNKNOWN;
    case RA_GH_BINDS:
        return RA_STATE_DENIED;
    }
    return RA_STATE_UNKNOWN;
}

// Every right that follows from a permission alone.
static void count_lesser(struct ra_gh_tally *t, const struct ra_gh_repo *r, bool in_full)
{
    for (size_t i = 0; i < RA_GH_PERMISSION_COUNT; i++) {
        const struct ra_gh_permission_row *row = &ra_gh_permissions[i];
        if (row->at != RA_GH_AT_REPO || (!in_full && i != RA_GH_ADMINISTRATION && i != RA_GH_DELETE))
            continue;
        struct ra_gh_bound b = ra_gh_within(r->set, (enum ra_gh_permission)i, r->role);
        if (r->archived && i != RA_GH_ADMINISTRATION && i != RA_GH_DELETE)
            b.least = RA_GH_NO, b.most = b.most > RA_GH_READ ? RA_GH_READ : b.most; // read-only for everybody
        ra_gh_count(t, row->reads, ra_gh_state(b, RA_GH_READ), b.why, b.from);
        ra_gh_count(t, r->others ? row->writes_of_others : row->writes, ra_gh_state(b, RA_GH_WRITE), b.why, b.from);
    }
}

static enum ra_state write_state(const struct ra_gh_repo *r, const char **why, struct ra_evidence *from)
{
    struct ra_gh_bound b = ra_gh_within(r->set, RA_GH_CONTENTS, r->role);
    *from = r->looked ? r->push_from : b.from;
    if (r->archived)
        return RA_STATE_DENIED;
    // Git alone may be shut: what permission and role give, the interface for programs gives too.
    bool contrary = r->looked && r->push.state == RA_STATE_DENIED && b.least == RA_GH_WRITE && r->role_told;
    if (r->looked && r->push.state != RA_STATE_UNKNOWN && !contrary)
        return r->push.state;
    *why = contrary ? "git was refused what the permission and the account's role give" : r->looked ? r->push.why : "not looked at one by one";
    enum ra_state s = ra_gh_state(b, RA_GH_WRITE);
    if (s == RA_STATE_DENIED)
        *from = b.from;
    return s == RA_STATE_DENIED ? s : RA_STATE_UNKNOWN;
}

// Straight to the branch, or by one's own pull request.
static void count_branch(struct ra_gh_tally *t, const struct ra_gh_repo *r, enum ra_state write, const char *why)
{
    struct ra_gh_bound pulls = ra_gh_within(r->set, RA_GH_PULLS, r->role);
    const struct ra_gh_rules *rules = r->rules;
    struct ra_evidence from = rules ? rules->from : r->push_from;
    enum ra_state push = rules ? both(write, freedom(&rules->push)) : write;
    enum ra_state force = rules ? both(write, freedom(&rules->force)) : write;
    enum ra_state merge = rules ? both(write, freedom(&rules->merge)) : write;
    if (write == RA_STATE_PRESENT && rules)
        why = NULL;
    enum ra_state land = push == RA_STATE_PRESENT ? push : both(merge, ra_gh_state(pulls, RA_GH_WRITE));
    if (land == RA_STATE_DENIED && push == RA_STATE_UNKNOWN)
        land = push;
    // A workflow can approve where the repository lets it: what the run may change there, it may approve itself.
    const char *land_why = why ? why : rules && rules->merge.hold ? rules->merge.why : rules ? rules->push.why : NULL;
    if (land == RA_STATE_DENIED && write != RA_STATE_DENIED && rules && rules->merge.hold == RA_GH_BINDS &&
        ra_gh_state(ra_gh_within(r->set, RA_GH_WORKFLOWS, r->role), RA_GH_WRITE) != RA_STATE_DENIED &&
        ra_gh_state(pulls, RA_GH_WRITE) != RA_STATE_DENIED) {
        land = RA_STATE_UNKNOWN;
        land_why = "somebody else has to approve, and a workflow might be allowed to";
    } else if (land == RA_STATE_UNKNOWN && !land_why)
        land_why = pulls.why;
    ra_gh_count(t, pick(r, RA_RIGHT_GITHUB_PUSH, RA_RIGHT_GITHUB_ORG_PUSH), push, why ? why : rules ? rules->push.why : NULL, from);
    ra_gh_count(t, pick(r, RA_RIGHT_GITHUB_LAND, RA_RIGHT_GITHUB_ORG_LAND), land, land_why, from);
    ra_gh_count(t, pick(r, RA_RIGHT_GITHUB_REWRITE, RA_RIGHT_GITHUB_ORG_REWRITE), force,
                why ? why : rules ? rules->force.why : NULL, from);
}

// Changing workflows needs contents too; without the permission a workflow that exists may still run what is pushed.
static void count_workflows(struct ra_gh_tally *t, const struct ra_gh_repo *r, enum ra_state write, const char *why)
{
    struct ra_gh_bound b = ra_gh_within(r->set, RA_GH_WORKFLOWS, r->role);
    enum ra_state change = ra_gh_state(b, RA_GH_WRITE), state = both(write, change);
    if (r->actions_off)
        state = RA_STATE_DENIED;
    else if (state == RA_STATE_DENIED && write != RA_STATE_DENIED && !r->no_workflows)
        state = RA_STATE_UNKNOWN, why = "the token may not change workflows, but one that exists may run what is pushed";
    else if (change == RA_STATE_UNKNOWN)
        why = b.why;
    ra_gh_count(t, pick(r, RA_RIGHT_GITHUB_WORKFLOWS, RA_RIGHT_GITHUB_ORG_WORKFLOWS), state, why, r->push_from);
}

static void count(struct ra_gh_tally *t, const struct ra_gh_repo *r, bool in_full)
{
    const char *why = NULL;
    struct ra_evidence from;
    struct ra_gh_bound contents = ra_gh_within(r->set, RA_GH_CONTENTS, r->role);
    enum ra_state write = write_state(r, &why, &from);
    if (r->is_private) // what everybody may read is no grant
        ra_gh_count(t, RA_RIGHT_GITHUB_CONTENTS_READ, ra_gh_state(contents, RA_GH_READ), contents.why, contents.from);
    ra_gh_count(t, RA_RIGHT_GITHUB_CONTENTS_WRITE, write, why, from);
    count_branch(t, r, write, why);
    count_workflows(t, r, write, why);
    count_lesser(t, r, in_full);
    if (!in_full)
        return;
    enum ra_state open = r->open_branches ? RA_STATE_PRESENT : r->no_open_branches ? RA_STATE_DENIED : RA_STATE_UNKNOWN;
    enum ra_state branches = both(write, open);
    ra_gh_count(t, RA_RIGHT_GITHUB_BRANCHES, branches, "which other branches a rule guards was not looked at", from);
}

static bool told_even_if_excluded(const struct ra_gh_repo *r, size_t right)
{
    static const enum ra_right matter[] = {RA_RIGHT_GITHUB_CONTENTS_WRITE, RA_RIGHT_GITHUB_PUSH, RA_RIGHT_GITHUB_ORG_PUSH,
                                           RA_RIGHT_GITHUB_REWRITE, RA_RIGHT_GITHUB_ORG_REWRITE, RA_RIGHT_GITHUB_DELETE,
                                           RA_RIGHT_GITHUB_ORG_DELETE};
    for (size_t i = 0; r && r->own && i < RA_COUNT(matter); i++)
        if (matter[i] == right)
            return true;
    return false;
}

static void tell_numbers(struct ra_gh *g, struct ra_reach *grant, const struct ra_gh_repo *r, size_t right)
{
    struct ra_inventory *inv = g->p->inv;
    if (right != RA_RIGHT_GITHUB_WORKFLOWS && right != RA_RIGHT_GITHUB_ORG_WORKFLOWS)
        return;
    if (r->secrets >= 0)
        ra_reach_number(inv, grant, "secrets", r->secrets);
    if (r->secrets_of_org >= 0)
        ra_reach_number(inv, grant, "secrets of the organization", r->secrets_of_org);
    if (r->environments >= 0)
        ra_reach_number(inv, grant, "environments", r->environments);
    if (r->guarded >= 0)
        ra_reach_number(inv, grant, "environments that ask somebody first", r->guarded);
}

static const char *title_of_others(struct ra_arena *a, enum ra_right right, size_t number, const char *account)
{
    const char *title = ra_rights[right].title, *hole = strstr(title, "{}");
    return ra_strfmt(a, "%.*s%zu more repositories that %s sees%s", hole ? (int)(hole - title) : 0, title, number,
                     account ? account : "the token", hole ? hole + 2 : "");
}

// Grants of one object; r NULL: of all that were not looked at.
static void tell(struct ra_gh *g, const struct ra_gh_tally *t, const char *object, const struct ra_gh_repo *r, size_t number)
{
    struct ra_reach *first = NULL;
    struct ra_buf excluded RA_CLEANUP(ra_buf_free) = {0};
    for (size_t i = 0; i < RA_RIGHT_COUNT; i++) {
        if (!t->of[i].used)
            continue;
        if (t->of[i].state == RA_STATE_DENIED && !told_even_if_excluded(r, i)) {
            ra_buf_printf(&excluded, "%s%s", excluded.n ? ", " : "", ra_rights[i].right);
            continue;
        }
        struct ra_reach *grant = ra_grant_add(g->p, (enum ra_right)i, object, r && r->own, t->of[i].state, t->of[i].why,
                                              t->of[i].from);
        if (!first)
            first = grant;
        if (number) {
            ra_reach_number(g->p->inv, grant, "repositories", (int64_t)number);
            grant->title = title_of_others(g->p->arena, (enum ra_right)i, number, g->account);
        }
        if (r)
            tell_numbers(g, grant, r, i);
    }
    if (first && excluded.n)
        ra_reach_text(g->p->inv, first, "excluded", excluded.p);
}

void ra_gh_tell_repos(struct ra_gh *g)
{
    struct ra_arena *a = g->p->arena;
    struct ra_gh_tally *others = ra_new(a, struct ra_gh_tally);
    size_t looked = 0, n = 0;
    for (size_t i = 0; i < g->n_repos; i++) {
        const struct ra_gh_repo *r = g->repos[i];
        struct ra_gh_tally *t = ra_new(a, struct ra_gh_tally);
        if (r->looked) {
            count(t, r, looked < RA_GH_IN_FULL);
            tell(g, t, ra_gh_object(g, r->full), r, 0);
            if (looked++ >= RA_GH_IN_FULL)
                count_lesser(others, r, true);
        } else if (r->is_private || r->role >= RA_GH_ROLE_PUSH) {
            count(others, r, true);
            n++;
        }
    }
    const char *account = g->account ? g->account : "account";
    n += looked > RA_GH_IN_FULL ? looked - RA_GH_IN_FULL : 0;
    if (n)
        tell(g, others, ra_gh_object(g, ra_strfmt(a, "%s+others", account)), NULL, n);
    if (g->cut) // what the list does not show can be anything that the token may do
        ra_grant_add(g->p, RA_RIGHT_GITHUB_UNLISTED, ra_gh_object(g, account), false, RA_STATE_UNKNOWN, g->cut, g->from);
}

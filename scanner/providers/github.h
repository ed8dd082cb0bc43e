// What the files of the GitHub provider share: one session (a token at one host), its permissions as bounds, the
// repositories that it sees, and what binds their default branches. Private to github*.c.
#ifndef RA_PROVIDERS_GITHUB_H
#define RA_PROVIDERS_GITHUB_H

#include "providers/answers.h"
#include "providers/push.h"

enum ra_gh_kind { RA_GH_SCOPED, RA_GH_FINE, RA_GH_APP_USER, RA_GH_INSTALLATION };
enum ra_gh_at { RA_GH_AT_REPO, RA_GH_AT_ORG, RA_GH_AT_USER };
enum ra_gh_role { RA_GH_ROLE_NONE, RA_GH_ROLE_PULL, RA_GH_ROLE_TRIAGE, RA_GH_ROLE_PUSH, RA_GH_ROLE_MAINTAIN,
                  RA_GH_ROLE_ADMIN };
enum ra_gh_level { RA_GH_NO, RA_GH_READ, RA_GH_WRITE };

enum ra_gh_permission {
#define RA_GH_PERMISSION(id, ...) RA_GH_##id,
#include "providers/github_permissions.def"
#undef RA_GH_PERMISSION
    RA_GH_PERMISSION_COUNT
};
struct ra_gh_permission_row {
    const char *name;
    enum ra_gh_at at;
    enum ra_gh_role to_read, to_write;
    int reads, writes, writes_of_others; // enum ra_right, or -1
};
extern const struct ra_gh_permission_row ra_gh_permissions[RA_GH_PERMISSION_COUNT];

// ---- bounds (github_sets.c) ----

struct ra_gh_bound {
    enum ra_gh_level least, most;
    const char *why; // least < most: why it is not told
    struct ra_evidence from;
};
struct ra_gh_set { // what a token may do, whatever the account's role
    struct ra_gh_bound of[RA_GH_PERMISSION_COUNT];
    enum ra_gh_role asked_as; // role where it was asked: what was refused there may be given to a higher one
};
void ra_gh_set_all(struct ra_gh_set *s, enum ra_gh_level least, enum ra_gh_level most, const char *why,
                   struct ra_evidence from);
// A permission by its name and level ("read", "write", "admin"), as headers, maps and scopes have them. false: unknown.
bool ra_gh_permission_parse(struct ra_span name, enum ra_gh_permission *ret);
enum ra_gh_level ra_gh_level_parse(struct ra_span level);

// ---- the session (github_session.c) ----

struct ra_gh_repo {
    const char *full, *owner, *branch; // "owner/name"; branch: the default one, or NULL
    bool is_private, archived, own, others; // own: a remote of the working tree; others: not the account's
    bool listed, looked;
    enum ra_gh_role role; // of the account; where not told, the highest
    bool role_told;
    const struct ra_gh_set *set;
    struct ra_evidence from;
    struct ra_push push;
    struct ra_evidence push_from;
    struct ra_gh_rules *rules; // looked at, may be pushed to, and has a default branch
    // Asked of the first few only (github_runs.c); counts are -1 where not told.
    int64_t secrets, secrets_of_org, environments, guarded; // guarded: environments that ask somebody first
    bool actions_off, no_workflows, open_branches, no_open_branches; // open: that no rule guards, beside the default one
};

struct ra_gh {
    struct ra_provide *p;
    enum ra_gh_kind kind;
    bool server;                // GitHub Enterprise Server: it may lack newer questions
    const char *host, *account; // account: login, or the owner of what an installation sees
    bool site_admin, named; // named: the account was told, and not taken from a repository
    size_t asked, limit;
    const char *stopped; // why nothing more is asked, or NULL
    struct ra_evidence from;
    struct ra_gh_set on_private, on_public, on_rest;
    struct ra_gh_repo **repos;
    size_t n_repos, cap_repos;
    const char *cut; // why the list of repositories is not whole, or NULL
};

// Asks within the session's own limit, and remembers when to stop.
void ra_gh_ask(struct ra_gh *g, const struct ra_question *questions, size_t n, struct ra_answer *ret);
struct ra_answer ra_gh_ask_one(struct ra_gh *g, enum ra_request request, const char *arg1, const char *arg2);
struct ra_meaning ra_gh_means(struct ra_gh *g, const struct ra_answer *answer, bool listed);
// Is the token alive, of which kind, whose, until when; scopes where it has them. false: nothing more can be asked.
bool ra_gh_session(struct ra_gh *g);
// The bases of a host: api.github.com, api.SUB.ghe.com, or HOST/api/v3.
void ra_gh_bases(struct ra_gh *g);

// ---- scopes (github_scopes.c) ----

// Fills the three sets from the header's list, and tells unknown names as grants.
void ra_gh_scopes(struct ra_gh *g, struct ra_span header, struct ra_evidence from);
void ra_gh_unknown_name(struct ra_gh *g, struct ra_span name, const char *why, struct ra_evidence from);

// ---- repositories (github_repos.c) ----

void ra_gh_list(struct ra_gh *g);   // all that the token is shown, and the working tree's own remotes
void ra_gh_choose(struct ra_gh *g); // puts those that matter first, and marks max_objects of them as looked at

// ---- probing permissions (github_oracles.c) ----

// What an app may do to the account itself is given by the user, and stands in no installation's map.
void ra_gh_rights_of_user(struct ra_gh *g, struct ra_evidence from);
void ra_gh_probe(struct ra_gh *g); // the sets of fine-grained, installation and unrecognised tokens

// ---- rules of default branches (github_rules.c, github_protection.c) ----

enum ra_gh_hold { RA_GH_FREE, RA_GH_UNSURE, RA_GH_BINDS }; // ordered: of two sources the stricter counts
struct ra_gh_item {
    enum ra_gh_hold hold;
    const char *why; // BINDS, UNSURE
};
struct ra_gh_rules {
    struct ra_gh_item push, force; // straight to the branch
    struct ra_gh_item merge;       // by one's own pull request, with nobody else
    struct ra_evidence from;
};
void ra_gh_hold(struct ra_gh_item *item, enum ra_gh_hold hold, const char *why);
void ra_gh_rules(struct ra_gh *g);      // all looked-at repositories: rulesets, then protection
void ra_gh_protection(struct ra_gh *g); // the classic kind, by GraphQL or by the branch

// ---- what runs with the repository's secrets (github_runs.c) ----

enum { RA_GH_IN_FULL = 4 }; // so many repositories are looked at in every respect
void ra_gh_runs(struct ra_gh *g);

// ---- telling (github_grants.c, github_account.c) ----

struct ra_gh_tally { // rights of one object, before they become grants
    struct {
        bool used;
        enum ra_state state;
        const char *why;
        struct ra_evidence from;
    } of[RA_RIGHT_COUNT];
};
void ra_gh_count(struct ra_gh_tally *t, int right, enum ra_state state, const char *why, struct ra_evidence from);
enum ra_state ra_gh_state(struct ra_gh_bound b, enum ra_gh_level wanted);
// What `b` leaves for an account of that role.
struct ra_gh_bound ra_gh_within(const struct ra_gh_set *s, enum ra_gh_permission permission, enum ra_gh_role role);
// "host/object" where the host is not github.com.
const char *ra_gh_object(struct ra_gh *g, const char *object);
void ra_gh_tell_repos(struct ra_gh *g);
void ra_gh_tell_account(struct ra_gh *g); // organizations too

void ra_provide_github(struct ra_provide *p); // of providers.def

#endif

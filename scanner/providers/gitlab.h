// What the files of the GitLab provider share: one token at one server, and the projects that it sees.
#ifndef RA_PROVIDERS_GITLAB_H
#define RA_PROVIDERS_GITLAB_H

#include "providers/answers.h"
#include "providers/push.h"

enum { RA_GL_GUEST = 10, RA_GL_REPORTER = 20, RA_GL_DEVELOPER = 30, RA_GL_MAINTAINER = 40, RA_GL_OWNER = 50 };

struct ra_gl_project {
    const char *name, *group, *branch; // "group/sub/name"; group: full path of its namespace; branch: NULL = not told
    bool is_private, is_internal, shared, archived, own, mine; // own: a remote of the working tree; mine: of the account itself
    bool seen;                            // the server told of it
    int64_t level, group_level;           // 0 = none, -1 = not told
    struct ra_evidence from;
    struct ra_push push;
    struct ra_evidence push_from;
    enum ra_state to_branch, force; // of the account, whatever the scope
    const char *branch_why;
};

struct ra_gl {
    struct ra_provide *p;
    const char *account;
    bool told;                   // scopes are known
    bool alive, named, administrator;
    bool api, read, write;       // by scopes
    bool beside[RA_RIGHT_COUNT]; // rights of the account that a scope gives
    const char *why;             // why scopes or account are not told
    struct ra_evidence from;
    struct ra_gl_project *projects;
    size_t n, cap, looked;
    const char *cut; // why the list of projects is not whole, or NULL
};

// "host/object", or "object" at gitlab.com; object NULL: the host.
const char *ra_gl_object(struct ra_gl *g, const char *object);
// The list, the working tree's own remotes first; of the first ones whether they can be pushed to, and where.
void ra_gl_projects(struct ra_gl *g);
void ra_gl_tell_projects(struct ra_gl *g);

#endif

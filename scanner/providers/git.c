// Any forge that speaks git over HTTPS: may the login that git would send push to the working tree's own remotes there?
// Told by the advertisement that a push begins with; nothing is pushed. What else the login may do at the forge is not
// asked here, so its scope stays unknown. Forges that have a file of their own are asked by that file alone.
#include <string.h>

#include "providers/push.h"

// The repository's path where the remote is on this credential's host, else NULL.
static const char *path_on(const char *remote, const char *host)
{
    size_t n = strlen(host);
    return strncmp(remote, host, n) == 0 && remote[n] == '/' ? remote + n + 1 : NULL;
}

void ra_push_tell(struct ra_provide *p, const char *object, struct ra_push told, struct ra_evidence from)
{
    static const char *const rules = "a forge's rules for branches speak only when something is pushed";
    bool may = told.state == RA_STATE_PRESENT;
    ra_grant_add(p, RA_RIGHT_GIT_PUSH, object, true, told.state, told.why, from);
    ra_grant_add(p, RA_RIGHT_GIT_REWRITE, object, true, may ? RA_STATE_UNKNOWN : told.state, may ? rules : told.why, from);
}

// A remote may be written with or without ".git", and a plain server knows one form only.
static struct ra_answer ask(struct ra_provide *p, const char *path, enum ra_request *ret_request)
{
    *ret_request = RA_REQUEST_GIT_PUSH;
    struct ra_answer answer = ra_ask_one(p, *ret_request, path, NULL);
    if (answer.err || answer.status != 404)
        return answer;
    *ret_request = RA_REQUEST_GIT_PUSH_BARE;
    return ra_ask_one(p, *ret_request, path, NULL);
}

void ra_provide_git(struct ra_provide *p)
{
    const char *host = p->credential->host;
    p->base[RA_BASE_WEB] = ra_strfmt(p->arena, "https://%s", host);
    for (size_t i = 0, asked = 0; p->remotes[i] && asked < p->max_objects; i++) {
        const char *path = path_on(p->remotes[i], host);
        if (!path)
            continue;
        enum ra_request request;
        struct ra_answer answer = ask(p, path, &request);
        struct ra_push told = ra_push_told(p->arena, &answer);
        if (!answer.err && answer.status == 401)
            told = (struct ra_push){RA_STATE_UNKNOWN, "the host did not take this login"};
        ra_push_tell(p, p->remotes[i], told, ra_answered(p, request, &answer));
        asked++;
    }
}

// Reads the advertisement of git-receive-pack. 200 with the service's own first line is write access to the repository;
// 401, 403 and 404 refuse it, unless the refusal speaks of something that passes (single sign-on, an allow list, a
// limit). Trusts the status for this service and not the sentence beside it: forges use one sentence for several things.
// Source: gitprotocol-http(5), "Smart Server Response".
#include "providers/push.h"

#include <errno.h>

#define ADVERTISEMENT "application/x-git-receive-pack-advertisement"

// A refusal that may be gone tomorrow, or elsewhere, proves nothing about the credential.
static const struct {
    const char *says, *why;
} passing[] = {
    {"single sign-on", "the organization asks for single sign-on first"},
    {"SAML", "the organization asks for single sign-on first"},
    {"over HTTP is not allowed", "the server does not speak git over HTTP, and may be written to in other ways"},
    {"IP allow list", "the organization lets only some addresses in"},
    {"forbids access via", "the organization's policy refuses this kind of token"},
    {"access restrictions", "the organization's policy refuses this kind of token"},
    {"rate limit", "the service limits requests for now"},
    {"abuse", "the service limits requests for now"},
};

static bool advertised(struct ra_arena *a, const struct ra_answer *answer)
{
    const char *type = ra_answer_header(a, answer, "Content-Type");
    return (type && ra_span_is_nocase(ra_span_trim(ra_span_of(type)), ADVERTISEMENT)) ||
           ra_span_find(ra_span_cut(answer->body, 0, 64), RA_SPAN("# service=git-receive-pack")) >= 0;
}

struct ra_push ra_push_told(struct ra_arena *a, const struct ra_answer *answer)
{
    // A repository of many refs has a long advertisement; its beginning says it all.
    if ((!answer->err || answer->err == EMSGSIZE) && answer->status == 200)
        return advertised(a, answer) ? (struct ra_push){RA_STATE_PRESENT, NULL}
                                     : (struct ra_push){RA_STATE_UNKNOWN, "the answer to git was none of git's"};
    if (answer->err)
        return (struct ra_push){RA_STATE_UNKNOWN, answer->why ? answer->why : "no answer came"};
    const char *type = ra_answer_header(a, answer, "Content-Type");
    if (answer->status != 401 && answer->status != 403 && answer->status != 404)
        return (struct ra_push){RA_STATE_UNKNOWN, ra_strfmt(a, "git was answered with status %u", answer->status)};
    if (ra_answer_header(a, answer, "X-GitHub-SSO"))
        return (struct ra_push){RA_STATE_UNKNOWN, passing[0].why};
    for (size_t i = 0; i < RA_COUNT(passing); i++)
        if (ra_span_find_nocase(ra_span_cut(answer->body, 0, 4096), passing[i].says) >= 0)
            return (struct ra_push){RA_STATE_UNKNOWN, passing[i].why};
    if (ra_span_starts_nocase(ra_span_of(type), "text/html")) // no forge answers git so: something between us does
        return (struct ra_push){RA_STATE_UNKNOWN, "the answer to git was none of git's"};
    // The token was alive a moment ago, so git alone refused it: by password policy, or because it is of another host.
    if (answer->status == 401)
        return (struct ra_push){RA_STATE_UNKNOWN, "git did not take the token, though the service did"};
    return (struct ra_push){RA_STATE_DENIED, NULL};
}

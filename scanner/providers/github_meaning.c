// What an answer of GitHub means, as one table, first fitting row wins. Rests on the wording of refusals where the
// status alone says too little; wording that is not here is "not told", never "no". Judges no right: its callers do.
// Rows marked * are known from practice or inferred, and no document of GitHub's promises them.
#include "providers/github.h"

enum { ANY = 0, LISTED = 1, NO_JSON = 2 };

static const struct row {
    unsigned short low, high;
    const char *header, *begins; // begins NULL: the header is there
    const char *body;            // some words of it, without regard to case
    unsigned when;
    enum ra_gh_means means;
    bool stop;
    const char *why;
} rows[] = {
    {204, 204, NULL, NULL, NULL, ANY, RA_GH_YES, false, NULL},
    {304, 304, NULL, NULL, NULL, ANY, RA_GH_YES, false, NULL},
    {200, 299, NULL, NULL, NULL, NO_JSON, RA_GH_UNTOLD, false, "the answer was no JSON, or was cut off"},
    {200, 299, NULL, NULL, NULL, ANY, RA_GH_YES, false, NULL},
    {401, 401, NULL, NULL, "Bad credentials", ANY, RA_GH_DEAD, true, "GitHub does not know the token"},
    {401, 401, NULL, NULL, NULL, ANY, RA_GH_UNTOLD, false, "asked for another login, and not because the token is bad"},
    {403, 404, "X-GitHub-SSO", "required", NULL, ANY, RA_GH_UNTOLD, false, "the organization asks for single sign-on first"},
    {403, 403, NULL, NULL, "login attempts", ANY, RA_GH_UNTOLD, true, "GitHub refuses all logins for a while"}, // *
    {403, 429, "X-RateLimit-Remaining", "0", NULL, ANY, RA_GH_UNTOLD, true, "the token's quota of requests is used up"},
    {403, 429, NULL, NULL, "secondary rate limit", ANY, RA_GH_UNTOLD, true, "GitHub limits requests for now"},
    {403, 429, NULL, NULL, "abuse detection", ANY, RA_GH_UNTOLD, true, "GitHub limits requests for now"},
    {429, 429, NULL, NULL, NULL, ANY, RA_GH_UNTOLD, true, "GitHub limits requests for now"},
    {403, 403, NULL, NULL, "IP allow list", ANY, RA_GH_UNTOLD, false, "the organization lets only some addresses in"},
    {403, 403, NULL, NULL, "forbids access via", ANY, RA_GH_UNTOLD, false, "the organization's policy refuses this kind of token"},
    {403, 403, NULL, NULL, "access restrictions", ANY, RA_GH_UNTOLD, false, "the organization's policy refuses this kind of token"},
    {403, 403, NULL, NULL, "upgrade to", ANY, RA_GH_UNTOLD, false, "the account's plan does not have this"},
    {403, 403, NULL, NULL, "must be enabled", ANY, RA_GH_UNTOLD, false, "this is switched off there"},
    {403, 403, NULL, NULL, "not enabled", ANY, RA_GH_UNTOLD, false, "this is switched off there"},
    {403, 403, NULL, NULL, "advanced security", ANY, RA_GH_UNTOLD, false, "this is switched off there"},
    {403, 403, NULL, NULL, "disabled", ANY, RA_GH_UNTOLD, false, "this is switched off there"},
    {403, 403, NULL, NULL, "not accessible by", ANY, RA_GH_REFUSED, false, "the token does not have the permission"},
    {403, 403, NULL, NULL, "must have admin", ANY, RA_GH_REFUSED, false, "the account is no administrator there"},
    {403, 403, NULL, NULL, "must be an org", ANY, RA_GH_REFUSED, false, "the account has no such role there"},
    {403, 403, NULL, NULL, "must have", ANY, RA_GH_REFUSED, false, "the account has no such role there"}, // *
    {403, 403, NULL, NULL, "need at least", ANY, RA_GH_REFUSED, false, "the token's scopes do not reach there"},
    {403, 403, "X-Accepted-GitHub-Permissions", NULL, NULL, ANY, RA_GH_REFUSED, false, "the token does not have the permission"},
    {403, 403, NULL, NULL, NULL, ANY, RA_GH_UNTOLD, false, "refused, for a reason that this program does not know"},
    {404, 404, NULL, NULL, "Branch not protected", ANY, RA_GH_UNPROTECTED, false, NULL},
    {404, 404, NULL, NULL, NULL, LISTED, RA_GH_REFUSED, false, "hidden, though its repository is shown"},
    {404, 404, NULL, NULL, NULL, ANY, RA_GH_UNTOLD, false, "not there, or hidden, or unknown to this server"},
    {409, 409, NULL, NULL, NULL, ANY, RA_GH_YES, false, NULL}, // an empty repository, readable
    {301, 308, NULL, NULL, NULL, ANY, RA_GH_UNTOLD, false, "moved to where the token is not sent"},
    {400, 499, NULL, NULL, NULL, ANY, RA_GH_UNTOLD, false, "the server did not understand the question"},
    {500, 599, NULL, NULL, NULL, ANY, RA_GH_UNTOLD, false, "the server could not answer"},
};

static bool fits(struct ra_arena *a, const struct row *r, const struct ra_answer *answer, bool listed)
{
    if (answer->status < r->low || answer->status > r->high || ((r->when & LISTED) && !listed) ||
        ((r->when & NO_JSON) && answer->json))
        return false;
    if (r->header) {
        const char *value = ra_answer_header(a, answer, r->header);
        struct ra_span text = ra_span_trim(ra_span_of(value));
        if (!value || (r->begins && !ra_span_starts_nocase(text, r->begins)))
            return false;
        if (r->begins && r->begins[0] == '0' && text.n != 1)
            return false;
    }
    return !r->body || ra_span_find_nocase(ra_span_cut(answer->body, 0, 4096), r->body) >= 0;
}

struct ra_gh_meaning ra_gh_meaning(struct ra_arena *a, const struct ra_answer *answer, bool listed)
{
    if (answer->err)
        return (struct ra_gh_meaning){RA_GH_UNTOLD, answer->why ? answer->why : "no answer came", false};
    for (size_t i = 0; i < RA_COUNT(rows); i++)
        if (fits(a, &rows[i], answer, listed))
            return (struct ra_gh_meaning){rows[i].means, rows[i].why, rows[i].stop};
    return (struct ra_gh_meaning){RA_GH_UNTOLD, "an answer that HTTP does not know", false};
}

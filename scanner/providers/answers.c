// Answers of services, by answers.def.
#include "providers/answers.h"

#include "providers/url.h"

static const struct row {
    const char *provider; // "" = any
    unsigned short low, high;
    const char *header, *begins; // begins NULL: the header is there
    const char *body;            // some words of it, without regard to case
    unsigned when;
    enum ra_means means;
    bool stop;
    const char *why;
} rows[] = {
#define RA_ANSWER(provider, low, high, header, begins, body, when, means, stop, why) \
    {provider, low, high, header, begins, body, RA_IF_##when, RA_MEANS_##means, stop, why},
#include "providers/answers.def"
#undef RA_ANSWER
};

static bool fits(struct ra_arena *a, const struct row *r, const char *provider, const struct ra_answer *answer, bool listed)
{
    if (answer->status < r->low || answer->status > r->high || ((r->when & RA_IF_LISTED) && !listed) ||
        ((r->when & RA_IF_NO_JSON) && answer->json) || (r->provider[0] && !ra_span_is(ra_span_of(provider), r->provider)))
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

struct ra_meaning ra_answer_means(struct ra_arena *a, const char *provider, const struct ra_answer *answer, bool listed)
{
    if (answer->err)
        return (struct ra_meaning){RA_MEANS_UNTOLD, answer->why ? answer->why : "no answer came", false};
    for (size_t i = 0; i < RA_COUNT(rows); i++)
        if (fits(a, &rows[i], provider, answer, listed))
            return (struct ra_meaning){rows[i].means, rows[i].why, rows[i].stop};
    return (struct ra_meaning){RA_MEANS_UNTOLD, "an answer that HTTP does not know", false};
}

bool ra_answer_goes_on(struct ra_provide *p, enum ra_request request, const struct ra_answer *answer)
{
    struct ra_meaning m = ra_answer_means(p->arena, p->credential->provider, answer, false);
    switch (m.means) {
    case RA_MEANS_YES:
        return true;
    case RA_MEANS_DEAD:
        ra_credential_dead(p, ra_answered(p, request, answer));
        return false;
    case RA_MEANS_REFUSED:
    case RA_MEANS_UNTOLD:
    case RA_MEANS_UNPROTECTED:
        ra_credential_fact(p, "not asked further", m.why);
        return false;
    }
    return false;
}

const char *ra_own_base(struct ra_provide *p)
{
    const char *path = p->credential->path;
    return ra_strfmt(p->arena, "https://%s%s", p->credential->host, path ? path : "");
}

bool ra_own_machine(struct ra_provide *p)
{
    struct ra_url url;
    return ra_url_parse_host(p->arena, p->credential->host, &url) && ra_url_loopback(&url);
}

// Reading answers: headers, the next page, and what an answer is worth as evidence.
#include <errno.h>
#include <string.h>

#include "providers/ask.h"

const char *ra_answer_header(struct ra_arena *a, const struct ra_answer *answer, const char *name)
{
    struct ra_span rest = answer->headers, line, key;
    const char *found = NULL;
    while (ra_span_line(&rest, &line)) {
        struct ra_span value = line;
        if (ra_span_until(&value, ':', &key) && value.p && ra_span_is_nocase(key, name))
            found = ra_strndup(a, ra_span_trim(value));
    }
    return found;
}

// Is `rel` among the words of rel="..." in the parameters of one link?
static bool has_rel(struct ra_span parameters, const char *rel)
{
    struct ra_span part, key, word;
    while (ra_span_until(&parameters, ';', &part)) {
        struct ra_span value = part;
        if (!ra_span_until(&value, '=', &key) || !value.p || !ra_span_is_nocase(ra_span_trim(key), "rel"))
            continue;
        value = ra_span_trim(value);
        if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
            value = ra_span_cut(value, 1, value.n - 2);
        while (ra_span_word(&value, &word))
            if (ra_span_is_nocase(word, rel))
                return true;
    }
    return false;
}

// Source: RFC 8288 section 3. A URL in <> may hold commas, so links are cut at '<', not at ','.
const char *ra_answer_next(struct ra_arena *a, const struct ra_answer *answer)
{
    const char *text = ra_answer_header(a, answer, "link");
    struct ra_span rest = ra_span_of(text), url;
    if (!text || !ra_span_until(&rest, '<', &url))
        return NULL;
    while (rest.p && ra_span_until(&rest, '>', &url) && rest.p) {
        struct ra_span parameters;
        ra_span_until(&rest, '<', &parameters);
        if (ra_span_ends(ra_span_trim(parameters), ","))
            parameters = ra_span_cut(ra_span_trim(parameters), 0, ra_span_trim(parameters).n - 1);
        if (has_rel(parameters, "next"))
            return ra_strndup(a, url);
    }
    return NULL;
}

static int outcome(const struct ra_answer *answer)
{
    if (answer->err)
        return answer->err;
    switch (answer->status) {
    case 401:
    case 403:
        return EACCES;
    case 404:
    case 410:
        return ENOENT;
    case 429:
        return EDQUOT;
    default:
        return answer->status < 400 ? 0 : EIO;
    }
}

enum ra_method ra_ask_method(const struct ra_provide *p)
{
    return p->asking && p->asking->world->replay ? RA_METHOD_DECLARED : RA_METHOD_ATTEMPTED;
}

struct ra_evidence ra_answered(struct ra_provide *p, enum ra_request request, const struct ra_answer *answer)
{
    const struct ra_request_row *row = &ra_requests[request];
    const char *call = row->method;
    const char *path = strcmp(row->path, "") == 0 ? "/" : row->path;
    call = ra_strfmt(p->arena, "%s %s", call, path);
    return (struct ra_evidence){"tokens", ra_ask_method(p), outcome(answer), {.call = call}};
}

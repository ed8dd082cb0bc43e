// What is this value, by its form? Walks a text once and asks every matcher at the places where it could begin.
// Does not look at names (recognise_names.c) and does not decode what it finds.
#include "catalogue/recognise.h"

#include "catalogue/recognise_parts.h"

static bool form_at(struct ra_span text, size_t at, struct ra_secret_fact *ret)
{
    switch (text.p[at]) {
    case ':':
        return ra_userinfo_at(text, at, ret) || ra_path_token_at(text, at, ret);
    case '-':
        return ra_pem_at(text, at, ret);
    case '.':
        return ra_atlas_at(text, at, ret);
    case 'A':
    case 'a':
        return ra_header_at(text, at, ret) || ra_shape_at(text, at, ret);
    case 's':
        return ra_sas_at(text, at, ret) || ra_shape_at(text, at, ret);
    case 'e':
        return ra_jwt_at(text, at, ret) || ra_shape_at(text, at, ret);
    default:
        return ra_shape_at(text, at, ret);
    }
}

static bool next(struct ra_span text, size_t from, bool placeholders, size_t *ret_at, struct ra_secret_fact *ret)
{
    for (size_t at = from; at < text.n; at++) {
        if (!form_at(text, at, ret))
            continue;
        size_t start = (size_t)(ret->value.p - text.p);
        if (start < from || (ret->placeholder && !placeholders))
            continue;
        *ret_at = start;
        return true;
    }
    return false;
}

bool ra_recognise_next(struct ra_span text, size_t from, size_t *ret_at, size_t *ret_n, struct ra_secret_fact *ret)
{
    struct ra_secret_fact fact = {0};
    if (!next(text, from, false, ret_at, &fact))
        return false;
    *ret_n = fact.value.n;
    *ret = fact;
    return true;
}

bool ra_recognise_for_scrub(struct ra_span text, size_t from, size_t *ret_at, size_t *ret_n)
{
    struct ra_secret_fact fact;
    if (!next(text, from, true, ret_at, &fact))
        return false;
    *ret_n = fact.value.n;
    return true;
}

bool ra_recognise_value(struct ra_span value, struct ra_secret_fact *ret)
{
    struct ra_secret_fact fact = {0}, first = {0};
    size_t at = 0, from = 0;
    // An identifier or a placeholder may stand before the secret; the first of them is told where nothing follows.
    while (next(value, from, true, &at, &fact)) {
        if (!fact.placeholder && !fact.identifier) {
            *ret = fact;
            return true;
        }
        if (first.class == RA_SECRET_NONE)
            first = fact;
        from = at + fact.value.n;
    }
    *ret = first;
    return false;
}

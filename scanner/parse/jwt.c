// What a JSON Web Token says of itself: issuer, subject, expiry. The signature is not looked at. Source: RFC 7519.
#include "parse/json.h"
#include "parse/keys.h"

static struct ra_json *part(struct ra_arena *a, struct ra_span text)
{
    size_t n;
    struct ra_json *v = NULL;
    char *bytes = text.n ? ra_base64_decode(a, text, &n) : NULL;
    if (!bytes || ra_json_parse(a, (struct ra_span){bytes, n}, false, &v, NULL) || v->type != RA_JSON_OBJECT)
        return NULL;
    return v;
}

// exp may have a fraction, which is dropped; with an exponent it is no time that anybody writes.
static bool seconds(const struct ra_json *v, int64_t *ret)
{
    if (!v || v->type != RA_JSON_NUMBER)
        return false;
    struct ra_json whole = *v;
    ptrdiff_t point = ra_span_chr(v->text, '.');
    if (ra_span_chr(v->text, 'e') >= 0 || ra_span_chr(v->text, 'E') >= 0)
        return false;
    whole.text = ra_span_cut(v->text, 0, point < 0 ? v->text.n : (size_t)point);
    return ra_json_i64(&whole, ret);
}

bool ra_jwt_parse(struct ra_arena *a, struct ra_span text, struct ra_jwt *ret)
{
    struct ra_span head, claims, signature;
    struct ra_json *header, *body;
    text = ra_span_trim(text);
    if (text.n == 0 || !ra_span_until(&text, '.', &head) || !ra_span_until(&text, '.', &claims) ||
        !ra_span_until(&text, '.', &signature) || text.p)
        return false;
    if (!(header = part(a, head)) || !ra_json_get(header, "alg") || !(body = part(a, claims)))
        return false;
    *ret = (struct ra_jwt){.issuer = ra_json_text(ra_json_get(body, "iss")),
                           .subject = ra_json_text(ra_json_get(body, "sub")),
                           .claims = body};
    ret->has_expiry = seconds(ra_json_get(body, "exp"), &ret->expires_s);
    return true;
}

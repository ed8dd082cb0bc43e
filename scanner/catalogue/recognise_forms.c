// Secrets told by their structure, not by a prefix: JSON Web Tokens, PEM private keys, HCP Terraform tokens, the
// password in a URL. Does not decode them; parse/keys.h reads what they say of themselves.
#include <string.h>

#include "catalogue/recognise_parts.h"

static bool base64url(char c)
{
    return ra_is_alnum(c) || c == '-' || c == '_';
}

static size_t run(struct ra_span text, size_t at)
{
    size_t n = 0;
    while (at + n < text.n && base64url(text.p[at + n]))
        n++;
    return n;
}

bool ra_word_begins(struct ra_span text, size_t at)
{
    if (at == 0 || !ra_is_alnum(text.p[at - 1]))
        return true;
    if (at >= 2 && text.p[at - 2] == '\\' && strchr("nrt", text.p[at - 1]))
        return true;
    return at >= 3 && text.p[at - 3] == '%'; // %3D written before it
}

// Source: RFC 7519, RFC 7515 section 3.1: '{"' is eyJ in base64url; the signature may be empty only with alg none.
bool ra_jwt_at(struct ra_span text, size_t at, struct ra_secret_fact *ret)
{
    if (!ra_span_starts(ra_span_cut(text, at, text.n - at), "eyJ") || !ra_word_begins(text, at))
        return false;
    size_t header = run(text, at), second = at + header + 1;
    if (header < 12 || second + 3 > text.n || text.p[second - 1] != '.' ||
        !ra_span_starts(ra_span_cut(text, second, text.n - second), "eyJ"))
        return false;
    size_t claims = run(text, second), third = second + claims + 1;
    if (claims < 12 || third > text.n || text.p[third - 1] != '.')
        return false;
    size_t signature = run(text, third);
    if (signature < 16)
        return false;
    *ret = (struct ra_secret_fact){.class = RA_SECRET_TOKEN, .provider = "jwt", .random = true, .confidence = "high",
                                   .least = RA_RADIUS_GRANT, .ceiling = RA_RADIUS_ORGANIZATION,
                                   .value = ra_span_cut(text, at, third + signature - at)};
    return true;
}

// A line of base64, within what headers may stand before it.
static bool has_digits(struct ra_span body)
{
    size_t n = 0;
    for (size_t i = 0; i < body.n && i < 1024; i++) {
        n = ra_is_alnum(body.p[i]) || body.p[i] == '+' || body.p[i] == '/' ? n + 1 : 0;
        if (n == 32)
            return true;
    }
    return false;
}

// Source: RFC 7468; "PGP PRIVATE KEY BLOCK" is RFC 4880's armour. A block cut short still counts.
bool ra_pem_at(struct ra_span text, size_t at, struct ra_secret_fact *ret)
{
    struct ra_span here = ra_span_cut(text, at, text.n - at);
    if (!ra_span_starts(here, "-----BEGIN "))
        return false;
    struct ra_span label = ra_span_cut(here, 11, 64);
    ptrdiff_t dashes = ra_span_find(label, RA_SPAN("-----"));
    if (dashes < 0)
        return false;
    label.n = (size_t)dashes;
    if (!ra_span_ends(label, "PRIVATE KEY") && !ra_span_ends(label, "PRIVATE KEY BLOCK"))
        return false;
    size_t body = 11 + label.n + 5;
    ptrdiff_t end = ra_span_find(ra_span_cut(here, body, here.n - body), RA_SPAN("-----END "));
    size_t n = here.n;
    if (end >= 0) {
        n = body + (size_t)end + 9 + label.n + 5;
        n = n > here.n ? here.n : n;
    }
    if (n - body < 40 || !has_digits(ra_span_cut(here, body, n - body)))
        return false; // a marker in a program or a manual, no key
    *ret = (struct ra_secret_fact){.class = RA_SECRET_KEY, .type = "private-key", .confidence = "high", .random = true,
                                   .provider = ra_span_starts(label, "OPENSSH") ? "ssh"
                                               : ra_span_starts(label, "PGP")   ? "pgp"
                                                                                : "pem",
                                   .least = RA_RADIUS_GRANT, .ceiling = RA_RADIUS_ORGANIZATION,
                                   .value = ra_span_cut(here, 0, n)};
    ret->placeholder = ra_span_find(ra_span_cut(here, body, n - body), RA_SPAN("...")) >= 0;
    return true;
}

// Source: HCP Terraform, "API tokens": 14 letters and digits, ".atlasv1.", 60 to 70 more.
bool ra_atlas_at(struct ra_span text, size_t dot, struct ra_secret_fact *ret)
{
    if (!ra_span_starts(ra_span_cut(text, dot, text.n - dot), ".atlasv1.") || dot < 14)
        return false;
    for (size_t i = 1; i <= 14; i++)
        if (!ra_is_alnum(text.p[dot - i]))
            return false;
    size_t tail = run(text, dot + 9);
    if (tail < 40 || !ra_word_begins(text, dot - 14))
        return false;
    *ret = (struct ra_secret_fact){.class = RA_SECRET_TOKEN, .provider = "terraform", .type = "api-token",
                                   .random = true, .confidence = "high", .least = RA_RADIUS_GRANT,
                                   .ceiling = RA_RADIUS_ORGANIZATION, .value = ra_span_cut(text, dot - 14, 14 + 9 + tail)};
    ret->placeholder = ra_recognise_placeholder(ra_span_cut(text, dot + 9, tail));
    return true;
}

// Bytes up to the end of the authority: what no URL has there unescaped.
static size_t authority(struct ra_span rest)
{
    size_t n = 0;
    while (n < rest.n && (unsigned char)rest.p[n] > ' ' && !strchr("/?#\"'`<>\\|^", rest.p[n]))
        n++;
    return n;
}

static bool loopback(struct ra_span host)
{
    return ra_span_starts(host, "localhost") || ra_span_starts(host, "127.") || ra_span_starts(host, "[::1]");
}

// Words that stand in the password's place beside a token used as the user name.
static bool filler(struct ra_span password)
{
    static const char *const words[] = {"x-oauth-basic", "x-access-token", "oauth2", "x", "***", "****", "*****"};
    for (size_t i = 0; i < RA_COUNT(words); i++)
        if (ra_span_is(password, words[i]))
            return true;
    return false;
}

// "user:password", as manuals write it.
static bool manual_pair(struct ra_span user, struct ra_span password)
{
    static const char *const users[] = {"user", "username", "usr", "me", "name", "login", "USER", "USERNAME"};
    static const char *const passwords[] = {"pass", "password", "passwd", "pw", "pwd", "secret", "PASS", "PASSWORD"};
    bool a = false, b = false;
    for (size_t i = 0; i < RA_COUNT(users); i++)
        a |= ra_span_is(user, users[i]), b |= ra_span_is(password, passwords[i]);
    return a && b;
}

// $password and $1: filled in by the program that holds the text.
static bool variable(struct ra_span v)
{
    if (v.n < 2 || v.p[0] != '$')
        return false;
    for (size_t i = 1; i < v.n; i++)
        if (!ra_is_alnum(v.p[i]) && v.p[i] != '_')
            return false;
    return true;
}

// Source: RFC 3986 section 3.2.1.
bool ra_userinfo_at(struct ra_span text, size_t colon, struct ra_secret_fact *ret)
{
    if (!ra_span_starts(ra_span_cut(text, colon, text.n - colon), "://") || colon == 0 ||
        !ra_is_alnum(text.p[colon - 1]))
        return false;
    size_t start = colon + 3, n = authority(ra_span_cut(text, start, text.n - start)), at = n, mid = 0;
    while (at && text.p[start + at - 1] != '@')
        at--;
    if (at == 0)
        return false;
    struct ra_span userinfo = ra_span_cut(text, start, at - 1);
    ptrdiff_t sep = ra_span_chr(userinfo, ':');
    if (sep < 0)
        return false;
    mid = (size_t)sep;
    struct ra_span user = ra_span_cut(userinfo, 0, mid), password = ra_span_cut(userinfo, mid + 1, userinfo.n - mid - 1);
    struct ra_span host = ra_span_cut(text, start + at, n - at);
    if (password.n == 0 || filler(password) || (user.n && ra_shape_at(user, 0, ret)))
        return false;
    if (ra_shape_at(password, 0, ret) && ret->value.n == password.n)
        return true;
    *ret = (struct ra_secret_fact){.class = RA_SECRET_PASSWORD, .provider = "url", .type = "password-in-url",
                                   .confidence = "high", .least = RA_RADIUS_GRANT,
                                   .ceiling = loopback(host) ? RA_RADIUS_PERSON : RA_RADIUS_ORGANIZATION,
                                   .value = password};
    ret->placeholder = ra_recognise_reference(password) || ra_recognise_placeholder(password) || variable(password) ||
                       manual_pair(user, password) || (loopback(host) && ra_span_eq(user, password));
    return true;
}

// "https://host/t/<token>/channel": the token stands in the path. Source: Anaconda, "Using tokens".
bool ra_path_token_at(struct ra_span text, size_t colon, struct ra_secret_fact *ret)
{
    if (!ra_span_starts(ra_span_cut(text, colon, text.n - colon), "://") || colon == 0 || !ra_is_alnum(text.p[colon - 1]))
        return false;
    size_t path = colon + 3 + authority(ra_span_cut(text, colon + 3, text.n - colon - 3));
    if (!ra_span_starts(ra_span_cut(text, path, text.n - path), "/t/"))
        return false;
    size_t n = run(text, path + 3), end = path + 3 + n, digits = 0;
    for (size_t i = path + 3; i < end; i++)
        digits += text.p[i] >= '0' && text.p[i] <= '9';
    if (n < 20 || digits < 8 || (end < text.n && text.p[end] != '/')) // else a forum's topic
        return false;
    *ret = (struct ra_secret_fact){.class = RA_SECRET_TOKEN, .provider = "anaconda", .type = "token-in-url",
                                   .confidence = "medium", .least = RA_RADIUS_GRANT, .ceiling = RA_RADIUS_ORGANIZATION,
                                   .value = ra_span_cut(text, path + 3, n)};
    ret->placeholder = ra_recognise_placeholder(ret->value) || ra_entropy_percent(ret->value) < 300;
    return true;
}

// "Authorization: Bearer <token>", as written in headers of curl lines, git's extraheader and settings files.
// The signature of Azure's shared access signatures: base64 of 32 bytes, escaped, in a query that has a version too.
// Source: Azure Storage, "Delegate access with a shared access signature".
bool ra_sas_at(struct ra_span text, size_t at, struct ra_secret_fact *ret)
{
    enum { SPAN = 600, LEAST = 40, MOST = 140 };
    if (!ra_span_starts(ra_span_cut(text, at, 4), "sig=") || at == 0 || !strchr("?&", text.p[at - 1]))
        return false;
    size_t n = 0, from = at > SPAN ? at - SPAN : 0;
    while (at + 4 + n < text.n && n < MOST && (ra_is_alnum(text.p[at + 4 + n]) || strchr("+/=%-_", text.p[at + 4 + n])))
        n++;
    struct ra_span query = ra_span_cut(text, from, at - from + SPAN);
    if (n < LEAST || ra_span_find(query, RA_SPAN("sv=")) < 0 ||
        (ra_span_find(query, RA_SPAN("sp=")) < 0 && ra_span_find(query, RA_SPAN("si=")) < 0))
        return false;
    *ret = (struct ra_secret_fact){.class = RA_SECRET_TOKEN, .provider = "azure", .type = "sas", .random = true, .confidence = "high",
                                   .least = RA_RADIUS_GRANT, .ceiling = RA_RADIUS_ORGANIZATION,
                                   .value = ra_span_cut(text, at + 4, n)};
    ret->placeholder = ra_recognise_placeholder(ret->value);
    return true;
}

bool ra_header_at(struct ra_span text, size_t at, struct ra_secret_fact *ret)
{
    static const char *const schemes[] = {"bearer ", "basic ", "token "};
    struct ra_span rest = ra_span_cut(text, at, text.n - at), word = {"", 0};
    if (!ra_span_starts_nocase(rest, "authorization:"))
        return false;
    rest = ra_span_trim(ra_span_cut(rest, 14, rest.n));
    size_t i = 0;
    while (i < RA_COUNT(schemes) && !ra_span_starts_nocase(rest, schemes[i]))
        i++;
    if (i == RA_COUNT(schemes))
        return false;
    rest = ra_span_cut(rest, strlen(schemes[i]), rest.n);
    while (word.n < rest.n && (base64url(rest.p[word.n]) || strchr("+/=.~", rest.p[word.n])))
        word.n++;
    word.p = rest.p;
    if (word.n < 12)
        return false; // also $TOKEN and "<token>"
    if (ra_shape_at(word, 0, ret) && ret->value.n == word.n)
        return true;
    bool basic = i == 1;
    *ret = (struct ra_secret_fact){.class = basic ? RA_SECRET_PASSWORD : RA_SECRET_TOKEN, .provider = "generic",
                                   .type = "authorization-header", .confidence = "high", .least = RA_RADIUS_GRANT,
                                   .ceiling = RA_RADIUS_ORGANIZATION, .value = word,
                                   .placeholder = ra_recognise_placeholder(word)};
    return true;
}

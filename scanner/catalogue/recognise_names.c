// What is this value, by the name it is kept under? A generic name counts only with a value that can be a secret:
// paths, switches, numbers, addresses, references and placeholders are none.
#include <string.h>

#include "catalogue/recognise_parts.h"

#define ONLINE "--online=tokens"
enum { MAX_NAME = 128 };
enum how { END, WORD, LAST, WEAK };

struct known {
    const char *name;
    enum ra_secret_class class;
    const char *provider, *type;
    unsigned min;
    enum ra_radius least, ceiling;
    const char *settled_by;
    unsigned random_from;
};
static const struct known known_names[] = {
#define RA_NAME(name, class, provider, type, min, least, ceiling, settled, random) \
    {name, RA_SECRET_##class, provider, type, min, RA_RADIUS_##least, RA_RADIUS_##ceiling, settled, random},
#include "catalogue/names.def"
#undef RA_NAME
};
static const struct {
    const char *words;
    enum how how;
} name_words[] = {
#define RA_NAME_WORD(words, how) {words, how},
#include "catalogue/names.def"
#undef RA_NAME_WORD
};
static const char *const stops[] = {
#define RA_NAME_STOP(name) name,
#include "catalogue/names.def"
#undef RA_NAME_STOP
};

static bool upper(char c) { return c >= 'A' && c <= 'Z'; }
static bool lower(char c) { return c >= 'a' && c <= 'z'; }
static bool number(char c) { return c >= '0' && c <= '9'; }

// clientSecret, client-secret, //host/:_authToken: upper case, words joined by one '_', none at the ends.
static size_t normalise(struct ra_span name, char ret[MAX_NAME + 1])
{
    size_t n = 0;
    name = name.n > MAX_NAME / 2 ? ra_span_cut(name, name.n - MAX_NAME / 2, MAX_NAME / 2) : name;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool hump = upper(c) && i && (lower(name.p[i - 1]) || number(name.p[i - 1]));
        if ((hump || !ra_is_alnum(c)) && n && ret[n - 1] != '_')
            ret[n++] = '_';
        if (ra_is_alnum(c))
            ret[n++] = lower(c) ? (char)(c - 'a' + 'A') : c;
    }
    while (n && ret[n - 1] == '_')
        n--;
    ret[n] = 0;
    return n;
}

static bool fits(const char *pattern, const char *name)
{
    size_t p = strlen(pattern), n = strlen(name);
    if (pattern[0] == '*')
        return strcmp(name, pattern + 2) == 0 || (n >= p - 1 && strcmp(name + n - (p - 1), pattern + 1) == 0);
    if (p && pattern[p - 1] == '*')
        return strncmp(name, pattern, p - 1) == 0;
    return strcmp(name, pattern) == 0;
}

static const struct known *known_name(const char *name)
{
    for (size_t i = 0; i < RA_COUNT(known_names); i++)
        if (fits(known_names[i].name, name))
            return &known_names[i];
    return NULL;
}

static bool stopped(const char *name)
{
    for (size_t i = 0; i < RA_COUNT(stops); i++)
        if (fits(stops[i], name))
            return true;
    return false;
}

static bool word_in(const char *name, const char *words, enum how how)
{
    size_t n = strlen(words);
    for (const char *at = strstr(name, words); at; at = strstr(at + 1, words)) {
        const char *end = at + n;
        while (number(*end))
            end++;
        bool begins = at == name || at[-1] == '_', ends = *end == 0 || *end == '_';
        if (ends && (begins || how == END) && (*end == 0 || how == END || how == WORD))
            return true;
    }
    return false;
}

// The surest rule that takes this name; -1 where none does.
static int generic_name(const char *name)
{
    int best = -1;
    for (size_t i = 0; i < RA_COUNT(name_words); i++)
        if ((best < 0 || name_words[best].how == WEAK) && word_in(name, name_words[i].words, name_words[i].how))
            best = (int)i;
    return best;
}

static bool in_words(struct ra_span v, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (ra_span_is_nocase(v, words[i]))
            return true;
    return false;
}

static bool looks_like_path(struct ra_span v)
{
    if (ra_span_starts(v, "~/") || ra_span_starts(v, "./") || ra_span_starts(v, "../") || ra_span_starts(v, "/Users/"))
        return true;
    if (v.n > 2 && v.p[1] == ':' && (v.p[2] == '\\' || v.p[2] == '/'))
        return true;
    if (v.n < 2 || v.p[0] != '/')
        return false;
    for (size_t i = 1; i < v.n && v.p[i] != '/'; i++)
        if (!lower(v.p[i]) && !number(v.p[i]) && !strchr("._-", v.p[i]))
            return false;
    return true;
}

static bool small_number(struct ra_span v)
{
    size_t digits = 0;
    for (size_t i = 0; i < v.n; i++) {
        if (!number(v.p[i]) && !strchr(".-+,:smhd%", v.p[i]))
            return false;
        digits += number(v.p[i]);
    }
    return digits <= 7;
}

static bool plain_word(struct ra_span v)
{
    for (size_t i = 0; i < v.n; i++)
        if (!lower(v.p[i]) && v.p[i] != '-' && v.p[i] != '_')
            return false;
    return true;
}

static bool no_secret(struct ra_span v)
{
    static const char *const words[] = {
        "true", "false", "yes", "no", "on", "off", "none", "null", "nil", "undefined", "enabled", "disabled", "default",
        "auto", "keyring", "keychain", "helper", "basic", "bearer", "oauth", "oauth2", "required", "optional", "unset",
        "empty", "legacy", "always", "never", "store", "cache", "manager", "prompt", "ask", "git", "login", "trust",
        "peer", "md5", "scram-sha-256", "sasl", "plain", "anonymous", "not-set", "n/a"};
    return v.n == 0 || in_words(v, words, RA_COUNT(words)) || looks_like_path(v) || small_number(v) ||
           ra_recognise_reference(v) || ra_span_find(v, RA_SPAN("://")) >= 0;
}

static bool uuid(struct ra_span v)
{
    return v.n == 36 && v.p[8] == '-' && v.p[13] == '-' && v.p[18] == '-' && v.p[23] == '-';
}

static bool looks_random(struct ra_span v)
{
    bool digit = false, letter = false;
    for (size_t i = 0; i < v.n; i++) {
        if (v.p[i] == ' ' || v.p[i] == ':' || v.p[i] == ';')
            return false;
        digit |= number(v.p[i]);
        letter |= upper(v.p[i]) || lower(v.p[i]);
    }
    return v.n >= 16 && digit && letter && !uuid(v) && ra_entropy_percent(v) >= 300;
}

bool ra_recognise_random(struct ra_span v)
{
    v = ra_span_trim(v);
    return looks_random(v) && ra_span_chr(v, '(') < 0 && ra_span_chr(v, '$') < 0 && ra_span_chr(v, '/') != 0;
}

// "Server=db;Password=p": the value of the key that holds the secret; empty where there is none.
static struct ra_span connection_part(struct ra_span v)
{
    static const char *const keys[] = {"password", "pwd", "accountkey", "sharedaccesskey", "sharedaccesssignature",
                                       "clientsecret"};
    struct ra_span rest = v, part, key;
    while (ra_span_until(&rest, ';', &part)) {
        struct ra_span value = part;
        if (!ra_span_until(&value, '=', &key) || !value.p)
            continue;
        if (in_words(ra_span_trim(key), keys, RA_COUNT(keys)) && value.n && !ra_recognise_reference(value))
            return value;
    }
    // libpq's form: "host=db password=p"
    ptrdiff_t at = ra_span_find_nocase(v, "password=");
    if (at < 0 || ra_span_chr(v, ';') >= 0)
        return (struct ra_span){"", 0};
    struct ra_span tail = ra_span_cut(v, (size_t)at + 9, v.n), word = {"", 0};
    return ra_span_word(&tail, &word) && !ra_recognise_reference(word) ? word : (struct ra_span){"", 0};
}

static struct ra_span without_scheme(struct ra_span v)
{
    static const char *const schemes[] = {"Bearer ", "Basic ", "Token "};
    for (size_t i = 0; i < RA_COUNT(schemes); i++)
        if (ra_span_starts_nocase(v, schemes[i]))
            return ra_span_trim(ra_span_cut(v, strlen(schemes[i]), v.n));
    return v;
}

static bool by_known(const struct known *k, struct ra_span v, struct ra_secret_fact *ret)
{
    bool exact = k->random_from && v.n == k->random_from; // base64 may begin like a path
    ret->placeholder = ra_recognise_placeholder(v);
    if (v.n < k->min || ret->placeholder || ra_recognise_reference(v))
        return false;
    if (!exact && (looks_like_path(v) || (k->min > 3 && no_secret(v))))
        return false;
    *ret = (struct ra_secret_fact){.class = k->class, .provider = k->provider, .type = k->type,
                                   .random = k->random_from && v.n >= k->random_from, .least = k->least,
                                   .ceiling = k->ceiling, .settled_by = k->settled_by, .confidence = "high", .value = v};
    return true;
}

static bool password_name(const char *words)
{
    return strncmp(words, "PASS", 4) == 0 || strcmp(words, "PWD") == 0;
}

static bool by_word(int rule, struct ra_span v, struct ra_secret_fact *ret)
{
    const char *words = name_words[rule].words;
    bool password = password_name(words), weak = name_words[rule].how == WEAK;
    if (strcmp(words, "CONNECTION_STRING") == 0 || strcmp(words, "DSN") == 0) {
        v = connection_part(v);
        password = true;
    }
    v = without_scheme(v);
    ret->placeholder = v.n && ra_recognise_placeholder(v);
    if (ret->placeholder || no_secret(v) || (weak && !looks_random(v)))
        return false;
    if (!password && (v.n < 8 || ra_span_chr(v, ' ') >= 0 || (v.n < 24 && plain_word(v))))
        return false;
    *ret = (struct ra_secret_fact){.class = password ? RA_SECRET_PASSWORD : RA_SECRET_TOKEN, .provider = "generic",
                                   .least = RA_RADIUS_GRANT, .ceiling = RA_RADIUS_ORGANIZATION,
                                   .confidence = weak ? "low" : "medium", .value = v};
    return true;
}

bool ra_recognise_named(struct ra_span name, struct ra_span value, struct ra_secret_fact *ret)
{
    char plain[MAX_NAME + 1];
    value = ra_span_trim(value);
    if (ra_recognise_value(value, ret))
        return true;
    if (ret->placeholder || ret->identifier || normalise(name, plain) == 0)
        return false;
    const struct known *k = known_name(plain);
    if (k)
        return by_known(k, value, ret);
    int rule = stopped(plain) ? -1 : generic_name(plain);
    return rule >= 0 && by_word(rule, value, ret);
}

bool ra_recognise_name(struct ra_span name)
{
    char plain[MAX_NAME + 1];
    if (normalise(name, plain) == 0)
        return false;
    if (known_name(plain))
        return true;
    int rule = stopped(plain) ? -1 : generic_name(plain);
    return rule >= 0 && name_words[rule].how != WEAK;
}

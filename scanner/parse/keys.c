// Finds private keys in text and tells whether a passphrase or a device guards them. It reads only their heads:
// public halves, cipher names, labels. It decrypts nothing and tries no passphrase.
#include "parse/keys.h"

#include <string.h>

#include "parse/wire.h"

// How many base64 digits make a body; fewer stand in documents that only speak of keys.
enum { BODY_DIGITS = 32 };

static const struct label {
    const char *label, *format, *algorithm;
    enum ra_key_lock lock;
    void (*read)(struct ra_span body, struct ra_private_key *ret); // NULL: PEM's own headers tell
} labels[] = {
    {"OPENSSH PRIVATE KEY-----", "openssh", NULL, RA_KEY_UNSURE, ra_key_openssh},
    {"RSA PRIVATE KEY-----", "pem", "rsa", RA_KEY_PLAIN, NULL},
    {"EC PRIVATE KEY-----", "pem", "ecdsa", RA_KEY_PLAIN, NULL},
    {"DSA PRIVATE KEY-----", "pem", "dsa", RA_KEY_PLAIN, NULL},
    {"PRIVATE KEY-----", "pkcs8", NULL, RA_KEY_PLAIN, ra_key_pkcs8},
    {"ENCRYPTED PRIVATE KEY-----", "pkcs8", NULL, RA_KEY_LOCKED, NULL},
    {"ENCRYPTED SIGSTORE PRIVATE KEY-----", "sigstore", NULL, RA_KEY_LOCKED, NULL},
    {"ENCRYPTED COSIGN PRIVATE KEY-----", "sigstore", NULL, RA_KEY_LOCKED, NULL},
    {"NEBULA X25519 PRIVATE KEY-----", "nebula", "x25519", RA_KEY_PLAIN, NULL},
    {"NEBULA ED25519 PRIVATE KEY-----", "nebula", "ed25519", RA_KEY_PLAIN, NULL},
    {"NEBULA ED25519 ENCRYPTED PRIVATE KEY-----", "nebula", "ed25519", RA_KEY_LOCKED, NULL},
    {"PGP PRIVATE KEY BLOCK-----", "pgp", NULL, RA_KEY_UNSURE, ra_key_pgp},
};

// "Proc-Type: 4,ENCRYPTED" and other headers stand between the marker and the digits (RFC 1421). Leaves the digits.
static struct ra_span past_headers(struct ra_span body, bool *ret_encrypted)
{
    struct ra_span line, rest = body;
    *ret_encrypted = false;
    for (struct ra_span after = rest; ra_span_line(&after, &line); rest = after) {
        if (ra_span_trim(line).n && ra_span_chr(line, ':') < 0)
            break;
        *ret_encrypted |= ra_span_starts(line, "Proc-Type:") && ra_span_find(line, RA_SPAN("ENCRYPTED")) >= 0;
    }
    return rest;
}

// The same where line breaks are written as \n: headers end at the last colon's line.
static struct ra_span past_written_headers(struct ra_span body, bool *ret_encrypted)
{
    const char *colon = memrchr(body.p, ':', body.n);
    struct ra_span rest = colon ? ra_span_cut(body, (size_t)(colon - body.p), body.n) : body;
    ptrdiff_t end = colon ? ra_span_find(rest, RA_SPAN("\\n")) : 0;
    *ret_encrypted = ra_span_find(body, RA_SPAN("Proc-Type: 4,ENCRYPTED")) >= 0;
    return end < 0 ? ra_span_cut(rest, rest.n, 0) : ra_span_cut(rest, (size_t)end, rest.n);
}

static bool has_digits(struct ra_span body)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf head = {0};
    ra_wire_base64(body, BODY_DIGITS * 3 / 4, &head);
    return head.n == BODY_DIGITS * 3 / 4;
}

static bool pem(const struct label *l, struct ra_span body, struct ra_private_key *ret)
{
    bool encrypted;
    bool written = ra_span_starts(body, "\\n") || ra_span_starts(body, "\\r");
    struct ra_span digits = written ? past_written_headers(body, &encrypted) : past_headers(body, &encrypted);
    if (!has_digits(digits))
        return false;
    *ret = (struct ra_private_key){.format = l->format, .algorithm = l->algorithm, .lock = l->lock};
    if (l->read)
        l->read(digits, ret);
    else if (encrypted)
        ret->lock = RA_KEY_LOCKED;
    return true;
}

// First armoured key; *ret_at is where it begins. Bodies end at the next dashes, so no byte is searched twice.
static bool first_pem(struct ra_span text, struct ra_private_key *ret, size_t *ret_at)
{
    static const char marker[] = "-----BEGIN ";
    ptrdiff_t at;
    for (size_t from = 0; (at = ra_span_find(ra_span_cut(text, from, text.n), RA_SPAN("-----BEGIN "))) >= 0;) {
        from += (size_t)at + sizeof marker - 1;
        struct ra_span rest = ra_span_cut(text, from, text.n);
        for (size_t i = 0; i < RA_COUNT(labels); i++)
            if (ra_span_starts(rest, labels[i].label)) {
                struct ra_span body = ra_span_cut(rest, strlen(labels[i].label), rest.n);
                ptrdiff_t end = ra_span_find(body, RA_SPAN("-----"));
                *ret_at = from;
                if (pem(&labels[i], ra_span_cut(body, 0, end < 0 ? body.n : (size_t)end), ret))
                    return true;
            }
    }
    return false;
}

// "Name: value" of a PuTTY file; false where there is none.
static bool putty_field(struct ra_span text, const char *name, struct ra_span *ret_value, struct ra_span *ret_rest)
{
    struct ra_span line;
    while (ra_span_line(&text, &line))
        if (ra_span_starts(line, name)) {
            *ret_value = ra_span_trim(ra_span_cut(line, strlen(name), line.n));
            *ret_rest = text;
            return true;
        }
    return false;
}

// Source: PuTTY's manual, appendix C.
static bool first_putty(struct ra_span text, struct ra_private_key *ret, size_t *ret_at)
{
    struct ra_span value, rest, type;
    ptrdiff_t at = ra_span_find(text, RA_SPAN("PuTTY-User-Key-File-"));
    if (at < 0 || (at > 0 && text.p[at - 1] != '\n'))
        return false;
    text = ra_span_cut(text, (size_t)at, text.n);
    ptrdiff_t colon = ra_span_chr(text, ':');
    struct ra_span first = ra_span_cut(text, colon < 0 ? text.n : (size_t)colon + 1, text.n);
    if (!ra_span_line(&first, &type) || !putty_field(text, "Encryption:", &value, &rest))
        return false;
    *ret_at = (size_t)at;
    *ret = (struct ra_private_key){.format = "putty", .algorithm = ra_wire_algorithm(ra_span_trim(type))};
    ret->lock = ra_span_is(value, "none") ? RA_KEY_PLAIN : RA_KEY_LOCKED;
    uint64_t lines;
    if (putty_field(text, "Public-Lines:", &value, &rest) && ra_span_u64(value, 10, &lines)) {
        RA_CLEANUP(ra_buf_free) struct ra_buf blob = {0};
        const char *start = rest.p;
        while (lines-- && ra_span_line(&rest, &value))
            ;
        ra_wire_base64((struct ra_span){start, (size_t)(rest.p - start)}, 64 * 1024, &blob);
        if (blob.n)
            ra_wire_fingerprint(ra_buf_view(&blob), ret->fingerprint);
    }
    return true;
}

// age writes one key a line in upper-case bech32; a plugin's identity names a device or a service.
static bool first_age(struct ra_span text, struct ra_private_key *ret, size_t *ret_at)
{
    static const struct {
        const char *prefix;
        enum ra_key_lock lock;
    } kinds[] = {{"AGE-SECRET-KEY-", RA_KEY_PLAIN}, {"AGE-PLUGIN-", RA_KEY_HARDWARE}};
    bool found = false;
    for (size_t i = 0; i < RA_COUNT(kinds); i++) {
        ptrdiff_t at;
        struct ra_span prefix = ra_span_of(kinds[i].prefix);
        for (size_t from = 0; (at = ra_span_find(ra_span_cut(text, from, text.n), prefix)) >= 0;) {
            size_t start = from + (size_t)at;
            from = start + prefix.n;
            size_t n = from;
            while (n < text.n && ((text.p[n] >= 'A' && text.p[n] <= 'Z') || (text.p[n] >= '0' && text.p[n] <= '9') ||
                                  text.p[n] == '-'))
                n++;
            if (n - from >= BODY_DIGITS && (!found || start < *ret_at)) {
                *ret = (struct ra_private_key){.format = "age", .algorithm = NULL, .lock = kinds[i].lock};
                *ret_at = start;
                found = true;
            }
            if (found)
                break;
            from = n;
        }
    }
    return found;
}

bool ra_private_key_parse(struct ra_span text, struct ra_private_key *ret)
{
    static bool (*const finders[])(struct ra_span, struct ra_private_key *, size_t *) = {first_pem, first_putty,
                                                                                        first_age};
    bool found = false;
    size_t best = 0, at = 0;
    for (size_t i = 0; i < RA_COUNT(finders); i++) {
        struct ra_private_key key;
        if (finders[i](text, &key, &at) && (!found || at < best)) {
            *ret = key;
            best = at;
            found = true;
        }
    }
    return found;
}

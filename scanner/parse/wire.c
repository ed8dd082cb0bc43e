// SSH strings, fingerprints and the names of SSH keys. Source: RFC 4251, RFC 4253, PROTOCOL.certkeys of OpenSSH.
#include "parse/wire.h"

#include <stdio.h>
#include <string.h>

#include "base/digest.h"

// `fields`: how many strings make the public key, after its type (and, in a certificate, after its nonce).
static const struct {
    const char *type;
    unsigned fields;
} known[] = {
    {"ssh-ed25519", 1},
    {"ssh-rsa", 2},
    {"ssh-dss", 4},
    {"ecdsa-sha2-nistp256", 2},
    {"ecdsa-sha2-nistp384", 2},
    {"ecdsa-sha2-nistp521", 2},
    {"sk-ssh-ed25519@openssh.com", 2},
    {"sk-ecdsa-sha2-nistp256@openssh.com", 3},
    {"ssh-ed448", 1},
};
static const char cert_suffix[] = "-cert-v01@openssh.com";

bool ra_wire_u32(struct ra_span *s, uint32_t *ret)
{
    unsigned char b[4];
    if (s->n < sizeof b)
        return false;
    memcpy(b, s->p, sizeof b);
    *ret = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
    *s = ra_span_cut(*s, sizeof b, s->n);
    return true;
}

bool ra_wire_string(struct ra_span *s, struct ra_span *ret)
{
    uint32_t n;
    struct ra_span rest = *s;
    if (!ra_wire_u32(&rest, &n) || n > rest.n)
        return false;
    *ret = ra_span_cut(rest, 0, n);
    *s = ra_span_cut(rest, n, rest.n);
    return true;
}

void ra_wire_put(struct ra_buf *to, struct ra_span s)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        ra_buf_putc(to, (char)(s.n >> shift & 0xFF));
    ra_buf_span(to, s);
}

// The plain type of a certificate's ("sk-" types carry their own domain: "@openssh.com" is written once).
static bool plain_type(struct ra_span type, size_t *ret_row)
{
    if (!ra_span_ends(type, cert_suffix))
        return false;
    struct ra_span stem = ra_span_cut(type, 0, type.n - (sizeof cert_suffix - 1));
    for (size_t i = 0; i < RA_COUNT(known); i++) {
        struct ra_span name = ra_span_of(known[i].type);
        ptrdiff_t domain = ra_span_chr(name, '@');
        if (ra_span_eq(stem, ra_span_cut(name, 0, domain < 0 ? name.n : (size_t)domain))) {
            *ret_row = i;
            return true;
        }
    }
    return false;
}

// The key inside a certificate: the same fields without the nonce. False where it is no such certificate.
static bool bare_key(struct ra_span blob, struct ra_buf *ret)
{
    struct ra_span type, nonce, field;
    size_t row;
    if (!ra_wire_string(&blob, &type) || !plain_type(type, &row) || !ra_wire_string(&blob, &nonce))
        return false;
    ra_wire_put(ret, ra_span_of(known[row].type));
    for (unsigned i = 0; i < known[row].fields; i++) {
        if (!ra_wire_string(&blob, &field))
            return false;
        ra_wire_put(ret, field);
    }
    return true;
}

void ra_wire_fingerprint(struct ra_span blob, char ret[64])
{
    RA_CLEANUP(ra_buf_free) struct ra_buf bare = {0};
    char sum[44];
    ra_sha256_base64(bare_key(blob, &bare) ? ra_buf_view(&bare) : blob, sum);
    snprintf(ret, 64, "SHA256:%s", sum);
}

bool ra_wire_skip_key(struct ra_span *s, struct ra_span certificate_type)
{
    struct ra_span field;
    size_t row;
    if (!plain_type(certificate_type, &row) || !ra_wire_string(s, &field))
        return false;
    for (unsigned i = 0; i < known[row].fields; i++)
        if (!ra_wire_string(s, &field))
            return false;
    return true;
}

unsigned ra_wire_fields(struct ra_span type)
{
    for (size_t i = 0; i < RA_COUNT(known); i++)
        if (ra_span_is(type, known[i].type))
            return known[i].fields;
    return 0;
}

const char *ra_wire_algorithm(struct ra_span type)
{
    for (size_t i = 0; i < RA_COUNT(known); i++)
        if (ra_span_is(type, known[i].type))
            return known[i].type;
    return NULL;
}

bool ra_wire_is_certificate(struct ra_span type)
{
    return ra_span_ends(type, cert_suffix);
}

bool ra_wire_is_hardware(struct ra_span type)
{
    return ra_span_starts(type, "sk-") || ra_span_starts(type, "webauthn-sk-");
}

void ra_wire_base64(struct ra_span text, size_t max_bytes, struct ra_buf *to)
{
    unsigned bits = 0, held = 0;
    for (size_t i = 0; i < text.n && to->n < max_bytes; i++) {
        char c = text.p[i];
        int v = c >= 'A' && c <= 'Z'   ? c - 'A'
                : c >= 'a' && c <= 'z' ? c - 'a' + 26
                : c >= '0' && c <= '9' ? c - '0' + 52
                : c == '+'             ? 62
                : c == '/'             ? 63
                                       : -1;
        if (c == '\\' && i + 1 < text.n && (text.p[i + 1] == 'n' || text.p[i + 1] == 'r')) {
            i++;
        } else if (v >= 0) {
            bits = (bits << 6 | (unsigned)v) & 0xFFFF;
            if ((held += 6) >= 8)
                ra_buf_putc(to, (char)(bits >> (held -= 8) & 0xFF));
        } else if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
            return;
        }
    }
}

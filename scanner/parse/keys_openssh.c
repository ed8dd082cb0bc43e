// The heads of OpenSSH and PKCS#8 private keys. Sources: OpenSSH PROTOCOL.key, RFC 5208, RFC 8410.
#include <string.h>

#include "parse/wire.h"

// The largest public half known (RSA of 16384 bits) is some 2 KiB; more than this is no head.
enum { HEAD_BYTES = 32 * 1024 };

// The private half of a device's key is a handle and what the device asks for. Source: OpenSSH, PROTOCOL.u2f and
// sk-api.h: bit 0 a touch, bit 2 a PIN.
static bool touchless(struct ra_span s)
{
    struct ra_span private, type, field;
    uint32_t check;
    if (!ra_wire_string(&s, &private) || !ra_wire_u32(&private, &check) || !ra_wire_u32(&private, &check) ||
        !ra_wire_string(&private, &type) || !ra_wire_is_hardware(type) || ra_wire_fields(type) == 0)
        return false;
    for (unsigned i = ra_wire_fields(type); i; i--)
        if (!ra_wire_string(&private, &field))
            return false;
    return private.n && (private.p[0] & 5) == 0;
}

void ra_key_openssh(struct ra_span body, struct ra_private_key *ret)
{
    static const char magic[] = "openssh-key-v1"; // its NUL belongs to it
    RA_CLEANUP(ra_buf_free) struct ra_buf head = {0};
    ra_wire_base64(body, HEAD_BYTES, &head);
    struct ra_span s = ra_buf_view(&head), cipher, kdf, options, blob, type;
    uint32_t keys;
    if (s.n < sizeof magic || memcmp(s.p, magic, sizeof magic) != 0)
        return;
    s = ra_span_cut(s, sizeof magic, s.n);
    if (!ra_wire_string(&s, &cipher) || !ra_wire_string(&s, &kdf) || !ra_wire_string(&s, &options))
        return;
    ret->lock = ra_span_is(cipher, "none") ? RA_KEY_PLAIN : RA_KEY_LOCKED;
    if (!ra_wire_u32(&s, &keys) || keys == 0 || !ra_wire_string(&s, &blob))
        return;
    ra_wire_fingerprint(blob, ret->fingerprint);
    if (!ra_wire_string(&blob, &type))
        return;
    ret->algorithm = ra_wire_algorithm(type);
    if (ra_wire_is_hardware(type)) {
        ret->touchless = ret->lock == RA_KEY_PLAIN && touchless(s);
        ret->lock = RA_KEY_HARDWARE;
    }
}

// Takes the head of one DER value off *s: its tag must be `tag`. Lengths are not needed but for the OID's, since
// only the first fields are read.
static bool der(struct ra_span *s, unsigned char tag, size_t *ret_n)
{
    if (s->n < 2 || (unsigned char)s->p[0] != tag)
        return false;
    size_t n = (unsigned char)s->p[1], more = n & 0x80 ? n & 0x7F : 0;
    if (more > 4 || s->n < 2 + more)
        return false;
    if (more)
        n = 0;
    for (size_t i = 0; i < more; i++)
        n = n << 8 | (unsigned char)s->p[2 + i];
    *s = ra_span_cut(*s, 2 + more, s->n);
    *ret_n = n;
    return true;
}

void ra_key_pkcs8(struct ra_span body, struct ra_private_key *ret)
{
    static const struct {
        const char *algorithm;
        struct ra_span oid;
    } oids[] = {
        {"rsa", {"\x2A\x86\x48\x86\xF7\x0D\x01\x01\x01", 9}},
        {"rsa", {"\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0A", 9}}, // PSS
        {"dsa", {"\x2A\x86\x48\xCE\x38\x04\x01", 7}},
        {"ecdsa", {"\x2A\x86\x48\xCE\x3D\x02\x01", 7}},
        {"ed25519", {"\x2B\x65\x70", 3}},
        {"ed448", {"\x2B\x65\x71", 3}},
        {"x25519", {"\x2B\x65\x6E", 3}},
    };
    RA_CLEANUP(ra_buf_free) struct ra_buf head = {0};
    ra_wire_base64(body, 64, &head);
    struct ra_span s = ra_buf_view(&head);
    size_t n;
    // SEQUENCE { INTEGER version, SEQUENCE { OBJECT IDENTIFIER, ...
    if (!der(&s, 0x30, &n) || !der(&s, 0x02, &n) || n > s.n) {
        ret->lock = RA_KEY_UNSURE;
        return;
    }
    s = ra_span_cut(s, n, s.n);
    if (!der(&s, 0x30, &n) || !der(&s, 0x06, &n) || n > s.n)
        return;
    struct ra_span oid = ra_span_cut(s, 0, n);
    for (size_t i = 0; i < RA_COUNT(oids); i++)
        if (ra_span_eq(oid, oids[i].oid))
            ret->algorithm = oids[i].algorithm;
}

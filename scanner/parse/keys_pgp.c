// Is an OpenPGP secret key guarded? Reads the first secret key packet that has key material, up to its
// usage octet. Sources: RFC 4880 sections 4.2, 5.5.3; RFC 9580; GnuPG doc/DETAILS (GNU S2K extension).
#include "parse/wire.h"

enum { TAG_SECRET_KEY = 5, TAG_SECRET_SUBKEY = 7 };
enum { USAGE_PLAIN = 0, USAGE_AEAD = 253, S2K_GNU = 101 };
enum { HEAD_BYTES = 256 * 1024 };

static bool byte(struct ra_span *s, unsigned *ret)
{
    if (s->n == 0)
        return false;
    *ret = (unsigned char)s->p[0];
    *s = ra_span_cut(*s, 1, s->n);
    return true;
}

static bool big_endian(struct ra_span *s, unsigned bytes, size_t *ret)
{
    unsigned b;
    *ret = 0;
    while (bytes--) {
        if (!byte(s, &b))
            return false;
        *ret = *ret << 8 | b;
    }
    return true;
}

// Next packet: its tag and body (cut where the input ends). Partial lengths do not occur in keys.
static bool packet(struct ra_span *s, unsigned *ret_tag, struct ra_span *ret_body)
{
    unsigned head, first;
    size_t n;
    if (!byte(s, &head) || !(head & 0x80))
        return false;
    if (head & 0x40) {
        *ret_tag = head & 0x3F;
        if (!byte(s, &first) || (first >= 224 && first < 255))
            return false;
        n = first;
        if (first >= 192 && first < 224) {
            if (!byte(s, &head))
                return false;
            n = ((size_t)first - 192) * 256 + head + 192;
        } else if (first == 255 && !big_endian(s, 4, &n)) {
            return false;
        }
    } else {
        *ret_tag = head >> 2 & 0x0F;
        if ((head & 3) == 3 || !big_endian(s, 1u << (head & 3), &n))
            return false;
    }
    *ret_body = ra_span_cut(*s, 0, n);
    *s = ra_span_cut(*s, n, s->n);
    return true;
}

static bool skip(struct ra_span *s, size_t n)
{
    if (n > s->n)
        return false;
    *s = ra_span_cut(*s, n, s->n);
    return true;
}

static bool skip_integers(struct ra_span *s, unsigned count)
{
    size_t bits;
    while (count--)
        if (!big_endian(s, 2, &bits) || !skip(s, (bits + 7) / 8))
            return false;
    return true;
}

// The public fields of each algorithm: a curve's OID, then integers, then key-derivation fields, or raw octets.
static const struct algorithm {
    unsigned id;
    const char *name;
    bool curve, derivation;
    unsigned integers, octets;
} algorithms[] = {
    {1, "rsa", false, false, 2, 0},     {2, "rsa", false, false, 2, 0},    {3, "rsa", false, false, 2, 0},
    {16, "elgamal", false, false, 3, 0}, {17, "dsa", false, false, 4, 0},   {18, "ecdh", true, true, 1, 0},
    {19, "ecdsa", true, false, 1, 0},   {22, "ed25519", true, false, 1, 0}, {25, "x25519", false, false, 0, 32},
    {26, "x448", false, false, 0, 56},  {27, "ed25519", false, false, 0, 32}, {28, "ed448", false, false, 0, 57},
};

static bool skip_public(struct ra_span *s, const struct algorithm *a)
{
    unsigned n;
    if (a->curve && (!byte(s, &n) || !skip(s, n)))
        return false;
    if (!skip_integers(s, a->integers) || !skip(s, a->octets))
        return false;
    return !a->derivation || (byte(s, &n) && skip(s, n));
}

// What the usage octet and its specifier say; *ret_absent where the file holds no secret at all (an offline
// primary key).
static enum ra_key_lock guarded(struct ra_span s, unsigned version, bool *ret_absent)
{
    unsigned usage, count, cipher, kind, hash, mode;
    if (!byte(&s, &usage))
        return RA_KEY_UNSURE;
    if (usage == USAGE_PLAIN)
        return RA_KEY_PLAIN;
    if (version > 4 && (!byte(&s, &count) || !byte(&s, &cipher)))
        return RA_KEY_LOCKED;
    if (usage <= USAGE_AEAD - 1 || version > 4)
        return RA_KEY_LOCKED;
    if (!byte(&s, &cipher) || !byte(&s, &kind) || kind != S2K_GNU || !byte(&s, &hash) || !ra_span_starts(s, "GNU"))
        return RA_KEY_LOCKED;
    s = ra_span_cut(s, 3, s.n);
    if (!byte(&s, &mode))
        return RA_KEY_LOCKED;
    *ret_absent = mode == 1;
    return mode == 2 ? RA_KEY_HARDWARE : RA_KEY_LOCKED;
}

static enum ra_key_lock secret_packet(struct ra_span s, const char **ret_algorithm, bool *ret_absent)
{
    unsigned version, id;
    size_t ignored;
    *ret_absent = false;
    if (!byte(&s, &version) || version < 4 || version > 6 || !big_endian(&s, 4, &ignored) || !byte(&s, &id))
        return RA_KEY_UNSURE;
    if (version > 4 && !big_endian(&s, 4, &ignored))
        return RA_KEY_UNSURE;
    for (size_t i = 0; i < RA_COUNT(algorithms); i++)
        if (algorithms[i].id == id) {
            *ret_algorithm = algorithms[i].name;
            return skip_public(&s, &algorithms[i]) ? guarded(s, version, ret_absent) : RA_KEY_UNSURE;
        }
    return RA_KEY_UNSURE;
}

void ra_key_pgp(struct ra_span body, struct ra_private_key *ret)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf head = {0};
    ra_wire_base64(body, HEAD_BYTES, &head);
    struct ra_span s = ra_buf_view(&head), content;
    unsigned tag;
    bool absent = true;
    while (absent && packet(&s, &tag, &content))
        if (tag == TAG_SECRET_KEY || tag == TAG_SECRET_SUBKEY)
            ret->lock = secret_packet(content, &ret->algorithm, &absent);
}

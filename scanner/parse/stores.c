// Key stores by their heads. Sources: RFC 7292 (PKCS #12), the Java key store's and KeePass' own readers, minisign's
// and OpenBSD signify's key formats, git-crypt's key file.
#include "parse/stores.h"

#include <string.h>

#include "parse/der.h"
#include "parse/wire.h"

static const struct ra_span oid_data = {"\x2A\x86\x48\x86\xF7\x0D\x01\x07\x01", 9};
static const struct ra_span oid_key_bag = {"\x2A\x86\x48\x86\xF7\x0D\x01\x0C\x0A\x01\x01", 11};
static const struct ra_span oid_locked_bag = {"\x2A\x86\x48\x86\xF7\x0D\x01\x0C\x0A\x01\x02", 11};

// The bags of one part that is not encrypted as a whole.
static void bags(struct ra_span part, bool *ret_plain, bool *ret_locked)
{
    struct ra_span list, bag, oid;
    if (!ra_der_take(&part, RA_DER_SEQUENCE, &list))
        return;
    while (ra_der_take(&list, RA_DER_SEQUENCE, &bag))
        if (ra_der_take(&bag, RA_DER_OID, &oid)) {
            *ret_plain |= ra_span_eq(oid, oid_key_bag);
            *ret_locked |= ra_span_eq(oid, oid_locked_bag);
        }
}

// ContentInfo ::= SEQUENCE { type, [0] content }: what an octet string in it holds.
static bool content(struct ra_span *s, struct ra_span *ret_type, struct ra_span *ret_octets)
{
    struct ra_span info, wrapped;
    *ret_octets = RA_SPAN("");
    if (!ra_der_take(s, RA_DER_SEQUENCE, &info) || !ra_der_take(&info, RA_DER_OID, ret_type))
        return false;
    if (ra_der_take(&info, RA_DER_CONTEXT_0, &wrapped))
        ra_der_take(&wrapped, RA_DER_OCTETS, ret_octets);
    return true;
}

static bool pkcs12(struct ra_span file, struct ra_key_store *ret)
{
    struct ra_span pfx, version, type, octets, safe;
    bool plain = false, locked = false, hidden = false;
    if (!ra_der_take(&file, RA_DER_SEQUENCE, &pfx) || !ra_der_take(&pfx, RA_DER_INTEGER, &version) ||
        version.n != 1 || version.p[0] != 3)
        return false;
    *ret = (struct ra_key_store){.form = "pkcs12", .lock = RA_KEY_UNSURE};
    if (!content(&pfx, &type, &octets) || !ra_span_eq(type, oid_data) ||
        !ra_der_take(&octets, RA_DER_SEQUENCE, &safe))
        return true;
    while (content(&safe, &type, &octets))
        if (ra_span_eq(type, oid_data))
            bags(octets, &plain, &locked);
        else
            hidden = true;
    ret->lock = plain ? RA_KEY_PLAIN : locked || hidden ? RA_KEY_LOCKED : RA_KEY_UNSURE;
    ret->empty = !plain && !locked && !hidden;
    return true;
}

static bool starts_with(struct ra_span s, const char *bytes, size_t n)
{
    return s.n >= n && memcmp(s.p, bytes, n) == 0;
}

// Keys are always encrypted with the entry's password; what follows the first entry is not walked, since a
// certificate in front of a key does not make the key go away.
static bool java(struct ra_span file, struct ra_key_store *ret)
{
    uint32_t magic, version, n, tag;
    if (!ra_wire_u32(&file, &magic) || (magic != 0xFEEDFEEDu && magic != 0xCECECECEu) ||
        !ra_wire_u32(&file, &version) || version < 1 || version > 2 || !ra_wire_u32(&file, &n))
        return false;
    bool certificate_only = n == 0 || (n == 1 && ra_wire_u32(&file, &tag) && tag == 2);
    *ret = (struct ra_key_store){.form = magic == 0xFEEDFEEDu ? "jks" : "jceks", .lock = RA_KEY_LOCKED,
                                 .empty = certificate_only};
    return true;
}

static bool keepass(struct ra_span file, struct ra_key_store *ret)
{
    if (!starts_with(file, "\x03\xD9\xA2\x9A", 4))
        return false;
    *ret = (struct ra_key_store){.form = "keepass", .lock = RA_KEY_LOCKED};
    return true;
}

static bool git_crypt(struct ra_span file, struct ra_key_store *ret)
{
    if (!starts_with(file, "\0GITCRYPTKEY", 12))
        return false;
    *ret = (struct ra_key_store){.form = "git-crypt", .lock = RA_KEY_PLAIN};
    return true;
}

// minisign: "Ed", "Sc" or two zeros where there is no password. signify: "Ed", "BK", rounds, 0 without a password.
static bool minisign(struct ra_span file, struct ra_key_store *ret)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf head = {0};
    struct ra_span line, rest = file;
    if (!ra_span_line(&rest, &line) || !ra_span_starts(line, "untrusted comment:") || !ra_span_line(&rest, &line))
        return false;
    ra_wire_base64(line, 104, &head);
    if (head.n < 104 || head.p[0] != 'E' || (head.p[1] != 'd' && head.p[1] != 'D'))
        return false; // public halves are shorter
    bool signify = head.p[2] == 'B' && head.p[3] == 'K';
    bool plain = signify ? memcmp(head.p + 4, "\0\0\0\0", 4) == 0 : head.p[2] == 0 && head.p[3] == 0;
    *ret = (struct ra_key_store){.form = signify ? "signify" : "minisign", .lock = plain ? RA_KEY_PLAIN : RA_KEY_LOCKED};
    return true;
}

bool ra_key_store_parse(struct ra_span file, struct ra_key_store *ret)
{
    static bool (*const forms[])(struct ra_span, struct ra_key_store *) = {pkcs12, java, keepass, git_crypt, minisign};
    for (size_t i = 0; i < RA_COUNT(forms); i++)
        if (forms[i](file, ret))
            return true;
    return false;
}

static bool u64(struct ra_span *s, int64_t *ret)
{
    uint32_t high, low;
    if (!ra_wire_u32(s, &high) || !ra_wire_u32(s, &low))
        return false;
    *ret = high >> 31 ? INT64_MAX : (int64_t)((uint64_t)high << 32 | low);
    return true;
}

bool ra_ssh_certificate_parse(struct ra_span line, struct ra_ssh_certificate *ret)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf blob = {0};
    struct ra_ssh_certificate found = {0};
    struct ra_span type, digits, inner, rest, id, names, name;
    int64_t serial;
    uint32_t kind;
    if (!ra_span_word(&line, &type) || !ra_wire_is_certificate(type) || !ra_span_word(&line, &digits))
        return false;
    ra_wire_base64(digits, 64 * 1024, &blob);
    rest = ra_buf_view(&blob);
    if (!ra_wire_string(&rest, &inner) || !ra_span_eq(inner, type) || !ra_wire_skip_key(&rest, type) ||
        !u64(&rest, &serial) || !ra_wire_u32(&rest, &kind) || !ra_wire_string(&rest, &id) ||
        !ra_wire_string(&rest, &names) || !u64(&rest, &found.valid_after_s) || !u64(&rest, &found.valid_before_s))
        return false;
    found.of_host = kind == 2;
    while (names.n && ra_wire_string(&names, &name))
        found.principals++;
    *ret = found;
    return true;
}

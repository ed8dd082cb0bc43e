// Ticket caches and key tables, by their lengths. Decrypts nothing; keys and tickets are stepped over.
#include "parse/kerberos.h"

#include "parse/wire.h"

enum { MAX_ITEMS = 1024 }; // components, addresses, tickets; real files have a handful

static bool skip(struct ra_span *s, size_t n)
{
    if (n > s->n)
        return false;
    *s = ra_span_cut(*s, n, s->n);
    return true;
}

static bool u16(struct ra_span *s, unsigned *ret)
{
    if (s->n < 2)
        return false;
    *ret = (unsigned)(unsigned char)s->p[0] << 8 | (unsigned char)s->p[1];
    return skip(s, 2);
}

// Name type, count, realm, components. *ret_realm and *ret_first (the first component) borrow from *s.
static bool principal(struct ra_span *s, struct ra_span *ret_realm, struct ra_span *ret_first)
{
    uint32_t type, n;
    struct ra_span component;
    *ret_first = RA_SPAN("");
    if (!ra_wire_u32(s, &type) || !ra_wire_u32(s, &n) || n > MAX_ITEMS || !ra_wire_string(s, ret_realm))
        return false;
    for (uint32_t i = 0; i < n; i++) {
        if (!ra_wire_string(s, &component))
            return false;
        if (i == 0)
            *ret_first = component;
    }
    return true;
}

// Addresses and authorization data: a count, then a type and bytes each.
static bool typed_list(struct ra_span *s)
{
    uint32_t n;
    unsigned type;
    struct ra_span data;
    if (!ra_wire_u32(s, &n) || n > MAX_ITEMS)
        return false;
    while (n--)
        if (!u16(s, &type) || !ra_wire_string(s, &data))
            return false;
    return true;
}

static bool ticket(struct ra_span *s, bool third, struct ra_tickets *ret)
{
    struct ra_span realm, first, skipped;
    uint32_t start, end;
    unsigned type;
    if (!principal(s, &realm, &first) || !principal(s, &realm, &first) || !u16(s, &type) ||
        (third && !u16(s, &type)) || !ra_wire_string(s, &skipped))
        return false;
    if (!ra_wire_u32(s, &start) || !ra_wire_u32(s, &start) || !ra_wire_u32(s, &end) || !skip(s, 4 + 1 + 4) ||
        !typed_list(s) || !typed_list(s) || !ra_wire_string(s, &skipped) || !ra_wire_string(s, &skipped))
        return false;
    if (ra_span_is(realm, "X-CACHECONF:"))
        return true;
    ret->n++;
    ret->granting |= ra_span_is(first, "krbtgt");
    if ((int64_t)end > ret->ends_s)
        ret->ends_s = end;
    return true;
}

bool ra_tickets_parse(struct ra_span file, struct ra_tickets *ret)
{
    struct ra_span realm, first;
    unsigned version, header;
    *ret = (struct ra_tickets){0};
    if (!u16(&file, &version) || (version != 0x0503 && version != 0x0504))
        return false;
    if (version == 0x0504 && (!u16(&file, &header) || !skip(&file, header)))
        return false;
    if (!principal(&file, &realm, &first))
        return false;
    for (unsigned n = 0; file.n; n++)
        if (n == MAX_ITEMS || !ticket(&file, version == 0x0503, ret))
            return false;
    return true;
}

// A negative length is a hole that a removed key left.
bool ra_keytab_parse(struct ra_span file, unsigned *ret_keys)
{
    unsigned version, keys = 0;
    uint32_t n;
    if (!u16(&file, &version) || version != 0x0502)
        return false;
    while (ra_wire_u32(&file, &n) && n) {
        bool hole = n >> 31;
        if (!skip(&file, hole ? ~n + 1u : n))
            break;
        keys += !hole;
    }
    *ret_keys = keys;
    return true;
}

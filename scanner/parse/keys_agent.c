// The answer of an SSH agent to "which identities do you hold?". Nothing is ever signed or asked beyond it.
// Source: draft-ietf-sshm-ssh-agent, sections 3.5 and 4.
#include <string.h>

#include "parse/wire.h"

enum { FAILURE = 5, IDENTITIES_ANSWER = 12 };
const unsigned char ra_agent_list_request[5] = {0, 0, 0, 1, 11};

// The type goes into reports: only what a type is made of.
static void type_name(struct ra_span type, char ret[64])
{
    memset(ret, 0, 64);
    for (size_t i = 0; i < type.n && i < 63; i++) {
        char c = type.p[i];
        bool letter = (c | 32) >= 'a' && (c | 32) <= 'z', digit = c >= '0' && c <= '9';
        ret[i] = letter || digit || c == '-' || c == '@' || c == '.' ? c : '?';
    }
}

static bool u64(struct ra_span *s, int64_t *ret)
{
    uint32_t high, low;
    if (!ra_wire_u32(s, &high) || !ra_wire_u32(s, &low))
        return false;
    uint64_t v = (uint64_t)high << 32 | low;
    *ret = v > INT64_MAX ? INT64_MAX : (int64_t)v;
    return true;
}

// Text that goes into reports: printable ASCII, the rest as '?'.
static char *printable(struct ra_arena *a, struct ra_span s)
{
    char *text = ra_strndup(a, ra_span_cut(s, 0, 1024));
    for (size_t i = 0; i < s.n && i < 1024; i++)
        if (text[i] < ' ' || text[i] > '~')
            text[i] = '?';
    return text;
}

static const char *joined(struct ra_arena *a, struct ra_span list)
{
    struct ra_span one;
    const char *all = NULL;
    for (unsigned n = 0; n < 64 && ra_wire_string(&list, &one); n++)
        all = all ? ra_strfmt(a, "%s,%s", all, printable(a, one)) : printable(a, one);
    return all;
}

// Pairs of name and data; the data is a string in a string. Source: PROTOCOL.certkeys, "Critical options".
static void critical_options(struct ra_arena *a, struct ra_span options, struct ra_agent_key *ret)
{
    struct ra_span name, data, value;
    while (ra_wire_string(&options, &name) && ra_wire_string(&options, &data)) {
        const char **to = ra_span_is(name, "force-command")    ? &ret->force_command
                          : ra_span_is(name, "source-address") ? &ret->source_address
                                                               : NULL;
        if (to && ra_wire_string(&data, &value))
            *to = printable(a, value);
    }
}

// `rest` begins after the type. What cannot be read stays unsaid.
static void certificate(struct ra_arena *a, struct ra_span rest, struct ra_span type, struct ra_agent_key *ret)
{
    struct ra_span id, names, options;
    int64_t serial;
    uint32_t kind;
    ret->valid_before_s = INT64_MAX;
    if (!ra_wire_skip_key(&rest, type) || !u64(&rest, &serial) || !ra_wire_u32(&rest, &kind) ||
        !ra_wire_string(&rest, &id) || !ra_wire_string(&rest, &names))
        return;
    ret->of_host = kind == 2;
    ret->key_id = id.n ? printable(a, id) : NULL;
    ret->principals = joined(a, names);
    if (u64(&rest, &ret->valid_after_s) && u64(&rest, &ret->valid_before_s) && ra_wire_string(&rest, &options))
        critical_options(a, options, ret);
}

static bool identity(struct ra_arena *a, struct ra_span *s, struct ra_agent_key *ret)
{
    struct ra_span blob, type, rest;
    if (!ra_wire_string(s, &blob) || !ra_wire_string(s, &ret->comment))
        return false;
    rest = blob;
    if (!ra_wire_string(&rest, &type))
        return false;
    type_name(type, ret->type);
    ra_wire_fingerprint(blob, ret->fingerprint);
    ret->certificate = ra_wire_is_certificate(type);
    ret->hardware = ra_wire_is_hardware(type);
    if (ret->certificate)
        certificate(a, rest, type, ret);
    return true;
}

bool ra_agent_list_parse(struct ra_arena *a, struct ra_span reply, struct ra_agent_key **ret, size_t *ret_n,
                         bool *ret_locked)
{
    struct ra_agent_key *keys = NULL;
    size_t n = 0, cap = 0;
    struct ra_span s = reply;
    uint32_t count = 0;
    bool whole = true;
    *ret = NULL;
    *ret_n = 0;
    *ret_locked = false;
    if (s.n && s.p[0] == 0) { // a length: no message type is 0
        if (!ra_wire_u32(&s, &count))
            return false;
        whole = count <= s.n;
        s = ra_span_cut(s, 0, count);
    }
    if (s.n == 0 || (s.p[0] != FAILURE && s.p[0] != IDENTITIES_ANSWER))
        return false;
    if (s.p[0] == FAILURE) {
        *ret_locked = true;
        return whole;
    }
    s = ra_span_cut(s, 1, s.n);
    if (!ra_wire_u32(&s, &count))
        return false;
    bool good = true;
    while (good && n < count) { // memory grows with what is there, not with what is claimed
        keys = ra_grow(a, keys, n, &cap, sizeof *keys);
        memset(&keys[n], 0, sizeof *keys);
        good = identity(a, &s, &keys[n]);
        n += good;
    }
    *ret = keys;
    *ret_n = n;
    return good && whole && s.n == 0;
}

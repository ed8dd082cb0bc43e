// The rows of kinds.def and the ids made from them. What a kind means to the rules is not said here.
#include "model/kinds.h"

#include <string.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "model/percent.h"
#include "model/scrub.h"

static const struct ra_kind_row rows[RA_KIND_COUNT] = {
#define RA_KIND(n, name, least, ceiling, cap, title) \
    [RA_KIND_##n] = {name, RA_RADIUS_##least, RA_RADIUS_##ceiling, RA_SEVERITY_##cap, title},
#include "model/kinds.def"
#undef RA_KIND
};

const struct ra_kind_row *ra_kind_row(enum ra_kind kind)
{
    return &rows[(unsigned)kind < RA_KIND_COUNT ? kind : RA_KIND_UNKNOWN];
}

bool ra_kind_parse(const char *name, enum ra_kind *ret)
{
    for (unsigned i = 0; name && i < RA_KIND_COUNT; i++)
        if (strcmp(rows[i].name, name) == 0) {
            *ret = (enum ra_kind)i;
            return true;
        }
    return false;
}

bool ra_kind_is_secret(enum ra_kind kind)
{
    return kind == RA_KIND_TOKEN || kind == RA_KIND_KEY || kind == RA_KIND_PASSWORD;
}

// Bytes of the well-formed character at the head of `s` that may stand as it is, or 0.
static size_t plain(struct ra_span s)
{
    unsigned char c = (unsigned char)s.p[0];
    if (c < 0x20 || c == 0x7F || c == '%' || c == '#')
        return 0;
    if (c < 0x80)
        return 1;
    size_t n = c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    // U+0080 to U+009F are control characters too, and some terminals obey them.
    if (n > s.n || !ra_span_utf8(ra_span_cut(s, 0, n)) || (c == 0xC2 && (unsigned char)s.p[1] < 0xA0))
        return 0;
    return n;
}

static void encode(struct ra_buf *out, struct ra_span s)
{
    while (s.n) {
        size_t n = plain(s);
        if (n)
            ra_buf_add(out, s.p, n);
        else
            ra_buf_printf(out, "%%%02X", (unsigned char)s.p[0]);
        s = ra_span_cut(s, n ? n : 1, s.n);
    }
}

char *ra_id(struct ra_arena *a, enum ra_kind kind, const char *text, const char *part)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf out = {0};
    ra_buf_puts(&out, ra_kind_row(kind)->name);
    ra_buf_putc(&out, ':');
    encode(&out, ra_span_of(ra_scrub_bytes(a, ra_span_of(text))));
    if (part) {
        ra_buf_putc(&out, '#');
        encode(&out, ra_span_of(ra_scrub_bytes(a, ra_span_of(part))));
    }
    return ra_strndup(a, ra_buf_view(&out));
}

char *ra_id_encode(struct ra_arena *a, const char *text)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf out = {0};
    encode(&out, ra_span_of(text));
    return ra_strndup(a, ra_buf_view(&out));
}

char *ra_id_decode(struct ra_arena *a, const char *encoded)
{
    struct ra_span in = ra_span_of(encoded);
    char *out = ra_alloc(a, in.n + 1), *to = out;
    for (size_t i = 0; i < in.n; i++) {
        int byte = ra_percent_at(in, i);
        *to++ = byte > 0 ? (char)byte : in.p[i];
        i += byte > 0 ? 2 : 0;
    }
    return out;
}

// Tokens that their maker gave a prefix: the rows of shapes.def against one place of a text. A checksum that does
// not fit only lowers confidence: a token that was cut or edited is still worth a look, and never skipped.
#include <string.h>

#include "catalogue/recognise_parts.h"

enum alphabet { ALNUM, WORD, URL, DOTTED, BASE64, HEX, UPPER };
enum { RANDOM = 1, CRC = 2, NAME_ONLY = 4, MARK = 8 };

struct shape {
    const char *prefix;
    unsigned short min, max;
    enum alphabet alphabet;
    enum ra_secret_class class;
    const char *provider, *type;
    enum ra_radius least, ceiling;
    const char *settled_by;
    unsigned flags;
};
#define ONLINE "--online=tokens"
static const struct shape shapes[] = {
#define RA_SHAPE(prefix, min, max, alphabet, class, provider, type, least, ceiling, settled, flags) \
    {prefix, min, max, alphabet, RA_SECRET_##class, provider, type, RA_RADIUS_##least, RA_RADIUS_##ceiling, settled, flags},
#include "catalogue/shapes.def"
#undef RA_SHAPE
};

static bool in_alphabet(char c, enum alphabet a)
{
    switch (a) {
    case ALNUM:
        return ra_is_alnum(c);
    case WORD:
        return ra_is_alnum(c) || c == '_';
    case URL:
        return ra_is_alnum(c) || c == '_' || c == '-';
    case DOTTED:
        return ra_is_alnum(c) || c == '_' || c == '-' || c == '.';
    case BASE64:
        return ra_is_alnum(c) || (c && strchr("+/=,_-%", c));
    case HEX:
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    case UPPER:
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
    }
    return false;
}

// The reflected CRC-32 of IEEE 802.3, bit by bit: thirty bytes need no table.
static uint32_t crc32_of(const char *p, size_t n)
{
    uint32_t crc = 0xffffffffu;
    for (size_t i = 0; i < n; i++) {
        crc ^= (unsigned char)p[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ (0xedb88320u & (0u - (crc & 1u)));
    }
    return ~crc;
}

// 36 characters: 30 random ones and their CRC-32 in base 62, left-padded with 0. Source: GitHub, "Behind GitHub's
// new authentication token formats".
static bool checksum_fits(struct ra_span body)
{
    static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    if (body.n != 36)
        return true;
    uint32_t crc = crc32_of(body.p, 30);
    for (size_t i = 36; i-- > 30; crc /= 62)
        if (body.p[i] != digits[crc % 62])
            return false;
    return true;
}

// An identifier of a program: long, and small letters only. Random text of that length never is.
static bool only_small_letters(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((p[i] < 'a' || p[i] > 'z') && p[i] != '_' && p[i] != '-')
            return false;
    return n >= 24;
}

// The run of the row's alphabet after its prefix, 0 where it is no token of this row.
static size_t body_length(const struct shape *s, struct ra_span rest)
{
    size_t n = 0;
    while (n < rest.n && in_alphabet(rest.p[n], s->alphabet))
        n++;
    if (n < rest.n && ra_is_alnum(rest.p[n]) && n <= s->max)
        return 0; // the word goes on in letters this token never has
    while (n && (rest.p[n - 1] == '.' || rest.p[n - 1] == ','))
        n--;
    if (n < s->min || n > s->max || (s->alphabet != HEX && only_small_letters(rest.p, n)))
        return 0;
    if ((s->flags & MARK) && ra_span_find((struct ra_span){rest.p, n}, RA_SPAN("T3BlbkFJ")) < 0)
        return 0;
    return n;
}

static void fill(const struct shape *s, struct ra_span whole, struct ra_secret_fact *ret)
{
    size_t prefix = strlen(s->prefix);
    struct ra_span body = ra_span_cut(whole, prefix, whole.n - prefix);
    *ret = (struct ra_secret_fact){
        .class = s->class,
        .provider = s->provider,
        .type = s->type,
        .random = s->flags & RANDOM,
        .identifier = s->flags & NAME_ONLY,
        .placeholder = ra_recognise_placeholder(body),
        .least = s->least,
        .ceiling = s->ceiling,
        .settled_by = s->settled_by,
        .confidence = (s->flags & CRC) && !checksum_fits(body) ? "medium" : "high",
        .value = whole,
    };
    if (ret->placeholder)
        ret->confidence = "low";
}

// The rows by the byte that begins their prefix, in the order of the table: long texts cost one look a byte, and a word
// a look at few rows. Places count from 1; 0 ends a list. Made once.
static unsigned short next_row[RA_COUNT(shapes)];

static unsigned short first_row(unsigned char c)
{
    static unsigned short first[256];
    static bool made;
    for (size_t i = made ? 0 : RA_COUNT(shapes); i-- > 0;) {
        unsigned short *head = &first[(unsigned char)shapes[i].prefix[0]];
        next_row[i] = *head;
        *head = (unsigned short)(i + 1);
    }
    made = true;
    return first[c];
}

bool ra_shape_at(struct ra_span text, size_t at, struct ra_secret_fact *ret)
{
    unsigned short row = first_row((unsigned char)text.p[at]);
    if (!row || !ra_word_begins(text, at))
        return false;
    struct ra_span here = ra_span_cut(text, at, text.n - at);
    const struct shape *best = NULL;
    size_t best_prefix = 0, best_body = 0;
    for (; row; row = next_row[row - 1]) {
        const struct shape *s = &shapes[row - 1];
        if (!ra_span_starts(here, s->prefix))
            continue;
        size_t prefix = strlen(s->prefix);
        if (best && prefix <= best_prefix)
            continue;
        size_t body = body_length(s, ra_span_cut(here, prefix, here.n - prefix));
        if (body)
            best = s, best_prefix = prefix, best_body = body;
    }
    if (best)
        fill(best, ra_span_cut(here, 0, best_prefix + best_body), ret);
    return best != NULL;
}

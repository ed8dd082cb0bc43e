// What must not reach a reader as it is, as ranges of code points.
#include "base/unicode.h"

#include "base/compiler.h"

struct range {
    uint32_t from, to;
};
// Ranges are closed and sorted.
static const struct range unsafe[] = {
    {0x0000, 0x001F},   // C0
    {0x007F, 0x009F},   // DEL, C1
    {0x00AD, 0x00AD},   // soft hyphen: invisible
    {0x034F, 0x034F},   // combining grapheme joiner: invisible
    {0x061C, 0x061C},   // Arabic letter mark
    {0x115F, 0x1160},   // Hangul fillers: look like nothing
    {0x17B4, 0x17B5},   // invisible Khmer vowels
    {0x180B, 0x180F},   // Mongolian selectors
    {0x200B, 0x200F},   // zero width, left-to-right and right-to-left marks
    {0x2028, 0x202E},   // line and paragraph separators, embeddings and overrides
    {0x2060, 0x206F},   // invisible operators, isolates
    {0x3164, 0x3164},   // Hangul filler
    {0xFE00, 0xFE0F},   // variation selectors
    {0xFEFF, 0xFEFF},   // byte order mark
    {0xFFA0, 0xFFA0},   // half-width Hangul filler
    {0xFFF0, 0xFFFB},   // unassigned, interlinear annotation
    {0xFFFE, 0xFFFF},   // no characters; XML has no way to write them
    {0x1D173, 0x1D17A}, // musical controls
    {0xE0000, 0xE0FFF}, // tags, more variation selectors
};

bool ra_unicode_unsafe(uint32_t c)
{
    for (size_t i = 0; i < RA_COUNT(unsafe) && unsafe[i].from <= c; i++)
        if (c <= unsafe[i].to)
            return true;
    return false;
}

bool ra_unicode_command(struct ra_span s, size_t at)
{
    enum { LONGEST = 32 };
    if (at == 0 || at >= s.n || s.p[at] != '#' || s.p[at - 1] != '#')
        return false;
    size_t end = at + 1;
    while (end < s.n && end - at <= LONGEST && ((s.p[end] | 0x20) >= 'a' && (s.p[end] | 0x20) <= 'z'))
        end++;
    return end < s.n && s.p[end] == '[';
}

size_t ra_utf8_decode(struct ra_span s, uint32_t *ret)
{
    unsigned char c = (unsigned char)s.p[0];
    size_t n = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    if (n == 1) {
        *ret = c;
        return 1;
    }
    if (n > s.n || !ra_span_utf8(ra_span_cut(s, 0, n)))
        return 0;
    uint32_t v = c & (0xFFu >> (n + 1));
    for (size_t i = 1; i < n; i++)
        v = v << 6 | ((unsigned char)s.p[i] & 0x3F);
    *ret = v;
    return n;
}

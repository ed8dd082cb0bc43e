// Whole values in base64 or base64url. Strict about what it decodes, lenient about blanks and padding.
#include "parse/keys.h"

static int digit(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

char *ra_base64_decode(struct ra_arena *a, struct ra_span text, size_t *ret_n)
{
    char *out = ra_alloc(a, text.n / 4 * 3 + 4);
    size_t n = 0, digits = 0, padding = 0;
    unsigned bits = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
            continue;
        if (c == '=') {
            padding++;
            continue;
        }
        int v = digit(c);
        if (v < 0 || padding)
            return NULL;
        bits = (bits << 6 | (unsigned)v) & 0xFFFFFF;
        digits++;
        if (digits % 4 != 1)
            out[n++] = (char)(bits >> (digits % 4 == 2 ? 4 : digits % 4 == 3 ? 2 : 0) & 0xFF);
    }
    if (digits % 4 == 1 || (padding && (digits + padding) % 4) || padding > 2)
        return NULL;
    *ret_n = n;
    return out;
}

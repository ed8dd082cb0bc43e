#include "base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

char *ra_buf_room(struct ra_buf *b, size_t n)
{
    if (n > SIZE_MAX / 4 || b->n > SIZE_MAX / 4)
        ra_oom();
    if (b->n + n + 1 > b->cap) {
        size_t cap = b->cap ? b->cap : 256;
        while (cap < b->n + n + 1)
            cap *= 2;
        b->p = realloc(b->p, cap);
        if (!b->p)
            ra_oom();
        b->cap = cap;
    }
    return b->p + b->n;
}

void ra_buf_add(struct ra_buf *b, const void *bytes, size_t n)
{
    char *at = ra_buf_room(b, n);
    if (n)
        memcpy(at, bytes, n);
    b->n += n;
    b->p[b->n] = 0;
}

void ra_buf_puts(struct ra_buf *b, const char *s)
{
    ra_buf_add(b, s, strlen(s));
}

void ra_buf_putc(struct ra_buf *b, char c)
{
    ra_buf_add(b, &c, 1);
}

void ra_buf_span(struct ra_buf *b, struct ra_span s)
{
    ra_buf_add(b, s.p, s.n);
}

void ra_buf_printf(struct ra_buf *b, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (n < 0)
        ra_oom();
    vsnprintf(ra_buf_room(b, (size_t)n), (size_t)n + 1, fmt, again);
    va_end(again);
    b->n += (size_t)n;
}

void ra_buf_clear(struct ra_buf *b)
{
    if (b->p)
        memset(b->p, 0, b->cap);
    b->n = 0;
}

void ra_buf_free(struct ra_buf *b)
{
    free(b->p);
    *b = (struct ra_buf){0};
}

// A growing byte buffer on the heap. Everything that a host reads lands in one: it may hold a
// secret, and every free of this program wipes (secret.c). Out of memory ends the program.
#ifndef RA_BASE_BUF_H
#define RA_BASE_BUF_H

#include <stddef.h>

#include "base/compiler.h"
#include "base/span.h"

struct ra_buf {
    char *p; // NUL follows the last byte whenever p is set
    size_t n, cap;
};

void ra_buf_add(struct ra_buf *b, const void *bytes, size_t n);
void ra_buf_puts(struct ra_buf *b, const char *s);
void ra_buf_putc(struct ra_buf *b, char c);
void ra_buf_span(struct ra_buf *b, struct ra_span s);
void ra_buf_printf(struct ra_buf *b, const char *fmt, ...) RA_PRINTF(2, 3);
char *ra_buf_room(struct ra_buf *b, size_t n); // room for n more bytes after b->n; caller raises n
void ra_buf_clear(struct ra_buf *b);           // keeps the storage
void ra_buf_free(struct ra_buf *b);            // for RA_CLEANUP too
static inline struct ra_span ra_buf_view(const struct ra_buf *b)
{
    return (struct ra_span){b->p ? b->p : "", b->n};
}

#endif

#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

struct ra_arena_block {
    struct ra_arena_block *next;
    size_t used, size;
    alignas(max_align_t) unsigned char data[];
};

enum { BLOCK_BYTES = 64 * 1024 };

void *ra_alloc(struct ra_arena *a, size_t size_bytes)
{
    size_t align = alignof(max_align_t);
    if (size_bytes > SIZE_MAX / 2)
        ra_oom();
    size_t need = (size_bytes + align - 1) & ~(align - 1);
    struct ra_arena_block *b = a->head;
    if (!b || b->size - b->used < need) {
        size_t size = need > BLOCK_BYTES ? need : BLOCK_BYTES;
        struct ra_arena_block *fresh = calloc(1, sizeof *fresh + size);
        if (!fresh)
            ra_oom();
        fresh->size = size;
        fresh->next = b;
        a->head = b = fresh;
    }
    void *p = b->data + b->used;
    b->used += need;
    return p;
}

void *ra_alloc_array(struct ra_arena *a, size_t n, size_t size_bytes)
{
    size_t total;
    if (__builtin_mul_overflow(n, size_bytes, &total))
        ra_oom();
    return ra_alloc(a, total);
}

char *ra_strndup(struct ra_arena *a, struct ra_span s)
{
    char *copy = ra_alloc(a, s.n + 1);
    if (s.n)
        memcpy(copy, s.p, s.n);
    return copy;
}

char *ra_strdup(struct ra_arena *a, const char *s)
{
    return ra_strndup(a, ra_span_of(s));
}

char *ra_strfmt(struct ra_arena *a, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (n < 0)
        ra_oom();
    char *text = ra_alloc(a, (size_t)n + 1);
    vsnprintf(text, (size_t)n + 1, fmt, again);
    va_end(again);
    return text;
}

void *ra_grow(struct ra_arena *a, void *items, size_t n, size_t *cap, size_t size_bytes)
{
    if (n < *cap)
        return items;
    *cap = *cap ? *cap * 2 : 8;
    void *bigger = ra_alloc_array(a, *cap, size_bytes);
    if (n)
        memcpy(bigger, items, n * size_bytes);
    return bigger;
}

void ra_arena_free(struct ra_arena *a)
{
    while (a->head) {
        struct ra_arena_block *next = a->head->next;
        free(a->head);
        a->head = next;
    }
}

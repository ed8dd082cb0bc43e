// An arena: many small allocations, one end of life. Memory comes zeroed and is wiped when the
// arena ends (every free of this program wipes, see secret.c). Out of memory ends the program (ra_oom).
#ifndef RA_BASE_ARENA_H
#define RA_BASE_ARENA_H

#include <stddef.h>

#include "base/compiler.h"
#include "base/span.h"

struct ra_arena {
    struct ra_arena_block *head; // zero-initialise; NULL = empty
};

void *ra_alloc(struct ra_arena *a, size_t size_bytes); // zeroed, aligned for any type
#define ra_new(arena, type) ((type *)ra_alloc((arena), sizeof(type)))
#define ra_new_array(arena, type, n) ((type *)ra_alloc_array((arena), (n), sizeof(type)))
void *ra_alloc_array(struct ra_arena *a, size_t n, size_t size_bytes); // overflow ends as out of memory
char *ra_strdup(struct ra_arena *a, const char *s);
char *ra_strndup(struct ra_arena *a, struct ra_span s); // NUL-terminated copy
char *ra_strfmt(struct ra_arena *a, const char *fmt, ...) RA_PRINTF(2, 3);
// Grows an array kept in the arena: returns the (moved) array with room for n+1 items.
void *ra_grow(struct ra_arena *a, void *items, size_t n, size_t *cap, size_t size_bytes);
void ra_arena_free(struct ra_arena *a); // for RA_CLEANUP too

#endif

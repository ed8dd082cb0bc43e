// The one allocator of the program: glibc's, whose free wipes first. Parsers and libraries alike
// keep secrets in ordinary memory, so wiping belongs here and not in a hook for each library.
// Off under the sanitizers, which bring their own.
#ifndef RA_SANITIZED
#include <errno.h>
#include <malloc.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

void *malloc(size_t n)
{
    return __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
    return __libc_calloc(n, size);
}

void free(void *p)
{
    if (!p)
        return;
    explicit_bzero(p, malloc_usable_size(p));
    __libc_free(p);
}

void *realloc(void *p, size_t n)
{
    if (!p)
        return __libc_malloc(n);
    size_t old = malloc_usable_size(p);
    if (n && n <= old && n > old / 2)
        return p;
    void *fresh = __libc_malloc(n ? n : 1);
    if (!fresh)
        return NULL;
    memcpy(fresh, p, old < n ? old : n);
    free(p);
    return fresh;
}

void *reallocarray(void *p, size_t n, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(n, size, &total)) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(p, total);
}

void *memalign(size_t align, size_t n)
{
    return __libc_memalign(align, n);
}

void *aligned_alloc(size_t align, size_t n)
{
    return __libc_memalign(align, n);
}

int posix_memalign(void **ret, size_t align, size_t n)
{
    void *p = __libc_memalign(align, n);
    if (!p)
        return ENOMEM;
    *ret = p;
    return 0;
}
#else
typedef int ra_secret_allocator_is_off;
#endif

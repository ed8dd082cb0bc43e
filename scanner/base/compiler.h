// Compiler attributes, in one place, so that no other file names a compiler.
#ifndef RA_BASE_COMPILER_H
#define RA_BASE_COMPILER_H

#define RA_CLEANUP(fn) __attribute__((cleanup(fn)))
#define RA_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define RA_MUST_USE __attribute__((warn_unused_result))
#define RA_NORETURN __attribute__((noreturn))
#define RA_NOINLINE __attribute__((noinline))
#define RA_UNUSED __attribute__((unused))
#define RA_COUNT(array) (sizeof(array) / sizeof((array)[0]))
// Of a sorted array of n: `at`, a size_t, becomes the first index that is not below, n where all are. `below` tells of
// the item at `at`.
#define RA_SEARCH(at, n, below)                                                                              \
    do {                                                                                                     \
        size_t low_ = 0, high_ = (n);                                                                        \
        while (low_ < high_) {                                                                               \
            (at) = low_ + (high_ - low_) / 2;                                                                \
            if (below)                                                                                       \
                low_ = (at) + 1;                                                                             \
            else                                                                                             \
                high_ = (at);                                                                                \
        }                                                                                                    \
        (at) = low_;                                                                                         \
    } while (0)

#endif

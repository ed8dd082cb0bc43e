// The parsers as functions that take bytes, for the fuzzer and for the replay of its corpora.
#ifndef RA_TESTS_FUZZ_PARSERS_H
#define RA_TESTS_FUZZ_PARSERS_H

#include "base/arena.h"
#include "base/span.h"

struct fuzz_parser {
    const char *name;
    void (*run)(struct ra_arena *a, struct ra_span input);
};
extern const struct fuzz_parser fuzz_parsers[];
extern const size_t fuzz_parsers_n;
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#endif

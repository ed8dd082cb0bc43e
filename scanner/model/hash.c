// Multiply and fold, 16 bytes a round. The key is the kernel's gift to every process, so that not even
// a confined judge needs a system call for it. Source: getauxval(3), AT_RANDOM.
#include "model/hash.h"

#include <string.h>
#include <sys/auxv.h>

static uint64_t fold(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static const uint64_t *key(void)
{
    static uint64_t words[2];
    if (!words[0]) {
        unsigned long at = getauxval(AT_RANDOM);
        if (at)
            memcpy(words, (const void *)at, sizeof words);
        words[0] |= 1; // never zero: that would mean "not read yet"
        words[1] ^= 0x9E3779B97F4A7C15u;
    }
    return words;
}

uint64_t ra_hash(struct ra_span s)
{
    const uint64_t *k = key();
    uint64_t h = s.n;
    for (size_t i = 0; i < s.n; i += 16) {
        uint64_t block[2] = {0, 0};
        memcpy(block, s.p + i, s.n - i < 16 ? s.n - i : 16);
        h = fold(block[0] ^ k[0] ^ h, block[1] ^ k[1]);
    }
    return fold(h ^ k[1], k[0]);
}

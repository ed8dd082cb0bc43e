// Chooses remedies: a hitting set over the obstacles, by trying all sets in order of size, or greedily. Knows nothing
// of reaches or profiles.
#include "checks/cuts.h"

#include <stdbool.h>

struct field {
    const struct ra_obstacle *all;
    size_t n;
};

static bool falls(const struct ra_obstacle *o, unsigned chosen)
{
    for (size_t i = 0; i < o->n; i++) {
        bool whole = true;
        for (size_t m = 0; m < o->groups[i].n; m++)
            whole &= (o->groups[i].masks[m] & chosen) != 0;
        if (whole)
            return true;
    }
    return false;
}

static size_t standing(const struct field *k, unsigned chosen)
{
    size_t n = 0;
    for (size_t i = 0; i < k->n; i++)
        n += !falls(&k->all[i], chosen);
    return n;
}

static unsigned spread(unsigned index, const unsigned *bits, size_t n)
{
    unsigned set = 0;
    for (size_t i = 0; i < n; i++)
        set |= index >> i & 1 ? bits[i] : 0;
    return set;
}

static unsigned smallest(const struct field *k, const unsigned *bits, size_t n)
{
    for (size_t size = 0; size <= n; size++)
        for (unsigned index = 0; index < 1u << n; index++)
            if ((size_t)__builtin_popcount(index) == size && standing(k, spread(index, bits, n)) == 0)
                return spread(index, bits, n);
    return spread(~0u, bits, n);
}

// Takes the remedy that fells most; where none fells anything alone, the first that is still of use.
static unsigned greedy(const struct field *k, const unsigned *bits, size_t n)
{
    unsigned chosen = 0;
    for (size_t left = standing(k, 0); left > 0;) {
        unsigned best = 0;
        size_t fewest = left;
        for (size_t i = 0; i < n; i++) {
            size_t after = chosen & bits[i] ? left : standing(k, chosen | bits[i]);
            if (after < fewest)
                fewest = after, best = bits[i];
        }
        for (size_t i = 0; !best && i < n; i++)
            best = chosen & bits[i] ? 0 : bits[i];
        if (!best)
            break;
        chosen |= best;
        left = standing(k, chosen);
    }
    for (size_t i = n; i-- > 0;) // what the later ones made needless
        if (chosen & bits[i] && standing(k, chosen & ~bits[i]) == standing(k, chosen))
            chosen &= ~bits[i];
    return chosen;
}

unsigned ra_cut_choose(const struct ra_obstacle *all, size_t n_all, const unsigned *bits, size_t n)
{
    struct field k = {all, n_all};
    return n <= RA_EXACT_REMEDIES ? smallest(&k, bits, n) : greedy(&k, bits, n);
}

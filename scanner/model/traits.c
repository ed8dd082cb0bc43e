// Names of traits, from the table in inventory.h.
#include <string.h>

#include "base/compiler.h"
#include "model/inventory.h"

static const char *const names[] = {
#define X(n, s) s,
    RA_TRAITS(X)
#undef X
};
_Static_assert(RA_COUNT(names) == RA_TRAIT_COUNT, "one name a trait");
_Static_assert(RA_TRAIT_COUNT <= 32, "traits are a set in an unsigned");

const char *ra_trait_name(unsigned bit_index)
{
    return bit_index < RA_TRAIT_COUNT ? names[bit_index] : "invalid";
}

bool ra_trait_parse(const char *s, unsigned *ret_bit)
{
    for (unsigned i = 0; s && i < RA_TRAIT_COUNT; i++)
        if (strcmp(names[i], s) == 0) {
            *ret_bit = 1u << i;
            return true;
        }
    return false;
}

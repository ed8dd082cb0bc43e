// The providers of providers.def.
#include "base/compiler.h"
#include "providers/provider.h"

#define RA_PROVIDER(name, title, home) void ra_provide_##name(struct ra_provide *p);
#include "providers/providers.def"
#undef RA_PROVIDER
const struct ra_provider ra_providers[] = {
#define RA_PROVIDER(name, title, home) {#name, title, ra_provide_##name, home},
#include "providers/providers.def"
#undef RA_PROVIDER
};
const size_t ra_n_providers = RA_COUNT(ra_providers);

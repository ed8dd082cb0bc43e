// The table of places, compiled in.
#include "catalogue/places.h"

#include "base/compiler.h"

const struct ra_place ra_places[] = {
#define RA_PLACE(ref, pattern, class, cap, least, ceiling, title, reader, override)                             \
    {#ref, pattern, RA_PLACE_##class, RA_SEVERITY_##cap, RA_RADIUS_##least, RA_RADIUS_##ceiling, title,         \
     RA_READER_##reader, override},
#include "catalogue/places.def"
#undef RA_PLACE
};
const size_t ra_n_places = RA_COUNT(ra_places);

bool ra_place_holds_secrets(enum ra_place_class class)
{
    switch (class) {
#define X(n, secret)    \
    case RA_PLACE_##n:  \
        return secret;
        RA_PLACE_CLASSES(X)
#undef X
    }
    return false;
}

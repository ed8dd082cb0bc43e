// The tables of providers.h, filled from their .def files.
#include "providers/provider.h"

const struct ra_request_row ra_requests[RA_REQUEST_COUNT] = {
#define RA_REQUEST(id, provider, method, base, path, auth, with, body, effect) \
    {#id, provider, method, RA_BASE_##base, path, RA_AUTH_##auth, with, body, effect},
#include "providers/requests.def"
#undef RA_REQUEST
};

const struct ra_right_row ra_rights[RA_RIGHT_COUNT] = {
#define RA_GRANT(id, provider, right, least, ceiling, traits, title) \
    {provider, right, RA_RADIUS_##least, RA_RADIUS_##ceiling, traits, title},
#include "providers/grants.def"
#undef RA_GRANT
};

// Secrets inside a value that is none as a whole: members of a JSON, parts of a connection string, base64 around them.
#include "catalogue/recognise.h"
#include "collect/collect.h"

static void named(struct ra_collect *c, struct ra_span text, ra_wrapped_found *found, void *arg)
{
    struct ra_secret_fact fact;
    struct ra_span name;
    for (size_t at = 0; ra_recognise_embedded(text, at, &at, &name, &fact);)
        found(arg, fact.value, ra_strndup(c->arena, name));
}

void ra_wrapped_secrets(struct ra_collect *c, struct ra_span value, ra_wrapped_found *found, void *arg)
{
    struct ra_span plain = ra_recognise_unwrap(c->arena, value);
    struct ra_secret_fact fact;
    size_t at, n;
    named(c, value, found, arg);
    named(c, plain, found, arg);
    for (size_t from = 0; ra_recognise_next(plain, from, &at, &n, &fact); from = at + n)
        if (!fact.identifier)
            found(arg, fact.value, "");
}

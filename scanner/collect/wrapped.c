// Secrets inside a value that is none as a whole: members of a JSON, parts of a connection string, base64 around them.
#include <string.h>

#include "catalogue/recognise.h"
#include "collect/collect.h"
#include "parse/keys.h"

enum { LEAST_WRAPPED = 32 };

// The text that `value` is the base64 of; empty where it is of none.
static struct ra_span unwrap(struct ra_arena *a, struct ra_span value)
{
    const struct ra_span none = {"", 0};
    size_t n = 0;
    value = ra_span_trim(value);
    char *plain = value.n < LEAST_WRAPPED ? NULL : ra_base64_decode(a, value, &n);
    for (size_t i = 0; plain && i < n; i++)
        if ((unsigned char)plain[i] < ' ' && (!plain[i] || !strchr("\t\r\n", plain[i])))
            return none;
    return plain ? (struct ra_span){plain, n} : none;
}

static void named(struct ra_collect *c, struct ra_span text, ra_wrapped_found *found, void *arg)
{
    struct ra_secret_fact fact;
    struct ra_span name;
    for (size_t at = 0; ra_recognise_embedded(text, at, &at, &name, &fact);)
        found(arg, fact.value, ra_strndup(c->arena, name));
}

void ra_wrapped_secrets(struct ra_collect *c, struct ra_span value, ra_wrapped_found *found, void *arg)
{
    struct ra_span plain = unwrap(c->arena, value);
    struct ra_secret_fact fact;
    size_t at, n;
    named(c, value, found, arg);
    named(c, plain, found, arg);
    for (size_t from = 0; ra_recognise_next(plain, from, &at, &n, &fact); from = at + n)
        if (!fact.identifier)
            found(arg, fact.value, "");
}

// Names of the enumerations, from the tables in words.h.
#include "base/words.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "base/compiler.h"

#define X(n, s) s,
static const char *const states[] = {RA_STATES(X)};
static const char *const methods[] = {RA_METHODS(X)};
static const char *const severities[] = {RA_SEVERITIES(X)};
static const char *const radii[] = {RA_RADII(X)};
static const char *const certainties[] = {RA_CERTAINTIES(X)};
static const char *const whens[] = {RA_WHENS(X)};
static const char *const statuses[] = {RA_STATUSES(X)};
static const char *const runs[] = {RA_RUNS(X)};
static const char *const verdicts[] = {RA_VERDICTS(X)};
#undef X
static const char *const accesses[RA_ACCESS_BITS] = {"read", "write", "execute", "connect", "sign", "resolve", "send"};

static int find(const char *const *names, size_t n, const char *s)
{
    for (size_t i = 0; s && i < n; i++)
        if (strcmp(names[i], s) == 0)
            return (int)i;
    return -1;
}

#define WORD(type, fn, table)                                      \
    const char *ra_##fn##_name(type v)                             \
    {                                                              \
        return (size_t)v < RA_COUNT(table) ? table[v] : "invalid"; \
    }                                                              \
    bool ra_##fn##_parse(const char *s, type *ret)                 \
    {                                                              \
        int i = find(table, RA_COUNT(table), s);                   \
        if (i < 0)                                                 \
            return false;                                          \
        *ret = (type)i;                                            \
        return true;                                               \
    }
WORD(enum ra_state, state, states)
WORD(enum ra_method, method, methods)
WORD(enum ra_severity, severity, severities)
WORD(enum ra_radius, radius, radii)
WORD(enum ra_certainty, certainty, certainties)
WORD(enum ra_when, when, whens)
WORD(enum ra_status, status, statuses)
WORD(enum ra_run, run, runs)
WORD(enum ra_judgement, verdict, verdicts)

const char *ra_access_name(unsigned bit_index)
{
    return bit_index < RA_ACCESS_BITS ? accesses[bit_index] : "invalid";
}

bool ra_access_parse(const char *s, unsigned *ret_bit)
{
    int i = find(accesses, RA_ACCESS_BITS, s);
    if (i < 0)
        return false;
    *ret_bit = 1u << i;
    return true;
}

const char *ra_errno_name(int err)
{
    const char *name = err ? strerrorname_np(err) : "ok";
    return name ? name : "unknown errno";
}

int ra_errno_parse(const char *name)
{
    if (strcmp(name, "ok") == 0)
        return 0;
    for (int e = 1; e < 200; e++) {
        const char *n = strerrorname_np(e);
        if (n && strcmp(n, name) == 0)
            return e;
    }
    return -1;
}

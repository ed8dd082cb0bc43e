// When is a host asked no more? It said so (429, a secondary limit, a quota that is nearly used up by the user's own
// work), or it knew too few of our credentials. Sources: RFC 6585 section 4; RFC 9110 section 10.2.3; GitHub REST API,
// "Rate limits" and "Best practices": after failed logins a host may refuse every login for a while.
#include <errno.h>
#include <string.h>

#include "base/limits.h"
#include "providers/ask.h"

struct ra_ask_host *ra_ask_host(struct ra_ask_world *w, const struct ra_url *url)
{
    const char *name = ra_strfmt(w->arena, "%s:%u", url->host, url->port);
    for (size_t i = 0; i < w->n_hosts; i++)
        if (strcmp(w->hosts[i].name, name) == 0)
            return &w->hosts[i];
    w->hosts = ra_grow(w->arena, w->hosts, w->n_hosts, &w->cap_hosts, sizeof *w->hosts);
    w->hosts[w->n_hosts] = (struct ra_ask_host){.name = name};
    return &w->hosts[w->n_hosts++];
}

void ra_ask_count_dead(struct ra_asking *asking, const struct ra_url *url)
{
    if (!asking->counted)
        ra_ask_host(asking->world, url)->dead++;
    asking->counted = true;
}

static bool number(struct ra_arena *a, const struct ra_answer *answer, const char *name, uint64_t *ret)
{
    const char *text = ra_answer_header(a, answer, name);
    return text && ra_span_u64(ra_span_of(text), 10, ret);
}

static bool refused_for_now(struct ra_arena *a, const struct ra_answer *answer)
{
    uint64_t left;
    if (answer->status == 429)
        return true;
    if (answer->status != 403 && answer->status != 503)
        return false;
    return ra_answer_header(a, answer, "retry-after") ||
           (number(a, answer, "x-ratelimit-remaining", &left) && left == 0) ||
           ra_span_find_nocase(answer->body, "secondary rate limit") >= 0;
}

unsigned ra_ask_limits(struct ra_ask_world *w, struct ra_ask_host *host, struct ra_arena *a, struct ra_answer *answer)
{
    uint64_t left, all, wait_s;
    if (!refused_for_now(a, answer)) {
        if (number(a, answer, "x-ratelimit-remaining", &left) && number(a, answer, "x-ratelimit-limit", &all) &&
            left < all / 10)
            host->limit = "less than a tenth of the service's quota is left, which the user's own work needs";
        return 0;
    }
    if (number(a, answer, "retry-after", &wait_s) && wait_s <= RA_ASK_MAX_WAIT_S && w->waits == 0) {
        w->waits++;
        return wait_s ? (unsigned)wait_s : 1;
    }
    host->limit = "the service's rate limit is reached";
    answer->err = EDQUOT;
    answer->why = host->limit;
    return 0;
}

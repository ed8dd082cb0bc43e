// Names reaches for people and fills the templates of the tables. It adds no fact and escapes nothing: reports do.
#include "checks/sentence.h"

#include <string.h>

static const char *place_of(const struct ra_reach *r)
{
    return r->locator && r->locator[0] ? r->locator : r->id;
}

const char *ra_reach_words(struct ra_arena *a, const struct ra_reach *r)
{
    const char *at = place_of(r);
    switch (r->kind) {
    case RA_KIND_ENV: return ra_strfmt(a, "the variable %s", at);
    case RA_KIND_TOKEN:
    case RA_KIND_KEY:
    case RA_KIND_PASSWORD:
        return r->title ? ra_strfmt(a, "%s (%s)", r->title, r->id) : r->id;
    case RA_KIND_UNKNOWN: return ra_strfmt(a, "something not seen (%s)", r->id + strlen("unknown:"));
    case RA_KIND_PROCESS: return ra_strfmt(a, "%s", strncmp(at, "process:", 8) == 0 ? at : r->id);
    case RA_KIND_CAPABILITY: return ra_strfmt(a, "the capability %s", at);
    case RA_KIND_BOX: return at[0] == '/' ? at : ra_strfmt(a, "the hole %s", at);
    case RA_KIND_EGRESS: return ra_strfmt(a, "the way out %s", r->id + strlen("egress:"));
    case RA_KIND_WORKTREE: return r->title ? ra_strfmt(a, "%s (%s)", r->title, r->id) : r->id;
    case RA_KIND_AGENT: return r->id + strlen("agent:");
    case RA_KIND_FD: return ra_strfmt(a, "the inherited descriptor %s", r->id + strlen("fd:"));
    case RA_KIND_FILE:
    case RA_KIND_GRANT:
    case RA_KIND_SOCKET:
    case RA_KIND_SERVICE:
    case RA_KIND_MOUNT:
    case RA_KIND_DEVICE:
    case RA_KIND_PROGRAM:
    case RA_KIND_COUNT: break;
    }
    return at;
}

static const char *named(struct ra_arena *a, const struct ra_inventory *inv, size_t i)
{
    return i == RA_NO_INDEX ? "it" : ra_reach_words(a, inv->reaches[i]);
}

const char *ra_fact_words(struct ra_arena *a, const struct ra_inventory *inv, const struct ra_fact *f,
                          const char *template)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf out = {0};
    while (*template) {
        size_t n = strcspn(template, "{");
        ra_buf_add(&out, template, n);
        template += n;
        if (*template == '{') {
            const char *end = strchr(template, '}');
            size_t of = template[1] == 's' ? f->secret : template[1] == 'w' ? f->way : f->reach;
            if (!end)
                break;
            ra_buf_puts(&out, named(a, inv, of));
            template = end + 1;
        }
    }
    return ra_strndup(a, ra_buf_view(&out));
}

const char *ra_worst_words(struct ra_arena *a, const struct ra_inventory *inv, const struct ra_fact *f)
{
    if (!f)
        return "the worst iteration could reach nothing that anybody would have to clean up";
    return ra_strfmt(a, "the worst iteration could %s", ra_fact_words(a, inv, f, ra_rule_row(f->rule)->worst));
}

const char *ra_list_words(struct ra_arena *a, const struct ra_inventory *inv, const size_t *reaches, size_t n)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf out = {0};
    size_t shown = n > 3 ? 3 : n;
    for (size_t i = 0; i < shown; i++) {
        if (i)
            ra_buf_puts(&out, i + 1 == n ? " and " : ", ");
        ra_buf_puts(&out, ra_reach_words(a, inv->reaches[reaches[i]]));
    }
    if (n > shown)
        ra_buf_printf(&out, " and %zu more", n - shown);
    return ra_strndup(a, ra_buf_view(&out));
}

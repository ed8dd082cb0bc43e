// Cursor and its command line: what its permission file denies, and the sandbox it describes. What runs unasked in the
// editor itself is kept in its own database and not looked at. Source: the vendor's permission and sandbox references.
#include <string.h>

#include "collect/agent_internal.h"

void ra_agent_read_cursor(const struct ra_agent_file *f)
{
    struct ra_arena *a = f->c->arena;
    const struct ra_json *rules = ra_json_at(f->doc, "permissions.deny");
    ra_agent_secrets(f, f->doc, "");
    for (const struct ra_json *v = rules && rules->type == RA_JSON_ARRAY ? rules->child : NULL; v; v = v->next) {
        struct ra_span text = ra_json_text(v);
        ptrdiff_t open = ra_span_chr(text, '(');
        char *key = ra_strfmt(a, "permissions.deny[%s]", ra_scrub_span(a, text));
        if (open <= 0 || !ra_span_ends(text, ")"))
            continue;
        struct ra_span tool = ra_span_cut(text, 0, (size_t)open);
        const char *spec = ra_scrub_span(a, ra_span_cut(text, (size_t)open + 1, text.n - (size_t)open - 2));
        if (ra_span_is(tool, "Read") || ra_span_is(tool, "Write"))
            ra_agent_claim(f, ra_span_is(tool, "Read") ? RA_CLAIM_READ : RA_CLAIM_EDIT, key, v, spec, false);
        else if (ra_span_is(tool, "WebFetch"))
            ra_agent_claim(f, RA_CLAIM_NETWORK, key, v, "fetching pages", false);
    }
}

void ra_agent_read_cursor_sandbox(const struct ra_agent_file *f)
{
    const struct ra_json *type = ra_json_get(f->doc, "type"), *net = ra_json_at(f->doc, "networkPolicy.default");
    ra_agent_secrets(f, f->doc, "");
    if (ra_span_is(ra_json_text(type), "insecure_none"))
        ra_agent_setting(f, "type", type, "CU-413", RA_TRAIT_RUNS_OUTSIDE, "commands run without a sandbox");
    else if (ra_span_starts(ra_json_text(type), "workspace_"))
        ra_agent_claim(f, RA_CLAIM_SANDBOX, "type", type, NULL, false);
    if (ra_span_is(ra_json_text(net), "deny"))
        ra_agent_claim(f, RA_CLAIM_NETWORK, "networkPolicy.default", net, "every host but the listed ones", true);
}

// What a snapshot and a report write alike: each is written in one place, so that they cannot drift apart.
#include "model/write.h"

void ra_write_optional(struct ra_json_out *w, const char *key, const char *value)
{
    if (value)
        ra_json_kstr(w, key, value);
}

void ra_write_texts(struct ra_json_out *w, const char *key, const char *const *items, size_t n)
{
    ra_json_key(w, key);
    ra_json_open(w, '[');
    for (size_t i = 0; i < n; i++)
        ra_json_str(w, items[i]);
    ra_json_close(w, ']');
}

void ra_write_set(struct ra_json_out *w, const char *key, unsigned bits, unsigned n, const char *(*name)(unsigned bit))
{
    ra_json_key(w, key);
    ra_json_open(w, '[');
    for (unsigned i = 0; i < n; i++)
        if (bits >> i & 1)
            ra_json_str(w, name(i));
    ra_json_close(w, ']');
}

void ra_write_count(struct ra_json_out *w, const char *key, uint64_t n)
{
    ra_json_kint(w, key, n < (uint64_t)RA_EXACT_NUMBER ? (int64_t)n : RA_EXACT_NUMBER);
}

void ra_write_asked(struct ra_json_out *w, const struct ra_asked *a)
{
    ra_json_key(w, "asked");
    ra_json_open(w, '{');
    ra_write_texts(w, "online", a->online, a->n_online);
    ra_write_texts(w, "hosts", a->hosts, a->n_hosts);
    ra_write_texts(w, "only", a->only, a->n_only);
    ra_write_texts(w, "skip", a->skip, a->n_skip);
    ra_json_kbool(w, "connect", a->connect);
    ra_json_close(w, '}');
}

void ra_write_details(struct ra_json_out *w, const struct ra_reach *r)
{
    ra_json_key(w, "details");
    ra_json_open(w, '{');
    for (size_t i = 0; i < r->n_details; i++) {
        const struct ra_detail *d = &r->details[i];
        switch (d->type) {
        case RA_DETAIL_TEXT: ra_json_kstr(w, d->key, d->text); break;
        case RA_DETAIL_NUMBER: ra_json_kint(w, d->key, d->number); break;
        case RA_DETAIL_FLAG: ra_json_kbool(w, d->key, d->number != 0); break;
        }
    }
    ra_json_close(w, '}');
}

static void one_evidence(struct ra_json_out *w, const struct ra_evidence *e)
{
    ra_json_open(w, '{');
    ra_json_kstr(w, "collector", e->collector);
    ra_json_kstr(w, "method", ra_method_name(e->method));
    ra_json_kstr(w, "outcome", ra_errno_name(e->outcome));
    ra_json_key(w, "source");
    ra_json_open(w, '{');
    ra_write_optional(w, "path", e->source.path);
    if (e->source.line)
        ra_json_kint(w, "line", e->source.line);
    if (e->source.column)
        ra_json_kint(w, "column", e->source.column);
    ra_write_optional(w, "call", e->source.call);
    ra_json_close(w, '}');
    ra_json_close(w, '}');
}

void ra_write_evidence(struct ra_json_out *w, const struct ra_reach *r)
{
    ra_json_key(w, "evidence");
    ra_json_open(w, '[');
    for (size_t i = 0; i < r->n_evidence; i++)
        one_evidence(w, &r->evidence[i]);
    ra_json_close(w, ']');
}

void ra_write_tool(struct ra_json_out *w, const struct ra_inventory *inv)
{
    ra_json_key(w, "tool");
    ra_json_open(w, '{');
    ra_json_kstr(w, "name", "reachaudit");
    ra_write_optional(w, "version", inv->tool_version);
    ra_json_close(w, '}');
}

// The same finding has the same fingerprint in the next run and on the next machine: SHA-256 over the check and the
// places it is about. A secret that was renewed and a line that moved change nothing, so digests of secrets and numbers
// of lines take no part; findings that are alike then are counted.
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "reports/sarif.h"

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

// Digests (12 hex digits between ':' or '/') and "#L12" become '*'.
static void steady(struct ra_buf *out, const char *id)
{
    for (const char *p = id; *p;) {
        size_t hex = 0, line = 0;
        while (is_hex(p[hex]))
            hex++;
        bool starts = p > id && (p[-1] == ':' || p[-1] == '/');
        if (strncmp(p, "#L", 2) == 0)
            line = strspn(p + 2, "0123456789");
        if (starts && hex == RA_DIGEST_HEX && (!p[hex] || p[hex] == '/')) {
            ra_buf_putc(out, '*');
            p += hex;
        } else if (line && !p[2 + line]) {
            ra_buf_puts(out, "#L*");
            break;
        } else
            ra_buf_putc(out, *p++);
    }
}

static bool is_place(const struct ra_sarif *s, const char *id)
{
    const struct ra_reach *r = ra_by_id_find(&s->reaches, id);
    return r && !ra_kind_is_secret(r->kind);
}

static void hash(const struct ra_sarif *s, const struct ra_finding *f, char ret[65])
{
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    bool any_place = false;
    for (size_t i = 0; i < f->n_reaches; i++)
        any_place |= is_place(s, f->reaches[i]);
    ra_buf_puts(&b, f->check);
    for (size_t i = 0; i < f->n_reaches; i++) {
        if (any_place && !is_place(s, f->reaches[i]))
            continue;
        ra_buf_putc(&b, '\n'); // no id holds one
        steady(&b, f->reaches[i]);
    }
    if (f->n_reaches == 0) // about the profile: its words are all there is
        ra_buf_printf(&b, "\n%s", f->message ? f->message : "");
    ra_sha256_hex(ra_buf_view(&b), ret);
}

struct mark {
    char hex[65];
    size_t at;
};

static int by_hash(const void *a, const void *b)
{
    const struct mark *x = a, *y = b;
    int c = strcmp(x->hex, y->hex);
    return c ? c : x->at < y->at ? -1 : x->at > y->at;
}

void ra_sarif_fingerprints(struct ra_sarif *s)
{
    size_t n = s->v->n_findings, again = 0;
    struct mark *marks = ra_new_array(s->arena, struct mark, n + 1);
    for (size_t i = 0; i < n; i++) {
        hash(s, &s->v->findings[i], marks[i].hex);
        marks[i].at = i;
    }
    if (n > 1)
        qsort(marks, n, sizeof(*marks), by_hash);
    s->fingerprints = ra_new_array(s->arena, const char *, n + 1);
    for (size_t i = 0; i < n; i++) {
        again = i && strcmp(marks[i].hex, marks[i - 1].hex) == 0 ? again + 1 : 1;
        s->fingerprints[marks[i].at] = ra_strfmt(s->arena, "%s:%zu", marks[i].hex, again);
    }
}

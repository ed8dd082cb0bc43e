// Answers kept as files, so that a verdict can be looked at again without the service: one file a request, its name
// made of the row, the credential's number and a digest of what was asked. Before an answer is kept the scrubber takes
// out what is known or looks like a secret, and the fields that a service uses to hand one out.
#include <errno.h>
#include <string.h>

#include "base/digest.h"
#include "model/scrub.h"
#include "providers/ask.h"

static char *file_name(struct ra_arena *a, unsigned ordinal, enum ra_request request, const char *url, struct ra_span body)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    char sum[65];
    ra_buf_printf(&text, "%s %s\n", ra_requests[request].method, url);
    ra_buf_span(&text, body);
    ra_sha256_hex(ra_buf_view(&text), sum);
    return ra_strfmt(a, "%02u-%s-%.16s.http", ordinal, ra_requests[request].name, sum);
}

// ---- taking secrets out -----------------------------------------------------------------------------

static bool hands_out(struct ra_span key)
{
    static const char *const ends[] = {"token", "secret", "password", "private_key", "credentials", "signature"};
    char lower[64];
    if (key.n >= sizeof lower)
        return true;
    for (size_t i = 0; i < key.n; i++)
        lower[i] = (char)(key.p[i] >= 'A' && key.p[i] <= 'Z' ? key.p[i] | 0x20 : key.p[i]);
    for (size_t i = 0; i < RA_COUNT(ends); i++)
        if (ra_span_ends((struct ra_span){lower, key.n}, ends[i]))
            return true;
    return false;
}

// The end of the string that begins after the quote at `at`.
static size_t string_end(struct ra_span s, size_t at)
{
    for (at++; at < s.n && s.p[at] != '"'; at++)
        at += s.p[at] == '\\' && at + 1 < s.n;
    return at < s.n ? at : s.n;
}

static size_t skip_blanks(struct ra_span s, size_t at)
{
    while (at < s.n && strchr(" \t\r\n", s.p[at]) && s.p[at])
        at++;
    return at;
}

// Copies JSON (or anything), with "x_token": "..." emptied.
static void put_body(struct ra_buf *to, struct ra_span s)
{
    for (size_t i = 0; i < s.n;) {
        if (s.p[i] != '"') {
            ra_buf_putc(to, s.p[i++]);
            continue;
        }
        size_t end = string_end(s, i);
        struct ra_span key = ra_span_cut(s, i + 1, end - i - 1);
        size_t colon = skip_blanks(s, end + 1), value = skip_blanks(s, colon + 1);
        ra_buf_span(to, ra_span_cut(s, i, end + 1 - i));
        i = end + 1;
        if (colon < s.n && s.p[colon] == ':' && value < s.n && s.p[value] == '"' && hands_out(key)) {
            ra_buf_puts(to, ":\"\"");
            i = string_end(s, value) + 1;
        }
    }
}

static void put_headers(struct ra_buf *to, struct ra_span headers)
{
    struct ra_span line;
    while (ra_span_line(&headers, &line))
        if (line.n && !ra_span_starts_nocase(line, "set-cookie") && !ra_span_starts_nocase(line, "authorization") &&
            !ra_span_starts_nocase(line, "http/")) {
            ra_buf_span(to, line);
            ra_buf_putc(to, '\n');
        }
}

void ra_ask_record(const struct ra_asking *asking, enum ra_request request, const char *url, struct ra_span body,
                   const struct ra_answer *answer)
{
    const struct ra_ask_world *w = asking->world;
    if (!w->record)
        return;
    struct ra_arena a RA_CLEANUP(ra_arena_free) = {0};
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    ra_buf_printf(&text, "%s %u %s\n", answer->err ? ra_errno_name(answer->err) : "ok", answer->status,
                  answer->why ? answer->why : "");
    put_headers(&text, answer->headers);
    ra_buf_putc(&text, '\n');
    put_body(&text, answer->body);
    w->record(w->record_arg, file_name(&a, asking->ordinal, request, url, body),
              ra_span_of(ra_scrub_span(&a, ra_buf_view(&text))));
}

// ---- reading them again -----------------------------------------------------------------------------

static bool first_line(struct ra_arena *a, struct ra_span line, struct ra_answer *ret)
{
    struct ra_span word, status;
    uint64_t n;
    if (!ra_span_until(&line, ' ', &word) || !ra_span_until(&line, ' ', &status) || !ra_span_u64(status, 10, &n) ||
        n > 999)
        return false;
    ret->err = ra_errno_parse(ra_strndup(a, word));
    ret->status = (unsigned)n;
    ret->why = ret->err ? ra_strndup(a, line) : NULL;
    return ret->err >= 0;
}

bool ra_ask_replayed(const struct ra_asking *asking, struct ra_arena *a, enum ra_request request, const char *url,
                     struct ra_span body, struct ra_answer *ret)
{
    const struct ra_ask_world *w = asking->world;
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    if (!w->replay(w->replay_arg, file_name(a, asking->ordinal, request, url, body), &text))
        return false;
    struct ra_span all = {ra_strndup(a, ra_buf_view(&text)), text.n}, line;
    if (!ra_span_line(&all, &line) || !first_line(a, line, ret))
        return false;
    const char *start = all.p;
    while (ra_span_line(&all, &line) && line.n)
        ;
    ret->headers = (struct ra_span){start, (size_t)(line.p - start)};
    ret->body = all.p ? all : (struct ra_span){"", 0};
    return true;
}

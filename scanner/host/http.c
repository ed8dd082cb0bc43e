// Batches of requests over libcurl's multi interface, and what comes back. See http.h for what is promised;
// http_settings.c says what one request may do, http_why.c in words what went wrong. Source: RFC 9110.
#include "host/http.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/io.h"
#include "base/limits.h"
#include "host/http_call.h"
#include "host/http_why.h"

enum { POLL_MS = 200 };

struct ra_http {
    CURLM *multi;
};

struct ra_http *ra_http_open(void)
{
    static bool started;
    if (!started && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return NULL;
    started = true;
    struct ra_http *h = calloc(1, sizeof *h);
    if (!h)
        ra_oom();
    h->multi = curl_multi_init();
    if (!h->multi) {
        free(h);
        return NULL;
    }
    curl_multi_setopt(h->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)RA_HTTP_CONCURRENT);
    curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, (long)RA_HTTP_CONCURRENT);
    curl_multi_setopt(h->multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
    return h;
}

// ---- what comes back ------------------------------------------------------------------------------

static size_t on_header(char *p, size_t size, size_t n, void *arg)
{
    struct ra_http_call *c = arg;
    struct ra_buf *to = &c->answer->headers;
    n *= size;
    if (n >= 5 && memcmp(p, "HTTP/", 5) == 0) // of the last answer only, not of an interim one
        ra_buf_clear(to);
    if (to->n + n > RA_HTTP_MAX_HEADER_BYTES) {
        c->refused = EMSGSIZE;
        return 0;
    }
    ra_buf_add(to, p, n);
    return n;
}

static size_t on_body(char *p, size_t size, size_t n, void *arg)
{
    struct ra_http_call *c = arg;
    struct ra_buf *to = &c->answer->body;
    n *= size;
    if (to->n + n > RA_HTTP_MAX_BODY_BYTES) {
        c->refused = EMSGSIZE;
        return 0;
    }
    ra_buf_add(to, p, n);
    if (c->request->enough && c->request->enough(ra_buf_view(to))) {
        c->enough = true;
        return 0;
    }
    return n;
}

// ---- one request ----------------------------------------------------------------------------------

static void set_listeners(struct ra_http_call *c)
{
    curl_easy_setopt(c->easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(c->easy, CURLOPT_WRITEDATA, c);
    curl_easy_setopt(c->easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(c->easy, CURLOPT_HEADERDATA, c);
    curl_easy_setopt(c->easy, CURLOPT_PRIVATE, c);
}

static void refuse(struct ra_http_call *c, int err)
{
    c->answer->err = err;
    c->answer->why = ra_http_why_errno(err);
}

static void forget(CURLM *multi, struct ra_http_call *c)
{
    if (c->easy) {
        curl_multi_remove_handle(multi, c->easy);
        curl_easy_cleanup(c->easy);
    }
    curl_slist_free_all(c->headers);
    c->easy = NULL;
    c->headers = NULL;
}

static bool begin(CURLM *multi, struct ra_http_call *c)
{
    c->easy = curl_easy_init();
    int err = c->easy ? ra_http_settings(c) : ENOMEM;
    if (!err)
        set_listeners(c);
    if (!err && curl_multi_add_handle(multi, c->easy) == CURLM_OK)
        return true;
    refuse(c, err ? err : EIO);
    forget(NULL, c);
    return false;
}

static void end(CURLM *multi, struct ra_http_call *c, CURLcode code)
{
    struct ra_http_answer *a = c->answer;
    long status = 0;
    curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
    a->status = status > 0 && status < 1000 ? (unsigned)status : 0;
    if (c->refused)
        refuse(c, c->refused);
    else if (code != CURLE_OK && !c->enough) {
        a->err = ra_http_why(c->easy, code, &a->why);
        // A box may have no store of authorities at all: then nobody vouches either.
        a->untrusted = code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE;
    } else if (!a->status)
        refuse(c, ECONNRESET);
    forget(multi, c);
}

static size_t collect(CURLM *multi)
{
    size_t n = 0;
    int left;
    for (CURLMsg *m; (m = curl_multi_info_read(multi, &left));) {
        struct ra_http_call *c = NULL;
        CURLcode code = m->data.result;
        if (m->msg != CURLMSG_DONE || curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &c) != CURLE_OK || !c)
            continue;
        end(multi, c, code);
        n++;
    }
    return n;
}

void ra_http_run(struct ra_http *h, const struct ra_http_request *requests, size_t n, int64_t until_ms,
                 struct ra_http_answer *ret)
{
    struct ra_arena a RA_CLEANUP(ra_arena_free) = {0};
    struct ra_http_call *calls = ra_new_array(&a, struct ra_http_call, n ? n : 1);
    size_t next = 0, under_way = 0;
    for (;;) {
        while (next < n && under_way < RA_HTTP_CONCURRENT) {
            calls[next] = (struct ra_http_call){.request = &requests[next], .answer = &ret[next]};
            under_way += begin(h->multi, &calls[next++]);
        }
        if (!under_way || ra_now_ms() >= until_ms)
            break;
        int running;
        if (curl_multi_perform(h->multi, &running) != CURLM_OK)
            break;
        size_t done = collect(h->multi);
        under_way -= done;
        if (!done)
            curl_multi_poll(h->multi, NULL, 0, POLL_MS, NULL);
    }
    for (size_t i = 0; i < n; i++)
        if (i >= next || calls[i].easy) {
            calls[i].request = &requests[i];
            calls[i].answer = &ret[i];
            refuse(&calls[i], EDQUOT);
            forget(h->multi, &calls[i]);
        }
}

void ra_http_answer_free(struct ra_http_answer *answer)
{
    ra_buf_free(&answer->headers);
    ra_buf_free(&answer->body);
}

// The library's functions and the ciphers leave copies on the stack below whoever called them.
RA_NOINLINE static void wipe_stack(void)
{
    char below[256 * 1024];
    explicit_bzero(below, sizeof below);
}

void ra_http_close(struct ra_http *h)
{
    if (!h)
        return;
    curl_multi_cleanup(h->multi);
    free(h);
    wipe_stack();
}

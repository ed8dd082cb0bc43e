// Batches of requests over libcurl's multi interface. See http.h for what is promised; http_why.c says in words what
// went wrong. Sources: libcurl's CURLOPT_* pages; RFC 9110; RFC 6761 section 6.3 (localhost).
#include "host/http.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/io.h"
#include "base/limits.h"
#include "host/http_why.h"

enum { POLL_MS = 200 };

struct ra_http {
    CURLM *multi;
};

struct call {
    const struct ra_http_request *request;
    struct ra_http_answer *answer;
    CURL *easy;
    struct curl_slist *headers;
    bool plain;   // http: this machine only
    bool enough;  // we stopped it
    int refused;  // errno of ours
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
    struct call *c = arg;
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
    struct call *c = arg;
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

// ---- where it may go ------------------------------------------------------------------------------

static bool loopback(const struct sockaddr *a)
{
    if (a->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, a, sizeof in);
        return ntohl(in.sin_addr.s_addr) >> 24 == 127;
    }
    if (a->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, a, sizeof in6);
        return IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr);
    }
    return false;
}

// 169.254.0.0/16, and the addresses outside it of Alibaba, and of Amazon over IPv6: clouds answer there themselves.
static bool metadata(const struct sockaddr *a)
{
    static const unsigned char amazon[16] = {0xfd, 0x00, 0x0e, 0xc2, [14] = 0x02, [15] = 0x54};
    if (a->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, a, sizeof in);
        uint32_t address = ntohl(in.sin_addr.s_addr);
        return address >> 16 == 0xa9fe || address == 0x646464c8;
    }
    struct sockaddr_in6 in6;
    memcpy(&in6, a, sizeof in6);
    return a->sa_family == AF_INET6 && memcmp(&in6.sin6_addr, amazon, sizeof amazon) == 0;
}

static curl_socket_t on_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct call *c = arg;
    (void)purpose;
    if (c->plain && !loopback(&address->addr) && !(c->request->link_local && metadata(&address->addr))) {
        c->refused = EPROTONOSUPPORT;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// ---- one request ----------------------------------------------------------------------------------

static bool safe_header(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            return false;
    return true;
}

static int add_headers(struct call *c)
{
    static const char *const never[] = {"Expect:", "Accept-Encoding:", ("User-Agent: reachaudit/" RA_VERSION)};
    for (size_t i = 0; i < RA_COUNT(never); i++)
        c->headers = curl_slist_append(c->headers, never[i]);
    for (const char *const *h = c->request->headers; h && *h; h++) {
        if (!safe_header(*h))
            return EINVAL;
        c->headers = curl_slist_append(c->headers, *h);
    }
    return c->headers ? 0 : ENOMEM;
}

// The library must not copy: what it borrows is wiped by whoever lent it.
static void set_blob(CURL *e, CURLoption option, struct ra_span pem)
{
    struct curl_blob blob = {.data = (void *)(uintptr_t)pem.p, .len = pem.n, .flags = CURL_BLOB_NOCOPY};
    if (pem.n)
        curl_easy_setopt(e, option, &blob);
}

static void set_limits(CURL *e)
{
    curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L); // never waits for a resolver that does not answer
    curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)RA_HTTP_CONNECT_MS);
    curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)RA_HTTP_TIMEOUT_MS);
    curl_easy_setopt(e, CURLOPT_LOW_SPEED_LIMIT, (long)RA_HTTP_SLOW_BYTES_PER_S);
    curl_easy_setopt(e, CURLOPT_LOW_SPEED_TIME, (long)RA_HTTP_SLOW_S);
    curl_easy_setopt(e, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)RA_HTTP_MAX_BODY_BYTES);
    curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(e, CURLOPT_MAXREDIRS, 0L);
    curl_easy_setopt(e, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(e, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(e, CURLOPT_COOKIEFILE, NULL);
    curl_easy_setopt(e, CURLOPT_HTTP_CONTENT_DECODING, 0L); // a bomb of compressed bytes stays compressed
    curl_easy_setopt(e, CURLOPT_HTTP09_ALLOWED, 0L);
    curl_easy_setopt(e, CURLOPT_UNRESTRICTED_AUTH, 0L);
    curl_easy_setopt(e, CURLOPT_HTTPAUTH, (long)CURLAUTH_NONE);
    curl_easy_setopt(e, CURLOPT_HSTS_CTRL, 0L);
    curl_easy_setopt(e, CURLOPT_ALTSVC_CTRL, 0L);
}

static void set_trust(CURL *e, const struct ra_http_request *r)
{
    curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(e, CURLOPT_PROXY_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(e, CURLOPT_PROXY_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(e, CURLOPT_SSL_SESSIONID_CACHE, 0L);
    set_blob(e, CURLOPT_CAINFO_BLOB, r->ca);
    if (!r->only_ca)
        set_blob(e, CURLOPT_PROXY_CAINFO_BLOB, r->ca);
    if (r->only_ca)
        curl_easy_setopt(e, CURLOPT_CAPATH, NULL);
    set_blob(e, CURLOPT_SSLCERT_BLOB, r->certificate);
    set_blob(e, CURLOPT_SSLKEY_BLOB, r->key);
}

static void set_way(CURL *e, struct call *c)
{
    c->plain = strncasecmp(c->request->url, "http:", 5) == 0;
    curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, c->plain ? "http" : "https");
    curl_easy_setopt(e, CURLOPT_REDIR_PROTOCOLS_STR, "https");
    curl_easy_setopt(e, CURLOPT_PROXY, !c->plain && c->request->proxy ? c->request->proxy : "");
    curl_easy_setopt(e, CURLOPT_NOPROXY, ""); // who calls has decided
    curl_easy_setopt(e, CURLOPT_PROXYAUTH, (long)CURLAUTH_BASIC);
    curl_easy_setopt(e, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(e, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE); // the proxy sees none of our headers
    curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, on_socket);
    curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, c);
}

static int set_question(CURL *e, struct call *c)
{
    const struct ra_http_request *r = c->request;
    if (strcmp(r->method, "HEAD") == 0) {
        curl_easy_setopt(e, CURLOPT_NOBODY, 1L);
    } else if (strcmp(r->method, "POST") == 0) {
        curl_easy_setopt(e, CURLOPT_POST, 1L);
        curl_easy_setopt(e, CURLOPT_POSTFIELDS, r->body.p); // borrowed
        curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body.n);
    } else if (strcmp(r->method, "GET") == 0) {
        curl_easy_setopt(e, CURLOPT_HTTPGET, 1L);
    } else {
        return EPERM;
    }
    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(e, CURLOPT_WRITEDATA, c);
    curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(e, CURLOPT_HEADERDATA, c);
    curl_easy_setopt(e, CURLOPT_PRIVATE, c);
    curl_easy_setopt(e, CURLOPT_HTTPHEADER, c->headers);
    return curl_easy_setopt(e, CURLOPT_URL, r->url) == CURLE_OK ? 0 : EINVAL;
}

static void refuse(struct call *c, int err)
{
    c->answer->err = err;
    c->answer->why = ra_http_why_errno(err);
}

static void forget(CURLM *multi, struct call *c)
{
    if (c->easy) {
        curl_multi_remove_handle(multi, c->easy);
        curl_easy_cleanup(c->easy);
    }
    curl_slist_free_all(c->headers);
    c->easy = NULL;
    c->headers = NULL;
}

static bool begin(CURLM *multi, struct call *c)
{
    c->easy = curl_easy_init();
    int err = c->easy ? add_headers(c) : ENOMEM;
    if (!err) {
        set_limits(c->easy);
        set_trust(c->easy, c->request);
        set_way(c->easy, c);
        err = set_question(c->easy, c);
    }
    if (!err && curl_multi_add_handle(multi, c->easy) == CURLM_OK)
        return true;
    refuse(c, err ? err : EIO);
    forget(NULL, c);
    return false;
}

static void end(CURLM *multi, struct call *c, CURLcode code)
{
    struct ra_http_answer *a = c->answer;
    long status = 0;
    curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
    a->status = status > 0 && status < 1000 ? (unsigned)status : 0;
    if (c->refused)
        refuse(c, c->refused);
    else if (code != CURLE_OK && !c->enough) {
        a->err = ra_http_why(c->easy, code, &a->why);
        a->untrusted = code == CURLE_PEER_FAILED_VERIFICATION;
    } else if (!a->status)
        refuse(c, ECONNRESET);
    forget(multi, c);
}

static size_t collect(CURLM *multi)
{
    size_t n = 0;
    int left;
    for (CURLMsg *m; (m = curl_multi_info_read(multi, &left));) {
        struct call *c = NULL;
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
    struct call *calls = ra_new_array(&a, struct call, n ? n : 1);
    size_t next = 0, under_way = 0;
    for (;;) {
        while (next < n && under_way < RA_HTTP_CONCURRENT) {
            calls[next] = (struct call){.request = &requests[next], .answer = &ret[next]};
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

// What a request may do, every option said explicitly: how long and how large, whom it trusts, which way it goes, what it
// asks. Source: libcurl's CURLOPT_* pages; RFC 6761 section 6.3 (localhost).
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "base/compiler.h"
#include "base/limits.h"
#include "host/http_call.h"

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
    struct ra_http_call *c = arg;
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

static int add_headers(struct ra_http_call *c)
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

static void set_way(CURL *e, struct ra_http_call *c)
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

static int set_question(CURL *e, struct ra_http_call *c)
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
    curl_easy_setopt(e, CURLOPT_HTTPHEADER, c->headers);
    return curl_easy_setopt(e, CURLOPT_URL, r->url) == CURLE_OK ? 0 : EINVAL;
}

int ra_http_settings(struct ra_http_call *c)
{
    int err = add_headers(c);
    if (err)
        return err;
    set_limits(c->easy);
    set_trust(c->easy, c->request);
    set_way(c->easy, c);
    return set_question(c->easy, c);
}

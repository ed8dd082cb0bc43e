// libcurl's error codes as the few cases that a reader can do something about. Source: libcurl-errors(3); X509_V_ERR_*
// of OpenSSL's x509_vfy.h for the reasons why a certificate was not taken.
#include "host/http_why.h"

#include <errno.h>

#include "base/compiler.h"

static const struct {
    CURLcode code;
    int err;
    const char *why;
} rows[] = {
    {CURLE_OPERATION_TIMEDOUT, ETIMEDOUT, "the server did not answer in time"},
    {CURLE_COULDNT_RESOLVE_HOST, EHOSTUNREACH, "the host's name could not be resolved"},
    {CURLE_COULDNT_RESOLVE_PROXY, EHOSTUNREACH, "the proxy's name could not be resolved"},
    {CURLE_PROXY, ECONNREFUSED, "the proxy did not let us through"},
    {CURLE_SSL_CONNECT_ERROR, EPROTO, "the TLS handshake failed"},
    {CURLE_SSL_CERTPROBLEM, EPROTO, "the client's certificate cannot be used"},
    {CURLE_SSL_CACERT_BADFILE, EPROTO, "the file of trusted certificates cannot be used"},
    {CURLE_SSL_ISSUER_ERROR, EPROTO, "the server's certificate is not trusted"},
    {CURLE_SSL_INVALIDCERTSTATUS, EPROTO, "the server's certificate is not trusted"},
    {CURLE_USE_SSL_FAILED, EPROTO, "the TLS handshake failed"},
    {CURLE_FILESIZE_EXCEEDED, EMSGSIZE, "the answer is too large"},
    {CURLE_UNSUPPORTED_PROTOCOL, EPROTONOSUPPORT, "only https is spoken, and plain http to this machine itself"},
    {CURLE_URL_MALFORMAT, EINVAL, "the address is none"},
    {CURLE_WEIRD_SERVER_REPLY, EPROTO, "the server does not speak HTTP"},
    {CURLE_GOT_NOTHING, ECONNRESET, "the connection ended without an answer"},
    {CURLE_PARTIAL_FILE, ECONNRESET, "the connection ended before the answer was whole"},
    {CURLE_RECV_ERROR, ECONNRESET, "the connection ended before the answer was whole"},
    {CURLE_SEND_ERROR, ECONNRESET, "the connection ended before the question was sent"},
};

enum { UNTOUCHED = 1 }; // the library finds the name wrong before it looks at the chain's result
static const struct {
    long result;
    const char *why;
} certificates[] = {
    {9, "the server's certificate is not valid yet"},
    {10, "the server's certificate has expired"},
    {18, "the server's certificate is signed by itself"},
    {19, "the server's certificate comes from an authority that is not trusted"},
    {20, "the server's certificate comes from an authority that is not trusted"},
    {21, "the server's certificate comes from an authority that is not trusted"},
    {23, "the server's certificate was revoked"},
    {UNTOUCHED, "the server's certificate is made for another name"},
    {62, "the server's certificate is made for another name"},
    {64, "the server's certificate is made for another name"},
};

static const char *certificate(CURL *easy)
{
    long result = 0;
    curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &result);
    for (size_t i = 0; i < RA_COUNT(certificates); i++)
        if (certificates[i].result == result)
            return certificates[i].why;
    return "the server's certificate is not trusted";
}

static int connection(CURL *easy, const char **ret_why)
{
    long err = 0;
    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &err);
    *ret_why = err == ECONNREFUSED ? "the connection was refused" : "the host cannot be reached from here";
    return err > 0 && err < 4096 ? (int)err : EHOSTUNREACH;
}

int ra_http_why(CURL *easy, CURLcode code, const char **ret_why)
{
    long proxy = 0;
    curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &proxy);
    if (proxy >= 400) {
        *ret_why = proxy == 407 ? "the proxy wants a password" : "the proxy did not let us through";
        return ECONNREFUSED;
    }
    if (code == CURLE_PEER_FAILED_VERIFICATION) {
        *ret_why = certificate(easy);
        return EPROTO;
    }
    if (code == CURLE_COULDNT_CONNECT)
        return connection(easy, ret_why);
    for (size_t i = 0; i < RA_COUNT(rows); i++)
        if (rows[i].code == code) {
            *ret_why = rows[i].why;
            return rows[i].err;
        }
    *ret_why = "the request failed";
    return EIO;
}

const char *ra_http_why_errno(int err)
{
    switch (err) {
    case EMSGSIZE:
        return "the answer is too large";
    case EPROTONOSUPPORT:
        return "only https is spoken, and plain http to this machine itself";
    case EDQUOT:
        return "no time was left to ask";
    case EPERM:
        return "not one of the requests that this program makes";
    case ECONNRESET:
        return "the connection ended without an answer";
    case EINVAL:
        return "the credential or the address cannot stand in a request";
    default:
        return "the request could not be made";
    }
}

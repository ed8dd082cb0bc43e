// One request on its way, between http.c, which runs batches, and http_settings.c, which says what a request may do.
// Private to the two.
#ifndef RA_HOST_HTTP_CALL_H
#define RA_HOST_HTTP_CALL_H

#include <curl/curl.h>

#include "host/http.h"

struct ra_http_call {
    const struct ra_http_request *request;
    struct ra_http_answer *answer;
    CURL *easy;
    struct curl_slist *headers;
    bool plain;   // http: this machine only
    bool enough;  // we stopped it
    int refused;  // errno of ours
};

// Sets every option of c->easy that is not about what comes back; makes c->headers. 0 or an errno.
int ra_http_settings(struct ra_http_call *c);

#endif

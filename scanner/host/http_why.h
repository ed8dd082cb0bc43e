// Why a request brought no answer: an errno and plain words, for http.c alone.
#ifndef RA_HOST_HTTP_WHY_H
#define RA_HOST_HTTP_WHY_H

#include <curl/curl.h>

int ra_http_why(CURL *easy, CURLcode code, const char **ret_why); // never 0; words are static
const char *ra_http_why_errno(int err);

#endif

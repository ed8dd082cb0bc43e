// What tokens say of themselves, told offline: claimed by whoever made them, and what limits a token is bound to it by its
// own signature. Nothing is verified; no value leaves.
#ifndef RA_PARSE_CLAIMS_H
#define RA_PARSE_CLAIMS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"

struct ra_pypi {
    const char *host;     // the index that it was made for, or NULL
    const char *projects; // "a, b": names or ids; NULL: the whole account
    bool other;           // a caveat of a kind that this program does not know: it may be narrower
    bool has_expiry;
    int64_t expires_s; // the earliest
};
// "pypi-" and a macaroon, version 2, in base64. Caveats only ever narrow. Sources: libmacaroons, "Macaroon binary format v2";
// Warehouse, caveats of its tokens.
bool ra_pypi_parse(struct ra_arena *a, struct ra_span token, struct ra_pypi *ret);

// The twelve digits of the account that an access key id belongs to; false for ids of before 2019 (no such digits) and for
// what is no id. Source: the layout of ids that AWS uses since then, checked against a published example.
bool ra_aws_account(struct ra_span key_id, char ret[13]);

struct ra_sas {
    const char *permissions, *services, *types, *resource, *policy; // sp, ss, srt, sr, si; NULL where absent
    const char *account;                                            // first label of the URL's host, or NULL
    bool has_expiry;
    int64_t expires_s;
};
// A shared access signature's query, with the URL before it or without. Source: Azure Storage, "Create an account SAS" and
// "Create a service SAS".
bool ra_sas_parse(struct ra_arena *a, struct ra_span text, struct ra_sas *ret);

#endif

// Files that keep keys in a form of their own: does one hold a private key, and is it locked? Told by heads and
// structure; nothing is decrypted and no password is tried.
#ifndef RA_PARSE_STORES_H
#define RA_PARSE_STORES_H

#include "parse/keys.h"

struct ra_key_store {
    const char *form;      // "pkcs12", "jks", "keepass", "minisign", "git-crypt", ...; static
    enum ra_key_lock lock; // UNSURE: the form is known, its inside could not be told
    bool empty;            // certificates only: no private key in it
};
bool ra_key_store_parse(struct ra_span file, struct ra_key_store *ret); // false: none of the known forms

// A certificate of OpenSSH, as its .pub file holds it. Source: OpenSSH, PROTOCOL.certkeys.
struct ra_ssh_certificate {
    int64_t valid_after_s, valid_before_s; // INT64_MAX: for ever
    bool of_host;                          // else of a user
    unsigned principals;                   // 0: whoever asks
};
bool ra_ssh_certificate_parse(struct ra_span line, struct ra_ssh_certificate *ret);

#endif

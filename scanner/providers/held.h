// How the value of a credential gets from the collector that found it to the asker, and nowhere else: as records beside
// the collector's scrubbed inventory, only when tokens are to be asked about. Every buffer on the way is wiped when it
// is freed. The same stream tells the remotes of the working tree, which are no secrets.
#ifndef RA_PROVIDERS_HELD_H
#define RA_PROVIDERS_HELD_H

#include "providers/ask.h"

struct ra_held {
    const char *provider, *type; // as recognised; type may be NULL
    const char *secret, *place;  // ids
    const char *host, *user;     // as what stands beside it says ("ghe.corp.test:8443"), or NULL
    const char *path, *scope;    // as in ra_credential, or NULL
    struct ra_credential_value value;
};

// Longer values are no credential that goes into a header; they are left out (and so stay unknown).
enum { RA_HELD_MAX_BYTES = 64 * 1024 };

void ra_held_put(struct ra_buf *to, const struct ra_held *held);
// A remote of the working tree, as git's config writes it; kept as "host/owner/name". What names no host is left out.
// Of one over SSH a second record with the provider "ssh" tells user, host:port and path as written, without a secret.
void ra_held_put_remote(struct ra_buf *to, struct ra_span url);
// Takes the next record off *rest. Texts are copied to `a`, values borrow from the bytes. provider "" is a remote: its
// name is in `place`. False at the end, and where the bytes are no record: then *rest is not empty.
bool ra_held_next(struct ra_arena *a, struct ra_span *rest, struct ra_held *ret);
// The host after the '@' of a URL whose password is `secret` (a part of `url`), with its port; NULL where it is none.
const char *ra_held_url_host(struct ra_arena *a, struct ra_span url, struct ra_span secret);
// The path of a URL, without a slash at its end; NULL where it has none.
const char *ra_held_url_path(struct ra_arena *a, const char *url);
const char *ra_held_url_user(struct ra_arena *a, struct ra_span url, struct ra_span secret);

#endif

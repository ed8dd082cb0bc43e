// Fingerprint of a secret whose shape guarantees at least 80 random bits: 12 hex digits of SHA-256
// over a fixed domain string and the value. Stable across runs and machines, so that duplicates
// are found; never made of passwords, which could be guessed from it.
#ifndef RA_BASE_DIGEST_H
#define RA_BASE_DIGEST_H

#include "base/span.h"

enum { RA_DIGEST_HEX = 12 };
void ra_digest(struct ra_span secret, char ret[RA_DIGEST_HEX + 1]);
// Whole SHA-256 in lower-case hex, for files and profiles (hooks, config), never for secrets.
void ra_sha256_hex(struct ra_span bytes, char ret[65]);
// SHA-256 in unpadded base64, as OpenSSH prints key fingerprints ("SHA256:" not included).
void ra_sha256_base64(struct ra_span bytes, char ret[44]);
// HMAC-SHA-256 (RFC 2104), for signing requests. What it kept of the key on the way is wiped.
void ra_hmac_sha256(struct ra_span key, struct ra_span bytes, unsigned char ret[32]);

#endif

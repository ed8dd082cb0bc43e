// Key material and tokens, as far as they can be told offline. No value leaves: spans borrow from the input.
// Sources: OpenSSH PROTOCOL.key, PROTOCOL.agent (draft-ietf-sshm-ssh-agent), RFC 7468, RFC 7519.
#ifndef RA_PARSE_KEYS_H
#define RA_PARSE_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"

enum ra_key_lock { RA_KEY_PLAIN, RA_KEY_LOCKED, RA_KEY_HARDWARE, RA_KEY_UNSURE };
struct ra_private_key {
    const char *format;    // "openssh", "pem", "pkcs8", "putty", "age", "pgp"; static
    const char *algorithm; // "ssh-ed25519", "rsa", ... static or NULL
    enum ra_key_lock lock;
    char fingerprint[64];  // "SHA256:..." of the public half where the file shows it, else ""
};
// The first private key in `text`; false where there is none.
bool ra_private_key_parse(struct ra_span text, struct ra_private_key *ret);

struct ra_agent_key {
    char type[64];        // "ssh-ed25519", "ssh-ed25519-cert-v01@openssh.com"
    char fingerprint[64]; // "SHA256:..."
    struct ra_span comment;
    bool certificate, hardware;
};
// SSH agent: the request (5 bytes) and its answer. Returns false on a malformed answer; *ret_n keys otherwise.
// An agent that answers SSH_AGENT_FAILURE is *ret_locked with 0 keys.
extern const unsigned char ra_agent_list_request[5];
bool ra_agent_list_parse(struct ra_arena *a, struct ra_span reply, struct ra_agent_key **ret, size_t *ret_n,
                         bool *ret_locked);

struct ra_jwt {
    struct ra_span issuer, subject; // borrowed from the arena
    bool has_expiry;
    int64_t expires_s;
};
bool ra_jwt_parse(struct ra_arena *a, struct ra_span text, struct ra_jwt *ret);

// Base64 and base64url, padding optional, blanks skipped. NULL on rubbish.
char *ra_base64_decode(struct ra_arena *a, struct ra_span text, size_t *ret_n);
// RFC 3339 ("2026-11-21T10:00:00Z", offsets, fractions) to unix seconds; false on rubbish.
bool ra_rfc3339(struct ra_span text, int64_t *ret_s);

#endif

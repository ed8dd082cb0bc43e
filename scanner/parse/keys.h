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
    const char *format;    // "openssh", "pem", "pkcs8", "putty", "age", "pgp", "sigstore", "nebula"; static
    const char *algorithm; // "ssh-ed25519", "rsa", ... static or NULL
    enum ra_key_lock lock; // UNSURE: the marker is there, what follows cannot be read
    char fingerprint[64];  // "SHA256:..." of the public half where the file shows it, else ""
    bool touchless;        // HARDWARE: the file says that its device signs without a touch and without a PIN
};
// The first private key in `text`; false where there is none (a marker without key material is none).
// Also inside strings that write line breaks as \n (variables, service account files).
bool ra_private_key_parse(struct ra_span text, struct ra_private_key *ret);

struct ra_agent_key {
    char type[64];        // "ssh-ed25519", "ssh-ed25519-cert-v01@openssh.com"
    char fingerprint[64]; // "SHA256:..." as ssh-add -l shows it (a certificate's: of the key in it)
    struct ra_span comment;
    bool certificate, hardware;
    // Of a certificate only. Lists are joined by commas; NULL: none.
    const char *key_id, *principals, *force_command, *source_address;
    int64_t valid_after_s, valid_before_s; // INT64_MAX: for ever
    bool of_host;
};
// SSH agent: the request (5 bytes) and its answer, with its length in front or without. Returns false on a malformed
// answer (*ret and *ret_n then hold the keys before the fault). `comment` borrows from `reply`; the texts of a
// certificate live in the arena. That a key asks for confirmation, ends by a timer or is bound to hosts is not in the
// list.
// An agent that answers SSH_AGENT_FAILURE is *ret_locked with 0 keys.
extern const unsigned char ra_agent_list_request[5];
bool ra_agent_list_parse(struct ra_arena *a, struct ra_span reply, struct ra_agent_key **ret, size_t *ret_n,
                         bool *ret_locked);

struct ra_json;
struct ra_jwt {
    struct ra_span issuer, subject; // borrowed from the arena
    const struct ra_json *claims;   // all of them, an object
    bool has_expiry;
    int64_t expires_s;
};
// A signed token (three parts). An `exp` that is no number leaves has_expiry false. The signature is not checked.
bool ra_jwt_parse(struct ra_arena *a, struct ra_span text, struct ra_jwt *ret);

// Base64 and base64url, padding optional, blanks skipped. NULL on rubbish.
char *ra_base64_decode(struct ra_arena *a, struct ra_span text, size_t *ret_n);
// RFC 3339 ("2026-11-21T10:00:00Z", offsets, fractions) to unix seconds; false on rubbish. Also takes what tools
// write in its place: "UTC" for "Z", offsets without a colon.
bool ra_rfc3339(struct ra_span text, int64_t *ret_s);

#endif

// Fields of key files and agent messages: SSH's length-prefixed strings (RFC 4251, section 5), and
// names told from bytes. Private to scanner/parse.
#ifndef RA_PARSE_WIRE_H
#define RA_PARSE_WIRE_H

#include "base/buf.h"
#include "parse/keys.h"

bool ra_wire_u32(struct ra_span *s, uint32_t *ret);
bool ra_wire_string(struct ra_span *s, struct ra_span *ret);
void ra_wire_put(struct ra_buf *to, struct ra_span s); // one string
// "SHA256:..." of a public key blob; of a certificate, of the key in it, as OpenSSH prints it.
void ra_wire_fingerprint(struct ra_span blob, char ret[64]);
const char *ra_wire_algorithm(struct ra_span type); // the static name; NULL where unknown
bool ra_wire_is_certificate(struct ra_span type);
bool ra_wire_is_hardware(struct ra_span type);
// Steps over a certificate's nonce and the fields of the key in it; *s begins after the type. False where the type is
// not known or the bytes end.
bool ra_wire_skip_key(struct ra_span *s, struct ra_span certificate_type);
unsigned ra_wire_fields(struct ra_span type); // strings of a public key after its type; 0 where unknown
// The base64 digits at the start of `text` (blanks and written \n skipped), decoded, at most `max_bytes`.
// Ends at the first other byte. For the head of a key file only: `to` is wiped when freed.
void ra_wire_base64(struct ra_span text, size_t max_bytes, struct ra_buf *to);

// One reader a format; `body` is what follows its marker. Each sets algorithm, lock and fingerprint.
void ra_key_openssh(struct ra_span body, struct ra_private_key *ret);
void ra_key_pkcs8(struct ra_span body, struct ra_private_key *ret);
void ra_key_pgp(struct ra_span body, struct ra_private_key *ret);

#endif

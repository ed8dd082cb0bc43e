// Private to recognise*.c: one matcher a form of secret. Each looks at one place of a text only.
#ifndef RA_CATALOGUE_RECOGNISE_PARTS_H
#define RA_CATALOGUE_RECOGNISE_PARTS_H

#include "base/compiler.h"
#include "catalogue/recognise.h"

// A hit begins at *ret_at (at or after `at`) and has ret->value.n bytes.
bool ra_shape_at(struct ra_span text, size_t at, struct ra_secret_fact *ret);     // shapes.def
bool ra_jwt_at(struct ra_span text, size_t at, struct ra_secret_fact *ret);       // three parts of base64url
bool ra_pem_at(struct ra_span text, size_t at, struct ra_secret_fact *ret);       // -----BEGIN ... PRIVATE KEY-----
bool ra_atlas_at(struct ra_span text, size_t dot, struct ra_secret_fact *ret);    // `dot` is that of ".atlasv1."
bool ra_userinfo_at(struct ra_span text, size_t colon, struct ra_secret_fact *ret); // `colon` is that of "://"
bool ra_path_token_at(struct ra_span text, size_t colon, struct ra_secret_fact *ret); // the same "://", then "/t/<token>/"
bool ra_sas_at(struct ra_span text, size_t at, struct ra_secret_fact *ret);       // "sig=" of a shared access signature
bool ra_header_at(struct ra_span text, size_t at, struct ra_secret_fact *ret);    // "Authorization: Bearer ..."

// Could a token begin here? Not in the middle of a word, but right after \n or %3D written out.
bool ra_word_begins(struct ra_span text, size_t at);
static inline bool ra_is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
// Bits of Shannon entropy in one byte of s, in hundredths.
unsigned ra_entropy_percent(struct ra_span s);

#endif

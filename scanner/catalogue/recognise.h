// What is this value? Shapes of tokens by prefix, length and alphabet, and names of variables and keys. Data in
// shapes.def and names.def; no pattern engine. Sources: the vendors' own documents, named per row.
#ifndef RA_CATALOGUE_RECOGNISE_H
#define RA_CATALOGUE_RECOGNISE_H

#include <stdbool.h>

#include "base/span.h"
#include "base/words.h"

enum ra_secret_class { RA_SECRET_NONE, RA_SECRET_TOKEN, RA_SECRET_KEY, RA_SECRET_PASSWORD };

struct ra_secret_fact {
    enum ra_secret_class class;
    const char *provider; // "github", "aws", "npm", "jwt", "generic", ... static
    const char *type;     // "classic-pat", "installation", "access-key-id", ... static or NULL
    bool random;          // shape guarantees at least 80 random bits: may be shown by digest
    bool placeholder;     // looks like an example, not a secret
    bool identifier;      // names an account (AWS key id) and opens nothing by itself: no secret, yet not to be shown
    bool has_expiry;      // JWT
    int64_t expires_s;
    enum ra_radius least, ceiling; // what it may open, before anyone asked
    const char *settled_by;        // "--online=tokens" or NULL
    const char *confidence;        // "high", "medium", "low"
    struct ra_span value;          // the secret proper inside the input (a URL's password, ...)
};

// By shape and structure alone (prefix + length, JWT, PEM private key, password in a URL). false: no shape, or a
// placeholder or an identifier, which *ret then tells. *ret is always filled.
bool ra_recognise_value(struct ra_span value, struct ra_secret_fact *ret);
// Value with the name it is kept under; catches generic secrets ("DB_PASSWORD=..."), leaves paths, booleans,
// numbers, ${REFERENCES} and placeholders alone. false: no secret (ret->placeholder tells one kind).
bool ra_recognise_named(struct ra_span name, struct ra_span value, struct ra_secret_fact *ret);
// Next secret-shaped run inside free text (history lines, command lines), placeholders left out, identifiers told
// by ret->identifier.
bool ra_recognise_next(struct ra_span text, size_t from, size_t *ret_at, size_t *ret_n, struct ra_secret_fact *ret);
// Next secret under a telling name inside a value (members of a JSON, parts of a connection string); *ret_next is where
// to go on.
bool ra_recognise_embedded(struct ra_span text, size_t from, size_t *ret_next, struct ra_span *ret_name,
                           struct ra_secret_fact *ret);
// Fits ra_scrub_set_shapes.
bool ra_recognise_for_scrub(struct ra_span text, size_t from, size_t *ret_at, size_t *ret_n);
// Looks like an example from a manual ("your-token-here", "<token>", "changeme", all one character), or carries too
// little variety for its length.
bool ra_recognise_placeholder(struct ra_span value);
// Long enough, of letters and digits, without words of a language: nobody typed it.
bool ra_recognise_random(struct ra_span value);
// Stands for a value kept elsewhere: ${NAME}, $NAME, {{ name }}, op://..., vault:..., encrypted:...
bool ra_recognise_reference(struct ra_span value);
// Is this a name that usually holds a secret (stop list considered)?
bool ra_recognise_name(struct ra_span name);

#endif

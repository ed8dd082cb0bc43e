// Where credentials, histories, start-up files and maps of other machines lie: the rows of the reach catalogue that
// are paths, as data. Nothing here looks at the disk.
#ifndef RA_CATALOGUE_PLACES_H
#define RA_CATALOGUE_PLACES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/words.h"

// What a place is. `secret`: a readable, non-empty file whose content was not understood counts as a secret.
#define RA_PLACE_CLASSES(X) \
    X(KEY, true) X(CLOUD, true) X(K8S, true) X(REGISTRY, true) X(FORGE, true) X(CI, true) X(IAC, true) X(VAULT, true) \
    X(DB, true) X(SESSION, true) X(BROWSER, true) X(MAIL, true) X(VPN, true) X(AGENT, true) \
    X(DOTENV, false) /* variables: what is no secret by name or shape is none */ \
    X(SYSTEM, false) /* files of the machine with a reader of their own */ \
    X(LEAK, false)   /* histories, transcripts: may repeat a secret */ \
    X(MAP, false)    /* says where else one could go */ \
    X(SINK, false)   /* what is written there runs later */

enum ra_place_class {
#define X(n, secret) RA_PLACE_##n,
    RA_PLACE_CLASSES(X)
#undef X
};

enum ra_reader {
    RA_READER_none,
#define RA_READER(name) RA_READER_##name,
#include "catalogue/readers.def"
#undef RA_READER
    RA_READER_COUNT
};

struct ra_place {
    const char *ref, *pattern;
    enum ra_place_class class;
    enum ra_severity cap;
    enum ra_radius least, ceiling;
    const char *title;
    enum ra_reader reader;
    const char *override; // "NAME" a file, "NAME/" its directory, "NAME:" a colon list; NULL none
};
extern const struct ra_place ra_places[];
extern const size_t ra_n_places;

bool ra_place_holds_secrets(enum ra_place_class class);

#endif

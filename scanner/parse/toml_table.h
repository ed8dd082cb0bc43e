// The tables of a TOML document while it is read. Private to scanner/parse.
#ifndef RA_PARSE_TOML_TABLE_H
#define RA_PARSE_TOML_TABLE_H

#include "parse/reader.h"

enum ra_toml_origin {
    RA_TOML_IMPLICIT, // named on the way to another: [a.b] makes a
    RA_TOML_HEADER,   // [a]
    RA_TOML_DOTTED,   // a.b = 1 makes a
    RA_TOML_CLOSED,   // an inline table or a list: what is written there is all
    RA_TOML_TABLES    // the list that [[a]] makes
};

struct ra_toml_container { // every object and array
    struct ra_json json;
    enum ra_toml_origin origin;
    unsigned depth;
    struct ra_json **tail;
    struct ra_toml_container *last; // RA_TOML_TABLES: where the next keys go
};

struct ra_toml {
    struct ra_reader r;
    struct ra_toml_container *root, *table; // table: of the last header
    void *members;                          // tsearch(3) tree of struct named
};

struct ra_toml_key {
    struct ra_span text;
    unsigned line, column;
};

// A new object or array at the cursor, in nothing yet; NULL, with *err set, where it would be too deep or one too many.
struct ra_toml_container *ra_toml_container_new(struct ra_toml *t, enum ra_json_type type, enum ra_toml_origin origin,
                                                unsigned depth);
struct ra_json *ra_toml_find(struct ra_toml *t, const struct ra_toml_container *table, struct ra_span key);
void ra_toml_append(struct ra_toml_container *to, struct ra_json *v); // a list's item
void ra_toml_add(struct ra_toml *t, struct ra_toml_container *table, const struct ra_toml_key *key, struct ra_json *v);
// The error of a key that is given again.
int ra_toml_taken(struct ra_toml *t, const struct ra_toml_key *key, const struct ra_json *by);
// One part of `[a.b.c]` / of `a.b.c = value` before the last: moves *table there, making it where it is missing.
int ra_toml_header_step(struct ra_toml *t, struct ra_toml_container **table, const struct ra_toml_key *key);
int ra_toml_dotted_step(struct ra_toml *t, struct ra_toml_container **table, const struct ra_toml_key *key);
// The last part of `[a.b]` / of `[[a.b]]`: t->table is then where the next keys go.
int ra_toml_open_table(struct ra_toml *t, struct ra_toml_container *parent, const struct ra_toml_key *key);
int ra_toml_open_item(struct ra_toml *t, struct ra_toml_container *parent, const struct ra_toml_key *key);
void ra_toml_forget(struct ra_toml *t); // frees the search tree; the nodes are the arena's

#endif

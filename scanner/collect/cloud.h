// What the files of the cloud collector share. Private to cloud*.c.
#ifndef RA_COLLECT_CLOUD_H
#define RA_COLLECT_CLOUD_H

#include "catalogue/clis.h"
#include "collect/collect.h"
#include "parse/json.h"

// ---- cloud_paths.c ----

// Calls visit for every path that a FILE row may stand for in the target's own home; they need not exist.
typedef void ra_cli_visit(void *arg, const char *path);
void ra_cli_paths(struct ra_collect *c, const struct ra_cli_row *file, ra_cli_visit *visit, void *arg);

// ---- cloud_tree.c ----

// The file's text as a tree; NULL where it is not of that form. Lives in `a`, borrows from text.
struct ra_json *ra_cli_tree(struct ra_arena *a, enum ra_cli_form form, struct ra_span text);
// Calls found for every node that `path` of a FACT row leads to: its value, or the name that '*' stood for.
typedef void ra_cli_found(void *arg, const struct ra_json *node, struct ra_span text);
void ra_cli_walk(const struct ra_json *tree, const char *path, ra_cli_found *found, void *arg);

// ---- cloud_login.c ----

// Fills the details of a program's reach: logged_in, identities, profiles, contexts, current, expires, via, runs.
// Logins that keyrings hold must have been told before: beside one "not logged in" would be a guess.
void ra_cli_login(struct ra_collect *c, const struct ra_cli_row *cli, struct ra_reach *program);

// ---- cloud_keyring.c ----

// Logins that only a keyring or a helper holds: a secret each, by program and service. in_path tells whether a
// program of that name was found.
void ra_cli_keyrings(struct ra_collect *c, bool (*in_path)(void *arg, const char *name), void *arg);

#endif

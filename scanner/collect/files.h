// What the files of the files collector share: the homes, one file being read, and the ways a reader tells what the
// file holds. Readers get the bytes and never open anything themselves: a neighbour that unlocks the file is asked for
// by ra_file_beside, a file that the settings name is left to ra_file_follow.
#ifndef RA_COLLECT_FILES_H
#define RA_COLLECT_FILES_H

#include "catalogue/places.h"
#include "catalogue/recognise.h"
#include "collect/collect.h"
#include "collect/view.h"
#include "parse/json.h"

// ---- homes (files_homes.c) ----

struct ra_home {
    const char *path;
    bool own; // the target's: XDG variables and overrides count, ids say "~"
};
struct ra_homes {
    struct ra_home *homes;
    size_t n_homes, cap_homes;
    const char **roots; // "" and every mount that is a second root
    size_t n_roots, cap_roots;
};
// The homes that can be entered: the target's own, those of /etc/passwd, /home/*, /root, the same of every second
// root. Closed ones become denied reaches; a home that cannot be told is unseen.
void ra_homes_find(struct ra_collect *c, const struct ra_view *view, struct ra_homes *ret);

// ---- one file ----

struct ra_follow { // where ra_file_follow leaves what it was told
    void (*push)(void *arg, const char *path, const struct ra_place *as);
    void *arg;
};
struct ra_file {
    struct ra_collect *c;
    const struct ra_place *place;
    const char *path;
    const char *home;               // what "~" means in it, or NULL
    const struct ra_follow *follow; // NULL: nothing is followed
    struct ra_span text;
    const char *provider;   // forced on secrets that no shape tells; NULL: by name
    unsigned first_line;    // of `text`; 0: it is the tail of a longer file, so lines are counted from the end
    unsigned held;          // secrets found
    bool cut;               // more secrets than a reader tells
    bool strict;            // of what no shape tells, only values that look random count
    bool settled;           // told whole though its end was not read
};

// A reader answers false where the text is not of its form: then the content counts as unknown.
typedef bool ra_file_reader(struct ra_file *f);
#define RA_READER(name) ra_file_reader ra_read_##name;
#include "catalogue/readers.def"
#undef RA_READER

// ---- telling what it holds (files_read.c) ----

// The place `path#part` (part NULL: the file), present and readable, with the row's title.
struct ra_reach *ra_file_place(struct ra_file *f, const char *part, unsigned line);
// `value` stands at `part` under the key `hint`. Adds place and secret where it is one; NULL where it is none.
// provider NULL: by shape and name only; else the value is a secret of that provider unless it is a reference or
// a placeholder.
struct ra_reach *ra_file_holds(struct ra_file *f, const char *part, unsigned line, struct ra_span value,
                               const char *hint, const char *provider);
// The same for what ra_recognise_next found inside a longer text.
struct ra_reach *ra_file_hit(struct ra_file *f, const char *part, unsigned line, const struct ra_secret_fact *fact);
// A secret that this program does not read, or that cannot be parsed: `why` goes into the details.
struct ra_reach *ra_file_unread(struct ra_file *f, const char *part, const char *why);
// The secret is known to have ended (unix seconds); one still to come is only noted.
void ra_file_expires(struct ra_file *f, struct ra_reach *secret, int64_t at_s);
// The secret cannot be used without something else: "passphrase", "hardware", "encrypted".
void ra_file_protected(struct ra_file *f, struct ra_reach *secret, const char *by);
// The secret opens no more than this, unless another place said otherwise. NULL is fine.
void ra_file_ceiling(struct ra_reach *secret, enum ra_radius ceiling);
// The agent's own session: one narrow grant.
void ra_file_session(struct ra_reach *secret, enum ra_radius ceiling);
// Seconds of a time as credential files write it: RFC 3339, "...UTC", seconds or milliseconds. false: rubbish.
bool ra_file_time(struct ra_span text, int64_t *ret_s);
bool ra_file_json_time(const struct ra_json *v, int64_t *ret_s);
// Runs the place's reader over f.
bool ra_file_read(struct ra_file *f);

// ---- around it (files_around.c) ----

// The place itself is told, with a fact; for maps, helpers and programs that would run.
struct ra_reach *ra_file_note(struct ra_file *f, const char *part, unsigned line, const char *key, struct ra_span value);
// An encrypted secret: not alive, unless what opens it is in reach ("opened_by" then says what).
struct ra_reach *ra_file_locked(struct ra_file *f, const char *part, const char *by, const char *opened_by);
bool ra_file_stat(struct ra_file *f, struct ra_stat *ret); // of the file itself
// `name`, relative to the file's directory, is a file that can be read, or may be: what cannot be told counts as read.
bool ra_file_beside(struct ra_file *f, const char *name);
// The head of a neighbour, where it can be read: only for what makes the file worth less (an expired certificate).
bool ra_file_neighbour(struct ra_file *f, const char *name, struct ra_buf *ret_text);
bool ra_file_variable(struct ra_file *f, const char *name); // set, and not empty, in the target's environment
// The settings name a file: it is looked at after all places, as `as` says. "~", "%d" and relative paths are resolved;
// what still holds variables is left alone. `as` must be static.
void ra_file_follow(struct ra_file *f, struct ra_span path, const struct ra_place *as);
// The expiry of the first certificate in `text`, told of `secret`.
void ra_file_certificate(struct ra_file *f, struct ra_reach *secret, struct ra_span text);
bool ra_file_sqlite(const struct ra_file *f); // begins as SQLite's files do
// One value of "key = value" lines in `section` (NULL: any); empty where there is none.
struct ra_span ra_file_ini(struct ra_file *f, const char *section, const char *key);

// ---- shared by readers ----

// Every string of a tree that is a secret by its key or shape (files_tree.c).
void ra_tree_secrets(struct ra_file *f, const struct ra_json *tree, const char *prefix);
// Assignments and shapes of one line (files_lines.c). by_line: parts are L<n>, else the assigned name.
void ra_line_secrets(struct ra_file *f, struct ra_span line, unsigned number, bool by_line);
// A whole text, line by line.
void ra_lines_secrets(struct ra_file *f, bool by_line);

#endif

// What the reader of sudoers keeps for the one who answers. Private to scanner/parse.
#ifndef RA_PARSE_SUDOERS_PARTS_H
#define RA_PARSE_SUDOERS_PARTS_H

#include "parse/sudoers.h"

struct ra_sudo_alias {
    char kind; // 'u' users, 'r' runas, 'h' hosts, 'c' commands
    struct ra_span name, list;
};
struct ra_sudo_entry { // one "users hosts = commands"
    struct ra_span users, hosts, commands;
};
struct ra_sudo_default {
    char scope; // 0 everybody, ':' users, '@' hosts, '>' runas, '!' commands
    struct ra_span list, settings;
};

// Takes one item (with its exclamation marks counted) off a comma list of names; false at the end.
bool ra_sudo_item(struct ra_span *rest, struct ra_span *ret, bool *ret_negated);
// Without backslashes and double quotes; one blank for many. An empty pair of quotes (no arguments) stays.
char *ra_sudo_plain(struct ra_arena *a, struct ra_span s);
// Where the text of a list ends: the first of `stops` that is neither quoted nor escaped; s.n where there is none.
size_t ra_sudo_end(struct ra_span s, const char *stops);

struct ra_sudo_command { // one item of a command list; tags and runas carry over to the next
    struct ra_span text; // with arguments
    struct ra_span runas; // between the parentheses; p NULL: none was given
    int no_password;      // -1 not said
    int setenv;
    bool negated, limited; // limited: a digest or a time narrows it
};
// *at carries over; starts zeroed with no_password and setenv -1. False at the end.
bool ra_sudo_command_next(struct ra_span *rest, struct ra_sudo_command *at);

#endif

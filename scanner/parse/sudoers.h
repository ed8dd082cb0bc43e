// The rules of sudo and of doas, as far as the files tell them: who may run what as whom, and is a password asked?
// Pure: the caller reads the files, includes as they are met. What a netgroup, an address or a time limit decides
// stays unsure. Sources: sudoers(5) of sudo 1.9, doas.conf(5).
#ifndef RA_PARSE_SUDOERS_H
#define RA_PARSE_SUDOERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"

struct ra_sudoers {
    struct ra_arena *arena; // holds copies of everything kept
    // Called where a file includes another, before the line after it is read: read the file (of a directory every
    // name without a dot in it and without '~' at its end, in byte order) and hand it to ra_sudoers_add again.
    // NULL: includes count as lines that were not understood.
    void (*include)(void *arg, struct ra_sudoers *s, const char *path, bool directory);
    void *arg;
    unsigned depth;
    size_t n_odd; // lines that were not understood; sudo itself would refuse the file or skip the line
    struct ra_sudo_alias *aliases; // private from here
    size_t n_aliases, cap_aliases;
    struct ra_sudo_entry *entries;
    size_t n_entries, cap_entries;
    struct ra_sudo_default *defaults;
    size_t n_defaults, cap_defaults;
};
// Adds the text of one file at `path` (for relative includes).
void ra_sudoers_add(struct ra_sudoers *s, const char *path, struct ra_span text);

struct ra_sudo_group {
    const char *name;
    uint64_t gid;
};
struct ra_sudo_who {
    const char *user, *host; // host NULL: not known
    uint64_t uid;
    const struct ra_sudo_group *groups;
    size_t n_groups;
};

enum ra_sudo_answer { RA_SUDO_NO, RA_SUDO_UNSURE, RA_SUDO_YES };
struct ra_sudo_rule {
    const char *command;        // "ALL", "/usr/bin/apt update", "sudoedit /etc/motd"; aliases resolved
    enum ra_sudo_answer holds;  // for this user on this host; never NO
    enum ra_sudo_answer as_root;
    bool no_password, negated;
    bool setenv;                // the caller's environment may be kept (SETENV:)
};
// The rules that hold or may hold for `who`, in the order of the files; a later one wins over an earlier one.
// A rule without a password that a later one takes back is told with no_password false.
size_t ra_sudoers_rules(struct ra_sudoers *s, const struct ra_sudo_who *who, struct ra_sudo_rule **ret);

// doas.conf: the last matching line decides. One line at a time.
struct ra_doas_rule {
    bool permit, no_password;
    struct ra_span who;     // "alice", ":wheel", "1000"
    struct ra_span as;      // empty: any user
    struct ra_span command; // empty: any command
};
// False at the end. *ret_odd counts lines that were not understood.
bool ra_doas_next(struct ra_span *rest, struct ra_doas_rule *ret, size_t *ret_odd);

#endif

// A fleet: many stored reports, of each of which one row stays, so that tens of thousands fit into memory. Sorted by
// worst case; the same bytes whatever the order in which the reports came. Judges nothing: a row is what a report says.
#ifndef RA_MODEL_FLEET_H
#define RA_MODEL_FLEET_H

#include "model/stored_report.h"

enum { RA_FLEET_TOPS = 8, RA_FLEET_TEXT_BYTES = 300 };

struct ra_fleet_top { // one of the findings that count most
    const char *check, *title;
    enum ra_status status; // fail or unknown
    enum ra_severity severity;
    const char *reach; // the first that it names, or NULL
};

// Texts longer than RA_FLEET_TEXT_BYTES are cut and end in "..."; the name of the report is whole.
struct ra_fleet_row {
    const char *report; // the file, as it was named
    enum ra_judgement verdict;
    int exit_status;
    enum ra_radius radius, proved_radius;
    int score, proved_score;
    const char *sentence, *consequence;      // consequence NULL where nothing follows
    const char *kind, *locator;              // of the target
    const char *hostname, *worktree, *box;   // the first two may be NULL
    const char *profile, *digest;
    enum ra_radius limit;   // of the profile
    int64_t now_s;          // -1 = no stamp
    uint64_t fails, unknowns, waived; // findings
    const char *remedy;     // the first of n_remedies that lead to pass; NULL where none is known
    uint64_t n_remedies;
    const struct ra_fleet_top *tops; // the gravest, at most RA_FLEET_TOPS of fails + unknowns
    size_t n_tops;
    size_t place; // in the order of reading
};

struct ra_fleet_unread { // a file that could not be read as a report
    const char *report, *reason;
    unsigned line, column; // 0 = no position
};

struct ra_fleet {
    struct ra_arena *arena;
    const char *tool_version;
    struct ra_fleet_row **rows;
    size_t n_rows, cap_rows;
    struct ra_fleet_unread *unread;
    size_t n_unread, cap_unread;
    // filled by ra_fleet_finish
    enum ra_judgement verdict; // fail where one fails; pass where all pass, all could be read and there is one
    int exit_status;
    uint64_t by_verdict[3], by_radius[6]; // reports
    struct ra_fleet_texts *texts; // private: each text is kept once
};

void ra_fleet_init(struct ra_fleet *f, struct ra_arena *a);
// Everything is copied: the report may go.
void ra_fleet_add(struct ra_fleet *f, const char *name, const struct ra_stored_report *r);
void ra_fleet_add_unread(struct ra_fleet *f, const char *name, const struct ra_error *why);
// Sorts: largest radius, highest score, then fail before incomplete before pass, then by name; at last by the order of
// reading, so the caller reads in an order of its own.
void ra_fleet_finish(struct ra_fleet *f);

#endif

// What the formats for other programs share beside the phrases: the words of the checks, where in the file system
// a reach is, what a finding means for the gate. Says nothing by itself. Private to reports/.
#ifndef RA_REPORTS_PARTS_H
#define RA_REPORTS_PARTS_H

#include "reports/report.h"

struct ra_check_text { // a row of checks.def, as a reader of reports needs it
    const char *id, *title, *catches;
    const char *remedy; // {it} stands for what it is about
};
const struct ra_check_text *ra_check_text(size_t i); // NULL past the end
#define RA_NO_CHECK ((size_t)-1)
size_t ra_check_text_find(const char *id); // RA_NO_CHECK where the table does not know it: another version's report

// Reaches by id, whatever their order is. Lives in `a` and borrows from inv.
struct ra_by_id {
    const struct ra_reach **sorted;
    size_t n;
};
struct ra_by_id ra_by_id(struct ra_arena *a, const struct ra_inventory *inv);
const struct ra_reach *ra_by_id_find(const struct ra_by_id *all, const char *id); // NULL where there is none

// Where the evidence stands: a path of the target (of this machine, where a declaration was read), with line and column where they are known (else 0).
struct ra_place {
    const char *path;
    unsigned line, column;
};
bool ra_place_of(const struct ra_reach *r, struct ra_place *ret);
// The path as seen from the working tree; NULL where it lies elsewhere. Borrowed.
const char *ra_place_in_worktree(const struct ra_inventory *inv, const char *path);

// Is the finding grave enough for the profile to count it? What it counts decides the verdict together with the radius.
bool ra_finding_counts(const struct ra_verdict *v, const struct ra_finding *f);
enum { RA_N_STATUSES = RA_STATUS_NOT_APPLICABLE + 1, RA_N_SEVERITIES = RA_SEVERITY_CRITICAL + 1 };
struct ra_tally {
    size_t by[RA_N_STATUSES][RA_N_SEVERITIES], status[RA_N_STATUSES];
};
struct ra_tally ra_tally(const struct ra_verdict *v);
// "18 fail, 2 unknown and 6 pass"; "no findings".
void ra_tally_words(struct ra_buf *out, const struct ra_tally *t);
// A surface that was not seen whole. Where `out` is given: why, in one line, with at most `most` of the places.
bool ra_surface_gap(struct ra_buf *out, const struct ra_inventory *inv, const struct ra_coverage *c, size_t most);
// "PASS", "FAIL", "INCOMPLETE": the word that people look for.
const char *ra_verdict_word(enum ra_judgement v);

#endif

// What the files of the SARIF report share. Private to reports/.
#ifndef RA_REPORTS_SARIF_H
#define RA_REPORTS_SARIF_H

#include "base/json_out.h"
#include "reports/parts.h"

struct ra_sarif {
    struct ra_json_out w;
    struct ra_arena *arena;
    const struct ra_inventory *inv;
    const struct ra_verdict *v;
    struct ra_by_id reaches;
    const char **strange; // checks that findings name and the table does not know, after its rows
    size_t n_strange, cap_strange;
    const char **fingerprints; // one a finding
};

extern const char ra_sarif_tree[]; // the base of what lies in the working tree
extern const char ra_sarif_root[]; // the base of what lies in a target that is not this machine
bool ra_sarif_is_here(const struct ra_inventory *inv); // is a path of the target a path of this machine?
size_t ra_sarif_rule(const struct ra_sarif *s, const char *check);
const char *ra_sarif_level(enum ra_severity severity);
const char *ra_sarif_security(enum ra_severity severity); // a score from 0.0 to 10.0
void ra_sarif_message(struct ra_sarif *s, const char *key, const char *text); // {"text": ...}, inert
void ra_sarif_results(struct ra_sarif *s);      // sarif_results.c: "results"
void ra_sarif_location(struct ra_sarif *s, const char *id, const char *say); // sarif_places.c: one object
void ra_sarif_base_ids(struct ra_sarif *s);     // "originalUriBaseIds"
void ra_sarif_fingerprints(struct ra_sarif *s); // sarif_fingerprints.c

#endif

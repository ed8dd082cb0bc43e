// The frame of a PolicyReport, which the report of one audit and that of a fleet fill. Private to reports/.
// Source: the CustomResourceDefinition policyreports.wgpolicyk8s.io of the Kubernetes policy working group, v1alpha2.
#ifndef RA_REPORTS_POLICYREPORT_H
#define RA_REPORTS_POLICYREPORT_H

#include "base/json_out.h"
#include "reports/report.h"

enum ra_policy_result { RA_POLICY_PASS, RA_POLICY_FAIL, RA_POLICY_WARN, RA_POLICY_ERROR, RA_POLICY_SKIP, RA_N_POLICY_RESULTS };
struct ra_policy_report {
    struct ra_json_out w;
    struct ra_buf *out;
    size_t n[RA_N_POLICY_RESULTS]; // all, also those that are left out
    size_t left;
};
struct ra_policy_row {
    const char *policy, *rule, *category;
    enum ra_policy_result result;
    enum ra_severity severity;
    const char *message;
    int64_t at_s; // -1 = not stamped
};
// `instance` tells reports of one namespace apart; NULL where there is none. Any text: what no name may hold is replaced.
void ra_policy_open(struct ra_policy_report *p, struct ra_buf *out, const char *instance);
// Opens a result and its properties; false where the object would become larger than a cluster stores: then it is only
// counted, and nothing may be added or closed.
bool ra_policy_result_open(struct ra_policy_report *p, const struct ra_policy_row *row);
enum ra_severity ra_policy_severity(enum ra_radius radius); // of a worst case
void ra_policy_property(struct ra_policy_report *p, const char *key, const char *value);
void ra_policy_number(struct ra_policy_report *p, const char *key, size_t value);
void ra_policy_result_close(struct ra_policy_report *p);
// Says what was left out, and counts.
void ra_policy_close(struct ra_policy_report *p);

#endif

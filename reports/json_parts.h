// The parts of the json report that jsonl writes too, line by line: fields only, inside an object that the caller opened.
// Private to reports/.
#ifndef RA_REPORTS_JSON_PARTS_H
#define RA_REPORTS_JSON_PARTS_H

#include "base/json_out.h"
#include "reports/report.h"

// From "tool" to "worst_case".
void ra_json_verdict(struct ra_json_out *w, const struct ra_inventory *inv, const struct ra_verdict *v);
// From "check" to "later".
void ra_json_finding(struct ra_json_out *w, const struct ra_verdict *v, const struct ra_finding *f);
// From "to_pass" to "missing".
void ra_json_summary(struct ra_json_out *w, const struct ra_inventory *inv, const struct ra_verdict *v);

#endif

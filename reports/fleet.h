// A fleet, told: what each format makes of many reports. One row in fleets.def for each in reports.def, one function
// ra_fleet_<name>. Like the reports it holds no data and decides nothing; what is left out is said to be.
#ifndef RA_REPORTS_FLEET_H
#define RA_REPORTS_FLEET_H

#include "model/fleet.h"
#include "reports/report.h"

#define RA_FLEET_SCHEMA "reachaudit-fleet/1"

typedef void ra_fleet_write(const struct ra_fleet *f, const struct ra_report_options *o, struct ra_buf *out);
ra_fleet_write *ra_report_fleet(const struct ra_report_format *format); // never NULL for a row of reports.def

#define RA_FLEET(n) ra_fleet_write ra_fleet_##n;
#include "reports/fleets.def"
#undef RA_FLEET

// "FAIL: 3 of 40 reports fail; 2 could not be read.", not escaped; no newline.
void ra_fleet_sentence(const struct ra_fleet *f, struct ra_buf *out);
// What a reader calls the target: "self on laptop, in /work". Not escaped.
void ra_fleet_target(const struct ra_fleet_row *row, struct ra_buf *out);
// "line 3, column 1: ..." Not escaped.
void ra_fleet_reason(const struct ra_fleet_unread *u, struct ra_buf *out);

#endif

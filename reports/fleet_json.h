// The members of a fleet as JSON, as json and jsonl write them alike. Private to reports/.
#ifndef RA_REPORTS_FLEET_JSON_H
#define RA_REPORTS_FLEET_JSON_H

#include "base/json_out.h"
#include "reports/fleet.h"

// Each writes the fields of an object that the caller opens and closes; the head those from "tool" on.
void ra_fleet_json_head(struct ra_json_out *w, const struct ra_fleet *f);
void ra_fleet_json_row(struct ra_json_out *w, const struct ra_fleet_row *row);
void ra_fleet_json_unread(struct ra_json_out *w, const struct ra_fleet_unread *u);

#endif

// Which report formats exist: the rows of reports.def joined to their writers.
#include "reports/report.h"

#include <string.h>

const struct ra_report_format ra_report_formats[] = {
#define RA_REPORT(n, t) {#n, t, ra_report_##n},
#include "reports/reports.def"
#undef RA_REPORT
};
const size_t ra_n_report_formats = RA_COUNT(ra_report_formats);

const struct ra_report_format *ra_report_find(const char *name)
{
    for (size_t i = 0; i < ra_n_report_formats; i++)
        if (strcmp(ra_report_formats[i].name, name) == 0)
            return &ra_report_formats[i];
    return NULL;
}

// A report turns inventory and verdict into bytes; it holds no data and decides nothing. One file a format,
// one row in reports.def. Escaping is in escape.c and nowhere else.
#ifndef RA_REPORTS_REPORT_H
#define RA_REPORTS_REPORT_H

#include "base/buf.h"
#include "model/verdict.h"

struct ra_report_options {
    unsigned width; // columns
    bool colour, verbose, quiet;
};
struct ra_report_format {
    const char *name, *title;
    void (*write)(const struct ra_inventory *inv, const struct ra_verdict *v, const struct ra_report_options *o,
                  struct ra_buf *out);
};
extern const struct ra_report_format ra_report_formats[];
extern const size_t ra_n_report_formats;
const struct ra_report_format *ra_report_find(const char *name);

// `text` safe for a terminal: control bytes, bidirectional overrides and bytes that are not UTF-8 become \xNN or
// \u{NNNN}. Source of the list: Unicode UAX #9, ECMA-48.
void ra_escape_terminal(struct ra_buf *out, const char *text);

// The first line of every report for people, without a newline:
// "FAIL: the worst iteration could become root on the host, through /run/docker.sock."
void ra_report_sentence(const struct ra_verdict *v, struct ra_buf *out);

#endif

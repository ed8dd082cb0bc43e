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
const struct ra_report_format *ra_report_find(const char *name); // NULL where there is no such row

// The writers, one a row: ra_report_text, ra_report_json, ...
#define RA_REPORT(n, t)                                                                                       \
    void ra_report_##n(const struct ra_inventory *inv, const struct ra_verdict *v,                            \
                       const struct ra_report_options *o, struct ra_buf *out);
#include "reports/reports.def"
#undef RA_REPORT

// `text` safe for a terminal: control bytes, bidirectional overrides, invisible characters and bytes that are not
// UTF-8 become \xNN or \u{NNNN}. Source of the list: Unicode UAX #9, ECMA-48.
void ra_escape_terminal(struct ra_buf *out, const char *text);
// The same, and inert in HTML: as text of an element and inside a double-quoted attribute that is no address, no style
// and no script.
void ra_escape_html(struct ra_buf *out, const char *text);

// The first line of every report for people, without a newline, already escaped:
// "FAIL: the worst iteration could become root on the host, through /run/docker.sock."
void ra_report_sentence(const struct ra_verdict *v, struct ra_buf *out);
// What gate says when it refuses, its first two lines: the sentence, then the first remedy or the first reason.
void ra_report_refusal(const struct ra_verdict *v, struct ra_buf *out);

// Who has to clean up, in a few words: "your machine and accounts". Static text.
const char *ra_radius_phrase(enum ra_radius radius);

// Unix seconds as RFC 3339 in UTC, for --stamp only.
enum { RA_STAMP_BYTES = 48 };
void ra_report_stamp(int64_t unix_s, char ret[RA_STAMP_BYTES]);

#endif

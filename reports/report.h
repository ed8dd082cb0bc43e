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

// Text from outside, made inert. All but ra_escape_path begin with what ra_escape_terminal does, so that nobody is shown
// what he cannot see, and no line ends within.
//
// `text` safe for a terminal and for the log of a runner: control bytes, bidirectional overrides, invisible characters
// and bytes that are not UTF-8 become \xNN or \u{NNNN}; so does a '#' of what a runner would obey.
void ra_escape_terminal(struct ra_buf *out, const char *text);
// What `out` holds from `begin` on is a line that is safe for a terminal and whose beginning may come from outside: no
// runner takes it for a workflow command.
void ra_escape_line(struct ra_buf *out, size_t begin);
// Content or attribute of XML 1.0 and HTML.
void ra_escape_xml(struct ra_buf *out, const char *text);
// Between the quotes of a label's value. Source: OpenMetrics 1.0, "Label values".
void ra_escape_label(struct ra_buf *out, const char *text);
// A message of SARIF, in which "[text](target)" would be a link; the JSON writer does the rest. Source: SARIF 3.11.6.
void ra_escape_message(struct ra_buf *out, const char *text);
// Data and property of a workflow command, in which neither ends it nor begins another. Source: the runner's toolkit,
// escapeData and escapeProperty.
void ra_escape_command(struct ra_buf *out, const char *text);
void ra_escape_property(struct ra_buf *out, const char *text);
// The path of an address, byte by byte, nothing lost.
void ra_escape_path(struct ra_buf *out, const char *path);
// Markdown: a name, as code; and a sentence, in which every word that is not plain language becomes code, and so does
// what stands between backticks. Fit for a list or for the cell of a table. No mention, reference, link or tag acts.
void ra_escape_code(struct ra_buf *out, const char *text);
void ra_escape_markdown(struct ra_buf *out, const char *text);

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

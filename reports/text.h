// What the files of the text report share: a wrapping writer. Private to reports/.
#ifndef RA_REPORTS_TEXT_H
#define RA_REPORTS_TEXT_H

#include "reports/report.h"

struct ra_text {
    struct ra_buf *out;
    unsigned width; // columns
    bool colour;    // the sequences of this program only; text from outside never brings its own
    bool verbose;
};
enum ra_tint { RA_TINT_NONE, RA_TINT_BOLD, RA_TINT_GOOD, RA_TINT_BAD, RA_TINT_DOUBT };

enum { RA_TEXT_MOST = 10 }; // lines of one section without -v

// A heading on its own line, after a blank one.
void ra_text_heading(struct ra_text *t, const char *title);
// `lead` (escaped, unwrapped), padded to `hang` columns, then `body` in words, wrapped with `hang` as indent. Both
// may come from outside. A word longer than a line stands alone, whole: ids are there to be copied.
void ra_text_item(struct ra_text *t, const char *lead, unsigned hang, enum ra_tint tint, const char *body);
// The same; the body is formatted.
void ra_text_itemf(struct ra_text *t, const char *lead, unsigned hang, const char *fmt, ...) RA_PRINTF(4, 5);
// "... and N more; -v shows all", where n is larger than shown.
void ra_text_more(struct ra_text *t, size_t n, size_t shown);

void ra_text_worst(struct ra_text *t, const struct ra_inventory *inv, const struct ra_verdict *v);
void ra_text_remedies(struct ra_text *t, const struct ra_inventory *inv, const struct ra_verdict *v);
void ra_text_before_use(struct ra_text *t, const struct ra_verdict *v);
void ra_text_findings(struct ra_text *t, const struct ra_verdict *v);
void ra_text_coverage(struct ra_text *t, const struct ra_inventory *inv);

#endif

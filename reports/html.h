// What the files of the HTML report share. The document holds no address of anything outside itself, no link made of
// audited text, and one style and one script whose digests its own policy names. Private to reports/.
#ifndef RA_REPORTS_HTML_H
#define RA_REPORTS_HTML_H

#include "reports/phrases.h"

struct ra_html {
    struct ra_buf *out;
    const struct ra_inventory *inv;
    const struct ra_verdict *v;
};

// Lines of the style sheet and of the script, NULL at the end; their text holds no "</".
extern const char *const ra_html_style[];
extern const char *const ra_html_script[];

// A section with a heading of level 2; `id` is ours.
void ra_html_open(const struct ra_html *h, const char *id, const char *title);
void ra_html_close(const struct ra_html *h);
// Text of this program or from outside, escaped; what stands between backticks becomes <code>.
void ra_html_prose(const struct ra_html *h, const char *text);
void ra_html_code(const struct ra_html *h, const char *text);
// A list of ids; those beyond `most` wait behind a summary, and those beyond `all` are only counted.
void ra_html_ids(const struct ra_html *h, const char *const *ids, size_t n, size_t most, size_t all);
// <li> with the phrase, for lists of phrases.
void ra_html_item(const struct ra_html *h, const struct ra_buf *phrase);

void ra_html_facts(const struct ra_html *h);    // target, box, profile
void ra_html_picture(const struct ra_html *h);  // the rings, and the same as a list
void ra_html_path(const struct ra_html *h);
void ra_html_numbers(const struct ra_html *h);  // proved beside assumed, and why not pass
void ra_html_trifecta(const struct ra_html *h);
void ra_html_cut(const struct ra_html *h);      // the checklist
void ra_html_unknown(const struct ra_html *h);  // to know more
void ra_html_findings(const struct ra_html *h);
void ra_html_later(const struct ra_html *h);    // before use, asleep
void ra_html_coverage(const struct ra_html *h);
void ra_html_exceptions(const struct ra_html *h);
void ra_html_score(const struct ra_html *h);

#endif

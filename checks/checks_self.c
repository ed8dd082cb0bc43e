// The audit's own program and profile. Whoever runs without a box, or only asks for a report, is told; gate inside a
// box must not trust what the run before it may have rewritten.
#include <string.h>

#include "checks/judge.h"
#include "checks/sentence.h"

static bool boxed(const struct ra_judge *j)
{
    const char *kind = j->inv->target.box.kind;
    return kind && !j->no_box && strcmp(kind, "none") != 0 && strcmp(kind, "unknown") != 0;
}

void ra_check_self(struct ra_judge *j)
{
    enum ra_severity blocking = j->profile->fail_on > RA_SEVERITY_HIGH ? j->profile->fail_on : RA_SEVERITY_HIGH;
    bool refuse = j->profile->gate && boxed(j);
    for (size_t i = 0; i < j->inv->n_reaches; i++) {
        const struct ra_reach *r = j->inv->reaches[i];
        const struct ra_detail *what = ra_detail_find(r, "judges"), *how = ra_detail_find(r, "tamper");
        if (!j->worst.active[i] || r->kind != RA_KIND_FILE || !what || what->type != RA_DETAIL_TEXT)
            continue;
        bool present = ra_judge_present(j, i);
        size_t *reach = ra_new_array(j->arena, size_t, 1);
        reach[0] = i;
        struct ra_draft d = {.check = RA_CHECK_SELF_TAMPER, .status = present ? RA_STATUS_FAIL : RA_STATUS_UNKNOWN,
                             .severity = refuse ? blocking : RA_SEVERITY_LOW,
                             .certainty = present ? RA_CERTAINTY_CERTAIN : RA_CERTAINTY_LIKELY, .reaches = reach,
                             .n_reaches = 1, .fixed = true};
        d.message = ra_strfmt(j->arena, "The run %s rewrite the %s that judges it, %s%s%s.", present ? "could" : "may",
                              what->text, ra_reach_words(j->arena, r), how && how->type == RA_DETAIL_TEXT ? ": " : "",
                              how && how->type == RA_DETAIL_TEXT ? how->text : "");
        ra_judge_add(j, &d);
    }
}

// The sentences that several reports share: the verdict line, what a radius means, a date. Does not wrap.
#include "reports/report.h"

#include <string.h>
#include <time.h>

const char *ra_radius_phrase(enum ra_radius radius)
{
    static const char *const phrase[] = {
        [RA_RADIUS_NOTHING] = "nothing to clean up",
        [RA_RADIUS_SANDBOX] = "the box and what lives only in it",
        [RA_RADIUS_WORKTREE] = "the working tree, which git can restore",
        [RA_RADIUS_GRANT] = "one narrow grant, revoked in one click",
        [RA_RADIUS_PERSON] = "your machine and accounts",
        [RA_RADIUS_ORGANIZATION] = "other people: production, colleagues, customers",
    };
    return phrase[radius];
}

static const char *word(enum ra_judgement v)
{
    switch (v) {
    case RA_VERDICT_PASS:
        return "PASS";
    case RA_VERDICT_FAIL:
        return "FAIL";
    case RA_VERDICT_INCOMPLETE:
        return "INCOMPLETE";
    }
    return "INCOMPLETE";
}

void ra_report_sentence(const struct ra_verdict *v, struct ra_buf *out)
{
    const char *s = v->worst.sentence ? v->worst.sentence : "";
    ra_buf_printf(out, "%s: ", word(v->verdict));
    ra_escape_terminal(out, s);
    size_t n = strlen(s);
    if (n && s[n - 1] != '.')
        ra_buf_putc(out, '.');
}

void ra_report_stamp(int64_t unix_s, char ret[RA_STAMP_BYTES])
{
    time_t t = (time_t)unix_s;
    struct tm tm;
    if (!gmtime_r(&t, &tm) || !strftime(ret, RA_STAMP_BYTES, "%Y-%m-%dT%H:%M:%SZ", &tm))
        memcpy(ret, "unknown", sizeof "unknown");
}

void ra_report_refusal(const struct ra_verdict *v, struct ra_buf *out)
{
    ra_report_sentence(v, out);
    ra_buf_putc(out, '\n');
    if (v->n_cuts) {
        ra_buf_puts(out, "To pass: ");
        ra_escape_terminal(out, v->cuts[0].remedy);
        if (v->n_cuts > 1)
            ra_buf_printf(out, " (the first of %zu)", v->n_cuts);
    } else if (v->n_reasons) {
        ra_buf_puts(out, "Why: ");
        ra_escape_terminal(out, v->reasons[0]);
    } else
        ra_buf_printf(out, "Why: the worst case is %s, the profile %s accepts %s.", ra_radius_name(v->worst.radius),
                      v->profile.name, ra_radius_name(v->profile.radius));
    ra_buf_putc(out, '\n');
}

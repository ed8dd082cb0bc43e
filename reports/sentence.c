// The sentences that several reports share: the verdict line, what a radius means, a date. Does not wrap.
#include <stdio.h>
#include <string.h>

#include "reports/parts.h"

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

static bool about_anywhere(const struct ra_finding *f)
{
    return f->n_reaches && strncmp(f->reaches[0], "egress:route/default/", 21) == 0;
}

// What fails where the worst case itself is within the profile: the gravest finding that counts, unless it is the worst
// case in other words. Of several ways out, the one to anywhere. NULL: none.
static const char *other_cause(const struct ra_verdict *v, size_t *ret_n)
{
    if (v->verdict != RA_VERDICT_FAIL || v->worst.radius > v->profile.radius)
        return NULL;
    const char *could = v->worst.sentence ? strstr(v->worst.sentence, " could ") : NULL;
    const struct ra_finding *first = NULL;
    *ret_n = 0;
    for (size_t i = 0; i < v->n_findings; i++) {
        const struct ra_finding *f = &v->findings[i];
        if (f->status != RA_STATUS_FAIL || f->severity < v->profile.fail_on)
            continue;
        ++*ret_n;
        if (!first || (strcmp(f->check, first->check) == 0 && about_anywhere(f) && !about_anywhere(first)))
            first = f;
    }
    return !first || (could && strstr(first->message, could)) ? NULL : first->message;
}

// "The task needs x, which is not there." as the first half of a sentence.
static void first_half(struct ra_buf *out, const char *message, size_t causes)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf half = {0};
    size_t n = strlen(message);
    bool word_begins = message[0] >= 'A' && message[0] <= 'Z' && message[1] >= 'a' && message[1] <= 'z';
    const char *end = strstr(message, ". ");
    n = end ? (size_t)(end - message) : n && message[n - 1] == '.' ? n - 1 : n;
    ra_buf_printf(&half, "%c%.*s", word_begins ? message[0] - 'A' + 'a' : message[0], (int)n - 1, message + 1);
    ra_escape_terminal(out, half.p);
    if (causes > 1)
        ra_buf_printf(out, " (the first of %zu causes)", causes);
    ra_buf_puts(out, "; ");
}

void ra_report_sentence(const struct ra_verdict *v, struct ra_buf *out)
{
    const char *s = v->worst.sentence ? v->worst.sentence : "", *cause;
    size_t causes = 0;
    ra_buf_printf(out, "%s: ", ra_verdict_word(v->verdict));
    if ((cause = other_cause(v, &causes)) && *cause)
        first_half(out, cause, causes);
    ra_escape_terminal(out, s);
    size_t n = strlen(s);
    if (n && s[n - 1] != '.')
        ra_buf_putc(out, '.');
}

// By hand, since the C library would open the time zone's file, which may be one that never answers. Years are counted
// from March, so that leap days end them. Source: Gregorian calendar, 146097 days in 400 years.
void ra_report_stamp(int64_t unix_s, char ret[RA_STAMP_BYTES])
{
    if (unix_s < 0 || unix_s > 253402300799) { // 9999-12-31
        memcpy(ret, "unknown", sizeof "unknown");
        return;
    }
    unsigned second = (unsigned)(unix_s % 86400);
    int64_t days = unix_s / 86400 + 719468, era = days / 146097, of_era = days % 146097;
    int64_t years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * years + years / 4 - years / 100), from_march = (5 * of_year + 2) / 153;
    unsigned day = (unsigned)(of_year - (153 * from_march + 2) / 5 + 1);
    unsigned month = (unsigned)(from_march < 10 ? from_march + 3 : from_march - 9);
    unsigned year = (unsigned)(years + era * 400 + (month <= 2));
    snprintf(ret, RA_STAMP_BYTES, "%04u-%02u-%02uT%02u:%02u:%02uZ", year, month, day, second / 3600,
             second / 60 % 60, second % 60);
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

// Points in time as credential files write them. Local times (without an offset) are refused: they name no
// point in time. Source: RFC 3339, section 5.6.
#include "parse/keys.h"

static bool number(struct ra_span *s, size_t digits, unsigned low, unsigned high, int64_t *ret)
{
    uint64_t v;
    struct ra_span field = ra_span_cut(*s, 0, digits);
    if (field.n != digits || !ra_span_u64(field, 10, &v) || v < low || v > high)
        return false;
    *ret = (int64_t)v;
    *s = ra_span_cut(*s, digits, s->n);
    return true;
}

static bool sign(struct ra_span *s, const char *one_of)
{
    if (s->n)
        for (; *one_of; one_of++)
            if (s->p[0] == *one_of) {
                *s = ra_span_cut(*s, 1, s->n);
                return true;
            }
    return false;
}

static bool offset(struct ra_span s, int64_t *ret_s)
{
    int64_t hours, minutes;
    *ret_s = 0;
    if (ra_span_is_nocase(s, "Z") || ra_span_is(s, "UTC"))
        return true;
    bool west = ra_span_starts(s, "-");
    if (!sign(&s, "+-") || !number(&s, 2, 0, 23, &hours))
        return false;
    sign(&s, ":");
    if (!number(&s, 2, 0, 59, &minutes) || s.n)
        return false;
    *ret_s = (hours * 3600 + minutes * 60) * (west ? -1 : 1);
    return true;
}

// Days since 1970-01-01 in the Gregorian calendar; years are counted from March, so that leap days end them.
static int64_t days(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    int64_t era = (year + 400) / 400 - 1, of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

bool ra_rfc3339(struct ra_span text, int64_t *ret_s)
{
    static const unsigned char lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t year, month, day, hour, minute, second, east;
    struct ra_span s = ra_span_trim(text);
    if (!number(&s, 4, 0, 9999, &year) || !sign(&s, "-") || !number(&s, 2, 1, 12, &month) || !sign(&s, "-") ||
        !number(&s, 2, 1, 31, &day) || !sign(&s, "Tt ") || !number(&s, 2, 0, 23, &hour) || !sign(&s, ":") ||
        !number(&s, 2, 0, 59, &minute) || !sign(&s, ":") || !number(&s, 2, 0, 60, &second))
        return false;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if (day > lengths[month - 1] + (month == 2 && leap))
        return false;
    if (sign(&s, ".")) {
        size_t n = 0;
        while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
            n++;
        if (n == 0)
            return false;
        s = ra_span_cut(s, n, s.n);
    }
    if (!offset(s, &east))
        return false;
    *ret_s = days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - east;
    return true;
}

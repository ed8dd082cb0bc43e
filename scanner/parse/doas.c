// doas.conf(5), line by line.
#include "parse/sudoers.h"

bool ra_doas_next(struct ra_span *rest, struct ra_doas_rule *ret, size_t *ret_odd)
{
    struct ra_span line, word;
    while (ra_span_line(rest, &line)) {
        ptrdiff_t comment = ra_span_chr(line, '#');
        struct ra_span s = ra_span_trim(comment < 0 ? line : ra_span_cut(line, 0, (size_t)comment));
        *ret = (struct ra_doas_rule){0};
        if (!ra_span_word(&s, &word))
            continue;
        ret->permit = ra_span_is(word, "permit");
        bool good = ret->permit || ra_span_is(word, "deny");
        while (good && !ret->who.n && (good = ra_span_word(&s, &word))) {
            if (ra_span_is(word, "nopass"))
                ret->no_password = true;
            else if (ra_span_is(word, "setenv")) {
                ptrdiff_t end = ra_span_chr(s, '}');
                s = ra_span_cut(s, end < 0 ? s.n : (size_t)end + 1, s.n);
            } else if (!ra_span_is(word, "persist") && !ra_span_is(word, "keepenv") && !ra_span_is(word, "nolog"))
                ret->who = word;
        }
        while (good && ra_span_word(&s, &word))
            if (ra_span_is(word, "as"))
                good = ra_span_word(&s, &ret->as);
            else if (ra_span_is(word, "cmd"))
                good = ra_span_word(&s, &ret->command);
        if (good)
            return true;
        ++*ret_odd;
    }
    return false;
}

// The phrases about the target, the worst case and the sum behind its score. Decides nothing, wraps nothing, escapes
// nothing.
#include "reports/phrases.h"

#include <inttypes.h>
#include <string.h>

#include "model/score.h"

void ra_phrase_ids(struct ra_buf *out, const char *const *ids, size_t n, size_t most)
{
    for (size_t i = 0; i < n && i < most; i++)
        ra_buf_printf(out, "%s%s", i ? ", " : "", ids[i]);
    if (n > most)
        ra_buf_printf(out, " and %zu more", n - most);
}

void ra_phrase_target(struct ra_buf *out, const struct ra_inventory *inv)
{
    const struct ra_target_facts *f = &inv->target;
    const char *kind = f->kind ? f->kind : "self";
    ra_buf_puts(out, strcmp(kind, "self") == 0 ? "this process" : kind);
    if (f->locator && strcmp(f->locator, kind) != 0)
        ra_buf_printf(out, " %s", f->locator);
    if (f->uid >= 0)
        ra_buf_printf(out, ", uid %" PRId64, f->uid);
    if (f->gid >= 0)
        ra_buf_printf(out, " gid %" PRId64, f->gid);
    if (f->hostname)
        ra_buf_printf(out, ", on %s", f->hostname);
    if (f->worktree)
        ra_buf_printf(out, ", in %s", f->worktree);
    for (size_t i = 0; i < inv->asked.n_online; i++)
        if (ra_span_ends(ra_span_of(inv->asked.online[i]), RA_REPLAYED)) {
            ra_buf_puts(out, ", with recorded answers: no service was asked");
            break;
        }
    if (inv->stamp) {
        char when[RA_STAMP_BYTES];
        ra_report_stamp(inv->now_s, when);
        ra_buf_printf(out, ", at %s", when);
    }
}

void ra_phrase_box(struct ra_buf *out, const struct ra_box *box)
{
    const char *kind = box->kind ? box->kind : "unknown";
    if (strcmp(kind, "none") == 0)
        ra_buf_puts(out, "none: nothing separates this process from the machine");
    else
        ra_buf_printf(out, "%s%s", kind, box->shared_kernel ? ", on the host's kernel" : "");
    if (box->evidence)
        ra_buf_printf(out, " (%s)", box->evidence);
}

void ra_phrase_profile(struct ra_buf *out, const struct ra_profile_facts *p)
{
    ra_buf_printf(out, "%s: accepts a worst case up to %s (%s)", p->name, ra_radius_name(p->radius),
                  ra_radius_phrase(p->radius));
    if (p->score >= 0)
        ra_buf_printf(out, " and a score up to %d", p->score);
    ra_buf_printf(out, "; findings of %s severity and above count", ra_severity_name(p->fail_on));
}

void ra_phrase_number(struct ra_buf *out, enum ra_radius radius, int score)
{
    ra_buf_printf(out, "%s (%s), score %d of 100", ra_radius_name(radius), ra_radius_phrase(radius), score);
}

void ra_phrase_step(struct ra_buf *out, const struct ra_step *s)
{
    ra_buf_puts(out, s->sentence ? s->sentence : s->rule);
    if (s->certainty != RA_CERTAINTY_CERTAIN || s->when != RA_WHEN_NOW)
        ra_buf_printf(out, " (%s, %s)", ra_certainty_name(s->certainty), ra_when_name(s->when));
}

const char *ra_phrase_why(const struct ra_verdict *v)
{
    return v->verdict == RA_VERDICT_FAIL ? "Why it fails" : "Why it cannot be decided";
}

bool ra_phrase_fails_alone(const struct ra_verdict *v, const struct ra_consequence *c)
{
    return c->proved && !c->dormant && c->certainty >= RA_CERTAINTY_LIKELY && c->radius > v->profile.radius &&
           (!v->worst.consequence || strcmp(c->id, v->worst.consequence) != 0);
}

const char *ra_phrase_leg(size_t i)
{
    static const char *const label[] = {"private data", "untrusted input", "way out", "unsupervised"};
    return label[i];
}

const char *ra_phrase_leg_state(const struct ra_worst *w, size_t i)
{
    switch (w->legs[i].state) {
    case RA_STATE_PRESENT:
        return "yes";
    case RA_STATE_DENIED:
    case RA_STATE_ABSENT:
        return i == 3 ? "no" : "none seen"; // supervision is a word of the profile, not a thing to look for
    case RA_STATE_UNKNOWN:
        return "unknown, so taken as yes";
    }
    return "unknown, so taken as yes";
}

// ---- the score ------------------------------------------------------------------------------------

const char ra_phrase_score[] =
    "x = 8 * severity + 4 * certain + min(n - 1, 3); score = base + width * x / 39, in whole numbers. What rests on "
    "something unknown counts as certain, and as four.";

void ra_phrase_sum(struct ra_buf *out, enum ra_radius radius, int score, const struct ra_score_terms *terms)
{
    int base, width, x = ra_score_sum(terms->severity, terms->certain, terms->n);
    ra_score_band(radius, &base, &width);
    if (terms->n == 0)
        ra_buf_printf(out, score ? "%d; the report does not say what it is made of" : "%d; nothing follows", score);
    else
        ra_buf_printf(out, "8 * %d + 4 * %d + %zu = %d; %d + %d * %d / 39 = %d", (int)terms->severity,
                      (int)terms->certain, terms->n > 4 ? 3 : terms->n - 1, x, base, width, x, base + width * x / 39);
}

void ra_phrase_terms(struct ra_buf *out, enum ra_radius radius, const struct ra_score_terms *terms)
{
    int base, width;
    ra_score_band(radius, &base, &width);
    ra_buf_printf(out, "severity %s is %d; %s; %zu consequence%s at that radius%s; the band of %s begins at %d and is "
                  "%d wide",
                  ra_severity_name(terms->severity), (int)terms->severity,
                  terms->certain ? "certain is 1" : "only likely is 0", terms->n, terms->n == 1 ? "" : "s",
                  terms->n > 4 ? ", of which four count" : "", ra_radius_name(radius), base, width);
}

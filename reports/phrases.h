// What the reports for people say in the same words: who was audited, in which box, what the numbers mean. Every
// function appends plain text to `out`, not escaped and not wrapped: the format does that. Private to reports/ and to
// `explain`.
#ifndef RA_REPORTS_PHRASES_H
#define RA_REPORTS_PHRASES_H

#include "reports/report.h"

// "this process, uid 1000 gid 1000, on laptop, in /home/dev/project"
void ra_phrase_target(struct ra_buf *out, const struct ra_inventory *inv);
void ra_phrase_box(struct ra_buf *out, const struct ra_box *box);
void ra_phrase_profile(struct ra_buf *out, const struct ra_profile_facts *p);
// "grant (one narrow grant, revoked in one click), score 41 of 100"
void ra_phrase_number(struct ra_buf *out, enum ra_radius radius, int score);
// One step of a path, with its certainty and time where they are not "certain, now".
void ra_phrase_step(struct ra_buf *out, const struct ra_step *s);
// The heading over verdict.reasons.
const char *ra_phrase_why(const struct ra_verdict *v);
// Would this one fail the profile by itself, beside the worst one?
bool ra_phrase_fails_alone(const struct ra_verdict *v, const struct ra_consequence *c);
// The four legs in the verdict's order: "private data", and "yes", "none seen", "unknown, so taken as yes".
const char *ra_phrase_leg(size_t i);
const char *ra_phrase_leg_state(const struct ra_worst *w, size_t i);

// What one and the same answer would settle is told once, at the first of them: is `at` unknown and such a first one,
// would what settles `at` settle `other` too, and how far could any of them go?
bool ra_phrase_unknown_first(const struct ra_inventory *inv, size_t at);
bool ra_phrase_settles(const struct ra_inventory *inv, size_t at, size_t other);
enum ra_radius ra_phrase_unknown_ceiling(const struct ra_inventory *inv, size_t at);
// All of that in one line, `most` of them by id.
void ra_phrase_unknown(struct ra_buf *out, const struct ra_inventory *inv, size_t at, size_t most);
// Finding `at`, for whoever uses the result, with all that the same advice covers. False, and nothing said, where
// there is none or an earlier one said it.
bool ra_phrase_advice(struct ra_buf *out, const struct ra_verdict *v, size_t at, size_t most);
// A reach that could act if there were a way out; false where it is none, or its place stands for it.
bool ra_phrase_asleep(struct ra_buf *out, const struct ra_inventory *inv, const struct ra_verdict *v, size_t at);
void ra_phrase_waiver(struct ra_buf *out, const struct ra_waiver_used *w);
void ra_phrase_override(struct ra_buf *out, const struct ra_override_used *o);

// "8 * 4 + 4 * 1 + 3 = 39; 80 + 20 * 39 / 39 = 100", and what the numbers stand for.
void ra_phrase_sum(struct ra_buf *out, enum ra_radius radius, int score, const struct ra_score_terms *terms);
void ra_phrase_terms(struct ra_buf *out, enum ra_radius radius, const struct ra_score_terms *terms);
extern const char ra_phrase_score[]; // the formula

// "1046 places in 9 surfaces". *ret_gaps, unless NULL: how many lines tell what was not seen.
void ra_phrase_looked(struct ra_buf *out, const struct ra_inventory *inv, size_t *ret_gaps);
// What such a target cannot have is no gap: nothing runs in a root file system.
bool ra_phrase_never_there(const struct ra_inventory *inv, const struct ra_coverage *c);
// A surface that was not seen whole, and whose lines do not say so already: "partial: ...". False: nothing to say.
bool ra_phrase_gap(struct ra_buf *out, const struct ra_inventory *inv, const struct ra_coverage *c);
// "a, b and 3 more" of ids.
void ra_phrase_ids(struct ra_buf *out, const char *const *ids, size_t n, size_t most);

#endif

// Words for people: reaches by name, steps and worst cases as sentences.
#ifndef RA_CHECKS_SENTENCE_H
#define RA_CHECKS_SENTENCE_H

#include "base/buf.h"
#include "checks/closure.h"

// "the variable GITHUB_TOKEN", "/run/docker.sock", "a GitHub token". Lives in `a`.
const char *ra_reach_words(struct ra_arena *a, const struct ra_reach *r);
// What a right lets one do: "push to the default branch of acme/app".
const char *ra_right_words(struct ra_arena *a, const struct ra_reach *r);
// A template of rules.def with its words in braces filled in.
const char *ra_fact_words(struct ra_arena *a, const struct ra_inventory *inv, const struct ra_fact *f,
                          const char *template);
// "the worst iteration could ..."; f may be NULL.
const char *ra_worst_words(struct ra_arena *a, const struct ra_inventory *inv, const struct ra_fact *f);
// Up to three of the reaches as words, "x, y and z", then "and N more".
const char *ra_list_words(struct ra_arena *a, const struct ra_inventory *inv, const size_t *reaches, size_t n);

#endif

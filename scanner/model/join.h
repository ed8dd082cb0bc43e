// How two records of one thing become one. Private to the inventory; each function is commutative and associative,
// so that no order of collectors shows in the result.
#ifndef RA_MODEL_JOIN_H
#define RA_MODEL_JOIN_H

#include "model/inventory.h"

const char *ra_join_text(const char *a, const char *b); // the smaller by bytes; NULL loses
enum ra_state ra_join_state(enum ra_state a, enum ra_state b);
int ra_compare_text(const char *a, const char *b); // NULL first
int ra_compare_detail_value(const struct ra_detail *a, const struct ra_detail *b);
int ra_compare_evidence(const struct ra_evidence *a, const struct ra_evidence *b);
// Appends without looking for duplicates; strings are borrowed.
void ra_push_evidence(struct ra_arena *a, struct ra_reach *r, struct ra_evidence e);
void ra_push_reach(struct ra_inventory *inv, struct ra_reach *r);
// Adds d, or settles which of two values of one key stays. Strings are borrowed.
void ra_join_detail(struct ra_arena *a, struct ra_reach *r, struct ra_detail d);
// Joins `from` into `into`, which has the same id; strings are borrowed.
void ra_join_reach(struct ra_arena *a, struct ra_reach *into, const struct ra_reach *from);

#endif

// What follows from the reaches of a frozen inventory, by the rules of rules.def. Two closures are made: `proved`
// takes what is present at the least it can be; `worst` takes what is unknown too, and everything at its ceiling.
#ifndef RA_CHECKS_CLOSURE_H
#define RA_CHECKS_CLOSURE_H

#include "checks/profile.h"
#include "model/verdict.h"

enum ra_rule {
#define RA_RULE(n, ...) RA_RULE_##n,
#include "checks/rules.def"
#undef RA_RULE
    RA_RULE_COUNT,
    RA_RULE_NONE = RA_RULE_COUNT
};
enum ra_subject {
    RA_SUBJECT_REACH,
    RA_SUBJECT_HELD,
    RA_SUBJECT_GRANT,
    RA_SUBJECT_USER,
    RA_SUBJECT_UNSEEN,
    RA_SUBJECT_UNSEEN_SECRET,
    RA_SUBJECT_BOX
};
enum ra_class { RA_CLASS_NOTHING, RA_CLASS_CHANNEL, RA_CLASS_ROUTE, RA_CLASS_COUNT };
enum ra_radius_from { RA_FROM_FIXED, RA_FROM_REACH, RA_FROM_SECRET, RA_FROM_BOTH };

struct ra_rule_row {
    const char *name;
    enum ra_subject subject;
    unsigned traits, kinds, unless, access;
    enum ra_class needs;
    enum ra_rule after;
    const char *gives;
    enum ra_radius_from from;
    enum ra_radius radius;
    enum ra_certainty certainty;
    enum ra_when when;
    const char *clause, *worst;
};
const struct ra_rule_row *ra_rule_row(enum ra_rule rule);

#define RA_NO_INDEX ((size_t)-1)

struct ra_fact { // one consequence, by its best derivation
    enum ra_rule rule;
    size_t subject; // index of a reach; RA_NO_INDEX for consequences without one
    size_t reach;   // the reach that gave it (= subject where there is one)
    size_t secret;  // index of the secret that is used, or RA_NO_INDEX
    size_t place;   // of a secret that somebody acts with: where it was read, or the socket that signs; or RA_NO_INDEX
    size_t grant;   // the right that is used, or RA_NO_INDEX
    size_t way;     // index of the reach that satisfies the class needed, or RA_NO_INDEX
    size_t after;   // index of the fact that it builds on, or RA_NO_INDEX
    enum ra_radius radius;
    enum ra_severity severity;
    enum ra_certainty certainty;
    bool counts; // certain enough for this profile
    bool blind;  // some derivation rests on something unknown
};

struct ra_held { // a place and the secret it gives; place == secret where no place is known
    size_t place, secret;
};

struct ra_given { // a right and who gives it: a secret in its surest place, or a socket that signs
    size_t grant, secret, place; // secret: RA_NO_INDEX where only a socket is known
    enum ra_class class;         // what it takes to use it
    bool blind;                  // another place of the secret is unknown
};

struct ra_used { // who acts with a secret of its own ("uses"), and the surest place that gives it
    size_t user, secret, place;
};

struct ra_closure {
    bool worst;
    bool shipped; // a static target: whoever gets it has what is in it, so that no channel is asked for
    struct ra_fact *facts; // by rule, then subject
    size_t n;
    size_t start[RA_RULE_COUNT + 1];
    bool *active;                  // per reach: takes part
    struct ra_held *held;          // active pairs with a live secret, by place, then secret
    size_t n_held;
    struct ra_given *given; // active grants with someone who gives them, by grant
    size_t n_given;
    struct ra_used *used; // active users of secrets that are held, by user
    size_t n_used;
    size_t way[RA_CLASS_COUNT];    // surest, then first member of the class, or RA_NO_INDEX
    bool blind_way[RA_CLASS_COUNT]; // the class has an unknown member
};

// Near linear in the number of reaches and links. The inventory is frozen: reaches are sorted by id.
void ra_closure_make(struct ra_arena *a, const struct ra_inventory *inv, const struct ra_profile *profile, bool worst,
                     struct ra_closure *ret);
// Does a secret that can be read leave?
bool ra_closure_awake(const struct ra_closure *c);
// The rule by which it does, in this closure.
enum ra_rule ra_closure_discloses(const struct ra_closure *c);
// The same consequence in another closure, or NULL.
const struct ra_fact *ra_closure_find(const struct ra_closure *c, enum ra_rule rule, size_t subject);
size_t ra_reach_index(const struct ra_inventory *inv, const char *id); // RA_NO_INDEX where absent
// The secret that unknown:token:…/scope speaks of, or RA_NO_INDEX.
size_t ra_scope_of(const struct ra_inventory *inv, size_t reach);
// The links "gives" from this reach, and how many; NULL where there are none.
const struct ra_link *ra_gives_of(const struct ra_inventory *inv, const char *id, size_t *ret_n);
// Per reach: the most that it opens, by itself or by the rights that it gives. Lives in `a`.
enum ra_radius *ra_reaches_open(struct ra_arena *a, const struct ra_inventory *inv);
// Is there still something that nobody knows of this secret (unknown:token:…/scope)?
bool ra_scope_unknown(const struct ra_inventory *inv, size_t secret);
// "so:disclosed/env:GITHUB_TOKEN"
const char *ra_fact_id(struct ra_arena *a, const struct ra_inventory *inv, const struct ra_fact *f);
enum ra_severity ra_severity_of(enum ra_radius radius);
bool ra_reach_in_class(const struct ra_reach *r, enum ra_class class);

#endif

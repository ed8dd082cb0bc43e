// The enumerations of the design, each with its printed names. One word, one meaning:
// code, output and man pages all take their spelling from these tables.
#ifndef RA_BASE_WORDS_H
#define RA_BASE_WORDS_H

#include <stdbool.h>

#define RA_STATES(X) X(PRESENT, "present") X(DENIED, "denied") X(ABSENT, "absent") X(UNKNOWN, "unknown")
#define RA_METHODS(X) X(DECLARED, "declared") X(OBSERVED, "observed") X(ATTEMPTED, "attempted") X(INFERRED, "inferred")
#define RA_SEVERITIES(X) X(INFO, "info") X(LOW, "low") X(MEDIUM, "medium") X(HIGH, "high") X(CRITICAL, "critical")
#define RA_RADII(X) \
    X(NOTHING, "nothing") X(SANDBOX, "sandbox") X(WORKTREE, "worktree") \
    X(GRANT, "grant") X(PERSON, "person") X(ORGANIZATION, "organization")
// Ordered from weak to sure, so that the surer of two is the larger.
#define RA_CERTAINTIES(X) X(POSSIBLE, "possible") X(LIKELY, "likely") X(CERTAIN, "certain")
#define RA_WHENS(X) X(NOW, "now") X(LATER, "later")
#define RA_STATUSES(X) \
    X(PASS, "pass") X(FAIL, "fail") X(UNKNOWN, "unknown") X(WAIVED, "waived") X(NOT_APPLICABLE, "not-applicable")
#define RA_RUNS(X) \
    X(RAN, "ran") X(PARTIAL, "partial") X(SKIPPED, "skipped") X(UNSUPPORTED, "unsupported") X(FAILED, "failed")
#define RA_VERDICTS(X) X(PASS, "pass") X(FAIL, "fail") X(INCOMPLETE, "incomplete")

enum ra_state {
#define X(n, s) RA_STATE_##n,
    RA_STATES(X)
#undef X
};
enum ra_method {
#define X(n, s) RA_METHOD_##n,
    RA_METHODS(X)
#undef X
};
enum ra_severity {
#define X(n, s) RA_SEVERITY_##n,
    RA_SEVERITIES(X)
#undef X
};
enum ra_radius {
#define X(n, s) RA_RADIUS_##n,
    RA_RADII(X)
#undef X
};
enum ra_certainty {
#define X(n, s) RA_CERTAINTY_##n,
    RA_CERTAINTIES(X)
#undef X
};
enum ra_when {
#define X(n, s) RA_WHEN_##n,
    RA_WHENS(X)
#undef X
};
enum ra_status {
#define X(n, s) RA_STATUS_##n,
    RA_STATUSES(X)
#undef X
};
enum ra_run {
#define X(n, s) RA_RUN_##n,
    RA_RUNS(X)
#undef X
};
enum ra_judgement {
#define X(n, s) RA_VERDICT_##n,
    RA_VERDICTS(X)
#undef X
};

// Access is a set; more bits never mean less reach.
enum ra_access {
    RA_READ = 1 << 0,
    RA_WRITE = 1 << 1,
    RA_EXECUTE = 1 << 2,
    RA_CONNECT = 1 << 3,
    RA_SIGN = 1 << 4,
    RA_RESOLVE = 1 << 5,
    RA_SEND = 1 << 6,
};
#define RA_ACCESS_BITS 7

// Printed name of a value; never NULL for a value of its enumeration.
const char *ra_state_name(enum ra_state v);
const char *ra_method_name(enum ra_method v);
const char *ra_severity_name(enum ra_severity v);
const char *ra_radius_name(enum ra_radius v);
const char *ra_certainty_name(enum ra_certainty v);
const char *ra_when_name(enum ra_when v);
const char *ra_status_name(enum ra_status v);
const char *ra_run_name(enum ra_run v);
const char *ra_verdict_name(enum ra_judgement v);
const char *ra_access_name(unsigned bit_index); // 0 .. RA_ACCESS_BITS-1

// Value of a printed name; false (and *ret untouched) where no value has that name.
bool ra_state_parse(const char *s, enum ra_state *ret);
bool ra_method_parse(const char *s, enum ra_method *ret);
bool ra_severity_parse(const char *s, enum ra_severity *ret);
bool ra_radius_parse(const char *s, enum ra_radius *ret);
bool ra_certainty_parse(const char *s, enum ra_certainty *ret);
bool ra_when_parse(const char *s, enum ra_when *ret);
bool ra_status_parse(const char *s, enum ra_status *ret);
bool ra_run_parse(const char *s, enum ra_run *ret);
bool ra_verdict_parse(const char *s, enum ra_judgement *ret);
bool ra_access_parse(const char *s, unsigned *ret_bit); // the bit itself

// The errno's symbolic name ("ENOENT"), "ok" for 0. Never NULL.
const char *ra_errno_name(int err);
int ra_errno_parse(const char *name); // 0 for "ok", -1 where unknown

#endif

// Errors that end a piece of work. *Denied*, *absent* and *unsupported* are results, not errors.
#ifndef RA_BASE_ERROR_H
#define RA_BASE_ERROR_H

#include "base/compiler.h"

enum ra_code {
    RA_OK = 0,
    RA_E_USAGE = -2,    // the command line
    RA_E_INPUT = -3,    // a file given to us is wrong; line and column say where
    RA_E_SYSTEM = -4,   // the system refused what the program itself needs
    RA_E_LIMIT = -5,    // a cap of limits.h was met
    RA_E_INTERNAL = -6, // a defect of ours
};

struct ra_error {
    int code;       // enum ra_code
    unsigned line;  // 1-based, 0 = no position
    unsigned column;
    char text[400]; // one sentence without newline; safe to print after terminal escaping
};

// Sets *err (which may be NULL) and returns `code`, so that `return ra_fail(...)` reads well.
int ra_fail(struct ra_error *err, int code, const char *fmt, ...) RA_PRINTF(3, 4);
// The same with a position in the input.
int ra_fail_at(struct ra_error *err, unsigned line, unsigned column, const char *fmt, ...) RA_PRINTF(4, 5);
// Puts "context: " before an error already set; returns its code.
int ra_wrap(struct ra_error *err, const char *fmt, ...) RA_PRINTF(2, 3);
// Out of memory: one line to stderr, exit status 4. Nobody can read that as pass.
RA_NORETURN void ra_oom(void);

#endif

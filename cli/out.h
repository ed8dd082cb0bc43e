// Where bytes leave the program: stdout, stderr, and the report files that the user named. A report is written whole
// or the exit status is 4. Leaves signal dispositions and mask as they were.
#ifndef RA_CLI_OUT_H
#define RA_CLI_OUT_H

#include "base/buf.h"
#include "base/error.h"

// All of it, or RA_E_SYSTEM: a closed, full or broken stdout is an error, never a signal.
int ra_out_stdout(struct ra_span bytes, struct ra_error *err);
// FILE, by a new file of mode 0600 beside it that takes its name at the end; a link of that name is replaced, never
// followed.
int ra_out_file(const char *file, struct ra_span bytes, struct ra_error *err);
// RA_E_USAGE where FILE exists and is no regular file (a device, a directory, a link), or another user's link leads to
// it: asked before the audit. What else stands in the way is found when it is written.
int ra_out_may(const char *file, struct ra_error *err);
// "reachaudit: ..." and a newline on stderr, made safe for a terminal.
void ra_out_error(const char *fmt, ...) RA_PRINTF(1, 2);
// The text of *err, with its position if it has one, in the same way.
void ra_out_fail(const struct ra_error *err);
// A line to stderr, made safe, without the program's name.
void ra_out_line(const char *text);

#endif

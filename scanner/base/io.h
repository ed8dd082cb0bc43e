// The two small pieces of plumbing that every process of the program needs: a clock for deadlines, and a write that
// is whole or says why not.
#ifndef RA_BASE_IO_H
#define RA_BASE_IO_H

#include <stdint.h>

#include "base/span.h"

// Milliseconds of a clock that nobody sets (CLOCK_MONOTONIC). For deadlines; never shown.
int64_t ra_now_ms(void);
// Seconds since 1970 by the clock that servers compare with. Never shown.
int64_t ra_unix_now_s(void);
void ra_sleep_ms(unsigned ms); // may end early, by a signal
// Writes all of `bytes`; waits where the descriptor would block. 0 or an errno.
int ra_write_all(int fd, struct ra_span bytes);

#endif

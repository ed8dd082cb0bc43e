// How far long work has come: counted by the children in memory that they share with the keeper, told by the keeper in
// one line on a terminal. Nothing of it reaches a report.
#ifndef RA_CLI_PROGRESS_H
#define RA_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Keeper: before the children start and after they ended. `quiet`: count, but never tell.
void ra_progress_begin(bool quiet);
void ra_progress_end(void);
// Children. Of an audit: this surface is being looked at, or has been. Of a merge: n of all reports have been read.
void ra_progress_surface(const char *collector, bool finished);
void ra_progress_reports(uint64_t n, uint64_t all);
// Child: requests made so far.
void ra_progress_requests(unsigned n);
// Keeper: all that was counted, as one number that only grows.
uint64_t ra_progress_count(void);
// Keeper: writes the line anew where that is due. Milliseconds until it is due again; -1 = never.
int64_t ra_progress_tell(void);

#endif

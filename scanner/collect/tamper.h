// Could the audited process rewrite what judges it? Facts for the check self/tamper.
#ifndef RA_COLLECT_TAMPER_H
#define RA_COLLECT_TAMPER_H

#include "collect/collect.h"

// Looks at the program's own file (host->self->exe) and at `files`, the profiles named on the command line, absolute.
// Each that the run could change becomes a reach with the detail "judges".
void ra_tamper_look(struct ra_collect *c, const char *const *files, size_t n);

#endif

// Which characters a reader would not see, or would be led astray by; and the decoder that finds them. The one list, for
// whatever is shown to people and whatever JSON may be shown raw.
#ifndef RA_BASE_UNICODE_H
#define RA_BASE_UNICODE_H

#include "base/span.h"

// Control, bidirectional, invisible: it moves a cursor, reorders or hides its neighbours, or is no character at all.
// Sources: ECMA-48 (C0, C1), Unicode UAX #9 (bidirectional controls), Unicode general category Cf.
bool ra_unicode_unsafe(uint32_t c);
// Is s.p[at] the second '#' of what a runner of pipelines obeys wherever it stands in a line of its log: "##[error]",
// "##vso[task.setvariable]", "##teamcity[]"? Sources: the GitHub runner's ActionCommand.TryParse; Azure Pipelines, "Logging
// commands"; TeamCity, "Service messages".
bool ra_unicode_command(struct ra_span s, size_t at);
// Bytes of the well-formed sequence at s.p[0], which must be there, or 0. A NUL is well-formed.
size_t ra_utf8_decode(struct ra_span s, uint32_t *ret);

#endif

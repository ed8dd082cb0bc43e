// The only way for text into the inventory: whatever looks like a secret, or was learnt to be one, is
// replaced by "[secret]". Learnt values are kept hashed by nothing: they live in wiped storage of the scanner's
// own process and die with it; the judge never has them. What one process learnt, another knows only where it is told.
// Time is linear in the text, however many values were learnt. Not for several threads at once.
#ifndef RA_MODEL_SCRUB_H
#define RA_MODEL_SCRUB_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"

// Remembers a value that must never appear again (6 bytes and more; shorter ones are ignored), as it is, with its
// percent escapes undone, and in base64 at any of the three offsets, so that a part of "user:value" is found too.
// Of values of 16 bytes and more any run of 16 bytes is found: a half is as good as the whole. A text that holds a
// piece of a value longer than RA_SCRUB_LONG_BYTES is replaced as a whole.
enum { RA_SCRUB_LONG_BYTES = 4096 };
void ra_scrub_learn(struct ra_span value);
void ra_scrub_forget_all(void);
// From now on each value that is new is appended to *to as a record, for another process of the scanner to learn; NULL
// ends it. Left out: what has a shape, which everybody finds, and what may just as well be a word or a path, which would
// be replaced in places where it is no secret. The caller wipes (ra_buf_free).
void ra_scrub_tell(struct ra_buf *to);
// Learns such records; false where the bytes are none.
bool ra_scrub_learn_told(struct ra_span records);
// Finds the next secret-shaped run in `text` at or after *from: fills *ret_at, *ret_n. Set once by the scanner from
// its shape catalogue; without one only learnt values are found.
typedef bool ra_scrub_shapes(struct ra_span text, size_t from, size_t *ret_at, size_t *ret_n);
void ra_scrub_set_shapes(ra_scrub_shapes *find);
// A copy fit to be shown: learnt values (also percent-encoded or base64), secret shapes, and the user:password
// part of URLs replaced; bytes that are not UTF-8 become U+FFFD. Scrubbing twice changes nothing more. NULL gives NULL.
char *ra_scrub(struct ra_arena *a, const char *text);
char *ra_scrub_span(struct ra_arena *a, struct ra_span text);
// The same for bytes that will be encoded (ids): what is not UTF-8 stays as it is.
char *ra_scrub_bytes(struct ra_arena *a, struct ra_span text);
// ra_scrub, but `text` itself where nothing had to be replaced.
const char *ra_scrub_keep(struct ra_arena *a, const char *text);

#endif

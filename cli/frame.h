// What scanner, judge and keeper say to each other through pipes: frames of a 4-byte type, an 8-byte length and that
// many bytes, in host byte order (both ends are one program). A stream without its 'D' frame is not whole.
#ifndef RA_CLI_FRAME_H
#define RA_CLI_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

enum ra_frame_type {
    RA_FRAME_INVENTORY = 'I', // scanner: the frozen inventory, JSON
    RA_FRAME_REPORT = 'R',    // judge: one report, in the order asked for
    RA_FRAME_NOTE = 'N',      // either: a line for stderr
    RA_FRAME_ERROR = 'E',     // either: a status (uint32_t) and a sentence; the end
    RA_FRAME_FILE = 'F',      // feeder: a file's name, NUL, its bytes
    RA_FRAME_UNREAD = 'U',    // feeder: a file's name, NUL, why it could not be read
    RA_FRAME_ANSWER = 'A',    // asker, passed on: a name, a NUL and the bytes of an answer to keep
    RA_FRAME_HELD = 'V',      // scanner to asker: credentials (providers/held.h)
    RA_FRAME_TRUST = 'C',     // scanner to asker: PEM of the authorities that the target trusts
    RA_FRAME_ENVIRON = 'X',   // scanner to asker: the target's environment, each string with its NUL
    RA_FRAME_KNOWN = 'H',     // scanner to asker: lines of the target's known_hosts
    RA_FRAME_TOLD = 'T',      // asker: id of a secret, or of an unknown, of which all was told
    RA_FRAME_DEAD = 'K',      // asker: id of a secret that no service knows
    RA_FRAME_DONE = 'D',      // either: a status (uint32_t); the end, all is well
};
struct ra_frame {
    uint32_t type;
    struct ra_span bytes;
    uint32_t status; // ERROR and DONE; `bytes` is then what follows it
};

// 0 or an errno. For a process that ignores SIGPIPE.
int ra_frame_send(int fd, enum ra_frame_type type, struct ra_span bytes);
int ra_frame_send_status(int fd, enum ra_frame_type type, uint32_t status, const char *text);
// Takes the next frame off *rest. False at the end and where a frame is cut short or of no known type (*bad).
bool ra_frame_next(struct ra_span *rest, struct ra_frame *ret, bool *bad);
// Reads the next frame from fd into *raw, which owns its bytes. False at the end, and where it is cut short, longer than
// max_bytes or of no known type (*bad).
bool ra_frame_receive(int fd, size_t max_bytes, struct ra_buf *raw, struct ra_frame *ret, bool *bad);
// Reads fd to its end: 0, an errno, or EFBIG beyond max_bytes.
int ra_read_to_end(int fd, size_t max_bytes, struct ra_buf *out);

#endif

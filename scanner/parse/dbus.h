// The wire of D-Bus, as much of it as asks one bus a few questions: requests are written, replies are read. Nothing is
// sent from here. Source: D-Bus Specification 0.42, "Authentication Protocol", "Message Format", "Marshaling".
#ifndef RA_PARSE_DBUS_H
#define RA_PARSE_DBUS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

// How a conversation begins: who we are, and the one call that makes a connection a peer (serial 1).
void ra_dbus_begin(struct ra_buf *out, uint64_t uid);
// A method call with string arguments (NULL ends them) that never starts a service (NO_AUTO_START).
void ra_dbus_call(struct ra_buf *out, uint32_t serial, const char *destination, const char *path, const char *interface,
                  const char *member, const char *first, const char *second);

struct ra_dbus_reply {
    uint32_t to;   // serial of the call
    bool error;
    bool big;      // byte order of the body
    struct ra_span signature, body;
};
// Takes the next reply off *rest (signals and the like are stepped over); false at the end or at rubbish.
bool ra_dbus_next(struct ra_span *rest, struct ra_dbus_reply *ret);
// What a reply says: a boolean, or a variant of one ("b", "v" holding "b").
bool ra_dbus_boolean(const struct ra_dbus_reply *r, bool *ret);
// A variant of an array of object paths: takes the next off *rest, which starts as what ra_dbus_paths gave.
bool ra_dbus_paths(const struct ra_dbus_reply *r, struct ra_span *ret_rest);
bool ra_dbus_path_next(const struct ra_dbus_reply *r, struct ra_span *rest, struct ra_span *ret);

#endif

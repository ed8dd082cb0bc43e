// A recorded host's own types, shared by host_recorded.c (the questions) and recorded_side.c (the side files).
#ifndef RA_HOST_RECORDED_H
#define RA_HOST_RECORDED_H

#include "host/inside.h"

struct ra_recorded_socket { // a line of `sockets`
    char *address;
    int err;
    struct ra_peer peer;
    struct ra_span reply; // n 0 = none recorded
};
struct ra_recorded_error { // a line of `errors`
    char *path;
    int err;
};
struct ra_recorded_owner { // a line of `owners`
    char *path;
    unsigned mode;
    uid_t uid;
    gid_t gid;
    struct ra_span capability; // n 0 = none
};
struct ra_recorded_probe {
    bool known;
    int err;
    int64_t value;
};

struct ra_recorded {
    struct ra_host host;
    struct ra_self self;
    struct ra_inside in; // root/
    uid_t root_uid; // who owns the recording, and so stands for the recorded user
    gid_t root_gid;
    bool has_sockets, has_readonly, has_now;
    struct ra_recorded_socket *sockets;
    struct ra_recorded_error *errors;
    char **readonly;
    struct ra_recorded_owner *owners;
    size_t n_owners;
    size_t n_sockets, n_errors, n_readonly;
    struct ra_recorded_probe probes[RA_PROBE_COUNT];
    struct ra_recorded_netlink {
        int err; // ENOSYS where there is no side file
        struct ra_span dump;
    } netlink[RA_NL_COUNT];
    int64_t now_s;
};

// The errno that `errors` gives to this path or to a directory above it; 0 where none.
int ra_recorded_error_at(const struct ra_recorded *r, const char *path);
// What `owners` says of exactly this path, or NULL.
const struct ra_recorded_owner *ra_recorded_owner_at(const struct ra_recorded *r, const char *path);
const struct ra_recorded_socket *ra_recorded_socket_at(const struct ra_recorded *r, const char *address);

// Reads every side file of the open directory `dir`. 0, or RA_E_INPUT with the line.
int ra_recorded_load(struct ra_arena *a, struct ra_recorded *r, int dir, struct ra_error *err);

#endif

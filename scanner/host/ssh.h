// One login over SSH to a host that the user consented to ask, and the first words that one command says there. Only a
// host whose key stands in the known hosts that are given; only the one key that is given; no password, no forwarding,
// no terminal, nothing sent to the command. Not of the client's own settings: aliases, jumps and programs are not known.
#ifndef RA_HOST_SSH_H
#define RA_HOST_SSH_H

#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

struct ra_ssh_question {
    const char *host, *user;
    unsigned port;
    const char *command;        // as the server's shell reads it
    struct ra_span known_hosts; // lines of sshd(8)'s format
    struct ra_span key;         // an unlocked private key in PEM; empty: the agent's
    const char *agent;          // path of the agent's socket
    const char *fingerprint;    // which of the agent's keys: "SHA256:..."
    bool (*enough)(struct ra_span out); // true: what the command has said tells all
};

enum ra_ssh_end {
    RA_SSH_UNTOLD,  // no connection, a stranger's key, a dead agent: nothing is known of the key
    RA_SSH_REFUSED, // the server does not take this key for this user
    RA_SSH_SPOKE    // logged in; the command's words are in out and said
};
struct ra_ssh_answer {
    enum ra_ssh_end end;
    int err;         // UNTOLD: errno; REFUSED: EACCES; else 0
    const char *why; // UNTOLD and REFUSED: plain words, static
    struct ra_buf out, said; // its first bytes, and those of its standard error; the caller frees
};

// Never hangs beyond until_ms (ra_now_ms) plus what looking the name up takes.
void ra_ssh_ask(const struct ra_ssh_question *q, int64_t until_ms, struct ra_ssh_answer *ret);

// One signature of the agent's key, for ssh.c. What is signed is a login to a server whose key is known.
struct ra_ssh_signer {
    const char *agent;
    int64_t until_ms;
    unsigned char blob[4096]; // the public key
    size_t n;
    int err; // of the last signature
};
// Finds the key in the agent's list: 0 or an errno (ENOENT: not there any more).
int ra_ssh_signer_find(struct ra_ssh_signer *s, const char *agent, const char *fingerprint, int64_t until_ms);
// The bare signature (without its algorithm's name); the caller frees it. 0 or an errno (EACCES: the agent refused).
int ra_ssh_signer_sign(const struct ra_ssh_signer *s, const unsigned char *data, size_t n, struct ra_buf *ret);

#endif

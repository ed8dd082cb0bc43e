// --online=ssh: may the SSH keys that the collectors found push to the working tree's own SSH remotes? One login a key
// and remote, one command (git-receive-pack), its first line; nothing is sent to it, so nothing is pushed. Which keys
// and remotes, what the user is told before the first byte, and what the answers mean. See host/ssh.h for the login.
#ifndef RA_PROVIDERS_SSH_H
#define RA_PROVIDERS_SSH_H

#include "host/ssh.h"
#include "providers/asker.h"
#include "providers/push.h"

// known_hosts: the target's files of that name, one after the other.
void ra_ssh_run(const struct ra_asker *asker, struct ra_span held, struct ra_span known_hosts);

// The first line of git's answer, whole: it tells whether the key may push.
bool ra_ssh_enough(struct ra_span out);
struct ra_push ra_ssh_told(const struct ra_ssh_answer *answer);

#endif

// The profiles that come with the program, as the text that reachaudit-profile(5) shows. They differ in how far the
// worst iteration may spread and in what may leave; none names a program, a waiver or a score.
#include "checks/profile.h"

#include <string.h>

// The collectors that exist; a new one is added here, and tests compare the list with collectors.def.
#define SURFACES "must_see: [env, process, files, cloud, sockets, mounts, network, git, agent]\n"
#define COMMON        \
    "certainty: likely\n" \
    "unknown: incomplete\n" \
    "source: private\n" SURFACES

static const struct {
    const char *name, *text;
} builtins[] = {
    {"overnight", "profile: overnight\n"
                  "summary: unattended in a box; the working tree and the agent's own session may be lost\n"
                  "radius: grant\n"
                  "fail_on: medium\n" COMMON "supervision: none\n"
                  "allow:\n"
                  "  - {kind: token, role: agent-session}\n"},
    {"airgapped", "profile: airgapped\n"
                  "summary: unattended in a box without any way out; only the working tree may be lost\n"
                  "radius: worktree\n"
                  "fail_on: medium\n" COMMON "supervision: none\n"},
    {"egress-filtered", "profile: egress-filtered\n"
                        "summary: unattended in a box whose only way out is a filtering proxy\n"
                        "radius: grant\n"
                        "fail_on: medium\n" COMMON "supervision: none\n"
                        "allow:\n"
                        "  - {kind: token, role: agent-session}\n"
                        "  - {kind: egress, locator: \"proxy/**\"}\n"},
    {"supervised", "profile: supervised\n"
                   "summary: a person watches; the network is open\n"
                   "radius: person\n"
                   "fail_on: high\n" COMMON "supervision: full\n"
                   "allow:\n"
                   "  - {kind: token, role: agent-session}\n"
                   "  - {kind: egress}\n"},
    {"image", "profile: image\n"
              "summary: an image or a declaration before it runs; a secret inside fails by itself\n"
              "radius: grant\n"
              "fail_on: medium\n" COMMON "supervision: none\n"
              "allow:\n"
              "  - {kind: token, role: agent-session}\n"
              "  - {kind: egress}\n"},
};

const char *ra_profile_builtin_name(size_t i)
{
    return i < RA_COUNT(builtins) ? builtins[i].name : NULL;
}

const char *ra_profile_builtin_text(const char *name)
{
    for (size_t i = 0; name && i < RA_COUNT(builtins); i++)
        if (strcmp(builtins[i].name, name) == 0)
            return builtins[i].text;
    return NULL;
}

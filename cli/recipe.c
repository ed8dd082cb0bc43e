// `profile recipe`: the box that passes a built-in profile, as a script. The bubblewrap one is run by a test as a user
// without rights, with the audit inside; the others are held by a test against what the audit asks of such a box.
// Starts nothing itself.
#include "cli/recipe.h"

#include <string.h>

#include "base/compiler.h"
#include "checks/profile.h"

// What a recipe may do beyond the bare box: bring the agent's own session, which overnight and wider let it have.
static const struct {
    const char *profile;
    bool session;
    const char *note;
} profiles[] = {
    {"airgapped", false, "# Nothing leaves, and only the working tree can be lost: commit and push it first.\n"},
    {"overnight", true, "# Nothing leaves; the working tree and the agent's own session are at stake: commit and push first.\n"
                        "# An agent whose model answers over the network needs a way out, which this profile does not allow:\n"
                        "# hold that box against a profile of your own (`reachaudit profile init`).\n"},
    {"egress-filtered", true,
     "# No way out yet. A proxy that answers on the box's own loopback is the way out that this profile allows; a\n"
     "# network that only the proxy is in is one more, which a profile of yours must allow by name:\n"
     "#   extends: egress-filtered\n"
     "#   allow: [{kind: egress, locator: \"route/10.89.0.0/24/eth0\"}]\n"},
    {"supervised", true,
     "# No way out yet: with one, private source can be sent out, which a person who watches must allow by name, or\n"
     "# say in a profile that extends this one that it is public (`source: public`).\n"},
};

static const char head[] =
    "#!/bin/sh\n"
    "# Made by `reachaudit profile recipe`: a box that passes the profile \"%s\".\n"
    "%s"
    "# Use: sh recipe.sh COMMAND [ARG...]      in the working tree; it is all of yours that the box can write.\n"
    "# Prove it: sh recipe.sh reachaudit --profile %s\n"
    "set -eu\n"
    "tree=$(git rev-parse --show-toplevel 2>/dev/null || pwd)\n";

// Common to all engines. A tree that is a home, or above one, would bring everything along.
static const char refuse[] =
    "case \"$HOME/\" in \"${tree%/}\"/*) echo \"start it in a project, not in $tree\" >&2; exit 2;; esac\n";

static void bwrap(struct ra_buf *out, bool session)
{
    ra_buf_puts(out,
        "# The launcher stays in sight of the box as its process 1: its environment is emptied (env -i), because a\n"
        "# token there would be within reach.\n"
        "set -- --chdir \"$tree\" -- \"$@\"\n");
    if (session)
        ra_buf_puts(out, "session=$HOME/.claude/.credentials.json     # the agent's own; without a way out it sleeps\n"
                         "if [ -f \"$session\" ]; then set -- --ro-bind \"$session\" \"$session\" \"$@\"; fi\n");
    ra_buf_puts(out,
        "# This program, read-only, where it is not part of /usr: the run cannot rewrite what judges it.\n"
        "judge=$(command -v reachaudit || true)\n"
        "case \"$judge\" in /usr/*|'') ;; *) set -- --ro-bind \"$judge\" \"$judge\" \"$@\";; esac\n"
        "# Hooks and settings of git stay as they are: nothing planted there waits for you.\n"
        "if [ -d \"$tree/.git\" ]; then\n"
        "  for keep in hooks config; do\n"
        "    if [ -e \"$tree/.git/$keep\" ]; then set -- --ro-bind \"$tree/.git/$keep\" \"$tree/.git/$keep\" \"$@\"; fi\n"
        "  done\n"
        "fi\n"
        "exec env -i bwrap \\\n"
        "  --unshare-all `# processes, users, IPC and network of its own: no way out` \\\n"
        "  --die-with-parent --new-session `# nothing outlives it, nothing is typed into your terminal` \\\n"
        "  --clearenv --setenv PATH \"$PATH\" --setenv HOME \"$HOME\" --setenv TERM \"${TERM:-dumb}\" \\\n"
        "  --ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib --symlink usr/lib64 /lib64 \\\n"
        "  --proc /proc --dev /dev --tmpfs /tmp --tmpfs \"$HOME\" `# an empty home` \\\n"
        "  --bind \"$tree\" \"$tree\" \"$@\"\n");
}

static void container(struct ra_buf *out, const char *engine, bool session)
{
    bool podman = strcmp(engine, "podman") == 0;
    ra_buf_puts(out, "image=${IMAGE:-debian:12-slim}              # what the task needs, without secrets inside\n"
                     "set -- \"$image\" \"$@\"\n");
    if (session)
        ra_buf_puts(out, "session=$HOME/.claude/.credentials.json     # the agent's own; without a way out it sleeps\n"
                         "if [ -f \"$session\" ]; then set -- -v \"$session:/home/agent/.claude/.credentials.json:ro\" \"$@\"; fi\n");
    ra_buf_puts(out,
        "judge=$(command -v reachaudit || true)\n"
        "if [ -n \"$judge\" ]; then set -- -v \"$judge:/usr/local/bin/reachaudit:ro\" \"$@\"; fi\n"
        "if [ -d \"$tree/.git\" ]; then\n"
        "  for keep in hooks config; do\n"
        "    if [ -e \"$tree/.git/$keep\" ]; then set -- -v \"$tree/.git/$keep:$tree/.git/$keep:ro\" \"$@\"; fi\n"
        "  done\n"
        "fi\n");
    ra_buf_printf(out,
        "exec %s run --rm -i \\\n"
        "  --network none `# no way out` \\\n"
        "  --user \"$(id -u):$(id -g)\"%s `# you, not root` \\\n"
        "  --cap-drop ALL --security-opt no-new-privileges `# and no way to become it; the default seccomp filter stays` \\\n"
        "  --read-only --tmpfs /tmp --tmpfs /home/agent:mode=0777 `# an empty home` \\\n"
        "  --env HOME=/home/agent --workdir \"$tree\" \\\n"
        "  -v \"$tree:$tree\" \"$@\"\n",
        engine, podman ? " --userns keep-id" : "");
}

int ra_recipe(const char *profile, const char *engine, struct ra_buf *out, struct ra_error *err)
{
    size_t at = 0;
    while (at < RA_COUNT(profiles) && strcmp(profiles[at].profile, profile) != 0)
        at++;
    if (at == RA_COUNT(profiles))
        return ra_fail(err, RA_E_USAGE, "profile recipe: \"%.100s\" %s; there are recipes for airgapped, overnight, "
                       "egress-filtered and supervised",
                       profile, ra_profile_builtin_text(profile) ? "is held against images and declarations, not boxes"
                                                                 : "is no built-in profile");
    bool in_bwrap = strcmp(engine, "bwrap") == 0;
    if (!in_bwrap && strcmp(engine, "docker") != 0 && strcmp(engine, "podman") != 0)
        return ra_fail(err, RA_E_USAGE, "profile recipe: \"%.100s\" is no engine; there are bwrap, docker and podman",
                       engine);
    ra_buf_printf(out, head, profile, profiles[at].note, profile);
    ra_buf_puts(out, refuse);
    if (in_bwrap)
        bwrap(out, profiles[at].session);
    else
        container(out, engine, profiles[at].session);
    return 0;
}

"""The hooks and the wrapper for coding agents, run as the agents run them: the command of the settings file by a shell,
the event's JSON on stdin; status 2 with a reason on stderr stops the agent, 0 lets it go on, anything else would too.

Source of that: Claude Code's hooks reference, the hooks of openai/codex (UserPromptSubmit: 2 with an empty stderr goes
on), Gemini CLI's hooks reference (stdout is for JSON alone).   usage: agent_hooks.py REACHAUDIT TOP
"""
import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile

from check import check, finish
import box
from markers import Markers

binary, top = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
box.require()
work = tempfile.mkdtemp(prefix="ra-hooks-")
os.chmod(work, 0o755)
atexit.register(shutil.rmtree, work, True)
TOKEN = Markers(os.getpid()).github()
FOLDER = os.path.join(top, "integrations/agents")
BASE = {"session_id": "00000000-0000-4000-8000-000000000000", "transcript_path": None, "cwd": "/home/agent"}
EVENTS = {  # what each agent says on stdin
    "claude-code.settings.json": {
        "UserPromptSubmit": {"permission_mode": "bypassPermissions", "prompt": "go on"},
        "PreToolUse": {"permission_mode": "bypassPermissions", "tool_name": "Bash", "tool_input": {"command": "make"}}},
    "codex.hooks.json": {
        "UserPromptSubmit": {"turn_id": "1", "model": "a", "permission_mode": "bypassPermissions", "prompt": "go on"}},
    "gemini.settings.json": {
        "BeforeAgent": {"timestamp": "2026-01-01T00:00:00Z", "prompt": "go on"},
        "BeforeTool": {"timestamp": "2026-01-01T00:00:00Z", "tool_name": "run_shell_command", "tool_input": {"command": "make"}}},
}


def boxes():
    return {"clean": box.bwrap(binary), "open": box.bwrap(binary, network=True, env={"GITHUB_TOKEN": TOKEN})}


def run(args, command, stdin=b"", path="/opt:/usr/bin"):
    inside = args[:-1] + ["--setenv", "PATH", path, "--"]
    return subprocess.run(box.as_user(["env", "-i"] + inside + command), input=stdin, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=120)


def hooks(name):
    """(event, matcher, command, timeout) of a settings file."""
    with open(os.path.join(FOLDER, name)) as f:
        for event, groups in json.load(f)["hooks"].items():
            for group in groups:
                for hook in group["hooks"]:
                    check(hook["type"] == "command", name + ": a command")
                    yield event, group.get("matcher"), hook["command"], hook["timeout"]


def one(name, event, command):
    stdin = json.dumps({**BASE, "hook_event_name": event, **EVENTS[name][event]}).encode()
    what = "%s, %s: " % (name, event)
    shell = ["/usr/bin/sh", "-c", command]
    done = run(boxes()["clean"], shell, stdin)
    check(done.returncode == 0 and done.stdout == b"" and done.stderr.startswith(b"PASS: "), what + "goes on: %d %r" % (
        done.returncode, done.stderr[-200:]))
    done = run(boxes()["open"], shell, stdin)
    check(done.returncode == 2 and done.stdout == b"" and done.stderr.startswith(b"FAIL: ") and
          TOKEN.encode() not in done.stderr, what + "stops, and says why: %d %r" % (done.returncode, done.stderr[-200:]))
    broken = {"no program": ("/usr/bin", command), "no such profile": ("/opt:/usr/bin", command.replace("overnight", "nowhere")),
              "killed": ("/opt:/usr/bin", command.replace("reachaudit audit", "sh -c 'kill -9 $$' --", 1))}
    for case, (path, line) in broken.items():
        check(line != command or path != "/opt:/usr/bin", what + case + ": the command is changed")
        done = run(boxes()["clean"], ["/usr/bin/sh", "-c", line], stdin, path)
        check(done.returncode == 2 and done.stdout == b"" and done.stderr.strip(), what + "%s: stops: %d %r" % (
            case, done.returncode, done.stderr))


def all_hooks():
    for name, events in EVENTS.items():
        seen = set()
        for event, matcher, command, timeout in hooks(name):
            seen.add(event)
            check(timeout == (60000 if "gemini" in name else 60), name + ": a minute, in the agent's own unit")
            check(matcher in (None, EVENTS[name][event].get("tool_name")), name + ": its matcher names the tool")
            one(name, event, command)
        check(seen == set(events), "%s: the events %s" % (name, seen))


# ---- the wrapper ------------------------------------------------------------------------------------

FAKE = "#!/bin/sh\nprintf '%s\\n' \"agent $(basename \"$0\")\" \"$@\"\nenv | grep ^COLOUR=\nexit 7\n"


def folder(name, programs):
    path = os.path.join(work, name)
    os.makedirs(path)
    for program, text in programs.items():
        with open(os.path.join(path, program), "w") as f:
            f.write(text)
        os.chmod(os.path.join(path, program), 0o755)
    return path


def wrapper():
    with open(os.path.join(FOLDER, "gated")) as f:
        gated = f.read()
    names = ("claude", "codex", "gemini")
    first, second = folder("first", {n: gated for n in names}), folder("second", {n: FAKE for n in names})
    os.symlink("/opt/first/claude", os.path.join(work, "second/loop"))
    binds = [(first, "/opt/first"), (second, "/opt/second")]
    clean = box.bwrap(binary, binds=binds, env={"COLOUR": "blue"})
    wide = box.bwrap(binary, binds=binds, network=True, env={"GITHUB_TOKEN": TOKEN})
    path = "/opt/first:/opt:/opt/second:/usr/bin"
    given = ["-p", "two words", "$(touch /opt/first/pwned)", "--", "--refuse", ""]
    for name in names:
        done = run(clean, ["/opt/first/" + name, *given], path=path)
        want = "\n".join(["agent " + name, *given, "COLOUR=blue", ""]).encode()
        check(done.returncode == 7 and done.stdout == want and done.stderr == b"", "%s: as if called by itself: %d %r %r" % (
            name, done.returncode, done.stdout, done.stderr))
        done = run(wide, ["/opt/first/" + name, *given], path=path)
        check(done.returncode == 1 and done.stdout == b"" and len(done.stderr.splitlines()) == 3, "%s: is not started: %d %r" % (
            name, done.returncode, done.stderr))
    done = run(clean, ["/usr/bin/sh", "-c", "REACHAUDIT_PROFILE=nowhere claude"], path=path)
    check(done.returncode == 2 and done.stdout == b"", "an unknown profile starts nothing: %d" % done.returncode)
    done = run(clean, ["/usr/bin/sh", "-c", "cd /opt && claude x"], path="/opt/first::/opt:/usr/bin")
    check(done.returncode == 127 and b"no other claude" in done.stderr, "no agent: 127: %d %r" % (done.returncode, done.stderr))
    done = run(clean, ["/opt/first/claude"], path="/opt/first:/opt/second:/usr/bin")
    check(done.returncode == 127 and done.stdout == b"", "no reachaudit: nothing starts: %d %r" % (done.returncode, done.stderr))
    check(not os.path.exists(os.path.join(first, "pwned")), "nothing else ran")


all_hooks()
wrapper()
finish()

"""Completions in real shells: what bash, zsh and fish offer for a line; and every --help fits a screen.

usage: completion.py REACHAUDIT TOP"""
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time

from check import check, finish

binary = os.path.abspath(sys.argv[1])


def out(*argv):
    return subprocess.run([binary, *argv], stdout=subprocess.PIPE, check=True, timeout=60).stdout.decode()


def names(what):
    return [line.split("\t")[0] for line in out("list", what).splitlines()]


COLLECTORS, FORMATS, CHECKS = names("collectors"), names("reports"), names("checks")
PROFILES = [line.split()[0] for line in out("profile", "list").splitlines()]
COMMANDS = re.findall(r"^  (\w+) ", out("--help").split("Options")[0], re.M)


def bash(line, here):
    """What Tab would offer: the function itself, in the variables that readline sets; the shell's own word breaks."""
    words = [w for w in re.split(r"([=:])|\s+", line) if w]
    if line.endswith(" "):
        words.append("")
    script = """
source "$1"; shift
COMP_LINE=$1; COMP_POINT=${#1}; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_reachaudit reachaudit
printf '%s\\n' "${COMPREPLY[@]}"
"""
    done = subprocess.run(["bash", "--norc", "--noprofile", "-c", script, "bash", os.path.join(here, "bash"), line, *words],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=here, timeout=30)
    check(not done.stderr, "bash says nothing else: %r of %r" % (done.stderr[-300:], line))
    return [w for w in done.stdout.decode().splitlines() if w]


def fish(line, here):
    env = {"PATH": "/usr/bin:/bin", "HOME": here, "XDG_CONFIG_HOME": here, "XDG_DATA_HOME": here, "TERM": "dumb"}
    done = subprocess.run(["fish", "--no-config", "-c", "source %s/fish; complete -C %s" % (here, repr(line))],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=here, env=env, timeout=30)
    check(not done.stderr, "fish says nothing else: %r of %r" % (done.stderr[-300:], line))
    return [w.split("\t")[0] for w in done.stdout.decode().splitlines()]


class Zsh:
    """An interactive zsh in a terminal; every match that its completion system adds is printed between marks."""
    SETUP = """
PS1='READY> '; unsetopt beep; LISTMAX=100000
fpath=(%(here)s $fpath); autoload -Uz compinit; compinit -u -d %(here)s/dump
compadd() {
  local -a found; local -i i
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return; fi
  builtin compadd -A found "$@" 2>/dev/null
  for ((i = 1; i <= $#found; i++)); do print -r -- "<<$found[i]>>" >> %(here)s/found; done
  builtin compadd "$@"
}
tab() { zle complete-word; print -r -- 'over' >> %(here)s/found }
zle -N tab; bindkey '^I' tab; setopt no_auto_menu no_list_beep
"""

    def __init__(self, here):
        self.here = here
        pid, self.fd = pty.fork()
        if pid == 0:
            os.chdir(here)
            os.execve("/usr/bin/zsh", ["zsh", "-f", "-i"],
                      {"PATH": "/usr/bin:/bin", "HOME": here, "TERM": "dumb", "ZDOTDIR": here, "COLUMNS": "300"})
        self.pid = pid
        open(os.path.join(here, "setup.zsh"), "w").write(self.SETUP % {"here": here})
        self.say("source %s/setup.zsh\n" % here)
        self.say("echo DO''NE\n", "DONE")

    def say(self, text, until=None):
        os.write(self.fd, text.encode())
        end, seen = time.time() + 10, ""
        while until and until not in seen and time.time() < end:
            if select.select([self.fd], [], [], 0.2)[0]:
                seen += os.read(self.fd, 65536).decode(errors="replace")
        return seen

    def offers(self, line):
        path = os.path.join(self.here, "found")
        if os.path.exists(path):
            os.unlink(path)
        self.say("\x15" + line + "\t")
        end = time.time() + 20
        while time.time() < end and not (os.path.exists(path) and open(path).read().endswith("over\n")):
            if select.select([self.fd], [], [], 0.02)[0]:
                os.read(self.fd, 65536)
        return re.findall(r"<<(.*?)>>", open(path).read()) if os.path.exists(path) else []

    def close(self):
        os.close(self.fd)
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)


def same(shell, line, got, want):
    check(sorted(set(got)) == sorted(set(want)), "%s, %r: wanted %s, got %s" % (shell, line, sorted(want)[:12], sorted(got)[:12]))


def common(shell, ask, equals):
    """What all three must know. `equals`: how an answer looks after --option= in this shell."""
    check(set(COMMANDS) | {"self", "pid:", "rootfs:"} <= set(ask("reachaudit ")),
          "%s: commands and targets: %s" % (shell, ask("reachaudit ")))
    check("completion" not in ask("reachaudit "), shell + ": the hidden command is not offered")
    same(shell, "explain secret/", ask("reachaudit explain secret/"), [c for c in CHECKS if c.startswith("secret/")])
    same(shell, "list ", ask("reachaudit list "), ["collectors", "checks", "reports", "kinds", "requests", "sockets"])
    same(shell, "--format ", ask("reachaudit --format "), FORMATS)
    same(shell, "--format=", ask("reachaudit render x.json --format="), [equals("--format=", f) for f in FORMATS])
    same(shell, "--only=", ask("reachaudit audit --only="), [equals("--only=", c) for c in COLLECTORS])
    check({"merge", "render"} <= set(ask("reachaudit ")), shell + ": the newest commands")
    check("report.json" in ask("reachaudit render "), shell + ": files for render: %s" % ask("reachaudit render "))
    check("report.json" in ask("reachaudit merge a.json "), shell + ": files again for merge")
    check("report.json" not in ask("reachaudit list "), shell + ": no files for list")
    check(set(PROFILES) <= set(ask("reachaudit gate --profile ")), shell + ": built-in profiles")
    check("report.json" in ask("reachaudit gate --profile "), shell + ": or a file")
    options = [w.rstrip("=") for w in ask("reachaudit merge --")]
    check({"--from", "--format", "--help"} <= set(options), "%s: options of merge: %s" % (shell, options))
    check("--refuse" not in options, shell + ": and no other command's")


def help_fits():
    for argv in [[], *[[c] for c in COMMANDS], ["completion"]]:
        lines = out(*argv, "--help").splitlines()
        check(len(lines) <= 24 and max(map(len, lines)) <= 80,
              "%s --help fits 24 lines of 80: %d of %d" % (argv, len(lines), max(map(len, lines))))
    check(len(COMMANDS) >= 10, "the help names every command: %s" % COMMANDS)


def missing(shell):
    if shutil.which(shell):
        return False
    if os.environ.get("RA_TESTS_MUST_RUN"):
        check(False, shell + " is missing")
    print("%s is missing: not tested" % shell)
    return True


def main():
    help_fits()
    with tempfile.TemporaryDirectory(prefix="ra-completion-") as here:
        open(os.path.join(here, "report.json"), "w").close()
        for shell, file in (("bash", "bash"), ("zsh", "_reachaudit"), ("fish", "fish")):
            open(os.path.join(here, file), "w").write(out("completion", shell))
        common("bash", lambda line: bash(line, here), lambda option, word: word)
        same("bash", "--only=env,fi", bash("reachaudit --only=env,fi", here), ["env,files"])
        same("bash", "pi", bash("reachaudit pi", here), ["pid:"])
        same("bash", "--online ", bash("reachaudit --online sel", here), ["self"])
        check("bash" in bash("reachaudit gate --profile overnight -- bas", here), "bash: a program after --")
        same("bash", "profile recipe ", [w for w in bash("reachaudit profile recipe a", here)], ["airgapped"])
        if not missing("fish"):
            common("fish", lambda line: fish(line, here), lambda option, word: option + word)
            same("fish", "--only=env,fi", fish("reachaudit --only=env,fi", here), ["--only=env,files"])
        if not missing("zsh"):
            shell = Zsh(here)
            common("zsh", shell.offers, lambda option, word: word)
            same("zsh", "--only=env,fi", shell.offers("reachaudit --only=env,fi"), ["files"])
            shell.close()
    finish()


main()

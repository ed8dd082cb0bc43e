"""Builds the recorded hosts that golden and fault tests run over.

usage: hosts.py DIR      makes DIR/clean, DIR/exposed, DIR/asleep, ..., each a recorded host (see scanner/host/host.h)

The skeleton (fixtures/hosts/bwrap) and the netlink dumps are recordings of a real bubblewrap box; what is planted is
made here from a fixed seed, so that every run gives the same bytes and no file of the repository holds a secret.
"""
import base64
import json
import os
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "live"))

import planted  # noqa: E402
from markers import Markers  # noqa: E402

HOME = "home/agent"
NOW = 1793534400  # 2026-11-01


def side(host, name, text):
    with open(os.path.join(host, name), "w") as f:
        f.write(text)


def skeleton(top, name, network, env, cwd):
    host = os.path.join(top, name)
    shutil.rmtree(host, True)
    shutil.copytree(os.path.join(TOP, "fixtures/hosts/bwrap"), host, symlinks=True)
    for keep in ("usr/bin", "tmp", HOME, "dev", "run"):
        os.unlink(os.path.join(host, "root", keep, ".keep"))
    dumps = os.path.join(TOP, "fixtures/netlink", network)
    for dump in os.listdir(dumps):
        shutil.copy(os.path.join(dumps, dump), host)
    for name, text in (("sys_vendor", "LENOVO"), ("product_name", "21CBCTO1WW")):  # a laptop's
        planted.write(os.path.join(host, "root/sys/class/dmi/id"), name, text + "\n")
    side(host, "self", "pid=2\nuid=12000\neuid=12000\ngid=12000\negid=12000\ngroups=12000\ncwd=%s\n"
         "no_new_privs=1\nseccomp=0\nnow=%d\n" % (cwd, NOW))
    side(host, "environ", "".join("%s=%s\n" % e for e in env.items()))
    side(host, "fds", "0 c /dev/null\n1 p pipe:[1]\n2 p pipe:[2]\n")
    side(host, "sockets", "")
    side(host, "readonly", "/usr\n/proc\n")
    probes = ("userns socket_packet socket_vsock socket_inet socket_alg socket_netlink bpf perf userfaultfd io_uring "
              "keyctl ptrace open_by_handle kexec").split()
    side(host, "probes", "".join("%s EPERM\n" % p for p in probes) + "landlock ok 7\n")
    return host


def declared(top, base):
    """An agent's command that is promised a sandbox, rules and a proxy, and has none of them."""
    env = {**base, "CLAUDECODE": "1", "HTTPS_PROXY": "http://proxy.corp.test:3128"}
    host = skeleton(top, "declared", "open", env, "/" + HOME + "/project")
    probes = open(os.path.join(host, "probes")).read()
    side(host, "probes", probes.replace("socket_inet EPERM", "socket_inet ok"))
    home = os.path.join(host, "root", HOME)
    planted.write(home, ".claude/settings.json", json.dumps(
        {"permissions": {"deny": ["Read(./.env)", "Read(~/.gone/**)", "WebFetch"]}}, indent=2))
    planted.write(home, ".codex/config.toml", 'sandbox_mode = "workspace-write"\n')
    planted.write(home, ".npmrc", "https-proxy=http://proxy.corp.test:3128\n")
    planted.write(home, "project/.env", "DEBUG=1\n")
    planted.write(home, "project/.cursorignore", "build/\n.env\n")
    planted.write(os.path.join(host, "root/etc/claude-code"), "managed-settings.json", "{}\n")


def people(top, name, network, seed):
    """A home with everything planted; returns what must never be printed."""
    m = Markers(seed)
    env = {"PATH": "/usr/bin", "HOME": "/" + HOME, **planted.environment(m)}
    host = skeleton(top, name, network, env, "/" + HOME)
    home = os.path.join(host, "root", HOME)
    planted.credential_files(m, home, key=False)
    planted.agent_settings(m, home)
    if network == "closed":
        side(host, "readonly", "/usr\n/proc\n/home\n")
    return m.canaries


def build(top):
    """Makes them all; returns {host: what must never be printed}."""
    base = {"PATH": "/usr/bin", "HOME": "/" + HOME}
    skeleton(top, "clean", "closed", base, "/" + HOME)
    declared(top, base)
    for name, path in (("blind-mountinfo", "/proc/2/mountinfo"), ("blind-proc", "/proc"), ("blind-home", "/" + HOME)):
        side(skeleton(top, name, "closed", base, "/" + HOME), "errors", path + " EIO\n")
    return {"exposed": people(top, "exposed", "open", 1), "asleep": people(top, "asleep", "closed", 1), "names": names(top)}


# What a name may try: to end a line, a cell, a tag, a quotation, a command; to call somebody; to hide. Each is one file,
# one server or one variable of the host "names".
NASTY = ["::error file=a,line=1::b", "::stop-commands::x", "::add-mask::x", "##[error]x", "a|b", "a\\|b", "`a`", "```", "]]>",
         "<script>alert(1)</script>", "</details>", "<!-- x", '"x"', "'x'", "x\n::error::y", "x\r\n| y | z |", "\u202egnp.exe",
         "\x1b]0;x\x07", "\u009b31m", "@octocat", "#123", "GH-123", "o/r#1", "[x](http://e.test)",
         "![x](http://e.test/i)", "http://e.test", "www.e.test", "&lt;b&gt;", "%0A::error::x", "%25", "$`x`$", "{0}", "{it}",
         "\\", "x\u200by", "\ufffe", "# EOF", '"} 1', ":smile:", "**x**", "~~x~~", "a@b.test", "\u00e9", "e" * 3000]


def names(top):
    """Names that act on a terminal, a page, a forge or a runner, wherever a name comes from the audited machine."""
    m = Markers(2)
    env = {"PATH": "/usr/bin", "HOME": "/" + HOME}
    for name in NASTY:
        if "\n" not in name and "=" not in name and len(name) < 200:
            env["TOKEN_" + name] = m.github()
    host = skeleton(top, "names", "open", env, "/" + HOME + "/project")
    home = os.path.join(host, "root", HOME)
    planted.agent_settings(m, home)
    servers, rules = {}, []
    for number, name in enumerate(NASTY):
        planted.write(home, ".netrc" if number == 0 else "project/x%d/.env" % number,
                      "machine %s login a password %s\n" % (name.split()[0], m.password()) if number == 0 else
                      "GITHUB_TOKEN=%s\n" % m.github())
        servers[name] = {"command": name, "env": {name: m.github()}}
        rules.append("Bash(%s)" % name)
        folder = name.replace("/", "_")[:200].encode("utf-8", "surrogateescape")
        plain = os.path.join(home, "project").encode() + b"/" + folder
        os.makedirs(plain, exist_ok=True)
        with open(plain + b"/.env", "w") as f:
            f.write("GITHUB_TOKEN=%s\n%s=%s\n" % (m.github(), "A" + name.split("\n")[0], m.password()))
        keys = os.path.join(home, ".ssh").encode()
        os.makedirs(keys, exist_ok=True)
        with open(keys + b"/id_" + folder + b"\xff", "w") as f:
            f.write("-----BEGIN OPENSSH PRIVATE " + "KEY-----\n%s\n-----END OPENSSH PRIVATE KEY-----\n" % m.chars(64))
    planted.write(home, "project/.mcp.json", json.dumps({"mcpServers": servers}, indent=1))
    planted.write(home, ".claude/settings.json", json.dumps({"permissions": {"allow": rules}}, indent=1))
    planted.write(home, ".docker/config.json", json.dumps({"auths": {
        n: {"auth": base64.b64encode(("a:" + m.password()).encode()).decode()} for n in NASTY}}))
    return m.canaries


if __name__ == "__main__":
    os.makedirs(sys.argv[1], exist_ok=True)
    build(sys.argv[1])

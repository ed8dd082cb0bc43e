"""The packages: what `cpack` makes holds what a Debian package holds, and works where it is unpacked; with `root`, it is
installed by apt into a bare Debian root, audits there and of itself, and leaves nothing when it is removed.

usage: package.py REACHAUDIT TOP BUILD [root]
"""
import atexit
import glob
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

from check import check, finish
import box

binary, top, build = (os.path.abspath(a) for a in sys.argv[1:4])
box.require(["bwrap", "setpriv", "cpack", "dpkg-deb", "dpkg-shlibdeps", "readelf"])
work = tempfile.mkdtemp(prefix="ra-package-")
os.chmod(work, 0o755)
atexit.register(shutil.rmtree, work, True)
MAN = {"man1/reachaudit.1", "man5/reachaudit-profile.5", "man5/reachaudit-report.5", "man7/reachaudit-checks.7"}
LIBRARIES = {"libc6", "libcjson1", "libcurl4", "libgit2-1.5", "libmd0", "libseccomp2", "libssh2-1", "libyaml-0-2"}
DOC = "usr/share/doc/reachaudit/"
COMPLETIONS = {"usr/share/bash-completion/completions/reachaudit", "usr/share/zsh/vendor-completions/_reachaudit",
               "usr/share/fish/vendor_completions.d/reachaudit.fish"}


def run(*argv, **more):
    return subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)


def make():
    was = os.umask(0o077) # of whoever makes it; nothing of it is seen in the package
    done = run("cpack", "--config", os.path.join(build, "CPackConfig.cmake"), "-B", os.path.join(work, "out"), cwd=build, timeout=280)
    os.umask(was)
    check(done.returncode == 0, "cpack: %r" % done.stdout[-500:])
    return glob.glob(work + "/out/*.deb")[0], glob.glob(work + "/out/*.tar.gz")[0]


def control(deb):
    text = run("dpkg-deb", "-f", deb).stdout.decode()
    fields = dict(re.findall(r"^([A-Z][A-Za-z-]*): (.*)$", text, re.M))
    depends = {re.split(r"[ (:]", d)[0] for d in fields["Depends"].split(", ")}
    check(depends == LIBRARIES, "its dependencies: %s" % sorted(depends ^ LIBRARIES))
    version = run(binary, "--version").stdout.decode().split()[-1]
    check(fields["Package"] == "reachaudit" and fields["Version"] == version, "name and version: %r" % fields)
    check(fields["Architecture"] == run("dpkg", "--print-architecture").stdout.decode().strip(), "the architecture")
    short = fields["Description"]
    check(len(short) < 80 and not short.endswith(".") and not short.lower().startswith(("a ", "the ", "reachaudit")),
          "the synopsis: %r" % short)
    long = text.split("Description: ")[1].split("\n")[1:]
    check(3 <= len([line for line in long if line.startswith(" ")]) < 12 and short not in "\n".join(long) and
          all(len(line) <= 80 for line in long), "the description: %r" % long)
    scripts = run("dpkg-deb", "--ctrl-tarfile", deb).stdout
    path = os.path.join(work, "control.tar")
    with open(path, "wb") as f:
        f.write(scripts)
    with tarfile.open(path) as t:
        names = {os.path.basename(m.name) for m in t.getmembers() if m.isfile()}
    check(names == {"control", "md5sums"}, "nothing runs when it is installed: %s" % names)


def contents(deb):
    """Who owns what, and where; the tar inside is read, not what this machine made of it."""
    path = os.path.join(work, "data.tar")
    with open(path, "wb") as f:
        subprocess.run(["dpkg-deb", "--fsys-tarfile", deb], stdout=f, check=True)
    root = os.path.join(work, "unpacked")
    with tarfile.open(path) as t:
        members = t.getmembers()
        t.extractall(root)
    for m in members:
        name = m.name.lstrip("./")
        want = 0o755 if m.isdir() or name in ("usr/bin/reachaudit", DOC + "integrations/agents/gated") else 0o644
        check((m.uid, m.gid, m.mode & 0o7777) == (0, 0, want) and (m.isfile() or m.isdir()), "%s: %o" % (name, m.mode))
        check(name == "usr" or re.match(r"usr/(bin|share)(/|$)", name) or not name, "%s: where it may be" % name)
    files = {m.name.lstrip("./") for m in members if m.isfile()}
    pages = {"usr/share/man/" + p + ".gz" for p in MAN}
    schemas = {"usr/share/reachaudit/" + os.path.basename(p) for p in glob.glob(top + "/reports/*.schema.json")}
    docs = {DOC + n for n in ("copyright", "README.md", "integrations/README.md", "integrations/gitlab-ci.yml")}
    docs |= {DOC + os.path.relpath(p, top) for d in ("agents", "kubernetes") for p in glob.glob(top + "/integrations/%s/*" % d)}
    want = {"usr/bin/reachaudit"} | pages | schemas | docs | COMPLETIONS
    check(files == want and len(schemas) >= 2, "the files: %s" % sorted(files ^ want))
    for page in pages & files:
        with open(os.path.join(root, page), "rb") as f:
            head = f.read()
        check(head[4:8] == b"\0\0\0\0" and b".Dd" in gzip.decompress(head), page + ": a page, compressed without a time")
    with open(os.path.join(root, DOC, "copyright")) as f:
        check("/usr/share/common-licenses/Apache-2.0" in f.read(), "the licence is named")
    return root


def works(where, program):
    """What is unpacked runs, as hardened as it was built, in a box that passes."""
    elf = run("readelf", "-hlSd", program).stdout.decode()
    check(".symtab" not in elf and ".debug" not in elf, "stripped")
    check("DYN" in elf and "BIND_NOW" in elf and "GNU_RELRO" in elf and "RUNPATH" not in elf and "RPATH" not in elf,
          "PIE, bound at start, no search path")
    status, report, _, err = box.audit(box.bwrap(program))
    check(status == 0 and report and report["verdict"] == "pass", "%s: passes in a box: %d %r" % (where, status, err[-300:]))


def archive(path, root):
    to = os.path.join(work, "archive")
    with tarfile.open(path) as t:
        check(all((m.uid, m.gid) == (0, 0) for m in t.getmembers()), "the archive is root's")
        for m in t.getmembers():
            want = 0o755 if m.isdir() or m.name.endswith(("/bin/reachaudit", "/gated")) else 0o644
            check(m.mode & 0o7777 == want, "%s: %o" % (m.name, m.mode))
        t.extractall(to)
    inside = glob.glob(to + "/*")
    check(len(inside) == 1, "one directory: %r" % inside)

    def names(at):
        return {re.sub(r"zsh/(site-functions|vendor-completions)", "zsh", os.path.relpath(os.path.join(d, f), at)).removesuffix(".gz")
                for d, _, files in os.walk(at) for f in files}
    deb = {n.replace("copyright", "LICENSE") for n in names(os.path.join(root, "usr"))}
    check(names(inside[0]) == deb, "the same files: %s" % sorted(names(inside[0]) ^ deb))
    works("archive", os.path.join(inside[0], "bin/reachaudit"))


# ---- a bare root ------------------------------------------------------------------------------------

def ours(root):
    return sorted(os.path.join(d, n) for at in ("usr", "etc", "var/lib/dpkg/info") for d, dirs, files in os.walk(os.path.join(root, at))
                  for n in dirs + files if "reachaudit" in n)


def installed(deb):
    box.require(["debootstrap"])
    root = os.path.join(work, "root")
    done = run("debootstrap", "--variant=minbase", "bookworm", root, timeout=280)
    if done.returncode:
        print("skipped: debootstrap could not fetch a root: %r" % done.stdout[-300:])
        sys.exit(1 if box.must_run() else 77)
    shutil.copy(deb, os.path.join(root, "reachaudit.deb"))

    def inside(*argv, timeout=280):
        env = {**{k: v for k, v in os.environ.items() if k.lower().endswith("_proxy")}, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
               "LC_ALL": "C.UTF-8", "HOME": "/root", "DEBIAN_FRONTEND": "noninteractive"}
        return run("chroot", root, *argv, env=env, timeout=timeout)
    before = inside("dpkg-query", "-W").stdout
    done = inside("apt-get", "install", "-y", "-qq", "--no-install-recommends", "/reachaudit.deb")
    check(done.returncode == 0, "apt installs it, and what it needs: %r" % done.stdout[-600:])
    os.remove(os.path.join(root, "reachaudit.deb"))
    version = run(binary, "--version").stdout
    check(inside("reachaudit", "--version").stdout == version, "it runs there")
    check(inside("dpkg", "--verify", "reachaudit").stdout == b"", "all files are as packed")
    done = inside("reachaudit", "rootfs:/usr/share", "--format=json")
    check(done.returncode in (0, 1, 3) and json.loads(done.stdout)["target"]["kind"] == "rootfs", "it audits there: %r" % done.stdout[-300:])
    done = inside("reachaudit", "profile", "check", "/dev/null")
    check(done.returncode == 2, "it reads profiles there: %d" % done.returncode)
    for name in COMPLETIONS | {"usr/share/man/" + p + ".gz" for p in MAN}:
        check(os.path.getsize(os.path.join(root, name)) > 500, name)
    done = inside("bash", "-c", ". /usr/share/bash-completion/completions/reachaudit && complete -p reachaudit")
    check(done.returncode == 0 and b"_reachaudit" in done.stdout, "bash takes the completion: %r" % done.stdout)
    argv = ["bwrap", "--unshare-all", "--new-session", "--die-with-parent", "--ro-bind", root, "/", "--proc", "/proc", "--dev",
            "/dev", "--tmpfs", "/tmp", "--tmpfs", "/home", "--tmpfs", "/run", "--dir", "/home/agent", "--setenv", "PATH", "/usr/bin",
            "--setenv", "HOME", "/home/agent", "--chdir", "/home/agent", "--", "reachaudit"]
    done = run(*box.as_user(["env", "-i"] + argv))
    check(done.returncode == 0 and done.stdout.startswith(b"PASS"), "a box made of that root passes: %r" % done.stdout[:600])
    check(len(ours(root)) > 12, "its files are there: %d" % len(ours(root)))
    done = inside("apt-get", "purge", "-y", "-qq", "--autoremove", "reachaudit")
    check(done.returncode == 0 and ours(root) == [], "nothing is left: %r %r" % (ours(root), done.stdout[-300:]))
    check(inside("dpkg-query", "-W").stdout == before, "nor of what it needed")


def main():
    deb, tgz = make()
    if "root" in sys.argv[4:]:
        installed(deb)
        finish()
    control(deb)
    root = contents(deb)
    works("deb", os.path.join(root, "usr/bin/reachaudit"))
    archive(tgz, root)
    finish()


main()

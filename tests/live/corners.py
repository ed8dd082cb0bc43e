"""Ways out that do not look like one: sockets and devices mounted by themselves, descriptors of the launcher, a link
without a route, netlink forbidden. None of these boxes passes, and the plain one does."""
import atexit
import base64
import json
import os
import shutil
import socket
import stat
import struct
import subprocess
import sys
import tempfile

from check import check, finish
import box
from markers import Markers

binary = sys.argv[1]
box.require()
work = tempfile.mkdtemp(prefix="ra-corners-")
os.chmod(work, 0o755)
atexit.register(shutil.rmtree, work, True)


def with_descriptors(args, descriptors):
    """The audit in a box whose launcher hands down {number: descriptor}."""
    argv = box.as_user(["env", "-i"] + args + ["/opt/reachaudit", "--format", "json"])

    def hand_down():
        for number, fd in descriptors.items():
            os.dup2(fd, number)

    kept = [fd for number, fd in descriptors.items()] + list(descriptors)
    done = subprocess.run(argv, stdin=None if 0 in descriptors else subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=120, preexec_fn=hand_down, pass_fds=kept)
    try:
        return done.returncode, json.loads(done.stdout)
    except ValueError:
        return done.returncode, None


def reaches(report, start):
    return [r for r in report["reaches"] if r["id"].startswith(start)] if report else []


def expect(result, start, what, codes=(1, 3)):
    check(result[0] in codes, "%s: no pass, got %d" % (what, result[0]))
    check(reaches(result[1], start), "%s: %s is told" % (what, start))


def sockets():
    at = os.path.join(work, "s")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(at)
    listener.listen(1)
    os.chmod(at, 0o777)
    for target in ("/opt/plain", "/dev/null-like", "/proc/version"):
        expect(box.audit(box.bwrap(binary, binds=[(at, target)])), "socket:" + target, "a socket mounted at " + target)


def borrowed_name():
    """Somebody in the box gives a socket of the host a name that was its own."""
    at = os.path.join(work, "shared")
    os.mkdir(at)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(at + "/a")
    listener.listen(1)
    box.own(at)
    script = ("import socket, os, subprocess, sys; s = socket.socket(socket.AF_UNIX); s.bind('/opt/d/b'); s.listen(1); "
              "os.unlink('/opt/d/b'); os.rename('/opt/d/a', '/opt/d/b'); "
              "sys.exit(subprocess.run(['/opt/reachaudit', '-q']).returncode)")
    args = box.bwrap(binary, binds=[(at, "/opt/d")])
    done = subprocess.run(box.as_user(["env", "-i"] + args + ["/usr/bin/python3", "-c", script]), stdout=subprocess.PIPE)
    check(done.returncode in (1, 3), "a borrowed name hides no socket, got %d" % done.returncode)
    own = ("import socket, subprocess, sys; s = socket.socket(socket.AF_UNIX); s.bind('/tmp/own'); s.listen(1); "
           "sys.exit(subprocess.run(['/opt/reachaudit', '-q']).returncode)")
    done = subprocess.run(box.as_user(["env", "-i"] + box.bwrap(binary) + ["/usr/bin/python3", "-c", own]),
                          stdout=subprocess.PIPE)
    check(done.returncode == 0, "a socket of the box's own is none of these, got %d" % done.returncode)


def devices():
    """A disk under another name; the file beneath the mount is a plain one."""
    at = os.path.join(work, "disk")
    os.mknod(at, 0o666 | stat.S_IFBLK, os.makedev(7, 250))
    os.chmod(at, 0o666)
    args = box.bwrap(binary)
    end = args.index("--")
    for target in ("/opt/notes", "/dev/sdz"):
        result = box.audit(args[:end] + ["--dev-bind", at, target] + args[end:])
        expect(result, "device:" + target, "a disk mounted at " + target)


def descriptors():
    markers = Markers(5)
    token = os.path.join(work, "token")
    with open(token, "w") as f:
        f.write("GITHUB_TOKEN=%s\n" % markers.github())
    os.chmod(token, 0o600)
    plain = box.bwrap(binary)
    root = os.open("/", os.O_RDONLY | os.O_DIRECTORY)
    for number in (0, 7):
        expect(with_descriptors(plain, {number: root}), "fd:%d/directory" % number, "the host's root at %d" % number, (1,))
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    packet = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    for number, held, what in ((0, udp, "UDP"), (7, udp, "UDP"), (7, packet, "packet")):
        result = with_descriptors(plain, {number: held.fileno()})
        expect(result, "fd:%d/socket" % number, "an unconnected %s socket of the host at %d" % (what, number), (1,))
    readable = os.open(token, os.O_RDONLY)
    os.chmod(token, 0o644)
    code, report = with_descriptors(plain, {7: readable})
    check(reaches(report, "fd:7/file") and reaches(report, "token:github:"), "a token in an inherited file is found")
    os.chmod(token, 0o600)
    code, report = with_descriptors(plain, {7: readable})
    check(code in (1, 3), "an inherited file that cannot be read again is not passed over, got %d" % code)
    inside, outside = socket.socketpair()
    code, report = with_descriptors(plain, {0: inside.fileno()})
    check(code == 0, "a terminal that is a unix socket is none of these, got %d" % code)


def no_netlink():
    """systemd's RestrictAddressFamilies= answers EAFNOSUPPORT, like a kernel without the family."""
    def row(code, yes, no, k):
        return struct.pack("<HBBI", code, yes, no, k)
    number = {"x86_64": 41, "aarch64": 198}.get(os.uname().machine)
    if number is None:
        return
    program = b"".join([row(0x20, 0, 0, 0), row(0x15, 0, 3, number), row(0x20, 0, 0, 16), row(0x15, 0, 1, 16),
                        row(0x06, 0, 0, 0x00050000 | 97), row(0x06, 0, 0, 0x7fff0000)])
    end, start = os.pipe()
    os.write(start, program)
    os.close(start)
    args = box.bwrap(binary)
    at = args.index("--")
    code, report = with_descriptors(args[:at] + ["--seccomp", "9"] + args[at:], {9: end})
    check(code in (1, 3), "netlink refused as an unknown family: no pass, got %d" % code)
    check(reaches(report, "unknown:network/"), "netlink refused: the routes are unknown")


def link_without_route():
    space = subprocess.Popen(["unshare", "-n", "sh", "-c", "echo ready; exec sleep 300"], stdout=subprocess.PIPE)
    try:
        space.stdout.readline()
        net = "/proc/%d/ns/net" % space.pid
        def run(*argv):
            subprocess.run(["nsenter", "--net=" + net, *argv], check=True)
        run("ip", "link", "add", "v0", "type", "veth", "peer", "name", "v1")
        clean = box.audit(box.bwrap(binary, network=True), netns=net)
        check(clean[0] == 0, "a link that is down leads nowhere, got %d" % clean[0])
        run("ip", "link", "set", "v0", "up")
        run("ip", "addr", "add", "10.9.0.1/32", "dev", "v0")
        run("ip", "route", "flush", "table", "main")
        run("ip", "-6", "route", "flush", "table", "main")
        expect(box.audit(box.bwrap(binary, network=True), netns=net), "egress:link/v0", "a link without a route")
    finally:
        space.kill()
        space.wait()


def false_proc():
    """A directory in the place of /proc tells what its maker likes."""
    at = os.path.join(work, "proc")
    show = "cd /proc/self && for f in mountinfo status uid_map; do cat $f > /opt/out/1/$f; done; cp -P ns/* /opt/out/1/ns/"
    os.makedirs(at + "/1/ns")
    os.mkdir(at + "/1/fd")
    os.symlink("1", at + "/self")
    box.own(at)
    args = box.bwrap(binary, binds=[(at, "/opt/out")])
    subprocess.run(box.as_user(["env", "-i"] + args + ["/bin/sh", "-c", show]), check=False)
    check(os.path.getsize(at + "/1/mountinfo") > 0, "the false /proc is there")
    args = box.bwrap(binary)
    place = args.index("--proc")
    code, report, _, _ = box.audit(args[:place] + ["--bind", at, "/proc"] + args[place + 2:])
    check(code in (1, 3), "a false /proc: no pass, got %d" % code)
    check(reaches(report, "unknown:mounts") and reaches(report, "unknown:process/descriptors"),
          "a false /proc tells neither mounts nor descriptors")


def wrapped():
    """A password inside a JSON, a token inside base64."""
    markers = Markers(6)
    wrapped_token = base64.b64encode(("machine: " + markers.github()).encode()).decode()
    report = box.audit(box.bwrap(binary, env={"LOGIN": json.dumps({"user": "u", "password": markers.password()}),
                                              "BLOB": wrapped_token}))[1]
    check(reaches(report, "env:LOGIN") and reaches(report, "password:env:LOGIN"), "a password inside a JSON is found")
    check(reaches(report, "env:BLOB") and reaches(report, "token:github:"), "a token inside base64 is found")


check(box.audit(box.bwrap(binary))[0] == 0, "the plain box passes")
sockets()
borrowed_name()
devices()
descriptors()
no_netlink()
link_without_route()
false_proc()
wrapped()
finish()

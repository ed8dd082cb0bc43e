"""Law 3: auditing changes nothing. strace sees every call of an audit; only what the law lists may be there."""
import atexit
import os
import re
import shutil
import subprocess
import sys
import tempfile

from check import check, finish
import box
import planted
from markers import Markers

binary = os.path.abspath(sys.argv[1])
box.require(box.NEEDED + ["strace"])
work = tempfile.mkdtemp(prefix="ra-trace-")
os.chmod(work, 0o755)
atexit.register(shutil.rmtree, work, True)

FORBIDDEN = set("""creat mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 link linkat symlink symlinkat
    mknod mknodat chmod fchmod fchmodat chown lchown fchown fchownat truncate ftruncate fallocate utime utimes utimensat
    futimesat setxattr lsetxattr fsetxattr removexattr mount umount2 pivot_root chroot setns move_mount fsopen
    sethostname setdomainname reboot swapon init_module finit_module delete_module bind listen accept accept4
    add_key request_key pwrite64 pwritev pwritev2 sendmmsg sendfile copy_file_range splice tgkill tkill""".split())
# With invalid arguments only, in a probe: the kernel refuses them all.
PROBED = set("bpf perf_event_open userfaultfd io_uring_setup keyctl ptrace open_by_handle_at kexec_load".split())
AGENT_REQUEST = r'"\0\0\0\1\v"'


def snapshot(top):
    found = {}
    for here, dirs, files in os.walk(top):
        for name in dirs + files + ["."]:
            path = os.path.join(here, name)
            st = os.lstat(path)
            found[path] = (st.st_mode, st.st_uid, st.st_size, st.st_mtime_ns, st.st_ctime_ns, st.st_ino)
    return found


def calls(path):
    """(name, arguments, result) of every finished call; unfinished and resumed halves are joined."""
    pending = {}
    for line in open(path, errors="replace"):
        m = re.match(r"(\d+) +(.*)", line.rstrip("\n"))
        pid, text = m.group(1), m.group(2)
        if text.endswith("<unfinished ...>"):
            pending[pid] = text[:-len("<unfinished ...>")]
            continue
        m = re.match(r"<\.\.\. \w+ resumed>(.*)", text)
        if m:
            text = pending.pop(pid, "") + m.group(1)
        m = re.match(r"(\w+)\((.*)\)\s+= (.*)", text)
        if m:
            yield m.groups()


def judge(name, args, result):
    """None where law 3 allows the call, else why not."""
    if name in FORBIDDEN:
        return "forbidden"
    if name in PROBED and not result.startswith("-1") and name != "ptrace":
        return "a probe that succeeded"
    if name in ("open", "openat", "openat2"):
        if re.search(r"O_CREAT|O_TRUNC|O_APPEND|O_TMPFILE", args):
            return "opens to change"
        if re.search(r"O_WRONLY|O_RDWR", args) and not ("O_NONBLOCK" in args and "O_NOFOLLOW" in args):
            return "opens for write without O_NONBLOCK and O_NOFOLLOW"
    if name in ("connect", "sendto", "sendmsg") and re.search(r"AF_INET|AF_PACKET|AF_VSOCK", args):
        return "speaks to a network"
    if name == "connect" and "AF_UNIX" not in args:
        return "connects to what is no unix socket"
    if name == "sendto" and "NETLINK" not in args and AGENT_REQUEST not in args:
        return "sends something else than an identity request"
    if name == "write" and not re.match(r"\d+<(pipe:|/dev/null|/dev/pts|UNIX|socket:)", args) and \
            "/gate-" not in args and not re.match(r"[12]<", args):
        return "writes to a file"
    return None


def report_file(name, args, folder, named):
    """What a report file that the user named takes: a new file beside it, which gets its name. Says which step it is."""
    here = r"\d+<%s>, " % re.escape(folder)
    if name == "openat" and re.fullmatch(here + r'"\.reachaudit-\d+-\d+", O_WRONLY\|O_CREAT\|O_EXCL\|O_NOFOLLOW\|O_CLOEXEC, 0600', args):
        return "create"
    if name == "write" and re.match(r"\d+<%s/\.reachaudit-\d+-\d+>, " % re.escape(folder), args):
        return "write"
    m = re.fullmatch(here + r'"\.reachaudit-\d+-\d+", ' + here + r'"([^"]+)"', args)
    if name == "renameat" and m and m.group(1) in named:
        return "rename to " + m.group(1)
    return None


def reports(home):
    """The reports that were named are all that an audit writes, and nobody's files but theirs are there afterwards."""
    folder, trace, named = os.path.join(work, "out"), os.path.join(work, "trace.out"), ["a.json", "b.sarif", "c.html"]
    os.mkdir(folder)
    box.own(folder)
    before = snapshot(home)
    argv = box.as_user(["env", "-i", "HOME=" + home, "PATH=/usr/bin:/bin", binary, "--only", "env,files",
                        "--format", "text"] + ["--format=%s=%s/%s" % (n[2:], folder, n) for n in named])
    done = subprocess.run(["strace", "-f", "-y", "-s", "64", "-o", trace] + argv, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, cwd=os.path.join(home, "project"), timeout=160)
    check(done.returncode in (1, 3), "the audit with report files: %d %r" % (done.returncode, done.stderr[-300:]))
    steps, started = [], False
    for name, args, result in calls(trace):
        started = started or (name == "execve" and binary in args[:200] and result == "0")
        if not started or name == "execve":
            continue
        step = report_file(name, args, folder, named)
        if step:
            steps.append(step)
        elif judge(name, args, result):
            check(False, "%s: %s(%s) = %s" % (judge(name, args, result), name, args[:160], result))
    order = [s for s in steps if s != "write"]
    check(order == [s for n in named for s in ("create", "rename to " + n)], "one file after the other: %s" % order)
    check(sorted(os.listdir(folder)) == named, "the files that were named: %s" % os.listdir(folder))
    check(snapshot(home) == before, "no file of the home changed")


def tx(netns):
    text = subprocess.run(["nsenter", "--net=" + netns, "cat", "/proc/net/dev"], stdout=subprocess.PIPE).stdout
    return [line.split()[10] for line in text.decode().splitlines()[2:]]


def main():
    markers = Markers(os.getpid())
    home = os.path.join(work, "home")
    os.makedirs(home)
    planted.plant(markers, home)
    box.own(home)
    holder = subprocess.Popen(["unshare", "-n", "sleep", "300"])
    atexit.register(lambda: (holder.kill(), holder.wait()))
    netns = "/proc/%d/ns/net" % holder.pid
    while os.readlink(netns) == os.readlink("/proc/self/ns/net"):
        pass
    for line in ["sysctl -qw net.ipv6.conf.all.disable_ipv6=1", "sysctl -qw net.ipv6.conf.default.disable_ipv6=1",
                 "ip link set lo up", "ip link add v0 type veth peer name v1", "ip addr add 192.0.2.2/24 dev v0",
                 "ip link set v0 up", "ip link set v1 up", "ip route add default via 192.0.2.1 dev v0"]:
        subprocess.run(["nsenter", "--net=" + netns] + line.split(), check=True)
    trace = os.path.join(work, "trace")
    before, sent = snapshot(home), tx(netns)
    argv = box.as_user(["env", "-i", "HOME=" + home, "PATH=/usr/bin:/bin", "GITHUB_TOKEN=" + markers.github(), binary,
                        "--format", "json"], netns)
    done = subprocess.run(["strace", "-f", "-y", "-s", "64", "-o", trace] + argv, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, cwd=os.path.join(home, "project"), timeout=160)
    check(done.returncode == 1, "the audit of a planted home fails: %d %r" % (done.returncode, done.stderr[-300:]))
    check(snapshot(home) == before, "no file of the home changed")
    check(tx(netns) == sent, "not one packet left")
    execs, seen = [], {}
    for name, args, result in calls(trace):
        seen[name] = seen.get(name, 0) + 1
        if name in ("execve", "execveat"):
            execs.append((args[:120], result))
            continue
        if not any(binary in e[0] and e[1] == "0" for e in execs):
            continue  # still what starts the audit: nsenter, setpriv, env
        why = judge(name, args, result)
        if why:
            check(False, "%s: %s(%s) = %s" % (why, name, args[:160], result))
    mine = [e for e in execs if e[1] == "0"]
    check(len(mine) == 4, "no program is run: %r" % mine)  # nsenter, setpriv, env, reachaudit
    check(seen.get("openat", 0) > 300, "the trace saw the audit: %d opens" % seen.get("openat", 0))
    reports(home)
    finish()


main()

"""A real sshd on loopback for tests: a user of its own, forced commands, a log of what was asked. Needs root.

The server is the installed one, or that of Debian's package unpacked into a folder (installing it would start a server of
its own). It sees its own /etc/passwd in a mount namespace, so that no account is made on this machine.
"""
import atexit
import os
import shutil
import signal
import socket
import subprocess
import time

import box

USER_ID = 12000


def program(folder):
    """The path of sshd, or ends the test as skipped."""
    found = next((p for p in ("/usr/sbin/sshd", os.path.join(folder, "root/usr/sbin/sshd")) if os.path.exists(p)), None)
    if found:
        return found
    os.makedirs(folder, exist_ok=True)
    try:
        subprocess.run(["apt-get", "download", "-qq", "openssh-server"], cwd=folder, check=True, capture_output=True, timeout=120)
        archive = next(f for f in os.listdir(folder) if f.endswith(".deb"))
        subprocess.run(["dpkg-deb", "-x", archive, "root"], cwd=folder, check=True, capture_output=True, timeout=60)
        os.unlink(os.path.join(folder, archive))
    except (OSError, subprocess.SubprocessError, StopIteration):
        box.require(["sshd"], root=False)  # ends here, as skipped or failed
    return os.path.join(folder, "root/usr/sbin/sshd")


class Sshd:
    def __init__(self, binary, work, keys, command):
        """keys: {name: public key}; command: a program that gets the name as its argument, for every login."""
        self.work, self.log = os.path.join(work, "sshd"), os.path.join(work, "sshd", "asked")
        os.makedirs(self.work)
        os.chmod(work, 0o755)
        for kind in ("ed25519", "ecdsa"):
            subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", self.path("host_" + kind)], check=True)
        with open(self.path("authorized"), "w") as f:
            for name, key in keys.items():
                f.write('restrict,command="%s %s" %s' % (command, name, key))
        with open("/etc/passwd") as f, open(self.path("passwd"), "w") as out:
            out.write(f.read() + "git:*:%d:%d::%s:/bin/sh\nsshd:*:%d:%d::/run/sshd:/bin/false\n" %
                      (USER_ID, USER_ID, self.work, USER_ID + 1, USER_ID + 1))
        open(self.log, "w").close()
        os.chown(self.log, USER_ID, USER_ID)
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        with open(self.path("config"), "w") as f:
            f.write("Port %d\nListenAddress 127.0.0.1\nHostKey %s\nHostKey %s\nAuthorizedKeysFile %s\nStrictModes no\n"
                    "UsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nLogLevel VERBOSE\nPidFile none\n"
                    "MaxStartups 100\nAllowUsers git\n" %
                    (self.port, self.path("host_ed25519"), self.path("host_ecdsa"), self.path("authorized")))
        script = ("mount --make-rprivate / && mount -t tmpfs none /run && mkdir /run/sshd && mount --bind %s /etc/passwd && "
                  "exec %s -D -e -f %s" % (self.path("passwd"), binary, self.path("config")))
        self.errors = open(self.path("errors"), "w")
        self.child = subprocess.Popen(["unshare", "--mount", "sh", "-c", script], stderr=self.errors, stdin=subprocess.DEVNULL)
        atexit.register(self.stop)
        self.host = "127.0.0.1:%d" % self.port
        for _ in range(200):
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", self.port)) == 0:
                    break
            if self.child.poll() is not None:
                raise RuntimeError("sshd ended: " + self.said())
            time.sleep(0.05)

    def path(self, name):
        return os.path.join(self.work, name)

    def known(self, kind="ed25519"):
        """A line of known_hosts for this server."""
        with open(self.path("host_%s.pub" % kind)) as f:
            return "[127.0.0.1]:%d %s\n" % (self.port, " ".join(f.read().split()[:2]))

    def asked(self):
        with open(self.log) as f:
            return f.read().splitlines()

    def said(self):
        with open(self.path("errors")) as f:
            return f.read()

    def clear(self):
        open(self.log, "w").close()
        os.truncate(self.path("errors"), 0)

    def stop(self):
        atexit.unregister(self.stop)
        self.child.send_signal(signal.SIGTERM)
        try:
            self.child.wait(10)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        self.errors.close()
        shutil.rmtree(self.work, True)

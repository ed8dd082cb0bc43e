"""What the builders of homes share: a home being written, the truth about it, and values of every maker's shape.

The truth is written from the makers' formats: a row is the place that holds a credential and whether whoever reads it
now could use it. live: as it is. expired: its own date has passed. encrypted: not without a passphrase, a device or a
keyring. Everything else that a builder writes looks like a credential to somebody and is none.
"""
import base64
import json
import os
import sqlite3
import string
import struct
import subprocess
import time

from markers import ALNUM, Markers

LIVE, EXPIRED, ENCRYPTED = "live", "expired", "encrypted"
HEX = "0123456789abcdef"
URL64 = ALNUM + "-_"
DAY = 86400


class Keys(Markers):
    """Values of more makers. Prefixes are put together here, so that no file of the repository holds a token."""

    def __init__(self, seed):
        super().__init__(seed)
        self.now = int(time.time())
        self.work = None  # a directory for the key tools

    def of(self, *prefix, n=40, alphabet=ALNUM):
        return self.keep("".join(prefix) + self.chars(n, alphabet))

    def hex(self, n=40):
        """No secret: a hash or an identifier."""
        return self.chars(n, HEX)

    def uuid(self):
        return "-".join(self.chars(n, HEX) for n in (8, 4, 4, 4, 12))

    def date(self, days):
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.now + days * DAY))

    def jwt(self, days, **claims):
        def part(value):
            return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
        claims = dict(iss="https://login.corp.test", sub="dev", exp=self.now + days * DAY, **claims)
        return self.keep(".".join([part({"alg": "RS256", "typ": "JWT"}), part(claims), self.chars(86, URL64)]))

    def basic(self, user="dev"):
        return self.keep(base64.b64encode((user + ":" + self.password()).encode()).decode())

    def random_bytes(self, n):
        return bytes(self.random.randrange(256) for _ in range(n))

    def _made(self, argv, name="key"):
        path = os.path.join(self.work, name)
        for old in (path, path + ".pub"):
            if os.path.exists(old):
                os.unlink(old)
        subprocess.run([a.replace("@", path) if a.startswith("@") else a for a in argv], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        text = open(path, "rb").read()
        if text.startswith(b"-----BEGIN") and b"CERTIFICATE" not in text and b"PUBLIC" not in text:
            for line in text.decode().splitlines()[1:-1]:
                if len(line) > 40 and ":" not in line:
                    self.keep(line)
        return text if name.endswith(".p12") else text.decode()

    def ssh(self, kind="ed25519", passphrase="", form=()):
        """(private, public) of ssh-keygen."""
        private = self._made(["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", "dev@corp.test", *form, "-f", "@"])
        return private, open(os.path.join(self.work, "key.pub")).read()

    def pem(self, passphrase=None):
        """PKCS #8, EC P-256."""
        lock = ["-aes256", "-pass", "pass:" + passphrase] if passphrase else []
        return self._made(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", *lock,
                           "-out", "@"])

    def rsa(self):
        return self._made(["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "@"])

    def certificate(self):
        """A certificate alone: no key comes with it."""
        return self._made(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                           "-keyout", os.path.join(self.work, "thrown-away"), "-subj", "/CN=ca.corp.test", "-days", "30",
                           "-out", "@"])

    def public(self, private):
        path = os.path.join(self.work, "private")
        with open(path, "w") as f:
            f.write(private)
        return subprocess.run(["openssl", "pkey", "-in", path, "-pubout"], check=True, capture_output=True).stdout.decode()

    def pkcs12(self, password):
        with open(os.path.join(self.work, "k.pem"), "w") as f:
            f.write(self.pem())
        subprocess.run(["openssl", "req", "-x509", "-key", f.name, "-subj", "/CN=app", "-out", f.name + ".crt"],
                       check=True, stderr=subprocess.DEVNULL)
        return self._made(["openssl", "pkcs12", "-export", "-inkey", f.name, "-in", f.name + ".crt", "-passout",
                           "pass:" + password, "-out", "@"], "store.p12")

    def database(self, table, *rows):
        """A real SQLite file: a table of text and blobs."""
        path = os.path.join(self.work, "database")
        if os.path.exists(path):
            os.unlink(path)
        with sqlite3.connect(path) as db:
            db.execute("create table %s (%s)" % (table, ", ".join("c%d" % i for i in range(len(rows[0])))))
            db.executemany("insert into %s values (%s)" % (table, ", ".join("?" * len(rows[0]))), rows)
        db.close()
        return open(path, "rb").read()

    def gcloud(self):
        """gcloud's credentials.db: one row an account."""
        return self.database("credentials", ("dev@corp.test", json.dumps({
            "client_id": "32555940559.apps.googleusercontent.com", "refresh_token": self.of("1/", "/0", n=90, alphabet=URL64),
            "token_uri": "https://oauth2.corp.test/token", "type": "authorized_user"})))

    def security_key(self):
        """The handle of an OpenSSH key that lives in a device and asks for a touch. Source: OpenSSH PROTOCOL.u2f."""
        def s(b):
            return struct.pack(">I", len(b)) + b
        kind, point = b"sk-ssh-ed25519@openssh.com", self.random_bytes(32)
        public = s(kind) + s(point) + s(b"ssh:")
        check = self.random_bytes(4)
        private = check + check + public + b"\x01" + s(self.random_bytes(64)) + s(b"") + s(b"dev@corp.test")
        private += bytes(range(1, 9 - len(private) % 8))
        blob = b"openssh-key-v1\0" + s(b"none") + s(b"none") + s(b"") + struct.pack(">I", 1) + s(public) + s(private)
        text = base64.b64encode(blob).decode()
        lines = [text[i:i + 70] for i in range(0, len(text), 70)]
        return "\n".join(["-----BEGIN OPENSSH " + "PRIVATE KEY-----", *lines, "-----END OPENSSH " + "PRIVATE KEY-----", ""])

    def service_account(self, name="robot"):
        return json.dumps({
            "type": "service_account", "project_id": "corp-prod", "private_key_id": self.hex(40),
            "private_key": self.rsa(), "client_email": name + "@corp-prod.iam.gserviceaccount.test",
            "client_id": self.chars(21, string.digits), "token_uri": "https://oauth2.corp.test/token"}, indent=2)


class Person:
    def __init__(self, keys, home):
        self.m, self.home, self.truth, self.files = keys, home, {}, 0
        self.programs = {}

    def write(self, path, content, mode=0o600, **parts):
        """Writes a file that is no credential, or one whose credentials `holds` tells."""
        full = os.path.join(self.home, path)
        os.makedirs(os.path.dirname(full), mode=0o755, exist_ok=True)
        if not isinstance(content, (str, bytes)):
            content = json.dumps(content, indent=2) + "\n"
        with open(full, "wb") as f:
            f.write(content.encode() if isinstance(content, str) else content)
        os.chmod(full, mode)
        self.files += 1

    def secret(self, path, content, state=LIVE):
        """A file that is one credential as a whole."""
        self.write(path, content)
        self.truth["file:~/" + path] = state

    def holds(self, path, content, parts):
        """A file with credentials at these parts: {part: state}."""
        self.write(path, content)
        for part, state in parts.items():
            self.truth["file:~/%s#%s" % (path, part)] = state

    def kept(self, program, service):
        """A login that only a program's helper or the locked keyring holds."""
        self.truth["password:program:%s#%s" % (program, service)] = ENCRYPTED

    def program(self, name, logged_in=None, **details):
        """A program in PATH and what the audit must say of it; running it would leave a mark."""
        full = os.path.join(self.home, "bin", name)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w") as f:
            f.write("#!/bin/sh\necho %s >>$HOME/RAN\n" % name)
        os.chmod(full, 0o755)
        self.programs["program:" + name] = dict(details, **({} if logged_in is None else {"logged_in": logged_in}))

    def history(self, path, lines, prefix=""):
        """Lines of a history; a pair (line, state) holds a credential."""
        text, parts = "", {}
        for number, line in enumerate(lines, 1):
            if isinstance(line, tuple):
                line, parts["L%d" % number] = line
            text += prefix + line + "\n"
        self.holds(path, text, parts)

    def repository(self, path="project"):
        top = os.path.join(self.home, path)
        os.makedirs(top, exist_ok=True)
        env = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1",
               "GIT_AUTHOR_NAME": "d", "GIT_AUTHOR_EMAIL": "d@corp.test", "GIT_COMMITTER_NAME": "d",
               "GIT_COMMITTER_EMAIL": "d@corp.test"}
        for argv in (["init", "-q"], ["remote", "add", "origin", "https://forge.corp.test/team/app.git"],
                     ["add", "-A", "."], ["commit", "-q", "-m", "First"]):
            subprocess.run(["git", "-C", top, *argv], check=True, env=env, stdout=subprocess.DEVNULL)

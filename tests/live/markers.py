"""Secrets for tests, made at run time from markers: no file of the repository holds one.

Every value is unique to the run and known to the caller, so that any output can be searched for it.
"""
import binascii
import random
import string

BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
ALNUM = string.ascii_letters + string.digits


class Markers:
    """Makes values and remembers them; `canaries` is everything that must never be printed."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.canaries = []

    def keep(self, value):
        self.canaries.append(value)
        return value

    def chars(self, n, alphabet=ALNUM):
        return "".join(self.random.choice(alphabet) for _ in range(n))

    def github(self, kind="p"):
        """Classic shape: 30 random characters and their CRC-32 in base 62."""
        body, crc, tail = self.chars(30), 0, ""
        crc = binascii.crc32(body.encode())
        while crc:
            crc, digit = divmod(crc, 62)
            tail = BASE62[digit] + tail
        return self.keep("gh" + kind + "_" + body + tail.rjust(6, "0"))

    def aws_id(self):
        return self.keep("AK" + "IA" + self.chars(16, string.ascii_uppercase + "234567"))

    def aws_secret(self):
        return self.keep(self.chars(40, ALNUM + "/+"))

    def npm(self):
        body = self.github()[4:]
        self.canaries.pop()
        return self.keep("np" + "m_" + body)

    def anthropic(self):
        return self.keep("sk-" + "ant-api03-" + self.chars(93, ALNUM + "-_") + "AA")

    def anthropic_session(self):
        return self.keep("sk-" + "ant-oat01-" + self.chars(93, ALNUM + "-_") + "AA")

    def slack(self):
        return self.keep("xo" + "xb-" + self.chars(12, string.digits) + "-" + self.chars(12, string.digits) + "-" +
                         self.chars(24))

    def pypi(self):
        return self.keep("py" + "pi-AgEIcHlwaS5vcmc" + self.chars(150, ALNUM + "-_"))

    def password(self):
        return self.keep("Pw" + self.chars(18))

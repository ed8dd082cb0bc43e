"""Makes the pictures of the html report that the README shows: a laptop's box with made-up names, light and dark.

usage: picture.py REACHAUDIT DIR     writes DIR/report-light.png and DIR/report-dark.png
"""
import atexit
import collections
import os
import shutil
import struct
import sys
import tempfile
import zlib

from driver import Browser, alone
import pages
from pages import Markers, hosts, planted

WIDTH, HEIGHT = 1280, 1385


def laptop(top):
    m = Markers(3)
    env = {"PATH": "/usr/bin", "HOME": "/" + hosts.HOME, "GITHUB_TOKEN": m.github(), "ANTHROPIC_API_KEY": m.anthropic()}
    home = os.path.join(hosts.skeleton(top, "laptop", "open", env, "/" + hosts.HOME), "root", hosts.HOME)
    planted.write(home, ".npmrc", "//npm.corp.test/:_authToken=%s\n" % m.npm())
    planted.write(home, ".netrc", "machine api.corp.test\n  login bot\n  password %s\n" % m.password())
    planted.write(home, "project/.env", "DEBUG=1\nSTRIPE_WEBHOOK_SECRET=%s\n" % m.password())


def rows(png):
    """The pixels of an 8 bit RGB or RGBA picture without interlace, a list of rows of (r, g, b)."""
    at, data = 8, b""
    while at < len(png):
        n, kind = struct.unpack(">I4s", png[at:at + 8])
        body = png[at + 8:at + 8 + n]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
            assert depth == 8 and colour in (2, 6)
            step = 3 if colour == 2 else 4
        data += body if kind == b"IDAT" else b""
        at += 12 + n
    raw, above = zlib.decompress(data), bytearray(width * step)
    for y in range(height):
        begin = y * (width * step + 1)
        how, line = raw[begin], bytearray(raw[begin + 1:begin + 1 + width * step])
        for i in range(len(line)):
            a, b = line[i - step] if i >= step else 0, above[i]
            c = above[i - step] if i >= step else 0
            if how == 1:
                line[i] = (line[i] + a) & 255
            elif how == 2:
                line[i] = (line[i] + b) & 255
            elif how == 3:
                line[i] = (line[i] + (a + b) // 2) & 255
            elif how == 4:
                p = a + b - c
                near = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
                line[i] = (line[i] + near) & 255
        above = line
        yield [tuple(line[i:i + 3]) for i in range(0, len(line), step)]


def small(path):
    """Rewrites the picture with the 256 colours that it uses most."""
    with open(path, "rb") as f:
        lines = list(rows(f.read()))
    used = collections.Counter(p for line in lines for p in line)
    palette = [c for c, _ in used.most_common(256)]
    number = {c: i for i, c in enumerate(palette)}
    for c in used:
        if c not in number:
            number[c] = min(range(len(palette)), key=lambda i: sum((x - y) ** 2 for x, y in zip(c, palette[i])))
    packed = zlib.compress(b"".join(b"\0" + bytes(number[p] for p in line) for line in lines), 9)

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    with open(path, "wb") as f:
        f.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", len(lines[0]), len(lines), 8, 3, 0, 0, 0)) +
                chunk(b"PLTE", b"".join(bytes(c) for c in palette)) + chunk(b"IDAT", packed) + chunk(b"IEND", b""))


def main():
    binary, to = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    alone()
    work = tempfile.mkdtemp(prefix="ra-picture-")
    atexit.register(shutil.rmtree, work, True)
    laptop(work)
    os.chdir(work)
    page = pages.Page(work, "report", binary, "recorded:laptop")
    os.makedirs(to, exist_ok=True)
    with Browser() as browser:
        for name in ("light", "dark"):
            path = os.path.join(to, "report-%s.png" % name)
            browser.view(WIDTH, HEIGHT, dark=name == "dark")
            browser.open(page.path)
            browser.picture(path, whole=False)
            small(path)
            print("%s: %d bytes" % (path, os.path.getsize(path)))


if __name__ == "__main__":
    main()

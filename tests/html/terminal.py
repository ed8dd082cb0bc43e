"""Makes the picture of the terminal that the README shows: what the program prints on 80 columns, with its colours.

The same made-up laptop as in the pictures of the html report; the first screen of it, up to what would let it pass.
usage: terminal.py REACHAUDIT DIR     writes DIR/terminal.png
"""
import atexit
import fcntl
import html
import os
import pty
import re
import shutil
import struct
import sys
import tempfile
import termios

from driver import Browser, alone
import picture

COLUMNS, ROWS = 80, 50
LAST = "To know more"  # the heading before which the picture ends
STYLES = {"1": "bold", "31": "red", "32": "green", "33": "yellow"}
SHELL = "<!doctype html><meta charset=utf-8><style>%s</style><pre>%s</pre>"
CSS = """body { margin: 0; background: #1d1f24 }
pre { margin: 0; padding: 18px 22px; width: max-content; color: #d6d8dd; font: 15px/20px "DejaVu Sans Mono", monospace }
.bold { font-weight: bold; color: #fff } .red { color: #ff7b72 } .green { color: #6cc77d } .yellow { color: #e3b341 }
.prompt { color: #8b919c }"""


def typed(argv, cwd):
    """What the program writes to a terminal of that size."""
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(cwd)
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        os.execve(argv[0], ["reachaudit", *argv[1:]], {"PATH": "/usr/bin", "TERM": "xterm", "LANG": "C.UTF-8"})
    got = b""
    while True:
        try:
            more = os.read(fd, 65536)
        except OSError:  # the other end is closed
            break
        if not more:
            break
        got += more
    os.waitpid(pid, 0)
    return got.decode().replace("\r\n", "\n")


def markup(text):
    """Escape sequences as spans; anything but colours is an error."""
    out, is_open = [], False
    for i, part in enumerate(re.split(r"\x1b\[([0-9;]*)m", text)):
        if i % 2 == 0:
            assert "\x1b" not in part, part
            out.append(html.escape(part))
            continue
        out.append("</span>" if is_open else "")
        names = [STYLES[n] for n in part.split(";") if n not in ("", "0")]
        is_open = bool(names)
        out.append('<span class="%s">' % " ".join(names) if is_open else "")
    return "".join(out)


def main():
    binary, to = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    alone()
    work = tempfile.mkdtemp(prefix="ra-terminal-")
    atexit.register(shutil.rmtree, work, True)
    picture.laptop(work)
    lines = typed([binary, "recorded:laptop"], work).split("\n")
    end = next(i for i, line in enumerate(lines) if LAST in line)
    assert all(len(re.sub(r"\x1b\[[0-9;]*m", "", line)) <= COLUMNS for line in lines)
    page = os.path.join(work, "terminal.html")
    with open(page, "w") as f:
        f.write(SHELL % (CSS, '<span class="prompt">$</span> reachaudit recorded:laptop\n' + markup("\n".join(lines[:end - 1]))))
    os.makedirs(to, exist_ok=True)
    path = os.path.join(to, "terminal.png")
    with Browser() as browser:
        browser.view(900, 400)
        browser.open(page)
        size = browser.run("const r = document.querySelector('pre').getBoundingClientRect(); return [r.width, r.height]")
        browser.view(int(size[0] + 0.99), int(size[1] + 0.99))
        browser.picture(path, whole=False)
    picture.small(path)
    print("%s: %d bytes" % (path, os.path.getsize(path)))


main()

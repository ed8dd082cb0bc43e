"""The tree's own rules, read from the sources: who may include whom, who may print, how long a file may grow.

usage: includes.py TOP [--self-test]

Every broken rule is one line: file:line: what is wrong. --self-test breaks each rule in a scratch tree and checks
that it is caught, so that this test cannot rot into one that never fails.
"""
import os
import re
import statistics
import subprocess
import sys
import tempfile

ALL = {"base", "parse", "host", "model", "providers", "catalogue", "collect", "checks", "reports", "cli"}
# layer -> what its files may include: whole layers, or single headers
MAY = {
    "base": {"base"},
    "parse": {"base", "parse"},
    "host": {"base", "host"},
    "model": {"base", "model"},
    "providers": {"base", "parse", "host", "model", "providers"},
    "catalogue": {"base", "catalogue", "model/words.h", "parse/keys.h"}, # base64 and PEM: shapes inside shapes
    "collect": {"base", "parse", "host", "model", "catalogue", "providers", "collect"},
    "checks": {"base", "model", "checks", "parse/yaml.h", "parse/json.h", "collect/collectors.def"},
    "reports": {"base", "model", "reports", "checks/checks.def", "checks/remedies.def"}, # the rules' words, as data
    "cli": ALL,
}
# system library -> where its headers may be included
LIBRARIES = [
    (r"^git2(\.h|/)", r"^scanner/collect/git[^/]*\.[ch]$"),
    (r"^curl/", r"^scanner/host/"),
    (r"^libssh2", r"^scanner/host/ssh\.c$"),
    (r"^(cjson/)?cJSON\.h$", r"^scanner/(model|providers)/"),
    (r"^yaml\.h$", r"^scanner/parse/yaml\.c$"),
    (r"^seccomp\.h$", r"^scanner/host/"),
]
PRINTS = re.compile(r"\b(?:v?printf|puts|putchar|perror)\s*\(|\bv?fprintf\s*\(\s*std(?:out|err)\b|"
                    r"\bf(?:puts|putc|write)\s*\([^;]*\bstd(?:out|err)\b|\b(?:write|dprintf)\s*\(\s*(?:1|2|STD(?:OUT|ERR)_FILENO)\b")
MAY_PRINT = {"scanner/base/error.c"}  # out of memory: the one line that cannot wait for its caller
MACHINE_PATHS = re.compile(r"(?<![\w.~$*}])/wo" + r"rk/|/tmp/r" + "a-")  # where a path begins
MEDIAN_LINES, MOST_LINES = 160, 400


def layer_of(path):
    parts = path.split("/")
    name = parts[1] if parts[0] == "scanner" and len(parts) > 2 else parts[0]
    return name if name in ALL else None


def without_comments(text):
    """Comments become blanks and string contents vanish, so that prose breaks no rule; lines stay where they are."""
    def blank(match):
        found = match.group(0)
        if found.startswith("/"):
            return "\n" * found.count("\n")
        return found[0] + found[-1]
    return re.sub(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", blank, text, flags=re.S)


def collectors(top):
    try:
        with open(os.path.join(top, "scanner/collect/collectors.def")) as f:
            return set(re.findall(r"^RA_COLLECTOR\((\w+)", f.read(), re.M))
    except FileNotFoundError:
        return set()


def allowed(layer, header):
    return header.split("/")[0] in MAY[layer] or header in MAY[layer]


def other_collector(path, header, names):
    """The collector whose private header a file of another collector (or of none) includes."""
    if not header.startswith("collect/") or not path.startswith("scanner/collect/"):
        return None
    owner = re.split(r"[_.]", header.split("/")[1])[0]
    mine = re.split(r"[_.]", os.path.basename(path))[0]
    return owner if owner in names and owner != mine else None


def check_includes(path, text, names):
    layer = layer_of(path)
    for number, line in enumerate(text.split("\n"), 1):
        own = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
        system = re.match(r"\s*#\s*include\s+<([^>]+)>", line)
        if own and layer:
            header = own.group(1)
            if "/" not in header:
                yield number, 'includes "%s" without its folder' % header
            elif not allowed(layer, header):
                yield number, "%s may not include %s" % (layer, header)
            other = other_collector(path, header, names)
            if other:
                yield number, "a collector never includes another's header: %s is %s's" % (header, other)
        if system and layer:
            for library, where in LIBRARIES:
                if re.search(library, system.group(1)) and not re.search(where, path):
                    yield number, "<%s> has its place elsewhere: %s" % (system.group(1), where)


def check_printing(path, text):
    if layer_of(path) in (None, "cli") or path in MAY_PRINT:
        return
    for number, line in enumerate(without_comments(text).split("\n"), 1):
        if PRINTS.search(line):
            yield number, "only cli/ prints"


def tracked(top):
    """What git tracks, or every file where there is no repository (a release's tarball)."""
    git = subprocess.run(["git", "-C", top, "ls-files", "-z"], capture_output=True)
    if git.returncode == 0:
        names = git.stdout.decode("utf-8", "surrogateescape").split("\0")
        return [n for n in names if n and os.path.isfile(os.path.join(top, n))]
    found = []
    for folder, folders, files in os.walk(top):
        folders[:] = [d for d in folders if not d.startswith((".", "build"))]
        found += [os.path.relpath(os.path.join(folder, f), top) for f in files]
    return found


def check_tree(top):
    problems, lengths, names = [], [], collectors(top)
    for path in sorted(tracked(top)):
        if os.path.islink(os.path.join(top, path)):
            continue
        with open(os.path.join(top, path), encoding="utf-8", errors="replace") as f:
            text = f.read()
        found = [(n, "a path of one machine: " + m.group(0))
                 for n, line in enumerate(text.split("\n"), 1) for m in [MACHINE_PATHS.search(line)] if m]
        if path.endswith((".c", ".h", ".def")):
            found += list(check_includes(path, text, names))
        if path.endswith((".c", ".h")):
            found += list(check_printing(path, text))
        if layer_of(path) and path.endswith((".c", ".h")):
            lines = text.count("\n")
            lengths.append(lines)
            if lines > MOST_LINES:
                found.append((lines, "longer than %d lines: split it by subject" % MOST_LINES))
        problems += ["%s:%d: %s" % (path, n, what) for n, what in found]
    if lengths and statistics.median(lengths) > MEDIAN_LINES:
        problems.append("the median file has %d lines, more than %d" % (statistics.median(lengths), MEDIAN_LINES))
    return problems, len(lengths)


BROKEN = [  # (file, text, part of the complaint)
    ("scanner/base/a.c", '#include "model/inventory.h"\n', "base may not include model/inventory.h"),
    ("scanner/parse/a.c", '#include "host/host.h"\n', "parse may not include"),
    ("scanner/host/a.c", '#include "parse/proc.h"\n', "host may not include"),
    ("scanner/model/a.h", '#include "collect/scan.h"\n', "model may not include"),
    ("scanner/catalogue/a.c", '#include "model/inventory.h"\n', "catalogue may not include"),
    ("scanner/collect/a.c", '#include "checks/profile.h"\n', "collect may not include"),
    ("scanner/collect/env.c", '#include "collect/git_internal.h"\n', "git_internal.h is git's"),
    ("checks/a.c", '#include "parse/ini.h"\n', "checks may not include"),
    ("checks/b.c", '#include "host/host.h"\n', "checks may not include"),
    ("reports/a.c", '#include "checks/profile.h"\n', "reports may not include"),
    ("scanner/base/b.c", '#include "error.h"\n', "without its folder"),
    ("scanner/collect/files.c", "#include <git2.h>\n", "<git2.h> has its place elsewhere"),
    ("scanner/parse/json.c", "#include <cjson/cJSON.h>\n", "has its place elsewhere"),
    ("checks/c.c", "#include <yaml.h>\n", "has its place elsewhere"),
    ("cli/a.c", "#include <seccomp.h>\n", "has its place elsewhere"),
    ("scanner/collect/net.c", "#include <curl/curl.h>\n", "has its place elsewhere"),
    ("checks/d.c", 'void f(void)\n{\n    printf("x");\n}\n', "d.c:3: only cli/ prints"),
    ("reports/b.c", 'void f(void)\n{\n    fprintf(stderr, "x");\n}\n', "only cli/ prints"),
    ("reports/c.c", 'void f(void)\n{\n    fputs("x", stdout);\n}\n', "only cli/ prints"),
    ("scanner/base/c.c", "void f(void)\n{\n    write(STDERR_FILENO, 0, 0);\n}\n", "only cli/ prints"),
    ("cli/long.c", "\n" * (MOST_LINES + 1), "longer than"),
    ("README.md", "cd /wo" + "rk/here\n", "README.md:1: a path of one machine"),
]
FINE = [
    ("checks/a.c", '#include "parse/yaml.h"\n#include "model/inventory.h"\n'),
    ("scanner/collect/collectors.def", "RA_COLLECTOR(env, 1)\nRA_COLLECTOR(git, 1)\n"),
    ("scanner/collect/git_probe.c", '#include <git2.h>\n#include "collect/git_internal.h"\n#include "collect/view.h"\n'),
    ("scanner/base/a.c", '// printf("x") is for cli/\nconst char *s = "printf(\\"x\\")";\nint my_printf(int);\n'
                         'void f(void)\n{\n    snprintf(0, 0, "x");\n    ra_buf_puts(0, "x");\n    write(fd, p, n);\n}\n'),
    ("cli/out.c", 'void f(void)\n{\n    fprintf(stderr, "x");\n}\n'),
    ("scanner/catalogue/places.def", 'P("/home/runner/wo' + 'rk/_temp/x")\n'),
]


def plant(top, files):
    for path, text in files:
        full = os.path.join(top, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w") as f:
            f.write(text)


def self_test():
    missed = []
    with tempfile.TemporaryDirectory() as top:
        plant(top, FINE)
        missed += ["complains without reason: " + p for p in check_tree(top)[0]]
    for path, text, complaint in BROKEN:
        with tempfile.TemporaryDirectory() as top:
            plant(top, [f for f in FINE if f[0].endswith(".def")] + [(path, text)])
            problems = [p for p in check_tree(top)[0] if "median" not in p]
            if len(problems) != 1 or complaint not in problems[0]:
                missed.append("%s: wanted '%s', got %s" % (path, complaint, problems))
    with tempfile.TemporaryDirectory() as top:
        plant(top, [("cli/%d.c" % i, "\n" * (MEDIAN_LINES + 1)) for i in range(3)])
        if not any("median" in p for p in check_tree(top)[0]):
            missed.append("a long median is not noticed")
    return missed


def main():
    problems, count = check_tree(sys.argv[1])
    if "--self-test" in sys.argv[2:]:
        problems += self_test()
    if not count:
        problems.append("no source file found under " + sys.argv[1])
    print("\n".join(problems) if problems else "%d files keep the rules" % count)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

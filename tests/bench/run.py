"""Wall time and peak memory of an audit, as ratios to what people type instead, in the same run.

The yardstick is `env; find ~ -maxdepth 3; ss -ltn` over the same planted home. Runs are interleaved; the minimum
counts, being the least disturbed.
"""
import os
import re
import shutil
import sys
import tempfile

import planted
from markers import Markers
from timing import measure

RUNS = 15


def fill(home, most):
    """A file at each plain place of the catalogue below a home, up to `most`; how many there are now."""
    here = os.path.dirname(os.path.abspath(__file__))
    table = open(os.path.join(here, "../../scanner/catalogue/places.def")).read()
    xdg = {"$XC": ".config", "$XD": ".local/share", "$XK": ".cache", "$XS": ".local/state"}
    n = 0
    for pattern in re.findall(r'^RA_PLACE\(\w+, "([^"*]+)"', table, re.M):
        root, _, rest = pattern.partition("/")
        path = os.path.join(home, xdg.get(root, ""), rest)
        if (root != "~" and root not in xdg) or pattern.endswith("/") or os.path.lexists(path) or n >= most:
            continue
        try:
            planted.write(home, os.path.relpath(path, home), "password = %s\n" % Markers(n).password())
            n += 1
        except OSError:
            continue  # a place below another place's file
    return n


def rows_present(binary):
    """The same audit over homes with more and more rows present: growth of time and memory."""
    print("\n%-40s %10s %8s %12s %8s" % ("homes of the catalogue's rows", "wall ms", "ratio", "peak KiB", "ratio"))
    base = None
    for most in (25, 100, 250):
        home = tempfile.mkdtemp(prefix="ra-bench-")
        try:
            n = fill(home, most)
            env = {"HOME": home, "PATH": "/usr/bin:/bin"}
            runs = [measure([binary], home, env) for _ in range(RUNS)]
            t, kib = min(r[0] for r in runs), max(r[1] for r in runs)
            base = base or (t, kib)
            print("%-40s %10.1f %8.2f %12d %8.2f" % ("%d rows present" % n, t * 1000, t / base[0], kib, kib / base[1]))
        finally:
            shutil.rmtree(home, True)


def main():
    binary = os.path.abspath(sys.argv[1])
    home = tempfile.mkdtemp(prefix="ra-bench-")
    try:
        planted.plant(Markers(1), home)
        env = {"HOME": home, "PATH": "/usr/bin:/bin:/usr/sbin:/sbin", **planted.environment(Markers(2))}
        subjects = {
            "env; find ~ -maxdepth 3; ss -ltn": ["sh", "-c", "env; find ~ -maxdepth 3; ss -ltn"],
            "reachaudit (audit)": [binary],
            "reachaudit --help (start-up alone)": [binary, "--help"],
            "true (process start alone)": ["true"],
        }
        best = {name: (9e9, 0) for name in subjects}
        for _ in range(RUNS):
            for name, argv in subjects.items():
                t, kib = measure(argv, home + "/project", env)
                best[name] = (min(best[name][0], t), max(best[name][1], kib))
        base_t, base_kib = best["env; find ~ -maxdepth 3; ss -ltn"]
        print("%-40s %10s %8s %12s %8s" % ("", "wall ms", "ratio", "peak KiB", "ratio"))
        for name, (t, kib) in best.items():
            print("%-40s %10.1f %8.2f %12d %8.2f" % (name, t * 1000, t / base_t, kib, kib / base_kib))
    finally:
        shutil.rmtree(home, True)
    rows_present(binary)


main()

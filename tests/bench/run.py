"""Wall time and peak memory of an audit, as ratios to what people type instead, in the same run.

The yardstick is `env; find ~ -maxdepth 3; ss -ltn` over the same planted home. Runs are interleaved; the minimum
counts, being the least disturbed.
"""
import os
import shutil
import sys
import tempfile

import planted
from markers import Markers
from timing import measure

RUNS = 15


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


main()

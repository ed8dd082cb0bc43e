"""The smallest test harness that prints what failed and ends in a status ctest understands."""
import sys

failed = []
passed = 0


def check(ok, what):
    global passed
    if ok:
        passed += 1
    else:
        failed.append(what)
        print("FAILED: " + what)
    return ok


def finish():
    print("%d passed, %d failed" % (passed, len(failed)))
    sys.exit(1 if failed else 0)

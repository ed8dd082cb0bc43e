"""Which rows of the reach catalogue does a collector look at? The ids are those of fixtures/catalogue-refs.txt.

usage: catalogue.py TOP [--self-test]

A row counts where a table or a collector carries its id: the first argument of a row of a .def, or a string of its
own in a source of scanner/. The list and the sources must agree both ways, so that no row gets lost and none is
claimed. --self-test takes an id away on either side and checks that it is missed.
"""
import os
import re
import sys

LEAST = 250
LIST = "fixtures/catalogue-refs.txt"
ID = r"[A-Z]\d{3}"
ROW = re.compile(r"^RA_[A-Z_]+\(\s*\"?(%s)\"?\s*," % ID, re.M)
STRING = re.compile(r"\"(%s)\"" % ID)


def without_comments(text):
    """Whole lines only: patterns of paths hold what looks like the beginning of a comment."""
    return re.sub(r"^\s*//.*$", "", text, flags=re.M)


def carried(top):
    found = set()
    for folder, _, names in os.walk(os.path.join(top, "scanner")):
        for name in names:
            if name.endswith((".c", ".def")):
                with open(os.path.join(folder, name), encoding="utf-8") as f:
                    text = without_comments(f.read())
                found |= set(STRING.findall(text))
                if name.endswith(".def"):
                    found |= set(ROW.findall(text))
    return found


def listed(top):
    with open(os.path.join(top, LIST), encoding="utf-8") as f:
        lines = f.read().split("\n")
    assert lines[-1] == "" and lines[:-1] == sorted(set(lines[:-1])), LIST + " is not sorted, or names an id twice"
    assert all(re.fullmatch(ID, line) for line in lines[:-1]), LIST + " holds something that is no id"
    return set(lines[:-1])


def faults(wanted, found):
    out = [ref + ": listed, and no collector carries it" for ref in sorted(wanted - found)]
    out += [ref + ": carried by a collector, and not listed" for ref in sorted(found - wanted)]
    if len(wanted & found) < LEAST:
        out.append("%d rows of the catalogue are looked at; there must be %d" % (len(wanted & found), LEAST))
    return out


def main(top, self_test):
    wanted, found = listed(top), carried(top)
    broken = faults(wanted, found)
    if self_test and not broken:
        one = min(wanted)
        few = set(sorted(wanted)[:LEAST - 1])
        if not faults(wanted, found - {one}) or not faults(wanted - {one}, found) or not faults(few, few):
            broken = ["the test itself misses a row that is taken away"]
    print("\n".join(broken) or "%d rows of the catalogue are looked at" % len(wanted))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], "--self-test" in sys.argv))

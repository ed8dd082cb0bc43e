"""The rows of requests.def as the compiler sees them: adjacent strings joined, NULL as None."""
import collections
import json
import os
import re

Row = collections.namedtuple("Row", "id provider method base path auth with_ body effect")
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[A-Za-z_0-9]+|[(),]|//[^\n]*|\s+')


def rows(top):
    with open(os.path.join(top, "scanner/providers/requests.def")) as f:
        text = f.read()
    found, at, fields = [], 0, None
    for match in iter(lambda: TOKEN.match(text, at), None):
        word, at = match.group(0), match.end()
        if word.isspace() or word.startswith("//"):
            continue
        if word == "RA_REQUEST":
            fields = [None]
        elif word == ",":
            fields.append(None)
        elif word == ")":
            found.append(Row(*fields))
        elif word[0] == '"':
            fields[-1] = (fields[-1] or "") + json.loads(word)  # the escapes in use are those of JSON
        elif word not in ("(", "NULL"):
            fields[-1] = word
    assert at == len(text) and found, "requests.def is read whole: stopped at %r" % text[at:at + 40]
    return found

"""The constant GraphQL text of requests.def against GitHub's own published schema: every query is valid there, none is a
mutation. A query with a field that does not exist must be refused by the same judge, or the judge is asleep.

usage: peers_graphql.py TOP FOLDER
"""
import json
import os
import subprocess
import sys

from check import check, finish
import npm
import request_rows

JUDGE = """
import { validate } from "@octokit/graphql-schema";
import { parse } from "graphql";
import { readFileSync } from "fs";
const queries = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(queries.map(q => ({
    errors: validate(q).map(e => e.message),
    kinds: parse(q).definitions.map(d => d.operation || d.kind),
    variables: parse(q).definitions.flatMap(d => (d.variableDefinitions || []).map(v => v.variable.name.value)),
}))));
"""
top, folder = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
npm.install(folder, "@octokit/graphql-schema@15.26.1")
sent = [r for r in request_rows.rows(top) if r.provider == "github" and r.path == "/graphql"]
check(len(sent) >= 1 and all(r.method == "POST" and r.body for r in sent), "there are queries: %d" % len(sent))
bodies = [json.loads(r.body) for r in sent]
SPOILT = bodies[0]["query"].replace("nameWithOwner", "nameWithOwners")
MUTATION = 'mutation{addStar(input:{starrableId:"x"}){clientMutationId}}'
done = subprocess.run(["node", "--input-type=module", "-e", JUDGE], cwd=folder, env={"PATH": os.environ["PATH"]},
                      input=json.dumps([b["query"] for b in bodies] + [SPOILT, MUTATION]), capture_output=True, text=True,
                      timeout=60)
check(done.returncode == 0, "the judge ran: " + done.stderr[-400:])
told = json.loads(done.stdout)
for row, body, said in zip(sent, bodies, told):
    check(said["errors"] == [], "%s is valid: %s" % (row.id, said["errors"]))
    check(said["kinds"] == ["query"], "%s only asks: %s" % (row.id, said["kinds"]))
    check(set(said["variables"]) == set(body.get("variables", {})), "%s: its variables are those sent" % row.id)
    check(set(body) <= {"query", "variables"}, "%s: nothing else is sent: %s" % (row.id, sorted(body)))
check(told[-2]["errors"] and told[-1]["kinds"] == ["mutation"], "the judge tells a bad query and a mutation: %s" % told[-2:])
finish()

"""What a composite action does, as far as ours needs it: expressions in env and outputs, steps, environment files.

Source: GitHub's documentation of the metadata syntax of actions and of workflow commands (environment files).
"""
import re

EXPRESSION = re.compile(r"\$\{\{\s*([a-z_.-]+)\s*\}\}")
SHELL = "/bin/bash --noprofile --norc -p -eo pipefail {0}"  # by its path, and deaf to what earlier steps left


def expand(text, inputs, steps):
    """An expression's value is put in as it is: no shell ever reads it."""
    def value(found):
        path = found[1].split(".")
        if path[0] == "inputs" and len(path) == 2:
            return inputs[path[1]]
        if path[0] == "steps" and path[2] == "outputs" and len(path) == 4:
            return steps[path[1]].get(path[3], "")
        raise ValueError("an expression that is not known: " + found[0])
    return EXPRESSION.sub(value, text)


def read_file_command(text):
    """name=value lines, and name<<WORD ... WORD for more than one line."""
    got, lines = {}, iter(text.split("\n"))
    for line in lines:
        if not line:
            continue
        name, sep, value = line.partition("=")
        if "<<" in name or not sep:
            name, sep, word = line.partition("<<")
            if not sep:
                raise ValueError("no output: %r" % line)
            body = []
            for more in lines:
                if more == word:
                    break
                body.append(more)
            value = "\n".join(body)
        got[name] = value
    return got


def run(action, given, start):
    """Runs the steps until one fails. `start(argv, env)` starts one where it shall run and returns (status, log);
    it reads and writes files under the names that it put into env. Returns (status, outputs, log)."""
    inputs = {name: str(row.get("default", "")) for name, row in action["inputs"].items()}
    unknown = set(given) - set(inputs)
    if unknown:
        raise ValueError("inputs that the action does not have: %s" % unknown)
    inputs.update(given)
    steps, log, status = {}, "", 0
    for step in action["runs"]["steps"]:
        if "${{" in step["run"] or step["shell"] != SHELL:
            raise ValueError("an expression in a script, or another shell")
        env = {k: expand(v, inputs, steps) for k, v in step.get("env", {}).items()}
        status, said, written = start(SHELL.split()[:-1] + ["-c", step["run"]], env)
        steps[step["id"]] = read_file_command(written)
        log += said
        if status:
            break
    return status, {k: expand(row["value"], inputs, {n: steps.get(n, {}) for n in [s["id"] for s in action["runs"]["steps"]]})
                    for k, row in action["outputs"].items()}, log


def obeyed(log):
    """The lines of a log that the runner obeys, in order: commands, but not those between stop-commands and its word."""
    word, got = None, []
    for line in log.split("\n"):
        stop = re.match(r"\s*::stop-commands::(.+)$", line)
        if word:
            if line.strip() == "::%s::" % word:
                word = None
            continue
        if stop:
            word = stop[1].strip()
        elif line.lstrip().startswith("::") or "##[" in line:
            got.append(line)
    if word:
        got.append("commands stay stopped")
    return got



#!/usr/bin/env python3
"""The rules of the source tree that a machine can check. Prints each breach with its place; exit 1 if there is one.

  arrows     an #include goes only where src/modules.txt allows it, and the modules have no cycle
  sizes      a file has at most 500 lines, a line at most 100 columns
  purity     core modules include no clock, thread, socket, file or coroutine header
  coroutines no braced aggregate, {} list or capturing lambda in an expression with co_await (gcc 12 destroys them twice);
             no co_await of *pointer or pointer->member (it awaits a copy, or fails to compile)
  names      no utils, common, Manager, Helper
"""
import pathlib
import re
import sys

MAX_LINES = 500
MAX_COLUMNS = 100
# base holds the log, which needs a sink and an atomic; it is the one core module that may.
IMPURE = re.compile(r'#include\s+[<"](thread|mutex|chrono|coroutine|fstream|filesystem|condition_variable|future|'
                    r'sys/socket\.h|fcntl\.h|unistd\.h|boost/asio[^>"]*)[>"]')
# A word or ')' directly before '{' makes an aggregate or a list of it; "] {" and "](...) {" make a lambda.
BRACED = re.compile(r'co_await[^;]*?(?:[A-Za-z_>]\s*\{|[(,]\s*\{)')
LAMBDA = re.compile(r'co_await[^;]*?\[[^\]\s][^\]]*\]\s*(?:\([^;]*?\))?\s*(?:mutable\s*)?(?:->\s*[\w:<>]+\s*)?\{')

# What a pointer names, awaited as it stands: `*waiting`, `each->outcome`. A call behind it is fine.
AWAITED_POINTER = re.compile(r'co_await\s+(?:\*[\w.>\[\]-]+|[\w.\[\]]+->[\w.>\[\]-]+)\s*$')


def modules_of(root):
    """What each module may include, and which of them are core."""
    needs, core, part = {}, set(), None
    for line in (root / "src/modules.txt").read_text().splitlines():
        if line.startswith("["):
            part = line
        elif line and not line.startswith("#"):
            name, _, rest = line.partition(":")
            needs[name] = rest.split()
            if part == "[core]":
                core.add(name)
    return needs, core


def cycles(needs):
    done, path = set(), []

    def visit(name):
        if name in path:
            yield "src/modules.txt: cycle " + " -> ".join(path[path.index(name):] + [name])
            return
        if name in done:
            return
        path.append(name)
        for need in needs.get(name, []):
            yield from visit(need)
        path.pop()
        done.add(name)

    for name in needs:
        yield from visit(name)


def without_comments(text):
    text = re.sub(r'//[^\n]*', '', text)
    return re.sub(r'"(?:[^"\\\n]|\\.)*"', '""', text)


def statement_of(text, at):
    """From the co_await at `at` to its ';' at the same depth."""
    depth = 0
    for i in range(at, len(text)):
        c = text[i]
        if c in "({[":
            depth += 1
        elif c in ")}]":
            depth -= 1
            if depth < 0:
                return text[at:i]
        elif c == ";" and depth == 0:
            return text[at:i]
    return text[at:]


def coroutine_hazards(name, text):
    code = without_comments(text)
    for match in re.finditer(r'\bco_await\b', code):
        statement = statement_of(code, match.start())
        if BRACED.match(statement) or LAMBDA.match(statement):
            line = code.count("\n", 0, match.start()) + 1
            yield f"{name}:{line}: a braced aggregate, list or capturing lambda inside a co_await expression"
        if AWAITED_POINTER.match(statement):
            line = code.count("\n", 0, match.start()) + 1
            yield f"{name}:{line}: co_await of what a pointer names: gcc 12 awaits a copy; name a reference first"


def check(root):
    needs, core = modules_of(root)
    yield from cycles(needs)
    for path in sorted(root.glob("src/**/*")) + sorted(root.glob("test/**/*")):
        if path.suffix not in (".h", ".cc"):
            continue
        name = str(path.relative_to(root))
        text = path.read_text()
        lines = text.splitlines()
        if len(lines) > MAX_LINES:
            yield f"{name}: {len(lines)} lines, at most {MAX_LINES}: a noun is missing"
        for number, line in enumerate(lines, 1):
            if len(line) > MAX_COLUMNS:
                yield f"{name}:{number}: {len(line)} columns, at most {MAX_COLUMNS}"
        if re.search(r'(?:utils|common|manager|helper)', path.name):
            yield f"{name}: name the noun: no utils, common, manager, helper"
        for match in re.finditer(r'\b(?:class|struct)\s+(\w*(?:Manager|Helper|Utils?|Impl))\b', text):
            yield f"{name}: {match.group(1)}: name the noun"
        yield from coroutine_hazards(name, text)
        if not name.startswith("src/"):
            continue
        module = path.relative_to(root / "src").parts[0]
        if module not in needs:
            yield f"{name}: module {module} has no line in src/modules.txt"
            continue
        allowed = set(needs[module]) | {module}
        if path.stem.endswith("_test"):  # a test may look at whatever its subject may
            allowed |= {n for need in needs[module] for n in needs[need]}
        for include in re.findall(r'#include\s+"([^"]+)"', text):
            target = include.split("/")[0]
            if "/" not in include or target not in allowed:
                yield f"{name}: includes {include}: {module} may not include {target}"
        if module in core and module != "base" and not path.stem.endswith(("_test", "_bench", "_fuzz")):
            for match in IMPURE.finditer(text):
                yield f"{name}: includes <{match.group(1)}>: core modules know no clock, thread, socket, file or coroutine"


def main():
    breaches = list(check(pathlib.Path(sys.argv[1])))
    for breach in breaches:
        print(breach)
    print(f"{len(breaches)} breaches")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())

"""
Runs a scenario here, and compares what it prints with what its other half printed in Node.

A scenario is a pair of files, scenarios/AREA/NAME.js and scenarios/AREA/NAME.py, that say the same
in the vocabulary of prelude.js and prelude.py. Each prints lines "emitter: text"; the lines of each
emitter must be equal and in the same order. A scenario that says nothing of its transport (it uses
serve, pair, endpoint, nowhere or eachState) is run over TCP and over a Unix socket. One of several
processes starts them with the words of children.js and children.py.

traces/AREA/NAME.TRANSPORT.txt is what Node printed, the lines of each emitter together. Its first
line says for which Node, prelude and scenario that was; with others Node runs again, and the file
is written anew.

    python tests/conformance/harness.py connect/basic      both traces of a scenario, side by side
    python tests/conformance/harness.py --node connect     Node's traces of an area
    python tests/conformance/harness.py --record           records missing and old traces of Node
    python tests/conformance/harness.py --stable 10        does Node say the same each time?
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

HERE = Path(__file__).resolve().parent
# As a program, this file would find its neighbours only.
sys.path.append(str(HERE.parent))

from support.node import NODE, NODE_VERSION  # noqa: E402
from support.programs import Program  # noqa: E402

SCENARIOS = HERE / "scenarios"
TRACES = HERE / "traces"
TIMEOUT = 10.0

_TRANSPORTS = re.compile(r"\b(?:serve|pair|endpoint|nowhere|eachState)\(")
_NEIGHBOURS = re.compile(r"require\('(\.\./[^']+)'\)")
_PORT = re.compile(r"(?<=port=)\d{4,5}\b|(?<=127\.0\.0\.1:)\d{4,5}\b|(?<=::[1:]:)\d{4,5}\b")
_DESCRIPTOR = re.compile(r"(?<=fd=)\d+|(?<=fd )\d+")


@dataclass(frozen=True)
class Scenario:
    name: str
    transport: str

    def __str__(self) -> str:
        return f"{self.name}[{self.transport}]"


@dataclass(frozen=True)
class Trace:
    """What one half printed: its lines by emitter, and what went wrong with the process."""

    groups: dict[str, list[str]]
    failure: str

    def __str__(self) -> str:
        lines = [line for name in sorted(self.groups) for line in self.groups[name]]
        return "\n".join([*lines, *self.failure.splitlines()])


def scenarios() -> Iterator[Scenario]:
    """Every scenario over every transport it is for."""
    for file in sorted(SCENARIOS.glob("**/*.js")):
        name = str(file.relative_to(SCENARIOS).with_suffix(""))
        yield Scenario(name, "tcp")
        if _TRANSPORTS.search(file.read_text()):
            yield Scenario(name, "unix")


def run_node(scenario: Scenario) -> Trace:
    """What Node prints today."""

    def start(environment: dict[str, str]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [
                *(NODE, "--no-warnings", "--require", str(HERE / "prelude.js")),
                str(SCENARIOS / f"{scenario.name}.js"),
            ],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    return _trace(scenario, start)


def run_python(scenario: Scenario) -> Trace:
    """What geventnet prints."""

    def start(environment: dict[str, str]) -> Program:
        return Program(
            HERE / "run.py",
            SCENARIOS / f"{scenario.name}.py",
            environment=environment,
            patched=environment.get("GEVENTNET_TEST_PATCHED") == "1",
        )

    return _trace(scenario, start)


def _trace(
    scenario: Scenario, start: Callable[[dict[str, str]], subprocess.Popen[str] | Program]
) -> Trace:
    with tempfile.TemporaryDirectory(prefix="gn-", ignore_cleanup_errors=True) as directory:
        own = {"CONFORMANCE_DIR": directory, "CONFORMANCE_TRANSPORT": scenario.transport}
        with start({**os.environ, **own}) as process:
            failure = ""
            try:
                output, errors = process.communicate(timeout=TIMEOUT)
            except subprocess.TimeoutExpired:
                process.kill()
                output = errors = ""
                # A child of a scenario may go on for as long as it has its output.
                with suppress(subprocess.TimeoutExpired):
                    output, errors = process.communicate(timeout=TIMEOUT)
                failure = f"did not end within {TIMEOUT:g} seconds\n"
            else:
                if process.returncode != 0:
                    failure = f"exit status {process.returncode}\n"
        left = sorted(os.listdir(directory))
        if left and not failure:
            failure = f"left files behind: {' '.join(left)}\n"
    output, errors = (_normal(text, directory) for text in (output, errors))
    return Trace(_grouped(output.splitlines()), failure + errors)


def _normal(text: str, directory: str) -> str:
    return _DESCRIPTOR.sub("FD", _PORT.sub("PORT", text.replace(directory, "DIR")))


def _grouped(lines: Iterable[str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for line in lines:
        groups.setdefault(line.partition(":")[0], []).append(line)
    return groups


def node_trace(scenario: Scenario) -> Trace:
    """What Node prints, as recorded; recorded now if it is not, or was for another scenario.

    With the environment variable CI the record must be there: a LookupError says what makes it.
    """
    head, *lines = _recorded(scenario)
    if head == _key(scenario):
        return Trace(_grouped(lines), "")
    if os.environ.get("CI"):
        raise LookupError(
            f"{'an old' if head else 'no'} trace of Node in {_file(scenario)}: "
            "run `make traces` and commit what it changes"
        )
    return record(scenario)


def record(scenario: Scenario) -> Trace:
    """Run Node, and write down what it prints unless it fails."""
    trace = run_node(scenario)
    if trace.groups and not trace.failure:
        file = _file(scenario)
        file.parent.mkdir(parents=True, exist_ok=True)
        # Suites that run at the same time may record the same.
        partial = file.with_suffix(f".{os.getpid()}")
        partial.write_text(f"{_key(scenario)}\n{trace}\n", encoding="utf-8")
        partial.replace(file)
    return trace


def _file(scenario: Scenario) -> Path:
    return TRACES / f"{scenario.name}.{scenario.transport}.txt"


def _recorded(scenario: Scenario) -> list[str]:
    try:
        return _file(scenario).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return [""]


def _key(scenario: Scenario) -> str:
    """The first line of a trace: what it was recorded for."""
    digest = hashlib.sha256()
    file = SCENARIOS / f"{scenario.name}.js"
    neighbours = [file.parent / name for name in _NEIGHBOURS.findall(file.read_text())]
    for part in (HERE / "prelude.js", file, *neighbours):
        digest.update(part.read_bytes())
    return f"node {NODE_VERSION}, scenario {digest.hexdigest()[:16]}"


def superfluous() -> list[Path]:
    """Traces whose scenario is gone."""
    return sorted({*TRACES.glob("**/*.txt")} - {*map(_file, scenarios())})


def sample(number: int, seed: str) -> list[Scenario]:
    return random.Random(seed).sample(list(scenarios()), number)


def side_by_side(node: Trace, python: Trace) -> str:
    """Both traces in two columns, one emitter after the other, differing lines marked with !."""
    rows = [("node", "geventnet")]
    for name in dict.fromkeys([*node.groups, *python.groups]):
        rows += zip_longest(node.groups.get(name, []), python.groups.get(name, []), fillvalue="")
    rows += zip_longest(node.failure.splitlines(), python.failure.splitlines(), fillvalue="")
    width = min(max(len(left) for left, _ in rows), 90)
    return "\n".join(
        f"{' ' if index == 0 or left == right else '!'} {left:{width}} | {right}"
        for index, (left, right) in enumerate(rows)
    )


def same(node: Trace, python: Trace) -> bool:
    """Both ended well, said something, and said the same."""
    return bool(node.groups) and node == python and not node.failure


def _main() -> int:
    parser = argparse.ArgumentParser(description="Runs conformance scenarios and shows traces.")
    parser.add_argument("prefix", nargs="*", help="scenarios whose name begins so (default: all)")
    parser.add_argument("--node", action="store_true", help="show the trace of Node alone")
    parser.add_argument("--record", action="store_true", help="record missing and old traces")
    parser.add_argument("--stable", type=int, metavar="N", help="run Node N times and compare")
    parser.add_argument("--quiet", action="store_true", help="show differences only")
    arguments = parser.parse_args()
    prefixes = tuple(arguments.prefix) or ("",)
    chosen = [scenario for scenario in scenarios() if scenario.name.startswith(prefixes)]
    if arguments.record:
        for file in superfluous():
            file.unlink()
        chosen = [s for s in chosen if _recorded(s)[0] != _key(s)]
    bad = 0
    for scenario in chosen:
        if arguments.stable:
            traces = [run_node(scenario) for _ in range(arguments.stable)]
            seen = Counter(map(str, traces))
            good = len(seen) == 1 and not traces[0].failure
            report = "\n--\n".join(f"{count} times:\n{text}" for text, count in seen.items())
        elif arguments.node or arguments.record:
            trace = record(scenario) if arguments.record else run_node(scenario)
            good, report = not trace.failure and bool(trace.groups), str(trace)
        else:
            node, python = node_trace(scenario), run_python(scenario)
            good, report = same(node, python), side_by_side(node, python)
        bad += not good
        if not good or not arguments.quiet:
            alone = arguments.node or arguments.record
            print(f"=== {scenario} {'' if good else 'FAILED' if alone else 'DIFFERENT'}")
            if not good or not arguments.stable:
                print(report)
    print(f"{len(chosen)} scenarios, {bad} bad")
    return 1 if bad or not (chosen or arguments.record) else 0


if __name__ == "__main__":
    sys.exit(_main())

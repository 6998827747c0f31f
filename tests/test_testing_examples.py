"""The suites in examples/testing find the bugs that are there; the how-to leads where it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent


def run(directory: Path, status: int = 1) -> str:
    """What pytest prints for the suite of a directory, in which some test fails."""
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT)}
    arguments = ["-p", "pytest_geventnet", "-p", "no:cacheprovider", "-rA", "--color=no"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=directory,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )
    assert done.returncode == status, done.stdout
    return done.stdout


def test_a_server_of_gevent() -> None:
    output = run(ROOT / "examples" / "testing" / "sums")
    assert "PASSED test_sums.py::test_adds_up\n" in output
    assert "FAILED test_sums.py::test_adds_up_whatever_the_network_does" in output
    assert "FAILED test_sums.py::test_hangs_up_on_nonsense" in output
    assert "an exception that nobody took" in output
    assert "ValueError: invalid literal for int() with base 10: b'three'" in output
    assert "2 failed, 1 passed" in output


def test_a_patched_program_with_redis() -> None:
    if shutil.which("redis-server") is None:
        pytest.skip("needs redis-server")
    pytest.importorskip("redis")
    output = run(ROOT / "examples" / "testing" / "bank")
    assert "FAILED test_bank.py::test_credit_when_an_answer_is_lost" in output
    assert "assert 10 == 5" in output
    assert "1 failed, 2 passed" in output


def test_the_how_to(tmp_path: Path) -> None:
    """The suite passes, fails once the second test is added, and passes with the cure."""
    page = (ROOT / "docs" / "testing-howto.md").read_text()
    steps = re.findall(r"^```\w+ howto (\+?)(\S+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    outputs = []
    for added, name, text in steps:
        file = tmp_path / name
        file.write_text((file.read_text() if added else "") + text)
        if name == "test_greeter.py":
            outputs.append(run(tmp_path, status=1 if added else 0))
    outputs.append(run(tmp_path, status=0))
    assert "1 passed" in outputs[0]
    assert "an exception that nobody took" in outputs[1]
    assert "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xc3 in position 2" in outputs[1]
    assert "1 failed, 1 passed" in outputs[1]
    assert "2 passed" in outputs[2]

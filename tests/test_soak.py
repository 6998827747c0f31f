"""The soak's short form, and single walks that have failed once."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the soak's faults are Linux's")
needs_faults = pytest.mark.skipif(shutil.which("cc") is None, reason="faults need a C compiler")


def soak(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "soak", *arguments],
        cwd=_ROOT,
        timeout=110,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_a_short_soak() -> None:
    soak("--short")


WALKS = {
    "a send that finds no buffers is made again": """Plan(
        (Link("tcp",
              Side("data", 1, (Step("write", 50_000), Step("callback", 1), Step("sendall", 90_000),
                               Step("send", 9_000), Step("sendfile", 70_000)), "end"),
              Side("recv", 5_000, (Step("corked", 3_000), Step("write", 70_000)), "shutdown")),),
        fault_seed=5, fault_odds=2, fault_kinds=int(Kind.NO_BUFFERS))""",
    "nothing is sent behind a write that has failed": """Plan(
        tuple(Link("pair",
                   Side("data", 1, (), "end"),
                   Side("data", 1, (Step(first, 1), Step("write", 1), Step(then, 1)), "end"))
              for first in ("write", "corked")
              for then in ("send", "sendfile", "sendall", "corked", "file")),
        fault_seed=SEED, fault_odds=3, fault_kinds=int(Kind.BROKEN))""",
}


@needs_faults
@pytest.mark.parametrize("name", WALKS)
def test_a_walk(name: str) -> None:
    plan = " ".join(WALKS[name].split())
    plans = [plan.replace("SEED", str(seed)) for seed in range(5 if "SEED" in plan else 1)]
    soak("--times", "5", *(word for plan in plans for word in ("--plan", plan)))

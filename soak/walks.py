"""Walks, one after another, made and shrunk by hypothesis."""

from __future__ import annotations

import time

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis.errors import FlakyFailure

from . import faults, walk
from .plan import Plan, plans

__all__ = ["run"]

#: How many plans come out of one seed.
_BATCH = 100


def run(seed: int, seconds: float) -> dict[str, object]:
    """Run walks for so long; raises the AssertionError of the smallest plan that fails."""
    deadline = time.monotonic() + seconds
    walked = compared = batch = 0
    failed = False

    def one(plan: Plan) -> None:
        nonlocal walked, compared, failed
        if not failed and time.monotonic() > deadline:
            return
        try:
            compared += walk.run(plan)
        except BaseException:
            if not failed:
                failed = True
                print(f"fails: --seed {seed + batch}: {plan!r}", flush=True)
            raise
        walked += 1

    while time.monotonic() < deadline:
        check = settings(
            max_examples=_BATCH,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink),
            report_multiple_bugs=False,
        )(given(plans)(one))
        try:
            seeded(seed + batch)(check)()
        except FlakyFailure as error:
            # It depends on the system's timing as well: the first failure is what there is.
            raise error.exceptions[0] from None
        batch += 1
    return {
        "walks": walked,
        "MB compared": round(compared / 1e6, 1),
        "faults": faults.count() if faults.loaded else "none: no C compiler",
    }

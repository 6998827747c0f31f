"""Walks, one after another, made and shrunk by hypothesis."""

from __future__ import annotations

import time
from types import TracebackType

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded

from . import faults, walk
from .plan import Plan, plans

__all__ = ["run"]

#: How many plans come out of one seed.
_BATCH = 100
#: How long a smaller plan that fails as well is looked for (seconds).
_SHRINKING = 90.0


def run(seed: int, seconds: float) -> dict[str, object]:
    """Run walks for so long; raises the AssertionError of the smallest plan that fails."""
    deadline = time.monotonic() + seconds
    walked = compared = batch = 0
    # A plan that has failed is not asked again: it may depend on the system's timing as well.
    failures: dict[Plan, BaseException] = {}
    places: dict[Plan, TracebackType | None] = {}

    def one(plan: Plan) -> None:
        nonlocal walked, compared, deadline
        if plan in failures:
            raise failures[plan].with_traceback(places[plan])
        if time.monotonic() > deadline:
            return
        try:
            compared += walk.run(plan)
        except BaseException as error:
            if not failures:
                print(f"fails: --seed {seed + batch}: {error}\n{plan!r}", flush=True)
                deadline = time.monotonic() + _SHRINKING
            failures[plan], places[plan] = error, error.__traceback__
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
        seeded(seed + batch)(check)()
        batch += 1
    return {
        "walks": walked,
        "MB compared": round(compared / 1e6, 1),
        "faults": faults.count() if faults.loaded else "none: no C compiler",
    }

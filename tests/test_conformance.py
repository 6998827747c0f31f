"""Every scenario in Node and here: the same lines, per emitter and in the same order."""

from __future__ import annotations

import pytest
from conformance import harness

SCENARIOS = [
    pytest.param(
        scenario, id=str(scenario), marks=[pytest.mark.slow] if scenario.transport == "unix" else []
    )
    for scenario in harness.scenarios()
]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_scenario(scenario: harness.Scenario) -> None:
    node, python = harness.run_both(scenario)
    if not harness.same(node, python):
        pytest.fail(f"{scenario}\n{harness.side_by_side(node, python)}", pytrace=False)


def test_every_scenario_has_both_halves() -> None:
    halves = {
        suffix: {file.with_suffix("") for file in harness.SCENARIOS.glob(f"**/*{suffix}")}
        for suffix in (".js", ".py")
    }
    assert halves[".js"] == halves[".py"]
    assert halves[".js"]


def test_a_difference_is_found_and_shown() -> None:
    node = harness.Trace({"a": ["a: 1", "a: 2"], "b": ["b: 1"]}, "")
    for other in (
        harness.Trace({"a": ["a: 2", "a: 1"], "b": ["b: 1"]}, ""),
        harness.Trace({"a": ["a: 1", "a: 2"]}, ""),
        harness.Trace({"a": ["a: 1", "a: 2"], "b": ["b: 1"]}, "exit status 1\n"),
    ):
        assert not harness.same(node, other)
        assert "\n! " in harness.side_by_side(node, other)
    assert harness.same(node, harness.Trace(dict(reversed(node.groups.items())), ""))
    assert not harness.same(harness.Trace({}, ""), harness.Trace({}, ""))

"""Every scenario in Node and here: the same lines, per emitter and in the same order."""

from __future__ import annotations

import datetime
import os

import pytest
from conformance import harness

# gevent's libuv loop goes on while a watcher that is not ref'd is active, whoever's it is.
NOT_ON_LIBUV = {"refs/unref_listening_server"}
ON_LIBUV = os.environ.get("GEVENT_LOOP", "").startswith("libuv")


def marks(scenario: harness.Scenario) -> list[pytest.MarkDecorator]:
    found = [pytest.mark.slow] if scenario.transport == "unix" else []
    if ON_LIBUV and scenario.name in NOT_ON_LIBUV:
        found.append(pytest.mark.skip(reason="gevent's libuv loop does not end"))
    return found


SCENARIOS = [
    pytest.param(scenario, id=str(scenario), marks=marks(scenario))
    for scenario in harness.scenarios()
]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_scenario(scenario: harness.Scenario) -> None:
    try:
        node = harness.node_trace(scenario)
    except LookupError as error:
        pytest.fail(str(error), pytrace=False)
    python = harness.run_python(scenario)
    if not harness.same(node, python):
        pytest.fail(f"{scenario}\n{harness.side_by_side(node, python)}", pytrace=False)


@pytest.mark.once
def test_every_trace_has_a_scenario() -> None:
    assert harness.superfluous() == [], "run `make traces` and commit what it changes"


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("CI"), reason="a spot check of CI")
def test_traces_are_what_node_prints() -> None:
    """A sample of them, another one every day."""
    for scenario in harness.sample(20, seed=datetime.date.today().isoformat()):
        recorded, now = harness.node_trace(scenario), harness.run_node(scenario)
        assert recorded == now, f"{scenario}\n{harness.side_by_side(recorded, now)}"


@pytest.mark.once
def test_every_scenario_has_both_halves() -> None:
    halves = {
        suffix: {file.with_suffix("") for file in harness.SCENARIOS.glob(f"**/*{suffix}")}
        for suffix in (".js", ".py")
    }
    assert halves[".js"] == halves[".py"]
    assert halves[".js"]


@pytest.mark.once
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

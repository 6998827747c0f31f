"""What is compared: each row is some load, one side that is judged, and those it is held against.

A side is a program of ``servers/`` in one of its modes. A target is the largest ratio (the judged
side by the other) that is aimed at; a row without one is there to be read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum


class Measure(Enum):
    """The number that a row compares, with its unit; less is better in each."""

    CPU = "server CPU time per unit of work"
    MEMORY = "resident bytes per idle connection"
    TAIL = "p99.9 latency divided by p50 latency"
    P99 = "p99 latency"
    STEP = "CPU time of the library's own code per message"
    SPREAD = "connections of the busiest worker by an even share"


@dataclass(frozen=True, slots=True)
class Side:
    program: str  # geventnet, node, gevent, asyncio, uvloop, epoll, haproxy, gunicorn, ...
    mode: str
    options: tuple[str, ...] = ()
    load: tuple[str, ...] = ()  # what the load generator does for this side only
    label: str = ""

    @property
    def name(self) -> str:
        return self.label or f"{self.program} {self.mode}"


@dataclass(frozen=True, slots=True)
class Against:
    side: Side
    at_most: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    title: str
    load: tuple[str, ...]  # the load generator's mode and options, without where and how long
    side: Side
    against: tuple[Against, ...] = ()
    measure: Measure = Measure.CPU
    no_delay: bool = False
    at_most: float | None = None  # a target for the number itself, not for a ratio
    unix: bool = False  # over a Unix socket
    one_core: bool = False  # load and server share a core
    counted: bool = False  # the load decides how long it runs
    least_warmup: float = 0.0  # seconds
    workers: int = 0  # processes that serve; two and more share all cores with the load
    growth: str = ""  # the curve that this row is a point of, by its connections
    connections: int = 0

    @property
    def sides(self) -> tuple[Side, ...]:
        return (self.side, *(other.side for other in self.against))


ECHO = Side("geventnet", "echo")
FLOOR = Against(Side("epoll", "echo"))
#: Seconds until Node has compiled what makes and ends connections.
WARM = 0.8


def _echo(size: int, connections: int, *more: str) -> tuple[str, ...]:
    return ("echo", "--size", str(size), "--connections", str(connections), *more)


def _size_name(size: int) -> str:
    return str(size) if size < 1024 else f"{size // 1024}k"


def _size_title(size: int) -> str:
    return f"{size} B" if size < 1024 else f"{size // 1024} KiB"


def _against(mode: str, bounds: Mapping[str, float | None]) -> tuple[Against, ...]:
    return tuple(Against(Side(program, mode), bound) for program, bound in bounds.items())


def _echo_rows() -> Iterable[Row]:
    for size in (64, 1024):
        for connections in (50, 1000):
            shape = f"{_size_name(size)}x{connections}"
            title = f"{_size_title(size)}, {connections:,} connections"
            load = _echo(size, connections)
            node = 0.85 if connections == 50 else 0.9
            peers = {"gevent": 0.55, "node": node, "asyncio": 0.95, "uvloop": 1.2}
            yield Row(
                f"echo{shape}", f"echo, {title}", load, ECHO, (*_against("echo", peers), FLOOR)
            )
            if size > 64:
                continue
            yield Row(
                f"pipe{shape}",
                f"echo by pipe, {title}",
                load,
                Side("geventnet", "pipe"),
                _against("pipe", {"node": 0.85}),
            )
            yield Row(
                f"blocking{shape}",
                f"echo, blocking face, {title}",
                load,
                Side("geventnet", "blocking"),
                _against("echo", {"gevent": 0.75}),
            )


def _layer_rows() -> Iterable[Row]:
    modes = ("loop", "dispatcher", "guards", "listener")
    yield Row(
        "layers",
        "echo, 64 B, 50 connections, beside what its parts cost at least",
        _echo(64, 50),
        ECHO,
        (FLOOR, *(Against(Side("layers", mode)) for mode in modes)),
    )


def _step_rows() -> Iterable[Row]:
    modes = ("nothing", "pipe", "timeout", "two_listeners", "encoding")
    yield Row(
        "steps",
        "the library's own code, nothing read or written",
        (),
        Side("steps", "listener"),
        tuple(Against(Side("steps", mode)) for mode in modes),
        measure=Measure.STEP,
    )


def _work_rows() -> Iterable[Row]:
    first = _echo(64, 50)
    yield Row(
        "echo64kx50",
        "echo, 64 KiB, 50 connections",
        _echo(65536, 50),
        ECHO,
        (*_against("echo", {"node": 0.45, "gevent": None}), FLOOR),
    )
    yield Row(
        "single64",
        "echo, 64 B, one connection, both on one core",
        _echo(64, 1),
        ECHO,
        (*_against("echo", {"node": 1.05, "gevent": None, "uvloop": None}), FLOOR),
        one_core=True,
    )
    yield Row(
        "unix64x50",
        "echo, 64 B, 50 connections, over a Unix socket",
        first,
        ECHO,
        (*_against("echo", {"node": None, "gevent": None, "uvloop": None}), FLOOR),
        unix=True,
    )
    yield Row(
        "pipelined64",
        "echo, 64 B, 50 connections, 16 requests on the way",
        _echo(64, 50, "--depth", "16"),
        ECHO,
        _against("echo", {"node": None, "gevent": None}),
    )
    for no_delay in (False, True):
        suffix = "-nodelay" if no_delay else ""
        sixteen: dict[str, float | None] = {"node": 0.3, "gevent": None, "uvloop": None}
        two_writes: dict[str, float | None] = {"node": 0.7, "gevent": None, "uvloop": None}
        yield Row(
            f"sixteen{suffix}",
            "1 KiB in, sixteen 64 B writes out, 50 connections",
            _echo(1024, 50),
            Side("geventnet", "sixteen"),
            (*_against("sixteen", sixteen), Against(Side("node", "sixteen-joined"))),
            no_delay=no_delay,
        )
        yield Row(
            f"two-writes{suffix}",
            "64 B in, a header of 100 B and a body of 1 KiB in two writes out, 50 connections",
            _echo(64, 50, "--reply", "1124"),
            Side("geventnet", "two-writes"),
            (
                *_against("two-writes", two_writes if not no_delay else dict.fromkeys(two_writes)),
                Against(Side("node", "two-writes-joined")),
            ),
            no_delay=no_delay,
        )
    yield Row(
        "two-segments",
        "echo of a request that arrives as 100 B and 1 KiB, 50 connections",
        _echo(1124, 50, "--split", "100"),
        ECHO,
        _against("echo", {"node": None, "gevent": None}),
    )
    yield Row(
        "churn20",
        "connect, echo 64 B, close, 20 in parallel",
        ("churn", "--connections", "20"),
        ECHO,
        (*_against("echo", {"gevent": 0.7, "node": 0.8, "asyncio": None, "uvloop": None}), FLOOR),
        least_warmup=WARM,
    )
    yield Row(
        "listeners",
        "echo, 64 B, 50 connections, with 'error' and 'close' listeners and set_timeout(30)",
        first,
        Side("geventnet", "listeners"),
        (Against(ECHO, 1.05), *_against("listeners", {"node": None})),
    )
    for mode, title in (
        ("two-listeners", "two 'data' listeners"),
        ("encoding", 'set_encoding("utf-8")'),
    ):
        yield Row(
            mode,
            f"echo, 64 B, 50 connections, {title}",
            first,
            Side("geventnet", mode),
            _against(mode, {"asyncio": 1.0, "node": None}),
        )
    stream_in = ("stream-in", "--size", "65536", "--connections", "10")
    yield Row(
        "sink10",
        "streaming in, 64 KiB writes, 10 connections",
        stream_in,
        Side("geventnet", "sink"),
        _against("sink", {"gevent": 1.1, "node": None, "uvloop": None}),
    )
    yield Row(
        "source10",
        "streaming out, 64 KiB writes, 10 connections",
        ("stream-out", "--connections", "10"),
        Side("geventnet", "source"),
        _against("source", {"gevent": None, "node": None}),
    )
    yield Row(
        "proxy10",
        "TCP proxy by pipe, 64 KiB writes, 10 connections",
        stream_in,
        Side("geventnet", "proxy"),
        _against("proxy", {"node": 0.5, "haproxy": None}),
    )
    yield Row(
        "file10",
        "sending a file of 16 MiB again and again, 10 connections",
        ("stream-out", "--connections", "10"),
        Side("geventnet", "file"),
        _against("file", {"node": 0.5, "gevent": None}),
    )
    yield Row(
        "accept5000",
        "accepting a burst of 5,000 connections, backlog=4096",
        ("burst", "--connections", "5000", "--count", "3"),
        Side("geventnet", "echo", ("--backlog", "4096")),
        (
            Against(Side("node", "echo", ("--backlog", "4096")), 1.0),
            Against(Side("gevent", "echo", ("--backlog", "4096"))),
        ),
        counted=True,
    )
    yield Row(
        "tail1000",
        "p99.9 / p50 of an echo, 64 B, 1,000 busy connections",
        _echo(64, 1000),
        ECHO,
        _against("echo", {"node": None, "gevent": None}),
        measure=Measure.TAIL,
        at_most=3.0,
        least_warmup=1.0,
    )
    yield Row(
        "flood",
        "p99 of 50 small echoes beside 4 flooding connections",
        ("flood", "--connections", "50", "--floods", "4"),
        ECHO,
        _against("echo", {"gevent": 0.2, "node": None}),
        measure=Measure.P99,
    )
    yield Row(
        "idle",
        "memory per idle connection after one echo, 1,000 to 19,000 connections",
        ("idle", "--steps", "1000,4000,10000,19000"),
        ECHO,
        _against("echo", {"node": 0.7, "gevent": None}),
        measure=Measure.MEMORY,
        at_most=2040,
        counted=True,
    )


def _growth_rows() -> Iterable[Row]:
    peers = dict.fromkeys(("node", "gevent", "asyncio", "uvloop"))
    for share, percent in (("all", 100), ("1pct", 1)):
        for connections in (1, 10, 100, 1000, 10000):
            busy = connections * percent // 100
            if busy == 0:
                continue
            yield Row(
                f"growth-{share}-{connections}",
                f"echo, 64 B, connections: {connections:,}, busy: {busy:,}",
                _echo(64, connections, "--busy", str(busy)),
                ECHO,
                (*_against("echo", peers), FLOOR),
                growth="all busy" if share == "all" else "1 % busy",
                connections=connections,
            )


def _processes(mode: str, workers: int) -> tuple[Side, tuple[Against, ...]]:
    """The sides that serve with `workers` processes behind one port."""
    count = ("--workers", str(workers))
    own = Side("geventnet", mode, count, label="geventnet cluster")
    others = (
        Side("geventnet", mode, (*count, "--reuse-port"), label="geventnet cluster, reuse_port"),
        Side("gevent", mode, count, label="gevent StreamServer, SO_REUSEPORT"),
        Side("gunicorn", mode, count, label="gunicorn, gevent worker"),
        Side("node", mode, count, label="node cluster"),
        Side("node", mode, (*count, "--each-accepts"), label="node cluster, SCHED_NONE"),
    )
    return own, tuple(map(Against, others))


def _cluster_rows() -> Iterable[Row]:
    for workers in (1, 2):
        noun = "worker" if workers == 1 else "workers"
        own, others = _processes("echo", workers)
        yield Row(
            f"cluster-echo-{workers}",
            f"echo, 64 B, 50 connections, {workers} {noun}",
            _echo(64, 50),
            own,
            others,
            workers=workers,
            least_warmup=WARM,
        )
        yield Row(
            f"cluster-churn-{workers}",
            f"connect, echo 64 B, close, 20 in parallel, {workers} {noun}",
            ("churn", "--connections", "20"),
            own,
            others,
            workers=workers,
            least_warmup=WARM,
        )
    for workers in (2, 4):
        own, others = _processes("who", workers)
        yield Row(
            f"spread-{workers}",
            f"1,600 connections, 64 at once, {workers} workers",
            (),
            own,
            others,
            measure=Measure.SPREAD,
            workers=workers,
        )


def _connection_rows() -> Iterable[Row]:
    """What a connection pays for being handed over, or for a header in front of it."""
    churn = ("churn", "--connections", "20")
    in_place = Against(Side("geventnet", "echo", label="geventnet, served where it is accepted"))
    yield Row(
        "hand-over",
        "connect, echo 64 B, close, 20 in parallel: accepted in one process, served in its child",
        churn,
        Side("hand_over", "send-handle", label="geventnet send_handle"),
        (
            in_place,
            Against(Side("hand_over", "multiprocessing", label="geventnet multiprocessing")),
            Against(Side("node", "echo", ("--hand-over",), label="node child.send(socket)")),
        ),
        least_warmup=WARM,
    )
    expects = ("--proxy-protocol",)
    for version in (1, 2):
        header = ("--proxy", str(version))
        yield Row(
            f"proxy-v{version}",
            f"connect, echo 64 B, close, 20 in parallel, a PROXY header of version {version}",
            churn,
            Side("geventnet", "echo", expects, header, label=f"geventnet, PROXY v{version}"),
            (Against(Side("geventnet", "echo", label="geventnet, no header")),),
            least_warmup=WARM,
        )


_GROUPS = (
    *(_echo_rows, _layer_rows, _step_rows, _work_rows),
    *(_cluster_rows, _connection_rows, _growth_rows),
)
ROWS: dict[str, Row] = {row.name: row for group in _GROUPS for row in group()}

"""Plan: a random program on a few connections, as data.

hypothesis makes plans and, of one that fails, the smallest that still fails. A plan's repr is the
program itself: `python -m soak --plan "Plan(...)"` runs it again.
"""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from .faults import Kind

__all__ = ["Disturbance", "Link", "Plan", "Side", "Step", "plans"]


@dataclass(frozen=True)
class Step:
    """One thing that a writer does."""

    #: write, callback, drained, corked: `write` alone, with a callback, waiting for `'drain'`,
    #: several corked. sendall, send, sendfile, file: the blocking calls, `cut` after that many
    #: milliseconds. pause: sleep.
    how: str
    size: int
    cut: float | None = None


@dataclass(frozen=True)
class Side:
    """One end of a connection."""

    #: events: data, paused, readable. blocking: recv, into, exactly, until, iterate, file. Neither
    #: side of the library: raw.
    reader: str
    #: Bytes for each read, or chunks between two pauses.
    size: int
    steps: tuple[Step, ...]
    #: Without harm: end, shutdown, close (after the other end). With harm: destroy, reset, hasty
    #: (close at once), kill.
    finish: str
    #: Blocking reads are cut short after so many milliseconds, and made again.
    cut: float | None = None
    #: Seconds for `settimeout`.
    limit: float | None = None
    #: Steps are also made by the `'data'` listener.
    inside: bool = False
    #: Seconds for `set_timeout`, with a listener that does nothing.
    idle: float | None = None
    mark: int | None = None
    #: SO_SNDBUF and SO_RCVBUF.
    buffers: int | None = None

    @property
    def harms(self) -> bool:
        return self.finish in HARM


@dataclass(frozen=True)
class Link:
    """One connection, or several in a row of one Socket."""

    #: tcp, unix, pair (adopted Unix sockets), pipe (adopted, one way)
    over: str
    client: Side
    server: Side
    #: The server's side runs in `create_server(handler=...)`.
    handler: bool = False
    #: A program between the two pipes each way.
    relay: bool = False
    half_open: bool = True
    lives: int = 1

    @property
    def rough(self) -> bool:
        """Whether bytes may be lost."""
        return self.client.harms or self.server.harms or not self.half_open


@dataclass(frozen=True)
class Disturbance:
    """What happens to all of it from outside."""

    #: fork, subprocess, collect, kill (the blocking readers, which begin again)
    what: str
    #: Milliseconds after the one before.
    after: float


@dataclass(frozen=True)
class Plan:
    links: tuple[Link, ...]
    disturbances: tuple[Disturbance, ...] = ()
    #: A signal every few milliseconds.
    signals: bool = False
    fault_seed: int = 0
    #: One in so many calls meets a fault; 0 is none.
    fault_odds: int = 0
    #: Of `faults.Kind`.
    fault_kinds: int = int(Kind.SOFT)

    @property
    def rough(self) -> bool:
        return bool(self.fault_odds) and bool(self.fault_kinds & Kind.BROKEN)


HARM = ("destroy", "reset", "hasty", "kill")
_EVENT_READERS = ("data", "data", "paused", "readable")
_BLOCKING_READERS = ("recv", "into", "exactly", "until", "iterate", "file")

_sizes = st.one_of(
    st.integers(1, 16),
    st.integers(1, 5000),
    st.integers(1, 100_000),
)
_cuts = st.one_of(st.none(), st.sampled_from((0.0, 0.2, 1.0, 3.0)))

_steps = st.one_of(
    st.builds(Step, st.sampled_from(("write", "callback", "drained", "corked")), _sizes),
    st.builds(Step, st.sampled_from(("sendall", "send", "sendfile", "file")), _sizes, _cuts),
    st.builds(Step, st.just("pause"), st.integers(0, 3)),
)

_sides = st.builds(
    Side,
    st.one_of(st.sampled_from(_EVENT_READERS), st.sampled_from(_BLOCKING_READERS), st.just("raw")),
    _sizes,
    st.lists(_steps, max_size=8).map(tuple),
    st.one_of(st.sampled_from(("end", "shutdown")), st.sampled_from(("end", *HARM))),
    cut=_cuts,
    limit=st.one_of(st.none(), st.none(), st.sampled_from((0.001, 0.01))),
    inside=st.booleans(),
    idle=st.one_of(st.none(), st.sampled_from((0.001, 0.02))),
    mark=st.one_of(st.none(), st.sampled_from((1, 1000, 100_000))),
    buffers=st.one_of(st.none(), st.sampled_from((1, 8192, 32768))),
)

_gentle_sides = st.builds(
    lambda side, finish: Side(**{**vars(side), "finish": finish}),
    _sides,
    st.sampled_from(("end", "shutdown")),
)


def _closing(link: Link, who: int) -> Link:
    """One of the sides closes when it has read to the end, instead of ending first."""
    sides = [link.client, link.server]
    if who < 2 and not link.rough and link.over != "pipe":
        sides[who] = Side(**{**vars(sides[who]), "finish": "close"})
    return Link(**{**vars(link), "client": sides[0], "server": sides[1]})


def _links(sides: st.SearchStrategy[Side]) -> st.SearchStrategy[Link]:
    links = st.builds(
        Link,
        st.sampled_from(("tcp", "unix", "pair", "pipe")),
        sides,
        sides,
        handler=st.booleans(),
        relay=st.booleans(),
        half_open=st.sampled_from((True, True, True, False)),
        lives=st.sampled_from((1, 1, 1, 2, 3)),
    )
    return st.builds(_closing, links, st.integers(0, 3))


plans = st.builds(
    Plan,
    st.lists(st.one_of(_links(_gentle_sides), _links(_sides)), min_size=1, max_size=3).map(tuple),
    st.lists(
        st.builds(
            Disturbance,
            st.sampled_from(("fork", "subprocess", "collect", "kill", "kill")),
            st.sampled_from((0.0, 0.5, 2.0)),
        ),
        max_size=3,
    ).map(tuple),
    st.booleans(),
    st.integers(1, 1 << 30),
    st.sampled_from((0, 0, 3, 10, 100)),
    st.sampled_from([int(Kind.SOFT)] * 3 + [int(Kind.SOFT | Kind.BROKEN)]),
)

"""What can go wrong on a connection through a `FaultyProxy`.

A fault is added to one direction of the proxy, or to both; each connection then has a copy of it
for each direction, with random numbers of its own, and offsets are those of the bytes that have
passed in that direction since the connection began.
"""

from __future__ import annotations

import copy
import enum
from dataclasses import dataclass
from random import Random
from typing import ClassVar, Self

__all__ = [
    "Bandwidth",
    "Blackhole",
    "Corruption",
    "Fault",
    "HalfClose",
    "Latency",
    "Limit",
    "Refuse",
    "Reset",
    "Slicing",
    "Stall",
    "Stop",
]


class Stop(enum.Enum):
    """What becomes of a direction in which bytes do not pass any more."""

    CLOSE = enum.auto()
    HALF_CLOSE = enum.auto()
    RESET = enum.auto()
    STALL = enum.auto()
    SWALLOW = enum.auto()


class Fault:
    """The base of the faults: one that changes nothing."""

    stop: ClassVar[Stop | None] = None
    at: int = 0
    random: Random

    def begun(self, random: Random, offset: int) -> Self:
        """A copy for one direction of one connection, in which `offset` bytes have passed."""
        mine = copy.copy(self)
        mine.random = random
        mine.begin(offset)
        return mine

    def begin(self, offset: int) -> None: ...

    def hold(self) -> float:
        """How long to hold back the chunk that has just arrived (seconds)."""
        return 0.0

    def room(self, offset: int) -> int | None:
        """How many bytes may be sent together at `offset`; None for any number."""
        return None

    def change(self, offset: int, data: bytes) -> bytes:
        """What is sent instead of `data`, which stands at `offset`."""
        return data

    def pause(self, size: int) -> float:
        """How long nothing is sent after `size` bytes have been (seconds)."""
        return 0.0


@dataclass
class Latency(Fault):
    """Everything arrives `seconds` later, more or less `jitter`, in its order."""

    seconds: float
    jitter: float = 0.0

    def hold(self) -> float:
        return max(0.0, self.seconds + self.random.uniform(-self.jitter, self.jitter))


@dataclass
class Bandwidth(Fault):
    """At most so many bytes pass in a second."""

    bytes_per_second: float

    def room(self, offset: int) -> int:
        return max(1, int(self.bytes_per_second / 50))

    def pause(self, size: int) -> float:
        return size / self.bytes_per_second


@dataclass
class Slicing(Fault):
    """Bytes come in slices of `size`, more or less `spread`, with `delay` seconds between them.

    Without a delay the system may join them again.
    """

    size: int
    spread: int = 0
    delay: float = 0.002

    def begin(self, offset: int) -> None:
        self._end = offset

    def room(self, offset: int) -> int:
        while self._end <= offset:
            self._end += max(1, self.size + self.random.randint(-self.spread, self.spread))
        return self._end - offset

    def pause(self, size: int) -> float:
        return self.delay


@dataclass
class Corruption(Fault):
    """One bit of each byte is flipped with the probability `rate`; or, once, of that at `at`."""

    rate: float = 0.0
    at: int = -1

    def begin(self, offset: int) -> None:
        self._next = offset - 1
        self._draw()

    def _draw(self) -> None:
        """The next byte that is hit; drawn so, it does not depend on how bytes come in chunks."""
        if self.rate > 0:
            self._next += 1
            while self.random.random() >= self.rate:
                self._next += 1

    def change(self, offset: int, data: bytes) -> bytes:
        changed = bytearray(data)
        if offset <= self.at < offset + len(data):
            changed[self.at - offset] ^= 1 << self.random.randrange(8)
        while self.rate > 0 and self._next < offset + len(data):
            changed[self._next - offset] ^= 1 << self.random.randrange(8)
            self._draw()
        return bytes(changed)


@dataclass
class Limit(Fault):
    """The connection is closed, in both directions and in order, after `at` bytes."""

    stop: ClassVar[Stop | None] = Stop.CLOSE
    at: int


@dataclass
class HalfClose(Fault):
    """This direction ends after `at` bytes; the other one goes on."""

    stop: ClassVar[Stop | None] = Stop.HALF_CLOSE
    at: int = 0


@dataclass
class Reset(Fault):
    """The connection is reset, at both ends, after `at` bytes."""

    stop: ClassVar[Stop | None] = Stop.RESET
    at: int = 0


@dataclass
class Stall(Fault):
    """Nothing passes after `at` bytes, until the fault is removed; then what waits does."""

    stop: ClassVar[Stop | None] = Stop.STALL
    at: int = 0


@dataclass
class Blackhole(Fault):
    """What comes after `at` bytes disappears."""

    stop: ClassVar[Stop | None] = Stop.SWALLOW
    at: int = 0


@dataclass
class Refuse(Fault):
    """New connections are refused; those that are open go on."""

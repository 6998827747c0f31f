"""What an open Socket stands on.

A transport reads and writes for one life of one stream. It delivers what it reads to a `Sink` and
tells a `Completion` what became of what it was given to write. It never blocks, but for the two
`wait` methods, and never emits: events are the stream's.

`DescriptorTransport` stands on a descriptor of the system. Another transport (in memory, over TLS)
needs to know nothing but this file.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from ..addresses.info import AddressInfo
from ..loop.scheduler import Scheduler
from ..loop.tasks import Owner

__all__ = ["Completion", "Context", "Idle", "Reader", "Sink", "Transport", "Writer"]

Done = Callable[..., object]


class Sink(Protocol):
    """Where a transport delivers what it reads."""

    def received(self, chunk: bytes) -> bool:
        """Bytes have come; False asks the reader to stop until it is started again."""

    def ended(self) -> None:
        """The other side sends no more. The reader has stopped."""

    def failed(self, error: BaseException) -> None:
        """Reading has failed."""

    def stopped(self) -> None:
        """The reader has stopped by itself, because the user's buffer asked for it."""


class Completion(Protocol):
    """Whom a transport tells what became of the bytes that it was given."""

    def coalesced(self) -> None:
        """A write with a callback was coalesced with others."""

    def all_sent(self, callbacks: list[Done]) -> None:
        """What was coalesced is sent: the callbacks are due."""

    def left_over(
        self, size: int, callbacks: list[Done], error: BaseException | None = None
    ) -> bool:
        """`size` bytes are under way, or have failed; returns the answer of `write()`."""

    def on_write(self, error: BaseException | None = None) -> None:
        """What was under way is sent, or has failed."""


class Idle(Protocol):
    """What wants to know of traffic."""

    def touch(self) -> None: ...


class Reader(Protocol):
    """The reading half of a transport.

    `direct`, when it is not None, gets each chunk instead of `Sink.received`.
    """

    direct: Callable[[bytes], object] | None
    bytes_read: int
    idle: Idle | None

    def start(self) -> None:
        """Deliver what comes."""

    def stop(self) -> None:
        """Deliver nothing until `start`: backpressure reaches the other side."""

    def wait(self) -> None:
        """Block the calling greenlet until there is something to `take`, or until `rouse`."""

    def rouse(self) -> None:
        """Let the greenlet in `wait` look at what has changed."""

    def take_back(self) -> None:
        """No greenlet will wait here again: deliver to the sink."""

    def take(self, size: int) -> bytes:
        """Read at most `size` bytes now, past the sink; `b""` is the end.

        Raises `BlockingIOError` if there are none, and `OSError`.
        """

    def take_into(self, buffer: memoryview) -> int:
        """`take`, into a buffer; 0 is the end."""

    @property
    def has_user_buffer(self) -> bool:
        """Whether the bytes go to the user's own buffer (`onread=`)."""


class Writer(Protocol):
    """The writing half of a transport; what it has coalesced is its own."""

    idle: Idle | None

    def put(self, data: bytes) -> bool:
        """Send `data`, or coalesce it; only while nothing is under way. The answer of `write()`.

        Raises `ERR_INVALID_THREAD`, before anything has changed, in another thread.
        """

    def put_with(self, data: bytes, callback: Done) -> bool:
        """`put`; `callback(error_or_none)` is called when the data were sent, or have failed."""

    def flush(self) -> bool:
        """Send what was coalesced. The answer of `write()`."""

    def write(self, data: bytes, done: Done) -> None:
        """Send `data`; `done(error_or_none)` is called when all of it is sent, now or later."""

    def send(self, data: bytes) -> int:
        """Send what the system takes now. Raises `BlockingIOError` if that is nothing."""

    def wait(self) -> None:
        """Block the calling greenlet until the system may take bytes, or until it is closed."""

    def moved(self, size: int) -> None:
        """`size` bytes were given to the system past this object."""

    def rouse(self) -> None:
        """Let the greenlet in `wait` look at what has changed."""

    def take_back(self) -> None:
        """No greenlet will wait here again."""


class Transport(Protocol):
    """See the top of this file."""

    @property
    def reader(self) -> Reader: ...

    @property
    def writer(self) -> Writer: ...

    @property
    def handle(self) -> Any:
        """The system's socket, or what has its methods; None if there is none."""

    @property
    def bytes_written(self) -> int:
        """What was written, coalesced bytes included."""

    def cancel_write(self) -> Done | None:
        """Forget what is under way; returns who waits for it."""

    def flush(self) -> None:
        """Send what was coalesced."""

    def watch_idle(self, idle: Idle | None) -> None:
        """Tell `idle` of traffic from now on."""

    def local(self) -> AddressInfo | None: ...
    def peer(self) -> AddressInfo | None: ...

    def shut_writing(self) -> None:
        """Tell the other side that no more will come (FIN). Raises `OSError`."""

    def shut_reading(self) -> None:
        """Receive no more. Raises `OSError`."""

    def abort(self) -> None:
        """Reset the connection when it is closed (RST), where it can be."""

    def set_no_delay(self, enable: bool) -> None: ...
    def set_keep_alive(self, enable: bool, delay: int, interval: int, probes: int) -> None: ...

    def set_type_of_service(self, value: int) -> None:
        """Raises `OSError`."""

    def type_of_service(self) -> int | None:
        """What the system says; None if it has none. Raises `OSError`."""

    def set_ref(self, ref: bool) -> None:
        """Whether this keeps the program running."""

    def release(self) -> None:
        """Stop reading and writing; the handle stays open."""

    def close(self) -> None:
        """Release, and close the handle."""

    def forget(self) -> None:
        """In a forked child: close the child's copy of the handle, and touch nothing else."""


class Context(Protocol):
    """What a transport is made for."""

    ref: bool

    @property
    def owner(self) -> Owner: ...
    @property
    def scheduler(self) -> Scheduler: ...
    @property
    def sink(self) -> Sink: ...
    @property
    def completion(self) -> Completion: ...
    @property
    def high_water_mark(self) -> int: ...

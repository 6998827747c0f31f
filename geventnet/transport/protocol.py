"""What an open Socket stands on; docs/transports.md shows how to write one.

A transport reads and writes for one life of one stream, from its making to `close` or `release`. It
delivers what it reads to a `Sink` and tells a `Completion` what became of what it was given to
write. It never emits: events are the stream's. It never blocks, but for the two `wait` methods.

Steps
    Its methods are called by greenlets in the scheduler's thread. What it has to tell on its own
    account it tells in tasks of `context.owner`, never in the hub and never inside `start`:

    - It delivers to the sink in the READ lane. While a listener of that lane blocks, the
      scheduler runs no other task of it, so that nothing is delivered, which is backpressure. One
      chunk a task is fair to other connections.
    - It completes a write inside the call that has made it, or in a `Step` of the FREE lane. Bytes
      must go on while a write callback or a `'drain'` listener blocks, which may wait for just
      that. The stream calls the callbacks in the lane WRITE. `call_soon` does not do here: what it
      defers counts as the program's own.

    After each call of the sink or of a completion everything may be different: `direct`, whether
    the reader is started, whether the transport is closed.

Coalescing
    A writer may send at once, or keep what a listener writes to its own connection and send it as
    one. `scheduler.is_in_step_of(context.owner)` says whether such a listener runs. The writer then
    sets `scheduler.coalescing` to itself, and the scheduler calls its `flush` when the listener
    returns or blocks. What is coalesced counts in `Transport.bytes_written`.

Errors
    The sink and completions get exceptions as the program is to see them, such as
    `errors.system_error_from(error, "read")`; those that are no `OSError` go through as they are.
    `take`, `take_into`, `send`, `shut_writing` and `shut_reading` raise plain `OSError`, which the
    caller translates.

Life
    The Socket's link registers `context.owner` with the scheduler for as long as there is a
    transport. It takes nothing of a transport after `close` or `release`, which may be called at
    any moment, inside a call of the sink as well, and once more if an interrupt has cut them short.

`DescriptorTransport` stands on a descriptor of the system, `DuplexTransport` on a Duplex, and
`geventnet.testing` has one in memory. Another one needs to know nothing but this file.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ..addresses.info import AddressInfo
from ..loop.scheduler import Scheduler
from ..loop.tasks import Owner
from .handles import Handle

__all__ = ["Completion", "Context", "Idle", "Reader", "Sink", "Transport", "Writer"]

#: Who waits for a write: called once, with the error or None.
Done = Callable[..., object]


class Sink(Protocol):
    """Where a transport delivers what it reads, in the READ lane."""

    def received(self, chunk: bytes) -> bool:
        """Bytes have come, at least one. False asks the reader to stop until `start`."""

    def ended(self) -> None:
        """The other side sends no more. The reader stops before it tells so, and tells it once."""

    def failed(self, error: BaseException) -> None:
        """Reading has failed, or the connection is lost: the stream is destroyed with `error`.

        That closes the transport, mostly before this returns.
        """

    def stopped(self) -> None:
        """The reader has stopped by itself, because the user's buffer asked for it."""


class Completion(Protocol):
    """Whom a transport tells what became of the bytes that `put` was given."""

    def coalesced(self) -> None:
        """`put_with` takes a write: its callback comes back in `all_sent` or `left_over`."""

    def all_sent(self, callbacks: list[Done]) -> None:
        """What was coalesced is sent: the callbacks, those of `put_with`, are due."""

    def left_over(
        self, size: int, callbacks: list[Done], error: BaseException | None = None
    ) -> bool:
        """Not all was sent: what was coalesced, `size` bytes with `callbacks`, is under way.

        `on_write` is to follow, unless `cancel_write` is called. With an `error` it has failed, and
        nothing is to follow. Returns the answer of `write()`.
        """

    def on_write(self, error: BaseException | None = None) -> None:
        """What was left over is sent, or has failed."""


class Idle(Protocol):
    """What wants to know of traffic, in either direction."""

    def touch(self) -> None: ...


class Reader(Protocol):
    """The reading half of a transport; it is stopped at first.

    `direct`, when it is not None, gets each chunk instead of `Sink.received`, and never asks to
    stop. `bytes_read` counts a chunk before it is delivered.
    """

    direct: Callable[[bytes], object] | None
    bytes_read: int
    idle: Idle | None

    def start(self) -> None:
        """Deliver what comes, from the next task on; no effect if it is started, or released."""

    def stop(self) -> None:
        """Deliver nothing until `start`: backpressure reaches the other side."""

    def wait(self) -> None:
        """Block the calling greenlet until there is something to `take`, or until `rouse`.

        The end and a failure are something to take. It may return too early; the caller then
        waits again. While a greenlet is here nothing is delivered, although the reader may be
        started.
        """

    def rouse(self) -> None:
        """Let the greenlet in `wait`, if there is one, look at what has changed; from any task."""

    def take_back(self) -> None:
        """No greenlet will wait here again: deliver to the sink, while started."""

    def take(self, size: int) -> bytes:
        """Read at most `size` bytes now, past the sink; `b""` is the end, each time.

        Raises `BlockingIOError` if there are none, and `OSError`.
        """

    def take_into(self, buffer: memoryview) -> int:
        """`take`, into a buffer; 0 is the end."""

    @property
    def has_user_buffer(self) -> bool:
        """Whether the bytes go to the user's own buffer (`onread=`)."""


class Writer(Protocol):
    """The writing half of a transport.

    One write is under way at a time: what `put` has left over, or `write`. The stream queues what
    comes meanwhile.
    """

    idle: Idle | None

    def put(self, data: bytes) -> bool:
        """Send `data`, or coalesce it; only while nothing is under way. The answer of `write()`.

        That is True for what is taken whole or coalesced, else the answer of `left_over`. Raises
        `ERR_INVALID_THREAD`, before anything has changed, in another thread
        (`scheduler.check_thread`).
        """

    def put_with(self, data: bytes, callback: Done) -> bool:
        """`put`, after `Completion.coalesced()`; `callback` goes to `all_sent` or `left_over`."""

    def flush(self) -> bool:
        """Send what was coalesced. The answer of `write()`."""

    def write(self, data: bytes, done: Done) -> None:
        """Send all of `data`, then call `done(error_or_none)`: inside this call, or in a `Step`."""

    def send(self, data: bytes) -> int:
        """Send what is taken now, and say how much. Raises `BlockingIOError` if that is nothing."""

    def wait(self) -> None:
        """Block the calling greenlet until bytes may be taken, or until `rouse`.

        It may return too early.
        """

    def moved(self, size: int) -> None:
        """`size` bytes were given to the `handle` past this object: count them."""

    def rouse(self) -> None:
        """Let the greenlet in `wait`, if there is one, look at what has changed."""

    def take_back(self) -> None:
        """No greenlet will wait here again."""


class Transport(Protocol):
    """See the top of this file."""

    @property
    def reader(self) -> Reader: ...

    @property
    def writer(self) -> Writer: ...

    @property
    def handle(self) -> Handle | None:
        """The system's socket, or what has its methods; None if there is none.

        The program may move bytes through it (`sendfile`, `detach`), so a transport that changes
        the bytes has none.
        """

    @property
    def bytes_written(self) -> int:
        """What was written, coalesced bytes included."""

    def cancel_write(self) -> Done | None:
        """Forget what is under way; returns who waits for it, to be told by the caller.

        That is the `done` of `write`, or `Completion.on_write`.
        """

    def flush(self) -> None:
        """Send what was coalesced."""

    def watch_idle(self, idle: Idle | None) -> None:
        """Tell `idle` of traffic from now on: it is the `idle` of both halves."""

    def local(self) -> AddressInfo | None: ...
    def peer(self) -> AddressInfo | None: ...

    def shut_writing(self) -> None:
        """Tell the other side that no more will come (FIN). Raises `OSError`."""

    def shut_reading(self) -> None:
        """Receive no more: what has come already is still delivered, and then the end.

        Raises `OSError`.
        """

    def abort(self) -> None:
        """Send what was coalesced, and let `close` reset the connection (RST), where it can be."""

    def set_no_delay(self, enable: bool) -> None: ...

    def set_keep_alive(self, enable: bool, delay: int, interval: int, probes: int) -> None:
        """`delay` and `interval` are in seconds."""

    def set_type_of_service(self, value: int) -> None:
        """Raises `OSError`, as the program is to see it."""

    def type_of_service(self) -> int | None:
        """What the system says; None if it has none. Raises `OSError`, as the program sees it."""

    def set_ref(self, ref: bool) -> None:
        """Whether this keeps the program running; at first `context.ref` says so."""

    def release(self) -> None:
        """Stop reading and writing, and rouse whoever waits in either half.

        The handle stays open: it is somebody else's now. Only called if there is one.
        """

    def close(self) -> None:
        """Release, and close the handle: the other side is told of the end, or of a reset."""

    def forget(self) -> None:
        """Close this process's copy of the handle, and tell the other side nothing.

        In a forked child, where the greenlets that wait do so in the parent, and when the hub is
        destroyed.
        """


class Context(Protocol):
    """What a transport is made for: the link of a Socket.

    `owner` and `sink` stay the same for a transport's life, and are another's after it.
    """

    ref: bool

    @property
    def owner(self) -> Owner: ...
    @property
    def scheduler(self) -> Scheduler: ...
    @property
    def sink(self) -> Sink: ...
    @property
    def completion(self) -> Completion:
        """The writable side, which is made when this is first asked for: in the first write."""

    @property
    def high_water_mark(self) -> int:
        """Of the writable side, in bytes: coalesce no more."""

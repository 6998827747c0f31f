"""Sockets without the kernel: `memory_pair()`, `memory_socket()` and the transport under them.

A step of a transport runs in the iteration of the loop after the one that has caused it, as if the
system had been polled in between. Nothing depends on time or on the system, so a test does the same
every time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import errors
from ..addresses.info import AddressInfo
from ..loop.scheduler import Scheduler
from ..loop.tasks import FREE, READ, Owner, Task
from ..loop.waiting import Waiter
from ..socket.socket import Socket
from ..transport.protocol import Context, Done, Idle
from .wire import CAPACITY, Wire

__all__ = ["MemoryTransport", "memory_pair", "memory_socket"]

#: What a listener writes is coalesced up to this many bytes.
_LONGEST_JOIN = 16384


def memory_pair(
    there: Wire | None = None,
    back: Wire | None = None,
    *,
    allow_half_open: bool = False,
    high_water_mark: int | None = None,
) -> tuple[Socket, Socket]:
    """Make two Sockets that are connected with each other, without the kernel.

    What the first one sends goes `there`, what the second one sends comes `back`: wires that say
    how it arrives (see `Wire`), each a `Wire()` by default. The Sockets are open, have both
    vocabularies, no descriptor and no addresses, and behave as a Unix socket does: who writes to a
    closed one gets `EPIPE`, and closing one that has unread bytes resets the other. The options
    are those of `Socket`. Never blocks; nothing is emitted for the connection.

    A memory Socket does not keep the program running, unless it has an idle timeout: a greenlet
    that waits for bytes that nobody can send any more gets gevent's `LoopExit` at once.
    """
    there = Wire() if there is None else there
    back = Wire() if back is None else back
    options: dict[str, Any] = {
        "allow_half_open": allow_half_open,
        "high_water_mark": high_water_mark,
    }
    return memory_socket(back, there, **options), memory_socket(there, back, **options)


def memory_socket(
    incoming: Wire | None = None,
    outgoing: Wire | None = None,
    *,
    allow_half_open: bool = False,
    high_water_mark: int | None = None,
) -> Socket:
    """Make a Socket that receives from one wire and sends into another; see `memory_pair`.

    The test is the other end: `incoming.send(data)`, `outgoing.receive()`. Never blocks.
    """
    incoming = Wire() if incoming is None else incoming
    outgoing = Wire() if outgoing is None else outgoing
    return Socket.over(
        lambda context: MemoryTransport(context, incoming, outgoing),
        allow_half_open=allow_half_open,
        high_water_mark=high_water_mark,
    )


class MemoryTransport:
    """A `Transport` between two wires."""

    __slots__ = (
        "_aborts",
        "_incoming",
        "_is_closed",
        "_keeper",
        "_outgoing",
        "_ref",
        "_scheduler",
        "_type_of_service",
        "handle",
        "reader",
        "writer",
    )

    def __init__(self, context: Context, incoming: Wire, outgoing: Wire) -> None:
        self.handle: Any = None
        self.reader: _Reader = _Reader(context, incoming)
        self.writer: _Writer = _Writer(context, outgoing)
        self._incoming = incoming
        self._outgoing = outgoing
        self._scheduler = context.scheduler
        self._ref = context.ref
        #: A watcher that never fires, and keeps the loop running.
        self._keeper: Any = None
        self._aborts = self._is_closed = False
        self._type_of_service = 0

    @property
    def bytes_written(self) -> int:
        return self.writer.bytes_written + self.writer.coalesced_bytes

    def cancel_write(self) -> Done | None:
        return self.writer.cancel()

    def flush(self) -> None:
        self.writer.flush()

    def watch_idle(self, idle: Idle | None) -> None:
        self.reader.idle = self.writer.idle = idle
        self._keep_running()

    def _keep_running(self) -> None:
        """Something can still happen while an idle timeout runs, although its timer is unref'd."""
        if self.reader.idle is not None and self._ref and not self._is_closed:
            if self._keeper is None:
                self._keeper = self._scheduler.loop.async_()
                self._keeper.start(int)
        elif self._keeper is not None:
            self._keeper.stop()
            self._keeper.close()
            self._keeper = None

    def local(self) -> AddressInfo | None:
        return None

    def peer(self) -> AddressInfo | None:
        return None

    def shut_writing(self) -> None:
        self._outgoing.end()

    def shut_reading(self) -> None:
        self._incoming.refuse()
        self.reader.look()

    def abort(self) -> None:
        self.flush()
        self._aborts = True

    def set_no_delay(self, enable: bool) -> None:
        self.writer.flush()
        self.writer.no_delay = enable

    def set_keep_alive(self, enable: bool, delay: int, interval: int, probes: int) -> None:
        """Nothing can happen to the other end unseen."""

    def set_type_of_service(self, value: int) -> None:
        self._type_of_service = value

    def type_of_service(self) -> int | None:
        return self._type_of_service

    def set_ref(self, ref: bool) -> None:
        self._ref = ref
        self._keep_running()

    def release(self) -> None:
        self._is_closed = True
        self._keep_running()
        self.reader.close()
        self.writer.close()

    def close(self) -> None:
        self.release()
        if self._aborts or self._incoming.length:
            self._outgoing.fail()
        else:
            self._outgoing.end()
        self._incoming.refuse()

    def forget(self) -> None:
        self.reader.forget()
        self.writer.forget()
        self.release()


class _Half(Task):
    """One half of a transport: a task, and the greenlet that does what the task would do."""

    __slots__ = ("_is_closed", "_is_due", "_waiter", "idle", "lane", "scheduler", "wire")

    def __init__(self, context: Context, lane: int, wire: Wire) -> None:
        self.owner: Owner = context.owner
        self.scheduler: Scheduler = context.scheduler
        self.lane: int = lane
        self.wire: Wire = wire
        self.idle: Idle | None = None
        self._is_due = False
        self._is_closed = False
        self._waiter: Waiter | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__} of {self.owner!r}"

    def look(self) -> None:
        """The wire has changed: wake who waits for it, or run the task in the next iteration."""
        if self._waiter is not None:
            self._waiter.wake()
        elif not self._is_due and self.is_ready and not self._is_closed:
            self._is_due = True
            self.scheduler.run_after_poll(self)

    @property
    def is_ready(self) -> bool:
        """Whether the task has something to do."""
        raise NotImplementedError

    def await_wire(self, ready: bool) -> None:
        """Block the calling greenlet until `look`, or `rouse`; at least until the hub has run."""
        self.scheduler.check_blocking()
        self._waiter = waiter = Waiter(self.scheduler)
        if ready or self._is_closed:
            waiter.wake()
        try:
            waiter.wait()
        finally:
            self._waiter = None
            # What the greenlet leaves is the task's.
            self.look()

    def rouse(self) -> None:
        """Let the greenlet in `wait` look at what has changed."""
        if self._waiter is not None:
            self._waiter.wake()

    def take_back(self) -> None:
        """No greenlet will wait here again."""
        self.look()

    def touch(self) -> None:
        if self.idle is not None:
            self.idle.touch()

    def close(self) -> None:
        self._is_closed = True
        self.rouse()

    def forget(self) -> None:
        """In a forked child: whoever waits does so in the parent."""
        self._waiter = None


class _Reader(_Half):
    """Delivers what has arrived, a chunk a step."""

    __slots__ = ("_sink", "_wanted", "bytes_read", "direct")

    def __init__(self, context: Context, wire: Wire) -> None:
        super().__init__(context, READ, wire)
        self.direct: Callable[[bytes], object] | None = None
        self.bytes_read: int = 0
        self._sink = context.sink
        self._wanted = False
        wire.on_readable = self.look

    @property
    def is_ready(self) -> bool:
        return self._wanted and self.wire.is_readable

    @property
    def has_user_buffer(self) -> bool:
        return False

    def start(self) -> None:
        if not self._wanted and not self._is_closed:
            self._wanted = True
            self.look()

    def stop(self) -> None:
        self._wanted = False

    def run(self) -> None:
        self._is_due = False
        if self._waiter is not None:
            self._waiter.wake()
            return
        if not self._wanted:
            return
        try:
            chunk = self.take(CAPACITY)
        except BlockingIOError:
            return
        except OSError as error:
            self.stop()
            self._sink.failed(errors.system_error_from(error, "read"))
            return
        if not chunk:
            self.stop()
            self._sink.ended()
            return
        try:
            if self.direct is not None:
                self.direct(chunk)
            elif not self._sink.received(chunk):
                self.stop()
        finally:
            self.look()

    def wait(self) -> None:
        """Block the calling greenlet until there is something to take."""
        self.await_wire(self.wire.is_readable)

    def take(self, size: int) -> bytes:
        chunk = self.wire.receive(size)
        self.bytes_read += len(chunk)
        self.touch()
        return chunk

    def take_into(self, buffer: memoryview) -> int:
        chunk = self.take(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        super().close()
        self._wanted = False
        self.direct = None
        self.wire.on_readable = None


class _Writer(_Half):
    """Sends what it is given; what the wire does not take at once it sends later.

    What a listener writes in its own connection's step is coalesced, as by the transport over a
    descriptor.
    """

    __slots__ = (
        "_callbacks",
        "_completion",
        "_done",
        "_join_mark",
        "_joined",
        "_rest",
        "bytes_written",
        "no_delay",
    )

    def __init__(self, context: Context, wire: Wire) -> None:
        super().__init__(context, FREE, wire)
        self._completion = context.completion
        self._join_mark = min(context.high_water_mark, _LONGEST_JOIN)
        self.no_delay: bool = False
        self.bytes_written: int = 0
        self._joined = b""
        self._callbacks: list[Done] = []
        self._rest = memoryview(b"")
        self._done: Done | None = None
        wire.on_writable = self.look

    @property
    def is_ready(self) -> bool:
        return self._done is not None and self.wire.is_writable

    @property
    def coalesced_bytes(self) -> int:
        return len(self._joined)

    # Sending at once.

    def put(self, data: bytes) -> bool:
        scheduler = self.scheduler
        scheduler.check_thread()
        self._joined += data
        if scheduler.is_in_step_of(self.owner):
            goes_out = self.no_delay and scheduler.coalescing is not self
            scheduler.coalescing = self
            if not goes_out and len(self._joined) < self._join_mark:
                return True
        return self.flush()

    def put_with(self, data: bytes, callback: Done) -> bool:
        self.scheduler.check_thread()
        self._completion.coalesced()
        self._callbacks.append(callback)
        return self.put(data)

    def flush(self) -> bool:
        data, self._joined = self._joined, b""
        callbacks, self._callbacks = self._callbacks, []
        if not data and not callbacks:
            return True
        completion = self._completion
        try:
            sent = self._send(data)
        except OSError as error:
            return completion.left_over(
                len(data), callbacks, errors.system_error_from(error, "write")
            )
        if sent == len(data):
            if callbacks:
                completion.all_sent(callbacks)
            return True
        self._keep(data, sent, completion.on_write)
        return completion.left_over(len(data), callbacks)

    def write(self, data: bytes, done: Done) -> None:
        try:
            sent = self._send(data)
        except OSError as error:
            done(errors.system_error_from(error, "write"))
            return
        if sent == len(data):
            done(None)
        else:
            self._keep(data, sent, done)

    def send(self, data: bytes) -> int:
        sent = self.wire.send(data)
        self.moved(sent)
        return sent

    def moved(self, size: int) -> None:
        self.bytes_written += size
        self.touch()

    def _send(self, data: bytes) -> int:
        """Send what the wire takes; all of `data` counts as written."""
        self.moved(len(data))
        try:
            return self.wire.send(data)
        except BlockingIOError:
            return 0

    # Sending later.

    def _keep(self, data: bytes, sent: int, done: Done) -> None:
        self._rest = memoryview(data)[sent:]
        self._done = done
        self.look()

    def cancel(self) -> Done | None:
        """Forget what is under way; returns who waits for it."""
        done, self._done = self._done, None
        self._rest = memoryview(b"")
        return done

    def run(self) -> None:
        self._is_due = False
        if self._done is None:
            return
        try:
            sent = self.wire.send(self._rest)
        except BlockingIOError:
            return
        except OSError as failure:
            self._end(errors.system_error_from(failure, "write"))
            return
        self.touch()
        self._rest = self._rest[sent:]
        if not self._rest:
            self._end(None)

    def _end(self, error: OSError | None) -> None:
        done = self.cancel()
        assert done is not None
        done(error)

    def wait(self) -> None:
        """Block the calling greenlet until the wire may take bytes."""
        self.await_wire(self.wire.is_writable)

    def close(self) -> None:
        super().close()
        self.wire.on_writable = None

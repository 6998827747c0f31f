"""A transport in memory: the test says what arrives and what is taken, and sees what was done.

    socket, wire = scripted(room=3)
    wire.arrives(b"hello", END)
    turn()

Nothing of the library is used but the protocol, the scheduler of its `Context` and `Waiter`.
"""

from __future__ import annotations

import errno
import os
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

import gevent

import geventnet as net
from geventnet.loop.scheduler import Scheduler
from geventnet.loop.tasks import FREE, READ, Task
from geventnet.loop.waiting import Waiter
from geventnet.transport.protocol import Context, Done, Idle

__all__ = [
    "END",
    "ScriptedTransport",
    "in_greenlet",
    "reset",
    "scripted",
    "told",
    "turn",
    "turn_until",
]

#: What arrives when the other side sends no more.
END = b""
#: How often the loop turns before something that is not there yet is missing.
_TURNS = 300


def turn(times: int = 3) -> None:
    """Let the loop poll the system: what is due, and what that makes due, is done."""
    hub = gevent.get_hub()
    for _ in range(times):
        timer = hub.loop.timer(0)
        try:
            hub.wait(timer)
        finally:
            timer.close()


def turn_until(condition: Callable[[], object]) -> bool:
    """Whether something holds after a while."""
    for _ in range(_TURNS):
        if condition():
            return True
        turn(1)
    return bool(condition())


def reset() -> OSError:
    """What a system says when the other side has reset the connection."""
    return OSError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))


def in_greenlet(call: Callable[..., Any], *args: Any) -> gevent.Greenlet[..., Any]:
    """Make a call in a greenlet that gives its result or its exception, and let it block."""

    def run() -> Any:
        try:
            return call(*args)
        except Exception as error:
            return error

    greenlet = gevent.spawn(run)
    turn()
    return greenlet


def told(emitter: net.EventEmitter, *events: str) -> list[Any]:
    """What `emitter` emits from now on: the names of events, or those that have arguments."""
    seen: list[Any] = []
    for event in events:
        emitter.on(event, partial(_tell, seen, event))
    return seen


def _tell(seen: list[Any], event: str, *args: object) -> None:
    seen.append((event, *args) if args else event)


def scripted(*, room: int | None = None, **options: Any) -> tuple[net.Socket, ScriptedTransport]:
    """A Socket on a scripted transport; see `ScriptedWriter` for the `room`."""
    made: list[ScriptedTransport] = []

    def make(context: Context) -> ScriptedTransport:
        made.append(ScriptedTransport(context, room))
        return made[0]

    socket = net.Socket.over(make, **options)
    return socket, made[0]


class ScriptedTransport:
    """Both halves, and what was asked of the whole."""

    def __init__(self, context: Context, room: int | None = None) -> None:
        self.reader = ScriptedReader(context)
        self.writer = ScriptedWriter(context, room)
        self.handle: Any = None
        self.ref = context.ref
        self.no_delay = False
        self.keep_alive: tuple[bool, int, int, int] | None = None
        self.service: int | None = None
        self.shut_error: OSError | None = None
        self.is_shut_writing = self.is_shut_reading = False
        self.is_aborted = self.is_released = self.is_closed = False

    def arrives(self, *items: bytes | OSError) -> None:
        """Bytes come, or the end, or a failure; one step each."""
        self.reader.arrives(*items)

    @property
    def sent(self) -> bytes:
        return b"".join(self.writer.sends)

    # The protocol.

    @property
    def bytes_written(self) -> int:
        return self.writer.bytes_written + len(self.writer.joined)

    def flush(self) -> None:
        self.writer.flush()

    def cancel_write(self) -> Done | None:
        return self.writer.cancel()

    def watch_idle(self, idle: Idle | None) -> None:
        self.reader.idle = self.writer.idle = idle

    def local(self) -> net.AddressInfo | None:
        return None

    def peer(self) -> net.AddressInfo | None:
        return None

    def shut_writing(self) -> None:
        if self.shut_error is not None:
            raise self.shut_error
        self.is_shut_writing = True

    def shut_reading(self) -> None:
        self.is_shut_reading = True
        self.arrives(END)

    def abort(self) -> None:
        self.writer.flush()
        self.is_aborted = True

    def set_no_delay(self, enable: bool) -> None:
        self.writer.flush()
        self.no_delay = self.writer.no_delay = enable

    def set_keep_alive(self, enable: bool, delay: int, interval: int, probes: int) -> None:
        self.keep_alive = enable, delay, interval, probes

    def set_type_of_service(self, value: int) -> None:
        self.service = value

    def type_of_service(self) -> int | None:
        return self.service

    def set_ref(self, ref: bool) -> None:
        self.ref = ref

    def release(self) -> None:
        self.is_released = True
        self.reader.close()
        self.writer.close()

    def close(self) -> None:
        self.release()
        self.is_closed = True

    def forget(self) -> None:
        self.close()


class _Step(Task):
    """Moves bytes in one half when the system was polled.

    What is told in a step of the FREE lane is told as inside a call: whatever it makes due runs in
    a lane of its own.
    """

    __slots__ = ("function", "is_due", "lane", "scheduler")

    def __init__(self, context: Context, lane: int, function: Callable[[], object]) -> None:
        self.owner = context.owner
        self.scheduler = context.scheduler
        self.lane = lane
        self.function = function
        self.is_due = False

    def defer(self) -> None:
        if not self.is_due:
            self.is_due = True
            self.scheduler.run_after_poll(self)

    def run(self) -> None:
        self.is_due = False
        self.function()


class _Waiting:
    """The greenlet that waits for one half."""

    def __init__(self, scheduler: Scheduler) -> None:
        self.scheduler = scheduler
        self.waiter: Waiter | None = None

    def wait(self) -> None:
        self.waiter = Waiter(self.scheduler)
        try:
            self.waiter.wait()
        finally:
            self.waiter = None

    def rouse(self) -> None:
        if self.waiter is not None:
            self.waiter.wake()


class ScriptedReader:
    """Delivers what has arrived, an item a step, while it is started and nobody waits."""

    def __init__(self, context: Context) -> None:
        self.direct: Callable[[bytes], object] | None = None
        self.bytes_read = 0
        self.idle: Idle | None = None
        self.is_started = False
        self._sink = context.sink
        self._step = _Step(context, READ, self._deliver)
        self._waiting = _Waiting(context.scheduler)
        self._items: deque[bytes | OSError] = deque()
        self._is_closed = False

    def arrives(self, *items: bytes | OSError) -> None:
        self._items.extend(items)
        self._waiting.rouse()
        self._defer()

    def _defer(self) -> None:
        if self._items and self.is_started:
            self._step.defer()

    def _deliver(self) -> None:
        if not self._items or not self.is_started or self._waiting.waiter is not None:
            return
        try:
            chunk = self._next()
        except OSError as error:
            self.stop()
            self._sink.failed(error)
            return
        if chunk == END:
            self.stop()
            self._sink.ended()
            return
        try:
            if self.direct is not None:
                self.direct(chunk)
            elif not self._sink.received(chunk):
                self.stop()
        finally:
            self._defer()

    def _next(self) -> bytes:
        item = self._items[0]
        if isinstance(item, OSError):
            self._items.popleft()
            raise item
        if item != END:
            # The end, like that of a descriptor, is found as often as one looks.
            self._items.popleft()
        self._moved(len(item))
        return item

    def _moved(self, size: int) -> None:
        self.bytes_read += size
        if self.idle is not None:
            self.idle.touch()

    def close(self) -> None:
        self._is_closed = True
        self.stop()
        self.direct = None
        self.rouse()

    # The protocol.

    def start(self) -> None:
        self.is_started = not self._is_closed
        self._defer()

    def stop(self) -> None:
        self.is_started = False

    def wait(self) -> None:
        if not self._items and not self._is_closed:
            self._waiting.wait()

    def rouse(self) -> None:
        self._waiting.rouse()

    def take_back(self) -> None:
        self._defer()

    def take(self, size: int) -> bytes:
        if not self._items:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        chunk = self._next()
        rest = chunk[size:]
        if rest:
            self._items.appendleft(rest)
            self.bytes_read -= len(rest)
        self._defer()
        return chunk[:size]

    def take_into(self, buffer: memoryview) -> int:
        chunk = self.take(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)

    @property
    def has_user_buffer(self) -> bool:
        return False


class ScriptedWriter:
    """Sends into a system that has `room` for so many bytes more (None: for any number).

    `sends` has what each call of the system has taken. While `failure` is set, every call fails.
    """

    def __init__(self, context: Context, room: int | None) -> None:
        self.bytes_written = 0
        self.idle: Idle | None = None
        self.no_delay = False
        self.room = room
        self.failure: OSError | None = None
        self.sends: list[bytes] = []
        self._owner = context.owner
        self._scheduler = context.scheduler
        self._completion = context.completion
        self._step = _Step(context, FREE, self._send_rest)
        self._mark = context.high_water_mark
        self._waiting = _Waiting(context.scheduler)
        self.joined = b""
        self._callbacks: list[Done] = []
        self._rest = b""
        self._done: Done | None = None
        self._is_closed = False

    def makes_room(self, size: int | None = None) -> None:
        """The system takes `size` bytes more, or any number."""
        self.room = None if size is None or self.room is None else self.room + size
        self._try_again()

    def fails(self, error: OSError) -> None:
        """From now on every call of the system fails."""
        self.failure = error
        self._try_again()

    def _try_again(self) -> None:
        self._waiting.rouse()
        self._step.defer()

    def _system(self, data: bytes) -> int:
        if self.failure is not None:
            raise self.failure
        taken = data[: self.room]
        if data and not taken:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        if taken:
            self.sends.append(taken)
        if self.room is not None:
            self.room -= len(taken)
        return len(taken)

    def _send_rest(self) -> None:
        done = self._done
        if done is None:
            return
        try:
            self._rest = self._rest[self._system(self._rest) :]
            if self._rest:
                return
            error = None
        except BlockingIOError:
            return
        except OSError as failure:
            error = failure
        if self.idle is not None:
            self.idle.touch()
        self.cancel()
        done(error)

    def _keep(self, rest: bytes, done: Done) -> None:
        self._rest, self._done = rest, done

    def close(self) -> None:
        self._is_closed = True
        self.rouse()

    # The protocol.

    def put(self, data: bytes) -> bool:
        self.joined += data
        scheduler = self._scheduler
        if scheduler.is_in_step_of(self._owner):
            goes_out = self.no_delay and scheduler.coalescing is not self
            scheduler.coalescing = self
            if not goes_out and len(self.joined) < self._mark:
                return True
        return self.flush()

    def put_with(self, data: bytes, callback: Done) -> bool:
        self._completion.coalesced()
        self._callbacks.append(callback)
        return self.put(data)

    def flush(self) -> bool:
        data, self.joined = self.joined, b""
        callbacks, self._callbacks = self._callbacks, []
        if not data and not callbacks:
            return True
        self.moved(len(data))
        completion = self._completion
        try:
            sent = self._system(data)
        except BlockingIOError:
            sent = 0
        except OSError as error:
            return completion.left_over(len(data), callbacks, error)
        if sent < len(data):
            self._keep(data[sent:], completion.on_write)
            return completion.left_over(len(data), callbacks)
        completion.all_sent(callbacks)
        return True

    def write(self, data: bytes, done: Done) -> None:
        self.moved(len(data))
        try:
            sent = self._system(data)
        except BlockingIOError:
            sent = 0
        except OSError as error:
            done(error)
            return
        if sent == len(data):
            done(None)
        else:
            self._keep(data[sent:], done)

    def send(self, data: bytes) -> int:
        sent = self._system(data)
        self.moved(sent)
        return sent

    def wait(self) -> None:
        if self.room == 0 and self.failure is None and not self._is_closed:
            self._waiting.wait()

    def moved(self, size: int) -> None:
        self.bytes_written += size
        if self.idle is not None:
            self.idle.touch()

    def rouse(self) -> None:
        self._waiting.rouse()

    def take_back(self) -> None:
        """Bytes that are under way are sent by `makes_room` in any case."""

    def cancel(self) -> Done | None:
        done, self._done, self._rest = self._done, None, b""
        return done

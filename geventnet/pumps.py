"""The pumps: the only code that moves bytes through a descriptor.

A pump is a task that a watcher makes ready. Whether its watcher runs:

=========  ======================================================================================
stopped    nobody wants bytes (the reader's buffer is full, or there is nothing to write)
started    the watcher puts the pump on the turn's list when the descriptor is ready
suspended  the lane is held by a listener that has blocked: the watcher is stopped until the
           dispatcher that takes the lane over runs the pump again
lent       a greenlet moves bytes itself and waits for the descriptor in `wait`: the watcher
           switches straight to it. It stays lent after that, for the greenlet is likely to wait
           again, until the descriptor is ready and nobody waits
closed     the descriptor is about to be closed; its number may belong to another one instruction
           later, so nothing here touches it any more
=========  ======================================================================================
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypedDict

from greenlet import getcurrent, greenlet

from . import errors
from .arity import fitting
from .handle import Receive, Send, lacks_room
from .turn import FREE, READ, PumpTask, Turn

if TYPE_CHECKING:
    from .splice import Splice

__all__ = ["CHUNK_SIZE", "BufferPump", "OnRead", "ReadPump", "WritePump"]

#: How much is read at once (bytes).
CHUNK_SIZE = 65536
#: How many full chunks are read from one connection before it is the turn of the others.
_MOST_IN_A_ROW = 16
#: How many full chunks are read one by one after one that nothing came behind.
_TRIED_IN_VAIN = 16

_POLL_IN = 1
_POLL_OUT = 2


class _Pump(PumpTask):
    __slots__ = (
        "_events",
        "_lent",
        "_plain",
        "_ref",
        "_suspended",
        "_turn",
        "_waiter",
        "_watcher",
        "descriptor",
        "started",
    )

    def __init__(self, owner: Any, turn: Turn, descriptor: int, events: int, ref: bool) -> None:
        self.owner = owner
        self._turn = turn
        self.descriptor = descriptor
        self._events = events
        self._ref = ref
        self._watcher: Any = None
        self._suspended = False
        self._lent = False
        self._waiter: greenlet | None = None
        self.started = False
        #: The watcher calls `make_ready`, and nothing is to be looked at before bytes are moved.
        self._plain = False

    def __repr__(self) -> str:
        return f"{type(self).__name__} of {self.owner!r}"

    def start(self) -> None:
        if not self.started:
            self.started = True
            self._watch()

    def stop(self) -> None:
        if self.started:
            self.started = False
            self._unwatch()

    def suspend(self) -> None:
        self._suspended = True
        self._unwatch()

    def resume(self) -> None:
        self._suspended = False
        self._watch()

    def _watch(self) -> None:
        if self.started and not self._lent and not self._suspended:
            self._arm(self._turn.make_ready, self)
            self._plain = not self._turn.stops_on_error

    def _may_run(self) -> bool:
        """Whether a pump that is not plain is to move bytes now."""
        if self._suspended:
            self.resume()
        if not self.started or self._waiter is not None:
            return False
        if self._turn.stops_on_error:
            self._watch()
        return True

    def _unwatch(self) -> None:
        if not self._lent:
            self._disarm()

    def _arm(self, callback: Callable[..., object], *args: object) -> None:
        """Start the watcher; it is made when it is first needed, for many pumps never are."""
        if self._watcher is None:
            self._watcher = self._turn.io(self.descriptor, self._events, self._ref)
        self._watcher.start(callback, *args)

    def _disarm(self) -> None:
        self._plain = False
        if self._watcher is not None:
            self._watcher.stop()

    def wait(self) -> None:
        """Block the calling greenlet, which may block, until the descriptor is ready, or `rouse`.

        The greenlet then does itself what the pump would have done, which meanwhile rests.
        """
        turn = self._turn
        if not self._lent or turn.stops_on_error:
            self._lent = True
            self._disarm()
            self._arm(self._hand_over)
        self._waiter = getcurrent()
        hub = turn.hub
        try:
            while _switch(hub) is not self:
                # Somebody else's switch.
                pass
        finally:
            self._waiter = None

    def rouse(self) -> None:
        """Let the greenlet that is in `wait`, if there is one, look at what has changed."""
        if self._waiter is not None:
            self._turn.wake(self._resume_waiter, None)

    def forget_waiter(self) -> None:
        """Nobody is to be woken: whoever waits does so in another process."""
        self._waiter = None

    def take_back(self) -> None:
        """Nobody will wait for the descriptor again."""
        if self._lent:
            self._lent = False
            self._disarm()
            self._watch()

    def _hand_over(self) -> None:
        waiter = self._waiter
        if waiter is not None:
            waiter.switch(self)
            return
        self.take_back()
        if self.started and not self._suspended:
            self._turn.make_ready(self)

    def _resume_waiter(self, _: object) -> None:
        if self._waiter is not None:
            self._waiter.switch(self)

    def set_ref(self, ref: bool) -> None:
        self._ref = ref
        if self._watcher is not None:
            self._watcher.ref = ref

    def close(self) -> None:
        self.started = self._plain = False
        self.descriptor = -1
        if self._watcher is not None:
            self._watcher.stop()
            self._watcher.close()
            self._watcher = None
        self.rouse()


class ReadPump(_Pump):
    """Reads what has arrived and gives it to its owner, a chunk a step."""

    __slots__ = ("_in_a_row", "receive", "splice")

    lane = READ
    owner: Any

    def __init__(
        self, owner: Any, turn: Turn, descriptor: int, ref: bool, receive: Receive
    ) -> None:
        super().__init__(owner, turn, descriptor, _POLL_IN, ref)
        self.receive = receive
        self.splice: Splice | None = None
        self._in_a_row = 0

    def run(self) -> None:
        if not self._plain and not self._may_run():
            return
        owner = self.owner
        receive = self.receive
        try:
            chunk = receive(self.descriptor, CHUNK_SIZE)
        except (BlockingIOError, InterruptedError):
            if self._in_a_row > 0:
                self._in_a_row = -_TRIED_IN_VAIN
            return
        except OSError as error:
            owner._on_read_error(error)
            return
        size = len(chunk)
        if not size:
            owner._on_read_end()
            return
        owner.bytes_read += size
        idle = owner._idle
        if idle is not None:
            idle.touch()
        direct = owner._direct
        if direct is not None:
            owner._did_read = True
            direct(chunk)
        elif not owner._push_from_source(chunk):
            self.stop()
        if size == CHUNK_SIZE and self._turn.current is self:
            # There is probably more, which costs less to read now than when it has left the
            # processor's cache; but others are waiting.
            self._in_a_row += 1
            if self._in_a_row >= _MOST_IN_A_ROW:
                self._in_a_row = 0
            elif self._in_a_row > 0:
                self._turn.once_more(self)
            owner._on_full_chunk()

    def close(self) -> None:
        if self.splice is not None:
            self.splice.leave()
        super().close()


class OnRead(TypedDict):
    """What `onread=` takes: where received bytes go, and who is told, instead of `'data'`.

    `buffer` is a writable bytes-like object, which is used again and again, or a function that
    gives one, which is asked for another after every read. `callback(count, buffer)` is called
    when the first `count` bytes of it were received, and may block, which delays this socket
    alone; if it returns False, nothing is read until `resume()`.
    Reference: "socket.connect(options)", `onread`.
    """

    buffer: Any
    callback: Callable[..., object]


def check_on_read(value: object) -> OnRead:
    """Return what `onread=` was given, or raise `ERR_INVALID_ARG_TYPE`."""
    if not isinstance(value, Mapping):
        raise errors.invalid_arg_type("onread", "Mapping", value)
    buffer, callback = value.get("buffer"), value.get("callback")
    if not callable(callback):
        raise errors.not_callable("onread.callback", callback)
    return OnRead(
        buffer=buffer if callable(buffer) else _writable(buffer), callback=fitting(callback, 2)
    )


def _writable(buffer: Any) -> Any:
    """Return a buffer into which at least one byte can be read."""
    try:
        view = memoryview(buffer)
    except TypeError:
        view = memoryview(b"")
    if view.readonly or not view.nbytes:
        raise errors.invalid_arg_type("onread.buffer", "writable bytes-like object", buffer)
    return buffer


class BufferPump(ReadPump):
    """Reads what has arrived into the user's buffer, without a copy."""

    __slots__ = ("_buffer", "_callback", "_make_buffer", "_receive_into")

    def __init__(
        self,
        owner: Any,
        turn: Turn,
        descriptor: int,
        ref: bool,
        receive: Receive,
        receive_into: Callable[[Any], int],
        onread: OnRead,
    ) -> None:
        super().__init__(owner, turn, descriptor, ref, receive)
        self._receive_into = receive_into
        self._callback = onread["callback"]
        self._buffer: Any = onread["buffer"]
        self._make_buffer: Callable[[], Any] | None = None
        if callable(self._buffer):
            self._make_buffer = self._buffer
            self._buffer = _writable(self._make_buffer())

    def run(self) -> None:
        if not self._plain and not self._may_run():
            return
        owner = self.owner
        try:
            size = self._receive_into(self._buffer)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            owner._on_read_error(error)
            return
        if not size:
            owner._on_read_end()
            return
        owner.bytes_read += size
        if owner._idle is not None:
            owner._idle.touch()
        more = self._callback(size, self._buffer)
        if self._make_buffer is not None and not owner.destroyed:
            self._buffer = _writable(self._make_buffer())
        if more is False:
            self.pause()

    def pause(self) -> None:
        """Read nothing until the owner asks for more."""
        self.stop()
        self.owner._reading = False


class WritePump(_Pump):
    """Sends what it is given; what the system does not take at once it keeps and sends later."""

    __slots__ = ("_done", "_rest", "send")

    #: Bytes flow although a listener of the WRITE lane has blocked: it may wait for just that.
    lane = FREE
    owner: Any

    def __init__(self, owner: Any, turn: Turn, descriptor: int, ref: bool, send: Send) -> None:
        super().__init__(owner, turn, descriptor, _POLL_OUT, ref)
        self.send = send
        self._rest: memoryview | None = None
        self._done: Callable[..., object] | None = None

    def write(self, data: bytes, done: Callable[..., object]) -> None:
        """Send `data`; `done(error_or_none)` is called when all of it is sent, or has failed."""
        try:
            sent = self.send(self.descriptor, data)
        except (BlockingIOError, InterruptedError):
            sent = 0
        except OSError as error:
            if not lacks_room(error):
                done(_write_error(error))
                return
            sent = 0
        if sent == len(data):
            done(None)
        else:
            self.keep(memoryview(data)[sent:], done)

    def keep(self, rest: memoryview, done: Callable[..., object]) -> None:
        """Send `rest` as soon as the system takes it."""
        self._rest = rest
        self._done = done
        self.start()

    def run(self) -> None:
        rest = self._rest
        if rest is None or (not self._plain and not self._may_run()):
            return
        try:
            sent = self.send(self.descriptor, rest)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            if not lacks_room(error):
                self._end(_write_error(error))
            return
        idle = self.owner._idle
        if idle is not None:
            idle.touch()
        if sent == len(rest):
            self._end(None)
        else:
            self._rest = rest[sent:]

    def cancel(self) -> Callable[..., object] | None:
        """Forget what was not sent; returns who waits for it."""
        done = self._done
        self._rest = self._done = None
        return done

    def _end(self, error: OSError | None) -> None:
        done = self.cancel()
        self.stop()
        assert done is not None
        done(error)


_switch = greenlet.switch


def _write_error(error: OSError) -> errors.SystemCallError:
    return errors.system_error(error.errno or errno.EIO, "write")

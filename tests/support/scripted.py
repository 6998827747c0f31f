"""A transport in memory: the test says what arrives and what is taken, and sees what was done.

    socket, wire = scripted(room=3)
    wire.arrives(b"hello", END)
    turn()

It is the memory transport of `geventnet.testing`, whose wires the test holds.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from functools import partial
from typing import Any

import gevent

import geventnet as net
from geventnet.testing import Wire
from geventnet.testing.memory import MemoryTransport
from geventnet.transport.protocol import Context

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
    """A Socket on a scripted transport; `room` is how many bytes are taken."""
    made: list[ScriptedTransport] = []

    def make(context: Context) -> ScriptedTransport:
        made.append(ScriptedTransport(context, room))
        return made[0]

    socket = net.Socket.over(make, **options)
    return socket, made[0]


class ScriptedTransport(MemoryTransport):
    """A memory transport whose other end is the test; keeps what was asked of it."""

    def __init__(self, context: Context, room: int | None = None) -> None:
        self.incoming = Wire(capacity=None, chunks="sent")
        self.outgoing = _Outgoing(capacity=room)
        super().__init__(context, self.incoming, self.outgoing)
        self.ref = context.ref
        self.no_delay = False
        self.keep_alive: tuple[bool, int, int, int] | None = None
        self.shut_error: OSError | None = None
        self.is_shut_writing = self.is_aborted = self.is_released = self.is_closed = False

    # What the test does.

    def arrives(self, *items: bytes | OSError) -> None:
        """Bytes come, or the end, or a failure; one step each."""
        for item in items:
            if self.incoming.is_ended:
                return
            if isinstance(item, OSError):
                self.incoming.fail(item)
            elif item == END:
                self.incoming.end()
            else:
                self.incoming.send(item)

    def makes_room(self, size: int | None = None) -> None:
        """The system takes `size` bytes more, or any number."""
        capacity = self.outgoing.capacity
        self.outgoing.capacity = None if size is None or capacity is None else capacity + size

    def fails(self, error: OSError) -> None:
        """From now on every call of the system that sends fails."""
        self.outgoing.failure = error
        self.writer.look()

    @property
    def sends(self) -> list[bytes]:
        """What each call of the system has taken."""
        return self.outgoing.sends

    @property
    def sent(self) -> bytes:
        return b"".join(self.sends)

    # The protocol.

    def shut_writing(self) -> None:
        if self.shut_error is not None:
            raise self.shut_error
        self.is_shut_writing = True

    def abort(self) -> None:
        super().abort()
        self.is_aborted = True

    def set_no_delay(self, enable: bool) -> None:
        super().set_no_delay(enable)
        self.no_delay = enable

    def set_keep_alive(self, enable: bool, delay: int, interval: int, probes: int) -> None:
        self.keep_alive = enable, delay, interval, probes

    def set_ref(self, ref: bool) -> None:
        super().set_ref(ref)
        self.ref = ref

    def release(self) -> None:
        super().release()
        self.is_released = True

    def close(self) -> None:
        super().close()
        self.is_closed = True


class _Outgoing(Wire):
    """Takes as many bytes as there is room for, and keeps them; fails while it has a `failure`."""

    def __init__(self, *, capacity: int | None) -> None:
        super().__init__(capacity=capacity)
        self.sends: list[bytes] = []
        self.failure: OSError | None = None

    @property
    def is_writable(self) -> bool:
        return self.failure is not None or super().is_writable

    def send(self, data: bytes | bytearray | memoryview) -> int:
        if self.failure is not None:
            raise self.failure
        taken = super().send(data)
        if taken:
            self.sends.append(bytes(data[:taken]))
        return taken

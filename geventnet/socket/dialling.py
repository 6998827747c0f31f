"""Dialling: what a Socket does from `connect()` to `'ready'`, and what it keeps until then.

It is the observer of the dial. What is written, ended, read or reset before there is a connection
is done when `'connect'` was emitted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from .. import errors
from ..addresses.info import AddressInfo
from ..addresses.proxy import ProxyHeader
from ..connect.dial import Dial
from ..connect.target import Target
from ..loop.scheduler import Scheduler
from ..loop.tasks import FREE
from ..stream.life import Life
from ..stream.read_side import ReadSide
from ..stream.seams import Callback
from ..stream.states import DESTROYED, LIFE_CLOSED
from ..stream.write_side import WriteSide
from ..transport.handles import Handle, close_handle
from .ends import NOWHERE, Ends

__all__ = ["Dialling", "Linked"]


class Linked(Protocol):
    """The Socket, as its link knows it."""

    def once(self, event: Any, listener: Callable[..., object]) -> object: ...
    def off(self, event: Any, listener: Callable[..., object]) -> object: ...
    def emit(self, event: Any, *args: object) -> bool: ...
    def destroy(self, error: BaseException | None = None) -> object: ...
    def destroy_soon(self) -> None: ...
    def end(self) -> object: ...
    def resume(self) -> object: ...
    def is_paused(self) -> bool: ...
    def ready(self) -> bool: ...


class Connectable(Protocol):
    """The link, as its dialling knows it."""

    life: Life
    reader: ReadSide
    ref: bool

    @property
    def writer(self) -> WriteSide: ...
    def touch(self) -> None: ...
    def attempt_failed(self) -> None: ...
    def begin_life(self) -> None: ...
    def open_handle(self, handle: Handle) -> None: ...
    def read(self, size: int) -> None: ...
    def write(self, chunk: bytes, encoding: str, done: Callback) -> None: ...
    def final(self, done: Callback) -> None: ...
    def dispatched(self, size: int) -> None: ...
    def send_proxy_header(self, header: ProxyHeader | int) -> None: ...


class Dialling:
    """See the top of this file."""

    __slots__ = (
        "_dial",
        "_final_done",
        "_given",
        "_link",
        "_proxy_protocol",
        "_read_waits",
        "_reset",
        "_stream",
        "_told_connect",
        "_until",
        "_write",
        "attempted",
        "ends",
        "on_renewed",
    )

    def __init__(self, link: Connectable, stream: Linked) -> None:
        self._link = link
        self._stream = stream
        self._dial: Dial | None = None
        #: Where the last dial leads.
        self.ends: Ends = NOWHERE
        #: A handle that is not connected yet.
        self._given: Handle | None = None
        #: The addresses that were tried, if there was a choice.
        self.attempted: list[str] | None = None
        self._until: float | None = None
        #: Called when another life has begun.
        self.on_renewed: Callable[[], object] | None = None
        self._read_waits = False
        self._write: tuple[bytes, Callback] | None = None
        #: Who waits for the end to be sent.
        self._final_done: Callback | None = None
        self._reset: Callable[[], object] | None = None
        #: What is sent before anything else.
        self._proxy_protocol: ProxyHeader | int | None = None
        #: The life in which `'connect'` was emitted.
        self._told_connect: Life | None = None

    # The dial.

    def connect(self, target: Target, handle: Handle | None) -> None:
        """Begin to dial; `handle` is the descriptor of a connection that is open."""
        given, self._given = self._given, None
        link = self._link
        self.ends = Ends.of_target(target)
        self._proxy_protocol = target.proxy_protocol
        self._dial = Dial(self, target, link.ref, handle or given, self._dial)
        self._dial.start()

    def take(self, handle: Handle) -> None:
        """Own a handle that is not connected yet."""
        self._given = handle

    def surrender(self) -> None:
        """The handle is somebody else's now."""
        self._given = None

    def cancel(self) -> None:
        """Give up; nothing is told any more."""
        dial, self._dial = self._dial, None
        if dial is not None:
            dial.cancel()
        given, self._given = self._given, None
        if given is not None:
            close_handle(given)
        self._read_waits = False
        self._reset = self._final_done = None

    def set_ref(self, ref: bool) -> None:
        if self._dial is not None:
            self._dial.set_ref(ref)

    def limit(self, seconds: float | None) -> None:
        """Let blocking calls wait for the connection so long, and no longer; None is no limit."""
        self._until = None if seconds is None else self.scheduler.fresh_clock() + seconds

    def time_left(self) -> float | None:
        """How long blocking calls may still wait for the connection (seconds)."""
        end = self._until
        return None if end is None else max(0.0, end - self.scheduler.fresh_clock())

    @property
    def handle(self) -> Handle | None:
        """The descriptor that is being connected, or is to be."""
        return self._given if self._dial is None else self._dial.handle

    def local(self) -> AddressInfo | None:
        """Where the descriptor is bound."""
        return None if self._dial is None else self._dial.local()

    # What the dial tells.

    @property
    def owner(self) -> Life:
        return self._link.life

    @property
    def scheduler(self) -> Scheduler:
        return self._link.life.scheduler

    def emit(self, event: str, *args: object) -> None:
        self._link.life.emit(event, *args)

    def touch(self) -> None:
        self._link.touch()

    def attempting_several(self, attempted: list[str]) -> None:
        self.attempted = attempted

    def attempt_failed(self) -> None:
        self._dial = None
        self._link.attempt_failed()

    def failed(self, error: BaseException) -> None:
        self._stream.destroy(error)

    def listener_has_failed(self, error: BaseException) -> None:
        life = self._link.life
        life.scheduler.listener_failed(life, error)

    def replaced(self) -> None:
        self._link.begin_life()

    def connected(self, handle: Handle) -> None:
        dial, self._dial = self._dial, None
        if dial is not None:
            # connect() may have been called again, for a dial that has not begun an attempt.
            dial.cancel()
        link = self._link
        link.open_handle(handle)
        if self._proxy_protocol is not None:
            link.send_proxy_header(self._proxy_protocol)
        link.touch()
        life = link.life
        call_soon = life.scheduler.call_soon
        call_soon(life, FREE, self._emit_connect, life)
        call_soon(life, FREE, self._make_up, life)
        call_soon(life, FREE, self._emit_ready, life)
        call_soon(life, FREE, self._read_if_wanted, life)
        life.changed()

    def _emit_connect(self, life: Life) -> None:
        if life.state is not LIFE_CLOSED and not life.over:
            self._told_connect = life
            life.emit("connect")

    def _emit_ready(self, life: Life) -> None:
        if life.over:
            if self._told_connect is life:
                life.registry.tell("ready")
        elif life.state is not LIFE_CLOSED:
            life.emit("ready")

    def _read_if_wanted(self, life: Life) -> None:
        reader = self._link.reader
        if (
            life.state < DESTROYED
            and not life.over
            and reader.present
            and not self._stream.is_paused()
        ):
            reader.read(0)

    # What was asked for before.

    def _make_up(self, life: Life) -> None:
        """Do what was asked for before there was a connection."""
        if life.state >= DESTROYED or life.over:
            return
        if self._reset is not None:
            self._reset()
            return
        if self._read_waits:
            self._read_waits = False
            self._link.read(0)
        self._write_now()
        self._end_now()

    def reset_later(self, reset: Callable[[], object]) -> None:
        """Call `reset` instead of anything else once there is a connection."""
        self._reset = reset

    def read_later(self) -> None:
        """Begin to read once there is a connection."""
        self._read_waits = True

    def write_later(self, chunk: bytes, done: Callback) -> None:
        """Write `chunk` once there is a connection.

        A listener does so, so that it happens among the program's own in Node's order; `_make_up`
        does if one of those blocks.
        """
        self._write = chunk, done
        self._stream.once("connect", self._write_now)
        self._stream.once("close", self.fail_write)

    @property
    def has_write(self) -> bool:
        """Whether a write waits for the connection."""
        return self._write is not None

    @property
    def written(self) -> int:
        """The bytes that wait for the connection."""
        return 0 if self._write is None else len(self._write[0])

    def _write_now(self) -> None:
        link = self._link
        if self._write is not None and link.life.state < DESTROYED:
            # What ends now came before what was written: the end that comes after it waits for it.
            self._end_now()
            data, done = self._write
            self._write = None
            self._stream.off("close", self.fail_write)
            link.write(data, "buffer", done)

    def fail_write(self, had_error: bool = False) -> None:
        """The waiting write has failed, unless the event is the last life's."""
        if self._write is not None and self._link.life.state >= DESTROYED:
            data, done = self._write
            self._write = None
            self._link.dispatched(len(data))
            done(errors.socket_closed_before_connection())

    def forget_write(self) -> None:
        """The write that waited was the last life's."""
        self._write = None
        self._stream.off("connect", self._write_now)
        self._stream.off("close", self.fail_write)

    @property
    def has_end(self) -> bool:
        """Whether the end waits for the connection."""
        return self._final_done is not None

    def end_later(self, done: Callback) -> None:
        """Send the end once there is a connection, then call `done(error_or_none)`."""
        self._final_done = done

    def _end_now(self) -> None:
        done, self._final_done = self._final_done, None
        if done is not None:
            self._link.final(done)

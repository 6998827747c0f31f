"""Link: what a Socket is connected with, for one life.

It is the source and the sink of the stream's two sides, the holder of what the stream's life
releases, and the observer of the dial. `states.LINK` says which state may follow which; `_become`
makes the transition. There is a transport exactly while the state is OPEN, and a dial exactly while
it is DIALLING.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from operator import attrgetter
from typing import Any, Final, Protocol

from .. import errors
from ..addresses.info import FAMILY_NAMES, AddressInfo, host_and_port
from ..addresses.proxy import ProxyHeader
from ..blocking.face import BlockingFace
from ..connect.target import Target
from ..events.links import ReadyLinks
from ..events.registry import Registry
from ..loop.scheduler import Scheduler
from ..loop.tasks import FREE, WRITE
from ..loop.timers import IdleClock
from ..stream.direct import tap, untap
from ..stream.ending import reopen
from ..stream.flow import pause
from ..stream.gone import GONE
from ..stream.life import Life
from ..stream.read_side import ReadSide
from ..stream.seams import Callback, Outlet
from ..stream.states import DESTROYED, LIFE_CLOSED
from ..stream.write_side import WriteSide
from ..transport.handles import Accepted, Handle
from ..transport.protocol import Context, Reader, Transport
from .dialling import Dialling, Linked
from .ends import NOTHING_KNOWN, Ends, Known
from .opening import transport_of_accepted, transport_on
from .options import DEFAULT, Options
from .settings import USUAL, Settings
from .splicing import splice_when_full
from .states import CLOSED, DIALLING, FAILED, LINK, NEW, OPEN, LinkState

__all__ = ["PEER_GONE", "Counting", "Link", "TransportFactory", "link_of"]

#: Errors of accepted connections that are not reported: clients disconnect all the time.
PEER_GONE = ("ECONNRESET", "EPIPE")

TransportFactory = Callable[[Context], Transport]


class Counting(Protocol):
    """Who counts a connection among a server's open ones."""

    def left(self, connection: Any) -> None:
        """It has closed."""

    def tether(self) -> int:
        """Make the descriptor that travels with it, so that it goes on being counted."""


#: What the library can do without, unless the program has put something else there.
_OVERRIDABLE: Final = frozenset({"write", "end", "emit", "destroy_soon"})


class Link:
    """See the top of this file."""

    __slots__ = (
        "_finished_unmade",
        "_received",
        "_sent",
        "_stream",
        "_writer",
        "accepted_by",
        "counted_by",
        "dialling",
        "face",
        "high_water_mark",
        "idle",
        "known",
        "life",
        "options",
        "outlet",
        "reader",
        "ready_links",
        "ref",
        "settings",
        "state",
        "timeout",
        "transport",
    )

    life: Life
    reader: ReadSide

    def __init__(self, stream: Linked, options: Options, settings: Settings = USUAL) -> None:
        self._stream: Linked = stream
        self.options: Options = options
        self.settings: Settings = settings
        self.state: LinkState = NEW
        self.transport: Transport | None = None
        #: What is done and kept before there is a connection, once something is.
        self.dialling: Dialling | None = None
        self.idle: IdleClock | None = None
        self.timeout: float | None = None
        self.ref: bool = True
        #: The server that has accepted the connection.
        self.accepted_by: Any = None
        #: Who counts it among the open connections of that server, as long as it is one of them.
        self.counted_by: Counting | None = None
        self.known: Known = NOTHING_KNOWN
        #: The blocking face, once it was asked for.
        self.face: BlockingFace | None = None
        self.ready_links: ReadyLinks | None = None
        #: The counters of transports that are gone.
        self._received = self._sent = 0

    def __repr__(self) -> str:
        return repr(self._stream)

    def begin(
        self, registry: Registry, mark: int, allow_half_open: bool, scheduler: Scheduler | None
    ) -> None:
        """Make the stream that stands on this link."""
        self.life = life = Life(self._stream, registry, self, True, scheduler)
        self.reader = life.readable = reader = ReadSide(life, self, mark)
        reader.gathers = True
        self._writer: WriteSide | None = None
        #: Whether the writable side has finished before it was needed.
        self._finished_unmade = False
        #: Where bytes may go directly, from the first write on, as long as `_writer` is not made.
        self.outlet: Outlet | None = None
        self.high_water_mark: int = mark
        life.allow_half_open = allow_half_open
        #: What `'close'` tells: whether there was an error.
        life.close_arguments = (False,)

    @property
    def writer(self) -> WriteSide:
        """The writable side, which is made when it is first needed: many connections only wait."""
        writer = self._writer
        if writer is None:
            writer = WriteSide(self.life, self, self.high_water_mark, gathers=True)
            self._writer = self.life.writable_if_made = writer
            outlet, self.outlet = self.outlet, None
            if self._finished_unmade:
                writer.finish_at_once()
            elif outlet is not None:
                writer.attach(outlet)
        return writer

    @property
    def write_length(self) -> int:
        """The bytes that wait to be written."""
        return 0 if self._writer is None else self._writer.length

    @property
    def direct(self) -> Outlet | None:
        """Where bytes may go directly, if they may now."""
        return self.outlet if self._writer is None else self._writer.direct

    def make_writable(self) -> WriteSide:
        return self.writer

    def begin_life(self) -> None:
        """Begin another life, with the options that were set and nothing of what has happened."""
        last = self.life
        if self.state is not CLOSED and last.state >= DESTROYED:
            # The destroy() was cut short.
            self._release(None)
            self._leave_server()
        dialling = self.dialling
        if dialling is not None and dialling.has_write:
            dialling.forget_write()
            last.remember(errors.socket_closed_before_connection())
        self._stream.off("finish", self._destroy_finished)
        last.end_here()
        scheduler = last.scheduler
        scheduler.dismiss(last)
        life = Life(self._stream, last.registry, self)
        life.allow_half_open = last.allow_half_open
        life.close_arguments = (False,)
        self.reader = life.readable = self.reader.renewed(life, self)
        if self._writer is not None:
            self._writer = life.writable_if_made = self._writer.renewed(life, self)
        self._finished_unmade = False
        self.life = life
        if last.state >= DESTROYED:
            self.state = NEW
        else:
            scheduler.enroll(life)
        if self.face is not None:
            self.face = self.face.renewed(self)
        self.known = Known(attempted=self.known.attempted)
        self._received = self._sent = 0
        if dialling is not None and dialling.on_renewed is not None:
            dialling.on_renewed()

    def _become(self, state: LinkState) -> None:
        assert state in LINK[self.state], (self.state, state)
        self.state = state

    @property
    def connecting(self) -> bool:
        """Whether `connect()` was called and has not ended."""
        return self.state is DIALLING

    @property
    def pending(self) -> bool:
        """Whether there is no connection (yet)."""
        return self.state is not OPEN and self.state is not FAILED

    @property
    def has_handle(self) -> bool:
        """Whether a connection stands or was asked for."""
        return self.state is not NEW and self.state is not CLOSED

    # Connecting.

    def before_open(self) -> Dialling:
        """What is done, and kept, before there is a connection."""
        if self.dialling is None:
            self.dialling = Dialling(self, self._stream)
        return self.dialling

    def connect(self, stream: Linked, target: Target, on_renewed: Callable[[], object]) -> None:
        """Begin to dial; an open connection's descriptor is connected again, as in Node.

        `on_renewed` is called when another life of the `stream` begins.
        """
        self._stream = stream
        dialling = self.before_open()
        dialling.limit(None)
        dialling.on_renewed = on_renewed
        if self.life.state >= DESTROYED:
            self.begin_life()
        elif dialling.has_end and not self.has_handle:
            # An end() that came too early is sent; the stream is not ended by it.
            reopen(self.writer)
        handle = self._reuse_handle() if self.state is OPEN else None
        self._become(DIALLING)
        self.touch()
        self.life.scheduler.enroll(self.life)
        dialling.connect(target, handle)

    def _reuse_handle(self) -> Handle | None:
        """Take the handle from the transport, or close a transport that has none."""
        transport = self.transport
        assert transport is not None
        self.flush()
        handle: Handle | None = transport.handle
        self._drop_transport(errors.system_error(errno.ECANCELED, "write"), handle is None)
        self.reader.stopped()
        return handle

    def time_to_connect(self) -> float | None:
        """How long a blocking call may still wait for the connection, in seconds."""
        return None if self.dialling is None else self.dialling.time_left()

    def attempt_failed(self) -> None:
        """The only attempt has failed: this is no longer connecting."""
        self._become(FAILED)

    def touch(self) -> None:
        """Something has happened: the idle clock starts over."""
        if self.idle is not None:
            self.idle.touch()

    def dispatched(self, size: int) -> None:
        """`size` bytes count as written although they have failed."""
        self._sent += size

    # The transport.

    def open_handle(self, handle: Handle) -> None:
        """Stand on a connected descriptor."""
        self._stand_on(transport_on(self, self.settings, handle))

    def open_accepted(self, accepted: Accepted, address: object, untouched: bool) -> None:
        """Stand on a connection that accept has given, with this address of its peer."""
        self._stand_on(transport_of_accepted(self, self.settings, accepted, address, untouched))

    def open(self, make: TransportFactory) -> None:
        """Stand on the transport that `make` returns."""
        self._stand_on(make(self))

    def _stand_on(self, transport: Transport) -> None:
        self.transport = transport
        if self.state is NEW:
            # Else connect() has done so.
            self.life.scheduler.enroll(self.life)
        self._become(OPEN)
        if self.options is not DEFAULT:
            self.options.apply(transport)
        if self.idle is not None:
            transport.watch_idle(self.idle)
        tap(self.reader, transport.reader)
        if self.reader.pipes:
            splice_when_full(self)

    def prepare_to_write(self) -> None:
        """Let bytes go to the transport past the queue, from the first write on."""
        dialling = self.dialling
        transport = self.transport
        if transport is not None and (dialling is None or not dialling.has_write):
            if self._writer is None and not self._finished_unmade:
                self.outlet = transport.writer
            elif not self.writer.is_attached:
                self.writer.attach(transport.writer)

    def send_proxy_header(self, header: ProxyHeader | int) -> None:
        """Begin a new connection with a PROXY header; a number is that of a version."""
        transport = self.transport
        assert transport is not None
        if not isinstance(header, ProxyHeader):
            ends = transport.local(), transport.peer()
            version = header
            header = ProxyHeader(*(ends if None not in ends else (None, None)), version)
        transport.writer.put(header.encode())

    def begin_reading(self, paused: bool) -> None:
        """Read what an accepted connection brings, or nothing before `resume()`."""
        if paused:
            pause(self.reader)
        else:
            self.reader.ask()

    # The context of the transport.

    @property
    def owner(self) -> Life:
        return self.life

    @property
    def scheduler(self) -> Scheduler:
        return self.life.scheduler

    @property
    def sink(self) -> ReadSide:
        return self.reader

    @property
    def completion(self) -> WriteSide:
        return self.writer

    def _drop_transport(self, error: BaseException | None, close: bool) -> None:
        """Stop reading and writing; a write that is under way ends with `error`.

        With `close` the handle is closed. May be called again if it was cut short.
        """
        transport = self.transport
        if transport is None:
            return
        self._received, self._sent = transport.reader.bytes_read, transport.bytes_written
        self._unhook()
        done = transport.cancel_write()
        if done is not None:
            life = self.life
            life.scheduler.call_after_poll(life, WRITE, done, error)
        if close:
            transport.close()
        else:
            transport.release()
        self.transport = None

    def _unhook(self) -> None:
        """Take both sides of the stream off the transport."""
        untap(self.reader)
        self.outlet = None
        if self._writer is not None:
            self._writer.detach()

    # The source of the readable side.

    def read(self, size: int) -> None:
        transport = self.transport
        if transport is None:
            self.before_open().read_later()
        else:
            transport.reader.start()

    # The sink of the writable side.

    def write(self, chunk: bytes, encoding: str, done: Callback) -> None:
        transport = self.transport
        if self.state is DIALLING:
            self.before_open().write_later(chunk, done)
        elif transport is None:
            done(errors.socket_closed())
        elif self.life.errored is not None:
            # A write has failed: nothing may be sent behind it, although it is not destroyed yet.
            done(errors.stream_destroyed("write"))
        else:
            transport.writer.write(chunk, done)

    def writev(self, chunks: list[tuple[Any, str]], done: Callback) -> None:
        self.write(b"".join([chunk for chunk, _ in chunks]), "buffer", done)

    def final(self, done: Callback) -> None:
        transport = self.transport
        if transport is None:
            self.before_open().end_later(done)
            return
        try:
            transport.shut_writing()
        except OSError as error:
            # ENOTCONN is a connection that was reset, of which only the reader is to tell.
            if error.errno != errno.ENOTCONN:
                done(errors.system_error_from(error, "shutdown"))
                return
        life = self.life
        life.scheduler.call_after_poll(life, WRITE, done, None)

    def flush(self) -> None:
        """Send what was coalesced."""
        if self.transport is not None:
            self.transport.flush()

    # Counters and ends.

    @property
    def bytes_read(self) -> int:
        return self._received if self.transport is None else self.transport.reader.bytes_read

    @property
    def bytes_written(self) -> int:
        """Bytes written so far, those that wait to be sent included."""
        transport = self.transport
        total = self._sent if transport is None else transport.bytes_written
        if self.dialling is not None:
            total += self.dialling.written
        return total if self._writer is None else total + self._writer.queued_bytes()

    @property
    def handle(self) -> Handle | None:
        """The system's socket, or what has its methods, which is a dial's while connecting."""
        if self.transport is not None:
            handle: Handle | None = self.transport.handle
            return handle
        return None if self.dialling is None else self.dialling.handle

    def local_address(self) -> AddressInfo | None:
        """This end; None without a TCP connection."""
        known = self.known
        if known.local is None:
            if self.transport is not None:
                self.known = known = known._replace(local=self.transport.local())
            elif self.dialling is not None:
                return self.dialling.local()
        return known.local

    def peer_address(self) -> AddressInfo | None:
        """The other end; None once destroyed unless it was asked for before."""
        known = self.known
        if known.peer is None and self.transport is not None:
            self.known = known = known._replace(peer=self.transport.peer())
        return known.peer

    def ends(self) -> Ends:
        """Both ends, as messages show them; those of a closed connection only if it failed."""
        if self.transport is not None:
            ends = Ends.of_transport(self.transport)
            named = self.known.peer
            if self.known.proxy_peer is not None and named is not None:
                return Ends(ends.local, host_and_port(named.address, named.port))
            return ends
        if self.has_handle and self.dialling is not None:
            return self.dialling.ends
        return self.known.ended

    @property
    def attempted(self) -> list[str] | None:
        """The addresses that were tried, if there was a choice."""
        made = None if self.dialling is None else self.dialling.attempted
        return self.known.attempted if made is None else made

    @property
    def peer_name(self) -> str | None:
        return self.ends().peer

    @property
    def is_unix(self) -> bool:
        handle = self.handle
        return handle is not None and handle.family not in FAMILY_NAMES

    # The idle timeout.

    def set_timeout(self, seconds: float) -> None:
        """Emit `'timeout'` after so long without traffic; 0 is never."""
        self._stop_idle()
        if seconds:
            self.idle = IdleClock(self.life.scheduler, seconds, self._on_idle)
        if self.transport is not None:
            self.transport.watch_idle(self.idle)

    def _stop_idle(self) -> None:
        if self.idle is not None:
            self.idle.stop()
            self.idle = None

    def _on_idle(self) -> None:
        life = self.life
        life.scheduler.call_soon(life, FREE, self._emit_timeout, life)

    def _emit_timeout(self, life: Life) -> None:
        if life.state is not LIFE_CLOSED:
            life.emit("timeout")

    def set_ref(self, ref: bool) -> None:
        """Whether the connection keeps the program running."""
        self.ref = ref
        if self.transport is not None:
            self.transport.set_ref(ref)
        if self.dialling is not None:
            self.dialling.set_ref(ref)

    # Ending: the holder of the stream's life.

    @property
    def is_connection(self) -> bool:
        return True

    @property
    def is_plain(self) -> bool:
        """Whether what the library can do without is our own, in the class and in the instance."""
        return self.settings.is_plain and _OVERRIDABLE.isdisjoint(vars(self._stream))

    def may_make_writable(self) -> bool:
        return not self._finished_unmade

    def finish_at_once(self) -> bool:
        # Everything was received: a close sends a FIN, as a shutdown before it would.
        if self.transport is None or not self.is_plain:
            return False
        self.flush()
        if self._writer is not None:
            return self._writer.finish_at_once()
        self.outlet = None
        self._finished_unmade = True
        return True

    def construct(self, done: Callback) -> None:
        done(None)

    def destroy_when_finished(self) -> None:
        """Destroy the stream once everything is sent."""
        self._stream.once("finish", self._destroy_finished)

    def _destroy_finished(self) -> None:
        self._stream.destroy()

    def destroy_soon(self) -> None:
        """End the writable side, and destroy the stream once everything is sent."""
        self._stream.destroy_soon()

    def detach(self) -> int:
        """Give up the connection and return its descriptor."""
        handle = self.handle
        assert handle is not None
        if self.dialling is not None:
            self.dialling.surrender()
        self._drop_transport(None, False)
        self._stream.destroy()
        handle.setblocking(False)
        return handle.detach()

    def release(self, error: BaseException | None, done: Callback) -> None:
        life = self.life
        try:
            self._release(error)
            done(error)
            life.changed()
            self._leave_server()
        except BaseException:
            # An interrupt, or no room on the stack: what is still held is released by `closed`.
            life.scheduler.call_after_poll(life, FREE, life.released, error)
            raise

    def _release(self, error: BaseException | None) -> None:
        """Give up the connection; may be called again if it was cut short."""
        if self.state is not NEW:
            # As in Node, where a handle is closed by the loop.
            self.life.after_poll = True
        if error is not None and self.has_handle:
            self.life.close_arguments = (True,)
        self._stop_idle()
        if error is not None and self.state is not CLOSED:
            self.known = self.known._replace(ended=self.ends())
        if self.known.local is not None:
            self.known = self.known._replace(local=None)
        self._drop_transport(None, True)
        if self.dialling is not None:
            self.dialling.cancel()
        self.life.scheduler.dismiss(self.life)
        if self.state is not CLOSED:
            self._become(CLOSED)

    def _leave_server(self) -> None:
        counted_by, self.counted_by = self.counted_by, None
        if counted_by is not None:
            counted_by.left(self._stream)

    def listener_failed(self, error: BaseException | None) -> None:
        life = self.life
        if self.state is not CLOSED or life.state is DESTROYED or self.counted_by is not None:
            # The listener's destroy() was cut short.
            self.release(error, life.released)

    def closed(self) -> None:
        life = self.life
        if self.state is not CLOSED or self.counted_by is not None:
            # The release was cut short, and there was no room to say so.
            self._release(life.errored)
            self._leave_server()
        life.changed()
        if self.ready_links is not None:
            self.ready_links.ready(life.scheduler)
        dialling = self.dialling
        if dialling is not None and dialling.has_write:
            # Its listener may stand behind one that blocks or fails.
            life.scheduler.call_soon(life, FREE, dialling.fail_write)

    def let_go(self) -> bool:
        dialling = self.dialling
        if dialling is not None:
            if dialling.has_write:
                # Its failure is still to be told.
                return False
            if dialling.attempted is not None:
                self.known = self.known._replace(attempted=dialling.attempted)
            self.dialling = None
        self._stream = GONE
        if self.face is not None:
            self.face.let_go()
        return True

    def offer_error(self, error: BaseException) -> bool:
        return self.face is not None and self.face.offer_error(error)

    def error_unheard(self, error: BaseException) -> None:
        if self.face is not None:
            self.face.keep_error(error)
        elif self.accepted_by is None or getattr(error, "code", None) not in PEER_GONE:
            self.life.scheduler.report(self.life, error)

    def keeps_half_open(self) -> bool:
        # A greenlet in blocking calls learns of the end from recv(), and may want to send after
        # it: the end of this side is its own to send. Listeners learn of it from 'end'.
        return (
            self.face is not None and not self.reader.is_listened and self.buffer_reader() is None
        )

    def buffer_reader(self) -> Reader | None:
        """The reader, if the bytes go to the user's own buffer."""
        transport = self.transport
        if self.settings.onread is None or transport is None:
            return None
        return transport.reader if transport.reader.has_user_buffer else None

    def forked(self) -> None:
        self._give_up("The connection belongs to the process that this one was forked from")

    def hub_destroyed(self) -> None:
        self._give_up("The connection was closed when its hub was destroyed")

    def _give_up(self, why: str) -> None:
        """Close this process's part in the connection, and tell nobody."""
        self.counted_by = None
        self._stop_idle()
        if self.dialling is not None:
            self.dialling.cancel()
        transport, self.transport = self.transport, None
        self._unhook()
        if transport is not None:
            transport.cancel_write()
            transport.forget()
        self.life.scheduler.dismiss(self.life)
        self.state = CLOSED
        self.face = BlockingFace(self)
        self.face.keep_error(errors.NetRuntimeError(why, "ERR_SOCKET_CLOSED"))


link_of: Callable[[object], Link] = attrgetter("_net_link")

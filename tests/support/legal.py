"""What may hold together: `legal(obj)` for a stream, a Socket or a Server.

It is called between steps, where no listener is in the middle of anything. Beside what holds now it
asserts that no state was left, since the last look at the same life, in a way that the tables do
not allow. This is the one place outside of the library that knows its fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any, TypeVar

import geventnet as net
from geventnet.server.acceptor import ACCEPT, AcceptState
from geventnet.server.listening import LISTEN, ListenState
from geventnet.socket.states import LINK, LinkState
from geventnet.stream.life import Life
from geventnet.stream.read_side import ReadSide
from geventnet.stream.states import LIFE, READ_END, WRITE_END, LifeState, ReadEnd, WriteEnd
from geventnet.stream.write_side import WriteSide
from geventnet.transport.descriptor import DescriptorTransport
from geventnet.transport.protocol import Transport

__all__ = ["legal"]

_S = TypeVar("_S")
#: Whose state it is, what may follow what, and the state.
Machine = tuple[object, Mapping[Any, frozenset[Any]], Any]

_life = attrgetter("_net_life")
_reader = attrgetter("_net_reader")
_write_side_if_made = attrgetter("_net_write_side")
_link = attrgetter("_net_link")
_link_writer = attrgetter("_writer")
_listeners = attrgetter("listeners")
_chunks = attrgetter("_chunks")
_offset = attrgetter("_offset")
_outlet = attrgetter("_outlet")
_dial = attrgetter("_dial")
_given = attrgetter("_given")
_descriptor_writer = attrgetter("_writer")
_flusher = attrgetter("_flusher")
_queue = attrgetter("_queue")
_writing_length = attrgetter("_writing_length")
_write_callback = attrgetter("_callback")
_expects_callback = attrgetter("_expects_callback")
_finish_callbacks = attrgetter("finish_callbacks")
_check = attrgetter("_check")
_service = attrgetter("_net_service")
_acceptor = attrgetter("_acceptor")
_sock = attrgetter("_sock")
_timer = attrgetter("_timer")
_stop_waiting = attrgetter("_stop_waiting")
_watcher = attrgetter("_watcher")
_suspended = attrgetter("_suspended")
_lent = attrgetter("_lent")


class _Look:
    """What was seen of an object; kept in its `__dict__`, and forgotten with it."""

    def __init__(self) -> None:
        self.machines: list[Machine] = []
        self.transport: Transport | None = None


def _last_look(obj: Any) -> _Look:
    look: _Look = vars(obj).setdefault("last_look", _Look())
    return look


def legal(obj: Any) -> None:
    """Assert what must hold for `obj` between two steps."""
    if isinstance(obj, net.Server):
        machines = _server(obj)
    else:
        machines = _stream(obj)
        if isinstance(obj, net.Socket):
            machines.append(_socket(obj))
    last = _last_look(obj)
    for subject, table, before in last.machines:
        for other, other_table, now in machines:
            if other is subject and other_table is table:
                assert reaches(table, before, now), f"{now!r} follows {before!r}"
    last.machines = machines


def reaches(table: Mapping[_S, frozenset[_S]], start: _S, end: _S) -> bool:
    """Whether `end` may follow `start`, at once or after others."""
    seen, todo = {start}, [start]
    while todo:
        more = table[todo.pop()] - seen
        seen |= more
        todo += more
    return end in seen


# A stream.


def _stream(stream: Any) -> list[Machine]:
    life: Life = _life(stream)
    machines: list[Machine] = [(life, LIFE, life.state)]
    _life_of_stream(life)
    if hasattr(stream, "_net_reader"):
        reader: ReadSide = _reader(stream)
        assert life.readable in (reader, None) and reader.life is life
        assert life.readable is reader or life.state is LifeState.CLOSED
        _read_side(reader)
        machines.append((reader, READ_END, reader.end))
    # A Socket's is made when it is asked for; to ask would make it.
    writer: Any = life.writable_if_made
    kept: WriteSide | None = getattr(stream, "_net_write_side", None)
    if writer is None and life.state is LifeState.CLOSED:
        writer = kept
    assert kept is None or kept is writer
    if writer is not None:
        assert writer.life is life
        _write_side(writer)
        machines.append((writer, WRITE_END, writer.end))
    return machines


def _life_of_stream(life: Life) -> None:
    assert not life.over
    assert not life.waiting or life.busy, "tasks wait for a lane that nobody holds"
    if life.error_emitted and life.errored is None:
        # Only whoever raises what is no error, or forks, has told an error that nobody has kept.
        assert life.state is LifeState.CLOSED
    if life.state is not LifeState.CLOSED:
        assert life.is_connection == isinstance(life.stream, net.Socket)
        assert not life.after_poll or (life.is_connection and life.state >= LifeState.DESTROYED)


def _read_side(side: ReadSide) -> None:
    life, tap = side.life, side.tap
    held = 0
    if side.buffer is not None:
        chunks = _chunks(side.buffer)
        held = len(chunks) if side.objects else sum(map(len, chunks))
        held -= 0 if side.objects else _offset(side.buffer)
    assert side.length == held, f"{side.length} are counted and {held} are held"
    assert side.mark >= 0
    if not side.present:
        assert side.end is ReadEnd.ENDED
    elif side.end is ReadEnd.ENDED:
        assert not side.length, "bytes are left after 'end'"
    if life.state >= LifeState.DESTROYED:
        assert tap is None, "a destroyed stream is tapped"
    if tap is None:
        return
    listeners = _listeners(side).of("data")
    may_be_direct = (
        side.flowing is True
        and not side.length
        and side.decoder is None
        and side.end is ReadEnd.OPEN
        and not side.objects
        and len(listeners) == 1
    )
    assert tap.direct is (listeners[0] if may_be_direct else None), tap.direct
    assert (side.direct_since >= 0) == (tap.direct is not None)
    assert side.direct_since <= tap.bytes_read


def _write_side(side: WriteSide) -> None:
    life, outlet, queue = side.life, _outlet(side), _queue(side) or ()
    queued = len(queue) if side.objects else sum(len(entry.chunk) for entry in queue)
    under_way = _writing_length(side)
    assert side.length == queued + under_way, (side.length, queued, under_way)
    assert side.writing == _expects_callback(side)
    if not side.writing:
        assert under_way == 0 and _write_callback(side) is None
    assert side.corked >= 0 and side.pending >= 0 and side.taken >= 0
    if queue and not side.writing and not side.corked:
        assert life.state is not LifeState.LIVE or life.errored is not None, "the queue rests"
    if not side.present:
        assert side.end is WriteEnd.FINISHED
    elif side.end >= WriteEnd.FINALIZING:
        assert not side.length and not side.writing and not queue
    if side.end is WriteEnd.FINISHED:
        assert not side.pending and not _finish_callbacks(side) and not side.callbacks_due
    if life.state >= LifeState.DESTROYED:
        assert outlet is None, "a destroyed stream has an outlet"
    may_be_direct = (
        side.end is WriteEnd.OPEN
        and not side.writing
        and not queue
        and not side.corked
        and life.errored is None
    )
    assert side.direct is (outlet if may_be_direct else None), side.direct


# A Socket.


def _socket(socket: net.Socket) -> Machine:
    link, life = _link(socket), _life(socket)
    assert link.life is life
    assert link.reader is _reader(socket)
    assert _link_writer(link) is life.writable_if_made or life.state is LifeState.CLOSED
    assert link.outlet is None or _link_writer(link) is None, "the writable side has the outlet"
    scheduler = life.scheduler
    assert (link.transport is not None) == (link.state is LinkState.OPEN), link.state
    dialling = link.dialling
    dial = None if dialling is None else _dial(dialling)
    assert (dial is not None) == (link.state is LinkState.DIALLING), link.state
    assert (link.state is LinkState.CLOSED) == (life.state >= LifeState.RELEASED), life.state
    assert life.state is not LifeState.DESTROYED, "destroy() was cut short"
    enrolled = life in scheduler.owners
    assert enrolled == (link.state in (LinkState.DIALLING, LinkState.OPEN, LinkState.FAILED))
    assert not enrolled or _check(scheduler).active, "no turns are served"
    assert dialling is None or _given(dialling) is None or link.state is LinkState.NEW
    if link.state is LinkState.CLOSED:
        assert link.idle is None and link.counted_by is None
    transport = link.transport
    look = _last_look(socket)
    last, look.transport = look.transport, transport
    if isinstance(last, DescriptorTransport) and last is not transport:
        assert last.reader.descriptor == -1 and _watcher(last.reader) is None, "it still reads"
    assert link.reader.tap is (None if transport is None else transport.reader)
    if transport is not None:
        _transport(transport, link)
    else:
        assert _outlet_of(link) is None, "a closed transport is the outlet"
    if link.face is not None:
        assert link.face.session.life is life and link.face.session.reader is link.reader
    return life, LINK, link.state


def _outlet_of(link: Any) -> Any:
    """Where bytes may go directly, if the first write has been."""
    side = _link_writer(link)
    return link.outlet if side is None else _outlet(side)


def _transport(transport: Transport, link: Any) -> None:
    reader, side, outlet = transport.reader, _link_writer(link), _outlet_of(link)
    writer: Any = transport.writer if outlet is not None else None
    assert reader.idle is link.idle
    if isinstance(transport, DescriptorTransport):
        assert transport.handle is not None
        _watched(reader, transport.handle)
        # `transport.writer` would make one.
        writer = _descriptor_writer(transport)
        flusher = None if writer is None else _flusher(writer)
        if flusher is not None:
            _watched(flusher, transport.handle)
            assert flusher.wanted == (flusher.done is not None)
            assert (side is not None and side.writing) or not flusher.wanted, "nobody is told"
    assert outlet is None or outlet is writer
    if writer is None:
        return
    assert writer.idle is link.idle
    if transport.bytes_written > writer.bytes_written:
        assert side is None or side.direct is not None, "bytes are coalesced behind others"
        life: Life = link.life
        assert life.scheduler.dispatcher is not None or life.busy, "bytes were forgotten"


def _watched(half: Any, handle: Any) -> None:
    """The watcher runs for whom it should, on the descriptor of `handle`."""
    assert half.descriptor == handle.fileno() >= 0
    watcher = _watcher(half)
    is_active = watcher is not None and watcher.active
    if not _lent(half):
        runs_task = half.wanted and not _suspended(half)
        if not half.scheduler.stops_on_error:
            assert is_active == runs_task, (half, half.wanted, _suspended(half))
        assert not half.armed or runs_task


# A Server.


def _server(server: net.Server) -> list[Machine]:
    service = _service(server)
    listening, scheduler = service.listening, service.scheduler
    state, bound, acceptor = listening.state, listening.bound, _acceptor(listening)
    listens = state is ListenState.LISTENING
    assert not listening.over
    assert (bound is not None) == (acceptor is not None) == listens, state
    assert (listening in scheduler.owners) == listens
    assert not listens or _check(scheduler).active, "no turns are served"
    assert service.inherited is None or not listens
    connections = service.connections.open
    assert state is not ListenState.CLOSED or not connections
    for connection in connections:
        link = _link(connection)
        assert link.counted_by is not None and link.state is not LinkState.CLOSED
    machines: list[Machine] = [(listening, LISTEN, state)]
    if acceptor is not None:
        _accepting(acceptor, service.connections)
        assert _sock(acceptor) is bound.sock
        machines.append((acceptor, ACCEPT, acceptor.state))
    return machines


def _accepting(acceptor: Any, gate: Any) -> None:
    state = acceptor.state
    _watched(acceptor, _sock(acceptor))
    assert acceptor.wanted == (state is AcceptState.ACCEPTING)
    assert (_timer(acceptor) is not None) == (state is AcceptState.BACKING_OFF)
    assert (_stop_waiting(acceptor) is not None) == (state is AcceptState.POOL_FULL)
    assert state is not AcceptState.CLOSED
    if state is AcceptState.AT_LIMIT:
        assert gate.obstacle() is state, "nothing is accepted, and there is no obstacle"

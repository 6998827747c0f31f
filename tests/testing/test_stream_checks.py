"""Our own transports pass the checks of a stream; streams with a defect fail the right one."""

import contextlib
import socket as system
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import gevent
import gevent.socket
import pytest
from gevent.event import Event
from support.service import port_of

import geventnet as net
from geventnet.testing import STREAM_CHECKS, Wire, check_stream, memory_pair


def over_memory() -> tuple[net.Socket, net.Socket]:
    return memory_pair(allow_half_open=True)


def over_narrow_memory() -> tuple[net.Socket, net.Socket]:
    there, back = Wire(capacity=3000, chunks=1000), Wire(capacity=1000)
    return memory_pair(there, back, allow_half_open=True, high_water_mark=500)


def over_unix() -> tuple[net.Socket, net.Socket]:
    near, far = system.socketpair()
    return tuple(net.Socket(fd=end.detach(), allow_half_open=True) for end in (near, far))  # type: ignore[return-value]


@contextlib.contextmanager
def over_tcp() -> Iterator[tuple[net.Socket, net.Socket]]:
    server = net.create_server(allow_half_open=True)
    server.listen(0, "127.0.0.1")
    server.wait("listening")
    near = net.connect(port_of(server), "127.0.0.1", allow_half_open=True)
    far = server.wait("connection")
    server.close()
    yield near, far


def over_gevent() -> tuple[Any, Any]:
    near, far = gevent.socket.socketpair()
    return near, far


@pytest.mark.parametrize("check", STREAM_CHECKS)
@pytest.mark.parametrize(
    "make_pair", [over_memory, over_narrow_memory, over_unix, over_tcp, over_gevent]
)
def test_a_connection_passes(make_pair: Any, check: str) -> None:
    check_stream(make_pair, only=check)


class Tube(net.Duplex):
    """One end of a user's own stream: what is written is pushed into the other."""

    other: "Tube"

    def __init__(self) -> None:
        super().__init__(allow_half_open=True)
        self.wants = Event()

    def _read(self, size: int) -> None:
        self.wants.set()

    def _write(self, chunk: Any, encoding: str, callback: Callable[..., object]) -> None:
        self._give(chunk, callback)

    def _final(self, callback: Callable[..., object]) -> None:
        self._give(None, callback)

    def _give(self, chunk: Any, callback: Callable[..., object]) -> None:
        other = self.other
        if other.destroyed:
            callback(BrokenPipeError(32, "Broken pipe"))
        elif chunk is None or other.wants.is_set():
            if not other.push(chunk):
                other.wants.clear()
            callback(None)
        else:
            other.wants.rawlink(lambda _: gevent.spawn(self._give, chunk, callback))

    def _destroy(self, error: BaseException | None, callback: Callable[..., object]) -> None:
        if not self.other.destroyed:
            self.other.push(None)
        callback(error)


class Queue:
    """An object with `recv` and `sendall` over an endless queue, with a defect of a test's."""

    def __init__(self) -> None:
        self.chunks: deque[bytes] = deque()
        self.more = Event()
        self.other: Queue = self
        self.is_ended = self.is_closed = False

    def recv(self, size: int) -> bytes:
        while not self.chunks:
            if self.is_ended or self.is_closed:
                return b""
            self.more.clear()
            self.more.wait()
        chunk = self.chunks.popleft()
        if chunk[size:]:
            self.chunks.appendleft(chunk[size:])
        return chunk[:size]

    def sendall(self, data: bytes) -> None:
        if self.other.is_ended or self.other.is_closed:
            raise BrokenPipeError(32, "Broken pipe")
        self.other.chunks.append(bytes(data))
        self.other.more.set()

    def end(self) -> None:
        self.other.is_ended = True
        self.other.more.set()

    def close(self) -> None:
        self.is_closed = True
        self.more.set()
        self.end()


def queues(kind: type[Queue]) -> Callable[[], tuple[Queue, Queue]]:
    def make() -> tuple[Queue, Queue]:
        near, far = kind(), kind()
        near.other, far.other = far, near
        return near, far

    return make


def failed(make_pair: Any, **options: Any) -> set[str]:
    with pytest.raises(ExceptionGroup) as raised:
        check_stream(make_pair, **options)
    return {
        note.removeprefix("in the check ")
        for error in raised.value.exceptions
        for note in error.__notes__
    }


def test_a_users_own_duplex_passes() -> None:
    def make() -> tuple[Tube, Tube]:
        near, far = Tube(), Tube()
        near.other, far.other = far, near
        near.on("error", int)
        far.on("error", int)
        return near, far

    check_stream(make)


def test_a_queue_without_end_has_no_backpressure() -> None:
    assert failed(queues(Queue)) == {"a_fast_sender_waits_for_the_receiver"}


def test_a_receive_that_takes_before_it_waits_loses_bytes() -> None:
    class Careless(Queue):
        def recv(self, size: int) -> bytes:
            chunk = super().recv(size)
            gevent.sleep(0)
            return chunk

    assert "an_interrupted_receive_loses_nothing" in failed(queues(Careless))


def test_a_receive_that_gives_too_much() -> None:
    class Generous(Queue):
        def recv(self, size: int) -> bytes:
            return super().recv(size + 1)

    assert "a_receiver_gets_no_more_than_it_asks_for" in failed(
        queues(Generous), only="a_receiver_gets_no_more_than_it_asks_for"
    )


def test_sends_that_mix() -> None:
    class Mixing(Queue):
        def sendall(self, data: bytes) -> None:
            super().sendall(data[:100])
            gevent.sleep(0)
            super().sendall(data[100:])

    name = "messages_of_several_senders_do_not_mix"
    check_stream(queues(Mixing), only=name)
    assert failed(queues(Mixing), only=name, whole_sends=True) == {name}
    name = "an_interrupted_send_is_whole_or_nothing"
    assert failed(queues(Mixing), only=name, whole_sends=True) == {name}


def test_what_is_no_stream_is_refused() -> None:
    with pytest.raises(ExceptionGroup, match="checks of a stream"):
        check_stream(lambda: (object(), object()), only=STREAM_CHECKS[0])

"""Descriptors from outside: adopting, giving up, and listening on what is there already."""

from __future__ import annotations

import os
import socket as py_socket
import tty
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gevent.socket
import pytest
from gevent import monkey
from gevent.event import Event
from support.peers import code_of

import geventnet as net

LOCAL = "127.0.0.1"
# A patched close() waits for an iteration of the loop.
close_now: Callable[[int], None] = monkey.get_original("os", "close")


class Watch:
    """What a Socket tells, until it has closed."""

    def __init__(self, socket: net.Socket) -> None:
        self.events: list[Any] = []
        self.data = b""
        self._closed = Event()
        socket.on("data", self._on_data)
        for event in ("connect", "end", "finish", "error", "close"):
            self._listen(socket, event)
        socket.on("close", self._closed.set)

    def _on_data(self, chunk: bytes) -> None:
        self.data += chunk

    def _listen(self, socket: net.Socket, event: str) -> None:
        socket.on(net.EventName(event), lambda argument=None: self.events.append((event, argument)))

    def until_closed(self) -> list[str]:
        assert self._closed.wait(5)
        return [event for event, _ in self.events]


def close(*sockets: net.Socket | net.Server) -> None:
    for socket in sockets:
        if isinstance(socket, net.Server):
            socket.close()
        else:
            socket.destroy()
        socket.wait("close")


def is_open(fd: int) -> bool:
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


@pytest.fixture(params=["tcp", "unix"])
def ends(request: pytest.FixtureRequest) -> Iterator[tuple[py_socket.socket, py_socket.socket]]:
    """Two connected plain sockets."""
    if request.param == "unix":
        here, there = py_socket.socketpair()
    else:
        with py_socket.create_server((LOCAL, 0)) as listening:
            here = py_socket.create_connection(listening.getsockname())
            there, _ = listening.accept()
    with here, there:
        there.settimeout(5)
        yield here, there


# Socket(fd=...).


def test_the_descriptor_of_a_connection(ends: Any) -> None:
    here, there = ends
    fd = here.detach()
    socket = net.Socket(fd=fd)
    assert (socket.fileno(), socket.pending, socket.ready_state) == (fd, False, "open")
    watch = Watch(socket)
    there.sendall(b"question")
    socket.end("answer")
    assert there.recv(100) == b"answer"
    assert there.recv(100) == b""
    there.close()
    assert watch.until_closed() == ["finish", "end", "close"]
    assert watch.data == b"question"
    assert not is_open(fd)


def test_a_pipe_that_is_read() -> None:
    reading, writing = os.pipe()
    socket = net.Socket(fd=reading, writable=False)
    watch = Watch(socket)
    assert socket.ready_state == "readOnly"
    os.write(writing, b"through a pipe")
    close_now(writing)
    assert watch.until_closed() == ["end", "close"]
    assert watch.data == b"through a pipe"
    assert not is_open(reading)


def test_a_pipe_that_is_written() -> None:
    reading, writing = os.pipe()
    socket = net.Socket(fd=writing, readable=False)
    watch = Watch(socket)
    assert socket.ready_state == "writeOnly"
    socket.write("one ")
    socket.end("two")
    assert watch.until_closed() == ["finish", "close"]
    assert os.read(reading, 100) == b"one two"
    assert os.read(reading, 100) == b""
    close_now(reading)


def test_more_than_a_pipe_holds() -> None:
    reading, writing = os.pipe()
    data = os.urandom(300_000)
    source = net.Socket(fd=writing, readable=False)
    sink = Watch(net.Socket(fd=reading, writable=False))
    assert source.write(data) is False
    source.end()
    sink.until_closed()
    assert sink.data == data
    if not source.closed:
        source.wait("close")


def test_reading_what_can_only_be_written() -> None:
    reading, writing = os.pipe()
    watch = Watch(net.Socket(fd=writing))
    assert watch.until_closed() == ["error", "close"]
    assert str(watch.events[0][1]) == "read ENOTCONN"
    close_now(reading)


def test_writing_what_can_only_be_read() -> None:
    reading, writing = os.pipe()
    socket = net.Socket(fd=reading)
    watch = Watch(socket)
    socket.write("x")
    assert watch.until_closed() == ["error", "close"]
    assert str(watch.events[0][1]) == "write EPIPE"
    close_now(writing)


def test_a_terminal() -> None:
    program, terminal = os.openpty()
    tty.setraw(terminal)
    socket = net.Socket(fd=terminal)
    watch = Watch(socket)
    socket.write("prompt> ")
    assert os.read(program, 100) == b"prompt> "
    os.write(program, b"line\n")
    while not watch.data:
        gevent.sleep(0)
    close_now(program)
    assert "end" in watch.until_closed()
    assert watch.data == b"line\n"


@pytest.mark.parametrize("options", [{}, {"readable": True, "writable": False}])
def test_files_are_refused_and_stay_open(tmp_path: Path, options: dict[str, bool]) -> None:
    with open(tmp_path / "file", "w+") as file, open(os.devnull, "r+b") as null:
        for kind, fd in (("FILE", file.fileno()), ("FILE", null.fileno())):
            with pytest.raises(net.NetError, match=f"Unsupported fd type: {kind}") as raised:
                net.Socket(fd=fd, **options)  # type: ignore[arg-type]
            assert raised.value.code == "ERR_INVALID_FD_TYPE"
            assert is_open(fd)


def test_other_descriptors_are_refused(tmp_path: Path) -> None:
    directory = os.open(tmp_path, os.O_RDONLY)
    with (
        py_socket.socket(py_socket.AF_INET, py_socket.SOCK_DGRAM) as udp,
        py_socket.socket(py_socket.AF_UNIX, py_socket.SOCK_DGRAM) as datagrams,
    ):
        kinds = {directory: "UNKNOWN", udp.fileno(): "UDP", datagrams.fileno(): "UNKNOWN"}
        for fd, kind in kinds.items():
            with pytest.raises(net.NetError, match=f"Unsupported fd type: {kind}"):
                net.Socket(fd=fd)
            assert is_open(fd)
    close_now(directory)


@pytest.mark.parametrize(
    ("fd", "code"),
    [
        (-1, "ERR_OUT_OF_RANGE"),
        ("1", "ERR_INVALID_ARG_TYPE"),
        (1.5, "ERR_OUT_OF_RANGE"),
        (True, "ERR_INVALID_ARG_TYPE"),
        (99999, "ERR_INVALID_FD_TYPE"),
    ],
)
def test_what_is_no_descriptor(fd: Any, code: str) -> None:
    assert code_of(lambda: net.Socket(fd=fd)) == code


def test_a_call_that_raises_has_taken_nothing(ends: Any) -> None:
    here, _ = ends
    with pytest.raises(net.NetError):
        net.Socket(fd=here.fileno(), high_water_mark=-5)
    assert is_open(here.fileno())


def test_a_bound_descriptor_waits_for_connect() -> None:
    server = net.create_server(lambda peer: peer.end(str(peer.remote_port))).listen(0, LOCAL)
    server.wait("listening")
    bound = py_socket.socket()
    bound.bind((LOCAL, 0))
    port = bound.getsockname()[1]
    socket = net.Socket(fd=bound.detach())
    assert socket.pending
    watch = Watch(socket)
    address: Any = server.address()
    socket.connect(address.port, LOCAL)
    assert socket.local_port == port
    assert watch.until_closed() == ["connect", "end", "finish", "close"]
    assert watch.data == str(port).encode()
    close(server)


def test_a_bound_descriptor_that_is_never_connected_is_closed() -> None:
    bound = py_socket.socket()
    bound.bind((LOCAL, 0))
    fd = bound.detach()
    close(net.Socket(fd=fd))
    assert not is_open(fd)


def test_a_bound_descriptor_of_another_family() -> None:
    bound = py_socket.socket()
    bound.bind((LOCAL, 0))
    fd = bound.detach()
    socket = net.Socket(fd=fd)
    watch = Watch(socket)
    socket.connect(1, "::1")
    assert watch.until_closed() == ["error", "close"]
    assert watch.events[0][1].code == "EAFNOSUPPORT"
    assert not is_open(fd)


# Adoption and detach().


@pytest.mark.parametrize("kind", [py_socket.socket, gevent.socket.socket])
def test_adopting_a_connected_socket(ends: Any, kind: Any) -> None:
    here, there = ends
    donor = kind(here.family, here.type, fileno=here.detach())
    fd = donor.fileno()
    socket = net.Socket.adopt(donor)
    assert donor.fileno() == -1
    assert socket.fileno() == fd
    watch = Watch(socket)
    there.sendall(b"hello")
    there.shutdown(py_socket.SHUT_WR)
    assert watch.until_closed() == ["end", "finish", "close"]
    assert watch.data == b"hello"
    assert not is_open(fd)


def test_adopting_a_socket_with_what_it_has_read(ends: Any) -> None:
    here, there = ends
    donor = net.Socket(fd=here.detach())
    there.sendall(b"read ")
    while not donor.readable_length:
        gevent.sleep(0)
    there.sendall(b"and unread")
    fd = donor.fileno()
    heir = net.Socket.adopt(donor)
    assert (donor.fileno(), donor.destroyed, heir.fileno()) == (-1, True, fd)
    donor.wait("close")
    watch = Watch(heir)
    there.shutdown(py_socket.SHUT_WR)
    watch.until_closed()
    assert watch.data == b"read and unread"


def test_adopting_what_is_no_connection(tmp_path: Path) -> None:
    adopt: Any = net.Socket.adopt
    assert code_of(lambda: adopt(5)) == "ERR_INVALID_ARG_TYPE"
    assert code_of(lambda: adopt(None)) == "ERR_INVALID_ARG_TYPE"
    assert code_of(lambda: adopt(net.Socket())) == "ERR_SOCKET_CLOSED"
    closed = py_socket.socket()
    closed.close()
    assert code_of(lambda: adopt(closed)) == "ERR_SOCKET_CLOSED"
    with open(tmp_path / "file", "w") as file:
        assert code_of(lambda: adopt(file)) in ("ERR_INVALID_FD_TYPE", "ERR_INVALID_ARG_TYPE")
        assert not file.closed
    with py_socket.socket(py_socket.AF_INET, py_socket.SOCK_DGRAM) as udp:
        assert code_of(lambda: adopt(udp)) == "ERR_INVALID_FD_TYPE"
        assert udp.fileno() >= 0


def test_an_accepted_connection_leaves_its_server_when_it_is_given_up() -> None:
    heirs: list[net.Socket] = []
    server = net.create_server(lambda peer: heirs.append(net.Socket.adopt(peer)))
    server.listen(0, LOCAL)
    server.wait("listening")
    address: Any = server.address()
    client = net.connect(address.port, LOCAL)
    client.wait("connect")
    while not heirs:
        gevent.sleep(0)
    close(server)
    watch = Watch(heirs[0])
    client.end("still here")
    watch.until_closed()
    assert watch.data == b"still here"
    client.resume()
    if not client.closed:
        client.wait("close")


def test_detach_leaves_the_mode_of_the_descriptor_alone(ends: Any) -> None:
    here, there = ends
    fd = here.detach()
    socket = net.Socket(fd=fd)
    watch = Watch(socket)
    assert socket.detach() == fd
    assert not os.get_blocking(fd)
    assert socket.destroyed
    assert watch.until_closed() == ["close"]
    with py_socket.socket(fileno=fd) as plain:
        plain.sendall(b"goes on")
        assert there.recv(100) == b"goes on"


def test_what_was_written_leaves_before_detach(ends: Any) -> None:
    here, there = ends
    socket = net.Socket(fd=here.detach())
    fds: list[int] = []

    def on_data(chunk: bytes) -> None:
        socket.write("one ")
        socket.write("two")
        fds.append(socket.detach())

    socket.on("data", on_data)
    there.sendall(b"go")
    socket.wait("close")
    assert there.recv(100) == b"one two"
    close_now(fds[0])


def test_detach_loses_no_byte(ends: Any) -> None:
    here, there = ends
    socket = net.Socket(fd=here.detach())
    there.sendall(b"unread")
    while not socket.readable_length:
        gevent.sleep(0)
    assert code_of(socket.detach) == "ERR_INVALID_STATE"
    assert socket.read() == b"unread"
    while socket.write(b"x" * 100_000):
        pass
    assert code_of(socket.detach) == "ERR_INVALID_STATE"
    assert not socket.destroyed
    close(socket)
    assert code_of(socket.detach) == "ERR_SOCKET_CLOSED"
    assert code_of(net.Socket().detach) == "ERR_SOCKET_CLOSED"


# Listening on what is there already.


def greeted(server: net.Server) -> bytes:
    server.on("connection", lambda peer: peer.end("hello"))
    address: Any = server.address()
    client = net.connect(address) if isinstance(address, str) else net.connect(address.port, LOCAL)
    watch = Watch(client)
    watch.until_closed()
    return watch.data


@pytest.mark.parametrize("listens", [False, True])
@pytest.mark.parametrize("how", ["handle", "fd"])
def test_listening_on_a_plain_socket(how: str, listens: bool) -> None:
    plain = py_socket.socket()
    plain.bind((LOCAL, 0))
    if listens:
        plain.listen()
    port = plain.getsockname()[1]
    server = net.create_server()
    if how == "fd":
        server.listen(fd=plain.detach())
    else:
        server.listen(plain)
    server.wait("listening")
    address: Any = server.address()
    assert address.port == port
    assert greeted(server) == b"hello"
    close(server)
    assert plain.fileno() == -1 if how == "fd" else is_open(plain.fileno())
    plain.close()


def test_listening_on_a_gevent_socket_and_a_callback() -> None:
    plain = gevent.socket.socket()
    plain.bind((LOCAL, 0))
    called = Event()
    server = net.create_server().listen(plain, 5, called.set)
    assert called.wait(5)
    assert greeted(server) == b"hello"
    close(server)
    plain.close()


def test_listening_on_another_server() -> None:
    first = net.create_server().listen(0, LOCAL)
    first.wait("listening")
    second = net.create_server().listen(first)
    second.wait("listening")
    assert second.address() == first.address()
    assert second.fileno() != first.fileno()
    close(first)
    assert greeted(second) == b"hello"
    close(second)


def test_listening_on_a_socket_that_is_bound() -> None:
    bound = py_socket.socket()
    bound.bind((LOCAL, 0))
    handle = net.Socket(fd=bound.detach())
    server = net.create_server().listen(handle)
    server.wait("listening")
    close(handle)
    assert greeted(server) == b"hello"
    close(server)


def test_listening_on_a_unix_socket(tmp_path: Path) -> None:
    path = str(tmp_path / "socket")
    with py_socket.socket(py_socket.AF_UNIX) as plain:
        plain.bind(path)
        server = net.create_server().listen(plain)
        server.wait("listening")
        assert server.address() == path
        assert greeted(server) == b"hello"
        close(server)
    assert os.path.exists(path)


def test_listening_on_something_else(tmp_path: Path) -> None:
    server: Any = net.create_server()
    assert code_of(lambda: server.listen(object())) == "ERR_INVALID_ARG_VALUE"
    for fd in (-1, "1", True):
        assert code_of(lambda fd=fd: server.listen(fd=fd)) == "ERR_INVALID_ARG_VALUE"  # type: ignore[misc]
    with open(tmp_path / "file", "w") as file:
        for arguments in ({"fd": file.fileno()}, {"fd": 99999}):
            server.listen(**arguments)
            assert str(server.wait("error")) == "listen EINVAL: invalid argument"
        server.listen(file)
        assert server.wait("error").code == "EINVAL"
        assert not file.closed
    assert not server.listening


def test_a_listening_server_refuses_another_handle() -> None:
    server = net.create_server().listen(0, LOCAL)
    server.wait("listening")
    with py_socket.socket() as plain:
        plain.bind((LOCAL, 0))
        assert code_of(lambda: server.listen(plain)) == "ERR_SERVER_ALREADY_LISTEN"
    close(server)

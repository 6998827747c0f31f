"""Handles that are passed over a Unix socket, within a process and to another one."""

from __future__ import annotations

import json
import os
import signal
import socket as py_socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gevent
import gevent.socket
import pytest
from support.peers import code_of
from support.programs import Program
from support.service import LIMIT, LOCAL, port_of

import geventnet as net


@contextmanager
def channel() -> Iterator[tuple[net.Socket, net.Socket]]:
    one, two = py_socket.socketpair()
    here, there = (net.Socket(fd=sock.detach(), handles=True) for sock in (one, two))
    try:
        yield here, there
    finally:
        here.destroy()
        there.destroy()


@contextmanager
def connected(**options: Any) -> Iterator[tuple[net.Server, net.Socket, Any]]:
    server = net.create_server(**options)
    server.listen(0, LOCAL)
    server.wait("listening", LIMIT)
    with gevent.socket.create_connection((LOCAL, port_of(server)), LIMIT) as peer:
        yield server, server.wait("connection", LIMIT), peer
    server.drain(0)


def count(server: net.Server) -> int:
    counted: list[int] = []
    server.get_connections(lambda error, number: counted.append(number))
    with gevent.Timeout(LIMIT):
        while not counted:
            gevent.idle()
    return counted[0]


def test_a_socket_is_passed_with_what_was_read_and_with_data() -> None:
    with channel() as (here, there), connected(no_delay=True) as (server, sock, peer):
        peer.sendall(b"quest")
        with gevent.Timeout(LIMIT):
            while sock.readable_length < 5:
                gevent.idle()
        port = sock.remote_port
        here.send_handle(sock, b"who it is")
        assert sock.destroyed and server.connections is None
        got, data = there.receive_handle()
        assert data == b"who it is" and got.remote_port == port
        peer.sendall(b"ion")
        assert got.recv_exactly(8) == b"question"
        assert count(server) == 1
        got.sendall(b"answer")
        assert peer.recv(10) == b"answer"
        got.close()
        assert peer.recv(10) == b""
        with gevent.Timeout(LIMIT):
            while count(server):
                gevent.idle()


def test_handles_and_bytes_stay_in_order() -> None:
    with (
        channel() as (here, there),
        connected() as (_, one, first),
        connected() as (_, two, second),
    ):
        here.write(b"before ")
        here.send_handle(one)
        here.write(b"between ")
        gevent.spawn(here.send_handle, two, b"x" * 300_000)
        assert there.recv_exactly(7) == b"before "
        got, _ = there.receive_handle()
        assert there.recv_exactly(8) == b"between "
        other, data = there.receive_handle()
        assert data == b"x" * 300_000
        got.end(b"1")
        other.end(b"2")
        assert (first.recv(1), second.recv(1)) == (b"1", b"2")
        got.destroy()
        other.destroy()


def test_a_server_is_shared() -> None:
    blocked = net.BlockList()
    blocked.add_address("192.0.2.1")
    server = net.create_server(pause_on_connect=True, block_list=blocked)
    server.listen(0, LOCAL)
    server.wait("listening", LIMIT)
    with channel() as (here, there):
        here.send_handle(server)
        other, data = there.receive_handle()
        assert data == b"" and not other.listening and server.listening
        assert other.pause_on_connect and other.block_list.check("192.0.2.1")
        port = port_of(server)
        server.close()
        other.listen(other)
        other.wait("listening", LIMIT)
        assert port_of(other) == port
        other.drain(0)


def test_what_a_proxy_has_said_goes_along() -> None:
    trusted = net.BlockList()
    trusted.add_address(LOCAL)
    client = net.AddressInfo("2001:db8::1", "IPv6", 4711)
    header = net.ProxyHeader(client, client, tlvs=((1, b"\xff"),))
    server = net.create_server(proxy_protocol=True, trusted=trusted)
    server.listen(0, LOCAL)
    server.wait("listening", LIMIT)
    with (
        channel() as (here, there),
        gevent.socket.create_connection((LOCAL, port_of(server))) as peer,
    ):
        peer.sendall(header.encode())
        sock = server.wait("connection", LIMIT)
        here.send_handle(sock)
        got, _ = there.receive_handle()
        assert (got.remote_address, got.remote_port) == ("2001:db8::1", 4711)
        assert got.proxy_header == header and got.proxy_peer.port == peer.getsockname()[1]
        got.destroy()
    server.drain(0)


def test_a_handle_that_would_lose_bytes_stays() -> None:
    with channel() as (here, there), connected() as (server, sock, _):
        sock.write(b"x" * (1 << 23))
        assert code_of(lambda: here.send_handle(sock)) == "ERR_INVALID_STATE"
        assert not sock.destroyed and server.connections == 1
        here.sendall(b"still in order")
        assert there.recv(100) == b"still in order"


def test_what_cannot_be_passed() -> None:
    with channel() as (here, there), connected() as (server, sock, _):
        no_handle: Any = "no handle"
        assert code_of(lambda: here.send_handle(no_handle)) == "ERR_INVALID_ARG_TYPE"
        assert code_of(lambda: here.send_handle(here)) == "ERR_INVALID_ARG_TYPE"
        assert code_of(lambda: here.send_handle(net.Socket())) == "ERR_SOCKET_CLOSED"
        assert code_of(lambda: here.send_handle(net.create_server())) == "ERR_SERVER_NOT_RUNNING"
        # A TCP connection passes nothing, and neither does a Unix socket that was not told to.
        assert code_of(lambda: sock.send_handle(here)) == "ERR_INVALID_STATE"
        there.destroy()
        with pytest.raises(OSError):
            here.send_handle(sock)
        assert not sock.destroyed
        with gevent.Timeout(LIMIT):
            while count(server) > 1:
                gevent.idle()


def test_a_proxy_header_may_come_before_handles(tmp_path: Path) -> None:
    server = net.create_server(handles=True, proxy_protocol=True, trusted=net.BlockList())
    server.listen(str(tmp_path / "s"))
    server.wait("listening", LIMIT)
    with (
        connected() as (_, sock, peer),
        net.connect(str(tmp_path / "s"), handles=True, proxy_protocol=2) as here,
    ):
        here.send_handle(sock)
        there = server.wait("connection", LIMIT)
        got, _ = there.receive_handle()
        got.end(b"hello")
        assert peer.recv(10) == b"hello"
        got.destroy()
    server.drain(0)


@pytest.mark.parametrize(
    "body", [b"", b"no handle at all", b"gvnH\0\0\0\2\0\0\0\0{}", b"gvnH\xff\xff\xff\xff\0\0\0\0"]
)
def test_what_is_no_handle(body: bytes) -> None:
    with channel() as (here, there):
        here.sendall(len(body).to_bytes(4, "big") + body)
        assert code_of(there.receive_handle) == "ERR_INVALID_STATE"
        here.end()
        with pytest.raises(EOFError):
            there.receive_handle()


_SOCKET: dict[str, Any] = {
    "kind": "socket",
    "tethered": False,
    "writable": True,
    "allow_half_open": False,
    "mark": 16384,
    "max_buffered": None,
    "options": [False, False, 0, 1, 10, 0],
    "peer": None,
    "proxy_header": None,
    "proxy_peer": None,
}


_WRONG: list[dict[str, Any]] = [
    {"mark": 1e999},
    {"max_buffered": "x"},
    {"max_buffered": [1]},
    {"peer": [1, 2, 3]},
    {"proxy_header": "GET / HTTP/1.1\r\n"},
    {"options": "abcdef"},
    {"options": [False, True, 2**63, 1, 10, 0]},
    {"tethered": []},
    {"kind": "server"},
    {"kind": []},
    {"deep": "["},
]


@pytest.mark.parametrize(
    ("descriptor", "known"),
    [
        *((descriptor, _SOCKET) for descriptor in ("file", "datagram")),
        *((descriptor, {"kind": "server"}) for descriptor in ("file", "datagram", "stream")),
        *(("stream", _SOCKET | wrong) for wrong in _WRONG),
    ],
)
def test_what_is_no_handle_is_refused_and_its_descriptor_closed(
    descriptor: str, known: dict[str, Any]
) -> None:
    told = json.dumps(known).replace('"["', "[" * 50000 + "]" * 50000).encode()
    body = struct.pack("!4sII", b"gvnH", len(told), 0) + told
    before = len(os.listdir("/proc/self/fd"))
    opened = {
        "file": lambda: os.open(os.devnull, os.O_RDWR),
        "datagram": lambda: py_socket.socket(type=py_socket.SOCK_DGRAM).detach(),
        "stream": lambda: py_socket.socket().detach(),
    }[descriptor]()
    with channel() as (here, there):
        with py_socket.socket(fileno=os.dup(here.fileno())) as plain:
            py_socket.send_fds(plain, [len(body).to_bytes(4, "big")], [opened])
        os.close(opened)
        here.write(body)
        assert code_of(there.receive_handle) == "ERR_INVALID_STATE"
    assert len(os.listdir("/proc/self/fd")) == before


def test_descriptors_that_nobody_asks_for_are_closed() -> None:
    reader, writer = os.pipe()
    try:
        with channel() as (here, there):
            with py_socket.socket(fileno=os.dup(here.fileno())) as plain:
                py_socket.send_fds(plain, [b"x"], [writer])
            os.close(writer)
            assert there.recv(1) == b"x"
        gevent.idle()
        assert os.read(reader, 1) == b""
    finally:
        os.close(reader)


def test_a_timeout_loses_nothing() -> None:
    with channel() as (here, there), connected() as (_, sock, peer):
        there.settimeout(0.01)
        with pytest.raises(TimeoutError):
            there.receive_handle()
        there.settimeout(None)
        here.send_handle(sock)
        got, _ = there.receive_handle()
        got.end(b"hello")
        assert peer.recv(10) == b"hello"
        got.destroy()


WORKER = """
import sys
import geventnet as net

def work(channel):
    while True:
        try:
            sock, known = channel.receive_handle()
        except EOFError:
            break
        sock.sendall(known + sock.recv(100))
        sock.close()
    server.close()

server = net.create_server(handler=work, handles=True).listen(sys.argv[1])
server.start()
print("ready", flush=True)
server.serve_forever()
"""


@pytest.mark.parametrize("patched", [False, True], ids=["plain", "patched"])
def test_another_process(tmp_path: Path, patched: bool) -> None:
    path = tmp_path / "s"
    with Program("-c", WORKER, path, patched=patched) as worker:
        assert worker.stdout is not None and worker.stdout.readline() == "ready\n"
        with net.connect(str(path), handles=True) as there:
            for number in (b"1", b"2"):
                with connected(pause_on_connect=True) as (_, sock, peer):
                    peer.sendall(b"?")
                    there.send_handle(sock, number)
                    assert sock.bytes_read == 0
                    assert peer.recv(10) == number + b"?"
                    assert peer.recv(10) == b""
        assert worker.wait(LIMIT) == 0


def test_a_process_that_is_killed_in_the_middle_takes_nothing_else_along(tmp_path: Path) -> None:
    program = WORKER.replace("sock.sendall(known + sock.recv(100))", "gevent.spawn(echo, sock)")
    program = program.replace("        sock.close()\n", "").replace(
        "def work", "import gevent\n\ndef echo(sock):\n    sock.pipe(sock)\n\ndef work"
    )
    with (
        net.create_server(pause_on_connect=True).listen(0, LOCAL) as server,
        Program("-c", program, tmp_path / "one") as one,
        Program("-c", program, tmp_path / "two") as two,
    ):

        def connect() -> tuple[net.Socket, net.Socket]:
            peer = net.connect(port_of(server), LOCAL)
            return server.wait("connection", LIMIT), peer

        def answers(peer: net.Socket) -> bool:
            peer.sendall(b"?")
            return peer.recv_exactly(1) == b"?"

        for worker in (one, two):
            assert worker.stdout is not None and worker.stdout.readline() == "ready\n"
        (here, first), (there, second), (lost, third) = (connect() for _ in range(3))
        here.resume().pipe(here)
        with (
            net.connect(str(tmp_path / "one"), handles=True) as to_one,
            net.connect(str(tmp_path / "two"), handles=True) as to_two,
        ):
            to_one.send_handle(there)
            assert answers(first) and answers(second)
            # It takes the beginning, and no more.
            two.send_signal(signal.SIGSTOP)
            handing = gevent.spawn(to_two.send_handle, lost, bytes(1 << 24))
            with gevent.Timeout(LIMIT):
                while not lost.destroyed:
                    gevent.idle()
            assert not handing.ready() and count(server) == 3
            two.kill()
            with pytest.raises(OSError):
                handing.get(timeout=LIMIT)
            assert third.recv(1) == b""
            assert answers(first) and answers(second)
            with gevent.Timeout(LIMIT):
                while count(server) != 2:
                    gevent.idle()
        for peer in (first, second, third):
            peer.destroy()

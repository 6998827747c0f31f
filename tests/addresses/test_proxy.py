"""The PROXY protocol: headers, servers that expect them, clients that send them, and HAProxy."""

from __future__ import annotations

import shutil
import socket as py_socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gevent
import gevent.socket
import pytest
from gevent.queue import Queue
from hypothesis import given
from hypothesis import strategies as st
from support.peers import code_of
from support.service import LIMIT, LOCAL, port_of

import geventnet as net
from geventnet.addresses.proxy import LONGEST_HEADER, HeaderRefused, Parser

V4 = net.AddressInfo("192.0.2.1", "IPv4", 4711)
V4_SERVER = net.AddressInfo("198.51.100.7", "IPv4", 443)
V6 = net.AddressInfo("2001:db8::1", "IPv6", 4711)
V6_SERVER = net.AddressInfo("2001:db8::2", "IPv6", 443)
SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"


def local_only() -> net.BlockList:
    trusted = net.BlockList()
    trusted.add_subnet("127.0.0.0/8")
    trusted.add_address("::1")
    return trusted


def binary(command: int, family: int, body: bytes) -> bytes:
    return SIGNATURE + bytes([command, family]) + len(body).to_bytes(2, "big") + body


def parsed(data: bytes) -> tuple[net.ProxyHeader | None, int]:
    parser = Parser()
    count = parser.feed(data)
    return parser.header, count


def refused(data: bytes) -> str:
    with pytest.raises(HeaderRefused) as raised:
        Parser().feed(data)
    return raised.value.reason


# The header alone.

HEADERS = {
    b"PROXY TCP4 192.0.2.1 198.51.100.7 4711 443\r\n": net.ProxyHeader(V4, V4_SERVER, 1),
    b"PROXY TCP6 2001:db8::1 2001:db8::2 4711 443\r\n": net.ProxyHeader(V6, V6_SERVER, 1),
    b"PROXY UNKNOWN\r\n": net.ProxyHeader(version=1),
    binary(0x21, 0x11, b"\xc0\0\2\1\xc63d\7\x12g\1\xbb"): net.ProxyHeader(V4, V4_SERVER),
    binary(0x20, 0x00, b""): net.ProxyHeader(),
    binary(0x21, 0x31, b"/a".ljust(108, b"\0") + b"\0b".ljust(108, b"\0")): net.ProxyHeader(
        b"/a", b"\0b"
    ),
}


@pytest.mark.parametrize("data", HEADERS)
def test_a_header_is_read_and_written(data: bytes) -> None:
    assert parsed(data + b"GET /") == (HEADERS[data], len(data))
    assert HEADERS[data].encode() == data


def test_what_a_header_is_to_be_ignored_for() -> None:
    assert parsed(b"PROXY UNKNOWN ffff:: what ever\r\n")[0] == net.ProxyHeader(version=1)
    # LOCAL and unspecified ends, whatever else they carry.
    assert parsed(binary(0x20, 0x11, b"too short"))[0] == net.ProxyHeader()
    assert parsed(binary(0x21, 0x00, b"\1\2\3"))[0] == net.ProxyHeader()


def test_fields_that_nobody_knows_are_skipped() -> None:
    ends = b"\xc0\0\2\1\xc63d\7\x12g\1\xbb"
    header, _ = parsed(binary(0x21, 0x11, ends + b"\xee\0\3abc" + b"\4\0\0"))
    assert header == net.ProxyHeader(V4, V4_SERVER, tlvs=((0xEE, b"abc"), (4, b"")))


@pytest.mark.parametrize(
    "data, reason",
    [
        (b"GET / HTTP/1.1\r\n", "no PROXY header"),
        (b"P\r", "no PROXY header"),
        (b"\r\n\r\n\r", "no PROXY header"),
        (b"PROXY TCP4 192.0.2.1 198.51.100.7 4711\r\n", "malformed PROXY header"),
        (b"PROXY TCP4  192.0.2.1 198.51.100.7 4711 443\r\n", "malformed PROXY header"),
        (b"PROXY TCP4 192.0.2.01 198.51.100.7 4711 443\r\n", "malformed PROXY header"),
        (b"PROXY TCP4 192.0.2.1 198.51.100.7 04711 443\r\n", "malformed PROXY header"),
        (b"PROXY TCP4 192.0.2.1 198.51.100.7 4711 65536\r\n", "malformed PROXY header"),
        (b"PROXY TCP4 2001:db8::1 2001:db8::2 4711 443\r\n", "malformed PROXY header"),
        (b"PROXY TCP6 fe80::1%eth0 ::2 4711 443\r\n", "malformed PROXY header"),
        (b"PROXY TCP9 192.0.2.1 198.51.100.7 4711 443\r\n", "malformed PROXY header"),
        (b"PROXY \r\n", "malformed PROXY header"),
        (b"PROXY UNKNOWN " + b"x" * 100, "oversized PROXY header"),
        (binary(0x11, 0x11, b"\0" * 12), "malformed PROXY header"),
        (binary(0x22, 0x11, b"\0" * 12), "malformed PROXY header"),
        (binary(0x21, 0x12, b"\0" * 12), "malformed PROXY header"),
        (binary(0x21, 0x11, b"\0" * 11), "malformed PROXY header"),
        (binary(0x21, 0x11, b"\0" * 12 + b"\1\0"), "malformed PROXY header"),
        (binary(0x21, 0x11, b"\0" * 12 + b"\1\0\5abc"), "malformed PROXY header"),
        (SIGNATURE + b"\x21\x11\xff\xff", "oversized PROXY header"),
    ],
)
def test_what_is_refused(data: bytes, reason: str) -> None:
    assert refused(data) == reason


def test_ends_of_both_families_are_mapped() -> None:
    header, _ = parsed(net.ProxyHeader(V4, V6_SERVER).encode())
    assert header is not None and isinstance(header.source, net.AddressInfo)
    assert (header.source.address, header.source.family) == ("::ffff:192.0.2.1", "IPv6")


@pytest.mark.parametrize(
    "header",
    [
        net.ProxyHeader(V4, V4_SERVER, 3),
        net.ProxyHeader(V4, None),
        net.ProxyHeader(V4, b"/path"),
        net.ProxyHeader(b"/" * 109, b"/"),
        net.ProxyHeader(V4, V4_SERVER, 1, ((1, b""),)),
        net.ProxyHeader(V4, V4_SERVER, 2, ((256, b""),)),
        net.ProxyHeader(V4, V4_SERVER, 2, ((1, b"x" * LONGEST_HEADER),)),
        net.ProxyHeader(net.AddressInfo("nobody", "IPv4", 1), V4_SERVER),
        net.ProxyHeader(net.AddressInfo("192.0.2.1", "IPv4", 70000), V4_SERVER),
    ],
    ids=str,
)
def test_what_a_header_cannot_say(header: net.ProxyHeader) -> None:
    assert code_of(header.encode) == "ERR_INVALID_ARG_VALUE"


ports = st.integers(0, 0xFFFF)
v4 = st.builds(net.AddressInfo, st.ip_addresses(v=4).map(str), st.just("IPv4"), ports)
v6 = st.builds(net.AddressInfo, st.ip_addresses(v=6).map(str), st.just("IPv6"), ports)
tlvs = st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=40)), max_size=5).map(tuple)
headers = st.one_of(
    st.builds(net.ProxyHeader, v4, v4, st.just(2), tlvs),
    st.builds(net.ProxyHeader, v6, v6, st.just(2), tlvs),
    st.builds(net.ProxyHeader, v4, v4, st.just(1), st.just(())),
    st.builds(net.ProxyHeader, v6, v6, st.just(1), st.just(())),
)


@given(headers, st.binary(max_size=60), st.data())
def test_a_header_is_read_however_it_is_cut(
    header: net.ProxyHeader, behind: bytes, data: st.DataObject
) -> None:
    encoded = header.encode()
    stream, parser = encoded + behind, Parser()
    taken = 0
    while parser.header is None:
        assert taken < len(encoded)
        end = data.draw(st.integers(taken + 1, len(stream)))
        taken += parser.feed(stream[taken:end])
    assert taken == len(encoded)
    found = parser.header
    assert (found.version, found.tlvs) == (header.version, header.tlvs)
    assert found.encode() == encoded


chunks = st.lists(
    st.one_of(st.binary(min_size=1, max_size=40), st.just(b"PROXY TCP4 ")), max_size=9
)


@given(st.sampled_from([b"", b"PROXY ", SIGNATURE, SIGNATURE + b"\x21", *HEADERS]), chunks)
def test_whatever_comes_is_read_or_refused(begin: bytes, rest: list[bytes]) -> None:
    parser = Parser()
    taken = 0
    for chunk in [begin, *rest]:
        try:
            count = parser.feed(chunk)
        except HeaderRefused:
            return
        assert 0 <= count <= len(chunk)
        taken += count
        if parser.header is not None:
            break
        assert count == len(chunk)
    assert taken <= LONGEST_HEADER


@given(st.sampled_from(list(HEADERS)), st.data())
def test_a_header_with_a_wrong_byte_is_read_or_refused(whole: bytes, data: st.DataObject) -> None:
    spoilt = bytearray(whole)
    spoilt[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    parser = Parser()
    try:
        assert parser.feed(bytes(spoilt)) <= len(spoilt)
    except HeaderRefused as error:
        assert error.reason.endswith("PROXY header")


# Servers.


class Told:
    """A server that expects headers, and what it tells."""

    def __init__(self, **options: Any) -> None:
        given: dict[str, Any] = {"trusted": local_only(), "proxy_protocol": True} | options
        self.sockets: Queue[net.Socket] = Queue()
        self.drops: Queue[Any] = Queue()
        self.server = net.create_server(self.sockets.put, **given)
        self.server.on("drop", self.drops.put)

    def listen(self, *where: Any) -> None:
        self.server.listen(*where)
        self.server.wait("listening", LIMIT)

    def dial(self) -> Any:
        return gevent.socket.create_connection((LOCAL, port_of(self.server)), LIMIT)


@contextmanager
def serving(**options: Any) -> Iterator[Told]:
    told = Told(**options)
    told.listen(0, LOCAL)
    try:
        yield told
    finally:
        told.server.drain(0)


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("ends", [(V4, V4_SERVER), (V6, V6_SERVER)], ids=["v4", "v6"])
def test_the_client_is_whom_the_header_names(version: int, ends: Any) -> None:
    with serving() as told, told.dial() as peer:
        header = net.ProxyHeader(ends[0], ends[1], version)
        peer.sendall(header.encode() + b"hello")
        sock = told.sockets.get(timeout=LIMIT)
        client: net.AddressInfo = ends[0]
        assert (sock.remote_address, sock.remote_family, sock.remote_port) == client
        assert sock.proxy_peer == (LOCAL, "IPv4", peer.getsockname()[1])
        assert sock.proxy_header == header
        assert sock.local_port == port_of(told.server)
        assert client.address in repr(sock)
        assert sock.recv(10) == b"hello"
        assert sock.bytes_read == 5
        sock.destroy()
        assert sock.remote_address == client.address


def test_a_header_that_comes_byte_by_byte() -> None:
    with serving() as told, told.dial() as peer:
        peer.setsockopt(py_socket.IPPROTO_TCP, py_socket.TCP_NODELAY, 1)
        for byte in net.ProxyHeader(V4, V4_SERVER).encode():
            peer.sendall(bytes([byte]))
            gevent.idle()
        assert told.sockets.get(timeout=LIMIT).remote_address == V4.address


@pytest.mark.parametrize("header", [net.ProxyHeader(), net.ProxyHeader(version=1)], ids=str)
def test_a_proxy_that_speaks_for_itself(header: net.ProxyHeader) -> None:
    with serving() as told, told.dial() as peer:
        peer.sendall(header.encode())
        sock = told.sockets.get(timeout=LIMIT)
        assert (sock.remote_address, sock.remote_port) == peer.getsockname()
        assert sock.proxy_header == header and sock.proxy_peer is None


def test_a_connection_without_the_option_has_no_header() -> None:
    with serving(proxy_protocol=False) as told, told.dial() as peer:
        peer.sendall(b"PROXY UNKNOWN\r\n")
        sock = told.sockets.get(timeout=LIMIT)
        assert sock.proxy_header is None and sock.proxy_peer is None
        assert sock.recv_exactly(15) == b"PROXY UNKNOWN\r\n"


@pytest.mark.parametrize(
    "sent, reason",
    [
        (b"GET / HTTP/1.1\r\n\r\n", "no PROXY header"),
        (b"PROXY TCP5\r\n", "malformed PROXY header"),
        (SIGNATURE + b"\x21\x11\xff\xff", "oversized PROXY header"),
    ],
)
def test_what_is_no_header_is_dropped(sent: bytes, reason: str) -> None:
    with serving() as told, told.dial() as peer:
        peer.sendall(sent)
        drop = told.drops.get(timeout=LIMIT)
        assert drop.reason == reason
        assert (drop.remote_address, drop.remote_port) == peer.getsockname()
        assert (drop.local_address, drop.local_port) == (LOCAL, port_of(told.server))
        with pytest.raises(ConnectionResetError):
            peer.recv(1)
        assert told.sockets.empty() and told.server.connections == 0


@pytest.mark.parametrize("sent", [b"", b"PROXY TCP4 "])
def test_a_peer_that_ends_without_a_header(sent: bytes) -> None:
    with serving() as told, told.dial() as peer:
        peer.sendall(sent)
        peer.shutdown(py_socket.SHUT_WR)
        assert told.drops.get(timeout=LIMIT).reason == "no PROXY header"
        assert peer.recv(1) == b""


def test_a_header_that_does_not_come_in_time() -> None:
    with serving(proxy_timeout=0.05) as told, told.dial() as peer:
        peer.sendall(b"PROXY TCP4")
        assert told.drops.get(timeout=LIMIT).reason == "PROXY header timed out"
        assert peer.recv(1) == b""
        assert told.server.connections == 0


def test_nothing_is_read_from_a_peer_that_is_not_trusted() -> None:
    with serving(trusted=net.BlockList()) as told, told.dial() as peer:
        assert told.drops.get(timeout=LIMIT).reason == "untrusted peer"
        assert peer.recv(1) == b""
        assert told.sockets.empty()
    # No list at all trusts nobody.
    with serving() as told:
        told.server.trusted = None
        with told.dial():
            assert told.drops.get(timeout=LIMIT).reason == "untrusted peer"


def test_who_may_send_headers_has_to_be_said() -> None:
    assert code_of(lambda: net.create_server(proxy_protocol=True)) == "ERR_INVALID_ARG_VALUE"
    wrong: Any = "127.0.0.1"
    assert code_of(lambda: net.create_server(trusted=wrong)) == "ERR_INVALID_ARG_TYPE"
    assert code_of(lambda: net.create_server(proxy_timeout=0)) == "ERR_OUT_OF_RANGE"


def test_a_client_may_be_blocked_behind_a_trusted_proxy() -> None:
    blocked = net.BlockList()
    blocked.add_address(V4.address)
    with serving(block_list=blocked) as told:
        with told.dial() as peer:
            peer.sendall(net.ProxyHeader(V4, V4_SERVER).encode())
            assert peer.recv(1) == b""
        with told.dial() as peer:
            peer.sendall(net.ProxyHeader(V6, V6_SERVER).encode())
            assert told.sockets.get(timeout=LIMIT).remote_address == V6.address
        assert told.drops.empty()


def test_who_has_sent_no_header_yet_counts_for_the_limit() -> None:
    with serving() as told:
        told.server.max_connections = 1
        with told.dial() as first, told.dial():
            drop = told.drops.get(timeout=LIMIT)
            assert drop.reason is None
            first.sendall(b"PROXY UNKNOWN\r\n")
            told.sockets.get(timeout=LIMIT)


def test_a_unix_socket_is_guarded_by_its_mode(tmp_path: Path) -> None:
    told = Told(trusted=net.BlockList())
    told.listen(str(tmp_path / "s"))
    with gevent.socket.socket(py_socket.AF_UNIX) as peer:
        peer.connect(str(tmp_path / "s"))
        peer.sendall(net.ProxyHeader(b"/client", b"/server").encode())
        sock = told.sockets.get(timeout=LIMIT)
        assert sock.remote_address is None
        assert sock.proxy_header == net.ProxyHeader(b"/client", b"/server")
    with gevent.socket.socket(py_socket.AF_UNIX) as peer:
        peer.connect(str(tmp_path / "s"))
        peer.sendall(b"nothing of the kind")
        assert told.drops.get(timeout=LIMIT) == net.DropInfo(reason="no PROXY header")
    told.server.drain(0)


def test_nothing_behind_the_header_is_read_before_resume() -> None:
    with serving(pause_on_connect=True) as told, told.dial() as peer:
        peer.sendall(b"PROXY UNKNOWN\r\nhello")
        sock = told.sockets.get(timeout=LIMIT)
        gevent.idle()
        assert sock.bytes_read == 0 and sock.readable_length == 0
        with py_socket.socket(fileno=sock.detach()) as plain:
            assert plain.recv(10) == b"hello"


def test_handlers_run_when_the_header_has_come() -> None:
    seen: Queue[str | None] = Queue()

    def handle(sock: net.Socket) -> None:
        seen.put(sock.remote_address)
        sock.sendall(sock.recv(10))

    server = net.create_server(handler=handle, proxy_protocol=True, trusted=local_only(), spawn=1)
    server.listen(0, LOCAL)
    server.wait("listening", LIMIT)
    where = (LOCAL, port_of(server))
    with (
        gevent.socket.create_connection(where) as one,
        gevent.socket.create_connection(where) as two,
    ):
        for peer in (one, two):
            peer.sendall(net.ProxyHeader(V4, V4_SERVER).encode() + b"ping")
        assert (one.recv(10), two.recv(10)) == (b"ping", b"ping")
        assert seen.get(timeout=LIMIT) == V4.address
    server.drain(LIMIT)


@pytest.mark.parametrize("way", ["drain", "destroy"])
def test_a_server_ends_although_a_header_is_awaited(way: str) -> None:
    told = Told()
    told.listen(0, LOCAL)
    with told.dial() as peer:
        while not told.server.connections:
            gevent.idle()
        if way == "drain":
            assert told.server.drain(0).cut == 1
        else:
            told.server.close()
            told.server.close_all_connections()
            told.server.wait("close", LIMIT)
        assert peer.recv(1) == b""
    assert told.drops.empty() and told.sockets.empty()


def test_a_drop_listener_that_raises_ends_its_connection_only(reported: list[Any]) -> None:
    with serving() as told:
        told.server.once("drop", lambda drop: 1 / 0)
        with told.dial() as peer:
            peer.sendall(b"nonsense")
            told.drops.get(timeout=LIMIT)
        with told.dial() as peer:
            peer.sendall(b"PROXY UNKNOWN\r\n")
            told.sockets.get(timeout=LIMIT)
        assert isinstance(reported.pop(), ZeroDivisionError)


# Clients.


@pytest.mark.parametrize("version", [1, 2])
def test_a_client_names_its_own_ends(version: int) -> None:
    with serving() as told:
        port = port_of(told.server)
        with net.connect(port, LOCAL, proxy_protocol=version) as client:
            client.write("hello")
            sock = told.sockets.get(timeout=LIMIT)
            assert sock.proxy_header == net.ProxyHeader(
                net.AddressInfo(LOCAL, "IPv4", client.local_port or 0),
                net.AddressInfo(LOCAL, "IPv4", port),
                version,
            )
            assert sock.recv(10) == b"hello"


def test_what_was_written_before_comes_behind_the_header() -> None:
    with serving() as told:
        client = net.connect(
            port_of(told.server), LOCAL, proxy_protocol=net.ProxyHeader(V4, V4_SERVER)
        )
        client.write("early ")
        client.on("connect", lambda: client.end("late"))
        sock = told.sockets.get(timeout=LIMIT)
        assert sock.remote_address == V4.address
        assert b"".join(sock) == b"early late"
        sock.close()
        client.resume()
        client.wait("close", LIMIT)


def test_a_proxy_of_this_library_hands_its_client_on() -> None:
    with serving() as told:

        def relay(front: net.Socket) -> None:
            header = net.ProxyHeader.of(front)
            back = net.connect(port_of(told.server), LOCAL, proxy_protocol=header)
            front.pipe(back).pipe(front)

        proxy = net.create_server(relay, proxy_protocol=True, trusted=local_only())
        proxy.listen(0, LOCAL)
        proxy.wait("listening", LIMIT)
        with gevent.socket.create_connection((LOCAL, port_of(proxy))) as peer:
            peer.sendall(net.ProxyHeader(V6, V6_SERVER, 1).encode() + b"hi")
            sock = told.sockets.get(timeout=LIMIT)
            assert (sock.remote_address, sock.remote_port) == (V6.address, V6.port)
            sock.end(sock.recv(10))
            assert peer.recv(10) == b"hi"
        proxy.drain(LIMIT)


def test_a_client_on_a_unix_socket_has_no_ends_to_name(tmp_path: Path) -> None:
    told = Told()
    told.listen(str(tmp_path / "s"))
    with net.connect(str(tmp_path / "s"), proxy_protocol=1):
        assert told.sockets.get(timeout=LIMIT).proxy_header == net.ProxyHeader(version=1)
    told.server.drain(0)


@pytest.mark.parametrize("wrong", [0, 3, True, "1", net.ProxyHeader(V4, None)], ids=str)
def test_what_a_client_cannot_send(wrong: Any) -> None:
    assert code_of(lambda: net.connect(1, LOCAL, proxy_protocol=wrong)) == "ERR_INVALID_ARG_VALUE"


# HAProxy.

CONFIGURATION = """
global
    nbthread 1
defaults
    mode tcp
    timeout connect 5s
    timeout client 30s
    timeout server 30s
frontend front
    bind fd@{fd}
    default_backend back
backend back
    option redispatch
    retries 3
    server one {host}:{one} {send} check inter 100 fall 1
    server two {host}:{two} {send} check inter 100 fall 1
"""


@contextmanager
def haproxy(tmp_path: Path, one: net.Server, two: net.Server, send: str) -> Iterator[int]:
    """HAProxy in front of two servers; it listens already, on a descriptor that is ours."""
    with py_socket.create_server((LOCAL, 0)) as listening:
        file = tmp_path / "haproxy.cfg"
        file.write_text(
            CONFIGURATION.format(
                fd=listening.fileno(), host=LOCAL, one=port_of(one), two=port_of(two), send=send
            )
        )
        process = subprocess.Popen(
            ["haproxy", "-db", "-f", str(file)],
            pass_fds=[listening.fileno()],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield listening.getsockname()[1]
        finally:
            process.kill()
            while process.poll() is None:
                gevent.sleep(0.01)


@pytest.mark.skipif(shutil.which("haproxy") is None, reason="needs haproxy")
@pytest.mark.parametrize("send", ["send-proxy", "send-proxy-v2"])
def test_behind_haproxy(send: str, tmp_path: Path) -> None:
    """Two servers; one is killed, and every request is answered all the same."""
    named: list[Any] = []

    def answer(name: bytes) -> Any:
        def handle(sock: net.Socket) -> None:
            line = sock.recv_until(b"\n")
            named.append((sock.remote_address, sock.remote_port, sock.proxy_header))
            sock.sendall(name + line)

        return handle

    def server(name: bytes) -> net.Server:
        made = net.create_server(handler=answer(name), proxy_protocol=True, trusted=local_only())
        made.listen(0, LOCAL)
        made.wait("listening", LIMIT)
        return made

    def ask(port: int) -> bytes:
        with gevent.socket.create_connection((LOCAL, port), LIMIT) as peer:
            here = peer.getsockname()
            peer.sendall(b"?\n")
            answered: bytes = peer.recv(100)
            assert answered in (b"one?\n", b"two?\n")
            address, remote_port, header = named[-1]
            assert (address, remote_port) == here
            assert header.version == (1 if send == "send-proxy" else 2)
            assert header.destination == (LOCAL, "IPv4", port)
            return answered

    one, two = server(b"one"), server(b"two")
    drops: list[Any] = []
    two.on("drop", drops.append)
    with gevent.Timeout(LIMIT), haproxy(tmp_path, one, two, send) as port:
        assert {ask(port) for _ in range(8)} == {b"one?\n", b"two?\n"}
        one.drain(0)
        for _ in range(20):
            assert ask(port) == b"two?\n"
    two.drain(0)
    assert all(drop.reason == "no PROXY header" for drop in drops)

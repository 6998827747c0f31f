"""`pipeline()` and `finished()` that block, and what Node has no word on."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator
from typing import Any

import gevent
import pytest
from support.service import port_of

import geventnet as net

LOCAL = "127.0.0.1"
LIMIT = 20


class Collect(net.Writable):
    def __init__(self) -> None:
        super().__init__()
        self.got = b""

    def _write(self, chunk: bytes, encoding: str, callback: Any) -> None:
        self.got += chunk
        callback(None)


def test_without_a_callback_it_blocks_until_all_is_written() -> None:
    sink = Collect()
    assert net.pipeline([b"a", b"b"], net.PassThrough(), sink) is sink
    assert sink.got == b"ab"
    assert sink.writable_finished


def test_it_raises_what_a_stream_fails_with() -> None:
    source, sink = net.PassThrough(), Collect()
    gevent.spawn(source.destroy, LookupError("mine"))
    with pytest.raises(LookupError, match="mine"):
        net.pipeline(source, net.PassThrough(), sink)
    assert sink.destroyed


def test_cut_short_it_destroys_the_streams() -> None:
    source, sink = net.PassThrough(), Collect()
    with pytest.raises(gevent.Timeout), gevent.Timeout(0.01):
        net.pipeline(source, sink)
    assert source.destroyed and sink.destroyed


def test_a_generator_is_closed() -> None:
    closed = []

    def chunks() -> Iterator[bytes]:
        try:
            while True:
                yield b"x"
        finally:
            closed.append(True)

    class Fails(net.Writable):
        def _write(self, chunk: bytes, encoding: str, callback: Any) -> None:
            callback(LookupError("full"))

    with pytest.raises(LookupError):
        net.pipeline(chunks(), Fails())
    gc.collect()
    assert closed == [True]


def test_a_generator_that_blocks() -> None:
    def chunks() -> Iterator[bytes]:
        for part in (b"a", b"b", b"c"):
            gevent.sleep(0)
            yield part

    sink = Collect()
    net.pipeline(chunks(), sink)
    assert sink.got == b"abc"


def test_what_is_no_pipeline() -> None:
    sink: Any = Collect()
    through = net.PassThrough()
    for members, code in (
        ((), "ERR_MISSING_ARGS"),
        ((through,), "ERR_MISSING_ARGS"),
        ((sink, through), "ERR_INVALID_ARG_TYPE"),
        ((through, net.Readable.from_("x")), "ERR_INVALID_ARG_TYPE"),
        ((through, sink, sink), "ERR_INVALID_ARG_TYPE"),
        ((5, sink), "ERR_INVALID_ARG_TYPE"),
    ):
        with pytest.raises(net.NetTypeError) as caught:
            net.pipeline(*members)
        assert caught.value.code == code
    assert not through.event_names() and not sink.event_names()


def test_finished_blocks_and_leaves_no_listener() -> None:
    stream = net.PassThrough()
    gevent.spawn(lambda: stream.resume().end(b"x"))
    net.finished(stream)
    assert stream.readable_ended and stream.writable_finished
    assert not stream.event_names()
    net.finished(stream)


def test_finished_raises_the_error() -> None:
    stream = net.PassThrough()
    gevent.spawn(stream.destroy)
    with pytest.raises(net.NetError) as caught:
        net.finished(stream)
    assert caught.value.code == "ERR_STREAM_PREMATURE_CLOSE"


def test_finished_that_is_cut_short_leaves_the_stream_as_it_is() -> None:
    stream = net.PassThrough()
    with pytest.raises(gevent.Timeout), gevent.Timeout(0.01):
        net.finished(stream)
    assert not stream.destroyed and not stream.event_names()
    stream.destroy()


def echo(sock: net.Socket) -> None:
    for chunk in sock:
        sock.sendall(chunk)


def proxy_to(port: int) -> net.Server:
    def relay(sock: net.Socket) -> None:
        upstream = net.connect(port, LOCAL, allow_half_open=True)
        net.pipeline(sock, upstream, sock)

    return net.create_server(handler=relay, allow_half_open=True)


def test_a_proxy_carries_both_directions_and_both_ends() -> None:
    with (
        net.create_server(handler=echo, allow_half_open=True).listen(0, LOCAL) as server,
        proxy_to(port_of(server)).listen(0, LOCAL) as proxy,
        net.connect(proxy, allow_half_open=True) as client,
    ):
        data = bytes(range(256)) * 4096
        sending = gevent.spawn(client.sendall, data)
        assert client.recv_exactly(len(data)) == data
        sending.get(timeout=LIMIT)
        client.end()
        assert client.recv(1) == b""
        assert proxy.drain(LIMIT).cut == 0


def test_a_client_does_not_hang_when_the_upstream_refuses() -> None:
    with net.create_server().listen(0, LOCAL) as nobody:
        port = port_of(nobody)
    told: list[BaseException] = []

    def relay(sock: net.Socket) -> None:
        net.pipeline(sock, net.connect(port, LOCAL), sock, told.append)

    with net.create_server(relay).listen(0, LOCAL) as proxy, net.connect(proxy) as client:
        client.settimeout(LIMIT)
        with contextlib.suppress(ConnectionResetError):
            assert client.recv(1) == b""
        proxy.drain(LIMIT)
    assert len(told) == 1 and isinstance(told[0], ConnectionRefusedError)

"""Messages with their length in front, and lines, in both faces."""

from __future__ import annotations

from typing import Any

import gevent
import pytest

import geventnet as net

LOCAL = "127.0.0.1"
LIMIT = 20


def test_frames_there_and_back(ends: Any) -> None:
    one, other = ends
    messages = [b"", b"x", bytes(70_000), memoryview(b"view")]
    for message in messages:
        one.send_frame(message)
    assert [other.recv_frame() for _ in messages] == messages
    one.send_frame(b"short", prefix=1)
    assert other.recv_exactly(6) == b"\5short"
    one.end(net.frame(b"last", 8))
    assert list(other.frames(prefix=8)) == [b"last"]
    with pytest.raises(EOFError) as caught:
        other.recv_frame()
    assert caught.value.partial == b""  # type: ignore[attr-defined]


def test_a_frame_that_is_cut(ends: Any) -> None:
    one, other = ends
    one.sendall(net.frame(b"whole"))
    one.end(b"\0\0\0\5cut")
    frames = other.frames()
    assert next(frames) == b"whole"
    with pytest.raises(EOFError, match="recv_frame") as caught:
        next(frames)
    assert caught.value.partial == b"\0\0\0\5cut"  # type: ignore[attr-defined]


def test_a_frame_above_the_limit_is_not_received(ends: Any) -> None:
    one, other = ends
    one.sendall(b"\xff\xff\xff\xffstart")
    with pytest.raises(net.NetValueError, match="4294967295 bytes") as caught:
        other.recv_frame()
    assert caught.value.code == "ERR_OUT_OF_RANGE"
    assert other.recv_exactly(9) == b"\xff\xff\xff\xffstart"
    one.send_frame(b"123456")
    with pytest.raises(ValueError, match="limit of 5"):
        other.recv_frame(limit=5)
    assert other.recv_frame(limit=6) == b"123456"


def test_a_receive_that_is_cut_short_loses_nothing(ends: Any) -> None:
    one, other = ends
    data = net.frame(b"hello")
    for at in range(1, len(data)):
        one.sendall(data[:at])
        with pytest.raises(gevent.Timeout), gevent.Timeout(0.002):
            other.recv_frame()
        one.sendall(data[at:])
        assert other.recv_frame() == b"hello"


def test_bad_prefixes_and_messages(ends: Any) -> None:
    one, _ = ends
    with pytest.raises(ValueError, match="too long for a prefix of 1"):
        one.send_frame(bytes(256), prefix=1)
    for call in (one.recv_frame, lambda prefix: net.frame(b"", prefix)):
        with pytest.raises(net.NetValueError, match="1, 2, 4, 8"):
            call(3)
    with pytest.raises(TypeError):
        net.frame("text")


def test_lines(ends: Any) -> None:
    one, other = ends
    one.sendall(b"one\ntwo\n\nfour\n")
    lines = other.lines()
    assert [next(lines) for _ in range(4)] == [b"one", b"two", b"", b"four"]
    one.sendall(b"a\r\nb\r\n")
    one.end()
    assert list(other.lines(b"\r\n")) == [b"a", b"b"]


def test_lines_that_are_too_long_or_cut(ends: Any) -> None:
    one, other = ends
    one.sendall(b"12345\n")
    with pytest.raises(ValueError, match="within 5"):
        next(other.lines(limit=5))
    assert next(other.lines(limit=6)) == b"12345"
    one.end(b"cut")
    with pytest.raises(EOFError) as caught:
        list(other.lines())
    assert caught.value.partial == b"cut"  # type: ignore[attr-defined]


def test_frames_as_events(ends: Any) -> None:
    one, other = ends
    seen: list[bytes] = []
    decoder = net.FrameDecoder()
    decoder.on("data", seen.append)
    messages = [b"", b"x", bytes(200_000), b"last"]
    told: list[object] = []
    net.pipeline(other, decoder, told.append)
    one.end(b"".join(map(net.frame, messages)))
    decoder.wait("close", LIMIT)
    assert seen == messages
    assert told == [None]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_the_chunks_do_not_matter(size: int) -> None:
    def cut(data: bytes) -> list[bytes]:
        return [data[at : at + size] for at in range(0, len(data), size)]

    messages = [b"one", b"", b"three" * 10]
    for decoder, data in (
        (net.FrameDecoder(prefix=2), b"".join(net.frame(message, 2) for message in messages)),
        (net.LineDecoder(separator=b"\r\n"), b"".join(part + b"\r\n" for part in messages)),
    ):
        assert list(net.Readable.from_(cut(data)).pipe(decoder)) == messages


@pytest.mark.parametrize(
    ("decoder", "data"),
    [
        (lambda: net.FrameDecoder(limit=5), net.frame(b"ok") + net.frame(b"123456")),
        (lambda: net.LineDecoder(limit=5), b"ok\n12345\n"),
        (lambda: net.LineDecoder(limit=5), b"ok\n123456789"),
    ],
)
def test_a_decoder_that_is_given_too_much_fails(decoder: Any, data: bytes) -> None:
    seen: list[bytes] = []
    stream = decoder()
    stream.on("data", seen.append)
    with pytest.raises(net.NetValueError):
        net.pipeline([data], stream)
    assert seen == [b"ok"]


@pytest.mark.parametrize("decoder", [net.FrameDecoder, net.LineDecoder])
def test_an_end_within_a_message(decoder: Any) -> None:
    with pytest.raises(EOFError) as caught:
        net.pipeline([b"\0\0\0"], decoder())
    assert caught.value.partial == b"\0\0\0"  # type: ignore[attr-defined]


def test_a_long_line_is_looked_through_once() -> None:
    decoder = net.LineDecoder(limit=1 << 22)
    source = net.Readable.from_([b"x" * 1000 for _ in range(4000)] + [b"\n"])
    assert len(next(iter(source.pipe(decoder)))) == 4_000_000

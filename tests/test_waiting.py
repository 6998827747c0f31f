"""Waiting for events and iterating over streams: what blocks on an emitter that is no socket."""

import gevent
import pytest
from test_stream import Loop, Sink, Source

import geventnet as net
from geventnet import EventEmitter


@pytest.mark.parametrize(
    ("args", "result"),
    [((), None), ((1,), 1), ((None,), None), ((1, "two"), (1, "two")), (((1, 2),), (1, 2))],
)
def test_wait_returns_the_argument(args: tuple[object, ...], result: object) -> None:
    emitter = EventEmitter()
    gevent.spawn(emitter.emit, "x", *args)
    assert emitter.wait("x", timeout=5) == result
    assert emitter.event_names() == []


def test_wait_raises_the_error() -> None:
    emitter = EventEmitter()
    boom = LookupError("boom")
    gevent.spawn(emitter.emit, "error", boom)
    with pytest.raises(LookupError) as caught:
        emitter.wait("x", timeout=5)
    assert caught.value is boom
    assert emitter.event_names() == []


def test_wait_for_the_error_returns_it() -> None:
    emitter = EventEmitter()
    boom = LookupError("boom")
    gevent.spawn(emitter.emit, "error", boom)
    assert emitter.wait("error", timeout=5) is boom
    assert emitter.event_names() == []


def test_wait_has_a_limit() -> None:
    emitter = EventEmitter()
    with pytest.raises(TimeoutError):
        emitter.wait("x", timeout=0.001)
    with pytest.raises(TimeoutError):
        emitter.wait("x", 0)
    assert emitter.event_names() == []


def test_wait_is_cut_short_by_a_timeout_of_gevent() -> None:
    emitter = EventEmitter()
    with pytest.raises(gevent.Timeout), gevent.Timeout(0.001):
        emitter.wait("x")
    assert emitter.event_names() == []


def test_wait_is_cut_short_by_kill() -> None:
    emitter = EventEmitter()
    waiting = gevent.spawn(emitter.wait, "x")
    gevent.sleep(0)
    waiting.kill()
    assert emitter.event_names() == []
    assert not emitter.emit("x")


def test_several_greenlets_wait_for_one_event() -> None:
    emitter = EventEmitter()
    waiting = [gevent.spawn(emitter.wait, "x") for _ in range(3)]
    gevent.sleep(0)
    emitter.emit("x", 7)
    emitter.emit("x", 8)
    gevent.joinall(waiting, timeout=5)
    assert [one.value for one in waiting] == [7, 7, 7]


def test_the_first_of_two_emits_wins() -> None:
    emitter = EventEmitter()
    waiting = gevent.spawn(emitter.wait, "x")
    gevent.sleep(0)
    emitter.emit("x", 1)
    emitter.once("error", lambda error: None)
    emitter.emit("error", LookupError())
    assert waiting.get(timeout=5) == 1


def test_wait_for_what_holds_already() -> None:
    stream = Loop()
    assert stream.wait("drain", timeout=5) is None
    stream.resume()
    stream.end()
    stream.wait("close", timeout=5)
    for event in ("close", "finish", "end"):
        assert stream.wait(event, timeout=0.001) is None


def test_wait_for_drain() -> None:
    sink = Sink(held=True, high_water_mark=1)
    assert not sink.write("x")
    with pytest.raises(TimeoutError):
        sink.wait("drain", timeout=0.001)
    gevent.spawn(sink.due.pop(), None)
    sink.wait("drain", timeout=5)
    assert sink.write("", None)


def test_wait_raises_when_the_stream_closes_first() -> None:
    sink = Sink(held=True)
    sink.write("x")
    gevent.spawn(sink.destroy)
    with pytest.raises(net.NetError) as caught:
        sink.wait("finish", timeout=5)
    assert caught.value.code == "ERR_STREAM_PREMATURE_CLOSE"
    with pytest.raises(net.NetError) as again:
        sink.wait("finish", timeout=5)
    assert again.value.code == "ERR_STREAM_PREMATURE_CLOSE"


def test_wait_raises_the_error_of_the_stream() -> None:
    source = Source()
    boom = LookupError("boom")
    gevent.spawn(source.destroy, boom)
    with pytest.raises(LookupError) as caught:
        source.wait("end", timeout=5)
    assert caught.value is boom


@pytest.mark.parametrize("event", ["data", "readable"])
def test_wait_would_lose_data(event: str) -> None:
    source = Source(b"x")
    with pytest.raises(net.NetError, match="recv"):
        source.wait(event)
    assert source.readable_flowing is None


def test_iteration() -> None:
    source = Source(b"one", b"two", None, high_water_mark=1)
    assert b"".join(source) == b"onetwo"
    assert source.readable_ended


def test_iteration_raises_the_error() -> None:
    source = Source(b"one")
    chunks = []
    with pytest.raises(LookupError):
        for chunk in source:
            chunks.append(chunk)
            source.destroy(LookupError())
    assert chunks == [b"one"]

"""What Python adds to the streams; what Node decides is in conformance/scenarios/stream."""

import array
import gc
import weakref
from collections.abc import Callable
from functools import partial
from typing import Any

import gevent
import pytest
from gevent.event import Event
from support.service import reported

import geventnet as net
from geventnet import Duplex, EventEmitter, Readable, Writable

Done = Callable[..., object]


class Source(Readable):
    """Gives what it was made with, then what is pushed."""

    def __init__(self, *chunks: object, **options: Any) -> None:
        super().__init__(**options)
        self.chunks = list(chunks)

    def _read(self, size: int) -> None:
        if self.chunks:
            self.push(self.chunks.pop(0))


class Sink(Writable):
    """Keeps what is written; while `held`, callbacks wait in `due`."""

    def __init__(self, held: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.held = held
        self.chunks: list[Any] = []
        self.due: list[Done] = []

    def _write(self, chunk: Any, encoding: str, callback: Done) -> None:
        self.chunks.append(chunk)
        if self.held:
            self.due.append(callback)
        else:
            callback(None)


class Loop(Duplex):
    """What is written can be read."""

    def _read(self, size: int) -> None:
        pass

    def _write(self, chunk: Any, encoding: str, callback: Done) -> None:
        self.push(chunk)
        callback(None)

    def _final(self, callback: Done) -> None:
        self.push(None)
        callback(None)


def until(event: str, *streams: EventEmitter) -> None:
    """Wait for the next `event` of each of `streams`."""
    heard = [Event() for _ in streams]
    for stream, one in zip(streams, heard, strict=True):
        stream.once(event, lambda *args, one=one: one.set())
    for one in heard:
        assert one.wait(10), event


def collect(stream: Readable) -> list[Any]:
    chunks: list[Any] = []
    stream.on("data", chunks.append)
    return chunks


# What can be written and pushed.


@pytest.mark.parametrize(
    "data",
    [b"abcd", bytearray(b"abcd"), memoryview(b"xabcdx")[1:5], array.array("B", b"abcd")],
    ids=lambda data: type(data).__name__,
)
def test_bytes_like_objects(data: Any) -> None:
    sink = Sink()
    sink.write(data)
    sink.end(data)
    source = Source()
    source.push(data)
    source.unshift(data)
    assert sink.chunks == [b"abcd", b"abcd"]
    assert [type(chunk) for chunk in sink.chunks] == [bytes, bytes]
    assert source.read() == b"abcdabcd"


def test_elements_of_several_bytes_and_views_with_gaps() -> None:
    sink = Sink(high_water_mark=8)
    numbers = array.array("H", [1, 2, 3])
    sink.write(numbers)
    sink.write(memoryview(b"a-b-c-")[::2])
    assert sink.chunks == [numbers.tobytes(), b"abc"]


def test_a_buffer_that_is_used_again() -> None:
    sink = Sink(held=True)
    data = bytearray(b"first")
    sink.write(data)
    sink.write(data)
    data[:] = b"other"
    sink.held = False
    sink.due.pop()(None)
    assert sink.chunks == [b"first", b"first"]


def test_codecs_of_python() -> None:
    sink = Sink(default_encoding="cp1252")
    sink.write("\u20ac")
    sink.write("\u3042", "shift_jis")
    assert sink.chunks == [b"\x80", b"\x82\xa0"]
    source = Source().set_encoding("shift_jis")
    source.push(b"a\x82")
    source.push(b"\xa0b")
    assert source.read() == "a\u3042b"


def test_a_text_that_the_encoding_has_not() -> None:
    sink = Sink()
    with pytest.raises(UnicodeEncodeError):
        sink.write("\u3042", "cp1252")
    assert (sink.writable_length, sink.destroyed) == (0, False)
    sink.write("still usable")
    assert sink.chunks == [b"still usable"]


def test_misuse_is_the_fitting_builtin() -> None:
    sink = Sink()
    with pytest.raises(TypeError, match="chunk"):
        sink.write(7)
    with pytest.raises(TypeError, match="None"):
        sink.write(None)
    with pytest.raises(ValueError, match="Unknown encoding: none such"):
        sink.write("x", "none such")
    for wrong in (-1, 1.5, "1"):
        with pytest.raises(ValueError, match="high_water_mark"):
            Sink(high_water_mark=wrong)


# Callbacks and their order.


def test_callbacks_can_be_given_by_name() -> None:
    sink = Sink()
    order: list[str] = []
    sink.write("a", callback=lambda *error: order.append("write"))
    sink.end("b", callback=lambda *error: order.append("end"))
    until("close", sink)
    assert order == ["write", "end"]
    assert sink.chunks == [b"a", b"b"]


def test_nothing_is_emitted_inside_write_and_end_and_destroy() -> None:
    stream = Loop(high_water_mark=1)
    stream.resume()
    heard: list[str] = []
    for event in ("drain", "finish", "end", "error", "close", "resume"):
        stream.on(event, lambda *args, event=event: heard.append(event))
    stream.write("ab", lambda *error: heard.append("callback"))
    stream.end(lambda *error: heard.append("ended"))
    stream.destroy(LookupError())
    assert heard == []
    until("close", stream)
    assert heard[-2:] == ["error", "close"]


def test_ten_thousand_writes_do_not_nest() -> None:
    sink = Sink(held=True)
    calls: list[int] = []
    for number in range(10_000):
        sink.write("x", lambda *error, number=number: calls.append(number))
    sink.held = False
    sink.due.pop()(None)
    sink.end()
    until("finish", sink)
    assert calls == list(range(10_000))


def test_ten_thousand_reads_do_not_nest() -> None:
    source = Source(*[b"x"] * 10_000, None)
    chunks = collect(source)
    until("end", source)
    assert len(chunks) == 10_000


def test_a_callback_that_writes_on_and_on() -> None:
    sink = Sink()

    def more(*error: object) -> None:
        if len(sink.chunks) < 5_000:
            sink.write("x", more)
        else:
            sink.end()

    more()
    until("finish", sink)
    assert len(sink.chunks) == 5_000


# Listeners that block.


def test_a_data_listener_that_blocks_holds_the_next_chunk() -> None:
    source = Source(b"one", b"two", None, high_water_mark=1)
    go = Event()
    entered = Event()
    order: list[object] = []

    @source.on("data")
    def data(chunk: bytes) -> None:
        order.append(chunk)
        entered.set()
        go.wait(5)
        order.append("left")

    source.on("end", lambda: order.append("end"))
    entered.wait(5)
    gevent.idle()
    assert order == [b"one"]
    go.set()
    until("close", source)
    assert order == [b"one", "left", b"two", "left", "end"]


def test_a_blocked_data_listener_holds_up_no_write_callback() -> None:
    stream = Loop()
    go = Event()
    written = Event()
    stream.on("data", lambda chunk: go.wait(5))
    stream.write("x")
    gevent.idle()
    stream.write("y", lambda *error: written.set())
    assert written.wait(5)
    go.set()
    stream.end()
    until("close", stream)


def test_a_blocked_data_listener_holds_up_no_close() -> None:
    source = Source(b"x")
    go = Event()
    entered = Event()

    @source.on("data")
    def data(chunk: bytes) -> None:
        entered.set()
        go.wait(5)

    entered.wait(5)
    source.destroy()
    until("close", source)
    go.set()


def test_one_stream_does_not_hold_up_another() -> None:
    slow, quick = Source(b"slow"), Source(b"quick", None)
    go = Event()
    slow.on("data", lambda chunk: go.wait(5))
    chunks = collect(quick)
    until("end", quick)
    assert chunks == [b"quick"]
    go.set()
    slow.destroy()
    until("close", slow)


# Listeners and methods that fail.


def test_an_exception_of_a_listener_is_reported_and_destroys_the_stream() -> None:
    source = Source(b"one", b"two", None)
    boom = LookupError("boom")
    calls: list[bytes] = []

    @source.on("data")
    def data(chunk: bytes) -> None:
        calls.append(chunk)
        raise boom

    with reported() as errors:
        until("close", source)
    assert calls == [b"one"]
    assert errors == [boom]
    assert source.errored is boom


def test_a_data_listener_that_failed_is_not_called_again() -> None:
    source = Source()
    source.push(b"one")
    source.push(b"two")
    calls: list[bytes] = []

    @source.on("data")
    def data(chunk: bytes) -> None:
        calls.append(chunk)
        raise LookupError

    with reported() as errors:
        until("close", source)
    assert calls == [b"one"]
    assert len(errors) == 1


def test_an_exception_of_a_listener_reaches_the_error_listeners() -> None:
    sink = Sink()
    boom = LookupError("boom")
    heard: list[BaseException] = []
    sink.on("error", heard.append)

    @sink.on("finish")
    def finish() -> None:
        raise boom

    with reported() as errors:
        sink.end()
        until("close", sink)
    assert (errors, heard) == ([boom], [boom])


def test_an_exception_of_a_write_callback_destroys_the_stream() -> None:
    sink = Sink(auto_destroy=False)
    boom = LookupError("boom")

    def fail(*error: object) -> None:
        raise boom

    with reported() as errors:
        sink.write("x", fail)
        until("close", sink)
    assert errors == [boom]
    assert sink.errored is boom


def test_greenlet_exit_in_a_listener_destroys_without_an_error() -> None:
    source = Source(b"x")
    heard: list[object] = []
    source.on("error", heard.append)

    @source.on("data")
    def data(chunk: bytes) -> None:
        raise gevent.GreenletExit

    with reported() as errors:
        until("close", source)
    assert (errors, heard, source.errored) == ([], [], None)


def test_an_error_that_nobody_hears_is_reported_once() -> None:
    boom = LookupError("boom")
    with reported() as errors:
        source = Source()
        source.destroy(boom)
        until("close", source)
    assert errors == [boom]


@pytest.mark.parametrize("method", ["_construct", "_read", "_final", "_destroy"])
def test_a_method_that_raises_fails_the_stream(method: str) -> None:
    boom = LookupError("boom")

    class Failing(Loop):
        pass

    def fail(*args: object) -> None:
        raise boom

    setattr(Failing, method, fail)
    stream = Failing()
    heard: list[BaseException] = []
    stream.on("error", heard.append)
    if method == "_read":
        stream.resume()
    elif method == "_final":
        stream.end()
    elif method == "_destroy":
        stream.destroy()
    until("close", stream)
    assert heard == [boom]
    assert stream.errored is boom


def test_a_write_method_that_raises_is_the_callers() -> None:
    class Failing(Loop):
        def _write(self, chunk: Any, encoding: str, callback: Done) -> None:
            raise LookupError("boom")

    stream = Failing()
    with pytest.raises(LookupError, match="boom"):
        stream.write("x")
    stream.destroy()


# Waiting.


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
        source.wait(net.EventName(event))
    assert source.readable_flowing is None


# What is left behind.


def test_a_stream_that_nobody_has_is_gone() -> None:
    source, sink = Source(b"x", None), Sink()
    source.pipe(sink)
    until("close", source, sink)
    seen: list[weakref.ref[Any]] = [weakref.ref(source), weakref.ref(sink)]
    del source, sink
    gevent.idle()
    gc.collect()
    assert [one() for one in seen] == [None, None]


def test_a_closed_stream_lets_go_of_its_signal() -> None:
    controller = net.AbortController()
    stream = Loop(signal=controller.signal)
    stream.destroy()
    until("close", stream)
    seen = weakref.ref(stream)
    del stream
    gevent.idle()
    gc.collect()
    assert seen() is None
    controller.abort()


def test_callbacks_of_a_custom_writable_are_called_although_one_raises(
    reported: list[BaseException],
) -> None:
    class Held(net.Writable):
        def _write(self, chunk: bytes, encoding: str, callback: Any) -> None:
            held.append(callback)

    for failing in range(5):
        held: list[Any] = []
        called: list[int] = []
        sink = Held()

        def callback(error: object, n: int, failing: int = failing, called: Any = called) -> None:
            called.append(n)
            if n == failing:
                raise LookupError(n)

        for n in range(3):
            sink.write(b"x", partial(callback, n=n))
        sink.end(partial(callback, n=3))
        sink.end(partial(callback, n=4))
        sink.destroy()
        gevent.spawn(held[0], None).join()
        for _ in range(5):
            gevent.idle()
        assert sorted(called) == [0, 1, 2, 3, 4]
        assert [str(error) for error in reported] == [str(failing)]
        reported.clear()

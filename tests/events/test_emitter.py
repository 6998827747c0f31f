"""What Python adds to EventEmitter; what Node decides is in conformance/scenarios/events."""

import copy
import gc
import weakref
from collections.abc import Callable
from typing import Any

import gevent
import pytest

import geventnet as net
from geventnet import EventEmitter

ADDERS: list[Callable[[EventEmitter], Callable[..., Any]]] = [
    lambda emitter: emitter.on,
    lambda emitter: emitter.add_listener,
    lambda emitter: emitter.once,
    lambda emitter: emitter.prepend_listener,
    lambda emitter: emitter.prepend_once_listener,
]


class Recorder:
    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []

    def listen(self, *args: object) -> None:
        self.calls.append(args)


@pytest.mark.parametrize("adder", ADDERS)
def test_adding_as_a_decorator_gives_the_function_back(
    adder: Callable[[EventEmitter], Callable[..., Any]],
) -> None:
    emitter = EventEmitter()
    calls = []

    def listener(value: int) -> None:
        calls.append(value)

    assert adder(emitter)("x")(listener) is listener
    assert emitter.listeners("x") == [listener]
    emitter.emit("x", 1)
    assert calls == [1]


@pytest.mark.parametrize("adder", ADDERS)
def test_adding_gives_the_emitter_back(
    adder: Callable[[EventEmitter], Callable[..., Any]],
) -> None:
    emitter = EventEmitter()
    assert adder(emitter)("x", print) is emitter


def test_once_as_a_decorator_is_called_once() -> None:
    emitter = EventEmitter()
    calls = []

    @emitter.once("x")
    def listener(value: int) -> None:
        calls.append(value)

    emitter.emit("x", 1)
    emitter.emit("x", 2)
    assert calls == [1]


def test_a_bound_method_is_found_again() -> None:
    emitter = EventEmitter()
    recorder = Recorder()
    emitter.on("x", recorder.listen)
    emitter.once("x", recorder.listen)
    assert emitter.listener_count("x", recorder.listen) == 2
    emitter.off("x", recorder.listen)
    emitter.off("x", recorder.listen)
    assert not emitter.emit("x")
    assert recorder.calls == []


def test_any_hashable_is_a_name() -> None:
    emitter = EventEmitter()
    recorder = Recorder()
    token = object()
    emitter.on(token, recorder.listen)
    emitter.on(7, recorder.listen)
    assert emitter.event_names() == [token, 7]
    assert emitter.emit(token, 1)
    assert emitter.emit(7, 2)
    assert recorder.calls == [(1,), (2,)]


def test_an_exception_of_a_listener_ends_the_emit_and_is_the_callers() -> None:
    emitter = EventEmitter()
    recorder = Recorder()

    def fail() -> None:
        raise LookupError("mine")

    emitter.on("x", recorder.listen)
    emitter.on("x", fail)
    emitter.on("x", recorder.listen)
    with pytest.raises(LookupError, match="mine"):
        emitter.emit("x")
    assert recorder.calls == [()]
    emitter.off("x", fail)
    emitter.emit("x")
    assert len(recorder.calls) == 3


def test_a_once_listener_that_fails_is_gone() -> None:
    emitter = EventEmitter()

    def fail() -> None:
        raise LookupError

    emitter.once("x", fail)
    with pytest.raises(LookupError):
        emitter.emit("x")
    assert not emitter.emit("x")


def test_a_listener_may_block() -> None:
    emitter = EventEmitter()
    order = []

    def slow() -> None:
        order.append("begin")
        gevent.sleep(0)
        order.append("end")

    emitter.on("x", slow)
    emitter.on("x", lambda: order.append("next"))
    other = gevent.spawn(order.append, "other")
    emitter.emit("x")
    assert order == ["begin", "other", "end", "next"]
    other.join()


def test_too_many_listeners_warn_once_for_each_event() -> None:
    emitter = EventEmitter().set_max_listeners(2)
    with pytest.warns(RuntimeWarning, match="3 x listeners") as caught:
        for _ in range(5):
            emitter.on("x", print)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    with pytest.warns(RuntimeWarning, match="3 y listeners"):
        for _ in range(3):
            emitter.once("y", print)


def test_the_warning_says_who_has_too_many() -> None:
    class Chatty(EventEmitter):
        default_max_listeners = 1

    emitter, calm = Chatty(), EventEmitter()
    with pytest.warns(net.MaxListenersExceededWarning, match="MaxListeners is 1") as caught:
        for one in (emitter, calm):
            one.on("x", print).on("x", print)
    (warning,) = [record.message for record in caught]
    assert isinstance(warning, net.MaxListenersExceededWarning)
    assert (warning.emitter, warning.type, warning.count) == (emitter, "x", 2)
    assert calm.get_max_listeners() == 10
    assert str(copy.copy(warning)) == str(warning)


def test_misuse_is_the_fitting_builtin() -> None:
    emitter = EventEmitter()
    with pytest.raises(TypeError, match="listener") as wrong_listener:
        emitter.on("x", "text")  # type: ignore[call-overload]
    assert isinstance(wrong_listener.value, net.NetError)
    with pytest.raises(ValueError, match=">= 0"):
        emitter.set_max_listeners(-1)
    with pytest.raises(RuntimeError, match="'text'") as unheard:
        emitter.emit("error", "text")
    assert isinstance(unheard.value, net.NetError)


def test_removing_lets_go_of_the_listener() -> None:
    emitter = EventEmitter()
    recorder = Recorder()
    emitter.on("x", recorder.listen)
    emitter.once("y", recorder.listen)
    emitter.emit("y")
    emitter.off("x", recorder.listen)
    seen = weakref.ref(recorder)
    del recorder
    gc.collect()
    assert seen() is None


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
    assert not waiting.ready()
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

"""AbortController and AbortSignal, alone and on sockets and servers."""

from __future__ import annotations

import gc
import pickle
import weakref
from typing import Any

import gevent
import pytest
from gevent.event import Event
from support.loops import ON_LIBUV
from support.peers import code_of
from support.service import reported

import geventnet as net
from geventnet.testing import no_leaks

LOCAL = "127.0.0.1"


# The signal.


def test_a_signal_tells_its_listeners_once_inside_abort() -> None:
    controller = net.AbortController()
    heard: list[int] = []
    controller.signal.on("abort", lambda: heard.append(1))
    assert not controller.signal.aborted
    assert controller.signal.reason is None
    controller.abort()
    assert heard == [1]
    assert controller.signal.aborted
    controller.abort("again")
    assert heard == [1]
    assert isinstance(controller.signal.reason, net.AbortError)


def test_the_reason_is_what_abort_was_given() -> None:
    controller = net.AbortController()
    reason = ValueError("enough")
    controller.abort(reason)
    assert controller.signal.reason is reason
    with pytest.raises(ValueError, match="enough"):
        controller.signal.throw_if_aborted()


def test_the_default_reason() -> None:
    reason = net.AbortSignal.abort().reason
    assert isinstance(reason, net.AbortError)
    assert (str(reason), reason.code) == ("This operation was aborted", "ABORT_ERR")
    assert str(pickle.loads(pickle.dumps(reason))) == str(reason)


def test_a_reason_that_is_no_exception_is_wrapped_to_be_thrown() -> None:
    signal = net.AbortSignal.abort("enough")
    assert signal.reason == "enough"
    with pytest.raises(net.AbortError) as raised:
        signal.throw_if_aborted()
    assert raised.value.cause == "enough"


def test_throw_if_aborted_does_nothing_before() -> None:
    net.AbortController().signal.throw_if_aborted()


def test_a_listener_that_fails_keeps_the_signal_from_nobody() -> None:
    controller = net.AbortController()
    heard: list[int] = []
    failure = ValueError("mine")

    def fail() -> None:
        raise failure

    controller.signal.on("abort", fail)
    controller.signal.on("abort", lambda: heard.append(1))
    with reported() as errors:
        controller.abort()
    assert heard == [1]
    assert errors == [failure]


def test_any_number_of_listeners_is_no_warning(recwarn: pytest.WarningsRecorder) -> None:
    signal = net.AbortController().signal
    for _ in range(20):
        signal.on("abort", lambda: None)
    assert not recwarn.list


def test_waiting_for_an_abort() -> None:
    controller = net.AbortController()
    waiting = gevent.spawn(controller.signal.wait, "abort")
    gevent.sleep(0)
    controller.abort()
    waiting.get(timeout=5)
    assert controller.signal.wait("abort") is None


# timeout() and any().


@pytest.mark.skipif(not ON_LIBUV, reason="the loop of libev does not tell of its timers")
def test_a_timeout_that_has_struck_leaves_no_timer_in_the_loop() -> None:
    def resting() -> int:
        loop: Any = gevent.get_hub().loop
        return sum(h.type == b"timer" and not (h.active or h.closing) for h in loop.debug())

    before = resting()
    signals = [net.AbortSignal.timeout(0.01) for _ in range(5)]
    for signal in signals:
        if not signal.aborted:
            signal.wait("abort", timeout=5)
    assert resting() == before


def test_a_timeout_aborts_with_a_timeout_error() -> None:
    signal = net.AbortSignal.timeout(0.01)
    assert not signal.aborted
    signal.wait("abort", timeout=5)
    assert signal.aborted
    assert isinstance(signal.reason, TimeoutError)
    assert str(signal.reason) == "The operation was aborted due to timeout"


@pytest.mark.parametrize("through", ["alone", "any", "a listener that was removed", "a connection"])
def test_a_timeout_that_nobody_can_hear_leaves_no_timer(
    through: str,
) -> None:
    with no_leaks():
        signal = net.AbortSignal.timeout(3600)
        if through == "any":
            signal = net.AbortSignal.any([signal, net.AbortSignal.timeout(60)])
            signal.on("abort", print)
            signal.off("abort", print)
        elif through == "a listener that was removed":
            signal.on("abort", print)
            signal.off("abort", print)
        elif through == "a connection":
            net.Socket(signal=signal).destroy()
        del signal


def test_a_timeout_that_another_thread_collects_leaves_no_timer() -> None:
    collect = gevent.get_hub().threadpool.apply
    collect(gc.collect)
    with no_leaks():
        gc.disable()
        try:
            net.AbortSignal.timeout(3600)
            collect(gc.collect)
        finally:
            gc.enable()


@pytest.mark.parametrize("composed", [False, True])
def test_a_timeout_that_only_its_listener_knows_aborts(composed: bool) -> None:
    heard = Event()
    signal = net.AbortSignal.timeout(0.02)
    if composed:
        signal = net.AbortSignal.any([signal])
    signal.on("abort", heard.set)
    del signal
    gc.collect()
    assert heard.wait(5)


@pytest.mark.parametrize(
    ("delay", "code"),
    [("x", "ERR_INVALID_ARG_TYPE"), (None, "ERR_INVALID_ARG_TYPE"), (-1, "ERR_OUT_OF_RANGE")],
)
def test_a_bad_delay(delay: Any, code: str) -> None:
    assert code_of(lambda: net.AbortSignal.timeout(delay)) == code


def test_any_aborts_with_the_first_and_its_reason() -> None:
    first, second = net.AbortController(), net.AbortController()
    signal = net.AbortSignal.any([first.signal, second.signal])
    heard: list[Any] = []
    signal.on("abort", lambda: heard.append(signal.reason))
    second.abort("two")
    first.abort("one")
    assert heard == ["two"]


def test_any_of_one_that_is_aborted_is_aborted() -> None:
    signal = net.AbortSignal.any([net.AbortController().signal, net.AbortSignal.abort("done")])
    assert signal.aborted
    assert signal.reason == "done"


def test_any_of_none_never_aborts() -> None:
    assert not net.AbortSignal.any([]).aborted


def test_any_of_any() -> None:
    controller = net.AbortController()
    signal = net.AbortSignal.any([net.AbortSignal.any([controller.signal])])
    gc.collect()
    controller.abort("deep")
    assert signal.reason == "deep"


def test_any_lives_while_somebody_listens_and_no_longer() -> None:
    controller = net.AbortController()
    heard: list[int] = []

    def listener() -> None:
        heard.append(1)

    reference = weakref.ref(net.AbortSignal.any([controller.signal]).on("abort", listener))
    gc.collect()
    signal = reference()
    assert signal is not None
    signal.off("abort", listener)
    del signal
    gc.collect()
    assert reference() is None
    net.AbortSignal.any([controller.signal]).on("abort", listener)
    gc.collect()
    controller.abort()
    assert heard == [1]


@pytest.mark.parametrize("signals", [5, None, [5], [None]])
def test_any_of_something_else(signals: Any) -> None:
    assert code_of(lambda: net.AbortSignal.any(signals)) == "ERR_INVALID_ARG_TYPE"


# On sockets and servers.


class Watch:
    """What a socket tells, until it has closed."""

    def __init__(self, socket: net.Socket) -> None:
        self.seen: list[Any] = []
        self._closed = Event()
        for event in ("connect", "error", "close"):
            self._listen(socket, event)
        socket.on("close", self._closed.set)

    def _listen(self, socket: net.Socket, event: str) -> None:
        socket.on(net.EventName(event), lambda argument=None: self.seen.append((event, argument)))

    def until_closed(self) -> list[Any]:
        assert self._closed.wait(5)
        return self.seen


def test_a_signal_aborts_a_look_up() -> None:
    controller = net.AbortController()
    socket = net.connect(
        port=1, host="host.test", lookup=lambda *args: None, signal=controller.signal
    )
    watch = Watch(socket)
    controller.abort("enough")
    assert socket.destroyed
    (_, error), close = watch.until_closed()
    assert (error.code, error.cause) == ("ABORT_ERR", "enough")
    assert close[0] == "close"
    assert controller.signal.listener_count("abort") == 0


def test_a_signal_aborts_a_connection_and_is_forgotten_with_it() -> None:
    controller = net.AbortController()
    with_signal: dict[str, Any] = {"signal": controller.signal}
    server = net.create_server(lambda peer: peer.resume()).listen(0, LOCAL)
    port: Any = server.wait("listening") or server.address()
    first = net.connect(port.port, LOCAL, **with_signal)
    second = net.connect(port.port, LOCAL, **with_signal)
    first.wait("connect")
    second.wait("connect")
    assert controller.signal.listener_count("abort") == 2
    first.destroy()
    first.wait("close")
    assert controller.signal.listener_count("abort") == 1
    watch = Watch(second)
    controller.abort()
    assert [event for event, _ in watch.until_closed()] == ["error", "close"]
    assert controller.signal.listener_count("abort") == 0
    server.close()
    server.wait("close")


def test_a_signal_aborted_before() -> None:
    seen = Watch(net.Socket(signal=net.AbortSignal.abort())).until_closed()
    assert [event for event, _ in seen] == ["error", "close"]
    assert seen[0][1].code == "ABORT_ERR"


def test_a_signal_closes_a_server_and_is_forgotten_with_it() -> None:
    controller = net.AbortController()
    aborted = net.create_server().listen(port=0, host=LOCAL, signal=controller.signal)
    closed = net.create_server().listen(port=0, host=LOCAL, signal=controller.signal)
    aborted.wait("listening")
    closed.wait("listening")
    assert controller.signal.listener_count("abort") == 2
    closed.close()
    closed.wait("close")
    assert controller.signal.listener_count("abort") == 1
    controller.abort()
    aborted.wait("close")
    assert not aborted.listening
    assert controller.signal.listener_count("abort") == 0


def test_a_listen_that_fails_forgets_its_signal() -> None:
    controller = net.AbortController()
    server = net.create_server()
    server.listen(path="/nonexistent/directory/socket", signal=controller.signal)
    assert server.wait("error").code == "EACCES"
    assert controller.signal.listener_count("abort") == 0


def test_a_signal_aborted_before_closes_a_server() -> None:
    server = net.create_server()
    server.listen(port=0, host=LOCAL, signal=net.AbortSignal.abort())
    server.wait("close", timeout=5)
    assert not server.listening


@pytest.mark.parametrize("signal", [5, "x", object()])
def test_something_else_is_no_signal(signal: Any) -> None:
    assert code_of(lambda: net.Socket(signal=signal)) == "ERR_INVALID_ARG_TYPE"
    assert code_of(lambda: net.connect(1, signal=signal)) == "ERR_INVALID_ARG_TYPE"
    server = net.create_server()
    assert code_of(lambda: server.listen(port=0, signal=signal)) == "ERR_INVALID_ARG_TYPE"


def test_a_listener_that_is_cut_short_keeps_the_signal_from_nobody() -> None:
    controller = net.AbortController()
    dependant = net.AbortSignal.any([controller.signal])
    heard: list[str] = []
    controller.signal.on("abort", lambda: gevent.sleep(10))
    controller.signal.on("abort", lambda: heard.append("second"))
    dependant.on("abort", lambda: heard.append("dependant"))
    with pytest.raises(gevent.Timeout), gevent.Timeout(0.01):
        controller.abort()
    assert heard == ["second", "dependant"]

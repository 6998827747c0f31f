"""`close(); listen()` in one step: what was due for one life of a server is not for the next."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gevent
import pytest
from gevent.event import Event
from support.service import LIMIT, LOCAL, port_of

import geventnet as net

#: An event of the tests' own.
MINE = net.EventName("mine")

#: How long something that must not return is given to do so.
MOMENT = 0.05

Listen = Callable[[net.Server], object]


@pytest.fixture(params=["any", "ip", "name", "path"])
def listen(request: pytest.FixtureRequest, tmp_path: Path) -> Listen:
    """Listens: at once (any, path), in the same turn (ip), or after a look-up (name)."""
    ways: dict[str, Listen] = {
        "any": lambda server: server.listen(0),
        "ip": lambda server: server.listen(0, LOCAL),
        "name": lambda server: server.listen(0, "localhost"),
        "path": lambda server: server.listen(os.fspath(tmp_path / "socket")),
    }
    return ways[request.param]


@pytest.fixture
def server() -> Iterator[net.Server]:
    server = net.create_server()
    yield server
    if not server.ready():
        server.close()
        server.wait("close", LIMIT)


@pytest.fixture
def again(server: net.Server, listen: Listen) -> Callable[[], None]:
    """Closes a server that listens, and listens again in the same step."""
    listen(server)
    server.wait("listening", LIMIT)

    def again() -> None:
        server.close()
        listen(server)

    return again


def still_there(call: Callable[[], object]) -> bool:
    """Whether a call blocks for a moment."""
    try:
        with gevent.Timeout(MOMENT):
            call()
    except gevent.Timeout:
        return True
    return False


def test_it_is_served(server: net.Server, again: Callable[[], None]) -> None:
    again()
    assert still_there(server.serve_forever)
    assert server.listening and not server.ready()


def test_who_serves_already_goes_on(server: net.Server, again: Callable[[], None]) -> None:
    serving = gevent.spawn(server.serve_forever)
    gevent.idle()
    again()
    server.wait("listening", LIMIT)
    assert still_there(serving.join)
    server.close()
    serving.join(LIMIT)
    assert serving.successful()


def test_start_blocks_until_it_listens(server: net.Server, again: Callable[[], None]) -> None:
    again()
    server.start()
    assert server.listening


def test_with(server: net.Server, again: Callable[[], None]) -> None:
    again()
    with server:
        assert server.listening
        gevent.sleep(MOMENT)
        assert not server.ready()
    assert server.ready()


def test_who_waits_for_the_next_close_waits(server: net.Server, again: Callable[[], None]) -> None:
    again()
    assert still_there(lambda: server.wait("close"))
    assert server.listening


def test_who_waited_for_the_first_close_is_told(
    server: net.Server, again: Callable[[], None]
) -> None:
    waiting = gevent.spawn(server.wait, "close", LIMIT)
    gevent.idle()
    again()
    waiting.join(LIMIT)
    assert waiting.successful()


def test_who_waits_for_another_event_goes_on(server: net.Server, again: Callable[[], None]) -> None:
    waiting = gevent.spawn(server.wait, MINE, LIMIT)
    gevent.idle()
    again()
    server.wait("listening", LIMIT)
    gevent.idle()
    server.emit(MINE, 5)
    assert waiting.get(timeout=LIMIT) == 5


def test_gevent_waits_for_the_end_of_the_last_life(
    server: net.Server, again: Callable[[], None]
) -> None:
    waiting: Any = gevent.spawn(gevent.wait, [server])
    gevent.idle()
    again()
    assert still_there(waiting.join)
    server.close()
    assert waiting.get(timeout=LIMIT) == [server]


def test_drain_ends_the_life_that_has_begun(server: net.Server, again: Callable[[], None]) -> None:
    again()
    server.drain(LIMIT)
    assert not server.listening and server.ready()
    gevent.sleep(MOMENT)
    assert not server.listening


def test_leaving_with_ends_a_life_that_does_not_listen_yet(
    server: net.Server, listen: Listen
) -> None:
    listen(server)
    with server:
        server.close()
        listen(server)
    assert not server.listening
    gevent.sleep(MOMENT)
    assert not server.listening and server.ready()


def test_a_drain_leaves_the_next_life_alone() -> None:
    server = net.create_server(handler=lambda sock: sock.recv(1))
    server.listen(0, LOCAL)
    server.wait("listening", LIMIT)
    with net.connect(port_of(server), LOCAL) as first:
        first.wait("connect", LIMIT)
        while not server.connections:
            gevent.idle()
        draining = gevent.spawn(server.drain, LIMIT)
        while server.listening:
            gevent.idle()
        server.listen(0, LOCAL)
        server.wait("listening", LIMIT)
        with net.connect(port_of(server), LOCAL) as second:
            second.wait("connect", LIMIT)
            while server.connections < 2:
                gevent.idle()
            assert not draining.ready()
            first.close()
            draining.join(LIMIT)
            assert draining.get(block=False) == (1, 0)
            assert server.listening and server.connections == 1
    server.drain(LIMIT)


def test_a_drain_whose_time_is_up_cuts_only_what_it_found() -> None:
    server = net.create_server(handler=lambda sock: sock.sendall(sock.recv(1)))
    server.listen(0, LOCAL)
    server.wait("listening", LIMIT)
    with net.connect(port_of(server), LOCAL) as first:
        first.wait("connect", LIMIT)
        while not server.connections:
            gevent.idle()
        draining = gevent.spawn(server.drain, MOMENT)
        while server.listening:
            gevent.idle()
        server.listen(0, LOCAL)
        server.wait("listening", LIMIT)
        with net.connect(port_of(server), LOCAL) as second:
            second.wait("connect", LIMIT)
            assert draining.get(timeout=LIMIT) == (0, 1)
            assert server.listening
            second.sendall(b"x")
            assert second.recv_exactly(1) == b"x"
    server.drain(LIMIT)


def test_the_retry_of_the_reference() -> None:
    """server.listen(), Event: 'error', EADDRINUSE: close and listen again later."""
    taken = net.create_server().listen(0, LOCAL)
    taken.wait("listening", LIMIT)
    port = port_of(taken)
    server = net.create_server(lambda sock: sock.end("here"))
    codes: list[str] = []
    listening = Event()

    def retry() -> None:
        taken.close()
        taken.wait("close", LIMIT)
        server.close()
        server.listen(port, LOCAL)

    @server.on("error")
    def _(error: Any) -> None:
        codes.append(error.code)
        gevent.spawn(retry)

    def visit() -> bytes:
        assert listening.wait(LIMIT)
        gevent.sleep(MOMENT)
        with net.connect(port, LOCAL) as client:
            found = b"".join(client)
        server.close()
        return found

    server.on("listening", listening.set)
    visiting = gevent.spawn(visit)
    server.listen(port, LOCAL)
    server.serve_forever()
    assert codes == ["EADDRINUSE"]
    assert visiting.get(timeout=LIMIT) == b"here"


def test_the_error_of_one_life_is_not_that_of_the_next(tmp_path: Path) -> None:
    errors: list[Any] = []
    server = net.create_server()
    server.on("error", errors.append)
    server.listen(os.fspath(tmp_path / "missing" / "socket"))
    server.close()
    server.listen(0, "localhost")
    with server:
        assert server.listening
    assert [error.code for error in errors] == ["EACCES"]


def test_the_error_of_one_life_that_nobody_hears_is_reported(
    tmp_path: Path, reported: list[BaseException]
) -> None:
    server = net.create_server()
    server.listen(os.fspath(tmp_path / "missing" / "socket"))
    server.close()
    server.listen(0, "localhost")
    with server:
        assert server.listening
    assert [type(error) for error in reported] == [reported[0].__class__]
    assert "EACCES" in str(reported.pop())


def test_the_signal_of_one_life_does_not_end_the_next(server: net.Server) -> None:
    server.listen(port=0, host=LOCAL, signal=net.AbortSignal.abort())
    server.close()
    server.listen(0, LOCAL)
    server.wait("listening", LIMIT)
    gevent.sleep(MOMENT)
    assert server.listening


def test_a_life_that_ends_at_once_is_closed(server: net.Server, again: Callable[[], None]) -> None:
    again()
    server.close()
    server.wait("close", LIMIT)
    gevent.sleep(MOMENT)
    assert server.ready() and not server.listening

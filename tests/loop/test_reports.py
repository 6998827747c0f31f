"""Where the errors go that nobody takes: to a hook, to `logging`, else to standard error."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gevent
import pytest
from support.programs import Program
from support.service import LIMIT, Service

import geventnet as net

#: The hook and what is behind it are what is tested.
pytestmark = pytest.mark.geventnet_unhandled("off")


@pytest.fixture
def reports() -> Iterator[list[net.ErrorReport]]:
    seen: list[net.ErrorReport] = []
    previous = net.set_error_hook(seen.append)
    yield seen
    assert net.set_error_hook(previous) == seen.append


@contextmanager
def stderr_of_the_hub() -> Iterator[io.StringIO]:
    hub: Any = gevent.get_hub()
    hub.exception_stream = io.StringIO()
    try:
        yield hub.exception_stream
    finally:
        del hub.exception_stream


def fail(*args: object) -> None:
    raise LookupError("mine")


def talk_until_closed(service: Service, server: net.Server, said: bytes = b"x") -> Any:
    """Say something to `server`, and wait until it has closed the connection."""
    peer = service.dial(server)
    peer.sendall(said)
    assert peer.recv(1) == b""
    return peer


def test_the_hook_is_given_the_error_of_a_listener_its_socket_and_the_peer(
    service: Service, reports: list[net.ErrorReport]
) -> None:
    server = service.serve(lambda sock: sock.on("data", fail))
    peer = talk_until_closed(service, server)
    (report,) = reports
    assert isinstance(report.error, LookupError)
    assert report.source is service.sockets[0]
    assert report.peer == "{}:{}".format(*peer.getsockname())


def test_the_hook_is_given_the_error_of_a_handler(
    service: Service, reports: list[net.ErrorReport]
) -> None:
    handled: list[net.Socket] = []

    def handle(sock: net.Socket) -> None:
        handled.append(sock)
        fail()

    server = service.serve(lambda sock: None, handler=handle)
    peer = talk_until_closed(service, server, b"")
    (report,) = reports
    assert isinstance(report.error, LookupError)
    assert report.source is handled[0]
    assert report.peer == "{}:{}".format(*peer.getsockname())


def test_the_hook_is_given_an_error_that_nobody_hears(
    service: Service, reports: list[net.ErrorReport]
) -> None:
    server = service.serve(lambda sock: sock.destroy(LookupError("mine")))
    talk_until_closed(service, server, b"")
    (report,) = reports
    assert str(report.error) == "mine"


def test_the_hook_is_given_the_error_of_an_abort_listener(
    reports: list[net.ErrorReport],
) -> None:
    controller = net.AbortController()
    controller.signal.on("abort", fail)
    controller.abort()
    (report,) = reports
    assert (report.source, report.peer) == (controller.signal, None)


def test_a_hook_may_block_and_holds_up_nobody_else(service: Service) -> None:
    going_on = gevent.event.Event()
    waiting = gevent.event.Event()

    def wait(report: net.ErrorReport) -> None:
        waiting.set()
        going_on.wait(LIMIT)

    previous = net.set_error_hook(wait)
    try:
        server = service.serve(lambda sock: sock.on("data", fail))
        peer = service.dial(server)
        peer.sendall(b"x")
        assert waiting.wait(LIMIT)
        echo = service.serve(lambda sock: sock.pipe(sock))
        other = service.dial(echo)
        other.sendall(b"hello")
        assert other.recv(5) == b"hello"
        going_on.set()
        assert peer.recv(1) == b""
    finally:
        net.set_error_hook(previous)


def test_a_hook_that_fails_hides_nothing(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(report: net.ErrorReport) -> None:
        raise KeyError("the hook")

    monkeypatch.setattr(logging.getLogger("geventnet"), "propagate", False)
    previous = net.set_error_hook(broken)
    try:
        with stderr_of_the_hub() as stream:
            server = service.serve(lambda sock: sock.on("data", fail))
            talk_until_closed(service, server)
    finally:
        net.set_error_hook(previous)
    assert stream.getvalue().count(" failed with LookupError\n") == 1
    assert stream.getvalue().count(" failed with KeyError\n") == 1


def test_a_hook_goes_on_with_the_one_before_and_none_is_the_default(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[net.ErrorReport] = []

    def hook(report: net.ErrorReport) -> None:
        seen.append(report)
        previous(report)

    previous = net.set_error_hook(hook)
    server = service.serve(lambda sock: sock.on("data", fail))
    talk_until_closed(service, server)
    assert net.set_error_hook(None) is hook
    talk_until_closed(service, server)
    assert len(seen) == 1
    assert len(caplog.records) == 2
    with pytest.raises(TypeError):
        net.set_error_hook("no function")  # type: ignore[arg-type]


def test_the_logger_is_told_with_socket_and_peer(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    with stderr_of_the_hub() as stream:
        server = service.serve(lambda sock: sock.on("data", fail))
        peer = talk_until_closed(service, server)
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("geventnet", logging.ERROR)
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], LookupError)
    assert record.__dict__["source"] == repr(service.sockets[0])
    assert record.__dict__["peer"] == "{}:{}".format(*peer.getsockname())
    assert record.getMessage() == f"{service.sockets[0]!r} failed with LookupError"
    assert not stream.getvalue()


def test_a_time_limit_of_a_handler_is_one_line_of_the_log(
    service: Service, caplog: pytest.LogCaptureFixture, reports: list[net.ErrorReport]
) -> None:
    def limited(sock: net.Socket) -> None:
        sock.settimeout(0.001)
        sock.recv(1)

    server = service.serve(lambda sock: None, handler=limited)
    peer = service.dial(server)
    assert peer.recv(1) == b""
    (record,) = caplog.records
    assert (record.name, record.levelno, record.exc_info) == ("geventnet", logging.WARNING, None)
    assert "TimeoutError" in record.getMessage()
    assert record.__dict__["peer"] == "{}:{}".format(*peer.getsockname())
    assert not reports


BY_DEFAULT = """
import sys
import geventnet as net

def fail(chunk):
    raise LookupError("mine")

if "basic" in sys.argv:
    import logging
    logging.basicConfig(format="%(levelname)s %(name)s %(peer)s", stream=sys.stdout)
server = net.create_server(lambda sock: sock.on("data", fail))
server.listen(0, "127.0.0.1")
with server, net.connect(server.address().port, "127.0.0.1") as client:
    client.sendall(b"x")
    assert client.recv(1) == b""
    print(":".join(map(str, client.getsockname())))
"""


def test_without_logging_it_is_one_traceback_on_standard_error() -> None:
    with Program("-c", BY_DEFAULT) as program:
        _, errors = program.communicate(timeout=LIMIT)
    assert program.returncode == 0
    assert errors.count("Traceback") == 1
    assert errors.count("LookupError: mine") == 1
    assert errors.count("failed with LookupError") == 1


def test_with_logging_it_is_a_record_and_nothing_on_standard_error() -> None:
    with Program("-c", BY_DEFAULT, "basic") as program:
        output, errors = program.communicate(timeout=LIMIT)
    assert (program.returncode, errors) == (0, "")
    first, *_, last = output.splitlines()
    assert first == f"ERROR geventnet {last}"
    assert output.count("Traceback") == 1

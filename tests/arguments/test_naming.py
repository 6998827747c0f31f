"""What users see of names: in messages, in tracebacks, and where Node's are spelled."""

from __future__ import annotations

import copy
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import pytest

import geventnet as net


def told(call: Callable[[], object], kind: type[BaseException]) -> str:
    """The last line of the traceback of what `call` raises."""
    with pytest.raises(kind) as caught:
        call()
    return "".join(traceback.format_exception_only(caught.value)).strip()


def test_a_failed_call_is_shown_as_the_builtin_that_it_is() -> None:
    path = "/nowhere/echo.sock"
    assert told(lambda: net.connect(path).wait("connect"), FileNotFoundError) == (
        f"FileNotFoundError: connect ENOENT {path}"
    )
    idle = net.Socket()
    assert told(lambda: idle.wait("connect", 0.01), TimeoutError).startswith("TimeoutError: wait")


def test_what_is_no_builtin_is_shown_where_users_find_it() -> None:
    assert told(lambda: net.Server().listen(-1), net.NetValueError).startswith(
        "geventnet.NetValueError: port should be"
    )
    for name in net.__all__:
        value = getattr(net, name)
        if isinstance(value, type) and issubclass(value, BaseException):
            assert f"{value.__module__}.{value.__qualname__}" == f"geventnet.{name}"
            assert pickle.loads(pickle.dumps(value)) is value


#: Not to be checked: what they are given is wrong.
socket: Any = net.Socket
server: Any = net.Server
create_server: Any = net.create_server


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: socket().recv(), "Socket.recv()"),
        (lambda: socket().sendall(), "Socket.sendall()"),
        (lambda: socket().settimeout(), "Socket.settimeout()"),
        (lambda: socket().set_type_of_service(), "Socket.set_type_of_service()"),
        (lambda: socket().wait(), "EventEmitter.wait()"),
        (lambda: server().drain(1, 2), "Server.drain()"),
    ],
)
def test_methods_are_named_by_the_class_that_has_them(
    call: Callable[[], object], name: str
) -> None:
    assert told(call, TypeError).startswith(f"TypeError: {name} ")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: socket().connect(),
            'The "port" or "path" argument must be specified',
        ),
        (
            lambda: socket().recv_until("\n"),
            "The \"separator\" argument must be a bytes-like object. Received type str ('\\n')",
        ),
        (
            lambda: socket().sendall("text"),
            "The \"data\" argument must be a bytes-like object. Received type str ('text')",
        ),
        (
            lambda: socket().write(5),
            'The "chunk" argument must be of type str or a bytes-like object. '
            "Received type int (5)",
        ),
        (lambda: socket().write(None), "May not write None to stream"),
        (
            lambda: socket().on("data", 5),
            'The "listener" argument must be callable. Received type int (5)',
        ),
        (
            lambda: create_server(5),
            'The "connection_listener" argument must be callable. Received type int (5)',
        ),
        (
            lambda: server().listen([]),
            "The argument 'handle' must be a port, a path, or have a fileno(). Received []",
        ),
        (
            lambda: socket().set_type_of_service(256),
            'The value of "tos" is out of range. It must be >= 0 and <= 255. Received 256',
        ),
    ],
)
def test_messages_have_python_s_words(call: Callable[[], object], message: str) -> None:
    with pytest.raises(net.NetError) as caught:
        call()
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("make", "spelling", "name"),
    [
        (net.Server, "maxConnections", "max_connections"),
        (net.Server, "dropMaxConnection", "drop_max_connection"),
        (net.Server, "getConnections", "get_connections"),
        (net.Socket, "setTimeout", "set_timeout"),
        (net.Socket, "remoteAddress", "remote_address"),
        (net.Socket, "bytesRead", "bytes_read"),
        (net.Socket, "removeAllListeners", "remove_all_listeners"),
        (net.Duplex, "readableFlowing", "readable_flowing"),
        (net.EventEmitter, "setMaxListeners", "set_max_listeners"),
        (net.BlockList, "addAddress", "add_address"),
        (net.BlockList, "toJSON", "to_json"),
    ],
)
def test_node_s_spelling_names_the_right_one(make: Any, spelling: str, name: str) -> None:
    one = make()
    expected = f"AttributeError: {make.__name__!r} object has no attribute {spelling!r}: "
    for call in (lambda: getattr(one, spelling), lambda: setattr(one, spelling, 1)):
        assert told(call, AttributeError).startswith(f"{expected}here it is {name!r}")
    assert not hasattr(one, spelling)
    assert hasattr(one, name)
    assert spelling not in dir(one)
    assert name in dir(one)


def test_node_s_spelling_in_the_module() -> None:
    for spelling, name in {"createServer": "create_server", "isIPv6": "is_ipv6"}.items():
        with pytest.raises(AttributeError, match=f"{spelling!r}: here it is {name!r}"):
            getattr(net, spelling)
    with pytest.raises(AttributeError, match=r"has no attribute 'whatever'$"):
        getattr(net, "whatever")  # noqa: B009


def test_attributes_of_the_programs_own_are_free() -> None:
    class Session(net.Socket):
        userName = "nobody"
        setTimeout = net.Socket.set_timeout

    session: Any = Session()
    session.user = session.userName = session.maxConnections = "somebody"
    assert (session.user, session.userName, session.maxConnections) == ("somebody",) * 3
    assert session.setTimeout(0) is session
    listener: Any = net.Server()
    listener.appName = "app"
    assert listener.appName == "app"


@pytest.mark.parametrize("make", [net.Socket, net.Server, net.Duplex])
def test_there_is_one_of_each(make: Callable[[], Any]) -> None:
    one = make()
    for call in (copy.copy, copy.deepcopy, pickle.dumps):
        message = told(lambda call=call: call(one), TypeError)  # type: ignore[misc]
        assert message == f"TypeError: cannot copy or pickle {type(one).__name__!r} object"

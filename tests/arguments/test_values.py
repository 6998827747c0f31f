import math
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.node import ask_node

from geventnet.arguments import signatures, values
from geventnet.errors import NetError


def code(call: Callable[..., object], *args: Any, **kwargs: Any) -> str:
    with pytest.raises(NetError) as caught:
        call(*args, **kwargs)
    return caught.value.code


PORTS = ["0", "80", "0x50", "0X50", "0b11", "0o17", "80.0", "8e1", ".8e2", "80.", "-0", "+5", "1.5"]
PORTS += ["65535", "65536", "-1", "", " ", "\ufeff", " 80\n", "\ufeff80", "8 0", "Infinity", "nan"]
PORTS += ["0x", "-0x5", "0b2", "1_0", "\u0661", "80\x1c", "e", ".", "1e", "0x5_0", "\t\x0b\u202880"]


def test_strings_are_ports_where_they_are_in_node() -> None:
    node = """ports => ports.map(port => {
        const socket = new net.Socket();
        socket.on('error', () => {});
        try { socket.connect({ port, host: '127.0.0.1', lookup() {} }); }
        catch (error) { return error.code; }
        finally { socket.destroy(); }
        return port | 0;
    })"""
    for text, expected in zip(PORTS, ask_node(node, PORTS), strict=True):
        try:
            found: int | str = values.port(text)
        except NetError as error:
            found = error.code
        assert found == expected, repr(text)


def test_first_arguments_are_paths_where_they_are_in_node() -> None:
    node = """texts => texts.map(text => {
        const socket = new net.Socket();
        let path = false;
        socket.on('error', () => {});
        try { socket.connect(text); path = socket._handle.constructor.name === 'Pipe'; }
        catch {}
        finally { socket.destroy(); }
        return path;
    })"""
    for text, is_path in zip(PORTS, ask_node(node, PORTS), strict=True):
        found = signatures.connect_arguments((text,))
        assert (found.path, found.port) == ((text, None) if is_path else (None, text))


@pytest.mark.parametrize(
    "value", [True, None, 1.5, -1, 65536, math.nan, math.inf, b"80", [], 10**400]
)
def test_what_is_no_port(value: object) -> None:
    assert code(values.port, value) == "ERR_SOCKET_BAD_PORT"


def test_ports() -> None:
    assert [values.port(value) for value in (0, 80, 80.0, 65535)] == [0, 80, 80, 65535]
    assert type(values.port(80.0)) is int
    assert code(values.port, 0, allow_zero=False) == "ERR_SOCKET_BAD_PORT"
    with pytest.raises(NetError, match=r"^local_port should be >= 0 .* type int \(-1\)\.$"):
        values.port(-1, "local_port")


def test_numbers() -> None:
    assert values.number(1.5, "x") == 1.5
    assert values.number(5, "x", 5, 5) == 5
    assert code(values.number, True, "x") == code(values.number, "1", "x")
    assert code(values.number, "1", "x") == "ERR_INVALID_ARG_TYPE"
    for limits, words in (((1, None), ">= 1"), ((None, -1), "<= -1"), ((1, 2), ">= 1 and <= 2")):
        with pytest.raises(NetError, match=f"It must be {words}. Received 0$"):
            values.number(0, "x", *limits)
    assert code(values.number, math.nan, "x", 0) == "ERR_OUT_OF_RANGE"


def test_int32() -> None:
    assert values.int32(-(2**31), "x") == -(2**31)
    assert values.int32(7.0, "x", 7, 7) == 7
    assert code(values.int32, "7", "x") == "ERR_INVALID_ARG_TYPE"
    assert code(values.int32, True, "x") == "ERR_INVALID_ARG_TYPE"
    for value in (2**31, 1.5, math.inf, math.nan):
        assert code(values.int32, value, "x") == "ERR_OUT_OF_RANGE"


def test_seconds() -> None:
    assert values.seconds(0, "timeout") == 0.0
    assert values.seconds(1.5, "timeout") == 1.5
    for wrong in ("1", None, True):
        assert code(values.seconds, wrong, "timeout") == "ERR_INVALID_ARG_TYPE"
    for value in (-1, math.inf, math.nan, 10**400):
        assert code(values.seconds, value, "timeout") == "ERR_OUT_OF_RANGE"


def test_plain_types() -> None:
    assert values.boolean(False, "x") is False
    assert values.string("", "x") == ""
    assert values.function(len, "x") is len
    checks: list[tuple[Callable[..., object], object]] = [
        (values.boolean, 1),
        (values.string, b""),
        (values.function, 5),
    ]
    for check, value in checks:
        assert code(check, value, "x") == "ERR_INVALID_ARG_TYPE"


def test_high_water_marks() -> None:
    assert [values.high_water_mark(value) for value in (0, 5, 5.0)] == [0, 5, 5]
    for value in (-1, 1.5, "5", None, True, math.inf):
        assert code(values.high_water_mark, value) == "ERR_INVALID_ARG_VALUE"


def test_families() -> None:
    given = (0, 4, 6, "IPv4", "IPv6", None)
    assert [values.family(value) for value in given] == [0, 4, 6, 4, 6, 0]
    others: list[object] = [5, "ipv4", "4", True, False, []]
    for wrong in others:
        assert code(values.family, wrong) == "ERR_INVALID_ARG_VALUE"


def test_abort_signals() -> None:
    class Signal:
        aborted = False

    signal = Signal()
    assert values.abort_signal(signal) is signal
    for value in (None, 5, "signal"):
        assert code(values.abort_signal, value) == "ERR_INVALID_ARG_TYPE"


def test_paths() -> None:
    given = ("/tmp/a", b"/tmp/\xff", Path("/tmp/a"), "\0name", b"\0name")
    expected = ["/tmp/a", b"/tmp/\xff", "/tmp/a", "\0name", b"\0name"]
    assert [values.path(value) for value in given] == expected
    for value in ("", b"", "a\0b", b"a\0", "\0a\0"):
        assert code(values.path, value) == "ERR_INVALID_ARG_VALUE"
    for wrong in (5, None, ["/tmp"]):
        assert code(values.path, wrong) == "ERR_INVALID_ARG_TYPE"


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no Unix sockets")
def test_a_path_fits_where_the_system_can_bind_it(tmp_path: Path) -> None:
    head = f"{tmp_path}/"
    seen = set()
    for length in range(90, 120):
        path = head + "x" * (length - len(head))
        with socket.socket(socket.AF_UNIX) as sock:
            try:
                sock.bind(path)
                binds = True
            except OSError:
                binds = False
        assert values.fits_sun_path(path) is values.fits_sun_path(path.encode()) is binds
        seen.add(binds)
    assert seen == {True, False} or len(head) > 90


def listener() -> None: ...


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ((), {}),
        ((None,), {}),
        ((listener,), {"listener": listener}),
        ((80,), {"port": 80}),
        ((80, "::1"), {"port": 80, "host": "::1"}),
        ((80, listener), {"port": 80, "listener": listener}),
        ((80, None, listener), {"port": 80, "listener": listener}),
        (("80", "h", listener), {"port": "80", "host": "h", "listener": listener}),
        (("/p", listener), {"path": "/p", "listener": listener}),
        (("/p", None, None), {"path": "/p"}),
        ((Path("/p"),), {"path": "/p"}),
        ((b"80",), {"path": b"80"}),
        (("\0x",), {"path": "\0x"}),
    ],
)
def test_positional_arguments_of_connect(args: tuple[object, ...], expected: Any) -> None:
    assert signatures.connect_arguments(args) == signatures.ConnectArguments(**expected)


@pytest.mark.parametrize(
    "args", [(True,), ([],), (80, 5), (80, "h", 5), ("/p", "h"), (80, listener, 5)]
)
def test_what_connect_does_not_take(args: tuple[object, ...]) -> None:
    assert code(signatures.connect_arguments, args) == "ERR_INVALID_ARG_TYPE"


HANDLE = object()


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ((), {}),
        ((None,), {}),
        ((listener,), {"callback": listener}),
        ((None, listener), {"callback": listener}),
        ((0, None, 10, listener), {"port": 0, "backlog": 10, "callback": listener}),
        ((0, 10, listener), {"port": 0, "backlog": 10, "callback": listener}),
        ((0, "h", 10), {"port": 0, "host": "h", "backlog": 10}),
        ((0, "h", None, listener), {"port": 0, "host": "h", "callback": listener}),
        ((0, "5"), {"port": 0, "host": "5"}),
        ((0, 0), {"port": 0}),
        ((0, -5), {"port": 0}),
        ((None, "h"), {"host": "h"}),
        (("/p", 5, listener), {"path": "/p", "backlog": 5, "callback": listener}),
        (("/p", None, 5), {"path": "/p", "backlog": 5}),
        ((HANDLE, 5, listener), {"handle": HANDLE, "backlog": 5, "callback": listener}),
        ((HANDLE,), {"handle": HANDLE}),
    ],
)
def test_positional_arguments_of_listen(args: tuple[object, ...], expected: Any) -> None:
    assert signatures.listen_arguments(args) == signatures.ListenArguments(**expected)


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ((True,), "ERR_INVALID_ARG_VALUE"),
        (("/p", "5"), "ERR_INVALID_ARG_TYPE"),
        ((0, "h", "5"), "ERR_INVALID_ARG_TYPE"),
        ((0, listener, 5), "ERR_INVALID_ARG_TYPE"),
        ((0, 5, 5), "ERR_INVALID_ARG_TYPE"),
        ((HANDLE, "h"), "ERR_INVALID_ARG_TYPE"),
        ((0, "h", 1.5), "ERR_OUT_OF_RANGE"),
        (("a\0b",), "ERR_INVALID_ARG_VALUE"),
    ],
)
def test_what_listen_does_not_take(args: tuple[object, ...], expected: str) -> None:
    assert code(signatures.listen_arguments, args) == expected


def test_options_are_not_a_dict() -> None:
    for call in (signatures.connect_arguments, signatures.listen_arguments):
        with pytest.raises(TypeError, match="use keyword arguments"):
            call(({"port": 80},))

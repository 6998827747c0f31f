import copy
import errno
import pickle
import socket
from collections.abc import Callable

import gevent
import pytest
from support.node import ask_node

import geventnet as net
from geventnet import errors


def test_messages_that_have_no_values_are_nodes() -> None:
    built = {
        "ERR_INVALID_HANDLE_TYPE": errors.invalid_handle_type(),
        "ERR_SOCKET_CLOSED": errors.socket_closed(),
        "ERR_SOCKET_CLOSED_BEFORE_CONNECTION": errors.socket_closed_before_connection(),
        "ERR_SERVER_ALREADY_LISTEN": errors.server_already_listen(),
        "ERR_SERVER_NOT_RUNNING": errors.server_not_running(),
        "ERR_MULTIPLE_CALLBACK": errors.multiple_callback(),
        "ERR_STREAM_CANNOT_PIPE": errors.stream_cannot_pipe(),
        "ERR_STREAM_WRITE_AFTER_END": errors.stream_write_after_end(),
        "ERR_STREAM_PUSH_AFTER_EOF": errors.stream_push_after_eof(),
        "ERR_STREAM_UNSHIFT_AFTER_END_EVENT": errors.stream_unshift_after_end_event(),
        "ERR_STREAM_PREMATURE_CLOSE": errors.stream_premature_close(),
    }
    with_values = {
        "ERR_INVALID_FD_TYPE": (errors.invalid_fd_type("FILE"), ["FILE"]),
        "ERR_METHOD_NOT_IMPLEMENTED": (errors.method_not_implemented("_read()"), ["_read()"]),
        "ERR_STREAM_DESTROYED": (errors.stream_destroyed("write"), ["write"]),
        "ERR_STREAM_ALREADY_FINISHED": (errors.stream_already_finished("end"), ["end"]),
        "ERR_INVALID_IP_ADDRESS": (errors.invalid_ip_address("1.2"), ["1.2"]),
        "ERR_UNKNOWN_ENCODING": (errors.unknown_encoding("x"), ["x"]),
        "ERR_INVALID_ADDRESS_FAMILY": (errors.invalid_address_family(5, "h", 1), [5, "h", 1]),
        "ERR_MISSING_ARGS": (errors.missing_args(["a", "b"], "c"), [["a", "b"], "c"]),
        "ERR_INVALID_ARG_VALUE": (errors.invalid_arg_value("a.b", 5), ["a.b", 5]),
        "ERR_OUT_OF_RANGE": (errors.out_of_range("a", ">= 0", -(2**40)), ["a", ">= 0", -(2**40)]),
    }
    questions: list[list[object]] = [[code] for code in built]
    questions += [[code, *values] for code, (_, values) in with_values.items()]  # type: ignore[misc]
    # Node's own builders are in an internal module, which it shows when asked to.
    expected = ask_node(
        """questions => {
            const run = require('child_process').execFileSync;
            const program = `
                const { codes } = require('internal/errors');
                const messages = JSON.parse(process.argv[1]).map(
                    ([code, ...values]) => new codes[code](...values).message);
                process.stdout.write(JSON.stringify(messages));`;
            return JSON.parse(run(process.execPath,
                ['--expose-internals', '-e', program, JSON.stringify(questions)]));
        }""",
        questions,
    )
    exceptions: list[errors.NetError] = [*built.values(), *(e for e, _ in with_values.values())]
    assert [str(e) for e in exceptions] == expected
    assert [e.code for e in exceptions] == [question[0] for question in questions]


@pytest.mark.parametrize(
    ("error", "builtin", "message"),
    [
        (
            errors.invalid_arg_type("port", ["int", "str"], True),
            TypeError,
            'The "port" argument must be one of type int or str. Received type bool (True)',
        ),
        (
            errors.invalid_arg_type("options.x", ["str", "Buffer", "View"], None),
            TypeError,
            'The "options.x" property must be of type str or an instance of Buffer or View. '
            "Received None",
        ),
        (
            errors.invalid_arg_type("first argument", "int", "x" * 40),
            TypeError,
            f"The first argument must be of type int. Received type str ('{'x' * 25}'...)",
        ),
        (
            errors.invalid_arg_type("a", "int", []),
            TypeError,
            'The "a" argument must be of type int. Received an instance of list',
        ),
        (
            errors.invalid_arg_type("a", "int", len),
            TypeError,
            'The "a" argument must be of type int. Received function len',
        ),
        (
            errors.bad_port("Port", 70000),
            ValueError,
            "Port should be >= 0 and < 65536. Received type int (70000).",
        ),
        (
            errors.bad_port("Port", 0, allow_zero=False),
            ValueError,
            "Port should be > 0 and < 65536. Received type int (0).",
        ),
        (errors.unhandled_error("x"), RuntimeError, "Unhandled error. ('x')"),
        (errors.invalid_address(), ValueError, "Invalid socket address"),
        (errors.ip_blocked("::1"), RuntimeError, "IP(::1) is blocked by net.BlockList"),
    ],
)
def test_messages_with_values_and_the_builtin(
    error: errors.NetError, builtin: type[Exception], message: str
) -> None:
    assert isinstance(error, builtin)
    assert str(error) == message


BUILTINS = {
    errno.ECONNREFUSED: ConnectionRefusedError,
    errno.ECONNRESET: ConnectionResetError,
    errno.ECONNABORTED: ConnectionAbortedError,
    errno.EPIPE: BrokenPipeError,
    errno.ETIMEDOUT: TimeoutError,
    errno.EACCES: PermissionError,
    errno.EPERM: PermissionError,
    errno.ENOENT: FileNotFoundError,
    errno.EEXIST: FileExistsError,
    errno.EAGAIN: BlockingIOError,
    errno.EINTR: InterruptedError,
    errno.ENOTDIR: NotADirectoryError,
    errno.EISDIR: IsADirectoryError,
    errno.ESRCH: ProcessLookupError,
    errno.ECHILD: ChildProcessError,
}


@pytest.mark.parametrize("number", BUILTINS)
@pytest.mark.parametrize("build", [errors.system_error, errors.uv_error])
def test_a_failed_call_is_the_fitting_builtin(
    number: int, build: Callable[[int, str], errors.SystemCallError]
) -> None:
    error = build(number, "read")
    assert isinstance(error, BUILTINS[number])
    assert isinstance(error, errors.SystemCallError)
    assert (error.errno, error.code, error.syscall) == (number, errno.errorcode[number], "read")


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (errors.system_error(errno.ECONNRESET, "read"), "read ECONNRESET"),
        (errors.system_error(errno.ENOENT, "connect", "/p"), "connect ENOENT /p"),
        (errors.system_error(errno.EINVAL, "connect", "::1", 0), "connect EINVAL ::1"),
        (
            errors.system_error(
                errno.ECONNREFUSED, "connect", "::1", 1, local_address="::2", local_port=5
            ),
            "connect ECONNREFUSED ::1:1 - Local (::2:5)",
        ),
        (
            errors.uv_error(errno.EADDRINUSE, "listen", "127.0.0.1", 80),
            "listen EADDRINUSE: address already in use 127.0.0.1:80",
        ),
        (errors.uv_error(errno.EACCES, "listen", "/p"), "listen EACCES: permission denied /p"),
    ],
)
def test_messages_of_failed_calls(error: errors.SystemCallError, message: str) -> None:
    assert str(error) == message


def test_the_words_for_every_error_number_are_libuvs() -> None:
    known = {name: number for number, name in errno.errorcode.items()}
    asked = ask_node("() => [...require('util').getSystemErrorMap()]", None)
    compared = 0
    for uv_number, (code, words) in asked:
        if known.get(code) == -uv_number:
            assert str(errors.uv_error(-uv_number, "bind")) == f"bind {code}: {words}"
            assert errors.code_of(-uv_number) == code
            compared += 1
    assert compared > 60


def test_a_number_without_a_name() -> None:
    error = errors.system_error(9999, "read")
    assert error.code == "Unknown system error 9999"
    assert error.errno == 9999


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (socket.EAI_NONAME, "ENOTFOUND"),
        (getattr(socket, "EAI_NODATA", socket.EAI_NONAME), "ENOTFOUND"),
        (socket.EAI_AGAIN, "EAI_AGAIN"),
        (socket.EAI_FAIL, "EAI_FAIL"),
    ],
)
def test_a_failed_look_up(number: int, code: str) -> None:
    for error in (
        errors.lookup_error(socket.gaierror(number, "words"), "host.test"),
        errors.lookup_error(number, "host.test"),
    ):
        assert isinstance(error, socket.gaierror)
        assert str(error) == f"getaddrinfo {code} host.test"
        assert (error.code, error.errno, error.syscall) == (code, number, "getaddrinfo")
        assert error.hostname == "host.test"


def test_a_look_up_that_fails_in_the_system() -> None:
    error = errors.lookup_error(OSError(errno.EMFILE, "words"), "h")
    assert (error.code, str(error)) == ("EMFILE", "getaddrinfo EMFILE h")


def test_several_failures_are_one_error() -> None:
    refused = errors.system_error(errno.ECONNREFUSED, "connect", "::1", 1)
    late = errors.timed_out("late")
    error = errors.several([refused, late])
    assert isinstance(error, OSError)
    assert str(error) == "every address failed: connect ECONNREFUSED ::1:1; late"
    assert (error.code, error.errno) == ("ECONNREFUSED", errno.ECONNREFUSED)
    assert error.errors == [refused, late]
    assert isinstance(error.__cause__, ExceptionGroup)
    assert error.__cause__.exceptions == (refused, late)


def test_a_limit_that_passed() -> None:
    error = errors.timed_out("connect timed out")
    assert isinstance(error, TimeoutError)
    assert (str(error), error.code) == ("connect timed out", "ETIMEDOUT")


def test_an_abort_has_its_reason_as_cause() -> None:
    reason = ValueError("why")
    error = errors.AbortError(reason)
    assert (str(error), error.code) == ("The operation was aborted", "ABORT_ERR")
    assert error.cause is error.__cause__ is reason
    assert errors.AbortError("text").cause == "text"


@pytest.mark.parametrize(
    "error",
    [
        errors.bad_port("port", -1),
        errors.stream_destroyed("write"),
        errors.invalid_address_family(5, "h", 1),
        errors.AbortError("why"),
        errors.system_error(errno.ECONNREFUSED, "connect", "::1", 1, local_address="::2"),
        errors.uv_error(errno.EADDRINUSE, "listen", "::1", 1),
        errors.lookup_error(socket.EAI_NONAME, "h"),
        errors.timed_out("late"),
        errors.several([errors.timed_out("late")]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_copies_say_the_same(error: Exception) -> None:
    plain = {k: v for k, v in error.__dict__.items() if k != "errors"}
    for twin in (copy.copy(error), copy.deepcopy(error), pickle.loads(pickle.dumps(error))):
        assert type(twin) is type(error)
        assert str(twin) == str(error)
        assert {k: v for k, v in twin.__dict__.items() if k != "errors"} == plain
        if isinstance(error, OSError):
            assert twin.errno == error.errno  # type: ignore[attr-defined]
        if isinstance(error, errors.ConnectErrors):
            assert [str(one) for one in twin.errors] == ["late"]  # type: ignore[attr-defined]


def test_a_monitor_hears_every_error_and_takes_none(reported: list[BaseException]) -> None:
    def fail() -> None:
        raise LookupError("out of a listener")

    heard: list[str] = []
    sockets: list[net.Socket] = []
    for _ in range(4):
        socket = net.Socket().on(net.error_monitor, lambda error: heard.append(str(error)))
        sockets.append(socket)
    unheard, waited, received, failing = sockets
    unheard.destroy(ValueError("unheard"))
    gevent.wait([unheard])
    assert [str(error) for error in reported] == ["unheard"]
    gevent.spawn(waited.destroy, ValueError("waited for"))
    with pytest.raises(ValueError, match="waited for"):
        waited.wait("connect")
    received.connect(1, lookup=lambda: None)
    gevent.spawn(received.destroy, ValueError("raised"))
    with pytest.raises(ValueError, match="raised"):
        received.recv(1)
    failing.on("resume", fail).resume()
    gevent.wait([failing])
    for socket in sockets:
        assert socket.listener_count("error") == 0
    assert heard == ["unheard", "waited for", "raised", "out of a listener"]
    assert {str(error) for error in reported} == {"unheard", "out of a listener"}
    reported.clear()

"""Misuse of the library: exceptions with the codes of Node, which are the fitting builtins too.

Functions in lower case build an exception and return it; the caller raises or emits it.
Reference: Errors, "Node.js error codes".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .text import plain, rebuild, shown, shown_host


class NetError(Exception):
    """A misuse of the library. `code` is Node's code, for example `"ERR_SOCKET_BAD_PORT"`."""

    code: str

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code

    def __reduce__(self) -> tuple[Any, ...]:
        return rebuild, (type(self), (str(self), self.code), self.__dict__)


class NetTypeError(NetError, TypeError):
    """An argument of the wrong type, or a missing one."""


class NetValueError(NetError, ValueError):
    """An argument of the right type with a value that cannot be used."""


class NetRuntimeError(NetError, RuntimeError):
    """A call that the state of the object does not allow."""


class AbortError(NetError):
    """The operation was given up because its abort signal fired; `cause` is the reason."""

    def __init__(self, cause: object = None, message: str = "The operation was aborted") -> None:
        super().__init__(message, "ABORT_ERR")
        self.cause = cause
        if isinstance(cause, BaseException):
            self.__cause__: BaseException = cause

    def __reduce__(self) -> tuple[Any, ...]:
        return rebuild, (AbortError, (self.cause, str(self)), self.__dict__)


def _received(value: object) -> str:
    """Say what a value is, briefly: its type, and the value itself if it is a plain one."""
    if value is None:
        return "None"
    if isinstance(value, str | bytes) and len(value) > 28:
        return f"type {type(value).__name__} ({value[:25]!r}...)"
    if isinstance(value, bool | int | float | str | bytes):
        return f"type {type(value).__name__} ({shown(value, 64)})"
    if isinstance(value, type):
        return f"class {value.__name__}"
    if callable(value) and hasattr(value, "__name__"):
        return f"function {value.__name__}"
    return f"an instance of {type(value).__name__}"


def _either(words: Sequence[str], last: str) -> str:
    if len(words) < 3:
        return f" {last} ".join(words)
    return f"{', '.join(words[:-1])}, {last} {words[-1]}"


def _kind(name: str) -> str:
    return "property" if "." in name else "argument"


def invalid_arg_type(name: str, expected: str | Sequence[str], value: object) -> NetTypeError:
    """ERR_INVALID_ARG_TYPE: `name` must be of one of the types `expected`, and `value` is not.

    A type that begins with a capital letter is named as a class, any other as a type; several
    words are a description.
    """
    names = [expected] if isinstance(expected, str) else list(expected)
    described = [f"a {word}" for word in names if " " in word]
    types = [word for word in names if not word[0].isupper() and " " not in word]
    classes = [word for word in names if word[0].isupper()]
    wanted = []
    if types:
        wanted.append(f"{'one of type' if len(types) > 1 else 'of type'} {_either(types, 'or')}")
    if classes:
        wanted.append(f"an instance of {_either(classes, 'or')}")
    return _wrong_type(name, " or ".join(wanted + described), value)


def not_callable(name: str, value: object) -> NetTypeError:
    """ERR_INVALID_ARG_TYPE: `name` must be callable, and `value` is not."""
    return _wrong_type(name, "callable", value)


def _wrong_type(name: str, wanted: str, value: object) -> NetTypeError:
    subject = f"{name} " if name.endswith(" argument") else f'"{name}" {_kind(name)} '
    return NetTypeError(
        f"The {subject}must be {wanted}. Received {_received(value)}", "ERR_INVALID_ARG_TYPE"
    )


def invalid_arg_value(name: str, value: object, reason: str = "is invalid") -> NetValueError:
    """ERR_INVALID_ARG_VALUE: `value` has the right type and cannot be used."""
    return NetValueError(
        f"The {_kind(name)} '{name}' {reason}. Received {shown(value)}", "ERR_INVALID_ARG_VALUE"
    )


def out_of_range(name: str, range: str, value: object) -> NetValueError:
    """ERR_OUT_OF_RANGE: the number is outside of `range`, which is given in words."""
    long = isinstance(value, int) and 2**32 < abs(value) < 2**128
    number = f"{value:_}" if long else shown(value)
    return NetValueError(
        f'The value of "{name}" is out of range. It must be {range}. Received {number}',
        "ERR_OUT_OF_RANGE",
    )


def bad_port(name: str, port: object, allow_zero: bool = True) -> NetValueError:
    """ERR_SOCKET_BAD_PORT."""
    operator = ">=" if allow_zero else ">"
    return NetValueError(
        f"{name} should be {operator} 0 and < 65536. Received {_received(port)}.",
        "ERR_SOCKET_BAD_PORT",
    )


def missing_args(*names: str | Sequence[str]) -> NetTypeError:
    """ERR_MISSING_ARGS; a name that is a sequence stands for "any of these"."""
    words = [
        f'"{name}"' if isinstance(name, str) else " or ".join(f'"{one}"' for one in name)
        for name in names
    ]
    noun = "arguments" if len(words) > 1 else "argument"
    return NetTypeError(f"The {_either(words, 'and')} {noun} must be specified", "ERR_MISSING_ARGS")


def invalid_ip_address(value: object) -> NetValueError:
    """ERR_INVALID_IP_ADDRESS."""
    return NetValueError(f"Invalid IP address: {plain(value)}", "ERR_INVALID_IP_ADDRESS")


def invalid_address_family(family: object, host: object, port: object) -> NetValueError:
    """ERR_INVALID_ADDRESS_FAMILY; the error has `host` and `port`."""
    error = NetValueError(
        f"Invalid address family: {plain(family)} {shown_host(host)}:{port}",
        "ERR_INVALID_ADDRESS_FAMILY",
    )
    error.__dict__.update(host=host, port=port)
    return error


def invalid_address() -> NetValueError:
    """ERR_INVALID_ADDRESS: not an address of the family that was named."""
    return NetValueError("Invalid socket address", "ERR_INVALID_ADDRESS")


def ip_blocked(address: object) -> NetRuntimeError:
    """ERR_IP_BLOCKED: a block list forbids the address."""
    return NetRuntimeError(
        f"IP({shown_host(address)}) is blocked by net.BlockList", "ERR_IP_BLOCKED"
    )


def unknown_encoding(encoding: object) -> NetValueError:
    """ERR_UNKNOWN_ENCODING."""
    return NetValueError(f"Unknown encoding: {plain(encoding)}", "ERR_UNKNOWN_ENCODING")


def invalid_handle_type() -> NetTypeError:
    """ERR_INVALID_HANDLE_TYPE: not something that can be handed to another process."""
    return NetTypeError("This handle type cannot be sent", "ERR_INVALID_HANDLE_TYPE")


def invalid_fd_type(kind: str) -> NetTypeError:
    """ERR_INVALID_FD_TYPE; `kind` is what the descriptor is, for example `"FILE"`."""
    return NetTypeError(f"Unsupported fd type: {kind}", "ERR_INVALID_FD_TYPE")


def socket_closed() -> NetRuntimeError:
    """ERR_SOCKET_CLOSED."""
    return NetRuntimeError("Socket is closed", "ERR_SOCKET_CLOSED")


def socket_closed_before_connection() -> NetRuntimeError:
    """ERR_SOCKET_CLOSED_BEFORE_CONNECTION."""
    return NetRuntimeError(
        "Socket closed before the connection was established",
        "ERR_SOCKET_CLOSED_BEFORE_CONNECTION",
    )


def socket_max_buffered(limit: int) -> NetRuntimeError:
    """ERR_SOCKET_MAX_BUFFERED."""
    return NetRuntimeError(
        f"More than {limit} bytes wait to be sent (max_buffered)", "ERR_SOCKET_MAX_BUFFERED"
    )


def server_already_listen() -> NetRuntimeError:
    """ERR_SERVER_ALREADY_LISTEN."""
    return NetRuntimeError(
        "Listen method has been called more than once without closing.",
        "ERR_SERVER_ALREADY_LISTEN",
    )


def server_not_running() -> NetRuntimeError:
    """ERR_SERVER_NOT_RUNNING."""
    return NetRuntimeError("Server is not running.", "ERR_SERVER_NOT_RUNNING")


def server_not_listening() -> NetRuntimeError:
    """ERR_SERVER_NOT_RUNNING: nobody can connect to the server."""
    return NetRuntimeError(
        "The server does not listen. After listen(), start() waits until it does.",
        "ERR_SERVER_NOT_RUNNING",
    )


def method_not_implemented(name: str) -> NetRuntimeError:
    """ERR_METHOD_NOT_IMPLEMENTED: the subclass lacks the method `name`."""
    return NetRuntimeError(f"The {name} method is not implemented", "ERR_METHOD_NOT_IMPLEMENTED")


def multiple_callback() -> NetRuntimeError:
    """ERR_MULTIPLE_CALLBACK: a callback that may be called once was called again."""
    return NetRuntimeError("Callback called multiple times", "ERR_MULTIPLE_CALLBACK")


def unhandled_error(value: object) -> NetRuntimeError:
    """ERR_UNHANDLED_ERROR: an 'error' event nobody heard whose argument is no exception.

    The argument is kept as `context`.
    """
    error = NetRuntimeError(f"Unhandled error. ({shown(value)})", "ERR_UNHANDLED_ERROR")
    error.__dict__["context"] = value
    return error


def as_exception(value: object) -> BaseException:
    """What is raised for the argument of an 'error' event."""
    return value if isinstance(value, BaseException) else unhandled_error(value)


def no_copy(value: object) -> TypeError:
    """What copying and pickling say of what there is only one of."""
    return TypeError(f"cannot copy or pickle {type(value).__name__!r} object")


def stream_cannot_pipe() -> NetRuntimeError:
    """ERR_STREAM_CANNOT_PIPE."""
    return NetRuntimeError("Cannot pipe, not readable", "ERR_STREAM_CANNOT_PIPE")


def stream_destroyed(op: str) -> NetRuntimeError:
    """ERR_STREAM_DESTROYED; `op` is the call that came too late."""
    return NetRuntimeError(f"Cannot call {op} after a stream was destroyed", "ERR_STREAM_DESTROYED")


def stream_already_finished(op: str) -> NetRuntimeError:
    """ERR_STREAM_ALREADY_FINISHED; `op` is the call that came too late."""
    return NetRuntimeError(
        f"Cannot call {op} after a stream was finished", "ERR_STREAM_ALREADY_FINISHED"
    )


def stream_write_after_end() -> NetRuntimeError:
    """ERR_STREAM_WRITE_AFTER_END."""
    return NetRuntimeError("write after end", "ERR_STREAM_WRITE_AFTER_END")


def stream_null_values() -> NetTypeError:
    """ERR_STREAM_NULL_VALUES: None was written."""
    return NetTypeError("May not write None to stream", "ERR_STREAM_NULL_VALUES")


def stream_push_after_eof() -> NetRuntimeError:
    """ERR_STREAM_PUSH_AFTER_EOF."""
    return NetRuntimeError("stream.push() after EOF", "ERR_STREAM_PUSH_AFTER_EOF")


def stream_unshift_after_end_event() -> NetRuntimeError:
    """ERR_STREAM_UNSHIFT_AFTER_END_EVENT."""
    return NetRuntimeError("stream.unshift() after end event", "ERR_STREAM_UNSHIFT_AFTER_END_EVENT")


def stream_premature_close() -> NetRuntimeError:
    """ERR_STREAM_PREMATURE_CLOSE: closed before what was waited for."""
    return NetRuntimeError("Premature close", "ERR_STREAM_PREMATURE_CLOSE")


def cluster_gave_up(reason: str) -> NetRuntimeError:
    """ERR_CLUSTER_GAVE_UP: the workers of a cluster end again and again."""
    return NetRuntimeError(f"The cluster has given up: {reason}", "ERR_CLUSTER_GAVE_UP")

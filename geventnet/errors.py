"""The exceptions of the library, their codes, and the translation of error numbers.

Three families, told apart by who is at fault:

- `NetError`: the program misused the library. It carries Node's code and is also the fitting
  builtin, so `except ValueError` and `except NetError` both work.
- `SystemCallError`, `LookupFailure`, `ConnectErrors`, `TimedOut`: the world said no. Each is an
  `OSError`, and where Python has a builtin for the error number, that builtin as well.
- `AbortError`: somebody asked for the operation to stop.

Functions in lower case build an exception and return it; the caller raises or emits it.
Reference: Errors, "Node.js error codes".
"""

from __future__ import annotations

import _socket
import errno as _errno
import os
from collections.abc import Iterable, Sequence
from typing import Any

__all__ = [
    "AbortError",
    "ConnectErrors",
    "LookupFailure",
    "NetError",
    "NetRuntimeError",
    "NetTypeError",
    "NetValueError",
    "StreamEnded",
    "SystemCallError",
    "TimedOut",
    "code_of",
]


def _rebuild(cls: type[Any], args: tuple[Any, ...], state: dict[str, Any]) -> Any:
    """Make the exception again when it is copied or unpickled."""
    error = cls(*args)
    error.__dict__.update(state)
    return error


def _show_as(builtin: type[BaseException], cls: type[BaseException]) -> None:
    """Let tracebacks name `cls` by the builtin that it is, and not by where it is written."""
    cls.__module__ = builtin.__module__
    cls.__name__ = cls.__qualname__ = builtin.__name__


class NetError(Exception):
    """A misuse of the library. `code` is Node's code, for example `"ERR_SOCKET_BAD_PORT"`."""

    code: str

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), (str(self), self.code), self.__dict__)


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
            self.__cause__ = cause

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (AbortError, (self.cause, str(self)), self.__dict__)


def _escaped(text: object) -> str:
    """The text of a name for a message, where it must not begin another line or hide anything."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in str(text)
    )


def _host(name: object) -> str:
    """A host for a message: what is longer than any name can be is shortened."""
    return _escaped(_shorten(str(name), 253))


def _shorten(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[:limit]}..."


def _shown(value: object, limit: int = 128) -> str:
    """The repr of a value, shortened; its type where it has none."""
    try:
        return _shorten(repr(value), limit)
    except Exception:
        # The user's own, or that of an integer of thousands of digits.
        return f"<{type(value).__name__}>"


def _plain(value: object) -> str:
    """A value as Node shows it in the middle of a message: text without quotes."""
    return _escaped(_shorten(value, 128)) if isinstance(value, str) else _shown(value)


def _received(value: object) -> str:
    """Say what a value is, briefly: its type, and the value itself if it is a plain one."""
    if value is None:
        return "None"
    if isinstance(value, str | bytes) and len(value) > 28:
        return f"type {type(value).__name__} ({value[:25]!r}...)"
    if isinstance(value, bool | int | float | str | bytes):
        return f"type {type(value).__name__} ({_shown(value, 64)})"
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
        f"The {_kind(name)} '{name}' {reason}. Received {_shown(value)}", "ERR_INVALID_ARG_VALUE"
    )


def out_of_range(name: str, range: str, value: object) -> NetValueError:
    """ERR_OUT_OF_RANGE: the number is outside of `range`, which is given in words."""
    long = isinstance(value, int) and 2**32 < abs(value) < 2**128
    shown = f"{value:_}" if long else _shown(value)
    return NetValueError(
        f'The value of "{name}" is out of range. It must be {range}. Received {shown}',
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
    return NetValueError(f"Invalid IP address: {_plain(value)}", "ERR_INVALID_IP_ADDRESS")


def invalid_address_family(family: object, host: object, port: object) -> NetValueError:
    """ERR_INVALID_ADDRESS_FAMILY; the error has `host` and `port`."""
    error = NetValueError(
        f"Invalid address family: {_plain(family)} {_host(host)}:{port}",
        "ERR_INVALID_ADDRESS_FAMILY",
    )
    error.__dict__.update(host=host, port=port)
    return error


def invalid_address() -> NetValueError:
    """ERR_INVALID_ADDRESS: not an address of the family that was named."""
    return NetValueError("Invalid socket address", "ERR_INVALID_ADDRESS")


def ip_blocked(address: object) -> NetRuntimeError:
    """ERR_IP_BLOCKED: a block list forbids the address."""
    return NetRuntimeError(f"IP({_host(address)}) is blocked by net.BlockList", "ERR_IP_BLOCKED")


def unknown_encoding(encoding: object) -> NetValueError:
    """ERR_UNKNOWN_ENCODING."""
    return NetValueError(f"Unknown encoding: {_plain(encoding)}", "ERR_UNKNOWN_ENCODING")


def invalid_handle_type() -> NetTypeError:
    """ERR_INVALID_HANDLE_TYPE: not something that can be handed to another process."""
    return NetTypeError("This handle type cannot be sent", "ERR_INVALID_HANDLE_TYPE")


def invalid_fd_type(kind: str) -> NetTypeError:
    """ERR_INVALID_FD_TYPE; `kind` is what the descriptor is, for example `"FILE"`."""
    return NetTypeError(f"Unsupported fd type: {kind}", "ERR_INVALID_FD_TYPE")


def socket_closed() -> NetRuntimeError:
    """ERR_SOCKET_CLOSED."""
    return NetRuntimeError("Socket is closed", "ERR_SOCKET_CLOSED")


def socket_max_buffered(limit: int) -> NetRuntimeError:
    """ERR_SOCKET_MAX_BUFFERED."""
    return NetRuntimeError(
        f"More than {limit} bytes wait to be sent (max_buffered)", "ERR_SOCKET_MAX_BUFFERED"
    )


def socket_closed_before_connection() -> NetRuntimeError:
    """ERR_SOCKET_CLOSED_BEFORE_CONNECTION."""
    return NetRuntimeError(
        "Socket closed before the connection was established",
        "ERR_SOCKET_CLOSED_BEFORE_CONNECTION",
    )


def socket_connection_timeout() -> NetRuntimeError:
    """ERR_SOCKET_CONNECTION_TIMEOUT: every attempt ran out of time."""
    return NetRuntimeError("Socket connection timeout", "ERR_SOCKET_CONNECTION_TIMEOUT")


def server_already_listen() -> NetRuntimeError:
    """ERR_SERVER_ALREADY_LISTEN."""
    return NetRuntimeError(
        "Listen method has been called more than once without closing.",
        "ERR_SERVER_ALREADY_LISTEN",
    )


def server_not_running() -> NetRuntimeError:
    """ERR_SERVER_NOT_RUNNING."""
    return NetRuntimeError("Server is not running.", "ERR_SERVER_NOT_RUNNING")


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
    error = NetRuntimeError(f"Unhandled error. ({_shown(value)})", "ERR_UNHANDLED_ERROR")
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


# The wording of libuv, which Node shows with the errors of a server, by error code.
_WORDS = {
    "E2BIG": "argument list too long",
    "EACCES": "permission denied",
    "EADDRINUSE": "address already in use",
    "EADDRNOTAVAIL": "address not available",
    "EAFNOSUPPORT": "address family not supported",
    "EAGAIN": "resource temporarily unavailable",
    "EALREADY": "connection already in progress",
    "EBADF": "bad file descriptor",
    "EBUSY": "resource busy or locked",
    "ECANCELED": "operation canceled",
    "ECONNABORTED": "software caused connection abort",
    "ECONNREFUSED": "connection refused",
    "ECONNRESET": "connection reset by peer",
    "EDESTADDRREQ": "destination address required",
    "EEXIST": "file already exists",
    "EFAULT": "bad address in system call argument",
    "EFBIG": "file too large",
    "EHOSTDOWN": "host is down",
    "EHOSTUNREACH": "host is unreachable",
    "EILSEQ": "illegal byte sequence",
    "EINTR": "interrupted system call",
    "EINVAL": "invalid argument",
    "EIO": "i/o error",
    "EISCONN": "socket is already connected",
    "EISDIR": "illegal operation on a directory",
    "ELOOP": "too many symbolic links encountered",
    "EMFILE": "too many open files",
    "EMLINK": "too many links",
    "EMSGSIZE": "message too long",
    "ENAMETOOLONG": "name too long",
    "ENETDOWN": "network is down",
    "ENETUNREACH": "network is unreachable",
    "ENFILE": "file table overflow",
    "ENOBUFS": "no buffer space available",
    "ENODATA": "no data available",
    "ENODEV": "no such device",
    "ENOENT": "no such file or directory",
    "ENOMEM": "not enough memory",
    "ENONET": "machine is not on the network",
    "ENOPROTOOPT": "protocol not available",
    "ENOSPC": "no space left on device",
    "ENOSYS": "function not implemented",
    "ENOTCONN": "socket is not connected",
    "ENOTDIR": "not a directory",
    "ENOTEMPTY": "directory not empty",
    "ENOTSOCK": "socket operation on non-socket",
    "ENOTSUP": "operation not supported on socket",
    "ENOTTY": "inappropriate ioctl for device",
    "ENXIO": "no such device or address",
    "EOVERFLOW": "value too large for defined data type",
    "EPERM": "operation not permitted",
    "EPIPE": "broken pipe",
    "EPROTO": "protocol error",
    "EPROTONOSUPPORT": "protocol not supported",
    "EPROTOTYPE": "protocol wrong type for socket",
    "ERANGE": "result too large",
    "EREMOTEIO": "remote I/O error",
    "EROFS": "read-only file system",
    "ESHUTDOWN": "cannot send after transport endpoint shutdown",
    "ESOCKTNOSUPPORT": "socket type not supported",
    "ESPIPE": "invalid seek",
    "ESRCH": "no such process",
    "ETIMEDOUT": "connection timed out",
    "ETXTBSY": "text file is busy",
    "EUNATCH": "protocol driver not attached",
    "EXDEV": "cross-device link not permitted",
}


def code_of(errno: int) -> str:
    """Return the name of a system error number, for example `"ECONNREFUSED"` for 111."""
    return _errno.errorcode.get(errno) or f"Unknown system error {errno}"


class _NodeFields(OSError):
    """An OSError that says what Node says, and can be pickled and copied."""

    code: str
    errno: int

    def __init__(self, message: str, errno: int, strerror: str, code: str) -> None:
        super().__init__(errno, strerror)
        self._message = message
        self.code = code

    def __str__(self) -> str:
        return self._message

    def __reduce__(self) -> tuple[Any, ...]:
        args = (self._message, self.errno, self.strerror, self.code)
        return _rebuild, (type(self), args, self.__dict__)


class SystemCallError(_NodeFields):
    """A system call failed.

    It is also the builtin that fits its number: `ConnectionRefusedError`, `TimeoutError`, ...
    `str(e)` is Node's message: `connect ECONNREFUSED 127.0.0.1:1`.
    """

    #: The call that failed: `"connect"`, `"read"`, `"bind"`, ... None if none was made.
    syscall: str | None
    #: The address, or the path of a Unix socket, that the call was about.
    address: str | None = None
    port: int | None = None
    #: Where a connection came from, if it was bound.
    local_address: str | None = None
    local_port: int | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        args = (self._message, self.errno, self.strerror, self.code)
        return _system, args, self.__dict__


class _Blocking(SystemCallError, BlockingIOError):
    pass


class _BrokenPipe(SystemCallError, BrokenPipeError):
    pass


class _ChildProcess(SystemCallError, ChildProcessError):
    pass


class _Aborted(SystemCallError, ConnectionAbortedError):
    pass


class _Refused(SystemCallError, ConnectionRefusedError):
    pass


class _Reset(SystemCallError, ConnectionResetError):
    pass


class _Exists(SystemCallError, FileExistsError):
    pass


class _NotFound(SystemCallError, FileNotFoundError):
    pass


class _Interrupted(SystemCallError, InterruptedError):
    pass


class _IsADirectory(SystemCallError, IsADirectoryError):
    pass


class _NotADirectory(SystemCallError, NotADirectoryError):
    pass


class _Permission(SystemCallError, PermissionError):
    pass


class _ProcessLookup(SystemCallError, ProcessLookupError):
    pass


class _Timeout(SystemCallError, TimeoutError):
    pass


_BY_BUILTIN: dict[type[BaseException], type[SystemCallError]] = {
    cls.__bases__[1]: cls for cls in SystemCallError.__subclasses__()
}
for _builtin, _cls in _BY_BUILTIN.items():
    _show_as(_builtin, _cls)


def _at(address: str | None, port: int | None) -> str:
    if port:
        return f" {_escaped(address)}:{port}"
    return f" {_escaped(address)}" if address else ""


def _system(message: str, errno: int, strerror: str, code: str) -> SystemCallError:
    cls = _BY_BUILTIN.get(type(OSError(errno, strerror)), SystemCallError)
    return cls(message, errno, strerror, code)


def _failed(message: str, errno: int, syscall: str | None) -> SystemCallError:
    error = _system(message, errno, os.strerror(errno), code_of(errno))
    error.syscall = syscall
    return error


def system_error(
    errno: int,
    syscall: str,
    address: str | None = None,
    port: int | None = None,
    *,
    local_address: str | None = None,
    local_port: int | None = None,
) -> SystemCallError:
    """Build the error of a failed call: `connect ECONNREFUSED 127.0.0.1:1`."""
    message = f"{syscall} {code_of(errno)}{_at(address, port)}"
    if local_address is not None:
        message += f" - Local ({local_address}:{local_port})"
    error = _failed(message, errno, syscall)
    error.address = address
    error.port = port or None
    error.local_address = local_address
    error.local_port = local_port
    return error


def uv_error(
    errno: int, syscall: str, address: str | None = None, port: int | None = None
) -> SystemCallError:
    """Build the error of a server: `listen EADDRINUSE: address already in use 127.0.0.1:80`."""
    code = code_of(errno)
    words = _WORDS.get(code, "unknown error")
    error = _failed(f"{syscall} {code}: {words}{_at(address, port)}", errno, syscall)
    error.address = address
    error.port = port or None
    return error


def ended_by_peer() -> SystemCallError:
    """Build the EPIPE of a write after the peer has ended the connection, and we with it."""
    return _failed("This socket has been ended by the other party", _errno.EPIPE, None)


_EAI_CODES: dict[int, str] = {
    getattr(_socket, name): name for name in dir(_socket) if name.startswith("EAI_")
}


class LookupFailure(_NodeFields, _socket.gaierror):
    """A name could not be resolved: a `socket.gaierror` with Node's fields.

    `errno` is the resolver's number (`socket.EAI_NONAME`), `code` Node's name (`"ENOTFOUND"`).
    """

    syscall: str = "getaddrinfo"
    hostname: str


def lookup_error(failure: OSError | int, hostname: str) -> LookupFailure:
    """Build the error of a look-up from what the resolver raised, or from its EAI number."""
    if isinstance(failure, int):
        number, strerror = failure, "name look-up failed"
    else:
        number = failure.errno if isinstance(failure.errno, int) else _socket.EAI_FAIL
        strerror = failure.strerror or str(failure)
    name = _EAI_CODES.get(number)
    if isinstance(failure, OSError) and not isinstance(failure, _socket.gaierror):
        code = code_of(number)
    elif name in ("EAI_NONAME", "EAI_NODATA"):
        code = "ENOTFOUND"
    else:
        code = name or "EAI_FAIL"
    error = LookupFailure(f"getaddrinfo {code} {_host(hostname)}", number, strerror, code)
    error.hostname = hostname
    return error


class ConnectErrors(_NodeFields):
    """Every address of a host failed. `errors` has one error for each; `code` is the first's.

    The message has theirs; its cause is an ExceptionGroup, so a traceback shows every failure.
    """

    errors: list[Exception]

    def __reduce__(self) -> tuple[Any, ...]:
        return several, (self.errors,)


def several(errors: Iterable[Exception]) -> ConnectErrors:
    """Build the one error that stands for several failed attempts, at least one."""
    failures = list(errors)
    first = failures[0]
    number = first.errno if isinstance(first, OSError) and first.errno is not None else 0
    strerror = "every address failed"
    message = f"{strerror}: {'; '.join(map(str, failures))}"
    error = ConnectErrors(message, number, strerror, getattr(first, "code", code_of(number)))
    error.errors = failures
    error.__cause__ = ExceptionGroup(strerror, failures)
    return error


class StreamEnded(EOFError):
    """The stream ended before what was asked for; `partial` is what there was, `b""` if nothing."""

    def __init__(self, message: str, partial: bytes) -> None:
        super().__init__(message)
        self.partial = partial

    def __reduce__(self) -> tuple[Any, ...]:
        return stream_ended, (str(self), self.partial), self.__dict__


_show_as(EOFError, StreamEnded)


def stream_ended(message: str, partial: bytes) -> StreamEnded:
    """Build the error of a call that wanted more than came before the end."""
    return StreamEnded(message, partial)


class TimedOut(_NodeFields, TimeoutError):
    """A limit of the caller's passed: a `TimeoutError` whose code is `"ETIMEDOUT"`."""

    def __reduce__(self) -> tuple[Any, ...]:
        return timed_out, (self._message,), self.__dict__


_show_as(TimeoutError, TimedOut)


def timed_out(message: str) -> TimedOut:
    """Build the error of a limit that passed."""
    return TimedOut(message, _errno.ETIMEDOUT, message, "ETIMEDOUT")


for _public in (
    NetError,
    NetTypeError,
    NetValueError,
    NetRuntimeError,
    AbortError,
    SystemCallError,
    LookupFailure,
    ConnectErrors,
):
    # Where users find them.
    _public.__module__ = "geventnet"

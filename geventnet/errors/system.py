"""What the system, a peer or a limit has refused: each is an `OSError` with the fields of Node.

Functions in lower case build an exception and return it; the caller raises or emits it.
"""

from __future__ import annotations

import _socket
import errno as _errno
import os
from collections.abc import Iterable
from typing import Any

from .text import escaped, rebuild, show_as, shown_host

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

    #: Node's name of the error: `"ECONNREFUSED"`.
    code: str
    #: The number of the error.
    errno: int

    def __init__(self, message: str, errno: int, strerror: str, code: str) -> None:
        super().__init__(errno, strerror)
        self._message = message
        self.code = code

    def __str__(self) -> str:
        return self._message

    def __reduce__(self) -> tuple[Any, ...]:
        args = (self._message, self.errno, self.strerror, self.code)
        return rebuild, (type(self), args, self.__dict__)


class SystemCallError(_NodeFields):
    """A system call failed.

    It is also the builtin that fits its number: `ConnectionRefusedError`, `TimeoutError`, ...
    `str(e)` is Node's message: `connect ECONNREFUSED 127.0.0.1:1`.
    """

    #: The call that failed: `"connect"`, `"read"`, `"bind"`, ... None if none was made.
    syscall: str | None
    #: The address, or the path of a Unix socket, that the call was about.
    address: str | None = None
    #: Its port.
    port: int | None = None
    #: Where a connection came from, if it was bound.
    local_address: str | None = None
    #: Its port.
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
    show_as(_builtin, _cls)


def _at(address: str | None, port: int | None) -> str:
    if port:
        return f" {escaped(address)}:{port}"
    return f" {escaped(address)}" if address else ""


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

    #: The call that failed.
    syscall: str = "getaddrinfo"
    #: The name that was looked up.
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
    error = LookupFailure(f"getaddrinfo {code} {shown_host(hostname)}", number, strerror, code)
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


def stream_ended(message: str, partial: bytes) -> StreamEnded:
    """Build the error of a call that wanted more than came before the end."""
    return StreamEnded(message, partial)


class TimedOut(_NodeFields, TimeoutError):
    """A limit of the caller's passed: a `TimeoutError` whose code is `"ETIMEDOUT"`."""

    def __reduce__(self) -> tuple[Any, ...]:
        return timed_out, (self._message,), self.__dict__


show_as(TimeoutError, TimedOut)


def timed_out(message: str) -> TimedOut:
    """Build the error of a limit that passed."""
    return TimedOut(message, _errno.ETIMEDOUT, message, "ETIMEDOUT")


def took_longer(what: str, limit: float) -> TimedOut:
    """Build the error of something that took longer than `limit` seconds.

    Milliseconds are told: what is left of a limit is a little less than the limit itself.
    """
    return timed_out(f"{what} took longer than {round(limit, 3) or limit} seconds")


def system_error_from(error: OSError, syscall: str) -> SystemCallError:
    """Build the error of a call that has raised `error`."""
    return system_error(error.errno or _errno.EIO, syscall)


def would_block() -> BlockingIOError:
    """Build the error of a call that would have to wait and may not."""
    return BlockingIOError(_errno.EAGAIN, os.strerror(_errno.EAGAIN))


def not_connected(syscall: str) -> SystemCallError:
    """Build the ENOTCONN of a call on what has no connection."""
    return system_error(_errno.ENOTCONN, syscall)

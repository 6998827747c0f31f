"""The exceptions of the library, their codes, and the translation of error numbers.

Three families, by what has caused the error:

- `NetError`: the program misused the library. It carries Node's code and is also the fitting
  builtin, so `except ValueError` and `except NetError` both work.
- `SystemCallError`, `LookupFailure`, `ConnectErrors`, `TimedOut`: the system, the other side or a
  limit has refused. Each is an `OSError`, and where Python has a builtin for the error number, that
  builtin as well.
- `AbortError`: an abort signal has stopped the operation.

Functions in lower case build an exception and return it; the caller raises or emits it.
Reference: Errors, "Node.js error codes".
"""

from __future__ import annotations

from .misuse import (
    AbortError,
    NetError,
    NetRuntimeError,
    NetTypeError,
    NetValueError,
    as_exception,
    bad_port,
    cluster_gave_up,
    invalid_address,
    invalid_address_family,
    invalid_arg_type,
    invalid_arg_value,
    invalid_fd_type,
    invalid_handle_type,
    invalid_ip_address,
    ip_blocked,
    method_not_implemented,
    missing_args,
    multiple_callback,
    no_copy,
    not_callable,
    out_of_range,
    server_already_listen,
    server_not_listening,
    server_not_running,
    socket_closed,
    socket_closed_before_connection,
    socket_max_buffered,
    stream_already_finished,
    stream_cannot_pipe,
    stream_destroyed,
    stream_null_values,
    stream_premature_close,
    stream_push_after_eof,
    stream_unshift_after_end_event,
    stream_write_after_end,
    unhandled_error,
    unknown_encoding,
)
from .system import (
    ConnectErrors,
    LookupFailure,
    StreamEnded,
    SystemCallError,
    TimedOut,
    code_of,
    ended_by_peer,
    lookup_error,
    not_connected,
    several,
    stream_ended,
    system_error,
    system_error_from,
    timed_out,
    took_longer,
    uv_error,
    would_block,
)

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
    "as_exception",
    "bad_port",
    "cluster_gave_up",
    "code_of",
    "ended_by_peer",
    "invalid_address",
    "invalid_address_family",
    "invalid_arg_type",
    "invalid_arg_value",
    "invalid_fd_type",
    "invalid_handle_type",
    "invalid_ip_address",
    "ip_blocked",
    "lookup_error",
    "method_not_implemented",
    "missing_args",
    "multiple_callback",
    "no_copy",
    "not_callable",
    "not_connected",
    "out_of_range",
    "server_already_listen",
    "server_not_listening",
    "server_not_running",
    "several",
    "socket_closed",
    "socket_closed_before_connection",
    "socket_max_buffered",
    "stream_already_finished",
    "stream_cannot_pipe",
    "stream_destroyed",
    "stream_ended",
    "stream_null_values",
    "stream_premature_close",
    "stream_push_after_eof",
    "stream_unshift_after_end_event",
    "stream_write_after_end",
    "system_error",
    "system_error_from",
    "timed_out",
    "took_longer",
    "unhandled_error",
    "unknown_encoding",
    "uv_error",
    "would_block",
]

for _public in (
    NetError,
    NetTypeError,
    NetValueError,
    NetRuntimeError,
    AbortError,
    SystemCallError,
    LookupFailure,
    ConnectErrors,
    StreamEnded,
):
    # Where users find them.
    _public.__module__ = "geventnet"

"""`onread=`: what is received goes into the user's buffer, without a copy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypedDict

from .. import errors
from ..arguments.arity import fitting
from .descriptor import DescriptorTransport
from .handles import Handle
from .protocol import Context

__all__ = ["BufferTransport", "OnRead", "check_on_read"]


class OnRead(TypedDict):
    """What `onread=` takes: where received bytes go, and who is told, instead of `'data'`.

    `buffer` is a writable bytes-like object, which is used again and again, or a function that
    gives one, which is asked for another after every read. `callback(count, buffer)` is called
    when the first `count` bytes of it were received, and may block, which delays this socket
    alone; if it returns False, nothing is read until `resume()`. It may take fewer arguments.
    Reference: "socket.connect(options)", `onread`.
    """

    buffer: Any
    callback: Callable[..., object]


def check_on_read(value: object) -> OnRead:
    """Return what `onread=` was given, or raise `ERR_INVALID_ARG_TYPE`."""
    if not isinstance(value, Mapping):
        raise errors.invalid_arg_type("onread", "Mapping", value)
    buffer, callback = value.get("buffer"), value.get("callback")
    if not callable(callback):
        raise errors.not_callable("onread.callback", callback)
    return OnRead(
        buffer=buffer if callable(buffer) else _writable(buffer), callback=fitting(callback, 2)
    )


def _writable(buffer: Any) -> Any:
    """Return a buffer into which at least one byte can be read."""
    try:
        view = memoryview(buffer)
    except TypeError:
        view = memoryview(b"")
    if view.readonly or not view.nbytes:
        raise errors.invalid_arg_type("onread.buffer", "writable bytes-like object", buffer)
    return buffer


class BufferTransport(DescriptorTransport):
    """Reads what has arrived into the user's buffer."""

    __slots__ = ("_buffer", "_callback", "_make_buffer", "_receive_into")

    has_user_buffer = True

    bytes_read: int

    def __init__(self, context: Context, handle: Handle, onread: OnRead) -> None:
        super().__init__(context, handle)
        self._receive_into = handle.recv_into
        self._callback = onread["callback"]
        self._buffer: Any = onread["buffer"]
        self._make_buffer: Callable[[], Any] | None = None
        if callable(self._buffer):
            self._make_buffer = self._buffer
            self._buffer = _writable(self._make_buffer())

    def run(self) -> None:
        if not self.armed and not self.may_run():
            return
        try:
            size = self._receive_into(self._buffer)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            self.sink.failed(errors.system_error_from(error, "read"))
            return
        if not size:
            self.end()
            return
        self.bytes_read += size
        if self.idle is not None:
            self.idle.touch()
        more = self._callback(size, self._buffer)
        if self._make_buffer is not None and self.descriptor >= 0:
            self._buffer = _writable(self._make_buffer())
        if more is False:
            self.stop()
            self.sink.stopped()

"""Framing: messages in a stream of bytes, by a length in front or a separator behind.

Whoever receives sets a limit: a length that a stranger has written is not room to make.
"""

from __future__ import annotations

from typing import Any

from .. import errors
from ..arguments import values
from .seams import Callback
from .transform import Transform

__all__ = [
    "FRAME_LIMIT",
    "LINE_LIMIT",
    "FrameDecoder",
    "LineDecoder",
    "body_length",
    "frame",
    "prefix_size",
    "separator_bytes",
]

#: The longest message that is received unless another limit is given (bytes).
FRAME_LIMIT = 1 << 20
LINE_LIMIT = 1 << 16

_PREFIXES = (1, 2, 4, 8)


def prefix_size(value: object) -> int:
    """Return the size of the length in front of a message (bytes)."""
    size = values.int32(value, "prefix")
    if size not in _PREFIXES:
        raise errors.invalid_arg_value("prefix", value, "must be one of: 1, 2, 4, 8")
    return size


def separator_bytes(value: object) -> bytes:
    """Return a separator, which must not be empty."""
    separator = values.as_bytes(value, "separator", text=False)
    if not separator:
        raise errors.invalid_arg_value("separator", separator, "must not be empty")
    return separator


def body_length(header: bytes | bytearray, limit: int) -> int:
    """The length that stands in front of a message; raises `ERR_OUT_OF_RANGE` above the limit."""
    length = int.from_bytes(header, "big")
    if length > limit:
        raise errors.NetValueError(
            f"A frame of {length} bytes is longer than the limit of {limit}", "ERR_OUT_OF_RANGE"
        )
    return length


def frame(data: Any, prefix: int = 4) -> bytes:
    """A message with its length in front: `prefix` bytes (1, 2, 4 or 8), the highest first.

    `data` is bytes-like. Raises `ERR_OUT_OF_RANGE` for a message that is too long for the prefix,
    `ERR_INVALID_ARG_VALUE` and `ERR_INVALID_ARG_TYPE`.
    """
    size = prefix_size(prefix)
    body = values.as_bytes(data, "data", text=False)
    if len(body) >> (8 * size):
        raise errors.NetValueError(
            f"A message of {len(body)} bytes is too long for a prefix of {size}",
            "ERR_OUT_OF_RANGE",
        )
    return len(body).to_bytes(size, "big") + body


class _Decoder(Transform):
    """Takes bytes and gives messages, one object each."""

    __slots__ = ("_net_limit", "_net_unread")

    def __init__(self, limit: int) -> None:
        super().__init__(readable_object_mode=True)
        self._net_limit = limit
        self._net_unread = bytearray()

    def _transform(self, chunk: bytes, encoding: str, callback: Callback) -> None:
        unread = self._net_unread
        unread += chunk
        try:
            taken = self._net_decode(unread, len(chunk))
        except errors.NetError as error:
            callback(error)
            return
        del unread[:taken]
        callback(None)

    def _net_decode(self, unread: bytearray, new: int) -> int:
        """Push every whole message; `new` bytes are new. Returns how many bytes were pushed."""
        raise NotImplementedError

    def _flush(self, callback: Callback) -> None:
        unread = bytes(self._net_unread)
        if unread:
            said = f"the stream has ended after {len(unread)} bytes of a message"
            callback(errors.stream_ended(said, unread))
        else:
            callback(None)


class FrameDecoder(_Decoder):
    """A Transform from bytes to the messages in them that have their length in front.

    Each `'data'` is one message, as bytes; see `frame()` for the format. A message of more than
    `limit` bytes (1 MiB) destroys it with `ERR_OUT_OF_RANGE`, and an end within a message with an
    `EOFError`, whose `.partial` is what there was. Raises `NetError` for bad options.
    """

    __slots__ = ("_net_prefix",)

    def __init__(self, *, prefix: int = 4, limit: int = FRAME_LIMIT) -> None:
        self._net_prefix = prefix_size(prefix)
        super().__init__(values.int32(limit, "limit", 0, 1 << 53))

    def _net_decode(self, unread: bytearray, new: int) -> int:
        size = self._net_prefix
        start = 0
        while len(unread) - start >= size:
            body = start + size
            end = body + body_length(unread[start:body], self._net_limit)
            if end > len(unread):
                break
            self.push(bytes(unread[body:end]))
            start = end
        return start


class LineDecoder(_Decoder):
    """A Transform from bytes to the lines in them.

    Each `'data'` is one line, as bytes, without its `separator`. A line of more than `limit` bytes
    (65,536, its separator counted) destroys it with `ERR_OUT_OF_RANGE`, and an end within a line
    with an `EOFError`, whose `.partial` is what there was. Raises `NetError` for bad options.
    """

    __slots__ = ("_net_separator",)

    def __init__(self, *, separator: bytes = b"\n", limit: int = LINE_LIMIT) -> None:
        self._net_separator = separator_bytes(separator)
        super().__init__(values.int32(limit, "limit", len(self._net_separator)))

    def _net_decode(self, unread: bytearray, new: int) -> int:
        separator, limit = self._net_separator, self._net_limit
        start = 0
        look = max(0, len(unread) - new - len(separator) + 1)
        while (found := unread.find(separator, look)) >= 0:
            look = found + len(separator)
            if look - start > limit:
                break
            self.push(bytes(unread[start:found]))
            start = look
        if found >= 0 or len(unread) - start >= limit:
            raise errors.NetValueError(
                f"There is no {separator!r} within {limit} bytes", "ERR_OUT_OF_RANGE"
            )
        return start

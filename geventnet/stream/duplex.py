"""Duplex: a stream with both sides."""

from __future__ import annotations

from ..events.abort import AbortSignal
from .readable import Readable, read_mark
from .writable import Writable

__all__ = ["Duplex"]


class Duplex(Readable, Writable):
    """A stream that is read and written, independently of each other.

    Without `allow_half_open` the writable side is ended when the readable side has ended. With
    `readable=False` or `writable=False` it lacks that side. The other options are those of
    `Readable` and `Writable`; `high_water_mark` stands for both sides.
    Reference: Stream, "Class: stream.Duplex".
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        allow_half_open: bool = True,
        readable: bool = True,
        writable: bool = True,
        high_water_mark: int | None = None,
        readable_high_water_mark: int | None = None,
        writable_high_water_mark: int | None = None,
        object_mode: bool = False,
        readable_object_mode: bool = False,
        writable_object_mode: bool = False,
        encoding: str | None = None,
        default_encoding: str = "utf8",
        decode_strings: bool = True,
        emit_close: bool = True,
        auto_destroy: bool = True,
        signal: AbortSignal | None = None,
    ) -> None:
        both = high_water_mark
        in_mark = readable_high_water_mark if both is None else both
        out_mark = writable_high_water_mark if both is None else both
        in_objects = object_mode or readable_object_mode
        out_objects = object_mode or writable_object_mode
        marks = read_mark(in_mark, in_objects), read_mark(out_mark, out_objects)
        life = self._net_begin(emit_close, auto_destroy)
        self._net_readable(life, marks[0], in_objects, encoding, default_encoding)
        self._net_writable(life, marks[1], out_objects, decode_strings, default_encoding)
        life.allow_half_open = allow_half_open
        if not readable:
            self._net_reader.remove()
        if not writable:
            self._net_writer.remove()
        self._net_started(signal)

    @property
    def allow_half_open(self) -> bool:
        """Whether the writable side stays open when the readable side ends.

        Reference: "duplex.allowHalfOpen".
        """
        return self._net_life.allow_half_open

    @allow_half_open.setter
    def allow_half_open(self, value: bool) -> None:
        self._net_check_thread()
        self._net_life.allow_half_open = value

    def pipe(self, destination: object, *, end: bool = True) -> object:
        return Readable.pipe(self, destination, end=end)

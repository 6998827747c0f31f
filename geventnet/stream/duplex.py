"""Duplex: a stream with both sides."""

from __future__ import annotations

from ..abort import AbortSignal
from ..turn import FREE
from .readable import Readable
from .writable import Writable

__all__ = ["Duplex"]


class Duplex(Readable, Writable):
    """A stream that is read and written, independently of each other.

    Without `allow_half_open` the writable side is ended when the readable side has ended. With
    `readable=False` or `writable=False` it lacks that side. The other options are those of
    `Readable` and `Writable`; `high_water_mark` stands for both sides.
    Reference: Stream, "Class: stream.Duplex".
    """

    __slots__ = ("_allow_half_open",)

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
        self._init_readable(
            readable_high_water_mark if high_water_mark is None else high_water_mark,
            object_mode or readable_object_mode,
            encoding,
            default_encoding,
        )
        self._init_writable(
            writable_high_water_mark if high_water_mark is None else high_water_mark,
            object_mode or writable_object_mode,
            decode_strings,
            default_encoding,
        )
        self._init_stream(emit_close, auto_destroy, signal)
        self._init_duplex(allow_half_open, readable, writable)

    def _init_duplex(self, allow_half_open: bool, readable: bool, writable: bool) -> None:
        self._allow_half_open = allow_half_open
        self._has_readable = readable
        self._has_writable = writable
        if not readable:
            self._ended = self._end_emitted = True
        if not writable:
            self._ending = self._finished = True

    @property
    def allow_half_open(self) -> bool:
        """Whether the writable side stays open when the readable side ends.

        Reference: "duplex.allowHalfOpen".
        """
        return self._allow_half_open

    @allow_half_open.setter
    def allow_half_open(self, value: bool) -> None:
        self._turn.check_thread()
        self._allow_half_open = value

    def _after_end(self) -> None:
        if self.writable and not self._allow_half_open:
            self._turn.defer(self, FREE, self._end_writable)
        elif self._auto_destroy and (self._finished or not self._has_writable):
            self.destroy()

    def _end_writable(self) -> None:
        if self.writable:
            self.end()

    def _after_finish(self) -> None:
        if self._auto_destroy and (self._end_emitted or not self._has_readable):
            self.destroy()

    def pipe(self, destination: object, *, end: bool = True) -> object:
        return Readable.pipe(self, destination, end=end)

    def _constructed_sides(self) -> None:
        Readable._constructed_sides(self)
        Writable._constructed_sides(self)

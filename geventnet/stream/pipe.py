"""Pipe: the listeners that carry one stream's data into another."""

from __future__ import annotations

from typing import Any

from .. import errors
from ..turn import READ
from .base import Stream

__all__ = ["Pipe"]


class Pipe:
    """What `source.pipe(destination)` sets up, and takes down when either end is done.

    While `destination` is full, `source` is paused and `destination` is in its `_await_drain`.
    """

    __slots__ = ("_draining", "_end", "_gone", "_leaving", "destination", "source")

    def __init__(self, source: Any, destination: Any, end: bool) -> None:
        self.source = source
        self.destination = destination
        self._end = end
        self._draining = False
        self._leaving = False
        self._gone = False

    def start(self) -> None:
        source, destination = self.source, self.destination
        if source._pipes is None:
            source._pipes = []
        source._pipes.append(self)
        on_end = self._on_end if self._end else self._unpipe
        if source._end_emitted:
            source._turn.defer(source, READ, on_end)
        else:
            source.once("end", on_end)
        destination.on("unpipe", self._on_unpipe)
        source.on("data", self._on_data)
        destination.prepend_listener("error", self._on_error)
        destination.once("close", self._on_close)
        destination.once("finish", self._on_finish)
        destination.emit("pipe", source)
        if getattr(destination, "writable_need_drain", False):
            self._hold()
        elif not source._flowing:
            source.resume()

    def detach(self) -> None:
        """The source has dropped this pipe."""
        self._leaving = True
        self.destination.emit("unpipe", self.source)

    def _on_unpipe(self, source: Any) -> None:
        if source is not self.source or not self._leaving or self._gone:
            return
        self._gone = True
        destination = self.destination
        destination.off("close", self._on_close)
        destination.off("finish", self._on_finish)
        if self._draining:
            destination.off("drain", self._on_drain)
        destination.off("error", self._on_error)
        destination.off("unpipe", self._on_unpipe)
        source.off("end", self._on_end)
        source.off("end", self._unpipe)
        source.off("data", self._on_data)
        waiting = source._await_drain
        if self._draining and waiting and destination in waiting:
            self._on_drain()

    def _on_data(self, chunk: Any) -> None:
        if self.destination.write(chunk) is False:
            self._hold()

    def _hold(self) -> None:
        source, destination = self.source, self.destination
        if not self._gone:
            if source._await_drain is None:
                source._await_drain = set()
            source._await_drain.add(destination)
            source.pause()
        if not self._draining:
            self._draining = True
            destination.on("drain", self._on_drain)

    def _on_drain(self) -> None:
        source = self.source
        waiting = source._await_drain
        if waiting is not None:
            waiting.discard(self.destination)
        if not waiting and "data" in source._events:
            source.resume()

    def _on_end(self) -> None:
        self.destination.end()

    def _unpipe(self) -> None:
        self.source.unpipe(self.destination)

    def _on_close(self, *_: object) -> None:
        self.destination.off("finish", self._on_finish)
        self._unpipe()

    def _on_finish(self) -> None:
        self.destination.off("close", self._on_close)
        self._unpipe()

    def _on_error(self, error: BaseException) -> None:
        destination = self.destination
        self._unpipe()
        destination.off("error", self._on_error)
        if destination.listener_count("error") == 0:
            if isinstance(destination, Stream) and not destination._error_emitted:
                destination._fail(error)
            elif isinstance(destination, Stream):
                destination._error_unheard(errors.as_exception(error))
            else:
                destination.emit("error", error)

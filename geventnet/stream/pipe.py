"""Pipe: the listeners that carry one stream's data into another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from .. import errors
from ..loop.tasks import READ
from .life import life_of
from .read_side import ReadSide
from .states import ReadEnd

__all__ = ["Pipe"]


class _Piped(Protocol):
    """The source, as its pipe knows it."""

    def on(self, event: Any, listener: Callable[..., object]) -> object: ...
    def once(self, event: Any, listener: Callable[..., object]) -> object: ...
    def off(self, event: Any, listener: Callable[..., object]) -> object: ...
    def listener_count(self, event: str) -> int: ...
    def pause(self) -> object: ...
    def resume(self) -> object: ...
    def unpipe(self, destination: object) -> object: ...


class Pipe:
    """What `source.pipe(destination)` sets up, and takes down when either end is done.

    While `destination` is full, `source` is paused and `destination` is in its `await_drain`.
    """

    __slots__ = ("_draining", "_end", "_gone", "_leaving", "destination", "side", "source")

    def __init__(self, source: _Piped, side: ReadSide, destination: Any, end: bool) -> None:
        self.source: _Piped = source
        self.side: ReadSide = side
        self.destination: Any = destination
        self._end = end
        self._draining = False
        self._leaving = False
        self._gone = False

    def start(self) -> None:
        """Let the data flow."""
        source, side, destination = self.source, self.side, self.destination
        if side.pipes is None:
            side.pipes = []
        side.pipes.append(self)
        on_end = self._on_end if self._end else self._unpipe
        if side.end is ReadEnd.ENDED:
            side.life.scheduler.call_soon(side.life, READ, on_end)
        else:
            source.once("end", on_end)
        destination.on("unpipe", self._on_unpipe)
        source.on("data", self.on_data)
        destination.prepend_listener("error", self._on_error)
        destination.once("close", self._on_close)
        destination.once("finish", self._on_finish)
        destination.emit("pipe", source)
        if getattr(destination, "writable_need_drain", False):
            self.hold()
        elif not side.flowing:
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
        source.off("data", self.on_data)
        waiting = self.side.await_drain
        if self._draining and waiting and destination in waiting:
            self._on_drain()

    def on_data(self, chunk: Any) -> None:
        """Write one chunk; backpressure stops the source."""
        if self.destination.write(chunk) is False:
            self.hold()

    def hold(self) -> None:
        """Stop the source until the destination has drained."""
        side, destination = self.side, self.destination
        if not self._gone:
            if side.await_drain is None:
                side.await_drain = set()
            side.await_drain.add(destination)
            self.source.pause()
        if not self._draining:
            self._draining = True
            destination.on("drain", self._on_drain)

    def _on_drain(self) -> None:
        waiting = self.side.await_drain
        if waiting is not None:
            waiting.discard(self.destination)
        if not waiting and self.source.listener_count("data"):
            self.source.resume()

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
            life = life_of(destination)
            if life is None:
                destination.emit("error", error)
            elif life.error_emitted:
                life.holder.error_unheard(errors.as_exception(error))
            else:
                # A program has emitted it by hand.
                life.fail(error)

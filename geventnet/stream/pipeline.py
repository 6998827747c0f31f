"""pipeline(): streams piped into each other that end together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from .. import errors
from ..arguments import values
from ..arguments.arity import fitting
from ..events.abort import AbortSignal, on_abort
from ..loop.tasks import FREE, READ
from ..loop.waiting import Waiter
from .finished import Done, Ending, is_read, life_of_stream
from .readable import Readable
from .states import ReadEnd
from .stream import Stream, readable_side, writable_side

__all__ = ["pipeline"]

_PREMATURE = "ERR_STREAM_PREMATURE_CLOSE"


def _code(error: object) -> object:
    return getattr(error, "code", None)


class _Member:
    """A stream of the pipeline: destroyed with it, unless it has ended by itself."""

    __slots__ = ("_ended", "_stream", "ending")

    def __init__(self, stream: Any, reading: bool, writing: bool) -> None:
        self._stream = stream
        self._ended = False
        stream.on("close", self._on_close)
        self.ending = Ending(stream, self._on_end, reading, writing)

    def _on_close(self, *_: object) -> None:
        self._ended = True

    def _on_end(self, error: object) -> None:
        self._ended = error is None

    def destroy(self, error: Any) -> None:
        if not self._ended:
            self._ended = True
            self._stream.destroy(errors.stream_destroyed("pipe") if error is None else error)


class _Pipeline:
    """What `pipeline()` sets up. `done(error_or_none)` is called once, later."""

    __slots__ = (
        "_cleanups",
        "_done",
        "_error",
        "_forget_signal",
        "_members",
        "_streams",
        "_unended",
    )

    def __init__(
        self, streams: list[Any], done: Done, end: bool, signal: AbortSignal | None
    ) -> None:
        self._streams = streams
        self._done: Done | None = done
        #: How many ends are waited for: one of a source and one of a destination for each pipe.
        self._unended = 0
        self._error: Any = None
        self._members: list[_Member] = []
        #: What leaves no listener on a last stream that can still be read.
        self._cleanups: list[Callable[[], object]] = []
        self._forget_signal: Callable[[], None] | None = None
        life = life_of_stream(streams[-1])
        if signal is not None:
            if signal.aborted:
                life.scheduler.call_soon(life, FREE, self.abort)
            else:
                self._forget_signal = on_abort(signal, self.abort, life.scheduler)
        last = len(streams) - 1
        for index, stream in enumerate(streams):
            ends = end or index < last
            keeps_on = index == last and getattr(stream, "readable", False)
            if ends:
                member = _Member(stream, index < last, index > 0)
                self._members.append(member)
                if keeps_on:
                    self._cleanups.append(member.ending.forget)
            stream.on("error", self._on_error)
            if keeps_on:
                self._cleanups.append(partial(stream.off, "error", self._on_error))
            if index:
                ending = self._pipe(streams[index - 1], stream, ends)
                if keeps_on:
                    self._cleanups.append(ending.forget)

    def _pipe(self, source: Any, destination: Any, end: bool) -> Ending:
        self._unended += 2
        ended = False

        def on_close(*_: object) -> None:
            if not ended:
                self._finish(errors.stream_premature_close())

        def end_destination() -> None:
            nonlocal ended
            ended = True
            destination.end()

        def source_ended(error: object) -> None:
            life = life_of_stream(source)
            side = readable_side(source)
            if (
                _code(error) == _PREMATURE
                and side is not None
                and side.end is not ReadEnd.OPEN
                and life.errored is None
                and not life.error_emitted
            ):
                # It has closed before its 'end', which still comes.
                source.once("end", self._finish).once("error", self._finish)
            else:
                self._finish(error)

        destination.on("close", on_close)
        source.pipe(destination, end=False)
        if not end:
            self._finish()
        elif is_read(source):
            life = life_of_stream(source)
            life.scheduler.call_soon(life, READ, end_destination)
        else:
            source.once("end", end_destination)
        Ending(source, source_ended, True, False)
        return Ending(destination, self._finish, False, True)

    def _on_error(self, error: object) -> None:
        if error is not None and _code(error) not in (_PREMATURE, "ABORT_ERR"):
            self._finish(error)

    def _finish(self, error: object = None) -> None:
        """One of the ends has come."""
        self._unended -= 1
        self._end(error, self._unended == 0)

    def abort(self) -> None:
        """Destroy the streams with an `AbortError`."""
        self._end(errors.AbortError(), False)

    def _end(self, error: object, final: bool) -> None:
        if error is not None and (self._error is None or _code(self._error) == _PREMATURE):
            self._error = error
        if self._error is None and not final:
            return
        while self._members:
            self._members.pop(0).destroy(self._error)
        forget, self._forget_signal = self._forget_signal, None
        if forget is not None:
            forget()
        if final:
            if self._error is None:
                for cleanup in self._cleanups:
                    cleanup()
            done, self._done = self._done, None
            if done is not None:
                life = life_of_stream(self._streams[-1])
                life.scheduler.call_soon(life, FREE, done, self._error)


def pipeline(
    *streams: Stream | Iterable[Any] | Done,
    callback: Done | None = None,
    end: bool = True,
    signal: AbortSignal | None = None,
) -> Any:
    """Pipe each stream into the next, and destroy all of them if one fails or closes too early.

    The first may be an iterable of chunks instead (see `Readable.from_`). A stream may be in it
    twice: `pipeline(sock, upstream, sock)` is a proxy. A callable in the last place is the
    `callback`. With `end=False` the last stream is left open when the source has ended.

    With a `callback` it never blocks, and returns the last stream: `callback(error_or_none)` is
    called once, when every stream has ended or failed. Without one it blocks the calling greenlet
    until then and raises the error, as `stream/promises` does in Node; cut short by a timeout or a
    kill, it destroys the streams. When `signal` aborts, they are destroyed with an `AbortError`.
    Raises `ERR_MISSING_ARGS` for fewer than two streams, and `ERR_INVALID_ARG_TYPE`.
    Reference: "stream.pipeline(source[, ...transforms], destination, callback)".
    """
    members: list[Any] = list(streams)
    if callback is None and members and callable(members[-1]):
        callback = members.pop()
    if callback is not None:
        callback = fitting(values.function(callback, "callback"), 1)
    if signal is not None:
        values.abort_signal(signal)
    if len(members) < 2:
        raise errors.missing_args("streams")
    if not isinstance(members[0], Stream):
        members[0] = Readable.from_(members[0])
    for index, stream in enumerate(members):
        life = life_of_stream(stream)
        life.scheduler.check_thread()
        side = writable_side(stream) if index else readable_side(stream)
        if side is None or not side.present:
            raise errors.invalid_arg_type("stream", "Writable" if index else "Readable", stream)
        if 0 < index < len(members) - 1 and readable_side(stream) is None:
            raise errors.invalid_arg_type("stream", "Duplex", stream)
    last = members[-1]
    if callback is not None:
        _Pipeline(members, callback, end, signal)
        return last
    scheduler = life_of_stream(last).scheduler
    scheduler.check_blocking()
    waiter = Waiter(scheduler)
    running = _Pipeline(members, waiter.wake, end, signal)
    try:
        error = waiter.wait()
    except BaseException:
        running.abort()
        raise
    if error is not None:
        raise errors.as_exception(error)
    return last

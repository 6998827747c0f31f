"""Reports: where the errors go that nobody takes.

Each goes to the hook, once. The hook that is there at first gives it to the logger `geventnet` if
the program has configured `logging`, else to gevent's hub, which prints a traceback.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from gevent import get_hub

from .. import errors

if TYPE_CHECKING:
    from logging import Logger

__all__ = ["ErrorHook", "ErrorReport", "report", "report_line", "set_error_hook"]


class ErrorReport(NamedTuple):
    """An error that nobody has taken: no listener, no blocking call.

    `source` is the Socket, other stream, Server or AbortSignal that it concerns. `peer`
    is the other end of the connection, as `"127.0.0.1:52044"` or the path of a Unix socket; None if
    there is none, or if it has no name.
    """

    error: BaseException
    source: object
    peer: str | None


ErrorHook = Callable[[ErrorReport], object]


def set_error_hook(hook: ErrorHook | None) -> ErrorHook:
    """Call `hook(report)` for each error that nobody takes; returns the hook that was there before.

    None restores the one that was there at first: it gives the error to the logger `geventnet` of
    `logging` if that has handlers, its own or those of its parents, else prints one traceback on
    standard error. The hook stands for all threads. It runs in the greenlet in which the error was
    raised, where it may block; what it raises is printed, and so is the error that it was given.
    `KeyboardInterrupt` and `SystemExit` are not its business, they go to the main greenlet.
    Raises `ERR_INVALID_ARG_TYPE`.
    """
    global _hook
    if hook is None:
        hook = _log_or_print
    elif not callable(hook):
        raise errors.not_callable("hook", hook)
    previous, _hook = _hook, hook
    return previous


def report(error: BaseException, source: object, peer: str | None) -> None:
    """Give an error that nobody takes to the hook."""
    hook = _hook
    if isinstance(error, get_hub().SYSTEM_ERROR):
        _print(source, error)
        return
    try:
        hook(ErrorReport(error, source, peer))
    except BaseException as failure:
        _print(source, error)
        _print(hook, failure)


def report_line(text: str, source: object, peer: str | None) -> None:
    """Tell of an error that is a fact about the peer, in one line without a traceback."""
    logger = _logger()
    if logger is not None:
        logger.warning("%s", text, extra={"source": repr(source), "peer": peer})
    else:
        stream = get_hub().exception_stream
        if stream:
            stream.write(f"{text}\n")


def _log_or_print(report: ErrorReport) -> None:
    error, source, peer = report
    logger = _logger()
    if logger is None:
        _print(source, error)
        return
    # Text, so that a record that is kept does not keep the socket.
    name = repr(source)
    kind = type(error).__name__
    extra = {"source": name, "peer": peer}
    logger.error("%s failed with %s", name, kind, exc_info=error, extra=extra)


def _logger() -> Logger | None:
    """The logger, if somebody would hear it."""
    from logging import getLogger

    logger = getLogger("geventnet")
    return logger if logger.hasHandlers() else None


def _print(source: object, error: BaseException) -> None:
    get_hub().handle_error(source, type(error), error, error.__traceback__)


_hook: ErrorHook = _log_or_print

"""Listeners and callbacks that take fewer arguments than they are given, as in JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Any

from .. import errors

__all__ = ["Fewer", "fitting"]

#: `inspect.CO_VARARGS`; that module is imported only for what is no plain function.
_VARARGS = 0x04


class Fewer:
    """Calls `listener` with the first `count` of the arguments."""

    __slots__ = ("count", "listener")

    def __init__(self, listener: Callable[..., Any], count: int) -> None:
        self.listener: Callable[..., Any] = listener
        self.count: int = count

    def __call__(self, *args: Any) -> Any:
        return self.listener(*args[: self.count])


def fitting(function: Callable[..., Any], given: int) -> Callable[..., Any]:
    """`function`, or a wrapper that drops what it does not take of `given` arguments.

    Raises `ERR_INVALID_ARG_TYPE` if it is not callable.
    """
    count = _capacity(function)
    return function if count is None or count >= given else Fewer(function, count)


def _capacity(function: Callable[..., Any]) -> int | None:
    """How many positional arguments `function` takes; None if any number, or unknown."""
    bound = 0
    plain: Any = function
    if type(plain) is MethodType:
        plain = plain.__func__
        bound = 1
    if type(plain) is FunctionType:
        code = plain.__code__
        return None if code.co_flags & _VARARGS else int(code.co_argcount) - bound
    if not callable(function):
        raise errors.not_callable("callback", function)
    import inspect

    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    count = 0
    for parameter in parameters:
        if parameter.kind is parameter.VAR_POSITIONAL:
            return None
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            count += 1
    return count

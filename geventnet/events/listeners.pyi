"""The types of listeners, for type checkers alone."""

from collections.abc import Callable, Hashable
from typing import Any, Literal, Protocol, overload

from .names import Listener, Symbol

__all__ = [
    "BareListener",
    "ChangeEvent",
    "ChangeListener",
    "ErrorEvent",
    "ErrorListener",
    "VariadicListener",
]

# A listener takes the arguments of its event, or the first of them.
BareListener = Callable[[], object]
# What is emitted as an error need not be an exception.
ErrorListener = Callable[[Any], object] | BareListener

class VariadicListener(Protocol):
    """Takes any arguments. (mypy takes any function for one of `*args: Any`.)"""

    @overload
    def __call__(self) -> object: ...
    @overload
    def __call__(self, a: Any, b: Any, c: Any, d: Any, e: Any, /) -> object: ...

ErrorEvent = Literal["error"] | Symbol
ChangeListener = (
    Callable[[Hashable, Listener], object] | Callable[[Hashable], object] | BareListener
)
ChangeEvent = Literal["newListener", "removeListener"]

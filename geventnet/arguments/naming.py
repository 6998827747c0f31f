"""What users see of names: where a method is found, and what Node's spelling of it is called here.

Node's spellings are data descriptors in the classes: they cost nothing where the right name is
used, refuse `server.maxConnections = 1`, which would otherwise set an attribute that nobody reads,
and leave every other name to the program.
"""

from __future__ import annotations

from types import FunctionType
from typing import Any, NoReturn

__all__ = ["explain_spellings", "in_nodes_spelling", "show_methods_as"]

_SPECIAL = {"Ip": "IP", "Ipv4": "IPv4", "Ipv6": "IPv6", "Json": "JSON"}


def in_nodes_spelling(name: str) -> str:
    """`max_connections` as Node spells it: `maxConnections`."""
    first, *rest = name.split("_")
    words = [word.capitalize() for word in rest]
    return first + "".join(_SPECIAL.get(word, word) for word in words)


class _Spelling:
    """An attribute that is not there, and says what is."""

    __slots__ = ("_here", "_name")

    def __init__(self, name: str, here: str) -> None:
        self._name = name
        self._here = here

    def __get__(self, instance: object, owner: type[Any]) -> NoReturn:
        raise AttributeError(
            f"{owner.__name__!r} object has no attribute {self._name!r}: here it is {self._here!r}"
        )

    def __set__(self, instance: object, value: object) -> NoReturn:
        self.__get__(instance, type(instance))


def _names(self: Any) -> list[str]:
    classes = type(self).__mro__
    spellings = {
        name
        for cls in classes
        for name, member in vars(cls).items()
        if isinstance(member, _Spelling)
    }
    return [name for name in object.__dir__(self) if name not in spellings]


def explain_spellings(*classes: type[Any]) -> None:
    """Let Node's spellings of the public names of `classes` be errors that name the right one."""
    for cls in classes:
        for name in dir(cls):
            spelling = in_nodes_spelling(name)
            # A keyword of Python's cannot be written by mistake.
            if name[0] != "_" and name[-1] != "_" and spelling != name and spelling not in dir(cls):
                setattr(cls, spelling, _Spelling(spelling, name))
        cls.__dir__ = _names  # type: ignore[assignment]


def show_methods_as(cls: type[Any], *parts: type[Any]) -> None:
    """Let Python's messages name the methods that `cls` has from `parts` as its own."""
    for part in parts:
        for name, member in vars(part).items():
            if isinstance(member, FunctionType):
                member.__qualname__ = f"{cls.__name__}.{name}"

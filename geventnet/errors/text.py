"""How exceptions are shown and copied."""

from __future__ import annotations

from typing import Any

__all__ = ["escaped", "plain", "rebuild", "shorten", "show_as", "shown", "shown_host"]


def rebuild(cls: type[Any], args: tuple[Any, ...], state: dict[str, Any]) -> Any:
    """Make the exception again when it is copied or unpickled."""
    error = cls(*args)
    error.__dict__.update(state)
    return error


def show_as(builtin: type[BaseException], cls: type[BaseException]) -> None:
    """Let tracebacks name `cls` by the builtin that it is, and not by where it is written."""
    cls.__module__ = builtin.__module__
    cls.__name__ = cls.__qualname__ = builtin.__name__


def escaped(text: object) -> str:
    """The text of a name for a message, where it must not begin another line or hide anything."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in str(text)
    )


def shown_host(name: object) -> str:
    """A host for a message: what is longer than any name can be is shortened."""
    return escaped(shorten(str(name), 253))


def shorten(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[:limit]}..."


def shown(value: object, limit: int = 128) -> str:
    """The repr of a value, shortened; its type where it has none."""
    try:
        return shorten(repr(value), limit)
    except Exception:
        # The user's own, or that of an integer of thousands of digits.
        return f"<{type(value).__name__}>"


def plain(value: object) -> str:
    """A value as Node shows it in the middle of a message: text without quotes."""
    return escaped(shorten(value, 128)) if isinstance(value, str) else shown(value)

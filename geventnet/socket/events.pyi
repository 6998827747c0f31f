"""The events of a Socket, for type checkers alone.

A listener takes the arguments of its event, or the first of them. Events of the program itself are
each an `EventName`; a listener that takes any arguments may have any text as its event.
"""

from collections.abc import Callable, Hashable
from typing import Any, Literal, Self, TypeVar, overload

from ..events.listeners import (
    BareListener,
    ChangeEvent,
    ChangeListener,
    ErrorEvent,
    ErrorListener,
    VariadicListener,
)
from ..events.names import EventName, Listener
from ..stream.duplex import Duplex
from ..stream.events import PipeListener

__all__ = ["SocketEvents"]

# Text after `set_encoding()`.
_DataListener = Callable[[bytes], object] | Callable[[str], object] | BareListener
_CloseListener = Callable[[bool], object] | BareListener
_LookupListener = (
    Callable[[BaseException | None, str | None, int | None, str], object]
    | Callable[[BaseException | None, str | None, int | None], object]
    | Callable[[BaseException | None, str | None], object]
    | ErrorListener
)
_AttemptListener = (
    Callable[[str, int, int], object]
    | Callable[[str, int], object]
    | Callable[[str], object]
    | BareListener
)
_FailureListener = Callable[[str, int, int, BaseException], object] | _AttemptListener
_LookupResult = tuple[BaseException | None, str | None, int | None, str]
_FailedAttempt = tuple[str, int, int, BaseException]

_BareEvent = Literal[
    "connect",
    "drain",
    "end",
    "finish",
    "pause",
    "prefinish",
    "readable",
    "ready",
    "resume",
    "timeout",
]
# What `wait` refuses, because it would lose data, is not among these.
_WaitedFor = Literal[
    "connect", "drain", "end", "finish", "pause", "prefinish", "ready", "resume", "timeout"
]
_AttemptEvent = Literal["connectionAttempt", "connectionAttemptTimeout"]
_FailureEvent = Literal["connectionAttemptFailed"]

_Bare = TypeVar("_Bare", bound=BareListener)
_Error = TypeVar("_Error", bound=ErrorListener)
_Change = TypeVar("_Change", bound=ChangeListener)
_Own = TypeVar("_Own", bound=Listener)
_Variadic = TypeVar("_Variadic", bound=VariadicListener)
_Close = TypeVar("_Close", bound=_CloseListener)
_Data = TypeVar("_Data", bound=_DataListener)
_Pipe = TypeVar("_Pipe", bound=PipeListener)
_Lookup = TypeVar("_Lookup", bound=_LookupListener)
_Attempt = TypeVar("_Attempt", bound=_AttemptListener)
_Failure = TypeVar("_Failure", bound=_FailureListener)

class SocketEvents(Duplex):
    @overload  # type: ignore[override]
    def on(self, event: _BareEvent, listener: BareListener) -> Self: ...
    @overload
    def on(self, event: _BareEvent) -> Callable[[_Bare], _Bare]: ...
    @overload
    def on(self, event: Literal["data"], listener: _DataListener) -> Self: ...
    @overload
    def on(self, event: Literal["data"]) -> Callable[[_Data], _Data]: ...
    @overload
    def on(self, event: Literal["close"], listener: _CloseListener) -> Self: ...
    @overload
    def on(self, event: Literal["close"]) -> Callable[[_Close], _Close]: ...
    @overload
    def on(self, event: Literal["pipe", "unpipe"], listener: PipeListener) -> Self: ...
    @overload
    def on(self, event: Literal["pipe", "unpipe"]) -> Callable[[_Pipe], _Pipe]: ...
    @overload
    def on(self, event: Literal["lookup"], listener: _LookupListener) -> Self: ...
    @overload
    def on(self, event: Literal["lookup"]) -> Callable[[_Lookup], _Lookup]: ...
    @overload
    def on(self, event: _AttemptEvent, listener: _AttemptListener) -> Self: ...
    @overload
    def on(self, event: _AttemptEvent) -> Callable[[_Attempt], _Attempt]: ...
    @overload
    def on(self, event: _FailureEvent, listener: _FailureListener) -> Self: ...
    @overload
    def on(self, event: _FailureEvent) -> Callable[[_Failure], _Failure]: ...
    @overload
    def on(self, event: ErrorEvent, listener: ErrorListener) -> Self: ...
    @overload
    def on(self, event: ErrorEvent) -> Callable[[_Error], _Error]: ...
    @overload
    def on(self, event: ChangeEvent, listener: ChangeListener) -> Self: ...
    @overload
    def on(self, event: ChangeEvent) -> Callable[[_Change], _Change]: ...
    @overload
    def on(self, event: EventName, listener: Listener) -> Self: ...
    @overload
    def on(self, event: EventName) -> Callable[[_Own], _Own]: ...
    @overload
    def on(self, event: str, listener: VariadicListener) -> Self: ...
    @overload
    def on(self, event: str) -> Callable[[_Variadic], _Variadic]: ...
    @overload  # type: ignore[override]
    def once(self, event: _BareEvent, listener: BareListener) -> Self: ...
    @overload
    def once(self, event: _BareEvent) -> Callable[[_Bare], _Bare]: ...
    @overload
    def once(self, event: Literal["data"], listener: _DataListener) -> Self: ...
    @overload
    def once(self, event: Literal["data"]) -> Callable[[_Data], _Data]: ...
    @overload
    def once(self, event: Literal["close"], listener: _CloseListener) -> Self: ...
    @overload
    def once(self, event: Literal["close"]) -> Callable[[_Close], _Close]: ...
    @overload
    def once(self, event: Literal["pipe", "unpipe"], listener: PipeListener) -> Self: ...
    @overload
    def once(self, event: Literal["pipe", "unpipe"]) -> Callable[[_Pipe], _Pipe]: ...
    @overload
    def once(self, event: Literal["lookup"], listener: _LookupListener) -> Self: ...
    @overload
    def once(self, event: Literal["lookup"]) -> Callable[[_Lookup], _Lookup]: ...
    @overload
    def once(self, event: _AttemptEvent, listener: _AttemptListener) -> Self: ...
    @overload
    def once(self, event: _AttemptEvent) -> Callable[[_Attempt], _Attempt]: ...
    @overload
    def once(self, event: _FailureEvent, listener: _FailureListener) -> Self: ...
    @overload
    def once(self, event: _FailureEvent) -> Callable[[_Failure], _Failure]: ...
    @overload
    def once(self, event: ErrorEvent, listener: ErrorListener) -> Self: ...
    @overload
    def once(self, event: ErrorEvent) -> Callable[[_Error], _Error]: ...
    @overload
    def once(self, event: ChangeEvent, listener: ChangeListener) -> Self: ...
    @overload
    def once(self, event: ChangeEvent) -> Callable[[_Change], _Change]: ...
    @overload
    def once(self, event: EventName, listener: Listener) -> Self: ...
    @overload
    def once(self, event: EventName) -> Callable[[_Own], _Own]: ...
    @overload
    def once(self, event: str, listener: VariadicListener) -> Self: ...
    @overload
    def once(self, event: str) -> Callable[[_Variadic], _Variadic]: ...
    @overload  # type: ignore[override]
    def emit(self, event: _BareEvent) -> bool: ...
    @overload
    def emit(self, event: Literal["data"], chunk: bytes | str) -> bool: ...
    @overload
    def emit(self, event: Literal["close"], had_error: bool) -> bool: ...
    @overload
    def emit(self, event: Literal["pipe", "unpipe"], source: Any) -> bool: ...
    @overload
    def emit(
        self,
        event: Literal["lookup"],
        error: BaseException | None,
        address: str | None,
        family: int | None,
        host: str,
    ) -> bool: ...
    @overload
    def emit(self, event: _AttemptEvent, address: str, port: int, family: int) -> bool: ...
    @overload
    def emit(
        self,
        event: _FailureEvent,
        address: str,
        port: int,
        family: int,
        error: BaseException,
    ) -> bool: ...
    @overload
    def emit(self, event: ErrorEvent, error: Any) -> bool: ...
    @overload
    def emit(self, event: ChangeEvent, name: Hashable, listener: Listener) -> bool: ...
    @overload
    def emit(self, event: EventName, *args: Any) -> bool: ...
    @overload  # type: ignore[override]
    def wait(self, event: _WaitedFor, timeout: float | None = None) -> None: ...
    @overload
    def wait(self, event: Literal["close"], timeout: float | None = None) -> bool | None: ...
    @overload
    def wait(self, event: Literal["pipe", "unpipe"], timeout: float | None = None) -> Any: ...
    @overload
    def wait(self, event: Literal["lookup"], timeout: float | None = None) -> _LookupResult: ...
    @overload
    def wait(self, event: _AttemptEvent, timeout: float | None = None) -> tuple[str, int, int]: ...
    @overload
    def wait(self, event: _FailureEvent, timeout: float | None = None) -> _FailedAttempt: ...
    @overload
    def wait(self, event: ErrorEvent, timeout: float | None = None) -> Any: ...
    @overload
    def wait(self, event: ChangeEvent, timeout: float | None = None) -> tuple[Any, ...]: ...
    @overload
    def wait(self, event: EventName, timeout: float | None = None) -> Any: ...

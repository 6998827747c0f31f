"""Taking: what a greenlet that blocks reads of a readable side.

It takes what is in the buffer (`take_bytes`), or receives past the buffer and says so
(`received_directly`, `reached_end`). Those bytes count as given out, and are not emitted. Nothing
is taken while the side flows: `stop_flow` comes before.
"""

from __future__ import annotations

from .eof import schedule_end
from .flow import set_flowing
from .read_side import ReadSide
from .states import DESTROYED, ReadEnd

__all__ = ["gives_directly", "reached_end", "received_directly", "stop_flow", "take_bytes"]

OPEN = ReadEnd.OPEN


def gives_directly(side: ReadSide) -> bool:
    """Whether what comes next is a blocked greenlet's, and nothing is to be looked at first."""
    return (
        side.reading
        and not side.length
        and not side.flowing
        and not side.listeners
        and side.decoder is None
    )


def stop_flow(side: ReadSide) -> None:
    """Chunks stay in the buffer."""
    if side.flowing:
        set_flowing(side, None)


def take_bytes(side: ReadSide, count: int) -> bytes:
    """Take `count` bytes, as many as there are or fewer, and ask for more."""
    chunk: bytes = side.pop(count) if count else b""
    side.gave_out = True
    side.clear_await_drain()
    if side.end is not OPEN:
        if not side.length:
            schedule_end(side)
    elif not side.reading and side.length < side.mark and side.life.state < DESTROYED:
        side.ask()
    return chunk


def received_directly(side: ReadSide) -> None:
    """A greenlet has received bytes past the buffer."""
    side.gave_out = True


def reached_end(side: ReadSide) -> None:
    """A greenlet was told by the system that the stream ends; `'end'` is emitted later."""
    side.sync = True
    try:
        side.push(None)
    finally:
        side.sync = False
    schedule_end(side)

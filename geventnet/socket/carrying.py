"""Carrying: what `multiprocessing` does with a Socket or a Server.

It pickles them among whatever else a message holds, and does not tell whether the rest could be
pickled as well. So a message is rehearsed before the first Socket in it is given up: everything
else is pickled for nothing, and each handle is asked whether it could be.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, Final
from weakref import WeakKeyDictionary

from .. import errors
from ..loop.scheduler import Scheduler
from ..loop.timers import Timer
from ..loop.unpatched import close_fd

__all__ = ["carrier", "close_when_carried"]

#: How often it is looked whether a child has been started (seconds).
_LOOK: Final = 0.01

#: The handles that were asked in a rehearsal, with the number of the frame that pickles them.
_asked: Final[WeakKeyDictionary[object, int]] = WeakKeyDictionary()


def carrier(value: object, is_given_up: bool) -> Callable[[int], object]:
    """What makes a descriptor fit for pickling, an object with `detach()` on the other side.

    Called in `__reduce_ex__`. Raises the TypeError of what cannot be pickled anywhere but in
    multiprocessing, and, if `value` is to be given up, what pickling the message would.
    """
    reduction: Any = sys.modules.get("multiprocessing.reduction")
    frame = sys._getframe(2)  # noqa: SLF001
    if reduction is None or not hasattr(reduction, "DupFd") or not _pickles(reduction, frame):
        raise errors.no_copy(value)
    if is_given_up and frame.f_locals["obj"] is not value and _asked.pop(value, 0) != id(frame):
        _rehearse(reduction, frame)
        _asked.pop(value, None)
    carry: Callable[[int], object] = reduction.DupFd
    return carry


def _pickles(reduction: Any, frame: FrameType) -> bool:
    """Whether it is a call of multiprocessing that pickles."""
    return frame.f_code in (
        reduction.ForkingPickler.dumps.__func__.__code__,
        reduction.dump.__code__,
    )


def _rehearse(reduction: Any, frame: FrameType) -> None:
    """Raise what pickling the message would; no descriptor is duplicated."""

    class Rehearsal(reduction.ForkingPickler):  # type: ignore[misc]
        def reducer_override(self, value: object) -> Any:
            check = getattr(type(value), "_net_check_carried", None)
            if check is not None:
                check(value)
                _asked[value] = id(frame)
            elif type(value) not in self._extra_reducers or not hasattr(value, "fileno"):
                return NotImplemented
            return object, ()

    Rehearsal(io.BytesIO()).dump(frame.f_locals["obj"])


def close_when_carried(scheduler: Scheduler, descriptors: list[int]) -> None:
    """Close what `carrier` was given, once nobody needs it: a child that is started inherits it."""
    from multiprocessing.context import get_spawning_popen

    popen: Any = get_spawning_popen()
    if popen is None:
        # They were duplicated.
        for fd in descriptors:
            close_fd(fd)
        return

    def look() -> None:
        if popen.finalizer is None and popen.returncode is None:
            timer.start(_LOOK)
            return
        for fd in descriptors:
            close_fd(fd)

    timer = Timer(scheduler, look)
    timer.start(0)

"""Claims: what the servers of a worker listen on, which the primary binds and holds.

The primary answers in the order in which it is asked. It is told that a socket is released when
nothing here has a descriptor of it, be it on its way: a descriptor keeps the address in use.
"""

from __future__ import annotations

import _socket
import os
from collections import Counter, deque
from collections.abc import Callable
from functools import partial

from .. import errors
from ..addresses.info import AddressInfo
from ..loop.scheduler import Scheduler
from ..server.bind import Binding, Bound, bind
from ..server.source import Answer
from .channel import Channel, Message
from .key import Key, key_of

__all__ = ["Claims"]


class _Request:
    """What the primary was asked to bind."""

    __slots__ = ("answer", "binding", "key")

    def __init__(self, key: Key, binding: Binding, answer: Answer) -> None:
        self.key = key
        self.binding = binding
        #: None if nobody waits any more.
        self.answer: Answer | None = answer


class _Claim:
    """What ends when a server closes its descriptor."""

    __slots__ = ("_released",)

    def __init__(self, released: Callable[[], object]) -> None:
        self._released = released

    def remove(self) -> None:
        self._released()


class Claims:
    """See the top of this file. `tell` is called with the address when a server listens."""

    __slots__ = ("_asked", "_channel", "_descriptors", "_ordinals", "_scheduler", "_tell")

    def __init__(
        self,
        scheduler: Scheduler,
        channel: Channel,
        tell: Callable[[AddressInfo | str | bytes | None], object],
    ) -> None:
        self._scheduler = scheduler
        self._channel = channel
        self._tell = tell
        self._asked: deque[_Request] = deque()
        #: How many descriptors of each are here or on their way.
        self._descriptors: Counter[Key] = Counter()
        #: The next number at an address, and those in use.
        self._ordinals: dict[Key, tuple[int, set[int]]] = {}

    # The source.

    def serves(self, scheduler: Scheduler) -> bool:
        # One that has outlived its primary binds for itself.
        return scheduler is self._scheduler and self._channel.is_open

    def bind(self, binding: Binding, answer: Answer) -> Callable[[], object]:
        path = None if binding.path is None else os.fsdecode(binding.path)
        if path is not None and path[:1] != "\0":
            # The primary may be in another directory.
            path = os.path.abspath(path)
        key = self._number(key_of(binding, path))
        request = _Request(key, binding, answer)
        self._asked.append(request)
        self._descriptors[key] += 1
        asked = binding._replace(path=path)
        self._channel.send({"kind": "bind", "key": key, "binding": asked})
        return partial(self._withdraw, request)

    def _withdraw(self, request: _Request) -> None:
        request.answer = None
        self._free(request.key)

    # The answers.

    def answered(self, message: Message, fd: int | None) -> None:
        """The primary has bound what it was asked for, or cannot."""
        request = self._asked.popleft()
        key, binding, answer = request.key, request.binding, request.answer
        if fd is None:
            self._gone(key)
            if answer is not None:
                self._free(key)
                answer(_failure(message["errno"], binding))
            return
        sock = _socket.socket(fileno=fd)
        if answer is None:
            sock.close()
            self._drop(key)
            return
        answer(Bound(sock, binding.path, _Claim(partial(self._released, key))))

    def listens(self, bound: Bound) -> None:
        self._tell(bound.address())

    def bind_here(self) -> None:
        """There are no answers any more."""
        while self._asked:
            request = self._asked.popleft()
            answer = request.answer
            if answer is not None:
                self._free(request.key)
                answer(_bound_here(request.binding))

    def _released(self, key: Key) -> None:
        """A server has closed."""
        self._free(key)
        self._drop(key)

    def _drop(self, key: Key) -> None:
        if self._gone(key):
            self._channel.send({"kind": "release", "key": key})

    def _gone(self, key: Key) -> bool:
        """A descriptor is closed, or is not going to come; whether it was the last one."""
        self._descriptors[key] -= 1
        if self._descriptors[key]:
            return False
        del self._descriptors[key]
        return True

    # Several servers at an address.

    def _number(self, first: Key) -> Key:
        ordinal, used = self._ordinals.get(first, (0, set()))
        used.add(ordinal)
        self._ordinals[first] = ordinal + 1, used
        return first._replace(ordinal=ordinal)

    def _free(self, key: Key) -> None:
        first = key._replace(ordinal=0)
        _, used = self._ordinals[first]
        used.discard(key.ordinal)
        if not used:
            del self._ordinals[first]


def _bound_here(binding: Binding) -> Bound | OSError:
    try:
        return bind(binding)
    except OSError as error:
        return error


def _failure(number: int, binding: Binding) -> OSError:
    """Node's errors: one that is not shared is bound in the worker there."""
    if binding.path is not None:
        where, port = os.fsdecode(binding.path), None
    else:
        where, port = binding.host or "::", binding.port
    if binding.exclusive:
        return errors.uv_error(number, "listen", where, port)
    return errors.system_error(number, "bind", where, port)

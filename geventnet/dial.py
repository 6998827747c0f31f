"""Dialling: everything between `connect()` and `'connect'`.

==========  ====================================================================================
looking up  a name is being looked up, by `lookup=` or in a greenlet of its own
trying      attempts are under way (`_under_way`), other addresses may wait for theirs (`_waiting`)
connected   one attempt has won; its descriptor is the Socket's, the others are closed
failed      the Socket was destroyed with the error
cancelled   the Socket was destroyed by somebody else
==========  ====================================================================================

The last three are one to a Dial: it is `_over`, holds nothing and tells nothing any more. Every
call of a listener may end in `cancel()`, so after each one it looks again.

A name may have several addresses, of which some do not answer: a host whose IPv6 is broken, a
server that is down. With `auto_select_family` a Dial does what RFC 8305, section 5, calls Happy
Eyeballs. The addresses are sorted so that the families alternate. The first is tried. If there is
no answer within its time slot, the next one is tried as well, but the first is not given up: an
answer that comes late is an answer, and to hang up on a slow host and wait as long for a dead one
helps nobody. If an attempt fails, the next begins at once, because nothing is gained by waiting
out its slot. The first to connect wins, and the losers are closed. Only when all have failed has
the connection failed, with all of their errors.

A Dial is given its `Outside`, the world it acts on: look-ups, descriptors, time. Nothing else here
touches them, so that a scripted world can stand in.
"""

from __future__ import annotations

import _socket
import errno
import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, NamedTuple, Protocol

from gevent import Greenlet
from greenlet import greenlet

from . import errors, resolve, unix, validate
from .address import is_ip, pack
from .arity import fitting
from .blocklist import BlockList
from .handle import Handle, close_handle, is_connected
from .resolve import Address, LookupOptions
from .turn import FREE, Owner, PumpTask, Timer, Turn

__all__ = [
    "Attempt",
    "Dial",
    "Outside",
    "Target",
    "get_default_auto_select_family",
    "get_default_auto_select_family_attempt_timeout",
    "set_default_auto_select_family",
    "set_default_auto_select_family_attempt_timeout",
]

_AF_UNIX: int | None = getattr(_socket, "AF_UNIX", None)
_FAMILIES = {4: _socket.AF_INET, 6: _socket.AF_INET6}
_VERSIONS = {int(_socket.AF_INET): 4, int(_socket.AF_INET6): 6}
#: On Linux a refusal for want of a free port is EAGAIN, which is EWOULDBLOCK.
_IN_PROGRESS = (errno.EINPROGRESS, errno.EINTR) + ((errno.EWOULDBLOCK,) if os.name == "nt" else ())
_SHORTEST_SLOT = 0.010
_LOOPBACK = ("127.0.0.1", "::1")
#: What stands before an IPv4 address in its IPv6 form.
_MAPPED = bytes(10) + b"\xff\xff"

_auto_select_family = False
_attempt_timeout = 0.25

#: What a `lookup=` may be: it calls back, or returns what it has found.
Lookup = Callable[..., object]


def get_default_auto_select_family() -> bool:
    """Whether `connect` tries every address of a name when it is not told; at first False.

    Reference: "net.getDefaultAutoSelectFamily()".
    """
    return _auto_select_family


def set_default_auto_select_family(value: bool) -> None:
    """Say what `auto_select_family` is for every `connect` that does not say it.

    Raises `ERR_INVALID_ARG_TYPE`. Reference: "net.setDefaultAutoSelectFamily(value)".
    """
    global _auto_select_family
    _auto_select_family = validate.boolean(value, "value")


def get_default_auto_select_family_attempt_timeout() -> float:
    """How long an attempt has the field to itself, in seconds; at first 0.25.

    Reference: "net.getDefaultAutoSelectFamilyAttemptTimeout()".
    """
    return _attempt_timeout


def set_default_auto_select_family_attempt_timeout(value: float) -> None:
    """Say how long an attempt has the field to itself, in seconds; less than 0.010 is 0.010.

    Raises `ERR_INVALID_ARG_TYPE` and `ERR_OUT_OF_RANGE`.
    Reference: "net.setDefaultAutoSelectFamilyAttemptTimeout(value)".
    """
    global _attempt_timeout
    _attempt_timeout = _slot(value, "value")


def _slot(value: object, name: str) -> float:
    slot = validate.seconds(value, name)
    if slot == 0:
        raise errors.out_of_range(name, "> 0", value)
    return max(slot, _SHORTEST_SLOT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where to connect, and how: the options of `connect`, checked."""

    path: str | bytes | None = None
    host: str = "localhost"
    port: int = 0
    family: int = 0
    hints: int = 0
    lookup: Lookup | None = None
    local_address: str | None = None
    local_port: int = 0
    block_list: BlockList | None = None
    auto_select_family: bool = False
    attempt_timeout: float = 0.25
    connect_timeout: float | None = None

    @classmethod
    def to_path(cls, path: object, connect_timeout: float | None) -> Target:
        return cls(path=validate.path(path), connect_timeout=_limit(connect_timeout))

    @classmethod
    def to_host(
        cls,
        port: object,
        host: str | None,
        *,
        family: int | str | None,
        hints: int,
        lookup: Lookup | None,
        local_address: str | None,
        local_port: int | None,
        block_list: BlockList | None,
        auto_select_family: bool | None,
        attempt_timeout: float | None,
        connect_timeout: float | None,
    ) -> Target:
        if local_address is not None and not is_ip(local_address):
            raise errors.invalid_ip_address(local_address)
        if local_port is not None:
            validate.number(local_port, "local_port")
        if lookup is not None:
            validate.function(lookup, "lookup")
        if block_list is not None and not isinstance(block_list, BlockList):
            raise errors.invalid_arg_type("block_list", "BlockList", block_list)
        if auto_select_family is None:
            auto_select_family = _auto_select_family
        if attempt_timeout is None:
            attempt_timeout = _attempt_timeout
        version = validate.family(family)
        return cls(
            host=(validate.host(host) if host is not None else "") or "localhost",
            port=validate.connect_port(port),
            family=version,
            hints=_hints(hints, version),
            lookup=lookup,
            local_address=local_address or None,
            local_port=validate.port(local_port or 0, "local_port"),
            block_list=block_list,
            auto_select_family=validate.boolean(auto_select_family, "auto_select_family"),
            attempt_timeout=_slot(attempt_timeout, "auto_select_family_attempt_timeout"),
            connect_timeout=_limit(connect_timeout),
        )


def _limit(connect_timeout: float | None) -> float | None:
    return None if connect_timeout is None else validate.seconds(connect_timeout, "connect_timeout")


def _hints(hints: object, version: int) -> int:
    flags = validate.int32(hints, "hints")
    if flags & ~(_socket.AI_ADDRCONFIG | _socket.AI_ALL | _socket.AI_V4MAPPED):
        raise errors.invalid_arg_value("hints", hints)
    # Addresses of a family that this machine does not have are no use, unless they are asked for.
    return flags if flags or version or os.name != "posix" else int(_socket.AI_ADDRCONFIG)


class Dialler(Protocol):
    """The Socket, as a Dial knows it."""

    _connecting: bool
    _turn: Turn
    auto_select_family_attempted_addresses: list[str] | None

    def emit(self, event: str, *args: object) -> bool: ...
    def destroy(self, error: BaseException | None = None) -> Any: ...
    def _touch(self) -> None: ...
    def _on_connected(self, sock: _socket.socket) -> None: ...
    def _connection_replaced(self) -> None: ...


class Attempt(PumpTask):
    """Connects `sock` and tells `done(errno_or_zero)` in a turn of its own; never blocks.

    Raises `OSError` for what the system refuses at once, except that nobody listens there.
    """

    __slots__ = ("_done", "_error", "_sock", "_turn", "_watcher")

    lane = FREE

    def __init__(
        self,
        owner: Owner,
        turn: Turn,
        sock: _socket.socket,
        address: Any,
        ref: bool,
        done: Callable[[int], object],
    ) -> None:
        self.owner = owner
        self._turn = turn
        self._sock = sock
        self._done: Callable[[int], object] | None = done
        self._watcher: Any = None
        if sock.family == _AF_UNIX:
            self._error = unix.connect(sock, address)
            turn.submit(self)
            return
        self._error = sock.connect_ex(address)
        if self._error in _IN_PROGRESS:
            self._watcher = turn.io(sock.fileno(), 2, ref)
            self._watcher.start(turn.make_ready, self)
            turn.retain()
        elif self._error in (0, errno.ECONNREFUSED):
            turn.submit(self)
        else:
            raise OSError(self._error, os.strerror(self._error))

    def run(self) -> None:
        done = self._done
        if done is None:
            return
        error = self._error
        if self._watcher is not None:
            error = self._sock.getsockopt(_socket.SOL_SOCKET, _socket.SO_ERROR)
        self.cancel()
        done(error)

    def suspend(self) -> None:
        """Nothing to do: the FREE lane is never held."""

    def set_ref(self, ref: bool) -> None:
        if self._watcher is not None:
            self._watcher.ref = ref

    def cancel(self) -> None:
        """Give the attempt up; the descriptor is the caller's to close."""
        self._done = None
        if self._watcher is not None:
            self._watcher.stop()
            self._watcher.close()
            self._watcher = None
            self._turn.release()


class Outside:
    """What a Dial does to the world."""

    def look_up(
        self, owner: Any, host: str, options: LookupOptions, done: Callable[..., object]
    ) -> Callable[[], object]:
        """Call `done(error_or_none, addresses)` in a turn of its own; returns what calls it off."""
        turn: Turn = owner._turn

        def ask() -> None:
            # There is an answer whatever ends this greenlet: a Timeout, a kill.
            error: Exception | None = errors.lookup_error(_socket.EAI_FAIL, host)
            addresses: list[Address] = []
            try:
                addresses = resolve.lookup(host, options.family, options.hints)
                error = None
            except Exception as failure:
                error = failure
            finally:
                turn.defer(owner, FREE, done, error, addresses)

        asking = Greenlet.spawn(ask)
        return lambda: asking.kill(block=False)

    def timer(self, owner: Any, function: Callable[[], object]) -> Timer:
        """A timer that calls `function` in the hub."""
        return Timer(owner._turn, function)

    def open(self, family: int) -> _socket.socket:
        """A new descriptor."""
        sock = _socket.socket(family, _socket.SOCK_STREAM)
        sock.setblocking(False)
        return sock

    def attempt(
        self,
        owner: Any,
        sock: _socket.socket,
        address: Any,
        ref: bool,
        done: Callable[[int], object],
    ) -> Attempt:
        """Begin to connect `sock`; see `Attempt`."""
        return Attempt(owner, owner._turn, sock, address, ref, done)


_OUTSIDE = Outside()


class _Trial:
    """One address, and the attempt to connect to it."""

    __slots__ = ("address", "attempt", "error", "family", "local_address", "sock")

    def __init__(self, address: str, family: int | None) -> None:
        self.address = address
        self.family = family
        self.local_address: str | None = None
        self.sock: _socket.socket | None = None
        self.attempt: Attempt | None = None
        self.error: Exception | None = None

    def close(self) -> None:
        if self.attempt is not None:
            self.attempt.cancel()
            self.attempt = None
        if self.sock is not None:
            close_handle(self.sock)
            self.sock = None


class Dial:
    """Connects one Socket to one target; see the top of this file.

    `sock` is a descriptor that the Socket has already: bound, or even connected. `previous` is a
    Dial that is still under way; it goes on until this one needs its descriptor.
    """

    __slots__ = (
        "_connects_already",
        "_given",
        "_limit_timer",
        "_outside",
        "_over",
        "_previous",
        "_ref",
        "_replaces",
        "_several",
        "_slot_timer",
        "_socket",
        "_starting",
        "_stop_looking",
        "_target",
        "_trials",
        "_under_way",
        "_waiting",
        "_wants_all",
    )

    def __init__(
        self,
        socket: Dialler,
        target: Target,
        ref: bool = True,
        sock: Handle | None = None,
        previous: Dial | None = None,
        outside: Outside = _OUTSIDE,
    ) -> None:
        self._socket = socket
        self._previous = previous
        self._connects_already = False
        self._target = target
        self._ref = ref
        self._given = sock
        self._replaces = sock is not None
        self._outside = outside
        self._over = False
        self._starting = False
        self._several = False
        self._wants_all = False
        self._stop_looking: Callable[[], object] | None = None
        self._limit_timer: Timer | None = None
        self._slot_timer: Timer | None = None
        self._waiting: deque[Address] = deque()
        self._trials: list[_Trial] = []
        self._under_way: list[_Trial] = []

    def start(self) -> None:
        """Begin; the Socket hears of it later, except for what a `lookup=` calls back at once."""
        target = self._target
        limit = target.connect_timeout
        if limit is not None:
            self._limit_timer = self._outside.timer(self._socket, self._on_limit)
            self._limit_timer.start(limit)
        if target.path is not None:
            self._try_path(target.path)
        elif version := is_ip(target.host):
            self._defer(self._try_only, Address(target.host, version))
        else:
            self._look_up()

    @property
    def sock(self) -> Handle | None:
        """The descriptor of the latest attempt."""
        if self._under_way:
            return self._under_way[-1].sock
        return self._given if self._previous is None else self._previous.sock

    @property
    def has_begun(self) -> bool:
        """Whether an attempt is under way."""
        return bool(self._under_way)

    def set_ref(self, ref: bool) -> None:
        self._ref = ref
        if self._previous is not None:
            self._previous.set_ref(ref)
        for trial in self._under_way:
            if trial.attempt is not None:
                trial.attempt.set_ref(ref)

    def cancel(self) -> None:
        """Give up and close everything; nothing is told any more."""
        self._over = True
        if self._previous is not None:
            self._previous.cancel()
            self._previous = None
        for timer in (self._limit_timer, self._slot_timer):
            if timer is not None:
                timer.stop()
        self._limit_timer = self._slot_timer = None
        if self._stop_looking is not None:
            self._stop_looking()
            self._stop_looking = None
        self._waiting.clear()
        for trial in self._under_way:
            trial.close()
        self._under_way.clear()
        if self._given is not None:
            close_handle(self._given)
            self._given = None

    def hand_over(self) -> Handle | None:
        """Give up like `cancel`, but leave the descriptor of the latest attempt to the caller."""
        previous, self._previous = self._previous, None
        sock = self.sock if previous is None or self._under_way else previous.hand_over()
        if self._under_way:
            self._under_way[-1].sock = None
        self._given = None
        self.cancel()
        return sock

    def _defer(self, function: Callable[..., object], *args: object) -> None:
        owner: Any = self._socket
        owner._turn.defer(owner, FREE, function, *args)

    def _fail(self, error: BaseException) -> None:
        if not self._over:
            self.cancel()
            self._socket.destroy(error)

    def _on_limit(self) -> None:
        self._defer(self._limit_over)

    def _limit_over(self) -> None:
        error = errors.timed_out(
            f"connect() took longer than {self._target.connect_timeout} seconds"
        )
        failures = [trial.error for trial in self._trials if trial.error is not None]
        if failures:
            error.__cause__ = errors.several(failures)
        self._fail(error)

    # Looking up.

    def _look_up(self) -> None:
        target = self._target
        family = target.family
        if self._given is not None and not is_connected(self._given):
            family = family or _VERSIONS.get(self._given.family, 0)
        self._wants_all = target.auto_select_family and not family and target.local_address is None
        options = LookupOptions(family, target.hints, self._wants_all)
        if target.lookup is None:
            self._stop_looking = self._outside.look_up(
                self._socket, target.host, options, self._on_lookup
            )
            return
        called = False
        error: Exception | None = None

        def callback(error: object = None, address: object = None, family: object = None) -> None:
            nonlocal called
            if called or self._over:
                return
            called = True
            found = address if isinstance(address, list | tuple) else [(address, family)]
            if self._starting:
                self._on_lookup(error, list(found))
            else:
                self._defer(self._on_lookup, error, list(found))

        self._starting = True
        try:
            found = fitting(target.lookup, 3)(target.host, options, callback)
        except Exception as failure:
            found = None
            if called:
                # It is not the look-up that failed, but a listener of what it has told.
                owner: Any = self._socket
                owner._turn.listener_failed(owner, failure)
            else:
                error = failure
        finally:
            self._starting = False
        if isinstance(found, greenlet):
            # That will call back.
            found = None
        if found is not None or error is not None:
            callback(error, found if isinstance(found, list) else [found])

    def _on_lookup(self, error: object, found: list[object]) -> None:
        if self._over:
            return
        self._stop_looking = None
        host = self._target.host
        if error is not None:
            if not isinstance(error, BaseException):
                error = errors.unhandled_error(error)
            self._socket.emit("lookup", error, None, None, host)
            self._defer(self._fail, error)
            return
        candidates = [_candidate(entry) for entry in (found if self._wants_all else found[:1])]
        for address, family in candidates:
            self._socket.emit("lookup", None, address, family, host)
            if self._over:
                return
        good: list[Address] = []
        problem: Exception = errors.lookup_error(_socket.EAI_NONAME, host)
        for address, family in reversed(candidates):
            wrong = self._problem(address, family)
            if wrong is None:
                good.insert(0, Address(address, family))
            else:
                problem = wrong
        if not good:
            self._defer(self._fail, problem)
            return
        self._socket._touch()
        addresses = list(_alternate(good))
        if len(addresses) == 1:
            self._try_only(addresses[0])
            return
        self._several = True
        self._socket.auto_select_family_attempted_addresses = []
        self._waiting.extend(addresses)
        self._try_next()

    def _problem(self, address: object, family: object) -> Exception | None:
        """What is wrong with an address that a look-up gave."""
        target = self._target
        if not isinstance(address, str) or not is_ip(address):
            return errors.invalid_ip_address(address)
        if family != is_ip(address) or (target.family and family != target.family):
            return errors.invalid_address_family(family, target.host, target.port)
        return None

    # Trying.

    def _try_path(self, path: str | bytes) -> None:
        trial = _Trial(os.fsdecode(path), None)
        self._defer(self._tell_attempt, trial)
        if _AF_UNIX is None:
            error = OSError(errno.EAFNOSUPPORT, "")
        else:
            try:
                trial.sock = self._take_sock(_AF_UNIX)
                self._under_way.append(trial)
                self._begin(trial, path)
                return
            except OSError as failure:
                error = failure
        self._fail(self._refusal(trial, error))

    def _try_only(self, address: Address) -> None:
        if self._over:
            return
        self._socket._touch()
        trial = self._try(address)
        if trial.error is not None:
            self._fail(trial.error)

    def _try_next(self) -> None:
        """Begin the next attempt that does not fail at once; fail if none is left at all."""
        while self._waiting:
            address = self._waiting.popleft()
            trial = self._try(address)
            if self._over:
                return
            if trial.error is None:
                if self._waiting:
                    self._start_slot(trial)
                return
            self._tell_failure(trial)
            if self._over:
                return
        if not self._under_way:
            self._fail(errors.several(trial.error for trial in self._trials if trial.error))

    def _start_slot(self, trial: _Trial) -> None:
        if self._slot_timer is not None:
            self._slot_timer.stop()
        self._slot_timer = self._outside.timer(
            self._socket, lambda: self._defer(self._slot_over, trial)
        )
        self._slot_timer.start(self._target.attempt_timeout)

    def _slot_over(self, trial: _Trial) -> None:
        if self._over or self._trials[-1] is not trial:
            return
        target = self._target
        self._socket.emit("connectionAttemptTimeout", trial.address, target.port, trial.family)
        if not self._over:
            self._try_next()

    def _try(self, address: Address) -> _Trial:
        """Begin an attempt, or say in its `error` why it could not begin."""
        trial = _Trial(address.address, address.family)
        self._trials.append(trial)
        trial.error = self._prepare(trial, address)
        if trial.error is not None:
            trial.close()
            return trial
        self._under_way.append(trial)
        self._tell_attempt(trial)
        if self._over:
            return trial
        try:
            self._begin(trial, resolve.socket_address(address.address, self._target.port))
        except OSError as error:
            self._under_way.remove(trial)
            trial.error = self._refusal(trial, error)
            trial.close()
            return trial
        if self._several:
            attempted = self._socket.auto_select_family_attempted_addresses
            assert attempted is not None
            attempted.append(f"{address.address}:{self._target.port}")
        return trial

    def _prepare(self, trial: _Trial, address: Address) -> Exception | None:
        """Give an attempt its descriptor, bound if it shall be; returns what is in the way."""
        target = self._target
        if target.block_list is not None and _is_blocked(target.block_list, address):
            return errors.ip_blocked(address.address)
        try:
            trial.sock = self._take_sock(_FAMILIES[address.family])
        except OSError as error:
            return self._refusal(trial, error)
        if not target.local_address and not target.local_port:
            return None
        local = target.local_address or ("0.0.0.0" if address.family == 4 else "::")
        if is_ip(local) != address.family:
            return errors.system_error(errno.EINVAL, "bind", local, target.local_port)
        trial.local_address = local
        try:
            if os.name == "posix":
                trial.sock.setsockopt(_socket.SOL_SOCKET, _socket.SO_REUSEADDR, 1)
            trial.sock.bind(resolve.socket_address(local, target.local_port))
        except OSError as error:
            return errors.system_error(_number(error), "bind", local, target.local_port)
        return None

    def _take_sock(self, family: int) -> _socket.socket:
        previous, self._previous = self._previous, None
        if previous is not None:
            self._connects_already = previous.has_begun and family != _AF_UNIX
            self._given = previous.hand_over()
            self._replaces = self._given is not None
        sock, self._given = self._given, None
        if sock is None:
            if self._replaces:
                self._replaces = False
                self._socket._connection_replaced()
            return self._outside.open(family)
        if isinstance(sock, _socket.socket) and sock.family == family:
            return sock
        close_handle(sock)
        raise OSError(errno.EAFNOSUPPORT, "")

    def _begin(self, trial: _Trial, address: object) -> None:
        assert trial.sock is not None
        if self._connects_already:
            # The system would take another call as a question how the first one goes.
            self._connects_already = False
            raise OSError(errno.EALREADY, "")
        trial.attempt = self._outside.attempt(
            self._socket, trial.sock, address, self._ref, lambda number: self._done(trial, number)
        )

    def _tell_attempt(self, trial: _Trial) -> None:
        if not self._over:
            port = None if trial.family is None else self._target.port
            self._socket.emit("connectionAttempt", trial.address, port, trial.family)

    def _tell_failure(self, trial: _Trial) -> None:
        port = None if trial.family is None else self._target.port
        self._socket.emit("connectionAttemptFailed", trial.address, port, trial.family, trial.error)

    def _done(self, trial: _Trial, number: int) -> None:
        if self._over:
            return
        self._under_way.remove(trial)
        sock, trial.sock, trial.attempt = trial.sock, None, None
        assert sock is not None
        if number == 0:
            self.cancel()
            self._socket._on_connected(sock)
            return
        close_handle(sock)
        error = trial.error = self._failure(trial, number)
        if self._several:
            self._tell_failure(trial)
            if not self._over:
                self._try_next()
            return
        # In the listeners of the event that tells of it the Socket is no longer connecting.
        self._socket._connecting = False
        self._tell_failure(trial)
        self._fail(error)

    def _failure(self, trial: _Trial, number: int) -> Exception:
        """The error of an attempt that the other side, or the way there, has refused."""
        target = self._target
        bound = trial.local_address is not None and target.local_port
        return errors.system_error(
            number,
            "connect",
            trial.address,
            None if trial.family is None else target.port,
            local_address=trial.local_address if bound else None,
            local_port=target.local_port if bound else None,
        )

    def _refusal(self, trial: _Trial, error: OSError) -> Exception:
        """The error of a call that the system has refused at once."""
        local: tuple[str, int] | None = None
        if trial.sock is not None and trial.family is not None:
            try:
                local = trial.sock.getsockname()[:2]
            except OSError:
                local = None
        return errors.system_error(
            _number(error),
            "connect",
            trial.address,
            None if trial.family is None else self._target.port,
            local_address=None if local is None else local[0],
            local_port=None if local is None else local[1],
        )


class _Candidate(NamedTuple):
    """What a look-up has given for one address, unchecked."""

    address: Any
    family: Any


def _candidate(entry: object) -> _Candidate:
    if isinstance(entry, str):
        return _Candidate(entry, is_ip(entry) or None)
    if isinstance(entry, Mapping):
        return _Candidate(entry.get("address"), entry.get("family"))
    if isinstance(entry, tuple) and len(entry) == 2:
        return _Candidate(*entry)
    return _Candidate(entry, None)


def _is_blocked(block_list: BlockList, address: Address) -> bool:
    if block_list.check(address.address):
        return True
    # The unspecified address, mapped or not, connects to this machine's loopback.
    if any(pack(address.address, _FAMILIES[address.family]).removeprefix(_MAPPED)):
        return False
    return any(map(block_list.check, _LOOPBACK))


def _alternate(addresses: list[Address]) -> Iterator[Address]:
    """Each address once, the families taking turns, beginning with that of the first."""
    unique = list(dict.fromkeys(addresses))
    first = [address for address in unique if address.family == unique[0].family]
    other = [address for address in unique if address.family != unique[0].family]
    for pair in zip_longest(first, other):
        yield from (address for address in pair if address is not None)


def _number(error: OSError) -> int:
    return error.errno or errno.EIO

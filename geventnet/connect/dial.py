"""Dialling: everything between `connect()` and `'connect'`.

==========  ====================================================================================
looking up  a name is being looked up, by `lookup=` or in a greenlet of its own
trying      attempts are under way (`_under_way`), other addresses may wait for theirs (`_waiting`)
connected   one attempt has won; its descriptor is the Socket's, the others are closed
failed      the Socket was destroyed with the error
cancelled   the Socket was destroyed by somebody else
==========  ====================================================================================

In the last three states a Dial is `_over`: it holds nothing and tells nothing any more. Every
listener may call what ends in `cancel()`, so `_over` is checked after each event.

A name may have several addresses, of which some do not answer: a host whose IPv6 is broken, a
server that is down. With `auto_select_family` a Dial does what RFC 8305, section 5, calls Happy
Eyeballs. The addresses are sorted so that the families alternate. The first is tried. If there is
no answer within its time slot, the next one is tried as well, and the first goes on: it may only be
slow, and the next may not answer at all. If an attempt fails, the next begins at once. The first to
connect wins, and the others are closed. The connection has failed when all attempts have, with all
of their errors.

A Dial is given its `Outside`, the world it acts on: look-ups, descriptors, time. Nothing else here
touches them, so that a scripted world can stand in.
"""

from __future__ import annotations

import _socket
import errno
import os
from collections import deque
from collections.abc import Callable

from .. import errors
from ..addresses.info import IP_FAMILIES, IP_VERSIONS, AddressInfo, address_info, is_ip
from ..addresses.resolve import Address, LookupOptions, socket_address
from ..addresses.unix import AF_UNIX
from ..loop.tasks import FREE
from ..loop.timers import Timer
from ..transport.handles import Handle, close_handle, is_connected
from .choice import alternate, candidate, is_blocked, problem
from .lookup import OwnLookup
from .outside import Observer, Outside
from .target import Target
from .trial import Trial

__all__ = ["Dial"]

_OUTSIDE = Outside()


class Dial:
    """Connects one Socket to one target; see the top of this file.

    `sock` is a descriptor that the Socket has already: bound, or even connected. `previous` is a
    Dial that is still under way; it goes on until this one needs its descriptor.
    """

    __slots__ = (
        "_attempted",
        "_connects_already",
        "_given",
        "_limit_timer",
        "_observer",
        "_outside",
        "_over",
        "_previous",
        "_ref",
        "_replaces",
        "_several",
        "_slot_timer",
        "_stop_looking",
        "_target",
        "_trials",
        "_under_way",
        "_waiting",
        "_wants_all",
    )

    def __init__(
        self,
        observer: Observer,
        target: Target,
        ref: bool = True,
        sock: Handle | None = None,
        previous: Dial | None = None,
        outside: Outside = _OUTSIDE,
    ) -> None:
        self._observer = observer
        self._attempted: list[str] = []
        self._previous = previous
        self._connects_already = False
        self._target = target
        self._ref = ref
        self._given = sock
        self._replaces = sock is not None
        self._outside = outside
        self._over = False
        self._several = False
        self._wants_all = False
        self._stop_looking: Callable[[], object] | None = None
        self._limit_timer: Timer | None = None
        self._slot_timer: Timer | None = None
        self._waiting: deque[Address] = deque()
        self._trials: list[Trial] = []
        self._under_way: list[Trial] = []

    def start(self) -> None:
        """Begin; the Socket hears of it later, except for what a `lookup=` calls back at once."""
        target = self._target
        limit = target.connect_timeout
        if limit is not None:
            self._limit_timer = self._outside.timer(self._observer, self._on_limit)
            self._limit_timer.start(limit)
        if target.path is not None:
            self._try_path(target.path)
        elif version := is_ip(target.host):
            self._defer(self._try_only, Address(target.host, version))
        else:
            self._look_up()

    @property
    def handle(self) -> Handle | None:
        """The descriptor of the latest attempt."""
        if self._under_way:
            return self._under_way[-1].sock
        return self._given if self._previous is None else self._previous.handle

    def local(self) -> AddressInfo | None:
        """Where this end is bound; None before there is a descriptor."""
        handle = self.handle
        return None if handle is None else address_info(handle.family, handle.getsockname)

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
        sock = self.handle if previous is None or self._under_way else previous.hand_over()
        if self._under_way:
            self._under_way[-1].sock = None
        self._given = None
        self.cancel()
        return sock

    def _defer(self, function: Callable[..., object], *args: object) -> None:
        observer = self._observer
        observer.scheduler.call_soon(observer.owner, FREE, function, *args)

    def _fail(self, error: BaseException) -> None:
        if not self._over:
            self.cancel()
            self._observer.failed(error)

    def _on_limit(self) -> None:
        self._defer(self._limit_over)

    def _limit_over(self) -> None:
        limit = self._target.connect_timeout
        assert limit is not None
        error = errors.took_longer("connect()", limit)
        failures = [trial.error for trial in self._trials if trial.error is not None]
        if failures:
            error.__cause__ = errors.several(failures)
        self._fail(error)

    # Looking up.

    def _look_up(self) -> None:
        target = self._target
        family = target.family
        if self._given is not None and not is_connected(self._given):
            family = family or IP_VERSIONS.get(self._given.family, 0)
        self._wants_all = target.auto_select_family and not family and target.local_address is None
        options = LookupOptions(family, target.hints, self._wants_all)
        if target.lookup is None:
            self._stop_looking = self._outside.look_up(
                self._observer, target.host, options, self._on_lookup
            )
            return
        asking = OwnLookup(self._observer, self._on_lookup)
        self._stop_looking = asking.cancel
        asking.ask(target.lookup, target.host, options)

    def _on_lookup(self, error: object, found: list[object]) -> None:
        if self._over:
            return
        self._stop_looking = None
        host = self._target.host
        if error is not None:
            if not isinstance(error, BaseException):
                error = errors.unhandled_error(error)
            self._observer.emit("lookup", error, None, None, host)
            self._defer(self._fail, error)
            return
        candidates = [candidate(entry) for entry in (found if self._wants_all else found[:1])]
        for address, family in candidates:
            self._observer.emit("lookup", None, address, family, host)
            if self._over:
                return
        good: list[Address] = []
        reason: Exception = errors.lookup_error(_socket.EAI_NONAME, host)
        for address, family in reversed(candidates):
            wrong = problem(self._target, address, family)
            if wrong is None:
                good.insert(0, Address(address, family))
            else:
                reason = wrong
        if not good:
            self._defer(self._fail, reason)
            return
        self._observer.touch()
        addresses = list(alternate(good))
        if len(addresses) == 1:
            self._try_only(addresses[0])
            return
        self._several = True
        self._observer.attempting_several(self._attempted)
        self._waiting.extend(addresses)
        self._try_next()

    # Trying.

    def _try_path(self, path: str | bytes) -> None:
        trial = Trial(self._target, os.fsdecode(path), None)
        self._defer(self._tell_attempt, trial)
        if AF_UNIX is None:
            error = OSError(errno.EAFNOSUPPORT, "")
        else:
            try:
                trial.sock = self._take_sock(AF_UNIX)
                self._under_way.append(trial)
                self._begin(trial, path)
                return
            except OSError as failure:
                error = failure
        self._fail(trial.refusal(error))

    def _try_only(self, address: Address) -> None:
        if self._over:
            return
        self._observer.touch()
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

    def _start_slot(self, trial: Trial) -> None:
        if self._slot_timer is not None:
            self._slot_timer.stop()
        self._slot_timer = self._outside.timer(
            self._observer, lambda: self._defer(self._slot_over, trial)
        )
        self._slot_timer.start(self._target.attempt_timeout)

    def _slot_over(self, trial: Trial) -> None:
        if self._over or self._trials[-1] is not trial:
            return
        target = self._target
        self._observer.emit("connectionAttemptTimeout", trial.address, target.port, trial.family)
        if not self._over:
            self._try_next()

    def _try(self, address: Address) -> Trial:
        """Begin an attempt, or say in its `error` why it could not begin."""
        trial = Trial(self._target, address.address, address.family)
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
            self._begin(trial, socket_address(address.address, self._target.port))
        except OSError as error:
            self._under_way.remove(trial)
            trial.error = trial.refusal(error)
            trial.close()
            return trial
        if self._several:
            self._attempted.append(f"{address.address}:{self._target.port}")
        return trial

    def _prepare(self, trial: Trial, address: Address) -> Exception | None:
        """Give an attempt its descriptor, bound if it shall be; returns what is in the way."""
        target = self._target
        if target.block_list is not None and is_blocked(target.block_list, address):
            return errors.ip_blocked(address.address)
        try:
            trial.sock = self._take_sock(IP_FAMILIES[address.family])
        except OSError as error:
            return trial.refusal(error)
        if not target.local_address and not target.local_port:
            return None
        local = target.local_address or ("0.0.0.0" if address.family == 4 else "::")
        if is_ip(local) != address.family:
            return errors.system_error(errno.EINVAL, "bind", local, target.local_port)
        trial.local_address = local
        try:
            if os.name == "posix":
                trial.sock.setsockopt(_socket.SOL_SOCKET, _socket.SO_REUSEADDR, 1)
            trial.sock.bind(socket_address(local, target.local_port))
        except OSError as error:
            return errors.system_error(error.errno or errno.EIO, "bind", local, target.local_port)
        return None

    def _take_sock(self, family: int) -> _socket.socket:
        previous, self._previous = self._previous, None
        if previous is not None:
            self._connects_already = previous.has_begun and family != AF_UNIX
            self._given = previous.hand_over()
            self._replaces = self._given is not None
        sock, self._given = self._given, None
        if sock is None:
            if self._replaces:
                self._replaces = False
                self._observer.replaced()
            return self._outside.open(family)
        if isinstance(sock, _socket.socket) and sock.family == family:
            return sock
        close_handle(sock)
        raise OSError(errno.EAFNOSUPPORT, "")

    def _begin(self, trial: Trial, address: object) -> None:
        assert trial.sock is not None
        if self._connects_already:
            # The system would take another call as a question how the first one goes.
            self._connects_already = False
            raise OSError(errno.EALREADY, "")
        trial.attempt = self._outside.attempt(
            self._observer, trial.sock, address, self._ref, lambda number: self._done(trial, number)
        )

    def _tell_attempt(self, trial: Trial) -> None:
        if not self._over:
            self._observer.emit("connectionAttempt", trial.address, trial.port, trial.family)

    def _tell_failure(self, trial: Trial) -> None:
        self._observer.emit(
            "connectionAttemptFailed", trial.address, trial.port, trial.family, trial.error
        )

    def _done(self, trial: Trial, number: int) -> None:
        if self._over:
            return
        self._under_way.remove(trial)
        sock, trial.sock, trial.attempt = trial.sock, None, None
        assert sock is not None
        if number == 0:
            self.cancel()
            self._observer.connected(sock)
            return
        close_handle(sock)
        error = trial.error = trial.failure(number)
        if self._several:
            self._tell_failure(trial)
            if not self._over:
                self._try_next()
            return
        # In the listeners of the event that tells of it the Socket is no longer connecting.
        self._observer.attempt_failed()
        self._tell_failure(trial)
        self._fail(error)

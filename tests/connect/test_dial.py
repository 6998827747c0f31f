"""Connecting, in a scripted world: look-ups and connections that answer when the script says so,
on a clock that the test moves."""

from __future__ import annotations

import errno
import heapq
import itertools
import socket
from collections import deque
from collections.abc import Callable
from typing import Any

import gevent
import pytest

from geventnet import BlockList, LookupFailure, NetError, errors
from geventnet.addresses.resolve import Address, LookupOptions
from geventnet.connect.dial import Dial
from geventnet.connect.outside import Outside
from geventnet.connect.target import Target

A, B, C = "192.0.2.1", "192.0.2.2", "192.0.2.3"
A6, B6 = "2001:db8::1", "2001:db8::2"
NEVER = None


class Descriptor:
    def __init__(self, family: int) -> None:
        self.family = family
        self.closed = False
        self.bound: object = None

    def setsockopt(self, *args: int) -> None:
        pass

    def getsockname(self) -> tuple[str, int]:
        return ("0.0.0.0", 0) if self.family == socket.AF_INET else ("::", 0)

    def bind(self, address: tuple[str, int]) -> None:
        if address[0] == "192.0.2.99":
            raise OSError(errno.EADDRNOTAVAIL, "")
        self.bound = address

    def close(self) -> None:
        self.closed = True


class Scheduler:
    """Deferred calls, made when the world says so."""

    def __init__(self) -> None:
        self.due: deque[Callable[[], object]] = deque()

    def call_soon(
        self, owner: object, lane: int, function: Callable[..., object], *args: Any
    ) -> None:
        self.due.append(lambda: function(*args))


class World(Outside):
    """`answers` says for each address after how many seconds it answers, and with which errno."""

    def __init__(
        self,
        addresses: object = (),
        answers: dict[str, Any] | None = None,
        lookup_takes: float | None = 0.0,
    ) -> None:
        self.now = 0.0
        self.addresses = addresses
        self.answers = answers or {}
        self.lookup_takes = lookup_takes
        self.descriptors: list[Descriptor] = []
        self.lookups: list[LookupOptions] = []
        self.given_up: list[str] = []
        self.scheduler = Scheduler()
        self._timers: list[Any] = []
        self._count = itertools.count()

    def at(self, delay: float, function: Callable[[], object]) -> list[Any]:
        entry = [self.now + delay, next(self._count), function]
        heapq.heappush(self._timers, entry)
        return entry

    def run(self, seconds: float = 100.0) -> None:
        """Move the clock, and do what becomes due on the way."""
        end = self.now + seconds
        while True:
            while self.scheduler.due:
                self.scheduler.due.popleft()()
            if not self._timers or self._timers[0][0] > end:
                break
            when, _, function = heapq.heappop(self._timers)
            self.now = when
            if function is not None:
                function()
        self.now = end

    @property
    def pending(self) -> int:
        return sum(entry[2] is not None for entry in self._timers)

    # What a Dial asks for.

    def look_up(self, owner: Any, host: str, options: LookupOptions, done: Any) -> Any:
        self.lookups.append(options)
        if self.lookup_takes is None:
            return lambda: self.given_up.append(host)
        error = self.addresses if isinstance(self.addresses, Exception) else None
        found = [] if error else self.addresses
        entry = self.at(self.lookup_takes, lambda: done(error, found))

        def give_up() -> None:
            self.given_up.append(host)
            entry[2] = None

        return give_up

    def timer(self, owner: Any, function: Callable[[], object]) -> Any:
        world = self

        class Timer:
            entry: list[Any] | None = None

            def start(self, delay: float) -> None:
                self.entry = world.at(delay, function)

            def stop(self) -> None:
                if self.entry is not None:
                    self.entry[2] = None

        return Timer()

    def open(self, family: int) -> Any:
        descriptor = Descriptor(family)
        self.descriptors.append(descriptor)
        return descriptor

    def attempt(self, owner: Any, sock: Any, address: Any, ref: bool, done: Any) -> Any:
        answer = self.answers.get(address[0], NEVER)
        if isinstance(answer, OSError):
            raise answer
        entry = None if answer is None else self.at(answer[0], lambda: done(answer[1]))

        class Attempt:
            def cancel(self) -> None:
                if entry is not None:
                    entry[2] = None

            def set_ref(self, ref: bool) -> None:
                pass

        return Attempt()


class Client:
    """The observer of a dial."""

    attempted: list[str] | None = None
    owner: Any = None

    def __init__(self, world: World, **options: Any) -> None:
        self.scheduler: Any = world.scheduler
        self._world = world
        self.seen: list[Any] = []
        self.error: Any = None
        self.handle: Any = None
        self.react: dict[str, Callable[[], object]] = {}
        target = Target.to_host(
            options.pop("port", 80),
            options.pop("host", "host.test"),
            **{
                "family": None,
                "proxy_protocol": None,
                "hints": 0,
                "lookup": None,
                "local_address": None,
                "local_port": None,
                "block_list": None,
                "auto_select_family": True,
                "attempt_timeout": None,
                "connect_timeout": None,
                **options,
            },
        )
        self.dial = Dial(self, target, outside=world)
        self.dial.start()

    def replaced(self) -> None:
        pass

    def listener_has_failed(self, error: BaseException) -> None:
        raise error

    def attempting_several(self, attempted: list[str]) -> None:
        self.attempted = attempted

    def attempt_failed(self) -> None:
        pass

    def emit(self, event: str, *args: object) -> None:
        what = args[1] if event == "lookup" else args[0]
        self.seen.append((round(self._world.now, 3), event, what))
        if event in self.react:
            self.react[event]()

    def failed(self, error: BaseException | None = None) -> None:
        self.error = error
        self.dial.cancel()

    def touch(self) -> None:
        pass

    def connected(self, handle: Any) -> None:
        self.handle = handle

    def attempts(self) -> list[Any]:
        return [(when, what) for when, event, what in self.seen if event == "connectionAttempt"]


def addresses(*names: str) -> list[Address]:
    return [Address(name, 6 if ":" in name else 4) for name in names]


def refused(after: float = 0.0) -> tuple[float, int]:
    return after, errno.ECONNREFUSED


def connects(after: float = 0.0) -> tuple[float, int]:
    return after, 0


def all_closed(world: World, but: object = None) -> bool:
    return all(descriptor.closed for descriptor in world.descriptors if descriptor is not but)


# Several addresses.


def test_the_first_address_wins_if_it_answers_in_its_slot() -> None:
    world = World(addresses(A, B), {A: connects(0.2), B: connects()})
    client = Client(world)
    world.run()
    assert client.attempts() == [(0.0, A)]
    assert client.handle is world.descriptors[0]
    assert client.attempted == [f"{A}:80"]
    assert world.pending == 0


def test_a_slow_attempt_is_not_given_up_when_the_next_begins() -> None:
    world = World(addresses(A, B), {A: connects(0.4), B: NEVER})
    client = Client(world)
    world.run()
    assert client.seen == [
        (0.0, "lookup", A),
        (0.0, "lookup", B),
        (0.0, "connectionAttempt", A),
        (0.25, "connectionAttemptTimeout", A),
        (0.25, "connectionAttempt", B),
    ]
    assert client.handle is world.descriptors[0]
    assert world.descriptors[1].closed
    assert client.error is None


def test_the_losers_are_closed_and_the_winner_is_not() -> None:
    world = World(addresses(A, B, C), {C: connects(0.1)})
    client = Client(world)
    world.run()
    assert client.attempts() == [(0.0, A), (0.25, B), (0.5, C)]
    assert client.handle is world.descriptors[2]
    assert not client.handle.closed
    assert all_closed(world, but=client.handle)
    assert world.pending == 0


def test_a_failed_attempt_starts_the_next_at_once() -> None:
    world = World(addresses(A, B), {A: refused(0.01), B: connects(0.01)})
    client = Client(world)
    world.run()
    assert client.seen[2:] == [
        (0.0, "connectionAttempt", A),
        (0.01, "connectionAttemptFailed", A),
        (0.01, "connectionAttempt", B),
    ]
    assert client.handle is world.descriptors[1]


def test_a_failure_that_comes_late_starts_the_next_at_once_too() -> None:
    world = World(addresses(A, B, C), {A: refused(0.3), C: connects(0.01)})
    client = Client(world)
    world.run()
    assert client.attempts() == [(0.0, A), (0.25, B), (0.3, C)]
    assert client.handle is world.descriptors[2]


def test_the_slot_of_the_next_begins_when_it_does() -> None:
    world = World(addresses(A, B, C), {A: refused(0.2)})
    client = Client(world)
    world.run(1)
    assert client.attempts() == [(0.0, A), (0.2, B), (0.45, C)]
    client.dial.cancel()


def test_the_last_attempt_has_no_slot() -> None:
    world = World(addresses(A, B))
    client = Client(world)
    world.run(60)
    assert [event for _, event, _ in client.seen].count("connectionAttemptTimeout") == 1
    assert client.error is None
    client.dial.cancel()
    assert world.pending == 0
    assert all_closed(world)


def test_the_slot_can_be_chosen() -> None:
    world = World(addresses(A, B))
    client = Client(world, attempt_timeout=2)
    world.run(3)
    assert client.attempts() == [(0.0, A), (2.0, B)]


def test_a_slot_is_at_least_ten_milliseconds() -> None:
    world = World(addresses(A, B))
    client = Client(world, attempt_timeout=0.001)
    world.run(3)
    assert client.attempts() == [(0.0, A), (0.01, B)]


def test_all_fail_with_one_error_that_has_them_all() -> None:
    world = World(addresses(A, B), {A: refused(0.3), B: (0.1, errno.EHOSTUNREACH)})
    client = Client(world)
    world.run()
    assert isinstance(client.error, OSError)
    assert client.error.code == "ECONNREFUSED"  # type: ignore[attr-defined]
    assert [error.code for error in client.error.errors] == ["ECONNREFUSED", "EHOSTUNREACH"]  # type: ignore[attr-defined]
    assert [error.address for error in client.error.errors] == [A, B]  # type: ignore[attr-defined]
    assert isinstance(client.error.__cause__, ExceptionGroup)
    assert all_closed(world)
    assert world.pending == 0


def test_what_the_system_refuses_at_once_is_a_failed_attempt() -> None:
    unreachable = OSError(errno.ENETUNREACH, "")
    world = World(addresses(A6, A), {A6: unreachable, A: connects()})
    client = Client(world)
    world.run()
    assert client.seen[2:] == [
        (0.0, "connectionAttempt", A6),
        (0.0, "connectionAttemptFailed", A6),
        (0.0, "connectionAttempt", A),
    ]
    assert client.handle is world.descriptors[1]
    assert world.descriptors[0].closed


def test_families_take_turns_and_the_first_leads() -> None:
    world = World(addresses(A6, B6, A, B, C))
    client = Client(world)
    world.run(10)
    assert [what for _, what in client.attempts()] == [A6, A, B6, B, C]


def test_an_address_that_is_given_twice_is_tried_once() -> None:
    world = World(addresses(A, B, A))
    client = Client(world)
    world.run(10)
    assert [what for _, what in client.attempts()] == [A, B]
    assert [what for _, event, what in client.seen if event == "lookup"] == [A, B, A]


def test_one_address_fails_with_its_own_error() -> None:
    world = World(addresses(A), {A: refused()})
    client = Client(world)
    world.run()
    assert not hasattr(client.error, "errors")
    assert str(client.error) == f"connect ECONNREFUSED {A}:80"
    assert client.attempted is None


def test_without_auto_select_family_only_the_first_is_tried() -> None:
    world = World(addresses(A, B), {A: refused(), B: connects()})
    client = Client(world, auto_select_family=False)
    world.run()
    assert [what for _, what in client.attempts()] == [A]
    assert client.error.code == "ECONNREFUSED"
    assert world.lookups == [LookupOptions(0, world.lookups[0].hints, False)]


def test_a_local_address_leaves_no_choice_of_family() -> None:
    world = World(addresses(A, B), {A: connects()})
    Client(world, local_address="192.0.2.9")
    world.run()
    assert world.lookups[0].all is False
    assert world.descriptors[0].bound == ("192.0.2.9", 0)


def test_every_attempt_is_bound_to_the_local_port() -> None:
    world = World(addresses(A, A6), {A: refused(), A6: connects()})
    Client(world, local_port=999)
    world.run()
    assert [descriptor.bound for descriptor in world.descriptors] == [("0.0.0.0", 999), ("::", 999)]


def test_a_local_address_that_is_not_ours() -> None:
    world = World(addresses(A))
    client = Client(world, local_address="192.0.2.99", local_port=5)
    world.run()
    assert str(client.error) == "bind EADDRNOTAVAIL 192.0.2.99:5"
    assert all_closed(world)


def test_a_listener_that_blocks_does_not_confuse_the_attempts() -> None:
    unreachable = OSError(errno.ENETUNREACH, "")
    world = World(addresses(A, B, C), {A: refused(0.3), B: unreachable, C: connects(0.1)})
    client = Client(world)

    def block() -> None:
        # What happens meanwhile, on the other dispatchers: the first attempt fails.
        if client.seen[-1][2] == B:
            world.run(0.1)

    client.react["connectionAttempt"] = block
    world.run()
    assert client.handle is not None
    failed = [what for _, event, what in client.seen if event == "connectionAttemptFailed"]
    assert failed == [A, B]
    assert all_closed(world, but=client.handle)
    assert world.pending == 0


# Block lists.


def test_blocked_addresses_are_passed_over() -> None:
    blocked = BlockList()
    blocked.add_address(A)
    world = World(addresses(A, B), {B: connects()})
    client = Client(world, block_list=blocked)
    world.run()
    assert client.attempts() == [(0.0, B)]
    assert client.handle is not None
    assert len(world.descriptors) == 1


def test_only_blocked_addresses() -> None:
    blocked = BlockList()
    blocked.add_subnet("192.0.2.0/24")
    world = World(addresses(A, B))
    client = Client(world, block_list=blocked)
    world.run()
    assert [error.code for error in client.error.errors] == ["ERR_IP_BLOCKED"] * 2
    assert client.attempts() == []


@pytest.mark.parametrize("host", ["host.test", A])
def test_one_blocked_address(host: str) -> None:
    blocked = BlockList()
    blocked.add_address(A)
    world = World(addresses(A))
    client = Client(world, host=host, block_list=blocked, auto_select_family=False)
    world.run()
    assert client.error.code == "ERR_IP_BLOCKED"
    assert world.descriptors == []


# The limit on all of it.


def test_the_limit_ends_a_look_up() -> None:
    world = World(lookup_takes=None)
    client = Client(world, connect_timeout=3)
    world.run()
    assert isinstance(client.error, TimeoutError)
    assert client.error.code == "ETIMEDOUT"  # type: ignore[attr-defined]
    assert world.given_up == ["host.test"]
    assert world.pending == 0


def test_the_limit_counts_from_the_call() -> None:
    world = World(addresses(A), {A: connects(1.5)}, lookup_takes=2.0)
    client = Client(world, connect_timeout=3)
    world.run(2.9)
    assert client.error is None
    world.run(0.2)
    assert isinstance(client.error, TimeoutError)
    assert all_closed(world)


def test_the_limit_bounds_all_attempts_together_and_names_what_failed() -> None:
    world = World(addresses(A, B, C), {A: refused(0.1)})
    client = Client(world, connect_timeout=1)
    world.run()
    assert isinstance(client.error, TimeoutError)
    assert [error.code for error in client.error.__cause__.errors] == ["ECONNREFUSED"]  # type: ignore[union-attr]
    assert all_closed(world)
    assert world.pending == 0


def test_the_limit_is_gone_once_connected() -> None:
    world = World(addresses(A), {A: connects(0.5)})
    client = Client(world, connect_timeout=1)
    world.run()
    assert client.handle is not None
    assert client.error is None


# Giving up.


@pytest.mark.parametrize("after", [0.0, 0.05, 0.15, 0.3, 0.6])
def test_cancelled_at_any_point_it_holds_nothing_and_tells_nothing(after: float) -> None:
    world = World(addresses(A, B, C), {A: connects(5), B: refused(4)}, lookup_takes=0.1)
    client = Client(world, connect_timeout=10)
    world.run(after)
    seen = len(client.seen)
    client.dial.cancel()
    assert all_closed(world)
    assert world.pending == 0
    world.run()
    assert len(client.seen) == seen
    assert client.handle is None


@pytest.mark.parametrize(
    "event",
    ["lookup", "connectionAttempt", "connectionAttemptTimeout", "connectionAttemptFailed"],
)
def test_cancelled_in_a_listener(event: str) -> None:
    world = World(addresses(A, B, C), {A: refused(0.3), B: NEVER})
    client = Client(world)
    client.react[event] = client.dial.cancel
    world.run()
    assert client.seen[-1][1] == event
    assert all_closed(world)
    assert world.pending == 0
    assert client.error is None


def test_a_failure_after_the_slot_in_the_same_instant_starts_one_attempt_not_two() -> None:
    world = World(addresses(A, B, C), {A: refused(0.25)})
    client = Client(world)
    world.run(0.26)
    assert [what for _, what in client.attempts()] == [A, B]
    world.run(0.2)
    assert len(client.attempts()) == len({what for _, what in client.attempts()})
    client.dial.cancel()


# What look-ups give.


def test_a_failed_look_up() -> None:
    failure = errors.lookup_error(socket.EAI_NONAME, "host.test")
    world = World(failure)
    client = Client(world)
    world.run()
    assert client.error is failure
    assert client.seen == [(0.0, "lookup", None)]


def test_no_look_up_for_an_address() -> None:
    world = World((), {A: connects()})
    client = Client(world, host=A)
    world.run()
    assert world.lookups == []
    assert client.seen == [(0.0, "connectionAttempt", A)]


@pytest.mark.parametrize(
    ("found", "code"),
    [
        ([], "ENOTFOUND"),
        (["nonsense"], "ERR_INVALID_IP_ADDRESS"),
        ([None], "ERR_INVALID_IP_ADDRESS"),
        ([5], "ERR_INVALID_IP_ADDRESS"),
        ([(A, 7)], "ERR_INVALID_ADDRESS_FAMILY"),
        ([(A, 6)], "ERR_INVALID_ADDRESS_FAMILY"),
        ([{"address": A}], "ERR_INVALID_ADDRESS_FAMILY"),
        ([{}], "ERR_INVALID_IP_ADDRESS"),
    ],
)
@pytest.mark.parametrize("several", [True, False])
def test_nonsense_is_an_error_of_the_socket(found: list[Any], code: str, several: bool) -> None:
    world = World()
    client = Client(world, auto_select_family=several, lookup=lambda *args: found)
    world.run()
    assert client.error.code == code
    assert client.attempts() == []


def test_good_addresses_among_nonsense_are_used() -> None:
    world = World((), {A: connects()})
    client = Client(world, lookup=lambda *args: ["nonsense", (B, 9), A])
    world.run()
    assert client.handle is not None
    assert client.attempts() == [(0.0, A)]


def test_another_family_than_was_asked_for() -> None:
    world = World()
    client = Client(world, family=6, lookup=lambda *args: A)
    world.run()
    assert client.error.code == "ERR_INVALID_ADDRESS_FAMILY"


@pytest.mark.parametrize(
    "found", [A, (A, 4), [A], [(A, 4)], [Address(A, 4)], [{"address": A, "family": 4}]]
)
def test_a_lookup_may_simply_return(found: object) -> None:
    world = World((), {A: connects()})
    client = Client(world, lookup=lambda host, options, callback: found)
    world.run()
    assert client.handle is not None


def test_a_lookup_may_call_back_now_or_later_and_only_once() -> None:
    callbacks: list[Any] = []
    world = World((), {A: connects(), B: connects()})
    client = Client(world, lookup=lambda host, options, callback: callbacks.append(callback))
    world.run()
    assert client.seen == []
    callbacks[0](None, [Address(A, 4)])
    callbacks[0](None, [Address(B, 4)])
    world.run()
    assert client.attempts()[0][1] == A
    assert len(client.attempts()) == 1


def test_a_lookup_may_return_the_greenlet_that_will_call_back() -> None:
    world = World((), {A: connects()})
    client = Client(world, lookup=lambda host, options, callback: gevent.getcurrent())
    world.run()
    assert client.seen == []


def test_a_lookup_is_told_what_is_wanted() -> None:
    told: list[Any] = []
    world = World()
    Client(world, family="IPv4", hints=socket.AI_V4MAPPED, lookup=lambda *args: told.append(args))
    host, options, callback = told[0]
    assert (host, options) == ("host.test", LookupOptions(4, socket.AI_V4MAPPED, False))
    assert callable(callback)


def test_a_lookup_that_raises_has_failed() -> None:
    failure = LookupFailure("no", 1, "no", "ENOTFOUND")

    def lookup(*args: object) -> None:
        raise failure

    world = World()
    client = Client(world, lookup=lookup)
    world.run()
    assert client.error is failure


def test_an_error_that_is_none_of_the_exceptions() -> None:
    world = World()
    client = Client(world, lookup=lambda host, options, callback: callback("broken"))
    world.run()
    assert isinstance(client.error, NetError)


def test_a_callback_after_the_end_does_nothing() -> None:
    callbacks: list[Any] = []
    world = World()
    client = Client(world, lookup=lambda host, options, callback: callbacks.append(callback))
    client.dial.cancel()
    callbacks[0](None, A, 4)
    world.run()
    assert client.seen == []


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"lookup": 5}, "ERR_INVALID_ARG_TYPE"),
        ({"family": 5}, "ERR_INVALID_ARG_VALUE"),
        ({"hints": 1}, "ERR_INVALID_ARG_VALUE"),
        ({"hints": "x"}, "ERR_INVALID_ARG_TYPE"),
        ({"auto_select_family": 1}, "ERR_INVALID_ARG_TYPE"),
        ({"attempt_timeout": 0}, "ERR_OUT_OF_RANGE"),
        ({"attempt_timeout": "x"}, "ERR_INVALID_ARG_TYPE"),
        ({"connect_timeout": -1}, "ERR_OUT_OF_RANGE"),
        ({"connect_timeout": "x"}, "ERR_INVALID_ARG_TYPE"),
        ({"block_list": []}, "ERR_INVALID_ARG_TYPE"),
        ({"local_address": "x"}, "ERR_INVALID_IP_ADDRESS"),
        ({"local_port": "x"}, "ERR_INVALID_ARG_TYPE"),
        ({"local_port": 65536}, "ERR_SOCKET_BAD_PORT"),
        ({"port": -1}, "ERR_SOCKET_BAD_PORT"),
        ({"host": 5}, "ERR_INVALID_ARG_TYPE"),
    ],
)
def test_bad_options_are_refused_at_the_call(options: dict[str, Any], code: str) -> None:
    with pytest.raises(NetError) as raised:
        Client(World(), **options)
    assert raised.value.code == code

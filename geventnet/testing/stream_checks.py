"""check_stream: what a program may expect of two connected streams.

Each check has two ends of its own and says in its name what must hold. It fails with an
AssertionError whose message says what was seen instead.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from itertools import count
from typing import Any, Final

import gevent
from greenlet import GreenletExit, greenlet

from ..socket.connection import Connection
from .ends import End, end_of
from .settling import on_switch, settle

__all__ = ["STREAM_CHECKS", "MakePair", "check_stream"]

Pair = tuple[Any, Any]
MakePair = Callable[[], Pair | AbstractContextManager[Pair]]

#: How much a sender may send that nobody reads before it has to wait (bytes).
_NO_BACKPRESSURE = 64 << 20
#: Seconds for each check.
_LIMIT = 20.0


class _Bench:
    """Two connected ends, and the greenlets of one check."""

    def __init__(self, near: End, far: End, whole_sends: bool) -> None:
        self.near = near
        self.far = far
        #: Whether what one call sends is sent as a whole.
        self.whole_sends = whole_sends
        self._greenlets: list[gevent.Greenlet[Any, Any]] = []

    def spawn(self, function: Callable[..., Any], *args: Any) -> gevent.Greenlet[Any, Any]:
        started = self.greenlet(function, *args)
        started.start()
        return started

    def greenlet(self, function: Callable[..., Any], *args: Any) -> gevent.Greenlet[Any, Any]:
        """A greenlet whose exception is its value, so that it is reported nowhere."""
        made = gevent.Greenlet(_outcome, function, *args)
        self._greenlets.append(made)
        return made

    def close(self) -> None:
        gevent.killall(self._greenlets)
        for end in (self.near, self.far):
            with suppress(Exception):
                end.close()
        settle()


def _outcome(function: Callable[..., Any], *args: Any) -> Any:
    try:
        return function(*args)
    except Exception as error:
        return error


def _value(running: gevent.Greenlet[Any, Any]) -> Any:
    """What a greenlet of `_Bench.spawn` returns, or raises."""
    value = running.get()
    if isinstance(value, Exception):
        raise value
    return value


def _expect(holds: bool, message: str) -> None:
    if not holds:
        raise AssertionError(message)


def _pattern(size: int) -> bytes:
    """Bytes of which each block of 4 is another."""
    return b"".join(number.to_bytes(4, "big") for number in range(-(-size // 4)))[:size]


def _receive_all(end: End, size: int = 65536) -> bytes:
    parts = []
    while chunk := end.receive(size):
        parts.append(chunk)
    return b"".join(parts)


def _same(got: bytes, sent: bytes) -> None:
    if got != sent:
        place = next((i for i, (a, b) in enumerate(zip(got, sent, strict=False)) if a != b), None)
        where = "" if place is None else f", and differ first at byte {place}"
        raise AssertionError(f"{len(sent)} bytes were sent, {len(got)} were received{where}")


# The checks.


def _bytes_arrive_whole_and_in_order(bench: _Bench) -> None:
    data = _pattern(300_000)
    chance = random.Random(1)

    def send(end: End) -> None:
        rest = data
        while rest:
            size = chance.choice((1, 7, 1000, 20_000, 70_000))
            end.send(rest[:size])
            rest = rest[size:]
        end.end()

    def receive(end: End) -> bytes:
        parts = []
        while chunk := end.receive(chance.choice((1, 100, 5000, 65536))):
            parts.append(chunk)
        return b"".join(parts)

    senders = [bench.spawn(send, end) for end in (bench.near, bench.far)]
    receivers = [bench.spawn(receive, end) for end in (bench.near, bench.far)]
    for receiver in receivers:
        _same(_value(receiver), data)
    for sender in senders:
        _value(sender)


def _a_receiver_gets_no_more_than_it_asks_for(bench: _Bench) -> None:
    bench.near.send(b"abcdefgh")
    got = b""
    for size in (1, 2, 3, 1, 1):
        chunk = bench.far.receive(size)
        _expect(0 < len(chunk) <= size, f"receive({size}) gave {chunk!r}")
        got += chunk
    got += bench.far.receive(100) if len(got) < 8 else b""
    _expect(b"abcdefgh".startswith(got), f"b'abcdefgh' was sent, {got!r} received")


def _the_end_comes_after_the_last_byte_and_stays(bench: _Bench) -> None:
    bench.near.send(b"last")
    bench.near.end()
    _same(_receive_all(bench.far, 3), b"last")
    for _ in range(3):
        chunk = bench.far.receive(10)
        _expect(chunk == b"", f"{chunk!r} was received after the end")


def _an_end_ends_one_direction(bench: _Bench) -> None:
    bench.near.end()
    _same(_receive_all(bench.far), b"")
    bench.far.send(b"answer")
    bench.far.end()
    _same(_receive_all(bench.near), b"answer")


def _sending_after_the_end_fails(bench: _Bench) -> None:
    bench.near.end()
    try:
        bench.near.send(b"too late")
    except Exception:
        return
    raise AssertionError("nothing was raised by sending after the end")


def _a_fast_sender_waits_for_the_receiver(bench: _Bench) -> None:
    chunk = _pattern(65536)
    sent = [0]
    stop: list[bool] = []

    def send() -> None:
        while sent[0] < _NO_BACKPRESSURE and not stop:
            bench.near.send(chunk)
            sent[0] += len(chunk)
        bench.near.end()

    sender = bench.spawn(send)
    settle(limit=_LIMIT)
    _expect(not sender.ready(), f"nobody reads, and {sent[0]} bytes were sent without waiting")
    stop.append(True)
    received = 0
    while part := bench.far.receive(65536):
        start = received % len(chunk)
        expected = (chunk + chunk)[start : start + len(part)]
        _same(part, expected)
        received += len(part)
    _value(sender)
    _expect(received == sent[0], f"{sent[0]} bytes were sent, {received} received")


def _an_interrupted_receive_loses_nothing(bench: _Bench) -> None:
    data = _pattern(4000)

    def send() -> None:
        for start in range(0, len(data), 13):
            bench.near.send(data[start : start + 13])
            gevent.sleep(0)
        bench.near.end()

    got: list[bytes] = []
    ended: list[bool] = []

    def receive() -> None:
        while chunk := bench.far.receive(7):
            got.append(chunk)
        ended.append(True)

    bench.spawn(send)
    for number in count():
        if ended:
            break
        _interrupted(bench, receive, number)
    _same(b"".join(got), data)


def _an_interrupted_send_is_whole_or_nothing(bench: _Bench) -> None:
    """Of a stream that does not say so, only: what arrives is the beginning of what was sent."""
    size = 150_000
    total = 12 if bench.whole_sends else 1
    receiver = bench.spawn(_receive_all, bench.far)
    for number in range(total):
        message = bytes([number]) * size

        def send(message: bytes = message) -> None:
            bench.near.send(message)

        _interrupted(bench, send, number)
    if bench.whole_sends:
        bench.near.send(b"\xff" * size)
    bench.near.end()
    got: bytes = _value(receiver)
    if not bench.whole_sends:
        _expect(got == bytes(len(got)) and len(got) <= size, "other bytes came than were sent")
        return
    _expect(len(got) % size == 0, f"a message was cut: {len(got)} bytes came of some of {size}")
    blocks = [got[start : start + size] for start in range(0, len(got), size)]
    _expect(all(len(set(block)) == 1 for block in blocks), "two messages are mixed")
    order = [block[0] for block in blocks]
    _expect(order == sorted(set(order)), f"the messages came in the order {order}")
    _expect(order[-1:] == [255], "the message after the interrupted ones did not come")


def _messages_of_several_senders_do_not_mix(bench: _Bench) -> None:
    if not bench.whole_sends:
        return
    size, rounds = 40_000, 4

    def send(number: int) -> None:
        for _ in range(rounds):
            bench.near.send(bytes([number]) * size)

    def send_all() -> None:
        for sender in [bench.spawn(send, number) for number in range(4)]:
            _value(sender)
        bench.near.end()

    sending = bench.spawn(send_all)
    got = _receive_all(bench.far)
    _value(sending)
    _expect(len(got) == size * rounds * 4, f"{size * rounds * 4} bytes sent, {len(got)} received")
    blocks = [got[start : start + size] for start in range(0, len(got), size)]
    _expect(all(len(set(block)) == 1 for block in blocks), "two messages are mixed")


def _closing_wakes_who_receives_from_it(bench: _Bench) -> None:
    receiver = bench.spawn(bench.far.receive, 10)
    settle()
    bench.near.close()
    receiver.join()
    outcome = receiver.value
    _expect(
        outcome == b"" or isinstance(outcome, OSError),
        f"the other end was closed, and receiving gave {outcome!r}",
    )


def _closing_wakes_its_own_receiver(bench: _Bench) -> None:
    receiver = bench.spawn(bench.near.receive, 10)
    settle()
    bench.near.close()
    receiver.join()
    outcome = receiver.value
    _expect(
        outcome == b"" or isinstance(outcome, Exception),
        f"this end was closed, and receiving gave {outcome!r}",
    )


def _sending_to_a_closed_end_fails(bench: _Bench) -> None:
    bench.far.close()
    try:
        for _ in range(_NO_BACKPRESSURE >> 16):
            bench.near.send(bytes(65536))
            gevent.sleep(0)
    except OSError:
        return
    raise AssertionError(f"{_NO_BACKPRESSURE} bytes were sent to a closed end")


_CHECKS: Final[dict[str, Callable[[_Bench], None]]] = {
    check.__name__[1:]: check
    for check in (
        _bytes_arrive_whole_and_in_order,
        _a_receiver_gets_no_more_than_it_asks_for,
        _the_end_comes_after_the_last_byte_and_stays,
        _an_end_ends_one_direction,
        _sending_after_the_end_fails,
        _a_fast_sender_waits_for_the_receiver,
        _an_interrupted_receive_loses_nothing,
        _an_interrupted_send_is_whole_or_nothing,
        _messages_of_several_senders_do_not_mix,
        _closing_wakes_who_receives_from_it,
        _closing_wakes_its_own_receiver,
        _sending_to_a_closed_end_fails,
    )
}
#: The names of the checks, for `pytest.mark.parametrize` and `check_stream(only=)`.
STREAM_CHECKS: Final = tuple(_CHECKS)


class _Interrupt(gevent.Timeout):
    """A timeout that strikes at a chosen switch."""


def _interrupted(bench: _Bench, function: Callable[[], object], switch: int) -> None:
    """Run `function` in a greenlet, which is interrupted where it switches for the nth time.

    Every other time it is killed, else a timeout strikes.
    """
    hub: Any = gevent.get_hub()
    run_callback = hub.loop.run_callback
    left = [switch // 2 % 8]
    interrupt: BaseException = GreenletExit() if switch % 2 else _Interrupt()

    def run() -> None:
        with suppress(_Interrupt):
            function()

    victim: Any = bench.greenlet(run)

    def begin() -> None:
        victim.switch()
        if not left[0]:
            # It has switched here: what would wake it is yet to come.
            strike()

    def strike() -> None:
        if not victim.dead:
            victim.throw(interrupt)

    def told(origin: greenlet, target: greenlet) -> None:
        if origin is victim and target is hub and left[0]:
            left[0] -= 1
            if not left[0]:
                run_callback(strike)

    if left[0]:
        left[0] += 1
    run_callback(begin)
    with on_switch(told):
        victim.join()
    if isinstance(victim.value, Exception) and not isinstance(victim.value, GreenletExit):
        raise victim.value


@contextmanager
def _bench(make_pair: MakePair, whole_sends: bool | None) -> Iterator[_Bench]:
    with ExitStack() as stack:
        made = make_pair()
        near, far = made if isinstance(made, tuple) else stack.enter_context(made)
        if whole_sends is None:
            whole_sends = isinstance(near, Connection) and isinstance(far, Connection)
        bench = _Bench(end_of(near), end_of(far), whole_sends)
        stack.callback(bench.close)
        yield bench


def check_stream(
    make_pair: MakePair,
    *,
    half_close: bool = True,
    whole_sends: bool | None = None,
    only: str | None = None,
) -> None:
    """Check that two connected streams do what programs expect of a duplex stream.

    `make_pair()` returns two ends that are connected with each other, or a context manager that
    gives them. An end is a Socket, a `net.Duplex`, or any object with `recv` and `sendall`, and
    `shutdown` or `end`, and `close`, all of which block the calling greenlet at most. Each check
    has a pair of its own, which it closes.

    Looked at are the order of the bytes, backpressure, the end of one direction and of both, calls
    that a timeout or a kill cuts short at any of their switches, and calls of several greenlets at
    once. Without `half_close` the end of one direction may end the other one as well. With
    `whole_sends` (at first: for two Sockets) what one call sends must arrive as a whole or not at
    all, even if it was cut short. `only` is one of `STREAM_CHECKS`.

    Blocks the calling greenlet. Raises an `ExceptionGroup` with what each failed check has raised.
    """
    names = STREAM_CHECKS if only is None else (only,)
    failures: list[Exception] = []
    for name in names:
        if name == "an_end_ends_one_direction" and not half_close:
            continue
        try:
            _run(_CHECKS[name], make_pair, whole_sends)
        except Exception as failure:
            failure.add_note(f"in the check {name}")
            failures.append(failure)
    if failures:
        raise ExceptionGroup(f"{len(failures)} of {len(names)} checks of a stream", failures)


def _run(check: Callable[[_Bench], None], make_pair: MakePair, whole_sends: bool | None) -> None:
    with _bench(make_pair, whole_sends) as bench:
        limit = gevent.Timeout.start_new(_LIMIT)
        try:
            check(bench)
        except gevent.Timeout as expired:
            if expired is not limit:
                raise
            raise AssertionError(f"not done within {_LIMIT} seconds") from None
        finally:
            limit.close()

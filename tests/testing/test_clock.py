"""A clock that a test moves, and waiting until every greenlet waits."""

import os
from contextlib import suppress
from typing import Any

import gevent
import gevent.lock
import pytest
from gevent import monkey
from gevent.event import Event
from gevent.exceptions import LoopExit
from gevent.threadpool import ThreadPool
from support.service import port_of

import geventnet as net
from geventnet.testing import (
    FaultyProxy,
    LeakError,
    Peers,
    fake_clock,
    faults,
    memory_pair,
    no_leaks,
    record,
    settle,
)

LIMIT = 20.0


def test_sleeping_greenlets_wake_in_the_order_of_their_time() -> None:
    woken: list[tuple[float, str]] = []
    with fake_clock() as clock:

        def sleep(name: str, seconds: float) -> None:
            gevent.sleep(seconds)
            woken.append((clock.now, name))
            gevent.sleep(1)
            woken.append((clock.now, name))

        sleepers = [gevent.spawn(sleep, "long", 3), gevent.spawn(sleep, "short", 2.5)]
        clock.advance(2)
        assert not woken
        clock.advance(1.4)
        assert woken == [(2.5, "short"), (3.0, "long")]
        clock.advance(100)
        assert woken[2:] == [(3.5, "short"), (4.0, "long")]
        assert clock.now == 103.4
        gevent.joinall(sleepers)


def test_jump_goes_to_the_next_timer() -> None:
    with fake_clock() as clock:
        timer = gevent.spawn_later(7, int)
        assert clock.jump() == 7
        assert timer.ready()
        assert clock.next_timer is None
        with pytest.raises(RuntimeError, match="no timer"):
            clock.jump()


def test_a_timeout_strikes_when_the_clock_says_so() -> None:
    with fake_clock() as clock:

        def wait() -> float:
            with suppress(gevent.Timeout), gevent.Timeout(10):
                Event().wait()
            return clock.now

        waiting = gevent.spawn(wait)
        clock.advance(9)
        assert not waiting.ready()
        clock.advance(5)
        assert waiting.get() == 10


def test_a_timeout_of_nothing_strikes_at_once() -> None:
    with fake_clock(autojump=True) as clock:
        with pytest.raises(gevent.Timeout), gevent.Timeout(0):
            Event().wait()
        assert clock.now == 0


def test_time_jumps_when_every_greenlet_waits() -> None:
    with fake_clock(autojump=True) as clock:
        attempts: list[float] = []

        def with_back_off() -> None:
            for delay in (1, 2, 4, 8):
                attempts.append(clock.now)
                gevent.sleep(delay)

        gevent.spawn(with_back_off).join()
        assert attempts == [0, 1, 3, 7]
        gevent.sleep(86400)
        assert clock.now == 86415


def test_waits_of_gevent_and_of_the_library_have_that_time() -> None:
    with fake_clock(autojump=True) as clock:
        assert not Event().wait(5)
        semaphore = gevent.lock.Semaphore(0)
        assert not semaphore.acquire(timeout=5)
        near, far = memory_pair()
        with pytest.raises(TimeoutError):
            near.wait("end", 5)
        near.settimeout(5)
        with pytest.raises(TimeoutError):
            near.recv(1)
        assert clock.now == 20
        near.destroy()
        far.destroy()


def test_an_idle_timeout_over_tcp() -> None:
    with fake_clock() as clock:
        server = net.create_server()
        server.listen(0, "127.0.0.1")
        server.wait("listening")
        client = net.connect(port_of(server), "127.0.0.1")
        server.wait("connection").resume()
        client.set_timeout(60)
        settle()
        trace = record(client, "timeout")
        clock.advance(59.9)
        assert not trace
        client.write(b"still there")
        clock.advance(59.9)
        assert not trace
        clock.advance(0.2)
        assert trace == ["socket timeout"]
        client.destroy()
        server.close()
        server.wait("close")


def test_draining_takes_its_time_from_the_clock() -> None:
    with fake_clock(autojump=True) as clock:
        server = net.create_server()
        server.listen(0, "127.0.0.1")
        server.wait("listening")
        client = net.connect(port_of(server), "127.0.0.1")
        server.wait("connection")
        waiting = gevent.spawn(server.drain, 30)
        waiting.join()
        assert clock.now == 30
        client.destroy()
        settle()


def test_a_signal_that_times_out_does_so_by_the_clock() -> None:
    with fake_clock() as clock:
        signal = net.AbortSignal.timeout(10)
        trace = record(signal, "abort", name="signal")
        clock.advance(9.5)
        assert not trace
        clock.advance(1)
        assert len(trace) == 1


def test_a_greenlet_that_waits_for_time_nobody_moves_is_found() -> None:
    with fake_clock(), pytest.raises(LoopExit):
        gevent.sleep(1)


def test_timers_from_before_are_real_and_those_left_become_real() -> None:
    with gevent.Timeout(LIMIT):
        before = gevent.spawn(gevent.sleep, 0.001)
        gevent.sleep(0)
        with fake_clock() as clock:
            left = gevent.spawn(gevent.sleep, 5)
            before.join()
            clock.advance(4.99)
            assert not left.ready()
        left.join()


def test_one_clock_a_hub_and_it_only_goes_forward() -> None:
    with fake_clock() as clock:
        with pytest.raises(RuntimeError), fake_clock():
            pass
        with pytest.raises(ValueError):
            clock.advance(-1)
    with fake_clock():
        pass


def test_what_a_program_reads_can_be_the_clocks() -> None:
    with fake_clock() as clock:
        monotonic, wall = clock.monotonic(), clock.time()
        clock.advance(5)
        assert clock.monotonic() - monotonic == pytest.approx(5)
        assert clock.time() - wall == pytest.approx(5)


def test_a_callback_that_raises_is_reported_and_the_clock_goes_on(
    reported: list[BaseException],
) -> None:
    with fake_clock() as clock:

        def fails() -> None:
            raise ZeroDivisionError

        loop = gevent.get_hub().loop
        timers = [loop.timer(1), loop.timer(1)]
        done: list[int] = []
        timers[0].start(fails)
        timers[1].start(done.append, 1)
        clock.advance(1)
        assert done == [1]
        for timer in timers:
            timer.close()
    assert isinstance(reported.pop(), ZeroDivisionError)


def test_a_timer_that_repeats() -> None:
    with fake_clock() as clock:
        ticks: list[float] = []
        timer: Any = gevent.get_hub().loop.timer(1, 2)
        timer.start(lambda: ticks.append(clock.now))
        clock.advance(6)
        assert ticks == [1, 3, 5]
        assert timer.active
        timer.stop()
        clock.advance(6)
        timer.close()
        assert ticks == [1, 3, 5]


def test_settle_waits_for_a_chain_of_greenlets() -> None:
    first, last = Event(), Event()

    def passes_on(count: int) -> None:
        first.wait()
        if count:
            gevent.spawn(passes_on, count - 1)
        else:
            last.set()

    gevent.spawn(passes_on, 50)
    settle()
    assert not last.is_set()
    first.set()
    settle()
    assert last.is_set()


def test_settle_waits_for_bytes_on_their_way() -> None:
    near, far = gevent.socket.socketpair()

    def answers() -> None:
        for _ in range(50):
            far.sendall(far.recv(1))

    def asks() -> bytes:
        got = b""
        for _ in range(50):
            near.sendall(b"x")
            got += near.recv(1)
        return got

    gevent.spawn(answers)
    asking = gevent.spawn(asks)
    settle()
    assert asking.value == b"x" * 50
    near.close()
    far.close()


def test_settle_waits_for_the_thread_pool() -> None:
    threads = gevent.get_hub().threadpool
    work = threads.spawn(sum, range(100_000))
    settle()
    assert work.ready()


def test_settle_hears_of_a_thread_that_ends_meanwhile() -> None:
    threads = gevent.get_hub().threadpool
    for step in range(100):
        work = threads.spawn(monkey.get_original("time", "sleep"), 0.001 + step * 2e-5)
        settle()
        assert work.ready()


def test_what_does_not_settle_is_named() -> None:
    def restless() -> None:
        while True:
            gevent.sleep(0)

    greenlet = gevent.spawn(restless)
    with pytest.raises(TimeoutError, match=r"run again and again: .*restless"):
        settle(limit=0.05)
    greenlet.kill()


def test_leaks_are_found_while_the_clock_stands() -> None:
    read, write = os.pipe()
    with fake_clock():
        with pytest.raises(LeakError) as raised, no_leaks(timeout=0.02):
            left = gevent.spawn(gevent.sleep, 5)
            forgotten: Any = gevent.get_hub().loop.io(read, 1)
            forgotten.start(int)
        assert {leak.kind for leak in raised.value.leaks} >= {"greenlet", "watcher"}
        left.kill()
        forgotten.stop()
        forgotten.close()
    os.close(read)
    os.close(write)


def test_the_latency_of_a_proxy_is_the_clocks() -> None:
    with fake_clock(autojump=True) as clock, Peers() as peers:
        server = peers.serve(handler=lambda sock: sock.sendall(sock.recv(10)))
        with FaultyProxy(server) as proxy:
            proxy.add(faults.Latency(5), "down")
            client = peers.connect(proxy)
            client.sendall(b"ping")
            assert client.recv(10) == b"ping"
            assert clock.now == pytest.approx(5)
            client.destroy()
            settle()


def test_a_pool_that_was_killed_is_no_leak() -> None:
    with no_leaks():
        pool = ThreadPool(1)
        pool.spawn(int).get()
        pool.kill()

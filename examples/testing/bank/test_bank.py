"""One of these fails: it finds the bug of bank.py."""

from collections.abc import Iterator

import gevent
import pytest
import redis
from bank import balance, credit, open_bank

from geventnet.testing import FaultyProxy, faults


@pytest.fixture
def proxy(redis_socket: str) -> Iterator[FaultyProxy]:
    with FaultyProxy(redis_socket, seed=1) as proxy:
        yield proxy


@pytest.fixture
def bank(proxy: FaultyProxy) -> Iterator[redis.Redis]:
    with open_bank(proxy.host, proxy.port) as bank:
        assert balance(bank, "alice") == 0
        yield bank


def test_credit(bank: redis.Redis) -> None:
    credit(bank, "alice", 5)
    assert balance(bank, "alice") == 5


def test_credit_on_a_slow_network(bank: redis.Redis, proxy: FaultyProxy) -> None:
    proxy.add(faults.Latency(0.02, jitter=0.01))
    proxy.add(faults.Slicing(3), "down")
    credit(bank, "alice", 5)
    assert balance(bank, "alice") == 5


def test_credit_when_an_answer_is_lost(bank: redis.Redis, proxy: FaultyProxy) -> None:
    lost = proxy.add(faults.Blackhole(), "down")
    gevent.spawn_later(0.1, lost.remove)
    credit(bank, "alice", 5)
    assert balance(bank, "alice") == 5

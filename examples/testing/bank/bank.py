"""Accounts in Redis: a monkey-patched program that uses redis-py, with a bug.

redis-py sends a command again when its answer does not come. That is right for a `SET`, and wrong
for what is not to happen twice.
"""

import redis


def open_bank(host: str, port: int) -> redis.Redis:
    return redis.Redis(host, port, socket_timeout=0.3)


def credit(bank: redis.Redis, account: str, amount: int) -> None:
    bank.incrby(account, amount)


def balance(bank: redis.Redis, account: str) -> int:
    return int(bank.get(account) or 0)

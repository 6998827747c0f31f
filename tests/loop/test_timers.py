"""Timers of the loop: how short they may be."""

from __future__ import annotations

import warnings

import geventnet as net

LIMIT = 5


def test_a_limit_shorter_than_the_loop_counts_is_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with net.create_server().listen(0, "127.0.0.1") as server, net.connect(server) as client:
            client.set_timeout(0.0004)
            client.wait("timeout", LIMIT)
        signal = net.AbortSignal.timeout(0.0004)
        if not signal.aborted:
            signal.wait("abort", timeout=LIMIT)

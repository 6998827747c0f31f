"""The Python half of the vocabulary of scenarios of several processes; children.js is its twin.

A child runs the scenario again. What it logs goes to the same output.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import gevent
import gevent.subprocess

import geventnet as net
from geventnet import cluster

__all__ = ["child", "cluster", "is_child", "parent", "run"]

_NAME = "CONFORMANCE_CHILD"
_COMMAND = [sys.executable, str(Path(__file__).with_name("run.py")), sys.argv[-1]]


class _Process(net.EventEmitter):
    """The process at the other end: `'message'(message, handle)`, and `'exit'(code, signal)`."""

    def __init__(self, fd: int, started: gevent.subprocess.Popen[bytes] | None = None) -> None:
        super().__init__()
        self._channel = net.Socket(fd=fd, handles=True)
        self._started = started
        gevent.spawn(self._hear)
        if started is not None:
            gevent.spawn(self._await_end, started)

    def send(self, message: str, handle: net.Socket | net.Server | None = None) -> None:
        self._channel.sendall(json.dumps([message, handle is not None]).encode() + b"\n")
        if handle is not None:
            self._channel.send_handle(handle)

    def disconnect(self) -> None:
        self._channel.end()

    def kill(self, name: str) -> None:
        assert self._started is not None
        self._started.send_signal(signal.Signals[name])

    def _hear(self) -> None:
        try:
            while True:
                message, carries = json.loads(self._channel.recv_until(b"\n"))
                self.emit(
                    "message", message, self._channel.receive_handle()[0] if carries else None
                )
        except (EOFError, OSError):
            self._channel.destroy()

    def _await_end(self, started: gevent.subprocess.Popen[bytes]) -> None:
        code = started.wait()
        name = signal.Signals(-code).name if code < 0 else None
        self.emit("exit", None if name else code, name)


is_child = _NAME in os.environ
parent = _Process(int(os.environ.pop(_NAME))) if is_child else None


def child() -> _Process:
    ours, theirs = socket.socketpair()
    with theirs:
        fd = theirs.fileno()
        environment = os.environ | {_NAME: str(fd)}
        started = gevent.subprocess.Popen(_COMMAND, env=environment, pass_fds=[fd])
    return _Process(ours.detach(), started)


def run(main: Callable[[], object], workers: int, call: Callable[[], object] = bool) -> None:
    """Run `main` in so many workers; `call` is for the primary."""
    if cluster.is_primary:
        # Node replaces nobody, and says nothing.
        logging.getLogger("geventnet.cluster").setLevel(logging.CRITICAL)
        call()
    cluster.run(main, workers=workers, command=_COMMAND)

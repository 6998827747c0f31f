"""Forks Python programs from a process that has everything imported already.

    python -P zygote.py DESCRIPTOR [patched]

Each request is one byte on the socket DESCRIPTOR, with four descriptors: the program's standard
input, output and error, and a control socket. On the control socket the client sends the program
as JSON, up to the end of the stream, and gets two native ints: the pid, and later the exit code as
subprocess has it. The end of the stream on DESCRIPTOR ends this process and its programs.

A program starts with the modules of this process loaded and, with `patched`, the standard library
monkey-patched; otherwise as `python ARGUMENTS` would start it.
"""

from __future__ import annotations

import _socket
import array
import contextlib
import gc
import importlib
import json
import os
import runpy
import select
import signal
import struct
import sys
import types
from typing import Any

from gevent import monkey

if sys.argv[2:] == ["patched"]:
    monkey.patch_all()

import gevent.event
import gevent.pool
import gevent.queue
import gevent.server
import gevent.socket
import gevent.subprocess
import gevent.threadpool

import geventnet

# Many programs import these.
for name in ("argparse", "hashlib", "pkgutil", "platform", "shutil"):
    importlib.import_module(name)

# The loop and the resolver that the environment names are imported when they are first asked for.
gevent.config.loop, gevent.config.resolver, gevent.config.threadpool  # noqa: B018

# gevent's would need a hub, of which this process must have none.
close = monkey.get_original("os", "close")
fork = monkey.get_original("os", "fork")
waitpid = monkey.get_original("os", "waitpid")
set_handler = monkey.get_original("signal", "signal")
poll = monkey.get_original("select", "poll")
assert geventnet

_INT = struct.Struct("i")


def serve(channel: _socket.socket) -> dict[str, Any]:
    """Fork a process for each request; return in each of them, with the request."""
    woken, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    set_handler(signal.SIGINT, signal.SIG_IGN)
    set_handler(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(wake)
    poller = poll()
    poller.register(channel.fileno(), select.POLLIN)
    poller.register(woken, select.POLLIN)
    running: dict[int, _socket.socket] = {}
    while True:
        ready = [fd for fd, _ in poller.poll()]
        if woken in ready:
            os.read(woken, 4096)
            for pid, status in iter(ended, None):
                report(running.pop(pid), os.waitstatus_to_exitcode(status))
        if channel.fileno() in ready:
            descriptors = receive_descriptors(channel)
            if not descriptors:
                for pid in running:
                    os.kill(pid, signal.SIGKILL)
                os._exit(0)
            *streams, number = descriptors
            control = _socket.socket(fileno=number)
            pid = fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                set_handler(signal.SIGCHLD, signal.SIG_DFL)
                set_handler(signal.SIGINT, signal.default_int_handler)
                for target, descriptor in enumerate(streams):
                    os.dup2(descriptor, target)
                    close(descriptor)
                for other in (channel, *running.values()):
                    other.close()
                close(woken)
                close(wake)
                with contextlib.closing(control):
                    return receive_request(control)
            for descriptor in streams:
                close(descriptor)
            running[pid] = control
            report(control, pid, last=False)


def ended() -> tuple[int, int] | None:
    """The pid and status of a child that has ended."""
    try:
        pid, status = waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return None
    return (pid, status) if pid else None


def report(control: _socket.socket, number: int, last: bool = True) -> None:
    # A client that does not want to know any more has closed its end.
    with contextlib.suppress(OSError):
        control.send(_INT.pack(number))
    if last:
        control.close()


def receive_descriptors(channel: _socket.socket) -> array.array[int]:
    descriptors = array.array("i")
    room = _socket.CMSG_SPACE(4 * descriptors.itemsize)
    _, ancillary, _, _ = channel.recvmsg(1, room, _socket.MSG_CMSG_CLOEXEC)
    for _, _, data in ancillary:
        descriptors.frombytes(data)
    return descriptors


def receive_request(control: _socket.socket) -> dict[str, Any]:
    request: dict[str, Any] = json.loads(b"".join(iter(lambda: control.recv(65536), b"")))
    return request


def start(arguments: list[str], cwd: str, environment: dict[str, str], unbuffered: bool) -> None:
    """Be the program `python ARGUMENTS`."""
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    if unbuffered:
        sys.stdout.reconfigure(write_through=True)  # type: ignore[union-attr]
    first, *rest = arguments
    if first == "-m":
        sys.argv = rest
        sys.path.insert(0, cwd)
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
        return
    module = sys.modules["__main__"] = types.ModuleType("__main__")
    if first == "-c":
        sys.argv = ["-c", *rest[1:]]
        sys.path.insert(0, "")
        code = compile(rest[0], "<string>", "exec")
    else:
        sys.argv = arguments
        sys.path.insert(0, os.path.dirname(first))
        module.__file__ = first
        with open(first, "rb") as file:
            code = compile(file.read(), first, "exec")
    exec(code, module.__dict__)


if __name__ == "__main__":
    gc.collect()
    gc.freeze()
    start(**serve(_socket.socket(fileno=int(sys.argv[1]))))

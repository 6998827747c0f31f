"""What the library's own code costs in an echo of 64 bytes: nothing is read, written or polled.

    python benchmarks/steps.py [MODE]

Fifty connections are made; then their readers and writers are given functions that hand out the
same bytes and take all that they get, and batches are served as fast as they can be. The figures
hardly change from run to run, so that a change of the hot path can be judged by them; what it is
worth in a program is for run.py to say, where the processor has the system's code to keep as well.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from operator import attrgetter
from statistics import median

import gevent

import geventnet as net
from geventnet.loop.current import this_scheduler

link_of = attrgetter("_net_link")

CONNECTIONS = 50
BATCHES = 100
SAMPLES = 40
DATA = b"x" * 64


def listener(sock: net.Socket) -> None:
    sock.on("data", lambda data: sock.write(data))


def nothing(sock: net.Socket) -> None:
    sock.on("data", lambda data: None)


def pipe(sock: net.Socket) -> None:
    sock.pipe(sock)


def two_listeners(sock: net.Socket) -> None:
    listener(sock)
    nothing(sock)


def encoding(sock: net.Socket) -> None:
    sock.set_encoding("utf-8")
    listener(sock)


def timeout(sock: net.Socket) -> None:
    sock.set_timeout(30)
    listener(sock)


def connected(prepare: Callable[[net.Socket], None]) -> list[net.Socket]:
    """The accepted ends of as many connections as there shall be."""
    accepted: list[net.Socket] = []
    server = net.create_server(accepted.append).listen(0, "127.0.0.1")
    server.wait("listening")
    for _ in range(CONNECTIONS):
        net.connect(server.port, "127.0.0.1").wait("connect")
    while len(accepted) < CONNECTIONS:
        gevent.sleep(0.01)
    for sock in accepted:
        prepare(sock)
    gevent.sleep(0.05)
    return accepted


def measure(accepted: list[net.Socket]) -> float:
    """Seconds of CPU time for each message."""
    scheduler = this_scheduler()
    readers = []
    for sock in accepted:
        number = sock.fileno()
        transport = link_of(sock).transport
        transport.reader.receive = {number: DATA}.get
        transport.writer.send_function = {number: len(DATA)}.get
        readers.append(transport.reader)
    samples = []

    def serve() -> None:
        for _ in range(SAMPLES):
            began = time.process_time()
            for _ in range(BATCHES):
                scheduler.ready.extend(readers)
                scheduler.serve()
            samples.append((time.process_time() - began) / BATCHES / CONNECTIONS)

    scheduler.run_callback(serve)
    while len(samples) < SAMPLES:
        gevent.sleep(0.05)
    return median(samples)


MODES = {
    mode.__name__: mode for mode in (nothing, listener, pipe, timeout, two_listeners, encoding)
}


def main() -> None:
    """Each in a process of its own: the interpreter adapts its code to what it has seen."""
    if len(sys.argv) < 2:
        for name in MODES:
            command = [sys.executable, __file__, name]
            cost = float(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
            print(f"{name:<14} {cost * 1e6:.3f} µs/message", flush=True)
    else:
        name = sys.argv[1]
        print(measure(connected(MODES[name])), flush=True)
        os._exit(0)


if __name__ == "__main__":
    main()

"""Calls over a connection: requests and answers are JSON, each in a frame, many under way at once.

python examples/framed_rpc.py serve [PORT]
python examples/framed_rpc.py call [PORT]
"""

import itertools
import json
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import gevent
from gevent.event import AsyncResult
from gevent.pool import Pool

import geventnet as net


def add(a: float, b: float) -> float:
    return a + b


def sleep(seconds: float) -> str:
    gevent.sleep(seconds)
    return f"slept {seconds:g} s"


METHODS: dict[str, Callable[..., object]] = {"add": add, "sleep": sleep}


def serve(sock: net.Socket) -> None:
    def answer(number: int, method: str, params: list[Any]) -> None:
        try:
            outcome = {"result": METHODS[method](*params)}
        except Exception as error:
            outcome = {"error": f"{type(error).__name__}: {error}"}
        # Who has gone meanwhile needs no answer.
        with suppress(OSError):
            sock.send_frame(json.dumps({"id": number, **outcome}).encode())

    calls = Pool(100)
    for message in sock.frames():
        request = json.loads(message)
        calls.spawn(answer, request["id"], request["method"], request["params"])
    calls.join()


class Client:
    def __init__(self, sock: net.Socket) -> None:
        self._sock = sock
        self._numbers = itertools.count(1)
        self._waiting: dict[int, AsyncResult[Any]] = {}
        gevent.spawn(self._receive)

    def call(self, method: str, *params: object, timeout: float = 30) -> Any:
        number = next(self._numbers)
        result = self._waiting[number] = AsyncResult()
        request = {"id": number, "method": method, "params": params}
        try:
            self._sock.send_frame(json.dumps(request).encode())
            return result.get(timeout=timeout)
        finally:
            del self._waiting[number]

    def _receive(self) -> None:
        lost: Exception = EOFError("the server has ended")
        try:
            for message in self._sock.frames():
                answer = json.loads(message)
                # Nobody waits any more for an answer that comes too late.
                result = self._waiting.get(answer["id"], AsyncResult())
                if "error" in answer:
                    result.set_exception(RuntimeError(answer["error"]))
                else:
                    result.set(answer["result"])
        except (OSError, EOFError) as error:
            lost = error
        for result in self._waiting.values():
            result.set_exception(lost)


def main(what: str, port: str = "8124") -> None:
    if what == "serve":
        server = net.create_server(handler=serve)
        with server.listen(int(port), "127.0.0.1"):
            print(f"calls are taken at 127.0.0.1:{server.port}", flush=True)
            server.serve_forever()
        return
    with net.connect(int(port), "127.0.0.1") as sock:
        client = Client(sock)
        slow = gevent.spawn(client.call, "sleep", 0.1)
        print(client.call("add", 2, 3))
        print(slow.get())


if __name__ == "__main__":
    main(*sys.argv[1:])

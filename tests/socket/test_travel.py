"""Sockets and servers in other processes: what multiprocessing carries, and what is refused.

Each program runs on its own, and starts children that run its file again.
"""

from __future__ import annotations

import copy
import os
import pickle
import textwrap
from functools import partial
from pathlib import Path
from typing import Any

import gevent
import pytest
from support.peers import code_of, everything, pair
from support.programs import ROOT, finished

import geventnet as net

PROGRAM = """
import multiprocessing
import os
import signal
import sys

import gevent

import geventnet as net

LIMIT = 20


def in_thread(call, *args):
    return gevent.get_hub().threadpool.apply(call, args)


def until(condition):
    with gevent.Timeout(LIMIT):
        while not condition():
            gevent.sleep(0.005)


def count(server):
    counted = []
    server.get_connections(lambda error, number: counted.append(number))
    until(lambda: counted)
    return counted[0]


def connected(**options):
    \"\"\"A server, one of its connections, and the client of that.\"\"\"
    server = net.create_server(**options).listen(0, "127.0.0.1")
    server.start()
    client = net.connect(server.address().port, "127.0.0.1")
    return server, server.wait("connection", LIMIT), client


class Loud(net.Socket):
    def write(self, data, *rest):
        return super().write(data.upper(), *rest)


def serve(channel):
    \"\"\"Answer what is asked, on each socket that comes.\"\"\"
    while (sock := channel.recv()) is not None:
        sock.sendall(b"there: " + sock.recv(100))
        sock.close()


def answer(sock):
    sock.sendall(b"there: " + sock.recv(100))
    sock.close()


def serve_one(server):
    server.on("connection", lambda sock: sock.end(b"there"))
    server.listen(server)
    server.wait("connection", LIMIT)
    server.drain(LIMIT)


def serve_queue(queue):
    answer(queue.get())


def hold(channel):
    sock = channel.recv()
    channel.send(os.getpid())
    gevent.sleep(LIMIT)


def pipe_back(channel):
    sock = channel.recv()
    sock.pipe(sock)
    sock.wait("close", LIMIT)


def give_back(channel):
    channel.send(channel.recv())
    channel.recv()


def accept(channel):
    server = channel.recv()
    assert not server.listening and server.fileno() >= 0
    server.on("connection", lambda sock: sock.end(b"there"))
    server.listen(server)
    server.start()
    channel.send(None)
    server.wait("connection", LIMIT)
    server.drain(LIMIT)


def main():
    context = multiprocessing.get_context(sys.argv[1])
    here, there = context.Pipe()

    def started(target, *args):
        process = context.Process(target=target, args=args)
        process.start()
        return process

BODY

if __name__ == "__main__":
    main()
    print("done")
"""


def run(tmp_path: Path, body: str, method: str = "spawn") -> None:
    file = tmp_path / "program.py"
    file.write_text(PROGRAM.replace("BODY", textwrap.indent(textwrap.dedent(body), "    ")))
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    code, output, errors = finished(file, method, environment=environment, cwd=tmp_path)
    assert (code, output) == (0, "done\n"), errors


def test_a_socket_goes_through_a_connection_with_what_was_read(tmp_path: Path) -> None:
    body = """
        child = started(serve, there)
        server, sock, client = connected()
        client.write(b"quest")
        until(lambda: sock.readable_length == 5)
        client.write(b"ion")
        until(lambda: sock.readable_length == 8)
        here.send(sock)
        assert sock.destroyed and sock.fileno() == -1
        assert b"".join(client) == b"there: question"
        client.close()
        here.send(None)
        in_thread(child.join)
        server.drain(LIMIT)
    """
    run(tmp_path, body)


def test_what_a_class_overrides_is_called_in_the_other_process(tmp_path: Path) -> None:
    body = """
        child = started(pipe_back, there)
        server, sock, client = connected()
        here.send(Loud.adopt(sock))
        client.end(b"question" * 100_000)
        answer = b"".join(client)
        client.close()
        in_thread(child.join)
        server.drain(LIMIT)
        assert answer == b"QUESTION" * 100_000
    """
    run(tmp_path, body)


def test_pause_on_connect_hands_over_what_nobody_has_read(tmp_path: Path) -> None:
    body = """
        child = started(serve, there)
        server, sock, client = connected(pause_on_connect=True)
        client.write(b"question")
        gevent.sleep(0.05)
        assert sock.bytes_read == 0
        here.send(sock)
        assert b"".join(client) == b"there: question"
        client.close()
        here.send(None)
        in_thread(child.join)
        server.drain(LIMIT)
    """
    run(tmp_path, body)


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_socket_is_an_argument_of_a_process(method: str, tmp_path: Path) -> None:
    body = """
        server, sock, client = connected()
        child = started(answer, sock)
        client.write(b"question")
        assert b"".join(client) == b"there: question"
        client.close()
        in_thread(child.join)
        until(lambda: count(server) == 0)
        server.drain(LIMIT)
    """
    run(tmp_path, body, method)


def test_a_socket_goes_through_a_queue(tmp_path: Path) -> None:
    body = """
        queue = context.Queue()
        child = started(serve_queue, queue)
        server, sock, client = connected()
        # The queue's own thread pickles it.
        queue.put(sock)
        client.write(b"question")
        assert b"".join(client) == b"there: question"
        assert sock.destroyed
        client.close()
        in_thread(child.join)
        server.drain(LIMIT)
    """
    run(tmp_path, body)


def test_a_server_counts_what_lives_in_children(tmp_path: Path) -> None:
    body = """
        child = started(hold, there)
        server, sock, client = connected()
        assert server.connections == 1
        here.send(sock)
        pid = in_thread(here.recv)
        assert server.connections is None
        assert count(server) == 1
        other = net.connect(server.address().port, "127.0.0.1")
        second = server.wait("connection", LIMIT)
        assert count(server) == 2
        second.destroy()
        until(lambda: count(server) == 1)
        # 'close' waits for the child's, which a kill ends like anything else.
        server.close()
        gevent.sleep(0.05)
        assert not server.ready()
        os.kill(pid, signal.SIGKILL)
        server.wait("close", LIMIT)
        assert count(server) == 0
        client.destroy(), other.destroy()
        in_thread(child.join)
    """
    run(tmp_path, body)


def test_the_limit_is_of_this_process_and_a_deadline_ends_the_wait(tmp_path: Path) -> None:
    body = """
        child = started(hold, there)
        server, sock, client = connected()
        server.max_connections = 1
        here.send(sock)
        in_thread(here.recv)
        other = net.connect(server.address().port, "127.0.0.1")
        second = server.wait("connection", LIMIT)
        assert server.drain(0.05) == (0, 1)
        assert server.ready() or server.wait("close", LIMIT) == ()
        child.kill()
        in_thread(child.join)
        client.destroy(), other.destroy()
    """
    run(tmp_path, body)


def test_a_socket_travels_on(tmp_path: Path) -> None:
    body = """
        child = started(give_back, there)
        server, sock, client = connected()
        port = sock.remote_port
        here.send({"which": "this", "sockets": [sock, sock]})
        assert sock.destroyed
        # A connection that is there: this does not block for long.
        message = here.recv()
        back, again = message["sockets"]
        assert message["which"] == "this" and back is again
        assert count(server) == 1 and back.remote_port == port and back.server is None
        client.write(b"hello")
        assert back.recv(100) == b"hello"
        back.destroy()
        until(lambda: count(server) == 0)
        here.send(None)
        in_thread(child.join)
        client.destroy()
        server.drain(LIMIT)
    """
    run(tmp_path, body)


def test_a_server_travels_and_stays(tmp_path: Path) -> None:
    body = """
        child = started(accept, there)
        server = net.create_server(lambda sock: sock.end(b"here")).listen(0, "127.0.0.1")
        server.start()
        port = server.address().port
        here.send(server)
        in_thread(here.recv)
        assert server.listening
        server.close()
        with net.connect(port, "127.0.0.1") as client:
            assert client.recv_exactly(5) == b"there"
        in_thread(child.join)
    """
    run(tmp_path, body)


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_server_is_an_argument_of_a_process(method: str, tmp_path: Path) -> None:
    body = """
        server = net.create_server().listen(0, "127.0.0.1")
        server.start()
        port = server.address().port
        child = started(serve_one, server)
        server.close()
        with net.connect(port, "127.0.0.1") as client:
            assert client.recv_exactly(5) == b"there"
        in_thread(child.join)
    """
    run(tmp_path, body, method)


# What is refused.


def test_elsewhere_nothing_is_copied_or_pickled() -> None:
    with pair() as (sock, _):
        for call in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError, match="cannot copy or pickle 'Socket' object"):
                call(sock)
        assert not sock.destroyed
    with pytest.raises(TypeError, match="cannot copy or pickle 'Server' object"):
        pickle.dumps(net.create_server())


def dumped(value: object) -> Any:
    from multiprocessing.reduction import ForkingPickler

    return ForkingPickler.dumps(value)


def test_a_server_that_does_not_listen_stays() -> None:
    assert code_of(lambda: dumped(net.create_server())) == "ERR_SERVER_NOT_RUNNING"


def test_a_message_that_cannot_be_pickled_gives_nothing_up() -> None:
    with pair() as (sock, far), pair() as (other, _):
        for behind in (lambda: None, partial(print, lambda: None), net.create_server()):
            with pytest.raises((AttributeError, pickle.PicklingError, net.NetError)):
                dumped([sock, other, behind])
        other.write(b"x" * (1 << 22))
        assert code_of(lambda: dumped({"first": sock, "second": [other]})) == "ERR_INVALID_STATE"
        assert not sock.destroyed and not other.destroyed
        far.sendall(b"still here")
        assert sock.recv(100) == b"still here"


def test_what_would_be_lost_is_refused() -> None:
    with pair() as (sock, far):
        size = 1 << 22
        sock.write(b"x" * size)
        assert sock.writable_length
        assert code_of(lambda: dumped(sock)) == "ERR_INVALID_STATE"
        sock.end()
        assert code_of(lambda: dumped(sock)) == "ERR_INVALID_STATE"
        assert len(everything(far)) == size
    with pair() as (sock, far):
        sock.set_encoding("utf8")
        sock.pause()
        far.sendall("é".encode()[:1])
        sock.read(0)
        gevent.idle()
        gevent.idle()
        assert sock.bytes_read == 1 and not sock.readable_length
        for call in (lambda: dumped(sock), sock.detach):
            assert code_of(call) == "ERR_INVALID_STATE"
        far.sendall("é".encode()[1:])
        gevent.idle()
        gevent.idle()
        assert sock.read() == "é"
    sock = net.Socket()
    assert code_of(lambda: dumped(sock)) == "ERR_SOCKET_CLOSED"

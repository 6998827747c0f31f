"""What a forked child and a thread without its hub have of connections: nothing."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from support.programs import finished

ROOT = Path(__file__).parent.parent.parent
LIMIT = 30

PAIR = """
    import gc, os, socket, sys
    import gevent, gevent.os, gevent.queue, gevent.subprocess
    from gevent.monkey import get_original
    import geventnet as net

    def exit_status(pid):
        # gevent.os.waitpid() misses a first child that ends before it is watched.
        return os.waitid(os.P_PID, pid, os.WEXITED).si_status

    def descriptors():
        return {fd: os.readlink(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd")
                if os.path.exists(f"/proc/self/fd/{fd}")}

    def connected(listener=lambda sock: sock.on("data", sock.write), **options):
        server = net.create_server(listener, **options).listen(0, "127.0.0.1")
        server.wait("listening")
        client = net.connect(server.address().port, "127.0.0.1")
        client.wait("connect")
        return server, client

    def echo(client, data):
        client.write(data)
        return client.recv_exactly(len(data)) == data
"""


def run(code: str) -> str:
    """What a program prints; it must not fail nor say anything else."""
    status, output, errors = finished("-c", textwrap.dedent(PAIR) + textwrap.dedent(code))
    assert (status, errors) == (0, "")
    return str(output)


@pytest.mark.parametrize(
    "fork",
    [
        "exit_status(os.fork() or os._exit(0))",
        "exit_status(gevent.os.fork() or os._exit(0))",
        "gevent.subprocess.run(['true'], check=True)",
        "gevent.subprocess.run(['true'], check=True, preexec_fn=lambda: None)",
    ],
)
def test_the_parent_hears_of_its_descriptors(fork: str) -> None:
    code = f"""
        server, client = connected()
        assert echo(client, b"before")
        for _ in range(3):
            {fork}
            assert echo(client, b"after")
        with net.connect(server.address().port, "127.0.0.1") as another:
            assert echo(another, b"new")
        client.destroy()
        server.close_all_connections()
        server.close().wait("close")
        print("closed")
        """
    assert run(code) == "closed\n"


def test_a_child_serves_connections_of_its_own() -> None:
    code = """
        server, client = connected()
        assert echo(client, b"parent")
        pid = os.fork()
        if not pid:
            assert client.destroyed and not server.listening
            own, mine = connected()
            assert echo(mine, b"child")
            print("served", flush=True)
            os._exit(0)
        assert exit_status(pid) == 0
        assert echo(client, b"parent")
        client.destroy()
        server.close_all_connections()
        """
    assert run(code) == "served\n"


def test_a_handler_forks_and_its_child_goes_on() -> None:
    code = """
        def handler(sock):
            pid = os.fork()
            if not pid:
                gevent.spawn_later(0.02, os._exit, 0)
                return
            assert exit_status(pid) == 0
            sock.sendall(b"parent")

        server, client = connected(None, handler=handler)
        print(client.recv_exactly(6))
        client.destroy()
        server.close().wait("close")
        """
    assert run(code) == "b'parent'\n"


def test_a_socket_that_connects_is_dead_in_a_child() -> None:
    code = """
        with socket.create_server(("127.0.0.1", 0)) as listener:
            socks = [
                net.connect(listener.getsockname()[1], "127.0.0.1"),
                net.connect(listener.getsockname()[1], "localhost"),
                net.connect(80, "name.invalid", lookup=lambda host, options, callback: None),
            ]
            for sock in socks:
                for event in ("connect", "error", "close"):
                    sock.on(event, lambda *_, event=event: print(event, os.getpid() == parent))
            parent = os.getpid()
            pid = os.fork()
            if not pid:
                for sock in socks:
                    assert sock.destroyed and not sock.connecting
                    assert (sock.ready_state, sock.fileno()) == ("closed", -1)
                    try:
                        sock.recv(1)
                    except net.NetError as error:
                        assert error.code == "ERR_SOCKET_CLOSED"
                gevent.sleep(0.02)
                os._exit(0)
            assert exit_status(pid) == 0
            for sock in socks[:2]:
                sock.wait("connect")
            for sock in socks:
                sock.destroy()
                sock.wait("close")
        """
    lines = run(code).splitlines()
    assert sorted(lines) == ["close True"] * 3 + ["connect True"] * 2


def test_what_the_parent_has_queued_is_not_told_of_in_a_child() -> None:
    code = """
        near, far = socket.socketpair()
        sock = net.Socket(fd=near.detach())
        parent = os.getpid()
        said = lambda *_: print("called", os.getpid() == parent, flush=True)
        while sock.write(bytes(65536)):
            pass
        sock.write(b"more", said)
        sock.end(said)
        pid = os.fork()
        if not pid:
            gevent.sleep(0.02)
            os._exit(0)
        assert exit_status(pid) == 0
        sock.destroy()
        sock.wait("close")
        """
    assert run(code) == "called True\n" * 2


HUBS = pytest.mark.parametrize("arguments", ["", "True"])


@HUBS
def test_a_hub_is_destroyed_with_open_sockets(arguments: str) -> None:
    code = f"""
        server, client = connected()
        assert echo(client, b"before")
        connecting = net.connect(server.address().port, "127.0.0.1")
        client.on("data", print)
        client.on("close", print)
        client.write(b"ignored")
        gevent.get_hub().destroy({arguments})
        assert client.destroyed and connecting.destroyed and not server.listening
        assert client.destroy() is client
        for call in (client.resume, lambda: client.connect(1), server.close, server.listen,
                     lambda: client.recv(1)):
            try:
                call()
            except net.NetError as error:
                assert error.code == "ERR_INVALID_THREAD", error
            else:
                raise AssertionError(call)
        gevent.sleep(0.01)
        server, client = connected()
        assert echo(client, b"a new life")
        client.destroy()
        server.close_all_connections()
        server.close().wait("close")
        print("closed")
        """
    assert run(code) == "closed\n"


def test_the_hubs_of_threads_leave_no_descriptor() -> None:
    code = """
        start_new_thread = get_original("_thread", "start_new_thread")
        allocate_lock = get_original("_thread", "allocate_lock")

        def splicing():
            halves = [socket.socketpair() for _ in range(2)]
            source, destination = (net.Socket(fd=near.detach()) for near, _ in halves)
            source.pipe(destination)
            (_, writer), (_, reader) = halves
            writer.setblocking(False)
            reader.setblocking(False)
            before = moved = 0
            while moved < 1 << 21:
                try:
                    writer.send(bytes(1 << 16))
                except BlockingIOError:
                    pass
                gevent.sleep(0)
                try:
                    moved += len(reader.recv(1 << 20))
                except BlockingIOError:
                    pass
            writer.close()
            reader.close()

        def in_thread(done):
            try:
                server, client = connected()
                assert echo(client, b"x")
                splicing()
                gevent.get_hub().destroy()
                print("destroyed", flush=True)
            finally:
                done.release()

        gevent.get_hub()
        before = descriptors()
        for _ in range(3):
            done = allocate_lock()
            done.acquire()
            start_new_thread(in_thread, (done,))
            done.acquire()
            gc.collect()
        left = {fd: name for fd, name in descriptors().items() if before.get(fd) != name}
        left = [name for name in left.values() if name.startswith(("pipe", "socket"))]
        print(left)
        """
    assert run(code) == "destroyed\n" * 3 + "[]\n"


CLOSING = """
    server, client = connected()
    assert echo(client, b"parent")
    server.close()
    handed = []
    """
CLOSING_HANDED = """
    pair = socket.socketpair()
    ours, theirs = (net.Socket(fd=end.detach(), handles=True) for end in pair)
    accepted = gevent.queue.Queue()
    server, client = connected(accepted.put, pause_on_connect=True)
    ours.send_handle(accepted.get(), b"")
    server.close()
    assert server.connections is None
    handed = [ours, theirs]
    """
RESOLVING = """
    server = net.create_server()
    server.listen(0, "localhost")
    handed = []
    """


@pytest.mark.parametrize(
    "state", [CLOSING, CLOSING_HANDED, RESOLVING], ids=["closing", "handed", "resolving"]
)
def test_a_server_that_does_not_listen_is_a_childs_own(state: str) -> None:
    code = """
        server.on("close", lambda: print("close", os.getpid() == parent, flush=True))
        parent = os.getpid()
        pid = os.fork()
        if not pid:
            assert not server.listening
            assert server.drain(5) == (0, 0)
            server.listen(0, "127.0.0.1")
            server.wait("listening")
            with net.connect(server.port, "127.0.0.1") as own:
                pass
            server.close()
            server.close_all_connections()
            server.wait("close")
            os._exit(0)
        assert exit_status(pid) == 0
        server.close()
        server.close_all_connections()
        for sock in handed:
            sock.destroy()
        server.wait("close")
        """
    assert run(textwrap.dedent(state) + textwrap.dedent(code)) == "close False\nclose True\n"

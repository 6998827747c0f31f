"""Among patched programs: monkey-patching at any time, other libraries, threads, forks."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from support.programs import finished

ROOT = Path(__file__).parent.parent
LIMIT = 30

PATCHES = {
    "before": "from gevent import monkey; monkey.patch_all()\nimport geventnet as net",
    "after": "import geventnet as net\nfrom gevent import monkey; monkey.patch_all()",
    "never": "import geventnet as net",
}

patched = pytest.mark.parametrize("patch", ["before", "after"])
anyhow = pytest.mark.parametrize("patch", list(PATCHES))


def run(patch: str, code: str, *arguments: object) -> str:
    """What a program prints; it must not fail nor say anything else."""
    program = f"{PATCHES[patch]}\n{textwrap.dedent(code)}"
    status, output, errors = finished("-c", program, *arguments, patched=patch == "before")
    assert (status, errors) == (0, "")
    return str(output)


WEB = """
import gevent

def web(sock):
    with sock.makefile("rb") as file:
        while file.readline().strip():
            pass
    sock.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\nConnection: close\\r\\n\\r\\nhello")

pages = net.create_server(handler=web).listen(0, "127.0.0.1")
pages.start()
page = pages.address().port
"""


@anyhow
def test_both_faces(patch: str) -> None:
    code = """
        def echo(sock):
            for data in sock:
                sock.sendall(data)

        heard = []
        with net.create_server(handler=echo).listen(0, "127.0.0.1") as server:
            with net.connect(server.address().port, "127.0.0.1") as client:
                client.sendall(b"straight")
                print(client.recv_exactly(8))
                client.on("data", heard.append)
                client.write(b"events")
                client.end()
                client.wait("end")
        print(b"".join(heard))
        """
    assert run(patch, code) == "b'straight'\nb'events'\n"


@patched
def test_requests_in_a_listener_and_in_a_handler(patch: str) -> None:
    pytest.importorskip("requests")
    code = (
        WEB
        + """
import requests

session = requests.Session()
url = f"http://127.0.0.1:{page}/"

def listener(sock):
    sock.on("data", lambda data: sock.end(session.get(url, timeout=10).text + " from a listener"))

def handler(sock):
    sock.recv(1)
    sock.sendall(requests.get(url, timeout=10).content + b" from a handler")

for options in ({"connection_listener": listener}, {"handler": handler}):
    with net.create_server(**options).listen(0, "127.0.0.1") as server:
        with net.connect(server.address().port, "127.0.0.1") as client:
            client.sendall(b"?")
            print(b"".join(client).decode())
pages.close()
"""
    )
    assert run(patch, code) == "hello from a listener\nhello from a handler\n"


@anyhow
def test_http_client_over_a_socket_of_ours(patch: str) -> None:
    code = (
        WEB
        + """
import http.client

connection = http.client.HTTPConnection("127.0.0.1", page)
connection.sock = net.connect(page, "127.0.0.1")
connection.request("GET", "/")
response = connection.getresponse()
print(response.status, response.read())
connection.close()
pages.close()
net.run()
"""
    )
    assert run(patch, code) == "200 b'hello'\n"


@patched
def test_http_client_in_a_listener(patch: str) -> None:
    code = (
        WEB
        + """
import http.client
from contextlib import closing

def fetch():
    with closing(http.client.HTTPConnection("127.0.0.1", page, timeout=10)) as connection:
        connection.request("GET", "/")
        return connection.getresponse().read()

with net.create_server(lambda sock: sock.end(fetch())).listen(0, "127.0.0.1") as server:
    with net.connect(server.address().port, "127.0.0.1") as client:
        print(b"".join(client))
pages.close()
"""
    )
    assert run(patch, code) == "b'hello'\n"


@patched
def test_redis_in_a_listener_and_in_a_handler(patch: str, redis_port: int) -> None:
    code = """
        import sys
        import redis

        database = redis.Redis(port=int(sys.argv[1]))

        def listener(sock):
            sock.on("data", lambda data: sock.end(str(database.incr("listener"))))

        def handler(sock):
            sock.recv(1)
            sock.sendall(b"%d" % database.incr("handler"))

        for options in ({"connection_listener": listener}, {"handler": handler}):
            with net.create_server(**options).listen(0, "127.0.0.1") as server:
                clients = [net.connect(server.address().port, "127.0.0.1") for _ in range(20)]
                for client in clients:
                    client.sendall(b"?")
                print(sum(int(b"".join(client)) for client in clients))
                for client in clients:
                    client.close()
        database.close()
        """
    assert run(patch, code, redis_port) == "210\n210\n"


@anyhow
def test_redis_over_a_socket_of_ours(patch: str, redis_port: int) -> None:
    code = """
        import sys
        import redis

        class Connection(redis.Connection):
            def _connect(self):
                sock = net.connect(self.port, self.host)
                sock.settimeout(self.socket_timeout)
                return sock.__enter__()

        pool = redis.ConnectionPool(
            connection_class=Connection, host="127.0.0.1", port=int(sys.argv[1]), socket_timeout=10)
        database = redis.Redis(connection_pool=pool)
        database.set("key", b"x" * 1000000)
        print(len(database.get("key")))
        with database.pipeline() as pipe:
            print(pipe.incr("n").incr("n").execute())
        pool.disconnect()
        net.run()
        """
    assert run(patch, code, redis_port) == "1000000\n[1, 2]\n"


@patched
def test_logging_threads_and_queues_around_it(patch: str) -> None:
    code = """
        import logging
        import queue
        import sys
        import threading

        logging.basicConfig(stream=sys.stdout, format="%(message)s", level=logging.INFO)
        jobs = queue.Queue()
        local = threading.local()

        def work():
            while (job := jobs.get()) is not None:
                job.sendall(b"worked")
                job.close()

        def handler(sock):
            assert not hasattr(local, "name")
            local.name = sock.recv(10)
            logging.info("%s", local.name)

        def listener(sock):
            assert not hasattr(local, "seen")
            local.seen = sock
            jobs.put(sock)

        thread = threading.Thread(target=work)
        thread.start()
        for options in ({"handler": handler}, {"connection_listener": listener}):
            with net.create_server(**options).listen(0, "127.0.0.1") as server:
                for name in (b"one", b"two"):
                    with net.connect(server.address().port, "127.0.0.1") as client:
                        client.sendall(name)
                        print(b"".join(client))
        jobs.put(None)
        thread.join()
        """
    assert run(patch, code).split("\n") == [
        "b'one'",
        "b''",
        "b'two'",
        "b''",
        "b'worked'",
        "b'worked'",
        "",
    ]


@anyhow
def test_a_hub_in_each_thread(patch: str) -> None:
    code = """
        import gevent
        from gevent.monkey import get_original

        (start_new_thread,) = get_original("_thread", ["start_new_thread"])
        done = []
        out = []

        def serve():
            try:
                with net.create_server(handler=lambda sock: sock.sendall(b"x")).listen(0) as server:
                    with net.connect(server.address().port, "127.0.0.1") as client:
                        out.append(client.recv(1))
                gevent.get_hub().destroy()
            finally:
                done.append(True)

        # Two threads that make their first hub at once may block each other in gevent.
        gevent.get_hub()
        start_new_thread(serve, ())
        while not done:
            gevent.sleep(0.001)
        print(out)
        """
    assert run(patch, code) == "[b'x']\n"


@anyhow
def test_the_way_in_from_another_thread(patch: str) -> None:
    code = """
        import gevent

        received = []
        server = net.create_server(lambda sock: sock.on("data", received.append))
        server.listen(0, "127.0.0.1").start()
        client = net.connect(server.address().port, "127.0.0.1")
        client.wait("connect")
        hub = gevent.get_hub()

        def elsewhere():
            try:
                client.sendall(b"wrong")
            except net.NetError as error:
                print(error.code)
            hub.loop.run_callback_threadsafe(gevent.spawn, client.sendall, b"right")

        hub.threadpool.apply(elsewhere)
        while not received:
            gevent.sleep(0.001)
        print(received)
        client.destroy()
        server.drain()
        """
    assert run(patch, code) == "ERR_INVALID_THREAD\n[b'right']\n"


FORK = """
        import os
        import gevent.os

        def exit_status(pid):
            # gevent.os.waitpid() misses a first child that ends before it is watched.
            return os.waitid(os.P_PID, pid, os.WEXITED).si_status

        def echo(sock):
            for data in sock:
                sock.sendall(data)

        server = net.create_server(handler=echo).listen(0, "127.0.0.1")
        server.start()
        port = server.address().port
        client = net.connect(port, "127.0.0.1")
        client.sendall(b"before")
        assert client.recv_exactly(6) == b"before"
        pid = %s()
        if pid == 0:
            status = 1
            try:
                for error in (net.NetError, OSError):
                    try:
                        client.recv(1)
                    except error as raised:
                        print(raised, flush=True)
                assert not server.listening
                %s
                status = 0
            finally:
                os._exit(status)
        %s
        """


@anyhow
@pytest.mark.parametrize("fork", ["os.fork", "gevent.os.fork"])
def test_a_forked_child_inherits_no_connection(patch: str, fork: str) -> None:
    code = FORK % (
        fork,
        "pass",
        """
        assert exit_status(pid) == 0
        client.sendall(b"after")
        print(client.recv_exactly(5), flush=True)
        client.close()
        server.drain()
        """.strip(),
    )
    assert run(patch, code) == (
        "The connection belongs to the process that this one was forked from\n"
        "read EBADF\n"
        "b'after'\n"
    )


@anyhow
def test_a_server_is_listened_on_again_in_a_forked_child(patch: str) -> None:
    code = FORK % (
        "gevent.os.fork",
        """server.listen(server)
                server.start()
                print(server.address().port == port, flush=True)
                server.serve_forever(0)""",
        """client.close()
        # The parent stops listening: only the child can answer.
        server.drain()
        with net.connect(port, "127.0.0.1") as again:
            again.sendall(b"child")
            print(again.recv_exactly(5), flush=True)
        os.kill(pid, 15)
        assert exit_status(pid) == 0
        """.strip(),
    )
    assert run(patch, code).splitlines()[2:] == ["True", "b'child'"]


def test_coalesced_bytes_leave_before_a_fork() -> None:
    code = """
        import os
        import gevent.os

        def listener(sock):
            sock.write(b"one")
            sock.write(b"two")
            if os.fork() == 0:
                os._exit(0)
            os.wait()
            sock.end()

        with net.create_server(listener).listen(0, "127.0.0.1") as server:
            with net.connect(server.address().port, "127.0.0.1") as client:
                print(b"".join(client))
        """
    assert run("never", code) == "b'onetwo'\n"


TLS = """
import gevent, socket
import gevent.ssl, gevent.socket, ssl

# Without certificates: what is tested is who waits for whom.
def context(protocol):
    made = %s.SSLContext(protocol)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    made.maximum_version = ssl.TLSVersion.TLSv1_2
    made.set_ciphers("AECDH:@SECLEVEL=0")
    return made

def secret(sock):
    with context(ssl.PROTOCOL_TLS_SERVER).wrap_socket(sock, server_side=True) as tls:
        while data := tls.recv(100):
            tls.sendall(data.upper())

client = context(ssl.PROTOCOL_TLS_CLIENT)
echo = net.create_server(handler=secret, pause_on_connect=True).listen(0, "127.0.0.1")
silent = net.create_server().listen(0, "127.0.0.1")
"""
TLS_PEERS = """
for wrap in (%s):
    with echo, silent:
        sock = net.connect(echo.address().port, "127.0.0.1")
        sock.wait("connect")
        with wrap(sock) as tls:
            for word in (b"one", b"two"):
                tls.sendall(word)
                print(tls.recv(10))
            others = []
            reading = gevent.spawn(tls.recv, 10)
            gevent.spawn(others.append, "others run").join()
            reading.kill()
            print(sock.destroyed, others)
        sock = net.connect(silent.address().port, "127.0.0.1")
        sock.wait("connect")
        try:
            with gevent.Timeout(0.05):
                wrap(sock)
        except gevent.Timeout:
            print("cut short")
    echo.listen(0, "127.0.0.1"), silent.listen(0, "127.0.0.1")
echo.close(), silent.close()
"""


@patched
def test_a_socket_given_to_ssl_holds_up_nobody(patch: str) -> None:
    wraps = "client.wrap_socket, lambda sock: ssl_wrap_socket(sock, ssl_context=client)"
    code = "from urllib3.util.ssl_ import ssl_wrap_socket" + TLS % "ssl" + TLS_PEERS % wraps
    assert run(patch, code) == 2 * "b'ONE'\nb'TWO'\nTrue ['others run']\ncut short\n"


def test_a_socket_given_to_gevents_ssl_holds_up_nobody() -> None:
    code = TLS % "gevent.ssl" + TLS_PEERS % "client.wrap_socket,"
    assert run("never", code) == "b'ONE'\nb'TWO'\nTrue ['others run']\ncut short\n"


@anyhow
def test_a_detached_connection_of_gevents_sockets_holds_up_nobody(patch: str) -> None:
    code = """
        import gevent, gevent.socket, socket

        def echo(sock):
            for data in sock:
                sock.sendall(data)

        module = gevent.socket if patch == "never" else socket
        with net.create_server(handler=echo).listen(0, "127.0.0.1") as server:
            sock = net.connect(server.address().port, "127.0.0.1")
            sock.wait("connect")
            with module.socket(fileno=sock.detach()) as plain:
                plain.sendall(b"to and fro")
                print(plain.recv(100))
    """
    assert run(patch, f"patch = {patch!r}\n" + textwrap.dedent(code)) == "b'to and fro'\n"

"""Programs of their own: what ends them, what they say, and with which exit code."""

from __future__ import annotations

import re
import signal
import textwrap
from pathlib import Path

import pytest
from support import programs
from support.loops import ON_LIBUV
from support.programs import Program

import geventnet as net

ROOT = Path(__file__).parent.parent
LIMIT = 20

# gevent's own `hub.join()` does neither on libuv.
not_on_libuv = pytest.mark.skipif(
    ON_LIBUV,
    reason="on libuv, gevent waits for what is unref'd, and Ctrl-C does not end it",
)


TELL = "import warnings; warnings.simplefilter('default', ResourceWarning)\n"


def program(code: str) -> Program:
    return Program("-c", textwrap.dedent(code))


def finished(code: str) -> tuple[int, str, str]:
    """Exit code, output and errors of a program that ends by itself."""
    return programs.finished("-c", textwrap.dedent(code))


def await_refusal(port: int | None) -> None:
    """Wait until nobody listens on a port."""
    while True:
        try:
            net.connect(port, "127.0.0.1").__enter__().destroy()
        except ConnectionError:
            return


SERVE = """
    import gevent
    import geventnet as net

    def echo(sock):
        while data := sock.recv(65536):
            sock.sendall(data)

    server = net.create_server(handler=echo).listen(0, "127.0.0.1")
    server.start()
    print(server.address().port, flush=True)
    %s
    print("ended", flush=True)
"""


def test_run_returns_when_nothing_is_left() -> None:
    code = """
        import geventnet as net

        server = net.create_server(lambda sock: sock.end("bye"))

        def listening():
            client = net.connect(server.address().port, "127.0.0.1")
            client.on("data", print).on("close", lambda: server.close())

        server.listen(0, "127.0.0.1", listening)
        net.run()
        print("over")
    """
    assert finished(code) == (0, "b'bye'\nover\n", "")


@not_on_libuv
def test_run_returns_although_what_is_left_is_unrefd() -> None:
    code = """
        import geventnet as net

        server = net.create_server().listen(0, "127.0.0.1").unref()
        net.run()
        print(server.listening)
    """
    assert finished(code) == (0, "True\n", "")


def test_run_is_for_the_main_greenlet() -> None:
    code = """
        import gevent
        import geventnet as net

        def run():
            try:
                net.run()
            except RuntimeError as error:
                print(error)

        gevent.spawn(run).join()
    """
    status, out, _ = finished(code)
    assert status == 0
    assert "serve_forever()" in out


def test_an_error_of_a_server_that_nobody_hears_ends_the_program() -> None:
    code = """
        import geventnet as net

        one = net.create_server().listen(0, "127.0.0.1")
        one.start()
        net.create_server().listen(one.address().port, "127.0.0.1")
        net.run()
        print("unreached")
    """
    status, out, err = finished(code)
    assert status == 1
    assert out == ""
    assert err.count("Traceback") == 1
    assert "EADDRINUSE" in err


def test_an_exception_in_a_handler_is_reported_once_and_the_rest_lives() -> None:
    code = """
        import geventnet as net

        def handle(sock):
            if sock.recv(1) == b"f":
                raise LookupError("mine")
            sock.sendall(b"fine")

        with net.create_server(handler=handle).listen(0, "127.0.0.1") as server:
            port = server.address().port
            with net.connect(port, "127.0.0.1") as ok, net.connect(port, "127.0.0.1") as bad:
                bad.sendall(b"f")
                print(bad.recv(1))
                ok.sendall(b"o")
                print(ok.recv(4))
    """
    status, out, err = finished(code)
    assert (status, out) == (0, "b''\nb'fine'\n")
    assert err.count("Traceback") == 1
    assert "LookupError: mine" in err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_told_to_stop_drains(number: signal.Signals) -> None:
    with program(SERVE % "server.serve_forever()") as process:
        assert process.stdout is not None
        with net.connect(int(process.stdout.readline()), "127.0.0.1") as client:
            client.sendall(b"x")
            assert client.recv(1) == b"x"
            process.send_signal(number)
            # It has stopped accepting; this connection goes on.
            await_refusal(client.remote_port)
            client.sendall(b"y")
            assert client.recv(1) == b"y"
        assert process.wait(LIMIT) == 0
        assert process.stdout.read() == "ended\n"
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_a_second_signal_cuts_what_is_left() -> None:
    with program(SERVE % "server.serve_forever(None)") as process:
        assert process.stdout is not None
        with net.connect(int(process.stdout.readline()), "127.0.0.1") as client:
            client.sendall(b"x")
            assert client.recv(1) == b"x"
            process.send_signal(signal.SIGTERM)
            await_refusal(client.remote_port)
            process.send_signal(signal.SIGTERM)
            assert client.recv(1) == b""
        assert process.wait(LIMIT) == 0


def test_the_deadline_of_draining() -> None:
    with program(SERVE % "server.serve_forever(0.05)") as process:
        assert process.stdout is not None
        with net.connect(int(process.stdout.readline()), "127.0.0.1") as client:
            client.sendall(b"x")
            assert client.recv(1) == b"x"
            process.send_signal(signal.SIGTERM)
            assert client.recv(1) == b""
        assert process.wait(LIMIT) == 0


@pytest.mark.parametrize("call", ["print(server.serve_forever(2))", "net.run(2)"])
def test_what_is_left_at_the_deadline_is_told(call: str) -> None:
    with program(SERVE % call) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with net.connect(port, "127.0.0.1") as stays, net.connect(port, "127.0.0.1") as ends:
            for client in (stays, ends):
                client.sendall(b"x")
                assert client.recv(1) == b"x"
            process.send_signal(signal.SIGTERM)
            # What ends before it drains is not counted.
            await_refusal(port)
            ends.close()
            assert stays.recv(1) == b""
        assert process.wait(LIMIT) == 0
        # Whoever finds that it still listens may be counted as well, and that may be many.
        told = r"Drained\(finished=[1-9]\d*, cut=1\)\n" if "print" in call else ""
        assert re.fullmatch(f"{told}ended\n", process.stdout.read())


def test_run_drains_on_sigterm_and_returns() -> None:
    code = SERVE % "gevent.spawn_later(1000, print); net.run()"
    with program(code) as process:
        assert process.stdout is not None
        with net.connect(int(process.stdout.readline()), "127.0.0.1") as client:
            client.sendall(b"x")
            assert client.recv(1) == b"x"
            process.send_signal(signal.SIGTERM)
            await_refusal(client.remote_port)
            client.sendall(b"y")
            assert client.recv(1) == b"y"
        assert process.wait(LIMIT) == 0
        assert process.stdout.read() == "ended\n"


def test_a_second_sigterm_cuts_what_run_waits_for() -> None:
    with program(SERVE % "net.run(None)") as process:
        assert process.stdout is not None
        with net.connect(int(process.stdout.readline()), "127.0.0.1") as client:
            client.sendall(b"x")
            assert client.recv(1) == b"x"
            process.send_signal(signal.SIGTERM)
            await_refusal(client.remote_port)
            process.send_signal(signal.SIGTERM)
            assert client.recv(1) == b""
        assert process.wait(LIMIT) == 0


@pytest.mark.parametrize(
    ("handle", "status"),
    [
        ("server.close(); server.wait('close')", -signal.SIGTERM),
        ("import signal; signal.signal(signal.SIGTERM, lambda *_: server.close())", 0),
        ("import signal; gevent.signal_handler(signal.SIGTERM, server.close)", 0),
    ],
)
def test_run_leaves_sigterm_to_a_program_without_servers_or_with_a_handler(
    handle: str, status: int
) -> None:
    setup = "gevent.get_hub().loop.timer(60).start(print)"
    code = SERVE % f"{handle}; gevent.spawn(print, 'running', flush=True); {setup}; net.run()"
    if status == 0:
        code = code.replace(f"{setup}; ", "")
    with program(code) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert process.stdout.readline() == "running\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(LIMIT) == status


def test_the_signals_are_given_back() -> None:
    code = """
        import signal
        import gevent
        import geventnet as net

        before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
        server = net.create_server().listen(0, "127.0.0.1")
        gevent.spawn_later(0.01, server.close)
        server.serve_forever()
        print(before == [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)])
    """
    assert finished(code) == (0, "True\n", "")


@not_on_libuv
def test_ctrl_c_in_run_is_a_keyboard_interrupt() -> None:
    with program(SERVE % "net.run()") as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(LIMIT) == -signal.SIGINT
        assert process.stdout.read() == ""


def test_sys_exit_in_a_listener_ends_the_program() -> None:
    code = """
        import sys
        import geventnet as net

        server = net.create_server(lambda sock: sys.exit(7))
        server.listen(0, "127.0.0.1", lambda: net.connect(server.address().port, "127.0.0.1"))
        net.run()
    """
    assert finished(code)[0] == 7


def test_connections_that_are_left_open_are_told_of() -> None:
    code = """
        import geventnet as net

        server = net.create_server().listen(0, "127.0.0.1")
        server.start()
        client = net.connect(server.address().port, "127.0.0.1")
        client.wait("connect")
    """
    status, _, err = finished(TELL + textwrap.dedent(code))
    assert status == 0
    assert "ResourceWarning: The program ends with connections still open: <Socket at" in err


def test_nothing_is_said_of_what_was_closed() -> None:
    code = """
        import geventnet as net

        with net.create_server(handler=lambda sock: sock.sendall(b"x")).listen(0) as server:
            with net.connect(server.address().port, "127.0.0.1") as client:
                client.recv(1)
    """
    assert finished(TELL + textwrap.dedent(code)) == (0, "", "")

import contextlib
import os
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import gevent
import gevent.event
import gevent.server
import pytest
from support.programs import finished

import geventnet as net
from geventnet.testing import Leak, LeakError, no_leaks

CONFTEST = Path(__file__).parent.parent / "conftest.py"


@contextlib.contextmanager
def finding(*kinds: str) -> Iterator[list[Leak]]:
    """Expect the body of the `with` to leave behind `kinds`; gives the list they are put in."""
    found: list[Leak] = []
    with pytest.raises(LeakError) as caught, no_leaks(timeout=0.01):
        yield found
    found += caught.value.leaks
    assert [leak.kind for leak in found] == list(kinds)
    assert all(str(leak) in str(caught.value) for leak in found)


def test_finds_a_listening_server() -> None:
    server = gevent.server.StreamServer(("127.0.0.1", 0), print)
    try:
        with finding("socket") as found:
            server.start()
        text = str(found[0])
        assert f"('127.0.0.1', {server.server_port})" in text
        assert "held by" in text
        assert "StreamServer" in text
    finally:
        server.stop()


def test_finds_a_greenlet_and_says_where_it_is_and_who_spawned_it() -> None:
    never = gevent.event.Event()

    def waits_for_ever() -> None:
        never.wait()

    with finding("greenlet") as found:
        spawned = gevent.spawn(waits_for_ever)
    spawned.kill()
    blocked, came_from = str(found[0]).split("spawned at")
    assert "in waits_for_ever: never.wait()" in blocked
    assert "gevent.spawn(waits_for_ever)" in came_from


def test_finds_an_open_descriptor() -> None:
    with finding("descriptor", "descriptor") as found:
        read, write = os.pipe()
    os.close(read)
    os.close(write)
    assert f"descriptor: {read} " in str(found[0]) + "\n" + str(found[1])


def test_finds_a_descriptor_that_took_the_number_of_another() -> None:
    number = os.open(os.devnull, os.O_RDONLY)
    other = os.open(os.curdir, os.O_RDONLY)
    with finding("descriptor"):
        os.dup2(other, number)
    os.close(number)
    os.close(other)


def test_finds_a_running_timer_and_what_it_calls() -> None:
    event = gevent.event.Event()
    with finding("timer") as found:
        timer = gevent.get_hub().loop.timer(1000)
        timer.start(event.set)
    timer.stop()
    timer.close()
    assert "timer" in found[0].what
    assert "calls a method of <gevent" in str(found[0])


@pytest.mark.parametrize("is_active", [False, True])
def test_finds_a_watcher_of_a_descriptor_that_had_one(is_active: bool) -> None:
    read, write = os.pipe()
    loop = gevent.get_hub().loop
    former = loop.io(read, 1)
    if is_active:
        former.start(print)
    with finding("watcher"):
        watcher = loop.io(read, 1)
        watcher.start(print)
    for each in (watcher, former):
        each.stop()
        each.close()
    os.close(read)
    os.close(write)


def test_finds_a_greenlet_that_nothing_else_refers_to() -> None:
    let_go = gevent.event.Event()
    with finding("greenlet"):
        gevent.spawn(let_go.wait)
    let_go.set()


def test_what_the_library_keeps_at_rest_is_no_leak() -> None:
    with no_leaks():
        closed = gevent.event.Event()
        server, address = _echo_server()
        server.on("close", closed.set)
        server.on("connection", lambda sock: server.close())
        net.connect(address.port, address.address).resume().end(b"hello")
        closed.wait()


def test_finds_a_socket_of_the_library() -> None:
    server, address = _echo_server()
    connected = gevent.event.Event()
    with finding("socket", "socket") as found:
        client = net.connect(address.port, address.address, connected.set)
        connected.wait()
    client.destroy()
    server.close()
    assert f"connected to ('127.0.0.1', {address.port})" in "\n".join(map(str, found))


def _echo_server() -> tuple[net.Server, net.AddressInfo]:
    listening = gevent.event.Event()
    server = net.create_server(lambda sock: sock.pipe(sock))
    server.listen(0, "127.0.0.1", listening.set)
    listening.wait()
    address = server.address()
    assert isinstance(address, net.AddressInfo)
    return server, address


def test_waits_for_what_is_closing() -> None:
    with no_leaks(timeout=30):
        for end in os.pipe():
            gevent.spawn_later(0.02, os.close, end)


def test_what_existed_before_is_no_leak() -> None:
    never = gevent.event.Event()
    greenlet = gevent.spawn(never.wait)
    timer = gevent.get_hub().loop.timer(1000)
    timer.start(print)
    with socket.socket():
        gevent.sleep(0)
        with no_leaks(timeout=0):
            pass
    timer.stop()
    timer.close()
    greenlet.kill()


def test_the_thread_pool_is_no_leak() -> None:
    with no_leaks(timeout=0):
        gevent.get_hub().threadpool.apply(os.getpid)


@pytest.mark.skipif(
    os.environ.get("GEVENT_LOOP", "").startswith("libuv"), reason="libuv does not open it anew"
)
def test_the_descriptor_of_the_loop_is_no_leak() -> None:
    code = """
        import os
        lower = os.dup(0)
        import gevent
        from geventnet.testing import no_leaks
        loop = gevent.get_hub().loop
        gevent.sleep(0)
        was = loop.fileno()
        with no_leaks(timeout=0):
            os.close(lower)
            loop.reinit()
            gevent.sleep(0.001)
            if loop.fileno() == was:
                print("not moved")
        """
    assert finished("-c", textwrap.dedent(code)) == (0, "", "")


def test_an_exception_is_passed_on_unchecked() -> None:
    with pytest.raises(ZeroDivisionError), no_leaks(timeout=0):
        timer = gevent.get_hub().loop.timer(1000)
        timer.start(print)
        raise ZeroDivisionError
    timer.stop()
    timer.close()


LEAKING = """
    import os

    def test_leaks():
        os.pipe()

    def test_leaks_and_fails():
        os.pipe()
        assert False

    def test_clean():
        pass
"""


def _run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.RunResult:
    tests = CONFTEST.parent
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tests.parent), str(tests)]))
    pytester.makeconftest(CONFTEST.read_text())
    return pytester.runpytest_subprocess()


@pytest.mark.slow
def test_plugin_checks_every_test_when_the_ini_says_so(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makeini("[pytest]\ngeventnet_leaks = true")
    pytester.makepyfile(LEAKING)
    result = _run(pytester, monkeypatch)
    result.assert_outcomes(passed=2, failed=1, errors=1)
    result.stdout.fnmatch_lines(["2 left behind", "*descriptor: * pipe:*"])


@pytest.mark.slow
def test_plugin_checks_nothing_unless_asked(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makepyfile(LEAKING)
    _run(pytester, monkeypatch).assert_outcomes(passed=2, failed=1)


@pytest.mark.slow
def test_fixture_checks_one_test_after_its_other_fixtures(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makepyfile(
        """
        import os
        import pytest

        @pytest.fixture
        def pipe():
            ends = os.pipe()
            yield ends
            for end in ends:
                os.close(end)

        def test_leaks(no_leaks):
            os.pipe()

        def test_clean(no_leaks, pipe):
            pass
        """
    )
    _run(pytester, monkeypatch).assert_outcomes(passed=2, errors=1)


@pytest.mark.once
def test_importing_the_package_imports_nothing_of_it() -> None:
    program = """
import sys
import geventnet.testing
before = {name for name in sys.modules if name.startswith("geventnet.testing")}
assert before == {"geventnet.testing"}, before
assert {"memory_pair", "faults"} <= set(dir(geventnet.testing))
assert geventnet.testing.faults.Refuse()
from geventnet.testing import settle
assert "geventnet.testing.memory" not in sys.modules
try:
    geventnet.testing.no_such_name
except AttributeError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "no attribute 'no_such_name'" in done.stdout


def test_finds_sockets_of_the_library_and_names_them() -> None:
    server = net.create_server()
    with pytest.raises(LeakError) as caught, no_leaks(timeout=0.01):
        server.listen(0, "127.0.0.1")
        server.start()
        client = net.connect(server, timeout=3600)
        client.wait("connect")
    text = str(caught.value)
    assert f"held by {server!r}" in text
    assert f"held by {client!r}" in text
    assert f"calls a method of the idle clock of {client!r}" in text
    client.destroy()
    server.close_all_connections()
    server.close()
    server.wait("close", timeout=5)

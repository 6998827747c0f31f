"""Clusters of real processes: how their workers end, and who follows them."""

import os
import signal
from contextlib import ExitStack, suppress
from pathlib import Path
from time import monotonic, sleep

import pytest
from support.clusters import LIMIT, ask, await_death, await_refusal, cluster, dial, refused, write


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "program.py"


# Ends.


def test_a_killed_worker_is_replaced_and_no_other_connection_is_lost(file: Path) -> None:
    with cluster(file, "") as running, ExitStack() as stack:
        port, pids = running.listening(2)
        # The address is held all the time.
        connections = [stack.enter_context(dial(port)) for _ in range(20)]
        answered = {sock: ask(sock) for sock in connections}
        victim = answered[connections[0]]
        os.kill(victim, signal.SIGKILL)
        for _ in range(50):
            with dial(port) as sock, suppress(ConnectionError, EOFError):
                ask(sock)
        assert running.until(r"exit (\d+) None SIGKILL")[1] == str(pids[victim])
        for sock, pid in answered.items():
            if pid != victim:
                assert ask(sock) == pid
        running.listening(1)
        running.signal(signal.SIGTERM)
        for sock in connections:
            sock.close()
        status, _, errors = running.finish()
        assert status == 0
        assert f"worker {pids[victim]} (pid {victim}) has ended (SIGKILL)" in errors


@pytest.mark.once
def test_it_gives_up_when_workers_end_at_once_again_and_again(file: Path) -> None:
    body = """
    def main():
        sys.exit(3)
    """
    run = "cluster.run(main, workers=1, give_up_after=3)"
    with cluster(file, body, run) as running:
        status, lines, errors = running.finish()
    assert status == 1
    assert lines == ["exit 1 3 None", "exit 2 3 None", "exit 3 3 None"]
    assert "ERR_CLUSTER_GAVE_UP" in errors or "The cluster has given up: worker 3" in errors


def test_an_interrupt_drains_every_worker(file: Path) -> None:
    with cluster(file, "", "cluster.run(main, workers=2)\nsay('over')") as running:
        port, _ = running.listening(2)
        with dial(port) as sock:
            pid = ask(sock)
            # A terminal sends it to all of them.
            os.killpg(running.process.pid, signal.SIGINT)
            await_refusal(port)
            assert ask(sock) == pid
        status, lines, errors = running.finish()
    assert (status, errors) == (0, "")
    assert {line for line in lines if line.startswith("exit")} == {"exit 1 0 None", "exit 2 0 None"}
    assert lines.count("over") == 3


def test_events_alone_drain_too_and_what_lasts_is_cut(file: Path) -> None:
    body = """
    def main():
        server = net.create_server(lambda sock: sock.pipe(sock))
        server.listen(0, "127.0.0.1")
    """
    run = "cluster.run(main, workers=2, drain_timeout=0.2)"
    with cluster(file, body, run) as running:
        port, _ = running.listening(2)
        with dial(port) as sock:
            sock.sendall(b"x")
            assert sock.recv(1) == b"x"
            running.signal(signal.SIGTERM)
            assert sock.recv(1) == b""
        status, lines, errors = running.finish()
    assert (status, errors) == (0, "")
    assert {line for line in lines if line.startswith("exit")} == {"exit 1 0 None", "exit 2 0 None"}


@pytest.mark.slow
def test_the_limit_of_the_cluster_counts_and_a_second_signal_cuts(file: Path) -> None:
    body = """
    class Server(net.Server):
        def drain(self, timeout=None):
            say("drain", timeout)
            return super().drain(timeout)

    def main():
        server = Server(handler=echo)
        server.listen(0, "127.0.0.1")
        server.serve_forever()
    """
    with cluster(file, body, "cluster.run(main, workers=2, drain_timeout=None)") as running:
        port, _ = running.listening(2)
        with dial(port) as sock:
            ask(sock)
            running.signal(signal.SIGTERM)
            await_refusal(port)
            running.signal(signal.SIGTERM)
            assert sock.recv(1) == b""
        status, lines, _ = running.finish()
    assert status == 0
    assert {line for line in lines if line.startswith("drain")} <= {"drain None", "drain 0"}


def test_a_worker_that_hangs_in_drain_is_killed_and_named(file: Path) -> None:
    body = """
    from gevent import monkey
    def hang(sock):
        sock.recv(1)
        say("hangs")
        monkey.get_original("time", "sleep")(60)
    def main():
        net.create_server(handler=hang).listen(0, "127.0.0.1").serve_forever()
    """
    run = "cluster.run(main, workers=2, drain_timeout=0.1)"
    with cluster(file, body, run) as running:
        port, _ = running.listening(2)
        with dial(port) as sock:
            sock.sendall(b"x")
            running.until("hangs")
            running.signal(signal.SIGTERM)
            status, lines, errors = running.finish()
    assert status == 0
    ended = {line.partition(" ")[2][2:] for line in lines if line.startswith("exit")}
    assert ended == {"0 None", "None SIGKILL"}
    assert "after it was told to: it is killed" in errors


@pytest.mark.parametrize("outlive", [False, True])
def test_a_primary_that_dies_takes_its_workers_along_or_not(file: Path, outlive: bool) -> None:
    run = f"cluster.run(main, workers=2, outlive_primary={outlive})"
    with cluster(file, "", run) as running:
        port, pids = running.listening(2)
        with dial(port) as sock:
            pid = ask(sock)
            if not outlive:
                # Also those that only start.
                running.signal(signal.SIGHUP)
            running.process.kill()
            running.process.wait(LIMIT)
            assert ask(sock) == pid
        if outlive:
            with dial(port) as sock:
                assert ask(sock) in pids
            for pid in pids:
                os.kill(pid, signal.SIGTERM)
        for pid in pids:
            await_death(pid)
        assert refused(port)
        assert running.finish()[2] == ""


@pytest.mark.slow
def test_a_worker_that_outlives_its_primary_needs_no_answer(file: Path) -> None:
    gate = file.with_name("gate")
    body = f"""
    import gevent
    def main():
        server = net.create_server(handler=echo)
        server.on("listening", lambda: say("own", server.address().port))
        server.on("close", lambda: say("closed"))
        say("pid", os.getpid())
        while not os.path.exists({str(gate)!r}):
            gevent.sleep(0.01)
        server.listen(0, "127.0.0.1")
        say("asked")
    """
    run = "cluster.run(main, workers=1, outlive_primary=True)"
    with cluster(file, body, run) as running:
        pid = int(running.until(r"pid (\d+)")[1])
        running.signal(signal.SIGSTOP)
        gate.touch()
        running.until("asked")
        running.process.kill()
        port = int(running.until(r"own (\d+)")[1])
        with dial(port) as sock:
            assert ask(sock) == pid
        os.kill(pid, signal.SIGTERM)
        running.until("closed")
        assert running.finish()[2] == ""


def test_a_worker_may_leave_by_itself_and_another_takes_its_place_first(file: Path) -> None:
    body = """
    def echo(sock):
        while data := sock.recv(1000):
            sock.sendall(b"%d " % os.getpid() + data)
            if data == b"leave":
                cluster.worker.disconnect()
    """
    with cluster(file, body, "cluster.run(main, workers=1)") as running:
        port, pids = running.listening(1)
        with dial(port) as sock:
            first = ask(sock)
            sleep(1.1)  # It has lived long enough to be followed at once.
            ask(sock, b"leave")
            _, others = running.listening(1)
            # It still drains.
            assert ask(sock) == first
        assert running.until(r"exit 1 (.*)")[1] == "0 None"
        with dial(port) as sock:
            assert ask(sock) in others
    assert set(pids).isdisjoint(others)


@pytest.mark.slow
def test_a_child_of_a_worker_is_none(file: Path) -> None:
    body = """
    import gevent.os, subprocess
    def main():
        ask = [sys.executable, "-c", "from geventnet import cluster; print(cluster.is_worker)"]
        say("spawned", subprocess.check_output(ask).decode().strip())
        pid = gevent.os.fork()
        if pid == 0:
            os._exit(0)
        gevent.os.waitpid(pid, 0)
        cluster.worker.send("still heard")
        net.create_server(handler=echo).listen(0, "127.0.0.1").serve_forever()
    cluster.on("message", lambda worker, message: say(message))
    """
    with cluster(file, body, "cluster.run(main, workers=1)") as running:
        running.until("spawned False")
        running.until("still heard")
        port, _ = running.listening(1)
        with dial(port) as sock:
            ask(sock)


@pytest.mark.slow
def test_a_worker_that_dies_with_messages_unread_is_told_of(file: Path) -> None:
    body = """
    import signal
    from gevent import monkey
    def main():
        say("hangs")
        say("pid", os.getpid())
        monkey.get_original("time", "sleep")(60)
    @cluster.on("online")
    def flood(worker):
        for _ in range(20):
            worker.send("x" * 1000000)
    cluster.on("disconnect", lambda worker: say("disconnect", worker.id, worker.send("more")))
    cluster.on("exit", lambda worker, *how: cluster.disconnect())
    """
    run = "cluster.run(main, workers=1, drain_timeout=0)"
    with cluster(file, body, run) as running:
        running.until("hangs")
        os.kill(int(running.until(r"pid (\d+)")[1]), signal.SIGKILL)
        running.until("disconnect 1 False")
        running.until("exit 1 None SIGKILL")
        assert running.finish()[0] == 0


# Restarting.


@pytest.mark.parametrize(
    ("how", "sockets"), [("", 1), pytest.param(", reuse_port=True", 2, marks=pytest.mark.slow)]
)
def test_restarts_lose_no_connection(file: Path, how: str, sockets: int) -> None:
    """Also when the program on disk is another one by now, and it has gone to another directory.

    They go on with the same socket, or one socket for each place.
    """
    body = f"""
    os.chdir("/")
    def main():
        server = net.create_server(handler=echo)
        server.listen(0, "127.0.0.1"{how}).start()
        say("socket", os.fstat(server.fileno()).st_ino)
        server.serve_forever()

    VERSION = b"version 0"
    def echo(sock):
        while data := sock.recv(1000):
            sock.sendall(VERSION + b" %d " % os.getpid() + data)
    """
    with cluster(file, body) as running:
        port, _ = running.listening(2)
        asked = 0
        for version in range(1, 4):
            write(file, body.replace("version 0", f"version {version}"))
            running.signal(signal.SIGHUP)
            seen: set[bytes] = set()
            deadline = monotonic() + LIMIT
            exits = 0
            while exits < 2:
                assert monotonic() < deadline
                # No refusal, no reset, no wrong answer.
                for _ in range(20):
                    with dial(port) as sock:
                        for data in (b"one", b"two"):
                            sock.sendall(data)
                            answer = sock.recv(1000)
                            assert answer.endswith(b" " + data)
                            seen.add(answer[:9])
                            asked += 1
                exits = sum(line.startswith("exit") for line in running.poll()) - 2 * (version - 1)
            assert b"version %d" % version in seen
        with dial(port) as sock:
            sock.sendall(b"x")
            assert sock.recv(1000).startswith(b"version 3 ")
        assert asked
        running.signal(signal.SIGTERM)
        status, lines, errors = running.finish()
    assert (status, errors) == (0, "")
    assert {line for line in lines if line.startswith("exit")} == {
        f"exit {number} 0 None" for number in range(1, 9)
    }
    found = [line for line in lines if line.startswith("socket")]
    assert len(found) == 8 and len(set(found)) == sockets


@pytest.mark.once
def test_an_exclusive_address_is_taken_over_by_the_worker_that_follows(file: Path) -> None:
    body = """
    import socket
    def main():
        fixed = net.create_server(handler=echo)
        fixed.on("listening", lambda: cluster.worker.send("fixed"))
        fixed.on("error", lambda error: cluster.worker.send(str(error)))
        fixed.listen(int(os.environ["PORT"]), "127.0.0.1", exclusive=True)
        server = net.create_server(handler=echo)
        server.listen(0, "127.0.0.1", exclusive=True).start()
        say("own", server.address().port)
        server.serve_forever()
    cluster.on("message", lambda worker, message: say("message", message))
    if cluster.is_primary:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            os.environ["PORT"] = str(probe.getsockname()[1])
        say("port", os.environ["PORT"])
    """
    with cluster(file, body) as running:
        port = int(running.until(r"port (\d+)")[1])
        refusal = f"message listen EADDRINUSE: address already in use 127.0.0.1:{port}"
        running.listening(3)
        own = {int(line[4:]) for line in running.lines if line.startswith("own ")}
        assert len(own) == 2
        running.signal(signal.SIGHUP)
        deadline = monotonic() + LIMIT
        while sum(line.startswith("exit") for line in running.poll()) < 2:
            assert monotonic() < deadline
            for address in (port, *own):
                with dial(address) as sock:
                    ask(sock)
        running.signal(signal.SIGTERM)
        status, lines, _ = running.finish()
    assert status == 0
    assert [lines.count(line) for line in ("message fixed", refusal)] == [2, 2]
    assert [lines.count(f"own {number}") for number in own] == [2, 2]


@pytest.mark.once
def test_a_new_program_that_does_not_start_changes_nothing(file: Path) -> None:
    with cluster(file, "", "cluster.run(main, workers=1)") as running:
        port, pids = running.listening(1)
        write(file, "raise SystemExit('broken')")
        running.signal(signal.SIGHUP)
        running.until("exit 2 1 None")
        with dial(port) as sock:
            assert ask(sock) in pids
        running.signal(signal.SIGTERM)
        status, _, errors = running.finish()
    assert status == 0
    assert "worker 2" in errors and "ended before it was ready (exit code 1): worker 1" in errors


def test_a_worker_that_is_told_to_leave_before_it_is_online_ends_at_once(file: Path) -> None:
    hang = "\nif cluster.is_worker:\n    say('hangs')\n    import time\n    time.sleep(1000)"
    with cluster(file, "", "cluster.run(main, workers=1)") as running:
        port, _ = running.listening(1)
        for restart in range(2):
            write(file, hang)
            running.signal(signal.SIGHUP)
            running.until("hangs")
            write(file)
            running.signal(signal.SIGTERM if restart else signal.SIGHUP)
            running.until(f"exit {2 + 2 * restart} None SIGTERM")
            if not restart:
                running.listening(1)
                running.until("exit 1 0 None")
                with dial(port) as sock:
                    ask(sock)
        status, _, errors = running.finish()
    assert (status, errors) == (0, "")


def test_whatever_main_does_the_worker_ends_when_it_is_told_to(file: Path) -> None:
    body = """
    import gevent

    def sleep():
        while True:
            gevent.sleep(0.05)

    def main():
        server = net.create_server()
        server.listen(0, "127.0.0.1")
        does = [net.run, lambda: list(server), server.serve_forever, sleep][cluster.worker.id - 1]
        try:
            does()
            gevent.sleep(0.1)
            say(cluster.worker.id, "returned")
        except SystemExit:
            say(cluster.worker.id, "left by SystemExit")
            raise
    """
    with cluster(file, body, "cluster.run(main, workers=4)") as running:
        running.listening(4)
        running.signal(signal.SIGTERM)
        status, lines, errors = running.finish()
    assert (status, errors) == (0, "")
    ends = ["1 returned", "2 returned", "3 returned", "4 left by SystemExit"]
    assert sorted(line for line in lines if "listening" not in line) == [
        *ends,
        *(f"exit {number} 0 None" for number in range(1, 5)),
    ]


def test_a_cluster_is_told_to_stop_while_it_starts(file: Path) -> None:
    body = """
    def main():
        say("started")
        server = net.create_server()
        with server.listen(0, "127.0.0.1"):
            server.serve_forever()
    cluster.on("online", lambda worker: cluster.disconnect())
    """
    with cluster(file, body) as running:
        status, lines, _ = running.finish()
    assert status == 0
    assert not [line for line in lines if line.endswith("SIGKILL")]


@pytest.mark.slow
def test_a_worker_may_listen_again_and_at_several_addresses(file: Path, tmp_path: Path) -> None:
    body = """
    def main():
        one, two = net.create_server(handler=echo), net.create_server(handler=echo)
        one.listen(0, "127.0.0.1").start()
        port = one.address().port
        two.listen(0, "::1").start()
        one.close().wait("close")
        one.listen(port, "127.0.0.1").start()
        cluster.worker.send([one.address().port == port, two.address().family])
        # In one step; and while the primary has not answered yet.
        for place in ({"port": port, "host": "127.0.0.1"}, {"path": PATH}):
            one.close().listen(**place).start()
            one.close().listen(**place).close().listen(**place).start()
            one.close().listen(**place).close()
            three = net.create_server(handler=echo).listen(**place)
            three.start()
            assert not one.listening
            three.close()
            one.listen(**place).start()
        cluster.worker.send(["again", one.address() == PATH])
        one.serve_forever()
    cluster.on("message", lambda worker, message: say(*message))
    """.replace("PATH", repr(str(tmp_path / "socket")))
    with cluster(file, body, "cluster.run(main, workers=1)") as running:
        running.until("True IPv6")
        running.until("again True")
        running.signal(signal.SIGTERM)
        status, _, errors = running.finish()
    assert (status, errors) == (0, "")

"""Clusters of real processes: what their workers listen on."""

import os
import signal
import socket
from pathlib import Path

import pytest
from support.clusters import ask, cluster

import geventnet as net
from geventnet import cluster as module


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "program.py"


# Listening.


@pytest.mark.once
def test_workers_share_one_socket_whose_backlog_is_the_first(file: Path) -> None:
    body = """
    import socket, struct
    def main():
        server = net.create_server(handler=echo)
        server.listen(0, "127.0.0.1", backlog=10 * cluster.worker.id)
        server.start()
        sock = socket.socket(fileno=os.dup(server.fileno()))
        # Of a listening socket: how many may wait, as tcpi_sacked.
        backlog = struct.unpack_from("I", sock.getsockopt(socket.SOL_TCP, socket.TCP_INFO, 64), 28)
        sock.close()
        cluster.worker.send([backlog[0], os.fstat(server.fileno()).st_ino])
        server.serve_forever()
    cluster.on("message", lambda worker, message: say("socket", worker.id, *message))
    """
    with cluster(file, body) as running:
        found = [running.until(r"socket (\d) (\d+) (\d+)").groups() for _ in range(2)]
    assert {inode for _, _, inode in found} == {found[0][2]}
    assert {backlog for _, backlog, _ in found} <= {"10", "20"}
    assert len({backlog for _, backlog, _ in found}) == 1


def test_a_unix_socket_is_shared_and_removed(file: Path, tmp_path: Path) -> None:
    directory = tmp_path / "place"
    directory.mkdir()
    path = directory / "shared.sock"
    body = f"""
    def main():
        # The path is that of the worker.
        os.chdir({str(directory)!r})
        server = net.create_server(handler=echo)
        server.listen(path="shared.sock", readable_all=True, writable_all=True).start()
        assert server.address() == "shared.sock"
        server.serve_forever()
    """
    # Of a process that is dead.
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(path))
    with cluster(file, body) as running:
        for _ in range(2):
            assert running.until(r"listening (\d+) \d+ (.*)")[2] == "shared.sock"
        assert path.stat().st_mode & 0o666 == 0o666
        with socket.socket(socket.AF_UNIX) as peer:
            peer.connect(str(path))
            first = ask(peer)
        os.kill(first, signal.SIGKILL)
        running.until(r"listening (\d+) \d+ (.*)")
        with socket.socket(socket.AF_UNIX) as peer:
            peer.connect(str(path))
            ask(peer)
        running.signal(signal.SIGTERM)
        assert running.finish()[0] == 0
    assert not path.exists()


@pytest.mark.slow
def test_big_messages_and_sockets_cross_in_order(file: Path) -> None:
    body = """
    import gevent
    def main():
        for number in range(3):
            cluster.worker.send([number, "x" * 300000])
            net.create_server().listen(0, "127.0.0.1")
    def send(worker, address):
        worker.send("y" * 300000)
    cluster.on("listening", send)
    cluster.on("message", lambda worker, message: say(message[0], len(message[1])))
    """
    with cluster(file, body, "cluster.run(main, workers=1)") as running:
        running.listening(3)
        sizes = [line for line in running.lines if line.endswith(" 300000")]
        assert sizes == [f"{number} 300000" for number in range(3)]
        running.signal(signal.SIGTERM)
        status, _, errors = running.finish()
    assert (status, errors) == (0, "")


@pytest.mark.once
def test_a_unix_socket_that_lives_is_not_taken_over(file: Path, tmp_path: Path) -> None:
    path = tmp_path / "live.sock"
    body = f"""
    def main():
        server = net.create_server(handler=echo)
        server.on("error", lambda error: say(error))
        server.listen({str(path)!r})
    """
    with (
        net.create_server().listen(path),
        cluster(file, body, "cluster.run(main, workers=1)") as running,
    ):
        running.until(f"bind EADDRINUSE {path}")
        assert path.exists()


# Arguments.


@pytest.mark.parametrize(
    "options",
    [{"workers": 0}, {"workers": "2"}, {"drain_timeout": -1}, {"give_up_after": 0}],
)
def test_bad_arguments_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(net.NetError):
        module.run(lambda: None, **options)  # type: ignore[arg-type]
    with pytest.raises(net.NetError):
        module.run("main")  # type: ignore[arg-type]


def test_this_process_is_a_primary() -> None:
    assert module.is_primary and not module.is_worker
    assert module.worker is None
    assert module.workers == {}

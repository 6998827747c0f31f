"""Clusters of real processes: their workers' lives, and what befalls them."""

import os
import signal
import socket
from contextlib import ExitStack, suppress
from pathlib import Path
from time import monotonic, sleep

import pytest
from support.clusters import LIMIT, ask, cluster, dial, node_cluster, write

import geventnet as net
from geventnet import cluster as module


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "program.py"


def lives(pid: int) -> bool:
    """Whether a process that is no child of this one lives."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def await_death(pid: int) -> None:
    deadline = monotonic() + LIMIT
    while lives(pid):
        assert monotonic() < deadline
        sleep(0.01)


def refused(port: int) -> bool:
    try:
        dial(port).close()
    except ConnectionRefusedError:
        return True
    except ConnectionResetError:
        # It came just before the socket was closed.
        return False
    return False


# What Node says as well.

NODE_LIFE = """
const cluster = require('cluster'), net = require('net');
if (cluster.isPrimary) {
  const worker = cluster.fork();
  for (const event of ['fork', 'online', 'listening', 'disconnect', 'exit'])
    cluster.on(event, (worker, ...rest) => console.log('cluster', event, worker.id,
      event === 'exit' ? rest.join(' ') : ''));
  for (const event of ['online', 'listening', 'disconnect', 'exit'])
    worker.on(event, () => console.log('worker', event));
  cluster.on('message', (worker, message) => {
    console.log('message', worker.id, JSON.stringify(message));
    worker.disconnect();
  });
  cluster.on('exit', () => console.log('left', Object.keys(cluster.workers).length,
    worker.exitedAfterDisconnect, worker.isDead(), worker.isConnected()));
  cluster.on('listening', () => worker.send({ hello: ['worker', 1] }));
} else {
  process.on('message', (message) => process.send({ echo: message }));
  net.createServer().listen(0, '127.0.0.1');
}
"""
LIFE = """
watched = []
def forked(worker):
    for event in ("online", "listening", "disconnect", "exit"):
        worker.on(event, lambda *rest, event=event: say("worker", event))

def told(event):
    def tell(worker, *rest):
        words = " ".join("null" if word is None else str(word) for word in rest)
        say("cluster", event, worker.id, words if event == "exit" else "")
    return tell

for event in ("fork", "online", "listening", "disconnect", "exit"):
    cluster.on(event, told(event))
cluster.on("fork", forked)

@cluster.on("message")
def heard(worker, message):
    say("message", worker.id, __import__("json").dumps(message, separators=(",", ":")))
    cluster.disconnect()

@cluster.on("exit")
def left(worker, code, signal):
    flag = lambda value: str(value).lower()
    say("left", len(cluster.workers), flag(worker.exited_after_disconnect), flag(worker.is_dead()),
        flag(worker.is_connected()))

cluster.on("listening", lambda worker: worker.send({"hello": ["worker", 1]}))

def main():
    cluster.worker.on("message", lambda message: cluster.worker.send({"echo": message}))
    net.create_server().listen(0, "127.0.0.1")
"""


def normal(lines: list[str]) -> list[str]:
    # Node joins null as nothing.
    return [line.replace(" null", "").rstrip() for line in lines]


def test_the_life_of_a_worker_is_told_as_in_node(file: Path, tmp_path: Path) -> None:
    with node_cluster(tmp_path / "life.js", NODE_LIFE) as node:
        _, theirs, _ = node.finish()
    with cluster(file, LIFE, "cluster.run(main, workers=1)", head="") as ours:
        status, lines, errors = ours.finish()
    assert (status, errors) == (0, "")
    assert normal(lines) == normal(theirs)


NODE_LISTEN = """
const cluster = require('cluster'), net = require('net');
if (cluster.isPrimary) {
  const heard = [];
  cluster.on('message', (worker, message) => {
    heard.push(message);
    if (heard.length < 2) return;
    const [first, second] = heard;
    console.log('same', first[0] === second[0], first[1] === second[1]);
    console.log('twice the same', first[0] === first[1]);
    console.log(first[2].replace(/\\d+$/, 'PORT'), first[2] === second[2]);
    console.log(first[3], second[3]);
    cluster.disconnect();
  });
  cluster.fork();
  cluster.fork();
} else {
  const [one, two, three, four] = [1, 2, 3, 4].map(() => net.createServer());
  one.listen(0, '127.0.0.1', () => two.listen(0, '127.0.0.1', () => {
    const [first, second] = [one.address().port, two.address().port];
    three.on('error', (error) => {
      const done = (word) => process.send([first, second, error.message, word]);
      four.on('error', (error) => done(error.code));
      four.listen({ port: first, host: '127.0.0.1', exclusive: true }, () => done('fine'));
    });
    three.listen(first, '127.0.0.1');
  }));
}
"""
LISTEN = """
heard = []
@cluster.on("message")
def told(worker, message):
    heard.append(message)
    if len(heard) == 2:
        word = lambda value: str(value).lower()
        first, second = heard
        say("same", word(first[0] == second[0]), word(first[1] == second[1]))
        say("twice the same", word(first[0] == first[1]))
        say(first[2].rpartition(":")[0] + ":PORT", word(first[2] == second[2]))
        say(first[3], second[3])
        cluster.disconnect()

def failure(server, **where):
    try:
        server.listen(**where)
        server.start()
    except OSError as error:
        return error

def main():
    servers = [net.create_server() for _ in range(4)]
    for server in servers[:2]:
        server.listen(0, "127.0.0.1")
        server.start()
    first, second = [server.address().port for server in servers[:2]]
    error = failure(servers[2], port=first, host="127.0.0.1")
    exclusive = failure(servers[3], port=first, host="127.0.0.1", exclusive=True)
    cluster.worker.send([first, second, str(error), exclusive.code if exclusive else "fine"])
"""


def test_listening_is_as_in_node(file: Path, tmp_path: Path) -> None:
    """Port 0 is the same in all workers, twice in one is twice; and so are the errors."""
    with node_cluster(tmp_path / "listen.js", NODE_LISTEN) as node:
        _, theirs, _ = node.finish()
    with cluster(file, LISTEN, head="") as ours:
        status, lines, errors = ours.finish()
    assert (status, errors) == (0, "")
    assert lines == theirs
    assert "bind EADDRINUSE 127.0.0.1:PORT true" in lines


# Listening.


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


@pytest.mark.slow
def test_reuse_port_is_a_socket_for_each_which_outlives_a_worker(file: Path) -> None:
    body = """
    def main():
        server = net.create_server(handler=echo)
        server.listen(0, "127.0.0.1", reuse_port=True)
        server.start()
        cluster.worker.send([os.fstat(server.fileno()).st_ino, server.address().port])
        server.serve_forever()
    cluster.on("message", lambda worker, message: say("socket", *message))
    """
    with cluster(file, body) as running:
        first = [running.until(r"socket (\d+) (\d+)").groups() for _ in range(2)]
        running.signal(signal.SIGHUP)
        second = [running.until(r"socket (\d+) (\d+)").groups() for _ in range(2)]
        assert first[0][0] != first[1][0]
        assert first[0][1] == first[1][1]
        assert sorted(first) == sorted(second)


def test_a_server_that_closes_in_one_worker_leaves_the_others(file: Path) -> None:
    body = """
    def main():
        server = net.create_server(handler=echo)
        server.listen(0, "127.0.0.1")
        cluster.worker.on("message", lambda message: server.close(
            lambda error: cluster.worker.send("closed")))
    cluster.on("message", lambda worker, message: say(message, worker.id))
    @cluster.on("listening")
    def listens(worker, address):
        if len(seen := listens.__dict__.setdefault("seen", [])) == 1:
            seen.pop().send("close")
        else:
            seen.append(worker)
            listens.last = worker
    @cluster.on("message")
    def closed(worker, message):
        other = next(other for other in cluster.workers.values() if other is not worker)
        if not getattr(closed, "once", False):
            closed.once = True
            import gevent
            gevent.spawn_later(0.2, other.send, "close")
    """
    with cluster(file, body) as running:
        port, pids = running.listening(2)
        gone = int(running.until(r"closed (\d+)")[1])
        with dial(port) as sock:
            assert pids[ask(sock)] != gone
        running.until(r"closed (\d+)")
        while not refused(port):
            pass


def test_a_unix_socket_is_shared_and_removed(file: Path, tmp_path: Path) -> None:
    path = tmp_path / "shared.sock"
    body = f"""
    def main():
        server = net.create_server(handler=echo)
        server.listen({str(path)!r}, readable_all=True, writable_all=True)
        server.serve_forever()
    """
    # Of a process that is dead.
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(path))
    with cluster(file, body) as running:
        for _ in range(2):
            assert running.until(r"listening (\d+) \d+ (.*)")[2] == str(path)
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
def test_a_unix_path_is_the_worker_s_own(file: Path, tmp_path: Path) -> None:
    body = f"""
    def main():
        os.chdir({str(tmp_path)!r})
        server = net.create_server(handler=echo)
        server.listen(path="here.sock").start()
        say("address", server.address())
        server.serve_forever()
    """
    with cluster(file, body, "cluster.run(main, workers=1)") as running:
        running.until("address here.sock")
        with socket.socket(socket.AF_UNIX) as peer:
            peer.connect(str(tmp_path / "here.sock"))
            ask(peer)


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
    with cluster(file, body, "cluster.run(main, workers=2)") as running:
        running.listening(6)
        sizes = [line for line in running.lines if line.endswith(" 300000")]
        assert sorted(sizes) == sorted([f"{number} 300000" for number in range(3)] * 2)
        running.signal(signal.SIGTERM)
        status, _, errors = running.finish()
    assert (status, errors) == (0, "")


def test_a_unix_socket_that_lives_is_not_taken_over(file: Path, tmp_path: Path) -> None:
    path = tmp_path / "live.sock"
    body = f"""
    def main():
        server = net.create_server(handler=echo)
        server.on("error", lambda error: say(error))
        server.listen({str(path)!r})
    """
    with net.create_server().listen(path), cluster(file, body) as running:
        for _ in range(2):
            running.until(f"bind EADDRINUSE {path}")
        assert path.exists()


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


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_drains_every_worker(file: Path, number: signal.Signals) -> None:
    with cluster(file, "", "cluster.run(main, workers=2)\nsay('over')") as running:
        port, _ = running.listening(2)
        with dial(port) as sock:
            pid = ask(sock)
            # A terminal sends it to all of them.
            if number == signal.SIGINT:
                os.killpg(running.process.pid, number)
            else:
                running.signal(number)
            while not refused(port):
                pass
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
def test_a_second_signal_cuts(file: Path) -> None:
    with cluster(file, "", "cluster.run(main, workers=2, drain_timeout=None)") as running:
        port, _ = running.listening(2)
        with dial(port) as sock:
            ask(sock)
            running.signal(signal.SIGTERM)
            while not refused(port):
                pass
            running.signal(signal.SIGTERM)
            assert sock.recv(1) == b""
        assert running.finish()[0] == 0


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


@pytest.mark.parametrize("how", ["", pytest.param(", reuse_port=True", marks=pytest.mark.slow)])
def test_restarts_lose_no_connection(file: Path, how: str) -> None:
    """Also when the program on disk is another one by now."""
    body = f"""
    def main():
        server = net.create_server(handler=echo)
        server.listen(0, "127.0.0.1"{how})
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
    assert [
        line for line in lines if line.startswith("exit") and not line.endswith(" 0 None")
    ] == []


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


@pytest.mark.parametrize(
    ("main", "last"),
    [
        ("net.run()", "left by SystemExit|returned"),
        ("for sock in server: pass", "returned"),
        ("while True: gevent.sleep(0.05)", "left by SystemExit"),
        ("server.serve_forever()", "returned"),
    ],
)
def test_whatever_main_does_the_worker_ends_when_it_is_told_to(
    file: Path, main: str, last: str
) -> None:
    body = f"""
    import gevent
    def main():
        server = net.create_server()
        server.listen(0, "127.0.0.1")
        try:
            {main}
            gevent.sleep(0.1)
            say("returned")
        except SystemExit:
            say("left by SystemExit")
            raise
    """
    with cluster(file, body, "cluster.run(main, workers=1)") as running:
        running.listening(1)
        running.signal(signal.SIGTERM)
        status, lines, errors = running.finish()
    assert (status, errors) == (0, "")
    assert lines[-1] == "exit 1 0 None"
    assert lines[-2] in last.split("|")


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
def test_a_worker_may_listen_again_and_at_several_addresses(file: Path) -> None:
    body = """
    def main():
        one, two = net.create_server(handler=echo), net.create_server(handler=echo)
        one.listen(0, "127.0.0.1").start()
        port = one.address().port
        two.listen(0, "::1").start()
        one.close().wait("close")
        one.listen(port, "127.0.0.1").start()
        cluster.worker.send([one.address().port == port, two.address().family])
        one.serve_forever()
    cluster.on("message", lambda worker, message: say(*message))
    """
    with cluster(file, body, "cluster.run(main, workers=1)") as running:
        running.until("True IPv6")
        running.signal(signal.SIGTERM)
        status, _, errors = running.finish()
    assert (status, errors) == (0, "")


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

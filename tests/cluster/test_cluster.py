"""Clusters of real processes: what their workers listen on, compared with Node's."""

import os
import signal
import socket
from pathlib import Path

import pytest
from support.clusters import ask, cluster, dial, node_cluster, refused

import geventnet as net
from geventnet import cluster as module


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "program.py"


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

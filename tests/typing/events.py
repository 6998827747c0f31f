"""What a type checker accepts, and what it refuses: each line with a comment is an error of both.

`tests/test_typing.py` runs mypy and pyright on this file; nobody imports it.
"""

import geventnet as net
from geventnet import cluster


def take_bytes(chunk: bytes) -> None: ...
def take_text(chunk: str) -> None: ...
def take_number(number: int) -> None: ...
def take_nothing() -> None: ...
def take_socket(sock: net.Socket) -> None: ...
def take_retry(delay: float, error: BaseException | None) -> None: ...
def take_worker(worker: cluster.Worker) -> None: ...
def take_listening(worker: cluster.Worker, address: net.AddressInfo) -> None: ...
def take_exit(worker: cluster.Worker, code: int | None, signal: str | None) -> None: ...
def take_anything(*args: object) -> None: ...


sock = net.Socket()
server = net.create_server()
signal = net.AbortController().signal
service = net.ClientService(net.Socket)
emitter = net.EventEmitter()
MINE = net.EventName("mine")
chunks: list[bytes] = []

# Listeners.
sock.on("data", lambda chunk: chunks.append(chunk)).once("end", lambda: None)
sock.on("data", take_bytes).on("data", take_text).on("data", take_nothing)
sock.on("data", chunks.append).on("data", sock.write)
sock.on("data", take_number)  # E
sock.on("data", lambda chunk, more: None)  # E
sock.once("data", take_number)  # E
sock.on("close", lambda had_error: None)
sock.on("end", take_bytes)  # E
sock.on("lookup", lambda error, address, family, host: None)
sock.on("lookup", lambda error: None)
sock.on("connectionAttempt", take_number)  # E
server.on("connection", take_socket).on("listening", take_nothing)
server.on("connection", take_number)  # E
server.on("data", take_bytes)  # E
signal.on("abort", take_nothing)
signal.on("abort", take_socket)  # E
service.on("connect", take_socket).on("retry", take_retry).on("close", take_nothing)
service.on("disconnect", take_socket).on("disconnect", lambda sock, error: sock.bytes_read)
service.on("retry", take_socket)  # E
service.on("reconnect", take_nothing)  # E
cluster.on("fork", take_worker).on("listening", take_listening).on("exit", take_exit)
cluster.once("message", lambda worker, message: worker.send(message))
cluster.on("listening", lambda worker, address: print(worker.id, address))
cluster.on("exit", take_listening)  # E
cluster.on("fork", take_exit)  # E
cluster.on("setup", take_worker)  # E
if cluster.worker is not None:
    cluster.worker.on("message", take_text).on("disconnect", take_nothing)
    cluster.worker.on("exit", lambda code, signal: None).on("online", take_worker)  # E

# Decorators.


@sock.on("data")
def decorated(chunk: bytes) -> None: ...


@server.on("connection")
def accepted(connection: net.Socket) -> None: ...


@service.on("retry")
def again(delay: float) -> None: ...


@cluster.on("exit")
def exited(worker: cluster.Worker, code: int | None, signal: str | None) -> None: ...


@cluster.on("online")  # E
def unlike(worker: cluster.Worker, code: int) -> None: ...


@sock.once("end")  # E
def refused(number: int) -> None: ...


# A program's own events.
sock.on(MINE, take_number)
sock.emit(MINE, 1, 2)
service.on(MINE, take_number).emit(MINE, 1)
sock.on("mine", take_number)  # E
service.emit("mine", 1)  # E
sock.emit("mine", 1)  # E
emitter.on("mine", take_number).emit("mine", 1)
for name in ("data", "close", "mine"):
    sock.on(name, take_anything)
    server.on(name, lambda *args: None)
    service.on(name, take_anything)
    cluster.on(name, take_anything)

# Emitting and waiting.
sock.emit("data", b"x")
sock.emit("data")  # E
sock.emit("close", True)
sock.emit("close")  # E
sock.emit(net.error_monitor, ValueError())
connection: net.Socket = server.wait("connection", 1.0)
connected: net.Socket = service.wait("connect", timeout=1.0)
lost, why = service.wait("disconnect")
lost.destroy(why)
service.emit("retry", 1.0)  # E
sock.wait("data")  # E
attempt: tuple[str, int, int] = sock.wait("connectionAttempt")

# Where to connect, and where to listen.
net.connect(80, "localhost", take_nothing).connect(80, take_nothing)
net.connect("/run/sock", take_nothing, allow_half_open=True)
net.connect(("localhost", 80))
net.connect(port=80, host="localhost", timeout=1.0)
net.connect(server, no_delay=True)
server.listen(0, "localhost", 511, take_nothing).listen(0, take_nothing)
server.listen("/run/sock", 511, take_nothing, readable_all=True)
server.listen(server, take_nothing)
server.listen(port=0, host="localhost", callback=take_nothing)
server.listen()

# What has come before the end; the server of a connection; files.
try:
    sock.recv_exactly(4)
except net.StreamEnded as error:
    print(error.partial + b"")
if sock.server is not None:
    print(sock.server.max_connections)
print(sock.makefile("rb").readline() + b"", sock.makefile().readline() + "")
sock.makefile("wb").write("text")  # E
net.create_server(take_number)  # E

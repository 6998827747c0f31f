from typing import Any

from children import cluster, run
from prelude import Server, log, net


# Port 0 is the same in all workers, twice in one is twice; what is in use, and what is exclusive.
def primary() -> None:
    heard: list[list[Any]] = []

    @cluster.on("message")
    def _(worker: Any, message: list[Any]) -> None:
        heard.append(message)
        if len(heard) == 2:
            first, second = heard
            log("same", first[0] == second[0], first[1] == second[1])
            log("twice the same", first[0] == first[1])
            log("third", first[2], second[2])
            log("exclusive", first[3], second[3])
            log("own", first[4] == second[4])
            cluster.disconnect()


def main() -> None:
    one, two, three, four, five = (net.create_server() for _ in range(5))

    def listen(server: Server, port: int, exclusive: bool = False) -> int:
        server.listen(port, "127.0.0.1", exclusive=exclusive)
        server.start()
        return int(server.address().port)

    def failure(server: Server, port: int, exclusive: bool = False) -> str:
        try:
            listen(server, port, exclusive)
        except OSError as error:
            return str(error)
        return "it listens"

    first, second = listen(one, 0), listen(two, 0)
    third, fourth = failure(three, first), failure(four, first, True)
    cluster.worker.send([first, second, third, fourth, listen(five, 0, True)])


run(main, 2, primary)

"""A server that waits for its port: while another program has it, it tries again every second.

python examples/eaddrinuse_retry.py PORT [HOST]
"""

import errno
import sys

import gevent

import geventnet as net

RETRY_AFTER = 1.0


def main(port: str, host: str = "127.0.0.1") -> None:
    server = net.create_server(lambda sock: sock.end("it is my turn now\r\n"))

    def again() -> None:
        server.close()
        server.listen(port, host)

    @server.on("error")
    def failed(error: OSError) -> None:
        if error.errno != errno.EADDRINUSE:
            raise error
        print("address in use, retrying...", flush=True)
        gevent.spawn_later(RETRY_AFTER, again)

    @server.on("listening")
    def listening() -> None:
        print("listening", flush=True)

    server.listen(port, host)
    net.run()


if __name__ == "__main__":
    main(*sys.argv[1:])

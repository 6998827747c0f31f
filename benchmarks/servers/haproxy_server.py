"""HAProxy as a TCP proxy of one thread: ``haproxy_server.py proxy --to PORT``.

HAProxy takes over this process and inherits the listening socket.
"""

import os
import socket
from pathlib import Path

from arguments import announce, parse

CONFIGURATION = Path(__file__).with_name("haproxy.cfg")

if __name__ == "__main__":
    arguments = parse(["proxy"])
    listener = socket.create_server(("127.0.0.1", 0), backlog=arguments.backlog)
    announce(listener.getsockname()[1])
    os.set_inheritable(listener.fileno(), True)
    os.environ["LISTENER"] = str(listener.fileno())
    os.environ["TARGET"] = f"127.0.0.1:{arguments.to}"
    os.execvp("haproxy", ["haproxy", "-db", "-f", str(CONFIGURATION)])

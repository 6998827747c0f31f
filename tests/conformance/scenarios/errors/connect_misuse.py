from typing import Any

from prelude import attempt, net

connect: Any = net.connect
attempts = {
    "nothing": lambda: connect(),
    "bad port": lambda: connect(port=65536),
    "negative port": lambda: connect(port=-1),
    "text port": lambda: connect(port="x"),
    "float port": lambda: connect(port=1.5),
    "path type": lambda: connect(path=5),
    "path list": lambda: connect(path=[]),
    "host type": lambda: connect(port=1, host=5),
    "local address": lambda: connect(port=1, host="127.0.0.1", local_address="x"),
    "local port": lambda: connect(port=1, host="127.0.0.1", local_port="x"),
    "lookup": lambda: connect(port=1, host="somewhere.test", lookup=5),
}
for label, call in attempts.items():
    attempt("connect", label, call)

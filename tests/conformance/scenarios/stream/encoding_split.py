import gevent
from prelude import log, net


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


class Source(net.Readable):
    def _read(self, size):
        pass


def feed(name, encoding, hexadecimal, sizes):
    s = Source()
    log(name, s.readable_encoding)
    s.set_encoding(encoding)
    log(name, s.readable_encoding)
    s.on("data", lambda text: log(name, "data", text))
    s.on("end", lambda: log(name, "end"))
    data = bytes.fromhex(hexadecimal)
    at = 0
    for size in sizes:
        chunk = data[at : at + size]
        at += size
        settle()
        s.push(chunk)
    settle()
    s.push(None)


feed("utf8", "utf8", "c3a9e282acf09f9880", [1, 1, 1, 2, 3, 1])
feed("cut", "utf8", "61e282", [2, 1])
feed("wrong", "utf-8", "61ff62c361", [1, 1, 1, 1, 1])
feed("wide", "utf16le", "61003dd800de6200", [1, 3, 1, 2, 1])
feed("base64", "base64", "616263646566", [1, 1, 2, 2])
feed("hex", "hex", "00ff7f", [1, 2])
feed("latin1", "latin1", "e9ff", [1, 1])
feed("upper", "UTF8", "c3a9", [1, 1])

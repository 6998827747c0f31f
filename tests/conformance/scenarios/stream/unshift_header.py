import gevent
from prelude import log, net, observe


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


class Source(net.Readable):
    def _read(self, size):
        pass


s = Source()
observe("s", s)
header = b""


def onreadable():
    global header
    while (chunk := s.read()) is not None:
        log("s", "got", chunk)
        header += chunk
        if b"|" in header:
            rest = header.partition(b"|")[2]
            s.off("readable", onreadable)
            if rest:
                s.unshift(rest)
            s.on("data", lambda data: log("s", "data", data))
            return


s.on("readable", onreadable)
settle()
s.push(b"hea")
settle()
s.push(b"der|body")
settle()
s.push(b"more")
settle()
s.push(None)

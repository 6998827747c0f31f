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


def onreadable():
    log("s", "readable", s.readable_length)
    s.read(2)


s.on("data", lambda chunk: log("s", "data", chunk))
s.on("readable", onreadable)
settle()
log("s", "pushed", s.push(b"abcd"), s.readable_flowing)
settle()
log("s", "left", s.readable_length)
s.resume()
log("s", "resumed", s.readable_flowing)
settle()
log("s", "still", s.readable_length)
s.off("readable", onreadable)
settle()
log("s", "flowing", s.readable_flowing, s.readable_length)
settle()
s.push(b"ef")
settle()
s.push(None)

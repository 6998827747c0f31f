import gevent
from prelude import log, net


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


class Source(net.Readable):
    def _read(self, size):
        pass


s = Source()
s.pause()
s.on("data", lambda chunk: log("s", "data", chunk, s.readable_length))
s.push(b"abcdef")
settle()
log("s", "before")
log("s", "returned", s.read(2))
log("s", "returned", s.read(9))
log("s", "returned", s.read())
log("s", "returned", s.read())

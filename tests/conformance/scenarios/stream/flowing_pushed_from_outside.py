import gevent
from prelude import log, net, observe


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


class Source(net.Readable):
    def _read(self, size):
        log("read", "called")


s = Source(high_water_mark=4)
observe("s", s)
s.on("data", lambda chunk: log("s", "data", chunk))
settle()
log("s", "before")
log("s", s.push(b"one"), s.readable_length)
log("s", s.push(b"two and more"), s.readable_length)
log("s", s.push(b""), s.readable_length)
log("s", "between")
settle()
log("s", s.push(None))
log("s", "ended", s.readable_ended)
settle()
log("s", "closed", s.closed)

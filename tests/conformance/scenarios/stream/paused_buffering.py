import gevent
from prelude import log, net, observe


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


class Source(net.Readable):
    def _read(self, size):
        log("s", "_read", size)


s = Source(high_water_mark=4)
observe("s", s)
log("s", s.push(b"ab"), s.readable_length)
log("s", s.push(b"c"), s.readable_length)
log("s", s.push(b"d"), s.readable_length)
log("s", s.push(b"efgh"), s.readable_length)
log("s", s.push(None), s.readable_length, s.readable_ended, s.readable)
settle()
log("s", "still there", s.readable_length, s.readable_ended)
log("s", s.read(1), s.read(3), s.read(2), s.readable_length)
settle()
log("s", "two left", s.readable_length, s.readable_ended)
log("s", s.read(5), s.readable_ended, s.readable)
settle()
log("s", "after", s.readable_ended, s.readable, s.read(), s.closed)

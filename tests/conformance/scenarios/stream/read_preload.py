import gevent
from prelude import log, net


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


left = 10


class Source(net.Readable):
    def _read(self, size):
        global left
        log("s", "_read", size)
        if left > 0:
            self.push(b"abc")
        left -= 1


s = Source(high_water_mark=7)
settle()
log("s", "nothing asked", s.readable_length)
log("s", s.read(0), s.readable_length)
settle()
log("s", s.readable_length, s.read(2), s.readable_length)
settle()
log("s", s.readable_length, s.read(), s.readable_length)
settle()
log("s", s.readable_length, s.readable_did_read)

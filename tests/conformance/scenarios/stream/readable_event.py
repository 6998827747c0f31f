import gevent
from prelude import log, net, observe


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


class Source(net.Readable):
    def _read(self, size):
        log("s", "_read", size)


s = Source(high_water_mark=6)
observe("s", s)


@s.on("readable")
def readable():
    log("s", "readable", s.readable_length)
    while (chunk := s.read(3)) is not None:
        log("s", "got", chunk)


settle()
log("s", s.readable_flowing, s.is_paused(), s.push(b"ab"))
settle()
log("s", s.push(b"cdefg"))
settle()
log("s", s.push(b"h"))
settle()
log("s", s.push(None))
settle()
log("s", s.readable_length, s.readable_ended, s.closed)

import gevent
from prelude import log, net


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


class Source(net.Readable):
    def _read(self, size):
        pass


s = Source(high_water_mark=6)
s.on("end", lambda: log("s", "end"))
s.on("readable", lambda: log("s", "readable", s.readable_length))
settle()
s.push(b"ab")
settle()
s.push(b"cd")
settle()
s.push(b"efgh")
settle()
log("s", "read", s.read(1))
settle()
s.push(b"i")
settle()
s.push(None)
settle()
log("s", "all", s.read())
settle()
log("s", "more", s.read(), s.readable_ended)
settle()
log("s", "ended", s.readable_ended)

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
s.push(None)
settle()
log("s", "nobody reads", s.readable_ended, s.readable)
log("s", s.read())
settle()
log("s", "ended", s.readable_ended, s.readable)
full = Source()
observe("full", full)
full.push(b"x")
full.push(None)
settle()
log("full", "nobody reads", full.readable_ended, full.readable)
settle()
full.resume()
settle()
log("full", "ended", full.readable_ended, full.readable)

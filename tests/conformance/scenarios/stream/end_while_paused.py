import gevent
from prelude import log, net, watch


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


class Source(net.Readable):
    def _read(self, size):
        pass


s = Source()
watch("s", s, "data", "end", "pause", "resume", "close")
settle()
s.push(b"one")
settle()
s.pause()
s.push(b"two")
s.push(None)
settle()
log("s", "paused", s.readable_length, s.readable_ended, s.readable)
s.resume()
settle()
log("s", s.readable_ended, s.readable, s.closed)

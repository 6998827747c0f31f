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
returned = False


@s.on("data")
def data(chunk):
    global returned
    log("s", "data", chunk)
    if not returned:
        returned = True
        s.pause()
        s.unshift(chunk[2:])


settle()
s.push(b"abcdef")
settle()
log("s", "paused", s.readable_length)
s.push(b"gh")
s.resume()
settle()
s.push(None)

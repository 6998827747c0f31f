import gevent
from prelude import log, net, observe


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


n = 0


class Source(net.Readable):
    def _read(self, size):
        global n
        n += 1
        log("s", "_read", n)
        self.push(None if n > 5 else str(n))


s = Source(high_water_mark=2)
observe("s", s)


@s.on("data")
def data(chunk):
    log("s", "data", chunk)
    if chunk == b"2":
        s.pause()


settle()
log("s", "paused", s.readable_length, s.is_paused())
s.resume()
settle()
log("s", "over", s.readable_ended)

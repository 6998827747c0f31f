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


def f(chunk):
    log("s", "data", chunk)


s.on("data", f)
settle()
s.push(b"heard")
settle()
s.off("data", f)
log("s", s.readable_flowing)
s.push(b"lost")
settle()
log("s", s.readable_flowing, s.readable_length)
s.on("data", f)
s.push(b"heard again")
settle()
s.remove_all_listeners("data")
log("s", s.readable_flowing)
s.pause()
s.push(b"kept")
s.on("data", f)
settle()
s.resume()

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
s.once("readable", lambda: log("s", "readable", s.read(), s.readable_flowing))
settle()
s.push(b"ab")
settle()
log("s", "listeners gone", s.readable_flowing)
settle()
s.push(b"cd")
settle()
log("s", "kept", s.readable_length)
settle()
s.on("data", lambda chunk: log("s", "data", chunk))
settle()
log("s", s.readable_flowing, s.readable_length)

import gevent
from prelude import later, log, net

chunks = [b"one", b"two", b"three", None]


class Source(net.Readable):
    def _read(self, size):
        later(0.001, lambda: self.push(chunks.pop(0)))


s = Source()
s.on("end", lambda: log("s", "end"))
s.on("close", lambda: log("s", "close"))


def loop():
    for chunk in s:
        log("loop", chunk)
    log("loop", "over")


gevent.spawn(loop)

import gevent
from prelude import log, net


class Source(net.Readable):
    def _read(self, size):
        pass


s = Source()
s.pause()
s.on("data", lambda chunk: log("s", "data", chunk, s.readable_length))
s.push(b"abcdef")
gevent.sleep(0.02)
log("s", "before")
log("s", "returned", s.read(2))
log("s", "returned", s.read(9))
log("s", "returned", s.read())
log("s", "returned", s.read())

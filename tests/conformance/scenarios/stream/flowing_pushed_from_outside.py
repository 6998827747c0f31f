import gevent
from prelude import log, net, observe


class Source(net.Readable):
    def _read(self, size):
        log("read", "called")


s = Source(high_water_mark=4)
observe("s", s)
s.on("data", lambda chunk: log("s", "data", chunk))
gevent.sleep(0.02)
log("s", "before")
log("s", s.push(b"one"), s.readable_length)
log("s", s.push(b"two and more"), s.readable_length)
log("s", s.push(b""), s.readable_length)
log("s", "between")
gevent.sleep(0.02)
log("s", s.push(None))
log("s", "ended", s.readable_ended)
gevent.sleep(0.02)
log("s", "closed", s.closed)

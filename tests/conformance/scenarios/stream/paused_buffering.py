import gevent
from prelude import log, net, observe


class Source(net.Readable):
    def _read(self, size):
        log("s", "_read", size)


s = Source(high_water_mark=4)
observe("s", s)
log("s", s.push(b"ab"), s.readable_length)
log("s", s.push(b"c"), s.readable_length)
log("s", s.push(b"d"), s.readable_length)
log("s", s.push(b"efgh"), s.readable_length)
log("s", s.push(None), s.readable_length, s.readable_ended, s.readable)
gevent.sleep(0.02)
log("s", "still there", s.readable_length, s.readable_ended)
log("s", s.read(1), s.read(3), s.read(2), s.readable_length)
gevent.sleep(0.02)
log("s", "two left", s.readable_length, s.readable_ended)
log("s", s.read(5), s.readable_ended, s.readable)
gevent.sleep(0.02)
log("s", "after", s.readable_ended, s.readable, s.read(), s.closed)

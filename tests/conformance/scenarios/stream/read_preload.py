import gevent
from prelude import log, net

left = 10


class Source(net.Readable):
    def _read(self, size):
        global left
        log("s", "_read", size)
        if left > 0:
            self.push(b"abc")
        left -= 1


s = Source(high_water_mark=7)
gevent.sleep(0.02)
log("s", "nothing asked", s.readable_length)
log("s", s.read(0), s.readable_length)
gevent.sleep(0.02)
log("s", s.readable_length, s.read(2), s.readable_length)
gevent.sleep(0.02)
log("s", s.readable_length, s.read(), s.readable_length)
gevent.sleep(0.02)
log("s", s.readable_length, s.readable_did_read)

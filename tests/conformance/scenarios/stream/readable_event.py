import gevent
from prelude import log, net, observe


class Source(net.Readable):
    def _read(self, size):
        log("s", "_read", size)


s = Source(high_water_mark=6)
observe("s", s)


@s.on("readable")
def readable():
    log("s", "readable", s.readable_length)
    while (chunk := s.read(3)) is not None:
        log("s", "got", chunk)


gevent.sleep(0.02)
log("s", s.readable_flowing, s.is_paused(), s.push(b"ab"))
gevent.sleep(0.02)
log("s", s.push(b"cdefg"))
gevent.sleep(0.02)
log("s", s.push(b"h"))
gevent.sleep(0.02)
log("s", s.push(None))
gevent.sleep(0.02)
log("s", s.readable_length, s.readable_ended, s.closed)

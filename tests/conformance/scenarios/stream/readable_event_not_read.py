import gevent
from prelude import log, net


class Source(net.Readable):
    def _read(self, size):
        pass


s = Source(high_water_mark=6)
s.on("end", lambda: log("s", "end"))
s.on("readable", lambda: log("s", "readable", s.readable_length))
gevent.sleep(0.02)
s.push(b"ab")
gevent.sleep(0.02)
s.push(b"cd")
gevent.sleep(0.02)
s.push(b"efgh")
gevent.sleep(0.02)
log("s", "read", s.read(1))
gevent.sleep(0.02)
s.push(b"i")
gevent.sleep(0.02)
s.push(None)
gevent.sleep(0.02)
log("s", "all", s.read())
gevent.sleep(0.02)
log("s", "more", s.read(), s.readable_ended)
gevent.sleep(0.02)
log("s", "ended", s.readable_ended)

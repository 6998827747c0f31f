import gevent
from prelude import log, net, observe


class Source(net.Readable):
    def _read(self, size):
        pass


s = Source()
observe("s", s)
s.push(None)
gevent.sleep(0.02)
log("s", "nobody reads", s.readable_ended, s.readable)
log("s", s.read())
gevent.sleep(0.02)
log("s", "ended", s.readable_ended, s.readable)
full = Source()
observe("full", full)
full.push(b"x")
full.push(None)
gevent.sleep(0.02)
log("full", "nobody reads", full.readable_ended, full.readable)
gevent.sleep(0.02)
full.resume()
gevent.sleep(0.02)
log("full", "ended", full.readable_ended, full.readable)

import gevent
from prelude import log, net, watch


class Source(net.Readable):
    def _read(self, size):
        pass


s = Source()
watch("s", s, "data", "end", "pause", "resume", "close")
gevent.sleep(0.02)
s.push(b"one")
gevent.sleep(0.02)
s.pause()
s.push(b"two")
s.push(None)
gevent.sleep(0.02)
log("s", "paused", s.readable_length, s.readable_ended, s.readable)
s.resume()
gevent.sleep(0.02)
log("s", s.readable_ended, s.readable, s.closed)

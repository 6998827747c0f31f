import gevent
from prelude import log, net, observe


class Source(net.Readable):
    def _read(self, size):
        pass


s = Source()
observe("s", s)
returned = False


@s.on("data")
def data(chunk):
    global returned
    log("s", "data", chunk)
    if not returned:
        returned = True
        s.pause()
        s.unshift(chunk[2:])


gevent.sleep(0.02)
s.push(b"abcdef")
gevent.sleep(0.02)
log("s", "paused", s.readable_length)
s.push(b"gh")
s.resume()
gevent.sleep(0.02)
s.push(None)

import gevent
from prelude import log, net, observe

n = 0


class Source(net.Readable):
    def _read(self, size):
        global n
        n += 1
        log("s", "_read", n)
        self.push(None if n > 5 else str(n))


s = Source(high_water_mark=2)
observe("s", s)


@s.on("data")
def data(chunk):
    log("s", "data", chunk)
    if chunk == b"2":
        s.pause()


gevent.sleep(0.02)
log("s", "paused", s.readable_length, s.is_paused())
s.resume()
gevent.sleep(0.02)
log("s", "over", s.readable_ended)

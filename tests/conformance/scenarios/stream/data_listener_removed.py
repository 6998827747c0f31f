import gevent
from prelude import log, net


class Source(net.Readable):
    def _read(self, size):
        pass


s = Source()


def f(chunk):
    log("s", "data", chunk)


s.on("data", f)
gevent.sleep(0.02)
s.push(b"heard")
gevent.sleep(0.02)
s.off("data", f)
log("s", s.readable_flowing)
s.push(b"lost")
gevent.sleep(0.02)
log("s", s.readable_flowing, s.readable_length)
s.on("data", f)
s.push(b"heard again")
gevent.sleep(0.02)
s.remove_all_listeners("data")
log("s", s.readable_flowing)
s.pause()
s.push(b"kept")
s.on("data", f)
gevent.sleep(0.02)
s.resume()

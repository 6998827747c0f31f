import gevent
from prelude import log, net, observe


class Source(net.Readable):
    def _read(self, size):
        pass


s = Source()
observe("s", s)


def onreadable():
    log("s", "readable", s.readable_length)
    s.read(2)


s.on("data", lambda chunk: log("s", "data", chunk))
s.on("readable", onreadable)
gevent.sleep(0.02)
log("s", "pushed", s.push(b"abcd"), s.readable_flowing)
gevent.sleep(0.02)
log("s", "left", s.readable_length)
s.resume()
log("s", "resumed", s.readable_flowing)
gevent.sleep(0.02)
log("s", "still", s.readable_length)
s.off("readable", onreadable)
gevent.sleep(0.02)
log("s", "flowing", s.readable_flowing, s.readable_length)
gevent.sleep(0.02)
s.push(b"ef")
gevent.sleep(0.02)
s.push(None)

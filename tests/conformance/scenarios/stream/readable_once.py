import gevent
from prelude import log, net


class Source(net.Readable):
    def _read(self, size):
        pass


s = Source()
s.once("readable", lambda: log("s", "readable", s.read(), s.readable_flowing))
gevent.sleep(0.02)
s.push(b"ab")
gevent.sleep(0.02)
log("s", "listeners gone", s.readable_flowing)
gevent.sleep(0.02)
s.push(b"cd")
gevent.sleep(0.02)
log("s", "kept", s.readable_length)
gevent.sleep(0.02)
s.on("data", lambda chunk: log("s", "data", chunk))
gevent.sleep(0.02)
log("s", s.readable_flowing, s.readable_length)

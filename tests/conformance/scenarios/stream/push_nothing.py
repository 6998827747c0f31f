import gevent
from prelude import log, net, watch

n = 0


class Source(net.Readable):
    def _read(self, size):
        global n
        n += 1
        log("s", "_read", n)
        if n == 2:
            self.push(b"")
        if n == 3:
            self.push(b"x")
        if n == 4:
            self.push(None)


s = Source()
watch("s", s, "data", "end")
gevent.sleep(0.02)
log("s", "waits", s.push(b""))
gevent.sleep(0.02)
log("s", s.readable_ended)

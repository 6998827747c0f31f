import gevent
from prelude import log, net, watch


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


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
settle()
log("s", "waits", s.push(b""))
settle()
log("s", s.readable_ended)

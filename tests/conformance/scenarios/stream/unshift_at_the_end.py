import gevent
from prelude import log, net, observe


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


class Source(net.Readable):
    def _read(self, size):
        pass


s = observe("s", Source())
s.push(b"x")
s.push(None)
log("s", s.unshift(b"w"), s.readable_length)
log("s", s.read())
settle()
log("s", s.readable_ended)
late = observe("late", Source(auto_destroy=False))
late.push(None)
late.resume()
settle()
log("late", late.readable_ended, late.unshift(b"x"), late.readable_length)
nil = observe("nil", Source())
nil.push(b"x")
log("nil", nil.unshift(None), nil.readable_length)
nil.resume()

import gevent
from prelude import log, net, observe


class Source(net.Readable):
    def _read(self, size):
        pass


s = observe("s", Source())
s.push(b"x")
s.push(None)
log("s", s.unshift(b"w"), s.readable_length)
log("s", s.read())
gevent.sleep(0.02)
log("s", s.readable_ended)
late = observe("late", Source(auto_destroy=False))
late.push(None)
late.resume()
gevent.sleep(0.02)
log("late", late.readable_ended, late.unshift(b"x"), late.readable_length)
nil = observe("nil", Source())
nil.push(b"x")
log("nil", nil.unshift(None), nil.readable_length)
nil.resume()

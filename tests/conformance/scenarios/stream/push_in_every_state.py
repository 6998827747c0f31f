import gevent
from prelude import log, net, observe


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


class Source(net.Readable):
    def _read(self, size):
        pass


def life(name, auto_destroy):
    s = observe(name, Source(auto_destroy=auto_destroy))
    s.resume()
    settle()
    log(name, s.push(b"x"), s.push(None), s.push(None))
    settle()
    log(name, "after the end", s.push(b"y"), s.push(None), s.readable_ended)
    settle()
    log(name, "at last", s.errored, s.destroyed)


life("ended", True)
life("kept", False)
eof = observe("eof", Source())
eof.push(b"x")
eof.push(None)
log("eof", "after the eof", eof.push(b"y"), eof.errored, eof.destroyed)
settle()
log("eof", "at last", eof.read(), eof.readable_length)
gone = observe("gone", Source())
gone.push(b"x")
gone.destroy()
log("gone", gone.push(b"y"), gone.push(None), gone.unshift(b"z"), gone.readable_length)
settle()
log("gone", gone.push(b"y"), gone.push(None), gone.read())

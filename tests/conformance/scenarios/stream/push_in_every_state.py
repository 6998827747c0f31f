import gevent
from prelude import log, net, observe


class Source(net.Readable):
    def _read(self, size):
        pass


def life(name, auto_destroy):
    s = observe(name, Source(auto_destroy=auto_destroy))
    s.resume()
    gevent.sleep(0.02)
    log(name, s.push(b"x"), s.push(None), s.push(None))
    gevent.sleep(0.02)
    log(name, "after the end", s.push(b"y"), s.push(None), s.readable_ended)
    gevent.sleep(0.02)
    log(name, "at last", s.errored, s.destroyed)


life("ended", True)
life("kept", False)
eof = observe("eof", Source())
eof.push(b"x")
eof.push(None)
log("eof", "after the eof", eof.push(b"y"), eof.errored, eof.destroyed)
gevent.sleep(0.02)
log("eof", "at last", eof.read(), eof.readable_length)
gone = observe("gone", Source())
gone.push(b"x")
gone.destroy()
log("gone", gone.push(b"y"), gone.push(None), gone.unshift(b"z"), gone.readable_length)
gevent.sleep(0.02)
log("gone", gone.push(b"y"), gone.push(None), gone.read())

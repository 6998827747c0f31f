import gevent
from prelude import done, log, net, observe


class Sink(net.Writable):
    def _write(self, chunk, encoding, callback):
        callback(None)


s = observe("s", Sink())
s.end()
log("s", s.write("x", done("s", "callback")), s.destroyed, s.errored)
late = observe("late", Sink())
late.end()
gevent.sleep(0.02)
log("late", late.write("x", done("late", "callback")), late.errored)
kept = observe("kept", Sink(auto_destroy=False))
kept.end()
gevent.sleep(0.02)
log("kept", kept.write("x", done("kept", "callback")), kept.destroyed)
gevent.sleep(0.02)
log("kept", kept.errored)
data = observe("data", Sink())
data.end()
data.end("x", done("data", "callback"))
release = None


class Slow(net.Writable):
    def _write(self, chunk, encoding, callback):
        global release
        release = lambda: callback(None)  # noqa: E731


slow = observe("slow", Slow())
slow.write("x", done("slow", "first"))
slow.end(done("slow", "end"))
log("slow", slow.write("y", done("slow", "second")))
gevent.sleep(0.02)
release()

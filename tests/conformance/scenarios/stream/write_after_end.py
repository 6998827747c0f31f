import gevent
from prelude import done, log, net, observe


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


class Sink(net.Writable):
    def _write(self, chunk, encoding, callback):
        callback(None)


s = observe("s", Sink())
s.end()
log("s", s.write("x", done("s", "callback")), s.destroyed, s.errored)
late = observe("late", Sink())
late.end()
settle()
log("late", late.write("x", done("late", "callback")), late.errored)
kept = observe("kept", Sink(auto_destroy=False))
kept.end()
settle()
log("kept", kept.write("x", done("kept", "callback")), kept.destroyed)
settle()
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
settle()
release()

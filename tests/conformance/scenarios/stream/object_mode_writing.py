import gevent
from prelude import done, log, net, observe


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


release = None


class Sink(net.Writable):
    def _write(self, chunk, encoding, callback):
        global release
        log("s", "_write", chunk)
        release = lambda: callback(None)  # noqa: E731


s = observe("s", Sink(object_mode=True, high_water_mark=3))
log("s", s.write(1), s.writable_length)
log("s", s.write(""), s.writable_length)
log("s", s.write([1, 2], done("s", "callback")), s.writable_length, s.writable_need_drain)
settle()
release()
settle()
release()
settle()
release()
settle()
s.end("last", done("s", "end"))
settle()
release()

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
        if chunk == b"held":
            release = lambda: callback(None)  # noqa: E731
        else:
            callback(None)


s = observe("s", Sink(high_water_mark=2))
s.write("a", done("s", "a"))
s.write("b", done("s", "b"))
s.write("c")
s.write("d", done("s", "d"))
settle()
s.write("held", done("s", "held"))
s.write("e", done("s", "e"))
s.write("f", done("s", "f"))
settle()
release()


def write_more(*values):
    log("s", "g")
    s.write("h", done("s", "h"))
    s.end(done("s", "end"))


settle()
s.write("g", write_more)
s.write("i", done("s", "i"))

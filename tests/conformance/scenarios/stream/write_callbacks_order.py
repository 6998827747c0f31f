import gevent
from prelude import done, log, net, observe

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
gevent.sleep(0.02)
s.write("held", done("s", "held"))
s.write("e", done("s", "e"))
s.write("f", done("s", "f"))
gevent.sleep(0.02)
release()


def write_more(*values):
    log("s", "g")
    s.write("h", done("s", "h"))
    s.end(done("s", "end"))


gevent.sleep(0.02)
s.write("g", write_more)
s.write("i", done("s", "i"))

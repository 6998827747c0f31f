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
        release = callback

    def _writev(self, chunks, callback):
        global release
        log("s", "_writev", [[chunk, encoding] for chunk, encoding in chunks])
        release = callback


s = observe("s", Sink(high_water_mark=4, decode_strings=False))
s.write("a", done("s", "a"))
s.write("b", done("s", "b"))
s.write("63", "hex", done("s", "c"))
s.write(b"d", done("s", "d"))
settle()
release(None)
settle()
log("s", s.writable_length)
release(None)
settle()
s.cork()
s.write("e", done("s", "e"))
s.uncork()
settle()
release(None)
s.cork()
s.write("f", done("s", "f"))
s.write("g")
s.end("h", done("s", "end"))
settle()
release(None)

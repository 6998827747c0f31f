import gevent
from prelude import done, log, net, observe

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
gevent.sleep(0.02)
release(None)
gevent.sleep(0.02)
log("s", s.writable_length)
release(None)
gevent.sleep(0.02)
s.cork()
s.write("e", done("s", "e"))
s.uncork()
gevent.sleep(0.02)
release(None)
s.cork()
s.write("f", done("s", "f"))
s.write("g")
s.end("h", done("s", "end"))
gevent.sleep(0.02)
release(None)

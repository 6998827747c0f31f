import gevent
from prelude import done, later, log, net, observe


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


class Sink(net.Writable):
    def _writev(self, chunks, callback):
        log("s", "_writev", [[chunk, encoding] for chunk, encoding in chunks])
        error = Exception("bad chunks") if chunks[0][0] == b"bad" else None
        later(0.001, lambda: callback(error))


s = observe("s", Sink())
s.write("a", done("s", "a"))
s.write("b", done("s", "b"))
s.write("c", done("s", "c"))
settle()
s.cork()
s.write("bad", done("s", "bad"))
s.write("e", done("s", "e"))
s.uncork()
s.write("f", done("s", "f"))

import gevent
from prelude import done, net, state, watch


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


class Echo(net.Duplex):
    def _read(self, size):
        pass

    def _write(self, chunk, encoding, callback):
        self.push(chunk)
        callback(None)

    def _final(self, callback):
        self.push(None)
        callback(None)


s = Echo()
watch("data", s, "data")
watch("s", s, "end", "finish", "error", "close")
s.write("one", done("s", "one"))
s.write("two", done("s", "two"))
settle()
s.end("three", done("s", "callback"))
settle()
state("s", s, "readable", "writable", "readable_ended", "writable_finished", "closed")

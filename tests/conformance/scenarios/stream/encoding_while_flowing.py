import gevent
from prelude import net, watch


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


class Source(net.Readable):
    def _read(self, size):
        pass


s = Source()
watch("s", s, "data", "end")
settle()
s.push(bytes.fromhex("61c3"))
settle()
s.set_encoding("utf8")
s.push(bytes.fromhex("a9c3"))
settle()
s.push(bytes.fromhex("a9"))
settle()
s.set_encoding("hex")
s.push(bytes.fromhex("ff"))
settle()
s.push(None)

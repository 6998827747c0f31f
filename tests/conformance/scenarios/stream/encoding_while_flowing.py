import gevent
from prelude import net, watch


class Source(net.Readable):
    def _read(self, size):
        pass


s = Source()
watch("s", s, "data", "end")
gevent.sleep(0.02)
s.push(bytes.fromhex("61c3"))
gevent.sleep(0.02)
s.set_encoding("utf8")
s.push(bytes.fromhex("a9c3"))
gevent.sleep(0.02)
s.push(bytes.fromhex("a9"))
gevent.sleep(0.02)
s.set_encoding("hex")
s.push(bytes.fromhex("ff"))
gevent.sleep(0.02)
s.push(None)

import gevent
from prelude import done, net, state, watch


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
gevent.sleep(0.02)
s.end("three", done("s", "callback"))
gevent.sleep(0.02)
state("s", s, "readable", "writable", "readable_ended", "writable_finished", "closed")

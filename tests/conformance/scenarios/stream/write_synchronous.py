import gevent
from prelude import done, log, net, observe, state


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


class Sink(net.Writable):
    def _write(self, chunk, encoding, callback):
        log("s", "_write", chunk, encoding, self.writable_length)
        callback(None)


s = observe("s", Sink(high_water_mark=4))
log("s", s.write("ab", done("s", "callback 1")), s.writable_length, s.writable_need_drain)
log("s", s.write("cdefgh", done("s", "callback 2")), s.writable_length, s.writable_need_drain)
log("s", s.write(b""), s.writable_length)
log("s", s.write(b"x"), s.writable_length)
settle()
s.end("last", done("s", "end"))
settle()
state("s", s, "writable", "writable_ended", "writable_finished", "destroyed", "closed")

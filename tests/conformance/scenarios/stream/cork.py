import gevent
from prelude import done, log, net, observe


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


class Sink(net.Writable):
    def _write(self, chunk, encoding, callback):
        log("s", "_write", chunk)
        callback(None)


s = observe("s", Sink(high_water_mark=4))
log("s", s.writable_corked)
s.cork()
s.cork()
log("s", s.writable_corked, s.write("ab", done("s", "ab")), s.writable_length)
log("s", s.write("cd", done("s", "cd")), s.writable_length, s.writable_need_drain)
s.uncork()
log("s", s.writable_corked, s.writable_length)
s.uncork()
log("s", s.writable_corked, s.writable_length)
s.uncork()
log("s", s.writable_corked)
settle()
s.cork()
s.cork()
s.write("ef", done("s", "ef"))
s.end("gh", done("s", "end"))
log("s", s.writable_corked)

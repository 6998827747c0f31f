import gevent
from prelude import done, log, net, observe

release = None


class Sink(net.Writable):
    def _write(self, chunk, encoding, callback):
        global release
        log("s", "_write", chunk)
        release = lambda: callback(None)  # noqa: E731


s = observe("s", Sink(object_mode=True, high_water_mark=3))
log("s", s.write(1), s.writable_length)
log("s", s.write(""), s.writable_length)
log("s", s.write([1, 2], done("s", "callback")), s.writable_length, s.writable_need_drain)
gevent.sleep(0.02)
release()
gevent.sleep(0.02)
release()
gevent.sleep(0.02)
release()
gevent.sleep(0.02)
s.end("last", done("s", "end"))
gevent.sleep(0.02)
release()

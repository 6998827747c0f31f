import gevent
from prelude import done, log, net, observe, state

release = None


class Sink(net.Writable):
    def _write(self, chunk, encoding, callback):
        global release
        log("s", "_write", chunk)
        release = lambda: callback(None)  # noqa: E731


s = observe("s", Sink(high_water_mark=2))
s.write("ab", done("s", "ab"))
s.write("cd", done("s", "cd"))
s.end("ef", done("s", "end"))
state(
    *("s", s, "writable", "writable_ended", "writable_finished", "writable_length"),
    "writable_need_drain",
)
gevent.sleep(0.02)
release()
gevent.sleep(0.02)
release()
gevent.sleep(0.02)
log("s", "last", s.writable_finished, s.writable_length)
release()

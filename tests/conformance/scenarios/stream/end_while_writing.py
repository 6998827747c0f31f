import gevent
from prelude import done, log, net, observe, state


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


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
settle()
release()
settle()
release()
settle()
log("s", "last", s.writable_finished, s.writable_length)
release()

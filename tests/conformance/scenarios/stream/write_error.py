import gevent
from prelude import done, later, log, net, observe, state


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


class Sink(net.Writable):
    def __init__(self, name):
        super().__init__()
        self.name = name

    def _write(self, chunk, encoding, callback):
        log(self.name, "_write", chunk)
        error = Exception("bad chunk") if chunk == b"bad" else None
        if self.name == "slow":
            later(0.001, lambda: callback(error))
        else:
            callback(error)


def life(name):
    s = observe(name, Sink(name))
    s.write("good", done(name, "good"))
    log(name, s.write("bad", done(name, "bad")))
    log(name, s.write("after", done(name, "after")), s.errored, s.writable)
    s.end("last", done(name, "end"))
    settle()
    state(
        *(name, s, "errored", "destroyed", "closed", "writable", "writable_finished"),
        "writable_length",
    )


life("quick")
life("slow")

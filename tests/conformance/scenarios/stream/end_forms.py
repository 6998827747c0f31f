import gevent
from prelude import done, log, net, observe, state


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
        callback(None)


def make(name):
    return observe(name, Sink(name))


make("bare").end()
make("data").end("x")
make("callback").end(done("callback", "end"))
make("data and callback").end("x", done("data and callback", "end"))
make("all").end("ff", "hex", done("all", "end"))
make("empty").end("", done("empty", "end"))
make("null").end(None, done("null", "end"))
several = make("several")
several.end(done("several", "first"))
several.end(done("several", "second"))
settle()
several.end(done("several", "third"))
states = make("states")


def say(*values):
    state(
        *("states", states, "writable", "writable_ended", "writable_finished"),
        *("writable_length", "closed"),
    )


states.end("x", say)
say()
states.on("finish", say)
states.on("close", say)

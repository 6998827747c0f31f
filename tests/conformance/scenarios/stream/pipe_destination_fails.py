import gevent
from prelude import log, net, observe, state, watch


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


class Source(net.Readable):
    def _read(self, size):
        pass


class Sink(net.Writable):
    def __init__(self, name):
        super().__init__()
        self.name = name
        self.on("unpipe", lambda origin: log(name, "unpipe"))
        watch(name, self, "error", "finish", "close")

    def _write(self, chunk, encoding, callback):
        log(self.name, "_write", chunk)
        callback(Exception("bad chunk") if chunk == b"bad" else None)


def life(name, call):
    source = observe(f"{name} source", Source())
    sink = Sink(name)
    source.pipe(sink)
    source.push(b"good")
    settle()
    call(source, sink)
    settle()
    state(f"{name} source", source, "destroyed", "readable_flowing", "readable_length")


life("write", lambda source, sink: source.push(b"bad"))
life("destroy", lambda source, sink: sink.destroy())
life("error", lambda source, sink: sink.destroy(Exception("boom")))
life("end", lambda source, sink: sink.end())

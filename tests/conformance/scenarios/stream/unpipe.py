import gevent
from prelude import log, net, observe, watch


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
        watch(name, self, "finish", "close")
        self.on("pipe", lambda origin: log(name, "pipe"))
        self.on("unpipe", lambda origin: log(name, "unpipe"))

    def _write(self, chunk, encoding, callback):
        log(self.name, "_write", chunk)
        callback(None)


source = observe("source", Source())
a, b, stranger = Sink("a"), Sink("b"), Sink("stranger")
source.unpipe()
source.unpipe(a)
source.pipe(a)
source.pipe(b)
settle()
source.push(b"both")
settle()
source.unpipe(stranger)
source.unpipe(a)
log("source", "a left", source.readable_flowing)
source.push(b"b alone")
settle()
source.unpipe(b)
log("source", "b left", source.readable_flowing, source.is_paused())
source.push(b"nobody")
settle()
log("source", source.readable_length)
source.pipe(a)
source.pipe(b)
settle()
source.unpipe()
log("source", "all left", source.readable_flowing, source.listener_count("data"))
source.push(b"nobody")
source.push(None)
settle()
log("source", source.readable_length, a.writable_ended)
source.pipe(b)
settle()
log("source", source.readable_ended, a.writable_ended, b.writable_ended)

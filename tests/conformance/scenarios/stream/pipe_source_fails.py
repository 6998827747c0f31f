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
    def _write(self, chunk, encoding, callback):
        log("sink", "_write", chunk)
        callback(None)


source = observe("source", Source())
sink = watch("sink", Sink(), "error", "finish", "close")
sink.on("unpipe", lambda origin: log("sink", "unpipe"))
source.pipe(sink)
settle()
source.push(b"x")
settle()
source.destroy(Exception("boom"))
settle()
state("sink", sink, "writable", "writable_ended", "destroyed")

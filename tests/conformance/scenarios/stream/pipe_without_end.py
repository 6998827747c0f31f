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
    def _write(self, chunk, encoding, callback):
        log("sink", "_write", chunk)
        callback(None)


sink = watch("sink", Sink(), "finish", "close")
sink.on("unpipe", lambda origin: log("sink", "unpipe"))
first = observe("first", Source())
first.pipe(sink, end=False)
first.push(b"first")
first.push(None)
settle()
log("sink", sink.writable_ended)
second = observe("second", Source())
second.pipe(sink)
second.push(b"second")
second.push(None)
settle()
log("sink", sink.writable_ended)

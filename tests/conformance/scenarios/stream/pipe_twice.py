import gevent
from prelude import log, net, watch


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


source = Source()
sink = watch("sink", Sink(), "finish", "close")
source.pipe(sink)
source.pipe(sink)
settle()
source.push(b"twice")
settle()
source.unpipe(sink)
source.resume()
source.push(b"once")
settle()
source.push(None)

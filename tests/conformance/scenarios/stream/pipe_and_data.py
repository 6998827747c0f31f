import gevent
from prelude import log, net, observe


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


class Source(net.Readable):
    def _read(self, size):
        pass


class Sink(net.Writable):
    def _write(self, chunk, encoding, callback):
        log("order", "sink", chunk)
        callback(None)


source = observe("source", Source())
source.on("data", lambda chunk: log("order", "before", chunk))
source.pipe(Sink())
source.on("data", lambda chunk: log("order", "after", chunk))
settle()
source.push(b"one")
settle()
source.pause()
source.push(b"two")
settle()
log("source", source.readable_length)
source.resume()
settle()
source.unpipe()
log("source", source.readable_flowing)
source.push(b"three")
settle()
log("source", source.readable_length)
source.resume()

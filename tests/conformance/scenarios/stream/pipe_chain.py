import gevent
from prelude import log, net, watch


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


class Source(net.Readable):
    def _read(self, size):
        pass


class Upper(net.Duplex):
    def _read(self, size):
        pass

    def _write(self, chunk, encoding, callback):
        self.push(chunk.upper())
        callback(None)

    def _final(self, callback):
        self.push(None)
        callback(None)


class Sink(net.Writable):
    def _write(self, chunk, encoding, callback):
        log("sink", "_write", chunk)
        callback(None)


source = Source()
sink = watch("sink", Sink(), "finish", "close")
upper = watch("upper", Upper(), "end", "close")
source.pipe(upper).pipe(sink)
settle()
source.push(b"one")
settle()
source.push(b"two")
settle()
source.push(None)

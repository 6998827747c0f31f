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
        log("sink", "_write", chunk, encoding)
        callback(None)


source = Source()
source.set_encoding("utf8")
source.pipe(watch("sink", Sink(), "finish"))
settle()
source.push(bytes.fromhex("c3"))
settle()
source.push(bytes.fromhex("a961"))
settle()
source.push(bytes.fromhex("c3"))
settle()
source.push(None)

import gevent
from prelude import log, net, watch


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
gevent.sleep(0.02)
source.push(b"twice")
gevent.sleep(0.02)
source.unpipe(sink)
source.resume()
source.push(b"once")
gevent.sleep(0.02)
source.push(None)

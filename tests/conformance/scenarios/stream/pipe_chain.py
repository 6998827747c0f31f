import gevent
from prelude import log, net, watch


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
gevent.sleep(0.02)
source.push(b"one")
gevent.sleep(0.02)
source.push(b"two")
gevent.sleep(0.02)
source.push(None)

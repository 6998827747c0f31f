import gevent
from prelude import log, net, watch


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
gevent.sleep(0.02)
source.push(bytes.fromhex("c3"))
gevent.sleep(0.02)
source.push(bytes.fromhex("a961"))
gevent.sleep(0.02)
source.push(bytes.fromhex("c3"))
gevent.sleep(0.02)
source.push(None)

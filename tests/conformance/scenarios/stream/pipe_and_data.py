import gevent
from prelude import log, net, observe


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
gevent.sleep(0.02)
source.push(b"one")
gevent.sleep(0.02)
source.pause()
source.push(b"two")
gevent.sleep(0.02)
log("source", source.readable_length)
source.resume()
gevent.sleep(0.02)
source.unpipe()
log("source", source.readable_flowing)
source.push(b"three")
gevent.sleep(0.02)
log("source", source.readable_length)
source.resume()
